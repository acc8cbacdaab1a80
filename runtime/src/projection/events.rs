//! Which events a projection follows, and how it is called for each.

use std::convert::Infallible;

use super::Projection;
use crate::envelope::Recorded;
use crate::error::{DecodeError, DecodeFault};
use crate::event::{Decoded, EventSet};
use crate::store::ViewResult;

/// Which events a projection may follow, and what each is read as.
///
/// Every event set is that, and so is a tuple of up to four. What is read here is read ahead: while the store is at work
/// on events before it, and away from the thread that writes.
pub trait Followed {
    /// What is read of them.
    type Event: Send + Sync + 'static;

    /// Whether the event is one of them. An event set has those of its types, and those that stand in a stream of its
    /// aggregate: a type that is unknown there is not passed over in silence.
    fn concerns(recorded: &Recorded<'_>) -> bool;

    /// Reads an event that concerns it.
    ///
    /// # Errors
    /// [`DecodeError`] with the event's place, if this code cannot read it.
    fn read(recorded: &Recorded<'_>) -> Result<Decoded<Self::Event>, DecodeError>;
}

/// What the projection `P` does about the events that it follows.
///
/// Of an event set it is generated, and asks the projection for the trait `Project<Set>`, which has a method for each event.
/// A tuple of up to four sets is one too.
#[diagnostic::on_unimplemented(
    message = "`{P}` does not say what it does about the events of `{Self}`",
    label = "the trait `Project<Set>` of this set, with a method for each of its events, is not implemented for `{P}`",
    note = "a derived set has that trait where it says whose streams it is about: `#[event_set(streams = \"context.Aggregate\")]`"
)]
pub trait Project<P: Projection>: Followed {
    /// Calls the projection's handler for `event`, which is read of `recorded`.
    ///
    /// # Errors
    /// What the handler says.
    fn project(projection: &P, tx: &mut P::Tx, event: &Self::Event, recorded: &Recorded<'_>) -> ViewResult;
}

impl<E: EventSet> Followed for E {
    type Event = E;

    fn concerns(recorded: &Recorded<'_>) -> bool {
        let begins = |streams| recorded.stream.strip_prefix(streams).is_some_and(|rest: &str| rest.starts_with('-'));
        E::TYPES.binary_search(&recorded.event_type).is_ok() || E::STREAMS.is_some_and(begins)
    }

    fn read(recorded: &Recorded<'_>) -> Result<Decoded<E>, DecodeError> {
        E::decode(recorded)
    }
}

/// An event of one of several sets, which are called by their place in a tuple.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OneOf<A, B = Infallible, C = Infallible, D = Infallible> {
    /// One of the first.
    A(A),
    /// One of the second.
    B(B),
    /// One of the third.
    C(C),
    /// One of the fourth.
    D(D),
}

/// Several sets: the event goes to the first that knows it.
macro_rules! several {
    ($($set:ident)* $(, not $none:ident)*) => {
        impl<$($set: Followed),*> Followed for ($($set,)*) {
            type Event = OneOf<$($set::Event),*>;

            fn concerns(recorded: &Recorded<'_>) -> bool {
                $($set::concerns(recorded))||*
            }

            fn read(recorded: &Recorded<'_>) -> Result<Decoded<Self::Event>, DecodeError> {
                let mut unknown = None;
                $(
                    if $set::concerns(recorded) {
                        match $set::read(recorded) {
                            Err(error) if matches!(error.fault, DecodeFault::UnknownType) => unknown = Some(error),
                            read => return Ok(read?.map(OneOf::$set)),
                        }
                    }
                )*
                Err(unknown.unwrap_or_else(|| DecodeError::at(recorded, DecodeFault::UnknownType)))
            }
        }

        impl<P: Projection, $($set: Project<P>),*> Project<P> for ($($set,)*) {
            fn project(projection: &P, tx: &mut P::Tx, event: &Self::Event, recorded: &Recorded<'_>) -> ViewResult {
                match event {
                    $(OneOf::$set(event) => $set::project(projection, tx, event, recorded),)*
                    $(OneOf::$none(never) => match *never {},)*
                }
            }
        }
    };
}

several!(A, not B, not C, not D);
several!(A B, not C, not D);
several!(A B C, not D);
several!(A B C D);
