//! What stored events are rewritten as.

use std::borrow::Cow;

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
        let is_current = self.event_type == recorded.event_type && self.schema_version <= recorded.schema_version;
        if is_current { Self::as_stored(recorded) } else { self }
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
        let decoded = match E::decode(recorded) {
            Ok(decoded) => decoded,
            Err(error) => return Some(Err(error.into())),
        };
        let mut rewritten = Vec::new();
        for event in decoded {
            match event.encode() {
                Ok(encoded) => rewritten.push(Rewritten::from(encoded)),
                Err(error) => return Some(Err(error.into())),
            }
        }
        if let [one] = &mut rewritten[..] {
            *one = one.clone().unless_current(recorded);
        }
        Some(Ok(rewritten))
    }
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
