//! The fields of a kind change while there is the kind.

use factum::Value;

#[derive(Value)]
#[value(version = 3)]
enum Payment {
    Card {
        last4: String,
    },
    #[value(added(3))]
    Invoice {
        #[value(added(2))]
        due: Option<String>,
    },
}

fn main() {}
