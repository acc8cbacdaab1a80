//! JSON Schemas of generated types, of what is on the wire: whatever is written fits its type's schema.
//!
//! They come with `schemars::JsonSchema`, which generated types implement if the generator is asked for it. The builtins'
//! own Rust types have [`Described`], since their forms here are factum's and not those that schemars knows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::Date};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::record::KIND;
use crate::scalar::Bytes;

/// A type whose wire form has a JSON Schema.
pub trait Described {
    /// The schema of a value.
    fn describe(generator: &mut SchemaGenerator) -> Schema;

    /// The schema of a value that is the key of a map.
    fn describe_key(generator: &mut SchemaGenerator) -> Schema {
        Self::describe(generator)
    }
}

/// A type of the user's of which somebody wants a JSON Schema. (The lifetime says nothing; with it the compiler asks only
/// where it matters.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema, so nobody knows what it looks like on the wire",
    label = "`{Self}` has no JSON Schema",
    note = "write `#[derive(schemars::JsonSchema)]` above `{Self}`, or derive `factum::Value`, which brings one"
)]
pub trait Known<'a>: JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> Known<'_> for T {}

/// Describes a type of the user's by its own JSON Schema. Named by generated code.
#[derive(Debug)]
pub struct Users<T>(std::marker::PhantomData<T>);

impl<T: JsonSchema> Described for Users<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// The schema of a version of a derived value, which is what it was without the feature `lock`. Named by generated code.
#[cfg(not(feature = "lock"))]
#[must_use]
pub fn version_of<T>(_: &mut SchemaGenerator, _: u32, schema: Schema) -> Schema {
    schema
}

#[cfg(feature = "lock")]
pub use crate::lock::version_of;

/// The JSON Schema of `T` and of all that it needs, as a document (draft 2020-12).
///
/// ```
/// # use factum::schemars::{JsonSchema, Schema, SchemaGenerator};
/// # struct SeatsReserved;
/// # impl JsonSchema for SeatsReserved {
/// #     fn schema_name() -> std::borrow::Cow<'static, str> { "SeatsReserved".into() }
/// #     fn json_schema(generator: &mut SchemaGenerator) -> Schema {
/// #         factum::json_schema::Body::object().required::<u32>(generator, "quantity", "Never zero.").finish()
/// #     }
/// # }
/// let schema = factum::json_schema::document::<SeatsReserved>();
/// assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("SeatsReserved"));
/// ```
#[must_use]
pub fn document<T: JsonSchema + ?Sized>() -> Schema {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

/// What has one schema wherever it stands.
macro_rules! described {
    ($($(#[$cfg:meta])* $ty:ty => $schema:tt $(, key $key:tt)?;)*) => {$(
        $(#[$cfg])*
        impl Described for $ty {
            fn describe(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }

            $(fn describe_key(_: &mut SchemaGenerator) -> Schema {
                json_schema!($key)
            })?
        }
    )*};
}

macro_rules! integers {
    ($($ty:ident, $key:literal;)*) => { described! {$(
        $ty => { "type": "integer", "minimum": $ty::MIN, "maximum": $ty::MAX }, key { "type": "string", "pattern": $key };
    )*} };
}

integers! {
    i8, "^-?(0|[1-9][0-9]*)$";
    i16, "^-?(0|[1-9][0-9]*)$";
    i32, "^-?(0|[1-9][0-9]*)$";
    i64, "^-?(0|[1-9][0-9]*)$";
    u8, "^(0|[1-9][0-9]*)$";
    u16, "^(0|[1-9][0-9]*)$";
    u32, "^(0|[1-9][0-9]*)$";
    u64, "^(0|[1-9][0-9]*)$";
}

described! {
    bool => { "type": "boolean" };
    f32 => { "type": "number" };
    f64 => { "type": "number" };
    String => { "type": "string" };
    Uuid => { "type": "string", "format": "uuid" };
    Bytes => { "type": "string", "contentEncoding": "base64" };
    Timestamp => { "type": "string", "format": "date-time", "pattern": "^[^Tt]+T[^.]+([.][0-9]{1,6})?Z$" };
    Date => { "type": "string", "pattern": "^(-[0-9]{6}|[0-9]{4})-[0-9]{2}-[0-9]{2}$" };
    SignedDuration => { "type": "string", "pattern": "^[-+]?PT" };
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal => { "type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$" };
}

/// Any JSON.
impl Described for Value {
    fn describe(_: &mut SchemaGenerator) -> Schema {
        Schema::from(true)
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Described for crate::scalar::Fixed<SCALE> {
    fn describe(_: &mut SchemaGenerator) -> Schema {
        // Zeros behind the last digit that counts may be more.
        let decimals = if SCALE == 0 { "([.]0+)?".to_owned() } else { format!("([.][0-9]{{1,{SCALE}}}0*)?") };
        json_schema!({ "type": "string", "pattern": format!("^-?[0-9]+{decimals}$") })
    }
}

impl<T: Described> Described for Option<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [T::describe(generator), { "type": "null" }] })
    }
}

impl<T: Described> Described for Box<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        T::describe(generator)
    }
}

