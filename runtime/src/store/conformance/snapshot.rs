//! Snapshots, as a store keeps them.

use std::thread;

use jiff::Timestamp;
use uuid::Uuid;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, event, events, stream};
use crate::envelope::{ExpectedVersion, StreamName};
use crate::store::snapshot::MAX_STATE;
use crate::store::{SnapshotError, SnapshotKey, SnapshotQuery, SnapshotStore, StoredSnapshot};

/// A factory whose stores keep snapshots too.
pub trait SnapshotFactory: StoreFactory<Store: SnapshotStore> {}

impl<F: StoreFactory<Store: SnapshotStore>> SnapshotFactory for F {}

fn key(number: u8) -> SnapshotKey {
    SnapshotKey { fingerprint: Uuid::from_bytes([number; 16]), revision: 1 }
}

/// The snapshot of a version, recorded at that second.
pub(super) fn at(stream: &StreamName, key: SnapshotKey, version: u64) -> Result<StoredSnapshot, Violation> {
    let snapshot = StoredSnapshot {
        stream: stream.clone(),
        key,
        version,
        last_event: Uuid::from_u128(u128::from(version)),
        recorded_at: Timestamp::from_second(i64::try_from(version.min(1 << 30))?)?,
        skipped: 0,
        digest: Uuid::nil(),
        state: format!(r#"{{"version":{version}}}"#),
    };
    Ok(snapshot.sealed())
}

/// A new store, and its methods made synchronous.
struct Shelf<'a, F: StoreFactory> {
    factory: &'a F,
    bench: Bench<'a, F>,
}

impl<'a, F: SnapshotFactory> Shelf<'a, F> {
    fn new(factory: &'a F) -> Result<Self, Violation> {
        Ok(Self { factory, bench: Bench::new(factory)? })
    }

    fn save(&self, snapshot: &StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        self.factory.block_on(self.bench.store.save_snapshot(snapshot.clone(), keep))
    }

    fn find(&self, query: &SnapshotQuery) -> Result<Option<StoredSnapshot>, Violation> {
        Ok(self.factory.block_on(self.bench.store.find_snapshot(query.clone()))?)
    }

    fn newest(&self, stream: &StreamName, key: SnapshotKey) -> Result<Option<StoredSnapshot>, Violation> {
        self.find(&SnapshotQuery::new(stream.clone(), key))
    }

    /// The versions that are kept, newest first.
    fn versions(&self, stream: &StreamName, key: SnapshotKey) -> Result<Vec<u64>, Violation> {
        let (mut versions, mut query) = (Vec::new(), SnapshotQuery::new(stream.clone(), key));
        while let Some(found) = self.find(&query)? {
            versions.push(found.version);
            query.up_to_version = Some(found.version - 1);
        }
        Ok(versions)
    }
}

/// What is saved is found as it was, byte for byte, the largest numbers included.
///
/// # Errors
/// [`Violation`].
pub fn a_snapshot_is_found_as_it_was_saved<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("\u{fffd} 'a' %")?);
    let state = format!("{{\"text\":\"{}\\u0000\u{10ffff}\"}} ", "ü".repeat(1 << 20));
    let mut saved = StoredSnapshot {
        key: SnapshotKey { fingerprint: Uuid::from_u128(u128::MAX), revision: u32::MAX },
        last_event: Uuid::from_u128(u128::MAX - 1),
        recorded_at: Timestamp::from_microsecond(-1)?,
        skipped: i64::MAX as u64,
        state,
        ..at(&name, key(1), i64::MAX as u64)?
    };
    // Its digest is not for the store to judge.
    saved.digest = Uuid::from_u128(7);
    shelf.save(&saved, 1)?;
    ensure!(shelf.newest(&name, saved.key)? == Some(saved), "the snapshot is not as it was saved");
    Ok(())
}

/// The newest that fits is found: up to a version, as of a time, both; and none where none fits.
///
/// # Errors
/// [`Violation`].
pub fn the_newest_that_fits_is_found<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    let kept = [3, 5, 8];
    for version in [5, 8, 3] {
        shelf.save(&at(&name, key(1), version)?, 9)?;
    }
    for up_to_version in [None, Some(0), Some(2), Some(3), Some(4), Some(7), Some(8), Some(u64::MAX)] {
        for second in [None, Some(2), Some(5), Some(6), Some(99)] {
            let as_of = second.map(Timestamp::from_second).transpose()?;
            let query = SnapshotQuery { up_to_version, as_of, ..SnapshotQuery::new(name.clone(), key(1)) };
            let fits = |version: &&u64| {
                up_to_version.is_none_or(|last| **version <= last)
                    && second.is_none_or(|last| i64::try_from(**version).is_ok_and(|version| version <= last))
            };
            let due = kept.iter().rev().find(fits).copied();
            ensure_eq!(shelf.find(&query)?.map(|found| found.version), due, "the version that answers {query:?}");
        }
    }
    let just_before = Timestamp::new(5, 0)?.checked_sub(jiff::SignedDuration::from_micros(1))?;
    let query = SnapshotQuery { as_of: Some(just_before), ..SnapshotQuery::new(name, key(1)) };
    ensure_eq!(shelf.find(&query)?.map(|found| found.version), Some(3), "a microsecond before second 5");
    Ok(())
}

/// As many as asked for are kept, the newest; one that comes late displaces no newer one.
///
/// # Errors
/// [`Violation`].
pub fn the_newest_are_kept<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    for (version, keep, due) in
        [(2, 2, vec![2]), (4, 2, vec![4, 2]), (6, 2, vec![6, 4]), (1, 2, vec![6, 4]), (5, 1, vec![6]), (9, 0, vec![9])]
    {
        shelf.save(&at(&name, key(1), version)?, keep)?;
        ensure_eq!(shelf.versions(&name, key(1))?, due, "the versions after that of {version}, at most {keep}");
    }
    Ok(())
}

