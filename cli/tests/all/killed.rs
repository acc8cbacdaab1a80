//! What an export leaves that is ended from outside. The temporary folder has to know files without a name.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cargo_factum::Exit;
use factum::store::EventStoreExt as _;
use factum::store::conformance::block_on;
use factum::{ExpectedVersion, NewEvent};
use factum_sqlite::SqliteStore;

use crate::support::{Folder, SEATS};

/// A store whose export takes a while.
fn large() -> Folder {
    let folder = Folder::with(SEATS);
    let store = block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap();
    let stream = "seats.Hall-1".parse().unwrap();
    let payload = format!(r#"{{"capacity":1,"note":"{}"}}"#, "x".repeat(1 << 20));
    for _ in 0..64 {
        let event = NewEvent::new("seats.Opened", 1, payload.clone());
        block_on(store.append_events(&stream, ExpectedVersion::Any, vec![event])).unwrap();
    }
    block_on(store.close());
    folder
}

/// What stood in the place of what is exported.
const YESTERDAY: &str = "of yesterday";

fn names(folder: &Folder) -> BTreeSet<PathBuf> {
    fs::read_dir(&folder.path).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "kill -{signal}");
}

/// An export that stands still in the middle of what it writes. On a busy machine it may be done before it is seen, or
/// stopped: then another one is begun.
fn export(folder: &Folder) -> Child {
    for _ in 0..100 {
        folder.write("events.ndjson", YESTERDAY);
        let mut child = begun(folder);
        while child.try_wait().unwrap().is_none() && !is_writing(folder, &child) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            signal(&child, "STOP");
            if is_writing(folder, &child) {
                return child;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    panic!("no export was seen to write");
}

fn begun(folder: &Folder) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
    command.current_dir(&folder.path).args([
        "export",
        "events",
        "--store",
        "sqlite:seats.db",
        "--out",
        "events.ndjson",
    ]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Whether it has written something that is not in its place yet.
fn is_writing(folder: &Folder, child: &Child) -> bool {
    let files = fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter().flatten().flatten();
    let mut written = files.filter_map(|file| Some((fs::read_link(file.path()).ok()?, file.path())));
    // A file that has no name is told by its number, as one that was deleted.
    let draft = written.find(|(name, _)| {
        let is_draft = |name: &str| name.starts_with('#') || name.starts_with(".factum-");
        name.parent() == Some(&folder.path) && name.file_name().unwrap().to_str().is_some_and(is_draft)
    });
    draft.is_some_and(|(_, draft)| draft.metadata().is_ok_and(|draft| draft.len() > 0))
}

#[test]
fn an_export_that_is_ended_leaves_nothing() {
    let folder = large();
    folder.write("events.ndjson", YESTERDAY);
    let before = names(&folder);
    for ended in ["TERM", "INT", "KILL"] {
        let mut child = export(&folder);
        signal(&child, ended);
        signal(&child, "CONT");
        assert!(!child.wait().unwrap().success());
        assert_eq!((names(&folder), folder.read("events.ndjson").as_str()), (before.clone(), YESTERDAY), "{ended}");
    }
}

/// Where a file system has no files without a name, or by an earlier release.
#[test]
fn what_was_left_is_told() {
    let folder = Folder::with(SEATS);
    block_on(block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap().close());
    folder.write(".factum-AbCdEf", "half");
    let ran = folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "events.ndjson"]);
    assert_eq!(ran.exit, Exit::Clean);
    assert!(
        ran.err
            .starts_with("warning: .factum-AbCdEf was left behind by an export that was killed\n  = help: remove it\n"),
        "{}",
        ran.err
    );
    assert_eq!(folder.read(".factum-AbCdEf"), "half");
}
