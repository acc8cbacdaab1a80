//! What a front end read, before any name in it means anything. Data only, and nothing of any front end in it.
//!
//! Front ends never fail outright: where a part could not be read, they say so in a diagnostic and leave the part here
//! with its name and `broken` set (or [`TypeKind::Broken`]), so that what refers to it is not blamed.

use crate::opaque::Opaque;
use crate::source::{Origin, Spanned};
use crate::types::Builtin;

/// A file, or what stands for one in another front end.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The bounded context.
    pub context: Spanned<String>,
    /// What the file says of itself.
    pub doc: Option<Spanned<String>>,
    /// The aggregate that the file describes.
    pub aggregate: Option<Spanned<String>>,
    /// The type of the aggregate's key.
    pub id: Option<Spanned<TypeExpr>>,
    /// The fold's revision.
    pub snapshot: Option<Spanned<u32>>,
    /// The folded state; the place is its key's.
    pub state: Option<Spanned<Vec<Field>>>,
    /// What can be asked of the aggregate; the place is the section's key.
    pub commands: Option<Spanned<Vec<Command>>>,
    /// Why it may say no; the place is the section's key.
    pub rejections: Option<Spanned<Vec<Rejection>>>,
    /// Events, of the aggregate if there is one.
    pub events: Vec<Event>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Declared types.
    pub types: Vec<TypeDecl>,
    /// Whether something in the head of the file could not be read.
    pub broken: bool,
}

/// An event with its history as declared.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// Its name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// The stated version.
    pub version: Option<Spanned<u32>>,
    /// Its earlier names on the wire.
    pub renamed: Vec<Change<Spanned<String>>>,
    /// Fields that hold personal data.
    pub personal: Vec<Spanned<String>>,
    /// Whether it should still be emitted.
    pub deprecated: Option<Deprecated>,
    /// The event that it takes back.
    pub compensates: Option<Compensates>,
    /// Fields of all versions, in declaration order.
    pub fields: Vec<Field>,
    /// What no single field can tell of a version.
    pub upcast: Vec<Upcast>,
    /// The version that ended it.
    pub retired: Option<Retired>,
    /// The version that ended it, and what it is read as since.
    pub becomes: Option<Becomes>,
    /// Whether something of it, its fields apart, could not be read.
    pub broken: bool,
}

/// A version whose steps from the version before are spelled out.
#[derive(Debug, Clone)]
pub struct Upcast {
    /// The first version after the steps.
    pub version: Spanned<u32>,
    /// The steps.
    pub how: UpcastHow,
}

/// How a version's steps are spelled out.
#[derive(Debug, Clone)]
pub enum UpcastHow {
    /// The user writes them in Rust.
    ByHand,
    /// Beside the lives of the fields there are these.
    Steps(Vec<StructuralStep>),
}

/// A step over several fields: `join: { from: [first, last], into: name, with: " " }`.
#[derive(Debug, Clone)]
pub struct StructuralStep {
    /// What is done; the place is its key's.
    pub operation: Spanned<Operation>,
    /// Fields of the version before.
    pub from: Vec<Spanned<String>>,
    /// Fields of this version.
    pub into: Vec<Spanned<String>>,
    /// The text between the parts.
    pub with: Option<Spanned<String>>,
}

/// What a [`StructuralStep`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Several texts become one.
    Join,
    /// One text becomes several.
    Split,
    /// Several fields become one struct.
    Nest,
    /// The fields of one struct become fields.
    Flatten,
}

/// `retired: 5`, or `retired: { 5: nothing }`.
#[derive(Debug, Clone)]
pub struct Retired {
    /// The first version that is never stored.
    pub version: Spanned<u32>,
    /// Whether stored events are read as no event.
    pub nothing: bool,
}

/// `becomes: { 5: [SeatsHeld@1, SeatsPaid@1] }`.
#[derive(Debug, Clone)]
pub struct Becomes {
    /// The first version that is never stored.
    pub version: Spanned<u32>,
    /// What a stored event is read as.
    pub children: Vec<ChildName>,
}

