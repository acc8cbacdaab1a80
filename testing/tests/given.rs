//! What holds passes, and what does not fails with a text that a reader can use.
#![allow(clippy::unwrap_used)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use factum::{Aggregate, Uuid};
use factum_testing::given;
use theatre::{Channel, OpenSale, ReserveSeats, SaleOpened, SeatsReserved, Show, SoldOut};

const ADA: Uuid = Uuid::from_u128(1);
const OPENED: SaleOpened = SaleOpened { capacity: 10 };

fn reserved(quantity: u32) -> SeatsReserved {
    SeatsReserved { reservation: ADA, quantity, channel: Channel::Web }
}

fn reserve(quantity: u32) -> ReserveSeats {
    ReserveSeats { reservation: ADA, quantity, channel: Channel::Web }
}

/// The text with which an expectation fails.
fn failure<T>(expectation: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(expectation)).err().expect("it should have failed");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn what_holds_passes() {
    given::<Show>(())
        .when(OpenSale { capacity: 10 })
        .then([OPENED])
        .when(OpenSale { capacity: 20 })
        .then_nothing()
        .when(reserve(4))
        .then([reserved(4)])
        .then_state(|show| assert_eq!(show.held, 4))
        .when(reserve(7))
        .then_rejected(SoldOut { requested: 7, available: 6 })
        .then_state(|show| assert_eq!(show.held, 4, "what is refused changes nothing"));
}

#[test]
fn events_of_several_types_and_many_of_one() {
    let show = given::<Show>((OPENED, reserved(1))).and(vec![reserved(1); 3]).and([] as [SeatsReserved; 0]);
    show.then_state(|show| assert_eq!((show.capacity, show.held), (10, 4)));
}

#[test]
fn what_was_stored_long_ago_has_happened_too() {
    let payload = r#"{"reservation":"01976f60-3d20-7000-8000-000000000001","seats":2,"clerk":"ines"}"#;
    let show = given::<Show>([OPENED]).and_stored("theatre.SeatsReserved", 1, payload);
    show.when(reserve(9)).then_rejected(SoldOut { requested: 9, available: 8 });
    let failure = failure(|| given::<Show>(()).and_stored("theatre.SeatsReserved", 1, "{}"));
    insta::assert_snapshot!(failure);
}

#[test]
fn other_events_are_shown_beside_the_expected() {
    insta::assert_snapshot!(failure(|| given::<Show>([OPENED]).when(reserve(4)).then([reserved(5)])));
}

#[test]
fn an_event_too_few_is_shown() {
    insta::assert_snapshot!(failure(|| given::<Show>([OPENED]).when(reserve(4)).then_nothing()));
}

#[test]
fn a_refusal_instead_of_events_is_shown() {
    insta::assert_snapshot!(failure(|| given::<Show>([OPENED]).when(reserve(40)).then([reserved(40)])));
}

#[test]
fn another_refusal_is_shown() {
    let expected = SoldOut { requested: 40, available: 9 };
    insta::assert_snapshot!(failure(|| given::<Show>([OPENED]).when(reserve(40)).then_rejected(expected)));
    let when = given::<Show>([OPENED]).when(reserve(40));
    insta::assert_snapshot!(failure(|| when.then_rejected_with(|_| false)));
}

#[test]
fn events_instead_of_a_refusal_are_shown() {
    let expected = SoldOut { requested: 4, available: 0 };
    insta::assert_snapshot!(failure(|| given::<Show>([OPENED]).when(reserve(4)).then_rejected(expected)));
}

#[test]
fn a_look_at_the_state_sees_what_was_given() {
    let mut show = Show::default();
    show.apply(&OPENED.into());
    given::<Show>([OPENED]).then_state(|given| assert_eq!(*given, show));
}
