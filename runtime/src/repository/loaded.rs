//! The fold: a state and how far in its stream it stands.

use jiff::Timestamp;
use uuid::Uuid;

use super::error::LoadError;
use crate::aggregate::Aggregate;
use crate::envelope::Recorded;
use crate::error::DecodeFault;
use crate::event::{Decoded, EventSet};

/// What happens when an aggregate's stream holds an event of a type that its event set does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTypes {
    /// Loading fails with [`DecodeFault::UnknownType`], which says where: a newer release may have added the type, and
    /// a state without it would be wrong.
    #[default]
    Refuse,
    /// The event counts as a version and is otherwise passed over; [`Loaded::skipped`] says how many were. For streams
    /// that others write into as well.
    Skip,
}

/// An aggregate's state as of some version of its stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Loaded<A> {
    /// The state.
    pub state: A,
    /// The version up to which events are folded; 0: the stream does not exist, or did not yet.
    pub version: u64,
    /// The id of the last of them.
    pub last_event: Option<Uuid>,
    /// When the last of them was recorded.
    pub recorded_at: Option<Timestamp>,
    /// The position of the last of them.
    pub position: Option<u64>,
    /// How many events were passed over, as [`UnknownTypes::Skip`] allows.
    pub skipped: u64,
}

impl<A: Aggregate> Loaded<A> {
    pub(super) fn nothing() -> Self {
        Self { state: A::default(), version: 0, last_event: None, recorded_at: None, position: None, skipped: 0 }
    }

    /// Whether anything has happened yet.
    #[must_use]
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Folds one more stored event, and hands what it was read as to `keep`.
    pub(super) fn fold(
        &mut self,
        recorded: &Recorded<'_>,
        unknown: UnknownTypes,
        mut keep: impl FnMut(A::Event),
    ) -> Result<(), LoadError> {
        if recorded.version != self.version + 1 {
            return Err(self.gap(recorded));
        }
        match A::Event::decode(recorded) {
            Ok(Decoded::One(event)) => self.apply(event, &mut keep),
            Ok(Decoded::None) => {}
            Ok(Decoded::Several(events)) => events.into_iter().for_each(|event| self.apply(event, &mut keep)),
            Err(error) if unknown == UnknownTypes::Skip && matches!(error.fault, DecodeFault::UnknownType) => {
                self.skipped += 1;
            }
            Err(error) => return Err(error.into()),
        }
        self.version = recorded.version;
        self.last_event = Some(recorded.id);
        self.recorded_at = Some(recorded.recorded_at);
        self.position = Some(recorded.position);
        Ok(())
    }

    fn apply(&mut self, event: A::Event, keep: &mut impl FnMut(A::Event)) {
        self.state.apply(&event);
        keep(event);
    }

    #[cold]
    fn gap(&self, recorded: &Recorded<'_>) -> LoadError {
        LoadError::Gap { stream: recorded.stream.to_owned(), expected: self.version + 1, found: recorded.version }
    }
}