/// `SeatsHeld@1`.
#[derive(Debug, Clone)]
pub struct ChildName {
    /// An event of the same context.
    pub event: Spanned<String>,
    /// One of its versions.
    pub version: Spanned<u32>,
}

/// `deprecated: { since: 3, use: OtherEvent }`.
#[derive(Debug, Clone, Default)]
pub struct Deprecated {
    /// The version since which it should not be emitted.
    pub since: Spanned<u32>,
    /// The event to emit instead.
    pub instead: Option<Spanned<String>>,
}

/// `compensates: SeatsReserved`, or `compensates: { event: SeatsReserved, by: [reservation] }`.
#[derive(Debug, Clone)]
pub struct Compensates {
    /// The event that is taken back.
    pub event: Spanned<String>,
    /// The fields whose equal values tell which one it is; `None`: all that both have.
    pub by: Option<Vec<Spanned<String>>>,
}

/// A field, with its whole life.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its current (or last) name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// Its current (or last) type.
    pub ty: TypeExpr,
    /// The first version with it.
    pub added: Option<Spanned<u32>>,
    /// The first version without it.
    pub removed: Option<Spanned<u32>>,
    /// Its value in older events; in a state, before the first event.
    pub default: Option<Value>,
    /// Its earlier names.
    pub renamed: Vec<Change<Spanned<String>>>,
    /// Its earlier types.
    pub retyped: Vec<Change<Retyping>>,
    /// Whether something of it could not be read.
    pub broken: bool,
}

/// A version that changed something, and what it was before.
#[derive(Debug, Clone)]
pub struct Change<T> {
    /// The first version with the new state of things.
    pub version: Spanned<u32>,
    /// The old state of things.
    pub from: T,
}

/// An earlier type, and how its values became those of the next.
#[derive(Debug, Clone)]
pub struct Retyping {
    /// The earlier type.
    pub from: TypeExpr,
    /// The conversion, if it is not the only lossless one.
    pub via: Option<Spanned<Via>>,
}

/// A conversion that is spelled out.
#[derive(Debug, Clone)]
pub enum Via {
    /// `to_string`
    ToText,
    /// `parse`
    Parse,
    /// `scale(100)`: the power of ten.
    Scale(i32),
    /// `epoch_seconds` or `epoch_millis`: how many of the number's units make a second.
    Epoch(u32),
    /// `or(value)`
    Or(Value),
}

/// A type as spelled.
#[derive(Debug, Clone, Default)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it is.
    pub origin: Origin,
}

/// The forms of a type.
#[derive(Debug, Clone, Default)]
pub enum TypeKind {
    /// `u32`, `decimal(2)` ...
    Builtin(Builtin),
    /// `Name`, `other.Name`, `Name@1`.
    Named {
        /// Another context.
        context: Option<Spanned<String>>,
        /// The declared name.
        name: Spanned<String>,
        /// A pinned version.
        version: Option<Spanned<u32>>,
    },
    /// `T?`
    Optional(Box<TypeExpr>),
    /// `list<T>`
    List(Box<TypeExpr>),
    /// `set<T>`
    Set(Box<TypeExpr>),
    /// `map<K, V>`
    Map(Box<TypeExpr>, Box<TypeExpr>),
    /// A type of the front end's own language.
    Opaque(Opaque),
    /// It could not be read, and that has been said.
    #[default]
    Broken,
}

/// A value as spelled; its type decides later what its texts mean.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Where it is.
    pub origin: Origin,
}

/// The forms of a value.
#[derive(Debug, Clone)]
pub enum ValueKind {
    /// Null.
    Null,
    /// Text: a number, a date, the name of an enum's value ...
    Text(String),
    /// Several values in order.
    List(Vec<Value>),
    /// Values by name; the names are distinct.
    Map(Vec<(Spanned<String>, Value)>),
    /// An expression of the front end's own language, whose type its compiler judges.
    Opaque(Opaque),
}

/// A command.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Its name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// The events that it may make happen; `None`: it does not say.
    pub emits: Option<Vec<Spanned<String>>>,
    /// What it carries. Commands are not stored, so their fields have no history.
    pub fields: Vec<Field>,
    /// Whether something of it could not be read.
    pub broken: bool,
}