impl<T: Described> Described for Vec<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": T::describe(generator) })
    }
}

impl<T: Described> Described for BTreeSet<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": T::describe(generator), "uniqueItems": true })
    }
}

impl<K: Described, V: Described> Described for BTreeMap<K, V> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        let (keys, values) = (K::describe_key(generator), V::describe(generator));
        json_schema!({ "type": "object", "propertyNames": keys, "additionalProperties": values })
    }
}

/// A schema in the making, for generated code.
#[derive(Debug)]
pub struct Body {
    schema: Schema,
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Body {
    fn new(schema: Schema) -> Self {
        Self { schema, properties: Map::new(), required: Vec::new() }
    }

    /// An object. Fields that it does not know are read over, so others may be there.
    #[must_use]
    pub fn object() -> Self {
        Self::new(json_schema!({ "type": "object" }))
    }

    /// As a `T`.
    #[must_use]
    pub fn of<T: Described>(generator: &mut SchemaGenerator) -> Self {
        // A schema of its own, so that what is said of this type is not said of the other.
        Self::new(json_schema!({ "allOf": [T::describe(generator)] }))
    }

    /// One of these texts.
    #[must_use]
    pub fn texts(texts: &[&str]) -> Self {
        Self::new(json_schema!({ "type": "string", "enum": texts }))
    }

    /// Any text; these are known.
    #[must_use]
    pub fn any_text(known: &[&str]) -> Self {
        Self::new(json_schema!({ "type": "string", "examples": known }))
    }

    /// An object of one of these kinds.
    #[must_use]
    pub fn kinds(kinds: Vec<(&str, Self)>) -> Self {
        let kind = |(kind, mut body): (&str, Self)| {
            body.properties.insert(KIND.to_owned(), json!({ "const": kind }));
            body.required.push(KIND.into());
            Value::from(body.finish())
        };
        Self::new(json_schema!({ "oneOf": kinds.into_iter().map(kind).collect::<Vec<_>>() }))
    }

    /// A field that is always there.
    #[must_use]
    pub fn required<T: Described>(mut self, generator: &mut SchemaGenerator, name: &str, description: &str) -> Self {
        self.required.push(name.into());
        self.optional::<T>(generator, name, description)
    }

    /// A field that is read as null where it is absent.
    #[must_use]
    pub fn optional<T: Described>(mut self, generator: &mut SchemaGenerator, name: &str, description: &str) -> Self {
        let mut schema = T::describe(generator);
        if !description.is_empty() {
            schema.insert("description".to_owned(), description.into());
        }
        self.properties.insert(name.to_owned(), schema.into());
        self
    }

    /// What is said of it.
    #[must_use]
    pub fn described(mut self, description: &str) -> Self {
        self.schema.insert("description".to_owned(), description.into());
        self
    }

    /// The schema.
    #[must_use]
    pub fn finish(mut self) -> Schema {
        if !self.properties.is_empty() {
            self.schema.insert("properties".to_owned(), self.properties.into());
        }
        if !self.required.is_empty() {
            self.schema.insert("required".to_owned(), self.required.into());
        }
        self.schema
    }
}
