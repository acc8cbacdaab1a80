//! A generated state, written as a snapshot keeps it and read again.

use std::collections::{BTreeMap, BTreeSet};

use factum::Decimal;
use factum_tests::golden::snapshot::{Account, Address, Movement, Tier};

#[test]
fn a_state_with_everything_in_it_comes_back() {
    let amount = Decimal::new(1250, 2).try_into().expect("two digits");
    let full = Account {
        owner: "Ada \"the first\"".to_owned(),
        balance: Decimal::new(-1, 2).try_into().expect("two digits"),
        opened: Some("2024-02-29T12:00:00.000001Z".parse().expect("a time")),
        tier: Tier::Gold,
        limits: BTreeMap::from([(Tier::Plain, 0), (Tier::Gold, u64::MAX)]),
        tags: BTreeSet::from([String::new(), "b".to_owned()]),
        address: Some(Address { street: "Main".to_owned(), town: String::new() }),
        last: vec![Movement::Paid { amount }, Movement::Charged { amount, why: "fee".to_owned() }],
        r#type: 0,
    };
    for state in [full, Account::default()] {
        let text = serde_json::to_string(&state).expect("it can be written");
        assert_eq!(serde_json::from_str::<Account>(&text).expect("it can be read"), state, "{text}");
    }
}
