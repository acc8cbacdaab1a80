//! The lock test, with real files.
#![allow(dead_code)] // nobody folds these events
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

#[path = "locked/programs.rs"]
mod programs;
#[path = "locked/taking.rs"]
mod taking;

use std::fs;
#[cfg(unix)]
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;

use factum::lock::LockedSet;
use factum_model::{Diagnostics, Lock, Sources, lock};
use factum_testing::{LockError, LockFile, Samples};
use tempfile::TempDir;

use programs::{
    changed_silently, counts, first, moved_on, never_the_same, no_sample, other_step, plain, read_and_written,
    read_otherwise, renamed_in_rust, second, sums, value, value_edited, value_moved_on, whole, with_example,
    written_otherwise,
};

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

#[test]
fn a_new_version_is_a_proposal_until_it_is_released() {
    let (_folder, file) = catalog();
    file.update::<first::SeatEvent>().unwrap();
    insta::assert_snapshot!("new_version", refused::<second::SeatEvent>(&file));
    file.update::<second::SeatEvent>().unwrap();
    file.check::<second::SeatEvent>().unwrap();
    let locked = read(&file);
    assert_eq!(locked.events["conference.SeatsReserved"].value.versions.len(), 2);
    assert!(locked.events.contains_key("conference.SeatsFreed"));
}

#[test]
fn a_conversion_of_the_users_that_does_something_else_is_found() {
    let (_folder, file) = catalog();
    file.update::<second::SeatEvent>().unwrap();
    insta::assert_snapshot!("other_step", refused::<other_step::SeatEvent>(&file));
}

/// At its edges all numbers are equal, so samples of any kind are needed to tell the two apart.
#[test]
fn a_reading_of_an_ended_event_that_takes_another_field_is_found() {
    let (_folder, file) = catalog();
    file.update::<taking::price::SaleEvent>().unwrap();
    let told = refused::<taking::fee::SaleEvent>(&file);
    assert!(told.contains("shop.Sold"), "{told}");
}

#[test]
fn an_event_that_left_the_set_is_found() {
    let (_folder, file) = catalog();
    file.update::<second::SeatEvent>().unwrap();
    let before = text(&file);
    insta::assert_snapshot!("gone", refused::<first::SeatEvent>(&file));
    let error = file.update::<first::SeatEvent>().unwrap_err();
    insta::assert_snapshot!("gone_and_released", shown(&error, &file));
    assert_eq!(text(&file), before);
}

#[test]
fn a_step_by_hand_is_held_to_its_outputs() {
    let (_folder, file) = catalog();
    file.update::<sums::BankEvent>().unwrap();
    file.check::<sums::BankEvent>().unwrap();
    insta::assert_snapshot!("by_hand", refused::<counts::BankEvent>(&file));
}

#[test]
fn a_serde_that_disagrees_with_its_json_schema_is_found() {
    let (_folder, file) = catalog();
    for told in [
        refused::<written_otherwise::BankEvent>(&file),
        refused::<read_otherwise::BankEvent>(&file),
        refused::<never_the_same::BankEvent>(&file),
        refused::<no_sample::BankEvent>(&file),
    ] {
        insta::assert_snapshot!(told);
    }
    file.update::<plain::BankEvent>().unwrap();
    insta::assert_snapshot!("changed_silently", refused::<changed_silently::BankEvent>(&file));
}

#[test]
fn what_serde_reads_and_what_it_writes_are_both_locked() {
    let (_folder, file) = catalog();
    file.update::<read_and_written::BankEvent>().unwrap();
    file.check::<read_and_written::BankEvent>().unwrap();
    let (_folder, file) = catalog();
    file.update::<with_example::BankEvent>().unwrap();
    file.check::<with_example::BankEvent>().unwrap();
}

/// A schema that lies beside the derived events.
const SCHEMA: &str =
    "factum: 1\ncontext: shop\ntypes:\n  Money: { fields: { cents: i64 } }\nevents:\n  Sold: { price: Money }\n";

fn of_schema(text: &str) -> Lock {
    let mut sources = Sources::new();
    sources.add("shop.yaml", text.as_bytes().to_vec());
    Lock::of(factum_model::check(&mut sources).checked.unwrap().schema())
}