/// A rejection.
#[derive(Debug, Clone, Default)]
pub struct Rejection {
    /// Its name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// Its message; without one, its name in words.
    pub message: Option<Vec<TemplatePart>>,
    /// What it carries.
    pub fields: Vec<Field>,
    /// Whether something of it could not be read.
    pub broken: bool,
}

/// What reacts to events with commands, and keeps a state for each correlation.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Its name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// What an instance knows.
    pub state: Vec<Field>,
    /// The version of that.
    pub state_version: Option<Spanned<u32>>,
    /// What it reacts to.
    pub on: Vec<Reaction>,
    /// Its timers.
    pub timeouts: Vec<Timeout>,
    /// The commands that it issues where one is refused.
    pub rejected: Vec<QualifiedName>,
    /// Whether something of it, its state apart, could not be read.
    pub broken: bool,
}

/// `MissionPosted: { starts: true, issues: [InviteCandidate] }`.
#[derive(Debug, Clone, Default)]
pub struct Reaction {
    /// The event.
    pub event: QualifiedName,
    /// What is done about it.
    pub doc: Option<Spanned<String>>,
    /// Whether it starts an instance where there is none.
    pub starts: bool,
    /// The field that tells what it correlates with; `None`: its aggregate's id does.
    pub by: Option<Spanned<String>>,
    /// The commands that may be issued.
    pub issues: Vec<QualifiedName>,
}

/// `CandidateSilent: [InviteCandidate]`.
#[derive(Debug, Clone, Default)]
pub struct Timeout {
    /// The timer's name.
    pub name: Spanned<String>,
    /// What it being due means.
    pub doc: Option<Spanned<String>>,
    /// The commands that may be issued.
    pub issues: Vec<QualifiedName>,
}

/// `Name`, or `other.Name` of another context.
#[derive(Debug, Clone, Default)]
pub struct QualifiedName {
    /// Another context.
    pub context: Option<Spanned<String>>,
    /// The declared name.
    pub name: Spanned<String>,
}

/// A part of a message template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    /// Text, with `{{` and `}}` already unescaped.
    Text(String),
    /// The name between braces.
    Field(Spanned<String>),
}

/// A declared type, with its history.
#[derive(Debug, Clone, Default)]
pub struct TypeDecl {
    /// Its name.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// The stated version.
    pub version: Option<Spanned<u32>>,
    /// What it is.
    pub body: TypeBody,
    /// Whether something of it could not be read, so that it is not known when it changes.
    pub broken: bool,
}

/// What a declared type is.
#[derive(Debug, Clone, Default)]
pub enum TypeBody {
    /// Several fields.
    Struct(Vec<Field>),
    /// Another type under a name of its own.
    Newtype {
        /// The type.
        ty: TypeExpr,
        /// Its earlier types.
        retyped: Vec<Change<Retyping>>,
    },
    /// One of several texts; the place is that of the whole list.
    Enum(Spanned<Vec<Variant>>),
    /// One of several kinds with fields each; the place is that of the whole list.
    Union(Spanned<Vec<Variant>>),
    /// It could not be read, and that has been said.
    #[default]
    Broken,
}

/// A value of an enum or a kind of a union, with its whole life.
#[derive(Debug, Clone, Default)]
pub struct Variant {
    /// Its current (or last) text on the wire.
    pub name: Spanned<String>,
    /// Its documentation.
    pub doc: Option<Spanned<String>>,
    /// The first version with it.
    pub added: Option<Spanned<u32>>,
    /// The first version without it.
    pub removed: Option<Spanned<u32>>,
    /// What stored ones are read as since it was removed.
    pub becomes: Option<Spanned<String>>,
    /// Its earlier texts.
    pub renamed: Vec<Change<Spanned<String>>>,
    /// Where it is said to stand for every unknown text, if it is.
    pub fallback: Option<Origin>,
    /// The fields of a union's kind.
    pub fields: Vec<Field>,
    /// Whether something of it, its fields apart, could not be read.
    pub broken: bool,
}

impl TypeExpr {
    /// A type that could not be read.
    #[must_use]
    pub const fn broken(origin: Origin) -> Self {
        Self { kind: TypeKind::Broken, origin }
    }
}
