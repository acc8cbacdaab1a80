//! A name of a type is nowhere on the wire: another name is no other type, and what else changed in it is still found.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use factum_model::lock::{Lock, Proposal, propose};
use factum_model::rules::{Finding, Mode, review};
use factum_model::{Code, Diagnostic};

use crate::rules::TODAY;
use crate::support::{checked, locked, read};

fn schema(events: &str, types: &str) -> String {
    format!("factum: 1\ncontext: shop\nevents:\n{events}types:\n{types}")
}

/// What is found from one schema to another: rules with whose change it is, sorted.
fn found(old: &str, new: &str) -> Vec<String> {
    let found = review(&locked(old), &checked(new), Mode::Full, &[], TODAY).findings;
    let line = |found: &Finding| format!("{} {}", found.name, found.change.subject.name());
    // What a new type costs its readers is another matter.
    let mut lines: Vec<String> = found.iter().filter(|found| found.name != "integer-precision").map(line).collect();
    lines.sort();
    lines
}

fn proposed(old: &str, new: &str) -> Result<Lock, Vec<Diagnostic>> {
    let (current, baseline, accepted) = (checked(new), locked(old), BTreeSet::new());
    let proposal = Proposal {
        current: &Lock::of(current.schema()),
        baseline: Some(&baseline),
        branch: Some(&baseline),
        accepted: &accepted,
    };
    propose(&proposal)
}

/// What is only renamed can be locked, under its new name alone.
fn is_locked(old: &str, new: &str) {
    assert_eq!(proposed(old, new), Ok(locked(new)));
}

fn is_refused(old: &str, new: &str) {
    let codes: Vec<Code> = proposed(old, new).unwrap_err().iter().map(|told| told.code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == Code::ReleasedVersionEdited), "{codes:?}");
}

#[test]
fn another_name_is_no_other_type() {
    let old = schema("  Sold: { price: Money }\n", "  Money: { newtype: i64 }\n");
    let new = schema("  Sold: { price: Amount }\n", "  Amount: { newtype: i64 }\n");
    assert_eq!(found(&old, &new), ["type-renamed shop.Amount"]);
    is_locked(&old, &new);
}

#[test]
fn a_chain_of_types_is_followed() {
    let old = schema(
        "  Sold: { items: list<Item> }\n",
        "  Item: { fields: { prices: \"map<string, Price>\" } }\n  Price: { fields: { amount: Money? } }\n  Money: { newtype: i64 }\n",
    );
    let inner = old.replace("Money", "Amount");
    assert_eq!(found(&old, &inner), ["type-renamed shop.Amount"]);
    is_locked(&old, &inner);
    let all = inner.replace("Price", "Cost").replace("Item", "Line");
    let renamed = ["type-renamed shop.Amount", "type-renamed shop.Cost", "type-renamed shop.Line"];
    assert_eq!(found(&old, &all), renamed);
    is_locked(&old, &all);
    // What changed at the end of the chain is told there, and nowhere else.
    let edited = all.replace("Amount: { newtype: i64 }", "Amount: { newtype: i32 }");
    assert_eq!(found(&old, &edited), [&["change-without-version shop.Amount"], &renamed[..]].concat());
    is_refused(&old, &edited);
}

#[test]
fn types_that_hold_each_other_are_followed() {
    let old = schema(
        "  Filed: { root: Folder }\n",
        "  Folder: { fields: { name: string, inner: list<Entry> } }\n  Entry: { fields: { folder: Folder? } }\n",
    );
    let new = old.replace("Folder", "Directory");
    assert_eq!(found(&old, &new), ["type-renamed shop.Directory"]);
    is_locked(&old, &new);
}