#[test]
fn neighbours_in_the_lock_stay_as_they_are() {
    let (_folder, file) = catalog();
    let schema = of_schema(SCHEMA);
    fs::write(file.path(), schema.to_string()).unwrap();
    file.update::<first::SeatEvent>().unwrap();
    file.update::<whole::BillingEvent>().unwrap();
    file.check::<first::SeatEvent>().unwrap();
    file.check::<whole::BillingEvent>().unwrap();
    let locked = read(&file);
    assert_eq!(locked.events["shop.Sold"], schema.events["shop.Sold"]);
    assert_eq!(locked.types["shop.Money"], schema.types["shop.Money"]);
    assert_eq!(locked.events.len(), 6);
    // And a name belongs to one of the two.
    let taken = of_schema("factum: 1\ncontext: bank\nevents:\n  Paid: { cents: i64 }\n");
    fs::write(file.path(), taken.to_string()).unwrap();
    let error = file.update::<sums::BankEvent>().unwrap_err();
    assert!(matches!(error, LockError::Declared { .. }), "{error}");
    assert_eq!(read(&file), taken);
}

#[test]
fn a_lock_with_a_conflict_is_told() {
    let (_folder, file) = catalog();
    fs::write(file.path(), "<<<<<<< HEAD\nlock: 1\n=======\nlock: 1\n>>>>>>> other\n").unwrap();
    let told = refused::<first::SeatEvent>(&file);
    assert!(told.contains("the lock has a merge conflict"), "{told}");
    let error = file.update::<first::SeatEvent>().unwrap_err();
    assert!(matches!(error, LockError::Broken { .. }), "without git nobody knows what was released: {error}");
}

/// A pipe would be waited for, and what a link leads to is somebody else's to make.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_told() {
    let said = |make: &dyn Fn(&Path)| {
        let (_folder, file) = catalog();
        make(file.path());
        let updated = shown(&file.update::<first::SeatEvent>().unwrap_err(), &file);
        assert_eq!(refused::<first::SeatEvent>(&file), updated);
        updated
    };
    let pipe = said(&|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()));
    assert!(pipe.starts_with("factum.lock: it is no regular file\n  help: "), "{pipe}");
    let folder = said(&|path| fs::create_dir(path).unwrap());
    assert!(folder.starts_with("factum.lock: it is a folder\n  help: "), "{folder}");
    let link = said(&|path| std::os::unix::fs::symlink("nowhere", path).unwrap());
    assert!(link.starts_with("factum.lock: it is a link that leads nowhere\n  help: "), "{link}");
}

/// A repository with this catalog in it.
fn repository() -> (TempDir, LockFile) {
    let (folder, file) = catalog();
    git(&folder, &["init", "-q", "-b", "main"]);
    (folder, file)
}

fn git(folder: &TempDir, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder.path()).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &TempDir) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "a commit"]);
}

#[test]
fn what_only_the_branch_has_is_written_anew() {
    let (folder, file) = repository();
    // Nothing is committed yet: nothing is released.
    file.update::<moved_on::SeatEvent>().unwrap();
    file.update::<first::SeatEvent>().unwrap();
    commit(&folder);
    git(&folder, &["checkout", "-q", "-b", "work"]);
    file.update::<other_step::SeatEvent>().unwrap();
    commit(&folder);
    // Committed on the branch, and not released: it may still change, and go.
    file.update::<second::SeatEvent>().unwrap();
    file.check::<second::SeatEvent>().unwrap();
    file.update::<first::SeatEvent>().unwrap();
    file.check::<first::SeatEvent>().unwrap();
    assert_eq!(read(&file).events.len(), 1);
    // What main has is released, also where it came to it after the branch began.
    let error = file.update::<moved_on::SeatEvent>().unwrap_err();
    assert!(matches!(error, LockError::Released { .. }), "{error}");
    file.update::<second::SeatEvent>().unwrap();
    git(&folder, &["checkout", "-q", "-f", "main"]);
    file.update::<second::SeatEvent>().unwrap();
    commit(&folder);
    git(&folder, &["checkout", "-q", "work"]);
    let error = file.update::<other_step::SeatEvent>().unwrap_err();
    assert!(error.to_string().contains("Released is what a lock has in main"), "{error}");
}

#[test]
fn what_was_released_stays_released_where_the_file_is_lost_moved_or_in_conflict() {
    let (folder, file) = repository();
    file.update::<first::SeatEvent>().unwrap();
    commit(&folder);
    let released = text(&file);
    fs::remove_file(file.path()).unwrap();
    assert!(matches!(file.update::<moved_on::SeatEvent>(), Err(LockError::Released { .. })));
    assert!(!file.path().exists());
    fs::write(file.path(), "<<<<<<< HEAD\n").unwrap();
    assert!(matches!(file.update::<moved_on::SeatEvent>(), Err(LockError::Released { .. })));
    file.update::<first::SeatEvent>().unwrap();
    assert_eq!(text(&file), released);
    // What a newer release wrote is not made anew, since this one would lose something of it.
    fs::write(file.path(), "lock: 99\n").unwrap();
    assert!(matches!(file.update::<first::SeatEvent>(), Err(LockError::Newer { .. })));
    assert_eq!(text(&file), "lock: 99\n");
    fs::write(file.path(), released).unwrap();
    let moved = folder.path().join("elsewhere");
    fs::create_dir(&moved).unwrap();
    fs::rename(file.path(), moved.join("factum.lock")).unwrap();
    let file = LockFile::at(&moved);
    assert!(matches!(file.update::<moved_on::SeatEvent>(), Err(LockError::Released { .. })));
    file.update::<first::SeatEvent>().unwrap();
}

