//! A view in SQL, told what to do about each event by the generated trait.

use conference::view::{Reservations, seats_by_channel};
use conference::{CancelReservation, Channel, OpenSeating, ReserveSeats, SeatAvailability};
use factum::projection::Projector;
use factum::store::EventStoreExt as _;
use factum::{ExpectedVersion, NewEvent, Repository, Uuid};
use factum_sqlite::SqliteStore;

fn reserve(reservation: u128, quantity: u32, channel: Channel) -> ReserveSeats {
    ReserveSeats { reservation: Uuid::from_u128(reservation), quantity, channel, note: None }
}

/// An event as a release before the current one stored it.
async fn stored(store: &SqliteStore, conference: Uuid, event_type: &'static str, version: u32, payload: &'static str) {
    let stream = Repository::<SeatAvailability, SqliteStore>::stream_of(conference).expect("a UUID names a stream");
    let event = NewEvent::new(event_type, version, payload);
    store.append_events(&stream, ExpectedVersion::Any, vec![event]).await.expect("it is stored");
}

#[tokio::test]
async fn a_view_follows_the_events_of_every_version() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let store = SqliteStore::open(folder.path().join("seats.db")).await.expect("it is new");
    let seats = Repository::<SeatAvailability, _>::new(store.clone());
    let conference = Uuid::now_v7();
    seats.execute(conference, OpenSeating { name: "Facts".to_owned(), capacity: 100 }).await.expect("it is new");
    let old = r#"{"reservation":"00000000-0000-0000-0000-000000000009","seats":7,"clerk":"ines"}"#;
    stored(&store, conference, "conference.SeatsReserved", 1, old).await;
    seats.execute(conference, reserve(1, 2, Channel::Phone)).await.expect("there are seats");
    seats.execute(conference, reserve(2, 3, Channel::Phone)).await.expect("there are seats");

    let projector = Projector::new(store.clone(), Reservations);
    projector.catch_up(|_| ()).await.expect("it reads them all");
    assert_eq!(
        seats_by_channel(&store).await.expect("the view is live"),
        [("Phone".to_owned(), 5), ("Web".to_owned(), 7)]
    );

    // Inline the rows change with the append.
    let with_view = projector.into_inline().await.expect("the view is up to date");
    let inline = Repository::<SeatAvailability, _>::new(with_view);
    let cancel = CancelReservation { reservation: Uuid::from_u128(2) };
    inline.execute(conference, cancel).await.expect("it was reserved");
    assert_eq!(
        seats_by_channel(&store).await.expect("the view is live"),
        [("Phone".to_owned(), 2), ("Web".to_owned(), 7)]
    );
}

#[tokio::test]
async fn an_event_that_nobody_declared_stops_the_view() {
    let store = SqliteStore::open_in_memory().await.expect("there is memory");
    let (conference, projector) = (Uuid::now_v7(), Projector::new(store.clone(), Reservations));
    stored(&store, conference, "conference.SeatsPainted", 1, "{}").await;
    let error = projector.catch_up(|_| ()).await.expect_err("nobody knows what that is").to_string();
    assert!(error.contains("conference.SeatsPainted"), "{error}");
    // What stands in the streams of others does not concern it.
    let elsewhere = SqliteStore::open_in_memory().await.expect("there is memory");
    let other = "other.Thing-1".parse().expect("it is a name");
    let event = NewEvent::new("other.Painted", 1, "{}");
    elsewhere.append_events(&other, ExpectedVersion::Any, vec![event]).await.expect("it is stored");
    Projector::new(elsewhere, Reservations).catch_up(|_| ()).await.expect("it passes it over");
}