#[test]
fn two_types_may_change_names() {
    let events = "  Sold: { price: A, by: B }\n  Opened: { rows: list<B> }\n";
    let types = "  A: { newtype: i64 }\n  B: { fields: { a: u8 } }\n";
    let old = schema(events, types);
    let new = schema(
        "  Sold: { price: B, by: A }\n  Opened: { rows: list<A> }\n",
        "  B: { newtype: i64 }\n  A: { fields: { a: u8 } }\n",
    );
    assert_eq!(found(&old, &new), ["type-renamed shop.A", "type-renamed shop.B"]);
    is_locked(&old, &new);
    // With a change in one of them.
    let edited = new.replace("a: u8", "a: u16");
    assert_eq!(found(&old, &edited), ["change-without-version shop.A", "type-renamed shop.A", "type-renamed shop.B"]);
    is_refused(&old, &edited);
    // If only the declarations change places, what is stored is something else.
    let declared = schema(events, "  B: { newtype: i64 }\n  A: { fields: { a: u8 } }\n");
    assert_eq!(found(&old, &declared), ["change-without-version shop.A", "change-without-version shop.B"]);
    is_refused(&old, &declared);
    // And if only the events do.
    let used = schema("  Sold: { price: B, by: A }\n  Opened: { rows: list<A> }\n", types);
    assert_eq!(found(&old, &used), ["change-without-version shop.Opened", "change-without-version shop.Sold"]);
    is_refused(&old, &used);
}

/// One of them is stored nowhere.
#[test]
fn a_name_that_nothing_needs_may_be_taken() {
    let old = schema("  Sold: { price: A }\n", "  A: { newtype: i64 }\n  B: { newtype: string }\n");
    let new = schema("  Sold: { price: B }\n", "  A: { newtype: string }\n  B: { newtype: i64 }\n");
    assert_eq!(found(&old, &new), ["type-renamed shop.B"]);
    is_locked(&old, &new);
    // But not one that is still needed, if only by what the schemas forgot.
    let kept = schema("  Sold: { price: A }\n  Gone: { by: B }\n", "  A: { newtype: i64 }\n  B: { newtype: string }\n");
    assert!(found(&kept, &new).contains(&"change-without-version shop.B".to_owned()));
    is_refused(&kept, &new);
}

/// A name that is free again is taken by the next.
#[test]
fn names_may_move_up() {
    let old = schema("  Sold: { a: A, b: B }\n", "  A: { newtype: i64 }\n  B: { newtype: string }\n");
    let new = schema("  Sold: { a: B, b: C }\n", "  B: { newtype: i64 }\n  C: { newtype: string }\n");
    assert_eq!(found(&old, &new), ["type-renamed shop.B", "type-renamed shop.C"]);
    is_locked(&old, &new);
}

#[test]
fn what_else_changed_is_found() {
    let old = schema("  Sold: { price: Money }\n", "  Money: { fields: { amount: i64 } }\n");
    // In place.
    let edited = schema("  Sold: { price: Amount }\n", "  Amount: { fields: { amount: i32 } }\n");
    assert_eq!(found(&old, &edited), ["change-without-version shop.Amount", "type-renamed shop.Amount"]);
    is_refused(&old, &edited);
    // In a new version.
    let next = schema(
        "  Sold: { version: 2, fields: { price: { type: Amount@2, retyped: { 2: Amount@1 } } } }\n",
        "  Amount: { version: 2, fields: { amount: i64, currency: { type: string, added: 2, default: EUR } } }\n",
    );
    assert_eq!(found(&old, &next), ["field-added shop.Amount", "field-repinned shop.Sold", "type-renamed shop.Amount"]);
    is_locked(&old, &next);
    // In a new version that a released version of an event holds.
    let forgotten = next.replace(
        "  Sold: { version: 2, fields: { price: { type: Amount@2, retyped: { 2: Amount@1 } } } }\n",
        "  Sold: { price: Amount@2 }\n",
    );
    let told = found(&old, &forgotten);
    assert!(told.contains(&"change-without-version shop.Sold".to_owned()), "{told:?}");
    is_refused(&old, &forgotten);
    // Another type of another kind in its place.
    let other = schema("  Sold: { price: Weight }\n", "  Weight: { enum: [light, heavy] }\n");
    assert_eq!(found(&old, &other), ["change-without-version shop.Weight", "type-renamed shop.Weight"]);
    is_refused(&old, &other);
}