/// Snapshots of other streams, fingerprints and revisions lie beside each other: none finds, replaces or displaces
/// another.
///
/// # Errors
/// [`Violation`].
pub fn other_streams_and_keys_lie_beside<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let shelf = Shelf::new(factory)?;
    let revised = SnapshotKey { revision: 2, ..key(1) };
    let places = [
        (stream("a")?, key(1), 4),
        (stream("a")?, key(2), 3),
        (stream("a")?, revised, 2),
        (stream("A")?, key(1), 9),
        (stream("a-")?, key(1), 1),
    ];
    for _ in 0..2 {
        for (name, key, version) in &places {
            shelf.save(&at(name, *key, *version)?, 1)?;
        }
    }
    for (name, key, version) in &places {
        ensure_eq!(shelf.versions(name, *key)?, vec![*version], "the snapshots of {name} and {key:?}");
    }
    ensure!(shelf.newest(&stream("b")?, key(1))?.is_none(), "a snapshot of a stream that has none");
    ensure!(shelf.newest(&stream("a")?, key(3))?.is_none(), "a snapshot of a key that has none");
    Ok(())
}

/// One of the same version takes the other's place.
///
/// # Errors
/// [`Violation`].
pub fn saved_again_it_is_replaced<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    let first = at(&name, key(1), 4)?;
    let second = StoredSnapshot { last_event: Uuid::from_u128(99), state: "[]".to_owned(), ..first.clone() }.sealed();
    for snapshot in [&first, &second] {
        shelf.save(snapshot, 3)?;
        ensure_eq!(shelf.newest(&name, key(1))?.as_ref(), Some(snapshot), "the snapshot that was saved last");
    }
    ensure_eq!(shelf.versions(&name, key(1))?, vec![4], "the versions");
    Ok(())
}

/// Saving, finding and clearing leave events, positions and versions as they are, and make no stream.
///
/// # Errors
/// [`Violation`].
pub fn events_are_not_touched<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    let bench = &shelf.bench;
    bench.push(&name, &events(3))?;
    let before = bench.everything()?;
    for name in [&name, &stream("unknown")?] {
        shelf.save(&at(name, key(1), 2)?, 1)?;
    }
    ensure_eq!(bench.everything()?, before, "the feed");
    ensure_eq!(bench.version(&stream("unknown")?)?, None, "the version of a stream that has a snapshot and no event");
    shelf.factory.block_on(bench.store.clear_snapshots())?;
    let appended = bench.append(&name, ExpectedVersion::Exact(3), &[event(3)])?;
    ensure_eq!((appended.version, appended.position), (4, Some(4)), "the place of the next event");
    Ok(())
}

/// The largest state is kept; a larger one is refused, and the one before remains.
///
/// # Errors
/// [`Violation`].
pub fn too_large_a_state_is_refused<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    let of = |bytes: usize| {
        let state = format!("\"{}\"", "x".repeat(bytes - 2));
        Ok::<_, Violation>(StoredSnapshot { state, ..at(&name, key(1), 2)? })
    };
    shelf.save(&of(MAX_STATE)?, 1)?;
    let answer = shelf.save(&of(MAX_STATE + 1)?, 1);
    ensure!(matches!(answer, Err(SnapshotError::TooLarge { .. })), "`TooLarge` is due, got {answer:?}");
    let found = shelf.newest(&name, key(1))?.map(|found| found.state.len());
    ensure_eq!(found, Some(MAX_STATE), "the bytes of the state that is kept");
    Ok(())
}

/// Cleared, all are gone; and others can be kept.
///
/// # Errors
/// [`Violation`].
pub fn cleared_all_are_gone<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let (shelf, names) = (Shelf::new(factory)?, [stream("a")?, stream("b")?]);
    for name in &names {
        shelf.save(&at(name, key(1), 4)?, 2)?;
    }
    shelf.factory.block_on(shelf.bench.store.clear_snapshots())?;
    for name in &names {
        ensure_eq!(shelf.versions(name, key(1))?, Vec::<u64>::new(), "the snapshots of {name}");
    }
    shelf.save(&at(&names[0], key(1), 2)?, 2)?;
    ensure_eq!(shelf.versions(&names[0], key(1))?, vec![2], "the snapshots afterwards");
    Ok(())
}

/// Saved at once, by several at one place and beside appends: nobody fails, and the newest is there.
///
/// # Errors
/// [`Violation`].
pub fn saved_at_once_the_newest_is_there<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    const TURNS: u64 = 25;
    const THREADS: u64 = 4;
    let (shelf, name) = (Shelf::new(factory)?, stream("a")?);
    let run = |number: u64| -> Result<(), Violation> {
        let key = key(u8::try_from(number % 2)?);
        for turn in 0..TURNS {
            shelf.save(&at(&name, key, 1 + turn * THREADS + number)?, 2)?;
            shelf.bench.push(&name, &[event(0)])?;
            ensure!(shelf.newest(&name, key)?.is_some(), "nothing is found right after it was saved");
        }
        Ok(())
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || run(number))).collect();
        handles.into_iter().try_for_each(|handle| {
            handle.join().map_err(|_| Violation::new("a thread panicked")).and_then(|result| result)
        })
    })?;
    for number in 0..2_u8 {
        let last = 1 + (TURNS - 1) * THREADS + u64::from(number);
        ensure_eq!(shelf.versions(&name, key(number))?, vec![last + 2, last], "the versions of key {number}");
    }
    Ok(())
}
