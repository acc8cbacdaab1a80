//! Events, sets of events, and the upcasts between an event's versions.

use crate::envelope::Recorded;
use crate::error::{DecodeError, DecodeFault, EncodeError, UpcastError};
use crate::record::Record;
use crate::{de, ser};

mod derived;

pub use derived::{
    Anything, Emitted, Holds, HoldsVersion, Name, ReadAs, Stored, Version, count, is_circle, is_same, is_taken_back,
    knows_its_streams, read_as, read_ended, readers, types, version,
};

/// An event type. Generated for the current version, which reads every older one, and for each older one, which reads
/// what its version stored and what later versions stored in a way that it reads rightly.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event",
    label = "not an event",
    note = "derive `factum::Event` for `{Self}`, or name a type that is generated as an event"
)]
pub trait Event: Record + Send + Sync + 'static {
    /// The wire type under which it is stored: `<context>.<Event>`.
    const TYPE: &'static str;
    /// The schema version.
    const VERSION: u32;
    /// The lowest schema version whose reader decodes what this one writes.
    const READABLE_FROM: u32;

    /// Reads a payload that was stored as `version`, whichever version that was, straight into this type.
    ///
    /// # Errors
    /// [`DecodeFault`], if the version is not one that this type was ever stored as, is too new, or the payload is not
    /// what its version says.
    fn decode(version: u32, readable_from: u32, payload: &str) -> Result<Self, DecodeFault> {
        if version < Self::FIRST {
            Self::decode_earlier(version, payload)
        } else {
            de::payload(version, readable_from, payload)
        }
    }

    /// Reads a payload of a version before [`Record::FIRST`]: through the struct of the last such version, and then from
    /// step to step.
    ///
    /// # Errors
    /// As [`Event::decode`]; that there was no such version, if not generated otherwise.
    fn decode_earlier(version: u32, payload: &str) -> Result<Self, DecodeFault> {
        let _ = (version, payload);
        Err(DecodeFault::UnknownVersion { newest: Self::VERSION })
    }

    /// What the event is stored as.
    ///
    /// # Errors
    /// [`EncodeError`] if a value cannot be stored as it is (a float that is not finite).
    fn encode(&self) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            event_type: Self::TYPE,
            schema_version: Self::VERSION,
            readable_from: Self::READABLE_FROM,
            payload: ser::payload(Self::TYPE, self)?,
        })
    }
}

/// What an [`Event`] is stored as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The wire type.
    pub event_type: &'static str,
    /// The schema version.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes the payload rightly.
    pub readable_from: u32,
    /// JSON text.
    pub payload: String,
}

/// All events of one aggregate (or of one consumer), as one enum. Generated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of events",
    label = "not a set of events",
    note = "a set is an enum with a variant for each event, as in `SeatsReserved(SeatsReserved)`, for which `factum::EventSet` is derived"
)]
pub trait EventSet: Sized + Send + Sync + 'static {
    /// Every wire type under which an event of the set was ever stored, old names included, sorted.
    const TYPES: &'static [&'static str];

    /// How each of them is read, in the order of [`EventSet::TYPES`].
    const READERS: &'static [Reader<Self>];

    /// How the names of its aggregate's streams begin, `<context>.<Aggregate>`: what stands there is the set's, also where
    /// its type is unknown. `None`: nobody said.
    const STREAMS: Option<&'static str> = None;

    /// Reads a stored event.
    ///
    /// # Errors
    /// [`DecodeError`] with the event's place, if this code cannot read it.
    #[inline]
    fn decode(recorded: &Recorded<'_>) -> Result<Decoded<Self>, DecodeError> {
        let Recorded { event_type, schema_version, readable_from, payload, .. } = *recorded;
        Self::read(event_type, schema_version, readable_from, payload).map_err(|fault| DecodeError::at(recorded, fault))
    }

    /// Reads what was stored as `schema_version` of `event_type`, wherever that was.
    ///
    /// # Errors
    /// [`DecodeFault`], if this code cannot read it.
    #[inline]
    fn read(
        event_type: &str,
        schema_version: u32,
        readable_from: u32,
        payload: &str,
    ) -> Result<Decoded<Self>, DecodeFault> {
        let found = Self::READERS.binary_search_by(|known| known.event_type.cmp(event_type));
        match found.ok().and_then(|index| Self::READERS.get(index)) {
            Some(reader) if reader.has_version(schema_version) => (reader.read)(schema_version, readable_from, payload),
            Some(reader) => Err(DecodeFault::UnknownVersion { newest: reader.newest }),
            None => Err(DecodeFault::UnknownType),
        }
    }

    /// What the event is stored as.
    ///
    /// # Errors
    /// [`EncodeError`] if a value cannot be stored as it is.
    fn encode(&self) -> Result<Encoded, EncodeError>;

    /// Whether there is an event that is declared to take back such an event (`compensates`).
    fn is_compensable(&self) -> bool {
        false
    }

    /// Whether this event is declared to take back such an event as `earlier`, and the values that tell which one are
    /// equal. That `earlier` stands before it in the same stream is the caller's to know.
    fn compensates(&self, earlier: &Self) -> bool {
        let _ = earlier;
        false
    }
}

