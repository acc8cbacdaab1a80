//! The types of a schema that events hold.

use super::{Codec, Definition, Doc, Expr, Ident, RecordField, RustType, TableField};

/// A struct around one value, written as that value.
#[derive(Debug, Clone, PartialEq)]
pub struct Newtype {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// What it wraps.
    pub inner: RustType,
    /// How that is read and written, where its type does not say so itself.
    pub codec: Option<Codec>,
    /// The traits it derives beside `Debug`, `Clone` and `PartialEq`.
    pub derives: Vec<&'static str>,
    /// How it is shown, if its value is.
    pub display: Option<Shown>,
    /// Whether it may be an aggregate's key.
    pub key: bool,
}

/// How a value is shown to people.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// By itself.
    Itself,
    /// As the builtin that it stands for.
    As {
        /// What says how it stands for it.
        adapter: RustType,
        /// The builtin's own type.
        wire: RustType,
    },
}

/// An enum without payload, written as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// Its values, in declaration order; never empty.
    pub variants: Vec<ChoiceVariant>,
    /// The variant that keeps unknown texts.
    pub fallback: Option<(Doc, Ident)>,
}

/// An enum whose variants have fields, written as an object with a `kind`.
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// Whether equality is total.
    pub eq: bool,
    /// The enum that is read into where a field may be empty until then.
    pub draft: Option<Ident>,
    /// Its variants, in declaration order; never empty.
    pub variants: Vec<UnionVariant>,
}

/// A variant of a [`Union`].
#[derive(Debug, Clone, PartialEq)]
pub struct UnionVariant {
    /// Its doc.
    pub doc: Doc,
    /// Its Rust name, which is also the text of `kind`.
    pub name: Ident,
    /// The text of `kind`.
    pub kind: String,
    /// Its fields.
    pub fields: Vec<RecordField>,
    /// How they are written.
    pub table: Vec<TableField>,
}

/// A value that stands for null in a conversion: a type of its own, since conversions are named as types.
#[derive(Debug, Clone, PartialEq)]
pub struct Otherwise {
    /// Its name.
    pub name: Ident,
    /// Who sees it.
    pub definition: Definition,
    /// The value's type.
    pub ty: RustType,
    /// The value.
    pub value: Expr,
    /// Whether a foreign type may not hold it.
    pub fallible: bool,
}

/// A value of an enum without payload.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceVariant {
    /// Its doc.
    pub doc: Doc,
    /// Its Rust name.
    pub name: Ident,
    /// Its text on the wire.
    pub text: String,
}