/// A type that was there all along is not another one that has its name now.
#[test]
fn a_known_type_in_the_place_of_another_one_is_a_change() {
    let types = "  Money: { newtype: i64 }\n  Weight: { newtype: i32 }\n";
    let old = schema("  Sold: { price: Money }\n  Weighed: { weight: Weight }\n", types);
    let new = schema("  Sold: { price: Weight }\n  Weighed: { weight: Weight }\n", types);
    assert_eq!(found(&old, &new), ["change-without-version shop.Sold"]);
    is_refused(&old, &new);
}

/// Two that are the same may become one, and one may become two.
#[test]
fn types_of_the_same_shape_may_part_and_join() {
    let one = schema("  Sold: { price: Money, tax: Money }\n", "  Money: { newtype: i64 }\n");
    let two = schema("  Sold: { price: Money, tax: Tax }\n", "  Money: { newtype: i64 }\n  Tax: { newtype: i64 }\n");
    assert_eq!(found(&one, &two), ["declared shop.Tax"]);
    is_locked(&one, &two);
    assert_eq!(found(&two, &one), [] as [&str; 0]);
    is_locked(&two, &one);
    let parted = two.replace("Tax: { newtype: i64 }", "Tax: { newtype: i32 }");
    assert_eq!(found(&one, &parted), ["change-without-version shop.Sold", "declared shop.Tax"]);
    is_refused(&one, &parted);
}

#[test]
fn a_key_may_have_another_name() {
    let schema = |key: &str, of: &str| {
        format!(
            "factum: 1\ncontext: shop\naggregate: Cart\nid: {key}\nevents:\n  Sold: {{}}\ntypes:\n  {key}: {{ newtype: {of} }}\n"
        )
    };
    let old = schema("CartNumber", "u32");
    assert_eq!(found(&old, &schema("CartId", "u32")), ["type-renamed shop.CartId"]);
    is_locked(&old, &schema("CartId", "u32"));
    let told = found(&old, &schema("CartId", "u64"));
    assert_eq!(told, ["change-without-version shop.CartId", "type-renamed shop.CartId"]);
}

/// What no schema speaks of any more holds the type too, and goes on under the new name; also where the old name means
/// something else by now.
#[test]
fn what_is_kept_in_the_lock_holds_the_new_name() {
    let types = "  A: { newtype: i64 }\n  B: { fields: { a: A } }\n";
    let old = schema("  Sold: { a: A, b: B }\n  Gone: { a: A, b: B }\n", types);
    let new = schema("  Sold: { a: B, b: A }\n", "  B: { newtype: i64 }\n  A: { fields: { a: B } }\n");
    let kept = proposed(&old, &new).unwrap();
    let wanted = schema(
        "  Sold: { a: B, b: A }\n  Gone: { a: B, b: A }\n",
        "  B: { newtype: i64 }\n  A: { fields: { a: B } }\n",
    );
    assert_eq!(kept, locked(&wanted));
    assert_eq!(read(&kept.to_string()).unwrap(), kept);
    // A type that only the forgotten event held stays under its own name, and holds the new one.
    let old = schema("  Sold: { a: A }\n  Gone: { b: B }\n", types);
    let new = schema("  Sold: { a: C }\n", "  C: { newtype: i64 }\n");
    let wanted = schema("  Sold: { a: C }\n  Gone: { b: B }\n", "  C: { newtype: i64 }\n  B: { fields: { a: C } }\n");
    assert_eq!(proposed(&old, &new).unwrap(), locked(&wanted));
}

/// What was found out about steps by hand stays known.
#[test]
fn outputs_of_steps_by_hand_are_kept_under_the_new_name() {
    let old = schema(
        "  Sold: { version: 2, fields: { price: Money }, upcast: { 2: by_hand } }\n",
        "  Money: { newtype: i64 }\n",
    );
    let new = old.replace("Money", "Amount");
    let outputs = vec![factum_model::lock::Fingerprint::of("one")];
    let mut known = locked(&old);
    known.set_outputs("shop.Sold", 2, outputs.clone()).unwrap();
    let mut wanted = locked(&new);
    wanted.set_outputs("shop.Sold", 2, outputs).unwrap();
    let (current, accepted) = (checked(&new), BTreeSet::new());
    let proposal =
        Proposal { current: &Lock::of(current.schema()), baseline: Some(&known), branch: None, accepted: &accepted };
    assert_eq!(propose(&proposal), Ok(wanted));
}
