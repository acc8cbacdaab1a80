//! The rules of a conference's seats.

use conference::{
    AlreadyOpen, AlreadyReserved, CancelConference, CancelReservation, Cancelled, ChangeReservation, Channel,
    ConferenceCancelled, NoSeats, NotOpen, OpenSeating, ReservationCancelled, ReservationChanged, ReserveSeats,
    SeatAvailability, SeatAvailabilityCommand, SeatAvailabilityEvent, SeatingOpened, SeatsReserved, SoldOut,
    UnknownReservation,
};
use factum::{Aggregate, Uuid};
use factum_testing::Given;
use proptest::prelude::*;

const ADA: Uuid = Uuid::from_u128(1);
const GRACE: Uuid = Uuid::from_u128(2);

type Event = SeatAvailabilityEvent;

fn given(events: impl IntoIterator<Item = Event>) -> Given<SeatAvailability> {
    factum_testing::given(events.into_iter().collect::<Vec<Event>>())
}

fn opened(capacity: u32) -> Event {
    SeatingOpened { name: "Facts".to_owned(), capacity }.into()
}

fn reserved(reservation: Uuid, quantity: u32) -> Event {
    SeatsReserved { reservation, quantity, channel: Channel::Web, note: None }.into()
}

fn reserve(reservation: Uuid, quantity: u32) -> ReserveSeats {
    ReserveSeats { reservation, quantity, channel: Channel::Web, note: None }
}

#[test]
fn seats_are_opened_once_and_there_is_at_least_one() {
    let open = |capacity| OpenSeating { name: "Facts".to_owned(), capacity };
    given([])
        .when(open(0))
        .then_rejected(NoSeats {})
        .when(open(10))
        .then([opened(10)])
        .when(open(10))
        .then_rejected(AlreadyOpen { name: "Facts".to_owned(), capacity: 10 });
}

#[test]
fn nothing_is_sold_before_it_is_opened() {
    given([])
        .when(reserve(ADA, 1))
        .then_rejected(NotOpen {})
        .when(ChangeReservation { reservation: ADA, quantity: 1 })
        .then_rejected(NotOpen {})
        .when(CancelReservation { reservation: ADA })
        .then_rejected(NotOpen {})
        .when(CancelConference { reason: "no hall".to_owned() })
        .then_rejected(NotOpen {});
}

#[test]
fn the_last_seat_is_sold_and_no_further_one() {
    given([opened(10), reserved(ADA, 7)])
        .when(reserve(GRACE, 4))
        .then_rejected(SoldOut { requested: 4, available: 3 })
        .when(reserve(GRACE, u32::MAX))
        .then_rejected(SoldOut { requested: u32::MAX, available: 3 })
        .when(reserve(GRACE, 3))
        .then([reserved(GRACE, 3)])
        .when(reserve(Uuid::from_u128(3), 1))
        .then_rejected(SoldOut { requested: 1, available: 0 });
    assert_eq!(SoldOut { requested: 4, available: 3 }.to_string(), "4 seats asked for, 3 left");
}

#[test]
fn a_reservation_is_made_once_and_for_somebody() {
    given([opened(10), reserved(ADA, 7)])
        .when(reserve(ADA, 1))
        .then_rejected(AlreadyReserved { reservation: ADA, quantity: 7 })
        .when(reserve(GRACE, 0))
        .then_rejected(NoSeats {});
}

#[test]
fn a_reservation_grows_into_what_is_left_and_shrinks_at_will() {
    let change = |quantity| ChangeReservation { reservation: ADA, quantity };
    let changed = |quantity| ReservationChanged { reservation: ADA, quantity };
    let unknown = Uuid::from_u128(3);
    given([opened(10), reserved(ADA, 4), reserved(GRACE, 3)])
        .when(change(8))
        .then_rejected(SoldOut { requested: 4, available: 3 })
        .when(change(0))
        .then_rejected(NoSeats {})
        .when(change(4))
        .then_nothing()
        .when(ChangeReservation { reservation: unknown, quantity: 1 })
        .then_rejected(UnknownReservation { reservation: unknown })
        .when(change(7))
        .then([changed(7)])
        .when(change(1))
        .then([changed(1)])
        .then_state(|seats| assert_eq!(seats.available(), 6));
}

#[test]
fn seats_that_are_given_back_are_sold_again() {
    given([opened(10), reserved(ADA, 10)])
        .when(CancelReservation { reservation: ADA })
        .then([ReservationCancelled { reservation: ADA }])
        .then_state(|seats| assert_eq!(seats.available(), 10))
        .when(CancelReservation { reservation: ADA })
        .then_rejected(UnknownReservation { reservation: ADA });
}

#[test]
fn a_cancelled_conference_sells_nothing() {
    let cancelled = ConferenceCancelled { reason: Some("no hall".to_owned()) };
    let cancel = CancelConference { reason: "no hall".to_owned() };
    let refused = || Cancelled { name: "Facts".to_owned() };
    given([opened(10), reserved(ADA, 7)])
        .when(cancel.clone())
        .then([cancelled])
        .when(reserve(GRACE, 1))
        .then_rejected(refused())
        .when(ChangeReservation { reservation: ADA, quantity: 1 })
        .then_rejected(refused())
        .when(CancelReservation { reservation: ADA })
        .then_rejected(refused())
        .when(OpenSeating { name: "Facts".to_owned(), capacity: 1 })
        .then_rejected(refused())
        .when(cancel)
        .then_nothing();
}

#[test]
fn a_history_that_was_oversold_elsewhere_overflows_nothing() {
    given([opened(10), reserved(ADA, u32::MAX), reserved(GRACE, u32::MAX)])
        .then_state(|seats| assert_eq!(seats.held_seats(), 2 * u64::from(u32::MAX)))
        .then_state(|seats| assert_eq!(seats.available(), 0))
        .when(reserve(Uuid::from_u128(3), 1))
        .then_rejected(SoldOut { requested: 1, available: 0 })
        .when(ChangeReservation { reservation: ADA, quantity: 1 })
        .then([ReservationChanged { reservation: ADA, quantity: 1 }]);
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
        let mut seats = SeatAvailability::default();
        seats.apply(&opened(capacity));
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