/// How the payloads of one wire type are read. Generated.
#[derive(Debug)]
pub struct Reader<S> {
    /// The wire type.
    pub event_type: &'static str,
    /// The schema versions that were stored under it, first and last each; `u32::MAX` where newer ones may come.
    pub versions: &'static [(u32, u32)],
    /// The newest version of the event that this code knows.
    pub newest: u32,
    /// Reads a payload: schema version, `readable_from`, JSON text.
    pub read: fn(u32, u32, &str) -> Result<Decoded<S>, DecodeFault>,
}

impl<S> Reader<S> {
    fn has_version(&self, version: u32) -> bool {
        self.versions.iter().any(|(first, last)| (*first..=*last).contains(&version))
    }
}

/// What one stored event is read as: most often one event; none where it was retired into nothing; several where it
/// was declared to become several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<E> {
    /// The stored event says nothing any more.
    None,
    /// One event.
    One(E),
    /// Several, in a stable order.
    Several(Vec<E>),
}

impl<E> Decoded<E> {
    /// The events, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[E] {
        match self {
            Self::None => &[],
            Self::One(event) => std::slice::from_ref(event),
            Self::Several(events) => events,
        }
    }

    /// What `of` makes of each.
    pub fn map<T>(self, mut of: impl FnMut(E) -> T) -> Decoded<T> {
        match self {
            Self::None => Decoded::None,
            Self::One(event) => Decoded::One(of(event)),
            Self::Several(events) => Decoded::Several(events.into_iter().map(of).collect()),
        }
    }
}

impl<E> IntoIterator for Decoded<E> {
    type Item = E;
    type IntoIter = DecodedIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        match self {
            Self::None => DecodedIter::One(None),
            Self::One(event) => DecodedIter::One(Some(event)),
            Self::Several(events) => DecodedIter::Several(events.into_iter()),
        }
    }
}

/// The events of a [`Decoded`], in order.
#[derive(Debug)]
pub enum DecodedIter<E> {
    #[doc(hidden)]
    One(Option<E>),
    #[doc(hidden)]
    Several(std::vec::IntoIter<E>),
}

impl<E> Iterator for DecodedIter<E> {
    type Item = E;

    fn next(&mut self) -> Option<E> {
        match self {
            Self::One(event) => event.take(),
            Self::Several(events) => events.next(),
        }
    }
}

/// A value of the version before becomes one of this version. Generated between neighbours; written by hand where the
/// schema says `by_hand`. Pure: no clock, no random, no I/O.
#[diagnostic::on_unimplemented(
    message = "no step makes a `{Self}` of a `{From}`",
    label = "this step is missing",
    note = "the history leaves this step to you: write `impl factum::Upcast<{From}> for {Self}`"
)]
pub trait Upcast<From>: Sized {
    /// Carries `old` over.
    ///
    /// # Errors
    /// [`UpcastError`] if there is no value of this version for it.
    fn upcast(old: From) -> Result<Self, UpcastError>;
}
