//! The rules of a conference's seats.

use conference::{
    AlreadyOpen, AlreadyReserved, CancelConference, CancelReservation, Cancelled, ChangeReservation, Channel,
    ConferenceCancelled, NoSeats, NotOpen, OpenSeating, ReservationCancelled, ReservationChanged, ReserveSeats,
    SeatAvailability, SeatAvailabilityCommand, SeatAvailabilityEvent, SeatAvailabilityRejection, SeatingOpened,
    SeatsReserved, SoldOut, UnknownReservation,
};
use factum::{Aggregate, Uuid};
use proptest::prelude::*;

const ADA: Uuid = Uuid::from_u128(1);
const GRACE: Uuid = Uuid::from_u128(2);

fn given(events: impl IntoIterator<Item = SeatAvailabilityEvent>) -> SeatAvailability {
    let mut seats = SeatAvailability::default();
    events.into_iter().for_each(|event| seats.apply(&event));
    seats
}

fn opened(capacity: u32) -> SeatAvailabilityEvent {
    SeatingOpened { name: "Facts".to_owned(), capacity }.into()
}

fn reserved(reservation: Uuid, quantity: u32) -> SeatAvailabilityEvent {
    SeatsReserved { reservation, quantity, channel: Channel::Web, note: None }.into()
}

fn reserve(reservation: Uuid, quantity: u32) -> ReserveSeats {
    ReserveSeats { reservation, quantity, channel: Channel::Web, note: None }
}

#[track_caller]
fn emits(
    seats: &SeatAvailability,
    command: impl Into<SeatAvailabilityCommand>,
    event: impl Into<SeatAvailabilityEvent>,
) {
    assert_eq!(seats.handle(command.into()), Ok(vec![event.into()]));
}

#[track_caller]
fn rejects(
    seats: &SeatAvailability,
    command: impl Into<SeatAvailabilityCommand>,
    rejection: impl Into<SeatAvailabilityRejection>,
) {
    assert_eq!(seats.handle(command.into()), Err(rejection.into()));
}

#[track_caller]
fn does_nothing(seats: &SeatAvailability, command: impl Into<SeatAvailabilityCommand>) {
    assert_eq!(seats.handle(command.into()), Ok(vec![]));
}

#[test]
fn seats_are_opened_once_and_there_is_at_least_one() {
    let open = OpenSeating { name: "Facts".to_owned(), capacity: 10 };
    emits(&given([]), open.clone(), opened(10));
    rejects(&given([opened(10)]), open, AlreadyOpen { name: "Facts".to_owned(), capacity: 10 });
    rejects(&given([]), OpenSeating { name: "Facts".to_owned(), capacity: 0 }, NoSeats {});
}

#[test]
fn nothing_is_sold_before_it_is_opened() {
    let closed = given([]);
    rejects(&closed, reserve(ADA, 1), NotOpen {});
    rejects(&closed, ChangeReservation { reservation: ADA, quantity: 1 }, NotOpen {});
    rejects(&closed, CancelReservation { reservation: ADA }, NotOpen {});
    rejects(&closed, CancelConference { reason: "no hall".to_owned() }, NotOpen {});
}

#[test]
fn the_last_seat_is_sold_and_no_further_one() {
    let seats = given([opened(10), reserved(ADA, 7)]);
    emits(&seats, reserve(GRACE, 3), reserved(GRACE, 3));
    rejects(&seats, reserve(GRACE, 4), SoldOut { requested: 4, available: 3 });
    rejects(&seats, reserve(GRACE, u32::MAX), SoldOut { requested: u32::MAX, available: 3 });
    assert_eq!(SoldOut { requested: 4, available: 3 }.to_string(), "4 seats asked for, 3 left");
}

#[test]
fn a_reservation_is_made_once_and_for_somebody() {
    let seats = given([opened(10), reserved(ADA, 7)]);
    rejects(&seats, reserve(ADA, 1), AlreadyReserved { reservation: ADA, quantity: 7 });
    rejects(&seats, reserve(GRACE, 0), NoSeats {});
}

