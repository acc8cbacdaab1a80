//! JSON Schemas of wire forms.

use super::{Ident, RustType};

/// A JSON Schema of a type's wire form.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonSchema {
    /// The type's name.
    pub name: Ident,
    /// What the schema says of it.
    pub description: Option<String>,
    /// What it looks like.
    pub body: SchemaBody,
    /// Of which derived value it is a version.
    pub version_of: Option<VersionOf>,
}

/// The derived value that a type is a version of. Its JSON Schema comes with a feature of factum's.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionOf {
    /// The type of its newest version.
    pub newest: Ident,
    /// Which version this is.
    pub number: u32,
    /// The types of the user's that need a JSON Schema for it.
    pub needs: Vec<RustType>,
}

/// What a type looks like on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaBody {
    /// An object.
    Record(Vec<SchemaField>),
    /// As this type.
    Newtype(RustType),
    /// One of these texts, or any text.
    Choice {
        /// The known ones.
        texts: Vec<String>,
        /// Whether there may be others.
        open: bool,
    },
    /// An object of one of these kinds.
    Union(Vec<(String, Vec<SchemaField>)>),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaField {
    /// Its name on the wire.
    pub name: String,
    /// What the schema says of it.
    pub description: Option<String>,
    /// Its type, with the builtins' own types in it.
    pub ty: RustType,
    /// Whether it may be absent.
    pub optional: bool,
}
