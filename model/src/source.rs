//! Where things stand: files, places in them, and values that know their place.

/// The place of a node, as a plain number into a [`crate::source::Sources`] table, so that the model stays free of any
/// front end's own spans or tokens. A front end that has places of another kind (compiler tokens) keeps its own table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin(pub u32);

/// A value and where it was written.
#[derive(Debug, Clone, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub origin: Origin,
}

/// Two spanned values are equal if their values are: a moved line is not a change.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Spanned<T> {
    /// `value`, written at `origin`.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}
