//! The generated state, kept and found again.

use std::sync::{Arc, Mutex};

use conference::{Channel, OpenSeating, ReserveSeats, SeatAvailability, Seats};
use factum::store::{SnapshotQuery, SnapshotStore, StoredSnapshot};
use factum::{MemoryStore, Repository, Snapshot, SnapshotPolicy, Uuid, snapshot};

fn query(conference: Uuid) -> SnapshotQuery {
    let stream = Seats::<MemoryStore>::stream_of(conference).expect("a UUID names a stream");
    SnapshotQuery::new(stream, snapshot::key::<SeatAvailability>())
}

async fn sell(seats: &Seats<MemoryStore>, conference: Uuid, reservations: std::ops::Range<u128>) {
    for reservation in reservations {
        let reservation = Uuid::from_u128(reservation);
        let command = ReserveSeats { reservation, quantity: 2, channel: Channel::Phone, note: None };
        seats.execute(conference, command).await.expect("there are seats left");
    }
}

#[tokio::test]
async fn a_state_comes_back_as_it_was_kept_and_is_folded_on() {
    let (store, conference) = (MemoryStore::new(), Uuid::now_v7());
    let plain: Seats<MemoryStore> = Repository::new(store.clone());
    let failures = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let failures = Arc::clone(&failures);
        move |failure: &factum::SnapshotFailure<'_>| failures.lock().expect("nobody panics").push(failure.to_string())
    };
    let seats = plain.clone().snapshots(SnapshotPolicy::every(5)).on_snapshot_failure(tell);
    seats.execute(conference, OpenSeating { name: "Facts".to_owned(), capacity: 100 }).await.expect("it is new");
    sell(&seats, conference, 0..12).await;

    let kept = store.find_snapshot(query(conference)).await.expect("it can be asked").expect("one is due by now");
    assert_eq!(kept.version, 10);
    let at_ten = plain.load_at_version(conference, 10).await.expect("it is there").state;
    assert_eq!(serde_json::from_str::<SeatAvailability>(&kept.state).expect("it is one of ours"), at_ten);
    assert_eq!(seats.load(conference).await.expect("it is there"), plain.load(conference).await.expect("it is there"));

    // What is loaded begins with what was kept: seats that only the snapshot knows of are there.
    let other = SeatAvailability { capacity: 1000, ..at_ten };
    let state = serde_json::to_string(&other).expect("a state can be written");
    store.save_snapshot(StoredSnapshot { state, ..kept }.sealed(), 1).await.expect("it is kept");
    let loaded = seats.load(conference).await.expect("it is there").state;
    assert_eq!((loaded.capacity, loaded.held.len()), (1000, 12));
    assert_eq!(*failures.lock().expect("nobody panics"), Vec::<String>::new());
}

#[test]
fn the_schema_says_the_revision() {
    assert_eq!(SeatAvailability::REVISION, 1);
    assert_ne!(SeatAvailability::SCHEMA, 0);
}
