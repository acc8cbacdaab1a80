//! What was released keeps the versions of the types that it holds.
#![cfg(all(feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use factum_model::{Code, Lock, Outcome, Released, Sources, check, check_released, render};

const BEFORE: &str = "\
factum: 1
context: billing
events:
  Paid: { price: Money, reason: string }
  Billed: { bill: Bill, past: list<Money> }
  Dropped: { version: 2, fields: { price: { type: Money?, removed: 2 } } }
  Ended: { version: 2, retired: 2, fields: { price: Money } }
  Free: { note: string }
  Kept: { price: Price, payment: Payment }
types:
  Money: { fields: { amount: i64 } }
  Bill: { fields: { items: \"map<string, Money>\", parts: list<Part> } }
  Part: { fields: { bill: Bill? } }
  Price: { newtype: Money }
  Payment: { union: { Cash: { money: Money }, Card: {} } }
";

fn outcome(text: &str, released: Option<&Released>) -> (Outcome, Sources) {
    let mut sources = Sources::new();
    sources.add("schema.yaml", text.as_bytes().to_vec());
    let outcome = match released {
        Some(released) => check_released(&mut sources, Some(released)),
        None => check(&mut sources),
    };
    (outcome, sources)
}

/// As if a lock had recorded the whole schema.
fn released(text: &str) -> Released {
    let (outcome, sources) = outcome(text, None);
    let problems = render(&outcome.diagnostics, &sources, false);
    Lock::of(outcome.checked.unwrap_or_else(|| panic!("{problems}")).schema()).released()
}

const MONEY_1: &str = "  Money: { fields: { amount: i64 } }";
const MONEY_2: &str =
    "  Money: { version: 2, fields: { amount: i64, currency: { type: string, added: 2, default: EUR } } }";

#[test]
fn an_unchanged_schema_forgets_nothing() {
    let (outcome, _) = outcome(BEFORE, Some(&released(BEFORE)));
    assert!(outcome.checked.is_some());
}

#[test]
fn without_a_lock_nothing_is_released() {
    let (outcome, _) = outcome(&BEFORE.replace(MONEY_1, MONEY_2), None);
    assert!(outcome.checked.is_some());
}

#[test]
fn the_help_prints_every_line_to_write() {
    let (outcome, sources) = outcome(&BEFORE.replace(MONEY_1, MONEY_2), Some(&released(BEFORE)));
    assert!(outcome.diagnostics.iter().all(|found| found.code == Code::PinForgotten));
    insta::assert_snapshot!(render(&outcome.diagnostics, &sources, false));
}

#[test]
fn a_proposal_keeps_its_number() {
    let proposed = BEFORE.replace(MONEY_1, MONEY_2).replace(
        "  Paid: { price: Money, reason: string }",
        "  Paid: { version: 2, fields: { price: Money, reason: string, note: { type: string?, added: 2 } } }",
    );
    let (outcome, _) = outcome(&proposed, Some(&released(BEFORE)));
    let help = outcome.diagnostics[0].helps.join("\n");
    assert!(help.contains("Paid:\n  version: 2\n    price: retyped: { 2: Money@1 }"), "{help}");
}

/// What the help says is what the check asks for.
#[test]
fn the_lines_of_the_help_are_enough() {
    let written = BEFORE
        .replace(MONEY_1, MONEY_2)
        .replace(
            "Paid: { price: Money, reason: string }",
            "Paid: { version: 2, fields: { price: { type: Money, retyped: { 2: Money@1 } }, reason: string } }",
        )
        .replace(
            "Billed: { bill: Bill, past: list<Money> }",
            "Billed: { version: 2, fields: { bill: { type: Bill, retyped: { 2: Bill@1 } }, past: { type: list<Money>, retyped: { 2: list<Money@1> } } } }",
        )
        .replace("type: Money?, removed: 2", "type: Money@1?, removed: 2")
        .replace(
            "Kept: { price: Price, payment: Payment }",
            "Kept: { version: 2, fields: { price: { type: Price, retyped: { 2: Price@1 } }, payment: { type: Payment, retyped: { 2: Payment@1 } } } }",
        )
        .replace("fields: { price: Money } }", "fields: { price: Money@1 } }")
        .replace(
            "Bill: { fields: { items: \"map<string, Money>\",",
            "Bill: { version: 2, fields: { items: { type: \"map<string, Money>\", retyped: { 2: \"map<string, Money@1>\" } },",
        )
        .replace("Part: { fields", "Part: { version: 2, fields")
        .replace("Price: { newtype: Money }", "Price: { version: 2, newtype: Money, retyped: { 2: Money@1 } }")
        .replace(
            "{ Cash: { money: Money }, Card: {} }",
            "{ Cash: { money: { type: Money, retyped: { 2: Money@1 } } }, Card: {} }",
        )
        .replace("Payment: { union", "Payment: { version: 2, union");
    let (outcome, sources) = outcome(&written, Some(&released(BEFORE)));
    assert!(outcome.checked.is_some(), "{}", render(&outcome.diagnostics, &sources, false));
}

/// Only released versions are looked at: it does not go through all of them, which would take a minute.
#[test]
fn a_version_of_billions_is_answered_at_once() {
    let newest = u32::MAX.to_string();
    let proposed = BEFORE.replace(
        "Free: { note: string }",
        &format!("Free: {{ version: {newest}, fields: {{ note: string, more: {{ type: u32?, added: {newest} }} }} }}"),
    );
    let (outcome, _) = outcome(&proposed, Some(&released(BEFORE)));
    assert!(outcome.diagnostics.iter().all(|found| found.code == Code::VersionGap), "{:?}", outcome.diagnostics);
    assert!(!outcome.diagnostics.is_empty());
}
