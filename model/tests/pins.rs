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
    let lines = "events:\n  Paid:\n    version: 2\n    fields:\n      price: { type: Money, retyped: { 2: Money@1 } }";
    assert!(help.contains(lines), "{help}");
}

/// A schema in which each line says one thing, with all that a line can say beside its type.
const IN_LINES: &str = "\
factum: 1
context: billing
events:
  Paid:
    version: 3
    fields:
      price: { type: list<Money>, added: 2, default: [], doc: \"what it cost, in all\" }
      reason: string
      tax: { type: list<Money>, retyped: { 3: { from: list<Money>?, via: { or: [] } } } }
  Billed:
    fields:
      bill: Bill
      past: list<Money>
  Dropped:
    version: 2
    fields:
      price: { type: Money?, removed: 2 }
  Ended:
    version: 2
    retired: 2
    fields:
      price: Money
  Kept:
    fields:
      price: Price
      payment: Payment
types:
  Money:
    fields:
      amount: i64
  Bill:
    fields:
      items: map<string, Money>
      parts: list<Part>
  Part:
    fields:
      bill: Bill?
      sum: { type: Money? }
  Price:
    newtype: Money
  Payment:
    version: 2
    union:
      Cash:
        money: Money
        tip: Money?
      Card:
        added: 2
        fields:
          limit: map<string, Money>
";

/// Puts lines in the place of those of the same keys, and those that are new below their key.
fn pasted(schema: &str, lines: &str) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let key = |line: &str| line.trim_start().split(':').next().unwrap().to_owned();
    let mut schema: Vec<String> = schema.lines().map(str::to_owned).collect();
    let mut open: Vec<usize> = Vec::new();
    for line in lines.lines() {
        open.truncate(depth(line) / 2);
        let from = open.last().map_or(0, |above| above + 1);
        let below = schema[from..].iter().take_while(|other| open.is_empty() || depth(other) >= depth(line));
        let same = |other: &String| depth(other) == depth(line) && key(other) == key(line);
        let at = below.enumerate().find(|(_, other)| same(other)).map(|(at, _)| from + at);
        match at {
            Some(at) if line.ends_with(':') => open.push(at),
            Some(at) => line.clone_into(&mut schema[at]),
            None => schema.insert(from, line.to_owned()),
        }
    }
    schema.join("\n") + "\n"
}

/// The lines of the help, in the place of those that are there, are what the check asks for.
#[test]
fn the_lines_of_the_help_are_pasted() {
    let money = "  Money:\n    version: 2\n    fields:\n      currency: { type: string, added: 2, default: EUR }\n";
    let now = IN_LINES.replace("  Money:\n    fields:\n", money);
    let (found, sources) = outcome(&now, Some(&released(IN_LINES)));
    assert!(
        found.diagnostics.iter().all(|found| found.code == Code::PinForgotten),
        "{}",
        render(&found.diagnostics, &sources, false)
    );
    let [help, _] = &found.diagnostics[0].helps[..] else { panic!("two helps") };
    let (_, lines) = help.split_once('\n').unwrap();
    let written = pasted(&now, lines);
    insta::assert_snapshot!(lines);
    let (outcome, sources) = outcome(&written, Some(&released(IN_LINES)));
    assert!(outcome.checked.is_some(), "{}\n{written}", render(&outcome.diagnostics, &sources, false));
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
