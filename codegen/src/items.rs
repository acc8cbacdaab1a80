//! What will be written, decided to the last name: data only.
//!
//! [`crate::lower`] makes these and decides everything; [`crate::emit`] turns them into tokens and decides nothing.

mod aggregate;
mod json_schema;
mod locked;
mod policy;
#[cfg(feature = "sql")]
pub mod sql;
mod values;

pub use aggregate::*;
pub use json_schema::*;
pub use locked::*;
pub use policy::*;
pub use values::*;

pub use crate::options::Visibility;

/// A whole generated file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Who sees its modules.
    pub visibility: Visibility,
    /// Its modules' items. A schema of one context has them at the top; several contexts have a module each.
    pub modules: Vec<Module>,
}

/// The items of one context.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// The module's name and doc; `None` where the items stand at the top of the file.
    pub header: Option<(Ident, Doc)>,
    /// In the order in which they will be written.
    pub items: Vec<Item>,
}

/// One thing that is generated: one emitter each.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A struct with named fields and its tables.
    Record(Record),
    /// What makes a record an event.
    Event(Event),
    /// What sets of the user's ask of an event.
    Stored(Stored),
    /// Another name of a type.
    Alias(Alias),
    /// The step from one version to the next.
    Upcast(Upcast),
    /// A struct around one value.
    Newtype(Newtype),
    /// An enum without payload.
    Choice(Choice),
    /// An enum whose variants have fields.
    Union(Union),
    /// A value that stands for null in a conversion.
    Otherwise(Otherwise),
    /// An enum with one variant per type.
    Set(Set),
    /// What makes a set a set of events.
    EventSet(EventSet),
    /// That a type has a JSON Schema.
    JsonSchema(JsonSchema),
    /// What a derived item tells the lock test.
    Locked(Locked),
    /// How a rejection reads.
    Message(Message),
    /// How a set of rejections reads.
    Messages(Messages),
    /// The initial state.
    Initial(Initial),
    /// A trait that the user implements: one method per variant of a set.
    Dispatch(Dispatch),
    /// What wires the traits into an aggregate.
    Aggregate(Aggregate),
    /// That a set is a part of another one.
    Subset(Subset),
    /// A policy.
    Policy(Policy),
}

/// A Rust identifier, raw (`r#type`) where it must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident(pub String);

/// The lines of a doc comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doc(pub Vec<String>);

/// A Rust type: a path, absolute or of this module, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RustType {
    /// As in `::std::vec::Vec` or `super::billing::Money`.
    pub path: String,
    /// Its type arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a generic type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Argument {
    /// A type.
    Type(RustType),
    /// A number.
    Const(i64),
}

/// A value that the schema spells out.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `true`.
    Bool(bool),
    /// `7`, of the type that is expected there.
    Integer(i128),
    /// A number with 128 bits, in hexadecimal.
    Bits(u128),
    /// `0.5`, finite.
    Float(f64),
    /// `"text"`.
    Str(String),
    /// `b"bytes"`.
    Bytes(Vec<u8>),
    /// A path as it is: `Channel::Web`.
    Path(String),
    /// `function(arguments)`.
    Call(String, Vec<Expr>),
    /// `[elements]`.
    Array(Vec<Expr>),
    /// `(elements)`.
    Tuple(Vec<Expr>),
    /// `Path { field: value }`.
    Struct(String, Vec<(Ident, Expr)>),
    /// `value.field`.
    Field(Box<Expr>, Ident),
    /// `value.0`.
    Inner(Box<Expr>),
    /// A `f32`.
    Single(f32),
    /// A name that is bound where the value stands.
    Bound(Ident),
    /// `&value`.
    Reference(Box<Expr>),
    /// `value?`.
    Try(Box<Expr>),
    /// `<Conversion as ::factum::de::Conversion>::convert(value)?`.
    Convert(RustType, Box<Expr>),
}

/// Who writes the definition of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definition {
    /// The generator, with the usual derives.
    Generated {
        /// Who sees it.
        visibility: Visibility,
        /// The paths of more derives.
        derives: Vec<String>,
    },
    /// The generator, as visible as the user's item beside which it stands, with these derives.
    Beside(Vec<String>),
    /// The user.
    Users,
}

/// A struct with named fields, and how it is read and written.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// Whether equality is total: it has no floats and no JSON.
    pub eq: bool,
    /// Its fields, in declaration order.
    pub fields: Vec<RecordField>,
    /// How it is read and written; `None` for what never leaves the process.
    pub wire: Option<Wire>,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordField {
    /// Its doc.
    pub doc: Doc,
    /// Its Rust name.
    pub name: Ident,
    /// Its name on the wire.
    pub wire_name: String,
    /// Its type.
    pub ty: RustType,
    /// How it is read and written, where its type does not say so itself.
    pub codec: Option<Codec>,
}

/// How a field is read and written that holds types of the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct Codec {
    /// The conversion that keeps it.
    pub keep: RustType,
    /// What it is before it is read.
    pub blank: Blank,
}

