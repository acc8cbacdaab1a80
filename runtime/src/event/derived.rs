//! What derived events say of themselves, so that a set which the user lists can read them: a derive sees its own item
//! only. Generated, and used by generated code.

use core::any::Any;

use super::{Decoded, Encoded, Event, EventSet, Reader, Upcast};
use crate::aggregate::Aggregate;
use crate::aggregate::StreamKey;
use crate::error::{DecodeFault, EncodeError, UpcastError};

/// A wire type under which an event was stored.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// The wire type.
    pub event_type: &'static str,
    /// The schema versions that were stored under it, first and last each; `u32::MAX` where newer ones may come.
    pub versions: &'static [(u32, u32)],
}

/// An event that a derived set can list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event, so a set of events cannot have it",
    label = "not an event",
    note = "derive `factum::Event` for `{Self}`"
)]
pub trait Stored: Event {
    /// Every wire type under which it was ever stored.
    const NAMES: &'static [Name];
    /// [`Event::TYPE`].
    const NAME: &'static str = Self::TYPE;
    /// [`Event::VERSION`].
    const NEWEST: u32 = Self::VERSION;

    /// [`Event::encode`].
    ///
    /// # Errors
    /// As [`Event::encode`].
    fn encoded(&self) -> Result<Encoded, EncodeError> {
        self.encode()
    }

    /// [`Event::TYPE`] of the event that it takes back, if it is declared to.
    const COMPENSATED: Option<&'static str> = None;

    /// Whether it takes this one back.
    fn compensates(&self, earlier: &dyn Any) -> bool {
        let _ = earlier;
        false
    }

    /// Reads one as an event of a set that has it.
    ///
    /// # Errors
    /// As [`Event::decode`].
    fn read_held<S: Holds<Self>>(version: u32, readable_from: u32, payload: &str) -> Result<Decoded<S>, DecodeFault> {
        Self::decode(version, readable_from, payload).map(|event| Decoded::One(S::hold(event)))
    }
}

/// Whether an event is of this type, and such that the values are equal by which another one takes it back.
pub fn is_taken_back<E: Any>(earlier: &dyn Any, equal: impl FnOnce(&E) -> bool) -> bool {
    earlier.downcast_ref::<E>().is_some_and(equal)
}

/// An event of a set, and the one that it takes back, by their wire types.
type Compensation = (&'static str, Option<&'static str>);

/// Whether an event of a set, by its place, takes back one that in the end takes it back, so that none of them happened
/// first. Of those that do, only the first one says so. Evaluated by the compiler.
#[must_use]
pub const fn is_circle(events: &[Compensation], event: usize) -> bool {
    let (mut here, mut steps) = (event, 0);
    while steps < events.len() {
        let Some(other) = events[here].1 else { return false };
        let mut place = 0;
        while place < events.len() && !equal(events[place].0.as_bytes(), other.as_bytes()) {
            place += 1;
        }
        if place == event {
            return true;
        }
        if place < event || place == events.len() {
            return false;
        }
        (here, steps) = (place, steps + 1);
    }
    false
}

/// Whether two fields are equal, which have to be of one type.
pub fn is_same<T: PartialEq>(own: &T, earlier: &T) -> bool {
    own == earlier
}

/// A version of an event, which knows how it becomes the newest.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no version of an event",
    note = "name the struct of a version, as in `SeatsHeldV1`; the newest one has that name too"
)]
pub trait Version: Sized {
    /// The event.
    type Newest: Event;

    /// Takes it through all later steps.
    ///
    /// # Errors
    /// A step has no newer value for this one.
    fn newest(self) -> Result<Self::Newest, UpcastError>;
}

/// A set that has the event of this version.
pub trait HoldsVersion<V> {
    /// The version, taken to its newest, as an event of the set.
    ///
    /// # Errors
    /// A step has no newer value for this one.
    fn hold_version(version: V) -> Result<Self, UpcastError>
    where
        Self: Sized;
}

impl<V: Version, S: Holds<V::Newest>> HoldsVersion<V> for S {
    fn hold_version(version: V) -> Result<Self, UpcastError> {
        version.newest().map(S::hold)
    }
}

/// What a stored event is read as, among others: this version of another event, taken to its newest and into the set.
///
/// # Errors
/// A step has no newer value for this one.
pub fn read_as<V: Version + Upcast<E>, E, S: HoldsVersion<V>>(old: E) -> Result<S, UpcastError> {
    S::hold_version(V::upcast(old)?)
}

/// An event that is still emitted. (The lifetime says nothing; with it the compiler asks only where it matters.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is retired, so it cannot be emitted",
    note = "old ones are still read and applied; emit the event that took its place"
)]
pub trait Emitted<'a> {}

/// A set that has this event.
#[diagnostic::on_unimplemented(
    message = "the set `{Self}` has no event `{E}`, which a stored event is read as",
    note = "list `{E}` in `{Self}`"
)]
pub trait Holds<E> {
    /// The event as one of the set.
    fn hold(event: E) -> Self;
}

