//! A disk that is full in the middle of a group.

use std::fs;
use std::path::Path;
use std::process::Command;

use factum::store::EventStore;
use factum::store::conformance::block_on;
use factum::{AppendError, NewEvent};
use factum_sqlite::{OpenError, Options, SqliteError, SqliteStore};
use futures_util::future::join_all;

use crate::support::{Folder, append, event, feed, large_event, left_out, open, to};

#[test]
fn a_file_at_its_ceiling_refuses_what_does_not_fit_and_keeps_the_rest() {
    let folder = Folder::new();
    let options = Options::new().max_bytes(1 << 20);
    the_disk_fills_up(&block_on(options.open(folder.database())).unwrap(), 2 << 20);
    assert_whole(&folder.database());
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest() {
    let folder = Folder::new();
    let Some(_mounted) = mount_4_mib(folder.path()) else { return };
    the_disk_fills_up(&open(&folder.database()), 6 << 20);
    // Somebody makes room.
    let grown = Command::new("mount").args(["-o", "remount,size=16m"]).arg(folder.path()).status().unwrap();
    assert!(grown.success());
    assert_whole(&folder.database());
}

#[test]
fn a_file_that_cannot_be_opened_for_want_of_room_says_so() {
    let folder = Folder::new();
    let Some(_mounted) = mount_4_mib(folder.path()) else { return };
    let (new, old) = (folder.path().join("new.db"), folder.path().join("old.db"));
    append(&open(&old), "a", vec![event()]).unwrap();
    let rest = folder.path().join("rest");
    fs::write(&rest, vec![0; 8 << 20]).unwrap_err();
    for path in [&new, &old] {
        let error = block_on(SqliteStore::open(path)).unwrap_err();
        assert!(matches!(error, OpenError::Full { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("{}: the disk is full", path.display()));
    }
    fs::remove_file(rest).unwrap();
    assert_eq!(feed(&open(&new)).len(), 0);
    assert_eq!(feed(&open(&old)).len(), 1);
}

/// A disk of 4 MiB in place of the folder; `None` where that cannot be.
fn mount_4_mib(folder: &Path) -> Option<Unmount<'_>> {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder).output();
    match mounted {
        Ok(output) if output.status.success() => return Some(Unmount(folder)),
        Ok(output) => left_out(&format!("mount: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => left_out(&format!("mount: {error}")),
    }
    None
}

struct Unmount<'p>(&'p Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// Groups of small appends with one among them that has no room.
fn the_disk_fills_up(store: &SqliteStore, too_large: usize) {
    let mut stored = Vec::new();
    for round in 0..5 {
        let appends: Vec<Vec<NewEvent>> = (0..32)
            .map(|number| if number == 13 { vec![event(), large_event(too_large)] } else { vec![event()] })
            .collect();
        let ids: Vec<Vec<_>> = appends.iter().map(|events| events.iter().map(|event| event.id).collect()).collect();
        let name = |number: usize| format!("round-{round}-{number}");
        let answers = block_on(join_all(
            appends.into_iter().enumerate().map(|(number, events)| store.append(to(&name(number), events))),
        ));
        for (number, (answer, ids)) in answers.into_iter().zip(ids).enumerate() {
            match answer {
                Ok(_) if number != 13 => stored.extend(ids),
                Err(AppendError::Storage(source)) if number == 13 => {
                    assert!(source.downcast_ref::<SqliteError>().is_some_and(SqliteError::is_full), "{source}");
                }
                answer => panic!("append {number} of round {round}: {answer:?}"),
            }
        }
    }
    let there = feed(store);
    assert_eq!(there.len(), stored.len());
    assert!(stored.iter().all(|id| there.contains(id)));
    until_nothing_fits(store);
}

/// Every append that is acknowledged is there, also at the very end of the disk.
fn until_nothing_fits(store: &SqliteStore) {
    let before = feed(store).len();
    let mut stored = 0;
    let error = loop {
        match append(store, "last", vec![large_event(20_000)]) {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::Storage(_)), "{error}");
    assert_eq!(feed(store).len(), before + stored);
}

fn assert_whole(database: &Path) {
    block_on(async { Options::new().quick_check(true).open(database).await.unwrap().close().await });
}
