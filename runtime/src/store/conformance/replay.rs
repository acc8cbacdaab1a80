//! Snapshots, as a repository uses them: whatever a store holds, what is loaded is what a replay says.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, events, stream};
use super::snapshot::{SnapshotFactory, at};
use crate::aggregate::{Aggregate, Decision, emit_all};
use crate::envelope::ExpectedVersion;
use crate::error::{DecodeFault, EncodeError};
use crate::event::{Decoded, Encoded, EventSet, Reader};
use crate::repository::{LoadError, Loaded, Repository};
use crate::snapshot::{self, Snapshot, SnapshotPolicy};
use crate::store::{EventStore, EventStoreExt, SnapshotQuery, SnapshotStore, StoredSnapshot, StreamQuery};

/// A sum, and the numbers it is made of. `REVISION` and `SCHEMA` tell releases apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tally<const REVISION: u32, const SCHEMA: u64> {
    sum: u64,
    numbers: Vec<u64>,
}

struct Counted(u64);

impl EventSet for Counted {
    const TYPES: &'static [&'static str] = &["test.Happened"];
    const READERS: &'static [Reader<Self>] = &[Reader {
        event_type: "test.Happened",
        versions: &[(1, u32::MAX)],
        newest: 1,
        read: |_, _, payload| {
            #[derive(Deserialize)]
            struct Body {
                number: u64,
            }
            let Body { number } = serde_json::from_str(payload).map_err(DecodeFault::Payload)?;
            Ok(Decoded::One(Self(number)))
        },
    }];

    fn encode(&self) -> Result<Encoded, EncodeError> {
        let payload = format!(r#"{{"number":{}}}"#, self.0);
        Ok(Encoded { event_type: "test.Happened", schema_version: 1, readable_from: 1, payload })
    }
}

impl<const REVISION: u32, const SCHEMA: u64> Aggregate for Tally<REVISION, SCHEMA> {
    const CONTEXT: &'static str = "test";
    const NAME: &'static str = "Thing";
    type Id = String;
    type Event = Counted;
    /// The numbers to count.
    type Command = Vec<u64>;
    type Rejection = std::convert::Infallible;

    fn handle(&self, numbers: Vec<u64>) -> Decision<Self> {
        emit_all(numbers.into_iter().map(Counted))
    }

    /// Each revision folds in another way.
    fn apply(&mut self, event: &Counted) {
        self.sum += event.0 * u64::from(REVISION);
        self.numbers.push(event.0);
    }
}

impl<const REVISION: u32, const SCHEMA: u64> Snapshot for Tally<REVISION, SCHEMA> {
    const REVISION: u32 = REVISION;
    const SCHEMA: u64 = SCHEMA;
}

type Now = Tally<1, 1>;
type Tallies<A, F> = Repository<A, Arc<<F as StoreFactory>::Store>>;

fn tallies<A: Snapshot<Id = String>, F: SnapshotFactory>(factory: &F) -> Result<Tallies<A, F>, Violation> {
    Ok(Repository::new(Arc::new(Bench::new(factory)?.store)))
}

fn every<A: Snapshot<Id = String>, S>(repository: &Repository<A, S>, events: u64) -> Repository<A, S>
where
    S: EventStore + SnapshotStore + Clone,
{
    let told = repository.clone().snapshots(SnapshotPolicy::every(events).keep(3));
    told.on_snapshot_failure(|_| ())
}

fn a() -> String {
    "a".to_owned()
}

/// With snapshots every load says what it says without: now, at every version, at every time.
///
/// # Errors
/// [`Violation`].
pub fn with_snapshots_every_load_is_the_same<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let Bench { store, clock, .. } = Bench::new(factory)?;
    let plain: Tallies<Now, F> = Repository::new(Arc::new(store));
    let kept = every(&plain, 4);
    for number in 0..10 {
        clock.advance(1);
        factory.block_on(kept.execute(a(), vec![number; 3])).map_err(|error| Violation::new(error.to_string()))?;
    }
    let query = SnapshotQuery::new(stream("a")?, snapshot::key::<Now>());
    let newest = factory.block_on(plain.store().find_snapshot(query))?;
    ensure_eq!(newest.map(|found| found.version), Some(24), "the version of the newest snapshot");
    same(factory.block_on(plain.load(a())), factory.block_on(kept.load(a())))?;
    for version in 0..=31 {
        let due = factory.block_on(plain.load_at_version(a(), version));
        same(due, factory.block_on(kept.load_at_version(a(), version)))?;
    }
    let page = factory.block_on(plain.store().read_stream(StreamQuery::new(stream("a")?)))?;
    for time in page.iter().map(|recorded| recorded.recorded_at) {
        let due = factory.block_on(plain.load_as_of(a(), time));
        same(due, factory.block_on(kept.load_as_of(a(), time)))?;
    }
    Ok(())
}

fn same<A: PartialEq + std::fmt::Debug>(
    due: Result<Loaded<A>, LoadError>,
    seen: Result<Loaded<A>, LoadError>,
) -> Result<(), Violation> {
    ensure_eq!(seen?, due?, "what is loaded with snapshots");
    Ok(())
}

