//! The whole program, and what it says when it cannot do what it is asked to.
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use conference::{Error, Options, Screen, run};
use factum::store::EventStoreExt;
use factum::{ExpectedVersion, NewEvent};
use factum_sqlite::SqliteStore;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("conference.db");
    (folder, db)
}

async fn output(options: &Options) -> Result<String, Error> {
    let mut out = Vec::new();
    run(options, &mut Screen::new(&mut out, false)).await?;
    Ok(String::from_utf8(out).unwrap())
}

async fn refusal(options: &Options) -> String {
    output(options).await.unwrap_err().to_string()
}

/// A store of somebody else.
async fn somebody_elses(db: &Path) {
    let store = SqliteStore::open(db).await.unwrap();
    let event = NewEvent::new("shop.Opened", 1, "{}");
    store.append_events(&"shop.Shop-1".parse().unwrap(), ExpectedVersion::None, vec![event]).await.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_goes_on_and_begins_anew() {
    let (_folder, db) = folder();
    let options = Options::new(&db);

    let first = output(&options).await.unwrap();
    assert!(first.starts_with(&format!("\nMade {}\n  Imported ", db.display())), "{first}");
    assert!(first.contains("12 conferences, rebuilt"));
    assert!(first.contains("New commands: Encore 1\n"));

    let missing: Vec<&str> = shown_in_the_readme().into_iter().filter(|line| !first.contains(line)).collect();
    assert!(missing.is_empty(), "the README shows what is not printed: {missing:#?}");

    let second = output(&options).await.unwrap();
    assert!(second.starts_with(&format!("\nFound {}\n  All ", db.display())), "{second}");
    assert!(second.contains("nothing is imported twice"));
    assert!(second.contains("13 conferences, rebuilt"));
    assert!(second.contains("New commands: Encore 2\n"));

    let fresh = output(&Options { fresh: true, ..options }).await.unwrap();
    assert!(fresh.contains("12 conferences, rebuilt"), "{fresh}");
    assert!(fresh.contains("Imported "), "the file that was there is gone");

    for output in [&first, &second, &fresh] {
        assert!(output.contains("sold         20  of the 20 that were left"), "{output}");
        assert!(output.contains("rejected     44  "), "{output}");
        assert!(output.contains("and is told: 2 seats asked for, 0 left"), "{output}");
        assert!(output.contains("version 2, done before"), "{output}");
        let built = output.split("in a view that is built anew\n").nth(1).unwrap();
        assert!(built.contains(" a second, ") && built.contains("100 %  "), "{built}");
        assert!(built.contains("stopped at position ") && built.contains("is gone on with"), "{built}");
        assert!(built.contains("\n  Web ") && built.contains("\n  Phone "), "{built}");
        let wide: Vec<&str> = output.lines().skip(2).filter(|line| line.chars().count() > 100).collect();
        assert!(wide.len() <= 1, "only the file's own name may need more than 100 columns: {wide:?}");
        assert!(!output.contains('\u{1b}'), "no emphasis where nobody watches");
    }
}

#[tokio::test]
async fn a_store_of_somebody_else_is_left_as_it_is() {
    let (_folder, db) = folder();
    somebody_elses(&db).await;
    let before = fs::read(&db).unwrap();
    for fresh in [false, true] {
        let message = refusal(&Options { fresh, ..Options::new(&db) }).await;
        assert!(message.contains("holds events that this example did not record"), "{message}");
        assert_eq!(fs::read(&db).unwrap(), before);
    }
}

#[tokio::test]
async fn fresh_removes_no_file_that_is_no_store() {
    let (_folder, db) = folder();
    fs::write(&db, "dear diary").unwrap();
    let message = refusal(&Options { fresh: true, ..Options::new(&db) }).await;
    assert!(message.ends_with("is not an SQLite database"), "{message}");
    assert_eq!(fs::read(&db).unwrap(), b"dear diary");
}

#[tokio::test]
async fn a_line_that_is_no_event_is_named() {
    let (folder, db) = folder();
    let recorded = folder.path().join("broken.ndjson");
    let committed = fs::read_to_string(Options::recorded()).unwrap();
    let (first, _) = committed.split_once('\n').unwrap();
    fs::write(&recorded, format!("{first}\n{{\"specversion\":\"1.0\"}}\n")).unwrap();
    let message = refusal(&Options { recorded, ..Options::new(&db) }).await;
    assert!(message.ends_with("broken.ndjson: line 2: the attribute `subject` is missing"), "{message}");
}

#[tokio::test]
async fn recorded_events_that_are_not_there_are_named() {
    let (folder, db) = folder();
    let recorded = folder.path().join("missing.ndjson");
    let message = refusal(&Options { recorded, ..Options::new(&db) }).await;
    assert!(message.contains("missing.ndjson: "), "{message}");
}

/// Takes a few bytes, then is closed.
struct Pipe(usize);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_closed_pipe_is_no_failure() {
    let (_folder, db) = folder();
    let error = run(&Options::new(&db), &mut Screen::new(Pipe(8), false)).await.unwrap_err();
    assert!(error.is_closed_pipe(), "{error}");
    assert!(!refusal(&Options::new("/")).await.is_empty());
}

#[test]
fn the_command_line_explains_itself() {
    use clap::CommandFactory;

    let help = Options::command().render_help().to_string();
    for option in ["--db <PATH>", "--fresh", "--help", "conference.db"] {
        assert!(help.contains(option), "{help}");
    }
    Options::command().debug_assert();
}

/// What the README shows of the output is what comes out.
fn shown_in_the_readme() -> Vec<&'static str> {
    let readme = include_str!("../../../README.md");
    let block = readme.split("```text\n").nth(1).and_then(|rest| rest.split_once("```"));
    block.map(|(block, _)| block.lines().collect()).unwrap_or_default()
}
