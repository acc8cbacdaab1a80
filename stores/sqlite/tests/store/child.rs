//! The other process: this very binary, run again with a part to play.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use factum::store::conformance::block_on;
use factum::store::{Append, EventStore};
use factum::{AppendError, ExpectedVersion};
use factum_sqlite::SqliteStore;
use futures_util::future::join_all;

use crate::support::{Folder, event, open, stream, to};

const PART: &str = "FACTUM_SQLITE_CHILD";
const DATABASE: &str = "FACTUM_SQLITE_DATABASE";

/// A command that plays `part` on `database`.
pub(crate) fn command(part: &str, database: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    with_part(&mut command, part, database);
    command
}

/// The same, run by the program `by`.
pub(crate) fn command_by(by: &mut Command, part: &str, database: &Path) {
    by.arg(std::env::current_exe().unwrap());
    with_part(by, part, database);
}

/// The other process at a folder's database, and the lines that it says.
pub(crate) fn start(part: &str, folder: &Folder) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut child = command(part, &folder.database()).stdin(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    (child, lines)
}

fn with_part(command: &mut Command, part: &str, database: &Path) {
    command
        .args(["--exact", "child::plays_its_part", "--ignored", "--nocapture", "--test-threads=1"])
        .env(PART, part)
        .env(DATABASE, database)
        .stdout(Stdio::piped());
}

#[test]
#[ignore = "run by other tests, as another process"]
fn plays_its_part() {
    let Some(part) = std::env::var_os(PART) else { return };
    let database = PathBuf::from(std::env::var_os(DATABASE).unwrap());
    match part.to_str().unwrap() {
        "append until killed" => append_until_killed(&database),
        "append many" => append_many(&open(&database), "child", MANY),
        "count up" => crate::repository::play(&database),
        "append and tell" => append_and_tell(&database),
        "project until told" => crate::workers::project_until_told(&database),
        "project and stand still" => crate::workers::project_and_stand_still(&database),
        "receive until killed" => crate::inbox::receive_until_killed(&database),
        "run policy" => crate::policies::run_policy(&database),
        "follow until killed" => crate::workers::follow_until_killed(&database),
        "deliver until killed" => crate::parked::deliver_until_killed(&database),
        "append while syncs fail" => append_while_syncs_fail(&database),
        "open" => say(&format!("OPENED {:?}", block_on(SqliteStore::open(&database)).map(drop))),
        part => panic!("no such part: {part}"),
    }
}

/// One write, so that what was said is out even if the process dies right after.
pub(crate) fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Eight threads that append one, two or three events at a time, and say each id that was acknowledged.
fn append_until_killed(database: &Path) {
    let store = open(database);
    thread::scope(|scope| {
        for writer in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for turn in 0.. {
                    let events: Vec<_> = (0..=turn % 3).map(|_| event()).collect();
                    let ids: Vec<_> = events.iter().map(|event| event.id.to_string()).collect();
                    block_on(store.append(to(&format!("writer-{writer}"), events))).unwrap();
                    say(&format!("STORED {}", ids.join(" ")));
                }
            });
        }
    });
}

/// The appends of the other process that "appends many".
pub(crate) const MANY: usize = 400;

/// Appends one event after another.
pub(crate) fn append_many(store: &SqliteStore, name: &str, count: usize) {
    for _ in 0..count {
        block_on(store.append(to(name, vec![event()]))).unwrap();
    }
}

/// Pairs of appends of which one conflicts with the other, in whichever group: each is told as soon as it is answered.
fn append_and_tell(database: &Path) {
    let store = open(database);
    for turn in 0..20 {
        thread::scope(|scope| {
            for _ in 0..2 {
                let store = &store;
                scope.spawn(move || {
                    let expected = ExpectedVersion::Exact(turn);
                    let append = Append { stream: stream("told"), expected, events: vec![event()], command: None };
                    match block_on(store.append(append)) {
                        Ok(_) => say("TOLD stored"),
                        Err(AppendError::Conflict { .. }) => say("TOLD conflict"),
                        Err(error) => panic!("{error}"),
                    }
                });
            }
        });
        say("NEXT");
    }
}

/// Groups of appends; each is tried until it is answered, and says what it was told on the way.
fn append_while_syncs_fail(database: &Path) {
    let store = &open(database);
    say("APPENDS");
    for _ in 0..40 {
        block_on(join_all((0..8).map(|writer| async move {
            let append = to(&format!("writer-{writer}"), vec![event(), event()]);
            let ids = append.events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>().join(" ");
            for _ in 0..20 {
                match store.append(append.clone()).await {
                    Ok(_) => return say(&format!("STORED {ids}")),
                    Err(AppendError::OutcomeUnknown(_)) => say(&format!("UNKNOWN {ids}")),
                    // The disk failed again while the file was opened anew.
                    Err(AppendError::Storage(error)) => say(&format!("FAILED {error}")),
                    Err(error) => panic!("{error}"),
                }
            }
            panic!("{ids} is not stored");
        })));
    }
}