#[test]
fn a_reservation_grows_into_what_is_left_and_shrinks_at_will() {
    let seats = given([opened(10), reserved(ADA, 4), reserved(GRACE, 3)]);
    let change = |quantity| ChangeReservation { reservation: ADA, quantity };
    emits(&seats, change(7), ReservationChanged { reservation: ADA, quantity: 7 });
    emits(&seats, change(1), ReservationChanged { reservation: ADA, quantity: 1 });
    rejects(&seats, change(8), SoldOut { requested: 4, available: 3 });
    rejects(&seats, change(0), NoSeats {});
    does_nothing(&seats, change(4));
    let unknown = Uuid::from_u128(3);
    rejects(
        &seats,
        ChangeReservation { reservation: unknown, quantity: 1 },
        UnknownReservation { reservation: unknown },
    );
}

#[test]
fn seats_that_are_given_back_are_sold_again() {
    let mut seats = given([opened(10), reserved(ADA, 10)]);
    emits(&seats, CancelReservation { reservation: ADA }, ReservationCancelled { reservation: ADA });
    seats.apply(&ReservationCancelled { reservation: ADA }.into());
    assert_eq!(seats.available(), 10);
    rejects(&seats, CancelReservation { reservation: ADA }, UnknownReservation { reservation: ADA });
}

#[test]
fn a_cancelled_conference_sells_nothing() {
    let cancelled = ConferenceCancelled { reason: Some("no hall".to_owned()) };
    let cancel = CancelConference { reason: "no hall".to_owned() };
    emits(&given([opened(10)]), cancel.clone(), cancelled.clone());
    let seats = given([opened(10), reserved(ADA, 7), cancelled.into()]);
    let refused = || Cancelled { name: "Facts".to_owned() };
    rejects(&seats, reserve(GRACE, 1), refused());
    rejects(&seats, ChangeReservation { reservation: ADA, quantity: 1 }, refused());
    rejects(&seats, CancelReservation { reservation: ADA }, refused());
    rejects(&seats, OpenSeating { name: "Facts".to_owned(), capacity: 1 }, refused());
    does_nothing(&seats, cancel);
}

#[test]
fn a_history_that_was_oversold_elsewhere_overflows_nothing() {
    let seats = given([opened(10), reserved(ADA, u32::MAX), reserved(GRACE, u32::MAX)]);
    assert_eq!(seats.held_seats(), 2 * u64::from(u32::MAX));
    assert_eq!(seats.available(), 0);
    rejects(&seats, reserve(Uuid::from_u128(3), 1), SoldOut { requested: 1, available: 0 });
    emits(
        &seats,
        ChangeReservation { reservation: ADA, quantity: 1 },
        ReservationChanged { reservation: ADA, quantity: 1 },
    );
}

fn commands() -> impl Strategy<Value = SeatAvailabilityCommand> {
    let reservation = || (0..6_u128).prop_map(Uuid::from_u128);
    let quantity = || prop_oneof![8 => 0..8_u32, 1 => Just(u32::MAX), 1 => Just(u32::MAX - 3)];
    prop_oneof![
        1 => quantity().prop_map(|capacity| OpenSeating { name: "Facts".to_owned(), capacity }.into()),
        8 => (reservation(), quantity()).prop_map(|(reservation, quantity)| reserve(reservation, quantity).into()),
        4 => (reservation(), quantity())
            .prop_map(|(reservation, quantity)| ChangeReservation { reservation, quantity }.into()),
        2 => reservation().prop_map(|reservation| CancelReservation { reservation }.into()),
    ]
}

proptest! {
    #[test]
    fn whatever_is_asked_no_seat_is_sold_twice(capacity in 1..20_u32, asked in prop::collection::vec(commands(), 0..60)) {
        let mut seats = given([opened(capacity)]);
        for command in asked {
            let before = seats.clone();
            match seats.handle(command) {
                Ok(events) => events.iter().for_each(|event| seats.apply(event)),
                Err(rejection) => prop_assert!(!rejection.to_string().is_empty()),
            }
            prop_assert!(seats.held_seats() <= u64::from(seats.capacity), "{before:?} became {seats:?}");
            prop_assert_eq!(seats.held_seats() + u64::from(seats.available()), u64::from(capacity));
            prop_assert!(!seats.held.values().any(|&quantity| quantity == 0));
        }
    }
}
