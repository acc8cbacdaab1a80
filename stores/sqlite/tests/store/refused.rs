//! What is not opened, and is left as it was.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use factum::AppendError;
use factum::store::conformance::block_on;
use factum_sqlite::{OpenError, Options, Scan, SqliteStore, is_of_store};
use rusqlite::Connection;

use crate::child;
use crate::support::{Folder, append, event, feed, left_out, newest_layout, open};

/// Opens the file, which must fail and leave the folder as it is.
fn refused(folder: &Folder) -> OpenError {
    let before = folder.contents();
    let error = block_on(SqliteStore::open(folder.database())).unwrap_err();
    assert_eq!(folder.contents(), before, "{error}");
    assert!(error.to_string().contains("events.db"), "{error}");
    error
}

#[test]
fn a_file_that_must_exist_is_not_made() {
    let folder = Folder::new();
    let error = block_on(Options::new().must_exist(true).open(folder.database())).unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(folder.contents().is_empty());
}

#[test]
fn a_folder_is_not_made() {
    let folder = Folder::new();
    let error = block_on(SqliteStore::open(folder.path().join("none/events.db"))).unwrap_err();
    assert!(matches!(error, OpenError::NoFolder { .. }), "{error}");
    assert!(!folder.path().join("none").exists());
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.database()).unwrap();
    assert!(matches!(refused(&folder), OpenError::NotAFile { .. }));
    for path in ["/dev/null", "/", "..", ""] {
        let error = block_on(SqliteStore::open(path)).unwrap_err();
        assert!(matches!(error, OpenError::NotAFile { .. }), "{path}: {error:?}");
    }
}

