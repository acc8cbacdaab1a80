//! What stored events are rewritten as.

use std::borrow::Cow;
use std::mem;

use super::digits;
use super::error::RewriteError;
use crate::envelope::Recorded;
use crate::error::{DecodeError, DecodeFault};
use crate::event::{Encoded, EventSet};

/// What an event is stored as in the new store. Its metadata stays what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The wire type.
    pub event_type: Cow<'static, str>,
    /// The schema version.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes the payload rightly.
    pub readable_from: u32,
    /// JSON text.
    pub payload: String,
}

impl Rewritten {
    /// The event as it is stored.
    #[must_use]
    pub fn as_stored(recorded: &Recorded<'_>) -> Self {
        Self {
            event_type: recorded.event_type.to_owned().into(),
            schema_version: recorded.schema_version,
            readable_from: recorded.readable_from,
            payload: recorded.payload.to_owned(),
        }
    }

    /// The same, if that is what is stored already or, newer than this code, what it may be read as: then the stored bytes
    /// say as much or more.
    #[must_use]
    pub fn unless_current(self, recorded: &Recorded<'_>) -> Self {
        if self.is_current(recorded) { Self::as_stored(recorded) } else { self }
    }

    fn is_current(&self, recorded: &Recorded<'_>) -> bool {
        self.event_type == recorded.event_type && self.schema_version <= recorded.schema_version
    }
}

impl From<Encoded> for Rewritten {
    fn from(encoded: Encoded) -> Self {
        let Encoded { event_type, schema_version, readable_from, payload } = encoded;
        Self { event_type: event_type.into(), schema_version, readable_from, payload }
    }
}

/// What rewrites events: a set of events, or a tuple of up to four sets.
pub trait Rewrite {
    /// What a stored event becomes; `None`: it is none of these.
    ///
    /// # Errors
    /// [`RewriteError`], if it cannot be read, or what it is read as cannot be stored.
    fn rewrite(recorded: &Recorded<'_>) -> Option<Result<Vec<Rewritten>, RewriteError>>;
}

impl<E: EventSet> Rewrite for E {
    fn rewrite(recorded: &Recorded<'_>) -> Option<Result<Vec<Rewritten>, RewriteError>> {
        E::TYPES.binary_search(&recorded.event_type).ok()?;
        Some(written_anew::<E>(recorded).map(|rewritten| match &rewritten[..] {
            [one] if one.is_current(recorded) => vec![Rewritten::as_stored(recorded)],
            _ => with_digits::<E>(recorded, rewritten),
        }))
    }
}

/// What an event is read as, written.
fn written_anew<E: EventSet>(recorded: &Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> {
    let events = E::decode(recorded)?;
    events.into_iter().map(|event| Ok(event.encode()?.into())).collect()
}

/// The same with the digits of the stored event, of which [`crate::Json`] does not keep all.
fn with_digits<E: EventSet>(recorded: &Recorded<'_>, mut rewritten: Vec<Rewritten>) -> Vec<Rewritten> {
    let payloads = |rewritten: &mut [Rewritten]| rewritten.iter_mut().map(|one| mem::take(&mut one.payload)).collect();
    let again = |payload: &str| {
        let mut rewritten = written_anew::<E>(&Recorded { payload, ..*recorded }).ok()?;
        Some(payloads(&mut rewritten))
    };
    let plain = payloads(&mut rewritten);
    let exact = digits::kept(recorded.payload, plain, again);
    rewritten.into_iter().zip(exact).map(|(one, payload)| Rewritten { payload, ..one }).collect()
}

/// The first of these that knows the event.
macro_rules! rewrite_several {
    ($($set:ident),*) => {
        impl<$($set: EventSet),*> Rewrite for ($($set,)*) {
            fn rewrite(recorded: &Recorded<'_>) -> Option<Result<Vec<Rewritten>, RewriteError>> {
                None$(.or_else(|| <$set as Rewrite>::rewrite(recorded)))*
            }
        }
    };
}

rewrite_several!(A);
rewrite_several!(A, B);
rewrite_several!(A, B, C);
rewrite_several!(A, B, C, D);

/// As a set rewrites it; an event of no set cannot be read.
pub(super) fn by<E: Rewrite>(recorded: &Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> {
    let unknown = || Err(DecodeError::at(recorded, DecodeFault::UnknownType).into());
    E::rewrite(recorded).unwrap_or_else(unknown)
}
