//! What generated code tells the runtime about a record: its tables, and how its fields are read and written.
//!
//! Generated types do not derive serde. Each brings a table of names per version, one function that puts what was read
//! into its fields, and one that writes them; the rest (visiting, searching names, missing and repeated fields) is here,
//! once. A thousand generated types are checked by the compiler in less than half the time of derived ones, and every
//! stored version is read straight into the current type.

use crate::error::UpcastError;
use crate::{de, ser};

/// What a stored record is read into, and what becomes of it once each field was read or filled.
///
/// A record that can be made of nothing is its own draft: it begins with values that are overwritten. One that holds a
/// type of the user's, of which nobody knows a value, has a draft in which such fields may be empty. Generated.
pub trait Draft<T>: Finish<T> {
    /// What is read into.
    fn blank() -> Self;
}

/// The end of a [`Draft`], and of a union's. Generated.
pub trait Finish<T> {
    /// The whole; `None` if a field is still empty, which no table allows.
    fn finish(self) -> Option<T>;
}

impl<T> Finish<T> for T {
    #[inline]
    fn finish(self) -> Option<T> {
        Some(self)
    }
}

impl<T: de::Read> Draft<T> for T {
    #[inline]
    fn blank() -> Self {
        <T as de::Read>::blank()
    }
}

/// A struct with named fields and a history. Generated.
pub trait Record: ser::Write + Sized {
    /// The Rust name, for messages.
    const NAME: &'static str;
    /// The names on the wire of the current version, in declaration order.
    const FIELDS: &'static [&'static str];
    /// The version of the first table: 1, or its own for the struct of an old version, which reads no older ones.
    const FIRST: u32 = 1;
    /// One table per version, from [`Record::FIRST`] on. Never empty.
    const VERSIONS: &'static [Table];
    /// What it is read into.
    type Draft: Draft<Self>;

    /// Reads the value that `fields` stands at into the field of `arm`, which is one of [`Record::VERSIONS`].
    ///
    /// # Errors
    /// What `fields` says.
    fn read_field<'de, F: de::Fields<'de>>(draft: &mut Self::Draft, arm: u16, fields: &mut F) -> Result<(), F::Error>;

    /// Gives the fields that `version` did not have yet their declared values.
    ///
    /// # Errors
    /// An upcast of such a value failed.
    fn fill(draft: &mut Self::Draft, version: u32) -> Result<(), UpcastError> {
        let _ = (draft, version);
        Ok(())
    }

    /// Gives every field to `fields`, in declaration order.
    fn write_fields<F: ser::Fields>(&self, fields: &mut F);
}

/// The fields of a record as one version stored them.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub(crate) fields: &'static [Field],
    /// A bit for each of the first 64 fields that must be present.
    pub(crate) required: u64,
    /// Whether a field is among them whose absence is converted, as its null would be.
    pub(crate) converts_absence: bool,
}

impl Table {
    /// The table of these fields, in declaration order.
    #[must_use]
    pub const fn new(fields: &'static [Field]) -> Self {
        let (mut required, mut converts_absence) = (0, false);
        let mut index = 0;
        while index < fields.len() {
            match fields[index].presence {
                Presence::Required if index < 64 => required |= 1 << index,
                Presence::Required | Presence::Optional => {}
                Presence::Converted => converts_absence = true,
            }
            index += 1;
        }
        Self { fields, required, converts_absence }
    }
}

/// A field as one version stored it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) arm: u16,
    pub(crate) presence: Presence,
}

/// What the absence of a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// That the payload is not what its version says.
    Required,
    /// Null, which leaves the field as it is in a blank record: empty.
    Optional,
    /// Null, which is converted as a written null would be.
    Converted,
}

/// A field that must be present; `arm` is where [`Record::read_field`] handles it.
#[must_use]
pub const fn required(name: &'static str, arm: u16) -> Field {
    Field { name, arm, presence: Presence::Required }
}

/// A field that may be absent, which says the same as null: it stays empty.
#[must_use]
pub const fn optional(name: &'static str, arm: u16) -> Field {
    Field { name, arm, presence: Presence::Optional }
}

/// A field that may be absent, which says the same as null, and whose null a conversion makes something of.
#[must_use]
pub const fn converted(name: &'static str, arm: u16) -> Field {
    Field { name, arm, presence: Presence::Converted }
}

/// The name of the field that says of which kind a union is.
pub const KIND: &str = "kind";

/// A tagged union: a JSON object whose `kind` says which of its variants the other fields are of. Generated.
pub trait Union: ser::Write + Sized {
    /// The Rust name, for messages.
    const NAME: &'static str;
    /// The texts of `kind`, in declaration order.
    const KINDS: &'static [&'static str];
    /// The fields of each kind, in the order of [`Union::KINDS`].
    const TABLES: &'static [Table];

    /// What it is read into.
    type Draft: Finish<Self>;

    /// What a value of the kind at this index is read into; `None` if there is none.
    fn blank_of(kind: usize) -> Option<Self::Draft>;

    /// Reads the value that `fields` stands at into the field of `arm` of the value's kind.
    ///
    /// # Errors
    /// What `fields` says.
    fn read_field<'de, F: de::Fields<'de>>(draft: &mut Self::Draft, arm: u16, fields: &mut F) -> Result<(), F::Error>;

    /// Its kind's place in [`Union::KINDS`].
    fn kind(&self) -> usize;

    /// Gives every field of its kind to `fields`, in declaration order.
    fn write_fields<F: ser::Fields>(&self, fields: &mut F);
}

/// An enum whose values are written as texts. Generated.
pub trait Choice: Sized + Clone + 'static {
    /// The Rust name, for messages.
    const NAME: &'static str;
    /// The known texts on the wire, in declaration order.
    const TEXTS: &'static [&'static str];
    /// The values of the known texts, in the order of [`Choice::TEXTS`].
    const VALUES: &'static [Self];

    /// The value that keeps a text which is none of the known ones; `None` for an enum that knows all of its texts.
    #[must_use]
    fn fallback(text: &str) -> Option<Self> {
        let _ = text;
        None
    }

    /// Its text on the wire.
    fn text(&self) -> &str;
}