#[test]
fn garbage_is_refused() {
    for garbage in [&b"x"[..], b"not a database", &[0; 4096], &[0xff; 10_000], b"SQLite format 3\0 and no more"] {
        let folder = Folder::new();
        fs::write(folder.database(), garbage).unwrap();
        let error = refused(&folder);
        assert!(matches!(error, OpenError::NotADatabase { .. }), "{} bytes: {error:?}", garbage.len());
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let whole = Folder::filled(50);
    let bytes = fs::read(whole.database()).unwrap();
    let near_the_ends = (1..120).chain(bytes.len() - 120..bytes.len());
    for length in near_the_ends.chain((120..bytes.len()).step_by(509)).chain((4096..bytes.len()).step_by(4096)) {
        let folder = Folder::new();
        fs::write(folder.database(), &bytes[..length]).unwrap();
        let error = refused(&folder);
        assert!(
            matches!(error, OpenError::Truncated { .. } | OpenError::NotADatabase { .. }),
            "{length} of {} bytes: {error:?}",
            bytes.len()
        );
    }
}

#[test]
fn a_file_of_another_program_is_refused() {
    for (what, application_id, layout, tables) in [
        ("its id", 42, 0, ""),
        ("its version", 0, 7, ""),
        ("its table", 0, 0, "CREATE TABLE notes (a);"),
        ("tables like ours", 0, 2, include_str!("../../src/schema/001_events.sql")),
    ] {
        for journal in ["delete", "wal"] {
            let folder = Folder::new();
            let raw = Connection::open(folder.database()).unwrap();
            raw.pragma_update(None, "journal_mode", journal).unwrap();
            raw.pragma_update(None, "application_id", application_id).unwrap();
            raw.pragma_update(None, "user_version", layout).unwrap();
            raw.execute_batch(tables).unwrap();
            drop(raw);
            let error = refused(&folder);
            assert!(
                matches!(error, OpenError::Foreign { application_id: id, .. } if id == application_id),
                "{what}: {error:?}"
            );
        }
    }
}

#[test]
fn a_file_of_another_program_with_a_wal_is_refused() {
    let living = Folder::new();
    let raw = Connection::open(living.database()).unwrap();
    raw.pragma_update(None, "journal_mode", "wal").unwrap();
    raw.execute_batch("CREATE TABLE notes (a);").unwrap();
    let folder = Folder::new();
    for suffix in ["", "-wal"] {
        let name = format!("events.db{suffix}");
        fs::copy(living.path().join(&name), folder.path().join(&name)).unwrap();
    }
    assert!(matches!(refused(&folder), OpenError::Foreign { .. }));
}

#[test]
fn a_newer_file_is_refused() {
    let folder = Folder::filled(3);
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let refused = refused(&folder);
    assert!(matches!(refused, OpenError::Newer { found: 99, known, .. } if known == newest_layout()), "{refused}");
}

/// The newer layout is in the WAL alone: a crash during a newer release's migration.
#[test]
fn a_newer_wal_is_refused() {
    let newer = Folder::filled(3);
    let raw = Connection::open(newer.database()).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    let folder = Folder::new();
    for suffix in ["", "-wal"] {
        let name = format!("events.db{suffix}");
        fs::copy(newer.path().join(&name), folder.path().join(&name)).unwrap();
    }
    let kept = |folder: &Folder| {
        let mut contents = folder.contents();
        // SQLite's index of the WAL, made anew whenever it is missing, and the empty lock files.
        contents.retain(|path, bytes| !bytes.is_empty() && !path.ends_with("events.db-shm"));
        contents
    };
    let before = kept(&folder);
    let error = block_on(SqliteStore::open(folder.database())).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
    assert_eq!(kept(&folder), before);
}

#[test]
fn damage_is_found_on_request() {
    let folder = Folder::filled(200);
    let mut bytes = fs::read(folder.database()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 64].fill(0xaa);
    fs::write(folder.database(), bytes).unwrap();
    let error = block_on(Options::new().quick_check(true).open(folder.database())).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
}

#[test]
fn a_read_only_file_is_refused() {
    let folder = Folder::filled(1);
    fs::set_permissions(folder.database(), Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(refused(&folder), OpenError::NotWritable { .. }));
}

#[test]
fn a_read_only_disk_is_refused() {
    let folder = Folder::filled(1);
    let mount =
        |arguments: &[&str]| Command::new("mount").args(arguments).arg(folder.path()).arg(folder.path()).output();
    match mount(&["--bind"]).and_then(|_| mount(&["-o", "remount,ro,bind"])) {
        Ok(output) if output.status.success() => {}
        Ok(output) => return left_out(&format!("mount: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => return left_out(&format!("mount: {error}")),
    }
    let error = block_on(SqliteStore::open(folder.database()));
    let created = block_on(SqliteStore::open(folder.path().join("new.db")));
    assert!(Command::new("umount").arg(folder.path()).status().unwrap().success());
    assert!(matches!(error, Err(OpenError::NotWritable { .. })), "{error:?}");
    assert!(matches!(created, Err(OpenError::NotWritable { .. })), "{created:?}");
}

#[test]
fn a_file_without_permission_is_refused() {
    let folder = Folder::filled(1);
    let (hidden, shown) = (folder.path().join("hidden.db"), folder.database());
    fs::copy(&shown, &hidden).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&hidden, Permissions::from_mode(0o600)).unwrap();
    let before = folder.contents();
    for path in [&hidden, &shown, &folder.path().join("new.db")] {
        match opened_by_nobody(path) {
            Ok(said) => assert!(said.contains("OPENED Err(NotWritable"), "{}: {said}", path.display()),
            Err(why) => return left_out(&why),
        }
    }
    assert_eq!(folder.contents(), before);
}

/// What a process of the user `nobody` says about opening a file.
fn opened_by_nobody(path: &Path) -> Result<String, String> {
    let output = child::command("open", path).uid(65534).gid(65534).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("a process of nobody: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[test]
fn a_locked_file_is_busy() {
    let folder = Folder::filled(1);
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "locking_mode", "exclusive").unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = block_on(Options::new().busy_timeout(Duration::from_millis(50)).open(folder.database())).unwrap_err();
    assert!(matches!(error, OpenError::Busy { .. }), "{error:?}");
    drop(raw);
    assert_eq!(feed(&open(&folder.database())).len(), 1);
}

#[test]
fn an_append_to_a_locked_file_is_busy_and_reading_goes_on() {
    let folder = Folder::filled(1);
    let store = block_on(Options::new().busy_timeout(Duration::from_millis(50)).open(folder.database())).unwrap();
    let raw = Connection::open(folder.database()).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = append(&store, "a", vec![event()]).unwrap_err();
    assert!(matches!(error, AppendError::Busy) && error.is_retryable(), "{error:?}");
    assert_eq!(feed(&store).len(), 1);
    raw.execute_batch("ROLLBACK").unwrap();
    assert_eq!(append(&store, "a", vec![event()]).unwrap().version, 2);
}

#[test]
fn the_turn_of_another_process_is_waited_for() {
    let folder = Folder::filled(1);
    let store = block_on(Options::new().busy_timeout(Duration::from_millis(50)).open(folder.database())).unwrap();
    for lock in ["events.db.writer", "events.db.next.writer"] {
        let held = fs::File::open(folder.path().join(lock)).unwrap();
        held.lock().unwrap();
        assert!(matches!(append(&store, "a", vec![event()]), Err(AppendError::Busy)), "{lock}");
        drop(held);
        append(&store, "a", vec![event()]).unwrap();
    }
}

#[test]
fn an_empty_file_is_no_store_to_read() {
    let folder = Folder::new();
    fs::write(folder.database(), "").unwrap();
    let error = Scan::open(folder.database()).unwrap_err();
    assert!(matches!(error, OpenError::Empty { .. }), "{error:?}");
    assert_eq!(fs::metadata(folder.database()).unwrap().len(), 0);
}

/// What the public function says, and what really is made.
#[test]
fn what_stands_beside_a_store_is_known_by_its_name() {
    let folder = Folder::new();
    fs::write(folder.path().join("events.db.bak"), "").unwrap();
    let store = block_on(SqliteStore::open(folder.database())).unwrap();
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (own, others): (Vec<_>, Vec<_>) = names.iter().partition(|file| is_of_store(&folder.database(), file));
    assert_eq!(others, [&folder.path().join("events.db.bak")]);
    assert_eq!(own.len(), 5, "{own:?}: the file, its log and the log's index, two locks");
    block_on(store.close());
}
