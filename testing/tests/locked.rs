//! The lock test, with real files.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

#[path = "locked/programs.rs"]
mod programs;

use std::fs;

use factum::lock::LockedSet;
use factum_model::{Diagnostics, Lock, Sources, lock};
use factum_testing::{LockError, LockFile};
use tempfile::TempDir;

use programs::{first, moved_on, renamed_in_rust, whole};

/// A catalog without git around it.
fn catalog() -> (TempDir, LockFile) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("factum.toml"), "").unwrap();
    let file = LockFile::at(folder.path());
    (folder, file)
}

fn read(file: &LockFile) -> Lock {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let id = sources.add("factum.lock", fs::read(file.path()).unwrap());
    let found = lock::read(&mut sources, id, &mut diagnostics);
    found.unwrap_or_else(|| panic!("{:?}", diagnostics.into_vec()))
}

fn text(file: &LockFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

/// How a check fails, without where the file is.
fn refused<S: for<'a> LockedSet<'a>>(file: &LockFile) -> String {
    shown(&file.check::<S>().unwrap_err(), file)
}

fn shown(error: &LockError, file: &LockFile) -> String {
    error.to_string().replace(&file.path().display().to_string(), "factum.lock")
}

#[test]
fn an_event_is_locked_with_what_its_types_look_like() {
    let (_folder, file) = catalog();
    insta::assert_snapshot!("not_locked", refused::<first::SeatEvent>(&file));
    assert!(file.update::<first::SeatEvent>().unwrap());
    file.check::<first::SeatEvent>().unwrap();
    assert!(!file.update::<first::SeatEvent>().unwrap(), "nothing to write");
    insta::assert_snapshot!("locked", text(&file));
    // What a review needs is there.
    let schema = read(&file).schema().unwrap();
    assert_eq!(schema.events[0].versions[0].wire_type, "conference.SeatsReserved");
}

#[test]
fn a_nested_type_that_moved_on_is_found() {
    let (_folder, file) = catalog();
    file.update::<first::SeatEvent>().unwrap();
    insta::assert_snapshot!("moved_on", refused::<moved_on::SeatEvent>(&file));
    let before = text(&file);
    let error = file.update::<moved_on::SeatEvent>().unwrap_err();
    assert!(matches!(error, LockError::Released { .. }), "{error}");
    assert_eq!(text(&file), before, "what was released is never changed");
}

#[test]
fn a_new_name_in_rust_is_no_change() {
    let (_folder, file) = catalog();
    file.update::<first::SeatEvent>().unwrap();
    file.check::<renamed_in_rust::SeatEvent>().unwrap();
}

#[test]
fn every_kind_of_history_is_locked_and_read_back() {
    let (_folder, file) = catalog();
    file.update::<whole::BillingEvent>().unwrap();
    file.check::<whole::BillingEvent>().unwrap();
    insta::assert_snapshot!("whole", text(&file));
    let schema = read(&file).schema().unwrap();
    let paid = schema.events.iter().find(|event| event.name.value == "Paid").unwrap();
    let steps = format!("{:?}", paid.versions[3].steps);
    assert!(steps.contains("Versions"), "the steps of a value are its own: {steps}");
}