/// A snapshot is due after so many events, or once so much time lies between them, or whichever comes first.
///
/// # Errors
/// [`Violation`].
pub fn one_is_due_by_number_or_by_time<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let minute = jiff::SignedDuration::from_mins(1);
    // The newest after each command; a command keeps what it found.
    let cases = [
        (SnapshotPolicy::every(4), [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8]),
        (SnapshotPolicy::after(minute), [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6]),
        (SnapshotPolicy::every(4).or_after(minute), [0, 0, 0, 0, 4, 4, 6, 6, 6, 6, 10]),
        (SnapshotPolicy::after(minute).or_every(4), [0, 0, 0, 0, 4, 4, 6, 6, 6, 6, 10]),
    ];
    for (policy, due) in cases {
        let Bench { store, clock, .. } = Bench::new(factory)?;
        let tallies: Repository<Now, _> = Repository::new(Arc::new(store)).snapshots(policy);
        let mut newest = [0; 11];
        for (seconds, newest) in [0, 1, 1, 1, 1, 96, 1, 1, 1, 1, 1].into_iter().zip(&mut newest) {
            clock.advance(seconds);
            factory.block_on(tallies.execute(a(), vec![1])).map_err(|error| Violation::new(error.to_string()))?;
            let query = SnapshotQuery::new(stream("a")?, snapshot::key::<Now>());
            let found = factory.block_on(tallies.store().find_snapshot(query))?;
            *newest = found.map_or(0, |found| found.version);
        }
        ensure_eq!(newest, due, "the newest snapshot after each command, by {policy:?}");
    }
    Ok(())
}

/// Snapshots that do not fit are passed over, and the stream is replayed: damaged ones, such that are no state, those of
/// another history, and such as go beyond the stream.
///
/// # Errors
/// [`Violation`].
pub fn what_does_not_fit_is_replayed<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    for case in 0..6 {
        let plain: Tallies<Now, F> = tallies(factory)?;
        let store = plain.store();
        let (name, numbers) = (stream("a")?, events(6));
        factory.block_on(store.append_events(&name, ExpectedVersion::None, numbers.clone()))?;
        let wrong = r#"{"sum":1000,"numbers":[]}"#.to_owned();
        let unfit = StoredSnapshot { last_event: numbers[3].id, state: wrong, ..at(&name, snapshot::key::<Now>(), 4)? };
        let unfit = match case {
            // Damaged after it was sealed, in one place each.
            0 => StoredSnapshot {
                state: unfit.state.replace("1000", "1001"),
                ..unfit.clone().sealed().with_digest_of(&unfit)
            },
            1 => StoredSnapshot { version: 5, last_event: numbers[4].id, ..unfit.clone().with_digest_of(&unfit) },
            // No state.
            2 => StoredSnapshot { state: "{".to_owned(), ..unfit }.sealed(),
            3 => StoredSnapshot { state: r#"{"other":1}"#.to_owned(), ..unfit }.sealed(),
            // Another history.
            4 => StoredSnapshot { last_event: Uuid::now_v7(), ..unfit }.sealed(),
            _ => StoredSnapshot { version: 7, ..unfit }.sealed(),
        };
        factory.block_on(store.save_snapshot(unfit, 3))?;
        // An older one that fits is found behind it.
        let fits = factory.block_on(plain.load_at_version(a(), 2))?;
        let state = serde_json::to_string(&fits.state)?;
        let older = StoredSnapshot { last_event: numbers[1].id, state, ..at(&name, snapshot::key::<Now>(), 2)? };
        factory.block_on(store.save_snapshot(older.sealed(), 3))?;
        let kept = every(&plain, 1000);
        same(factory.block_on(plain.load(a())), factory.block_on(kept.load(a())))
            .map_err(|violation| Violation::new(format!("case {case}: {violation}")))?;
        let run = factory.block_on(kept.execute(a(), vec![7])).map_err(|error| Violation::new(error.to_string()))?;
        ensure_eq!(run.state.sum, 15 + 7, "the state after a command, case {case}");
    }
    Ok(())
}

impl StoredSnapshot {
    /// Sealed as `other` would be.
    fn with_digest_of(self, other: &Self) -> Self {
        Self { digest: other.clone().sealed().digest, ..self }
    }
}

/// Releases that fold differently run at once: each has its own snapshots and its own states, and none replaces the
/// other's.
///
/// # Errors
/// [`Violation`].
pub fn two_releases_lie_beside<F: SnapshotFactory>(factory: &F) -> Result<(), Violation> {
    let old: Tallies<Tally<1, 1>, F> = tallies(factory)?;
    let store = Arc::clone(old.store());
    let (old, revised) = (every(&old, 2), every::<Tally<2, 1>, _>(&Repository::new(Arc::clone(&store)), 2));
    let reshaped = every::<Tally<1, 2>, _>(&Repository::new(Arc::clone(&store)), 2);
    let failed = |error: &dyn std::error::Error| Violation::new(error.to_string());
    for number in 1..=6 {
        factory.block_on(old.execute(a(), vec![number])).map_err(|error| failed(&error))?;
        factory.block_on(revised.execute(a(), vec![number])).map_err(|error| failed(&error))?;
        factory.block_on(reshaped.execute(a(), vec![number])).map_err(|error| failed(&error))?;
    }
    let sums = (
        factory.block_on(old.load(a()))?.state.sum,
        factory.block_on(revised.load(a()))?.state.sum,
        factory.block_on(reshaped.load(a()))?.state.sum,
    );
    ensure_eq!(sums, (63, 126, 63), "the sums of the three releases");
    let keys = [snapshot::key::<Tally<1, 1>>(), snapshot::key::<Tally<2, 1>>(), snapshot::key::<Tally<1, 2>>()];
    for key in keys {
        let found = factory.block_on(store.find_snapshot(SnapshotQuery::new(stream("a")?, key)))?;
        ensure!(found.is_some_and(|found| found.key == key && found.version >= 14), "a release has no recent snapshot");
    }
    Ok(())
}
