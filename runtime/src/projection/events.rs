//! Which events a projection follows, and how it is called for each.

use super::Projection;
use super::error::ProjectError;
use crate::envelope::Recorded;
use crate::error::{DecodeError, DecodeFault};
use crate::event::EventSet;
use crate::store::ViewResult;

/// The events that the projection `P` follows, and what it does about each.
///
/// Of an event set it is generated, and asks the projection for the trait `Project<Set>`, which has a method for each event.
/// A tuple of up to four sets is one too.
#[diagnostic::on_unimplemented(
    message = "`{P}` does not say what it does about the events of `{Self}`",
    label = "the trait `Project<Set>` of this set, with a method for each of its events, is not implemented for `{P}`",
    note = "a derived set has that trait where it says whose streams it is about: `#[event_set(streams = \"context.Aggregate\")]`"
)]
pub trait Project<P: Projection> {
    /// Whether the event is one of the set's: by its type, or because it stands in a stream of the set's aggregate. A
    /// type that is unknown there is not passed over in silence.
    fn concerns(recorded: &Recorded<'_>) -> bool;

    /// Reads the event and calls the projection's handler, once for each event that it is read as.
    ///
    /// # Errors
    /// [`ProjectError`].
    fn project(projection: &P, tx: &mut P::Tx, recorded: &Recorded<'_>) -> Result<(), ProjectError>;
}

/// Whether an event is one of the set `E`: by its type, or because it stands in a stream of the set's aggregate.
#[must_use]
pub fn belongs<E: EventSet>(recorded: &Recorded<'_>) -> bool {
    let begins = |streams| recorded.stream.strip_prefix(streams).is_some_and(|rest: &str| rest.starts_with('-'));
    E::TYPES.binary_search(&recorded.event_type).is_ok() || E::STREAMS.is_some_and(begins)
}

/// Reads the event as one of `E`, and hands each that it is read as to `handle`.
///
/// # Errors
/// [`ProjectError`].
pub fn project<P: Projection, E: EventSet>(
    recorded: &Recorded<'_>,
    mut handle: impl FnMut(&E) -> ViewResult,
) -> Result<(), ProjectError> {
    for event in E::decode(recorded)? {
        handle(&event).map_err(|source| ProjectError::handler::<P>(recorded, source))?;
    }
    Ok(())
}

/// Several sets: the event goes to the first that knows it.
macro_rules! project_several {
    ($($set:ident),*) => {
        impl<P: Projection, $($set: Project<P>),*> Project<P> for ($($set,)*) {
            fn concerns(recorded: &Recorded<'_>) -> bool {
                $($set::concerns(recorded))||*
            }

            fn project(projection: &P, tx: &mut P::Tx, recorded: &Recorded<'_>) -> Result<(), ProjectError> {
                let mut unknown = None;
                $(
                    if $set::concerns(recorded) {
                        match $set::project(projection, tx, recorded) {
                            Err(ProjectError::Decode(error)) if matches!(error.fault, DecodeFault::UnknownType) => {
                                unknown = Some(error);
                            }
                            done => return done,
                        }
                    }
                )*
                Err(unknown.unwrap_or_else(|| DecodeError::at(recorded, DecodeFault::UnknownType)).into())
            }
        }
    };
}

project_several!(A);
project_several!(A, B);
project_several!(A, B, C);
project_several!(A, B, C, D);
