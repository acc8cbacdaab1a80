//! What generated code tells the runtime about a record: its tables, and how its fields are read and written.
//!
//! Generated types do not derive serde. Each brings a table of names per version, one function that puts what was read
//! into its fields, and one that writes them; the rest (visiting, searching names, missing and repeated fields) is here,
//! once. A thousand generated types are checked by the compiler in less than half the time of derived ones, and every
//! stored version is read straight into the current type.

use crate::error::UpcastError;
use crate::{de, ser};

/// A struct with named fields and a history. Generated.
pub trait Record: Sized {
    /// The Rust name, for messages.
    const NAME: &'static str;
    /// The names on the wire of the current version, in declaration order.
    const FIELDS: &'static [&'static str];
    /// The version of the first table: 1, or its own for the struct of an old version, which reads no older ones.
    const FIRST: u32 = 1;
    /// One table per version, from [`Record::FIRST`] on. Never empty.
    const VERSIONS: &'static [Table];

    /// A value to read into. Nobody sees it: every field is read, or filled by [`Record::fill`], or was optional and is
    /// empty.
    fn blank() -> Self;

    /// Reads the value that `fields` stands at into the field of `arm`, which is one of [`Record::VERSIONS`].
    ///
    /// # Errors
    /// What `fields` says.
    fn read_field<'de, F: de::Fields<'de>>(&mut self, arm: u16, fields: &mut F) -> Result<(), F::Error>;

    /// Gives the fields that `version` did not have yet their declared values.
    ///
    /// # Errors
    /// An upcast of such a value failed.
    fn fill(&mut self, version: u32) -> Result<(), UpcastError> {
        let _ = version;
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
}

impl Table {
    /// The table of these fields, in declaration order.
    #[must_use]
    pub const fn new(fields: &'static [Field]) -> Self {
        let mut required = 0;
        let mut index = 0;
        while index < fields.len() && index < 64 {
            if fields[index].required {
                required |= 1 << index;
            }
            index += 1;
        }
        Self { fields, required }
    }
}

/// A field as one version stored it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) arm: u16,
    pub(crate) required: bool,
}

/// A field that must be present; `arm` is where [`Record::read_field`] handles it.
#[must_use]
pub const fn required(name: &'static str, arm: u16) -> Field {
    Field { name, arm, required: true }
}

/// A field that may be absent, which says the same as null.
#[must_use]
pub const fn optional(name: &'static str, arm: u16) -> Field {
    Field { name, arm, required: false }
}

/// An enum without payload. Generated.
pub trait Choice: Sized + Clone + 'static {
    /// The Rust name, for messages.
    const NAME: &'static str;
    /// The texts on the wire, in declaration order.
    const TEXTS: &'static [&'static str];
    /// The values, in the order of [`Choice::TEXTS`].
    const VALUES: &'static [Self];

    /// Its place in [`Choice::TEXTS`].
    fn index(&self) -> usize;
}

/// The text of an enum's value on the wire.
#[must_use]
pub fn text<T: Choice>(value: &T) -> &'static str {
    T::TEXTS.get(value.index()).copied().unwrap_or_default()
}
