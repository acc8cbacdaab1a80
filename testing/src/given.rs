//! Given, when, then.

use std::fmt::{self, Debug};

use factum::{Aggregate, Decision, EventSet};

use crate::diff;
use crate::events::Events;

/// An aggregate to which `events` have happened.
///
/// # Panics
/// An event cannot be stored, or is not read as what it was.
#[track_caller]
#[must_use]
pub fn given<A: Aggregate>(events: impl Events<A::Event>) -> Given<A>
where
    A::Event: Debug + PartialEq,
{
    Given { state: A::default() }.and(events)
}

/// An aggregate with a past.
#[derive(Debug)]
pub struct Given<A> {
    state: A,
}

impl<A: Aggregate> Given<A>
where
    A::Event: Debug + PartialEq,
{
    /// And these events have happened since.
    ///
    /// # Panics
    /// An event cannot be stored, or is not read as what it was.
    #[track_caller]
    #[must_use]
    pub fn and(mut self, events: impl Events<A::Event>) -> Self {
        apply(&mut self.state, &events.into_events());
        self
    }

    /// And this event was stored, perhaps long ago: by its wire type, its schema version and its payload as JSON.
    ///
    /// # Panics
    /// The set cannot read it.
    #[track_caller]
    #[must_use]
    pub fn and_stored(mut self, event_type: &str, schema_version: u32, payload: &str) -> Self {
        match A::Event::read(event_type, schema_version, schema_version, payload) {
            Ok(events) => events.into_iter().for_each(|event| self.state.apply(&event)),
            Err(fault) => {
                panic!("the stored event {event_type} v{schema_version} cannot be read: {fault}\n  payload: {payload}")
            }
        }
        self
    }

    /// This is asked of it.
    pub fn when(self, command: impl Into<A::Command>) -> When<A>
    where
        A::Command: Debug,
    {
        let command = command.into();
        let asked = format!("{command:#?}");
        let decision = self.state.handle(command);
        When { state: self.state, asked, decision }
    }

    /// Looks at the state.
    #[allow(clippy::return_self_not_must_use, reason = "a test may end with a look")]
    pub fn then_state(self, look: impl FnOnce(&A)) -> Self {
        look(&self.state);
        self
    }
}

/// What an aggregate decided about a command.
#[must_use = "say what should have happened: `.then(..)`, `.then_nothing()`, `.then_rejected(..)`"]
pub struct When<A: Aggregate> {
    state: A,
    asked: String,
    decision: Decision<A>,
}

impl<A: Aggregate> Debug for When<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl<A: Aggregate> When<A>
where
    A::Event: Debug + PartialEq,
{
    /// These events happened, in this order, and no others.
    ///
    /// # Panics
    /// Something else happened, or an event cannot be stored or is not read as what it was.
    #[track_caller]
    pub fn then(mut self, events: impl Events<A::Event>) -> Then<A> {
        let expected = events.into_events();
        match self.decision {
            Ok(actual) if actual == expected => {
                apply(&mut self.state, &actual);
                Given { state: self.state }
            }
            Ok(actual) => {
                let diff = diff::between(&expected, &actual);
                panic!("other events happened than expected\n{diff}\n{}", asked(&self.asked))
            }
            Err(rejection) => panic!(
                "the command was refused: {rejection}\n  rejection: {rejection:?}\n  expected: {expected:?}\n{}",
                asked(&self.asked)
            ),
        }
    }

    /// The command was fine, and nothing happened.
    ///
    /// # Panics
    /// Something happened, or the command was refused.
    #[track_caller]
    pub fn then_nothing(self) -> Then<A> {
        self.then(())
    }

    /// The command was refused, for this reason.
    ///
    /// # Panics
    /// It was not refused, or for another reason.
    #[track_caller]
    pub fn then_rejected(self, rejection: impl Into<A::Rejection>) -> Then<A>
    where
        A::Rejection: PartialEq,
    {
        let expected = rejection.into();
        self.then_rejected_as(&format!("{expected:?}"), |actual| {
            (*actual != expected).then(|| diff::between(&expected, actual))
        })
    }

    /// The command was refused, for a reason for which `matches` holds. For rejections that cannot be compared.
    ///
    /// # Panics
    /// It was not refused, or for another reason.
    #[track_caller]
    pub fn then_rejected_with(self, matches: impl FnOnce(&A::Rejection) -> bool) -> Then<A> {
        self.then_rejected_as("a rejection", |actual| (!matches(actual)).then(|| format!("  rejection: {actual:?}\n")))
    }

    /// `differs` says how a rejection differs from what was expected, if it does.
    #[track_caller]
    fn then_rejected_as(self, expected: &str, differs: impl FnOnce(&A::Rejection) -> Option<String>) -> Then<A> {
        match self.decision {
            Ok(events) => {
                let happened = if events.is_empty() { "nothing".to_owned() } else { format!("{events:#?}") };
                panic!(
                    "the command was not refused\n  expected: {expected}\n  happened: {happened}\n{}",
                    asked(&self.asked)
                )
            }
            Err(rejection) => match differs(&rejection) {
                None => Given { state: self.state },
                Some(how) => panic!("the command was refused for another reason\n{how}\n{}", asked(&self.asked)),
            },
        }
    }
}

/// What came of a command: the aggregate as it is now, so that more can be asked of it.
pub type Then<A> = Given<A>;

fn asked(command: &str) -> String {
    format!("the command was {command}")
}

/// The events happen, each of them after it has been stored and read.
#[track_caller]
fn apply<A: Aggregate>(state: &mut A, events: &[A::Event])
where
    A::Event: Debug + PartialEq,
{
    for event in events {
        survives_storing(event);
        state.apply(event);
    }
}

#[track_caller]
fn survives_storing<E: EventSet + Debug + PartialEq>(event: &E) {
    let stored = match event.encode() {
        Ok(stored) => stored,
        Err(error) => panic!("the event cannot be stored: {error}\n  event: {event:?}"),
    };
    let read = E::read(stored.event_type, stored.schema_version, stored.readable_from, &stored.payload);
    match read.map(|events| events.into_iter().collect::<Vec<_>>()) {
        Ok(read) if matches!(&*read, [same] if same == event) => {}
        Ok(read) => {
            let diff = diff::between(&[event], &read);
            panic!("the event is not read as what it was stored as\n{diff}\n  payload: {}", stored.payload)
        }
        Err(error) => {
            panic!(
                "the event was stored and cannot be read: {error}\n  event: {event:?}\n  payload: {}",
                stored.payload
            )
        }
    }
}
