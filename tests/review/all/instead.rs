//! What is proposed for a released event that is left out.

use factum_model::diff::{Kind, diff};

use crate::support::locked;

/// The event that each event may be which is gone, with the help of the last one.
fn told(old: &str, new: &str) -> (Vec<Option<String>>, String) {
    let schema = |events: &str| locked(&format!("factum: 1\ncontext: shop\nevents:\n{events}"));
    let gone = diff(&schema(old), &schema(new)).into_iter().filter(|change| change.kind == Kind::Gone);
    let gone: Vec<_> = gone.filter_map(|change| Some((change.subject.name().to_owned(), change.instead?))).collect();
    let help = gone.last().map(|(name, instead)| instead.told(name)).unwrap_or_default();
    (gone.into_iter().map(|(_, instead)| instead.renamed).collect(), help)
}

#[test]
fn a_new_event_of_the_same_history_may_be_the_one_that_is_gone() {
    let (found, help) = told("  Shipped: { order: uuid }\n", "  Dispatched: { order: uuid }\n");
    assert_eq!(found, [Some("shop.Dispatched".to_owned())]);
    assert!(help.contains("say there `version: 2` and `renamed: { 2: Shipped }`"), "{help}");
    let history = "{ version: 2, fields: { a: u32, b: { type: u32, added: 2, default: 1 } } }";
    let (found, help) = told(&format!("  Kept: {history}\n"), &format!("  Held: {history}\n"));
    assert_eq!(found, [Some("shop.Held".to_owned())]);
    assert!(help.contains("`version: 3` and `renamed: { 3: Kept }`"), "{help}");
}

#[test]
fn of_several_it_is_the_one_with_the_nearest_name_or_none() {
    let old = "  SeatBooked: { seat: u8 }\n  SeatFreed: { seat: u8 }\n";
    let (found, _) = told(old, "  SeatsBooked: { seat: u8 }\n  SeatsFreed: { seat: u8 }\n");
    assert_eq!(found, [Some("shop.SeatsBooked".to_owned()), Some("shop.SeatsFreed".to_owned())]);
    let (found, help) = told(old, "  Alpha: { seat: u8 }\n  Omega: { seat: u8 }\n");
    assert_eq!(found, [None, None]);
    assert!(help.contains("write its lines again"), "{help}");
}

#[test]
fn another_history_is_another_event() {
    for new in [
        "  Dispatched: { order: uuid, at: date }\n",
        "  Dispatched: { order: string }\n",
        "  Dispatched: { version: 2, fields: { order: uuid, at: { type: date?, added: 2 } } }\n",
        "  Dispatched: { version: 2, retired: 2, fields: { order: uuid } }\n",
    ] {
        assert_eq!(told("  Shipped: { order: uuid }\n", new).0, [None], "{new}");
    }
    let (_, help) = told("  Old: { version: 2, retired: 2, fields: { a: u8 } }\n", "  New: { b: u8 }\n");
    assert_eq!(help, "stored events have it: write its lines again, as they were");
}