#[test]
fn sets_that_are_written_at_once_lose_nothing() {
    for _ in 0..40 {
        let (_folder, file) = catalog();
        let together = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                together.wait();
                file.update::<counts::BankEvent>().unwrap();
            });
            scope.spawn(|| {
                together.wait();
                file.update::<first::SeatEvent>().unwrap();
            });
        });
        let locked = read(&file);
        assert_eq!(locked.events.keys().collect::<Vec<_>>(), ["bank.Paid", "conference.SeatsReserved"]);
    }
}

#[test]
fn samples_are_read_as_what_they_are_of() {
    use factum::Event as _;

    let samples = Samples::of_set::<whole::BillingEvent>().unwrap();
    let paid = samples.events::<whole::Paid>();
    assert!(paid.len() > 10, "{}", paid.len());
    for version in 1..=4 {
        let wire_type = if version == 1 { "billing.Billed" } else { "billing.Paid" };
        let stored = samples.stored(wire_type, version);
        let any = samples.any_stored(wire_type, version, 3, 5);
        assert!(stored.len() > 5 && any.len() == 5, "{version}");
        for payload in stored.iter().map(|(_, payload)| payload).chain(&any) {
            match whole::Paid::decode(version, version, payload) {
                Ok(_) | Err(factum::DecodeFault::Upcast(_)) => {}
                Err(error) => panic!("{version}: {payload}: {error}"),
            }
        }
    }
    assert_eq!(samples.stored("billing.Paid", 1), []);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/shop.yaml"), SCHEMA).unwrap();
    let of_schema = Samples::of_schemas(folder.path()).unwrap();
    assert_eq!(of_schema.stored("shop.Sold", 1)[0].1, r#"{"price":{"cents":7}}"#);
    let theatre = Samples::of_schemas("../examples/theatre/schemas").unwrap();
    assert!(theatre.events::<theatre::SeatsReserved>().len() > 3);
}

#[test]
fn the_catalog_of_a_crate_is_found() {
    let (folder, file) = catalog();
    let inner = folder.path().join("crates/seats");
    fs::create_dir_all(&inner).unwrap();
    assert_eq!(LockFile::around(&inner).unwrap(), file, "above it");
    let alone = tempfile::tempdir().unwrap();
    assert!(matches!(LockFile::around(alone.path()), Err(LockError::NoCatalog { .. })));
    fs::create_dir(alone.path().join("schemas")).unwrap();
    fs::write(alone.path().join("schemas/factum.toml"), "").unwrap();
    assert_eq!(
        LockFile::around(alone.path()).unwrap(),
        LockFile::at(alone.path().join("schemas")),
        "the only one below it"
    );
}

/// As a user's test would be, run by the next one in a process of its own.
#[test]
#[ignore = "it is a part of the next test"]
fn a_test_of_the_users() {
    factum_testing::assert_locked::<first::SeatEvent>();
}

#[test]
fn the_environment_says_whether_to_write() {
    let (folder, file) = catalog();
    let run = |update: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "a_test_of_the_users"]);
        command.env("CARGO_MANIFEST_DIR", folder.path()).env("FACTUM_LOCK", update);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (passed, told) = run("");
    assert!(!passed && told.contains("the event conference.SeatsReserved is not in the lock"), "{told}");
    assert!(!file.path().exists(), "nothing is written unasked");
    assert!(run("update").0);
    assert!(run("").0);
    file.check::<first::SeatEvent>().unwrap();
}

#[test]
fn a_value_that_moved_on_is_found_wherever_it_is_held() {
    let (_folder, file) = catalog();
    file.update::<value::OfferEvent>().unwrap();
    insta::assert_snapshot!("value_moved_on", refused::<value_moved_on::OfferEvent>(&file));
    assert!(matches!(file.update::<value_moved_on::OfferEvent>(), Err(LockError::Released { .. })));
    insta::assert_snapshot!("value_edited", refused::<value_edited::OfferEvent>(&file));
    assert!(matches!(file.update::<value_edited::OfferEvent>(), Err(LockError::Released { .. })));
}
