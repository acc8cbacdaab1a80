//! `kind` says which kind it is.

use factum::Value;

#[derive(Value)]
#[value(version = 2)]
enum Payment {
    Card { kind: String },
    Invoice {
        #[value(renamed(2, "kind"))]
        due: String,
    },
}

fn main() {}
