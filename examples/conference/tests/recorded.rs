//! The recorded events: where they come from, what they hold, and that every store makes the same of them.
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::collections::{BTreeMap, BTreeSet};

use conference::{Conference, Options, SeatAvailability, SeatAvailabilityEvent, Seats, conferences, import, record};
use factum::store::{EventStore, EventStoreExt, FeedQuery};
use factum::{Aggregate, EventSet, MemoryStore, ReadError, Repository};
use factum_sqlite::SqliteStore;

fn committed() -> Vec<u8> {
    std::fs::read(Options::recorded()).unwrap()
}

#[test]
fn the_committed_file_is_what_the_generator_writes() {
    let (written, committed) = (record::write(Vec::new()).unwrap(), committed());
    // Not `assert_eq`: three megabytes of difference help nobody.
    assert!(
        written == committed,
        "write it anew with `cargo run -p conference --bin record`, and look at the difference"
    );
}

#[test]
fn the_committed_file_is_large_enough_to_mean_something_and_small_enough_to_keep() {
    let committed = committed();
    assert!(committed.len() < 4 << 20, "{} bytes", committed.len());
    assert!(committed.split(|byte| *byte == b'\n').count() > 5_000);
}

async fn imported<S: EventStore + Clone>(store: &S) -> Vec<Conference> {
    let recorded = Options::recorded();
    let first = import::recorded(store, &recorded, false).await.unwrap();
    let again = import::recorded(store, &recorded, false).await.unwrap();
    assert_eq!((first.repeated, again.stored), (0, 0));
    assert_eq!(again.repeated, first.stored);
    let seats: Seats<S> = Repository::new(store.clone());
    conferences(&seats).await.unwrap()
}

#[tokio::test]
async fn memory_and_sqlite_make_the_same_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStore::open(folder.path().join("conference.db")).await.unwrap();
    let (in_memory, in_file) = (imported(&MemoryStore::new()).await, imported(&sqlite).await);
    sqlite.close().await;
    assert_eq!(in_memory, in_file);
    assert_eq!(in_memory.len(), 12);
    assert!(in_memory.iter().filter(|conference| conference.seats.cancelled).count() >= 2);
    let unnamed = in_memory.iter().filter(|conference| conference.seats.name == "an unnamed conference");
    assert_eq!(unnamed.count(), 4, "the conferences of the first release have the default's name");
    assert!((1..=3).all(|version| in_memory.iter().any(|conference| conference.stored_as(version) > 500)));
}

#[tokio::test]
async fn at_no_point_was_a_seat_sold_twice() {
    let store = MemoryStore::new();
    import::recorded(&store, &Options::recorded(), false).await.unwrap();
    let mut halls: BTreeMap<String, SeatAvailability> = BTreeMap::new();
    let (mut last, mut interleaved) = (String::new(), 0);
    let visit = store.for_each_in_feed(FeedQuery::default(), |recorded| {
        let hall = halls.entry(recorded.stream.to_owned()).or_default();
        SeatAvailabilityEvent::decode(recorded).unwrap().into_iter().for_each(|event| hall.apply(&event));
        assert!(hall.held_seats() <= u64::from(hall.capacity), "oversold at position {}", recorded.position);
        interleaved += u32::from(last != recorded.stream);
        recorded.stream.clone_into(&mut last);
        Ok::<(), ReadError>(())
    });
    assert!(visit.await.unwrap() >= 5_000);
    assert!(interleaved >= 3_000, "the streams are interleaved");
}

#[tokio::test]
async fn causes_come_before_what_they_caused() {
    let store = MemoryStore::new();
    import::recorded(&store, &Options::recorded(), false).await.unwrap();
    let (mut correlations, mut last, mut caused) = (BTreeMap::new(), None, 0);
    let mut stored_as = BTreeSet::new();
    let visit = store.for_each_in_feed(FeedQuery::default(), |recorded| {
        assert!(last < Some(recorded.recorded_at), "time goes on");
        assert_eq!(recorded.id.get_version_num(), 7);
        if let Some(cause) = recorded.causation_id {
            assert_eq!(correlations.get(&cause), Some(&recorded.correlation_id));
            assert_eq!(recorded.depth, 1);
            caused += 1;
        }
        correlations.insert(recorded.id, recorded.correlation_id);
        last = Some(recorded.recorded_at);
        stored_as.insert((recorded.event_type.to_owned(), recorded.schema_version));
        Ok::<(), ReadError>(())
    });
    visit.await.unwrap();
    assert!(caused > 100);
    let stored_as: Vec<_> = stored_as.iter().map(|(event_type, version)| (event_type.as_str(), *version)).collect();
    assert_eq!(
        stored_as,
        [
            ("conference.ConferenceCancelled", 1),
            ("conference.ConferenceCancelled", 2),
            ("conference.ReservationCancelled", 1),
            ("conference.ReservationChanged", 1),
            ("conference.ReservationChanged", 2),
            ("conference.SeatingOpened", 1),
            ("conference.SeatingOpened", 2),
            ("conference.SeatsReserved", 1),
            ("conference.SeatsReserved", 2),
            ("conference.SeatsReserved", 3),
        ]
    );
}
