//! Events that are derived in Rust: no schema declares them, and they are reviewed by what the lock test wrote.

use std::sync::Arc;

use cargo_factum::Exit;
use factum_model::{Lock, Sources, check};

use crate::support::{Folder, SEATS};

fn lock(schema: &str) -> Lock {
    let mut sources = Sources::new();
    sources.add("schema.yaml", schema.as_bytes().to_vec());
    Lock::of(check(&mut sources).checked.unwrap().schema())
}

/// As the lock test writes it.
fn derived(ty: &str) -> Lock {
    let mut lock = lock(&format!("factum: 1\ncontext: bank\nevents:\n  Paid: {{ cents: {ty} }}\n"));
    let event = &mut lock.events.get_mut("bank.Paid").unwrap().value;
    Arc::make_mut(event).derived = Some("BankEvent".to_owned());
    lock
}

fn both(ty: &str) -> String {
    lock(SEATS).with_derived(Some(&derived(ty))).to_string()
}

#[test]
fn what_no_schema_declares_stays_in_the_lock() {
    let folder = Folder::with(SEATS);
    folder.write("schemas/factum.lock", &both("u32"));
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.read("schemas/factum.lock"), both("u32"));
    folder
        .write("schemas/seats.yaml", &SEATS.replace("u32", "u64"))
        .write("schemas/factum.lock", &derived("u32").to_string());
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert!(folder.read("schemas/factum.lock").contains("bank.Paid"));
}

#[test]
fn it_is_reviewed_by_the_same_rules() {
    let folder = Folder::with(SEATS);
    let commit = folder.write("schemas/factum.lock", &both("u32")).init().commit("released");
    folder.write("schemas/factum.lock", &both("string"));
    let edited = folder.factum(&["check", "--against", "main"]);
    assert_eq!(edited.exit, Exit::Findings);
    insta::assert_snapshot!("derived_edited", edited.out.replace(&commit[..10], "COMMIT"));
    folder.write("schemas/factum.lock", &lock(SEATS).to_string());
    let gone = folder.factum(&["check", "--against", "main"]);
    assert_eq!(gone.exit, Exit::Findings);
    assert!(gone.out.contains("bank.Paid"), "{}", gone.out);
}

#[test]
fn a_catalog_may_have_no_schemas_at_all() {
    let folder = Folder::new();
    folder.write("factum.toml", "").write("factum.lock", &derived("u32").to_string());
    let ran = folder.factum(&["check"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.read("factum.lock"), derived("u32").to_string());
}