/// An event that ended, and is read as none or as others of a set.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not read as nothing or as other events, so it belongs into the set as a variant",
    note = "`ended(..)` lists events with `retired(.., nothing)` or `becomes(..)`"
)]
pub trait ReadAs<S>: Stored {
    /// What a stored one is read as.
    ///
    /// # Errors
    /// A step has no newer value for this one.
    fn read_as(self) -> Result<Decoded<S>, UpcastError>;
}

/// [`Event::VERSION`], of what is named as an event.
#[must_use]
pub const fn version<E: Event>() -> u32 {
    E::VERSION
}

/// Reads an event that ended.
///
/// # Errors
/// As [`Event::decode`], and those of its steps.
pub fn read_ended<E: ReadAs<S>, S>(version: u32, readable_from: u32, payload: &str) -> Result<Decoded<S>, DecodeFault> {
    E::decode(version, readable_from, payload)?.read_as().map_err(DecodeFault::Upcast)
}

/// An event of a set: its names, its newest version, and how it is read.
type Member<S> = (&'static [Name], u32, fn(u32, u32, &str) -> Result<Decoded<S>, DecodeFault>);

/// Whether the streams of an aggregate's events, where their set says them, are the aggregate's. Evaluated by the compiler.
#[must_use]
pub const fn knows_its_streams<A: Aggregate>() -> bool {
    let Some(said) = <A::Event as EventSet>::STREAMS else { return true };
    let (said, context, name) = (said.as_bytes(), A::CONTEXT.as_bytes(), A::NAME.as_bytes());
    let Some((begin, rest)) = said.split_at_checked(context.len()) else { return false };
    let Some((dot, end)) = rest.split_first() else { return false };
    equal(begin, context) && *dot == b'.' && equal(end, name)
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// How many wire types these events have.
#[must_use]
pub const fn count(names: &[&[Name]]) -> usize {
    let (mut count, mut event) = (0, 0);
    while event < names.len() {
        count += names[event].len();
        event += 1;
    }
    count
}

/// One reader for each wire type of these events, sorted by wire type. Evaluated by the compiler.
///
/// # Panics
/// While it is compiled, if two events have one wire type.
#[must_use]
pub const fn readers<S, const N: usize>(members: &[Member<S>]) -> [Reader<S>; N] {
    let mut readers = [const { none() }; N];
    let (mut filled, mut event) = (0, 0);
    while event < members.len() {
        let (names, newest, read) = members[event];
        let mut index = 0;
        while index < names.len() {
            let Name { event_type, versions } = names[index];
            let mut place = filled;
            while place > 0 && comes_before(event_type, readers[place - 1].event_type) {
                readers[place] = copy(&readers[place - 1]);
                place -= 1;
            }
            readers[place] = Reader { event_type, versions, newest, read };
            filled += 1;
            index += 1;
        }
        event += 1;
    }
    let mut place = 1;
    while place < filled {
        assert!(
            comes_before(readers[place - 1].event_type, readers[place].event_type),
            "two events of this set have one wire type: a name that was ever stored belongs to one event"
        );
        place += 1;
    }
    readers
}

/// The wire types of these readers.
#[must_use]
pub const fn types<S, const N: usize>(readers: &[Reader<S>]) -> [&'static str; N] {
    let mut types = [""; N];
    let mut index = 0;
    while index < N {
        types[index] = readers[index].event_type;
        index += 1;
    }
    types
}

const fn copy<S>(reader: &Reader<S>) -> Reader<S> {
    Reader { event_type: reader.event_type, versions: reader.versions, newest: reader.newest, read: reader.read }
}

/// A reader of nothing.
const fn none<S>() -> Reader<S> {
    Reader { event_type: "", versions: &[], newest: 0, read: |_, _, _| Err(DecodeFault::UnknownType) }
}

/// Whether `a` is sorted before `b`.
const fn comes_before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if a[index] != b[index] {
            return a[index] < b[index];
        }
        index += 1;
    }
    a.len() < b.len()
}

/// Whatever an aggregate does not say of itself, beside the compiler's error about it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("never made")]
pub enum Anything {}

#[diagnostic::do_not_recommend]
impl EventSet for Anything {
    const TYPES: &'static [&'static str] = &[];
    const READERS: &'static [Reader<Self>] = &[];

    fn encode(&self) -> Result<Encoded, EncodeError> {
        match *self {}
    }
}

#[diagnostic::do_not_recommend]
impl StreamKey for Anything {
    fn to_key(&self) -> String {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::comes_before;

    #[test]
    fn texts_are_compared_as_a_binary_search_does() {
        let texts = ["", "a", "a.B", "a.BC", "a.C", "a_b.A", "b"];
        for (index, a) in texts.iter().enumerate() {
            for (other, b) in texts.iter().enumerate() {
                assert_eq!(comes_before(a, b), a < b, "{a} {b}");
                assert_eq!(index < other, a < b);
            }
        }
    }
}