/// What a field is before it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Blank {
    /// Empty: nobody knows a value of the user's type.
    Slot,
    /// Its type's default.
    Default,
    /// What stands for a builtin knows a value: this form of it.
    Foreign(RustType),
}

/// How a record is read and written.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// The version of the first table, where that is not version 1.
    pub first: Option<u32>,
    /// One table per version, the first version's first.
    pub tables: Vec<Vec<TableField>>,
    /// What to do with a field; a [`TableField::arm`] is an index into it. The first are the current fields, as they are.
    pub arms: Vec<Arm>,
    /// What older versions lack, oldest first.
    pub fills: Vec<Fill>,
    /// The struct that is read into where a field may be empty until then.
    pub draft: Option<Ident>,
}

/// A field as one version stored it.
#[derive(Debug, Clone, PartialEq)]
pub struct TableField {
    /// Its name on the wire.
    pub name: String,
    /// What to do with it.
    pub arm: usize,
    /// What its absence says.
    pub presence: Presence,
}

/// What the absence of a stored field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// That the payload is not what its version says.
    Required,
    /// Null: the field stays empty.
    Optional,
    /// Null, which the arm's conversion makes something of.
    Converted,
}

/// What a reader does with a stored field.
#[derive(Debug, Clone, PartialEq)]
pub enum Arm {
    /// Reads it into this field.
    Value(Ident),
    /// Reads it into this field, which is proved to be of this type: its spelling alone does not say so.
    Proved(Ident, RustType),
    /// Reads it as it was and converts it into this field.
    Convert(Ident, RustType),
    /// Reads it, checks it, drops it.
    Check(RustType),
}

/// Fields that versions before `before` did not have, and their values.
#[derive(Debug, Clone, PartialEq)]
pub struct Fill {
    /// The version that added them.
    pub before: u32,
    /// The fields.
    pub fields: Vec<(Ident, Expr)>,
}

/// What makes a record an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The record's name.
    pub name: Ident,
    /// `<context>.<Event>`.
    pub wire_type: String,
    /// The schema version.
    pub version: u32,
    /// The lowest version whose reader reads it rightly.
    pub readable_from: u32,
    /// The structs through which payloads from before the record's first table pass, up to this one; empty where there
    /// are none.
    pub earlier: Vec<Ident>,
}

/// That an event takes back another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Compensation {
    /// The event.
    pub event: Ident,
    /// The one that is taken back.
    pub other: Ident,
    /// The fields that are equal in both.
    pub by: Vec<Ident>,
}

/// What a set that the user lists has to know of an event, which it does not see.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The event's name.
    pub name: Ident,
    /// The structs of all its versions, oldest first, its own last.
    pub versions: Vec<Ident>,
    /// Each wire type under which it was stored, and the versions, first and last.
    pub names: Vec<(String, Vec<Range>)>,
    /// The event that is emitted in its place.
    pub instead: Option<RustType>,
    /// What it takes back.
    pub compensates: Option<Compensation>,
    /// What a stored one is read as.
    pub reading: Reading,
}

/// What becomes of a stored event where it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is read as itself, and new ones are emitted.
    Emitted,
    /// It is read as itself, and none is emitted any more.
    Retired,
    /// It is read as no event.
    Nothing,
    /// It is read as events of these versions.
    Several(Vec<RustType>),
}

/// `pub type name = of;`
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// Its doc.
    pub doc: Doc,
    /// The new name.
    pub name: Ident,
    /// Who sees it.
    pub definition: Definition,
    /// The type.
    pub of: Ident,
}

/// The step from one version's type to the next one's.
#[derive(Debug, Clone, PartialEq)]
pub struct Upcast {
    /// The older type.
    pub from: RustType,
    /// The newer type.
    pub to: RustType,
    /// How.
    pub body: UpcastBody,
}

/// How a value of one version becomes one of the next. The older value is called `old`.
#[derive(Debug, Clone, PartialEq)]
pub enum UpcastBody {
    /// From fields to fields.
    Fields(Build),
    /// From the value around which a struct is, to another such.
    Value(Expr),
    /// Variant by variant.
    Variants(Vec<VariantUpcast>),
    /// Through a version between the two.
    Through(RustType),
}

/// What is bound first, and then each field of the newer value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Build {
    /// Names that are bound together, and to what.
    pub lets: Vec<(Vec<Ident>, Expr)>,
    /// Each field of the newer, and where it comes from.
    pub fields: Vec<(Ident, Expr)>,
}

/// What becomes of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantUpcast {
    /// The variant of the older type.
    pub from: Ident,
    /// The variant of the newer type.
    pub to: Ident,
    /// What they carry.
    pub payload: VariantPayload,
}

/// What a variant carries through an upcast.
#[derive(Debug, Clone, PartialEq)]
pub enum VariantPayload {
    /// Nothing.
    None,
    /// The unknown text that a fallback keeps.
    Text,
    /// Fields: those of the older, each with the name it is bound to, and what the newer's are built from.
    Fields(Vec<(Ident, Ident)>, Build),
}
