//! Which changes of a schema make the snapshots of before useless, and which do not.
#![allow(clippy::panic, reason = "that is how a test fails, also in what it calls")]

use factum_codegen::items::Item;
use factum_codegen::lower;
use factum_model::{Sources, check, render};

const SCHEMA: &str = r"factum: 1
context: bank
aggregate: Account
id: uuid
snapshot: 1
state:
  balance: { type: i64, default: 7 }
  tier: Tier?
events:
  Opened: { owner: string }
  Moved:
    version: 2
    fields:
      amount: { type: Amount, renamed: { 2: sum } }
      note: { type: string, added: 2, default: none }
  Gone: { version: 2, retired: 2, fields: { why: string } }
types:
  Tier: { enum: [plain, gold] }
  Unused: { fields: { a: string } }
  Amount: { fields: { cents: Cents } }
  Cents: { newtype: i64 }
";

/// The fingerprint of the only snapshots that the schemas speak of.
fn of(schemas: &[&str]) -> u64 {
    let mut sources = Sources::new();
    for (index, schema) in schemas.iter().enumerate() {
        sources.add(format!("{index}.yaml"), schema.as_bytes().to_vec());
    }
    let outcome = check(&mut sources);
    let Some(checked) = &outcome.checked else { panic!("{}", render(&outcome.diagnostics, &sources, false)) };
    let items = lower::file(checked.schema()).modules.into_iter().flat_map(|module| module.items);
    let found: Vec<u64> = items
        .filter_map(|item| if let Item::Aggregate(aggregate) = item { aggregate.snapshot } else { None })
        .map(|snapshot| snapshot.schema)
        .collect();
    let [schema] = found[..] else { panic!("{found:?}") };
    schema
}

fn changed(old: &str, new: &str) -> u64 {
    assert_eq!(SCHEMA.matches(old).count(), 1, "{old}");
    of(&[&SCHEMA.replace(old, new)])
}

#[test]
fn what_the_state_is_made_of_moves_it() {
    for (old, new) in [
        ("  tier: Tier?\n", ""),
        ("balance: { type: i64", "saldo: { type: i64"),
        ("balance: { type: i64", "balance: { type: i32"),
        ("default: 7", "default: 8"),
        ("tier: Tier?", "tier: list<Tier>"),
        ("[plain, gold]", "[plain, silver]"),
        ("[plain, gold]", "[plain, gold, silver]"),
    ] {
        assert_ne!(changed(old, new), of(&[SCHEMA]), "{old} -> {new}");
    }
}

#[test]
fn what_is_folded_and_how_it_is_read_moves_it() {
    for (old, new) in [
        ("  Opened: { owner: string }\n", ""),
        ("  Opened: { owner: string }\n", "  Started: { owner: string }\n"),
        ("{ owner: string }", "{ owner: string? }"),
        ("  Opened:", "  Closed: {}\n  Opened:"),
        ("2: sum", "2: total"),
        ("default: none", "default: some"),
        ("fields: { why: string } }", "fields: { reason: string } }"),
        ("{ newtype: i64 }", "{ newtype: i32 }"),
    ] {
        assert_ne!(changed(old, new), of(&[SCHEMA]), "{old} -> {new}");
    }
    // The value that a field had before it was there is one step; that it goes to another field is another.
    assert_ne!(changed("default: none", "default: some"), changed("note: { type", "memo: { type"));
}

#[test]
fn docs_order_and_what_is_not_of_the_aggregate_do_not_move_it() {
    for (old, new) in [
        ("  Opened: { owner: string }\n", "  Opened: { doc: It was opened., fields: { owner: string } }\n"),
        (
            "  balance: { type: i64, default: 7 }\n  tier: Tier?\n",
            "  tier: Tier?\n  balance: { type: i64, default: 7 }\n",
        ),
        ("  Unused: { fields: { a: string } }\n", ""),
        // Declared types move to other places in the list of all types.
        ("  Tier: {", "  Aaa: { newtype: string }\n  Tier: {"),
        ("\nevents:", "\ncommands: { Ask: { a: string } }\nevents:"),
        // The revision is compared by itself.
        ("snapshot: 1", "snapshot: 2"),
    ] {
        assert_eq!(changed(old, new), of(&[SCHEMA]), "{old} -> {new}");
    }
}

#[test]
fn another_context_does_not_move_it() {
    let other = "factum: 1\ncontext: aaa\nevents:\n  Opened: { a: Tier }\ntypes:\n  Tier: { enum: [a] }\n";
    for schemas in [[other, SCHEMA], [SCHEMA, other]] {
        assert_eq!(of(&schemas), of(&[SCHEMA]));
    }
}

#[test]
fn a_type_of_another_context_moves_it() {
    let schema = SCHEMA.replace("tier: Tier?", "tier: aaa.Tier?");
    let other = "factum: 1\ncontext: aaa\nevents: { Opened: {} }\ntypes:\n  Tier: { enum: [a] }\n";
    assert_ne!(of(&[&schema, other]), of(&[&schema, &other.replace("[a]", "[a, b]")]));
}

/// It is compared with what earlier builds stored, so it has to be the same wherever and whenever it is made.
#[test]
fn it_stays_what_it_is() {
    assert_eq!(of(&[SCHEMA]), 3_988_500_564_105_136_279);
}
