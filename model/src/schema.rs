//! What a schema means, once every name in it is resolved. Data only.
//!
//! A [`Schema`] holds no strings that name other parts of itself: a field's type is a [`Type`] whose named parts are
//! [`TypeId`]s, and the life of a field has been unrolled into one [`VersionDef`] per version with the [`Step`]s that
//! lead to it from the version before.

use crate::opaque::Opaque;
use crate::source::{Origin, Spanned};
use crate::types::Builtin;
use crate::upcast::{Conversion, Step};

/// Everything that one catalog declares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    /// The bounded contexts, sorted by name.
    pub contexts: Vec<Context>,
    /// Every named type; a [`TypeId`] is an index into it.
    pub types: Vec<TypeDef>,
    /// Every event; an [`EventId`] is an index into it.
    pub events: Vec<EventDef>,
    /// Every aggregate; an [`AggregateId`] is an index into it.
    pub aggregates: Vec<AggregateDef>,
    /// Every policy, by context and name.
    pub policies: Vec<PolicyDef>,
}

/// Index of a [`TypeDef`] in [`Schema::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// Index of an [`EventDef`] in [`Schema::events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u32);

/// Index of an [`AggregateDef`] in [`Schema::aggregates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AggregateId(pub u32);

/// A command of an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId {
    /// The aggregate.
    pub aggregate: AggregateId,
    /// Index in [`AggregateDef::commands`].
    pub index: usize,
}

/// A bounded context: the namespace of wire types and stream names.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// As written after `context:`, in the first of its files.
    pub name: Spanned<String>,
    /// What the files of this context say of it, in file order.
    pub doc: Option<String>,
    /// Its types, in declaration order.
    pub types: Vec<TypeId>,
    /// Its events, in declaration order (an aggregate's and those of none).
    pub events: Vec<EventId>,
    /// Its aggregates, in declaration order.
    pub aggregates: Vec<AggregateId>,
}

/// An event with its whole history.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDef {
    /// The Rust name, which is also the last part of the wire type.
    pub name: Spanned<String>,
    /// The context it belongs to.
    pub context: String,
    /// The aggregate whose stream it is stored in, if any.
    pub aggregate: Option<AggregateId>,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// Every version, oldest first; the last is the current one. Never empty; numbers are 1, 2, 3 ...
    pub versions: Vec<VersionDef>,
    /// Names of fields of any version that hold personal data.
    pub personal: Vec<Spanned<String>>,
    /// Whether new code should still emit it.
    pub deprecated: Option<Deprecation>,
    /// What it takes back.
    pub compensates: Option<Compensation>,
    /// Whether it is still emitted, and what its stored events are read as.
    pub fate: EventFate,
}

/// What becomes of an event whose history has ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum EventFate {
    /// It is emitted.
    #[default]
    Current,
    /// `retired: 5`: the version before was the last one stored. Old ones are still applied, none can be emitted.
    Retired(u32),
    /// `retired: { 5: nothing }`: as retired, and old ones are read as no event.
    Nothing(u32),
    /// `becomes: { 5: [SeatsHeld@1, SeatsPaid@1] }`: one stored event is read as several, in this order.
    Becomes(u32, Vec<Child>),
}

/// One of the events that a stored event is read as.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// The event.
    pub event: EventId,
    /// The version as which it begins; from there it takes its own later steps.
    pub version: u32,
    /// How its fields come about; `None`: by hand.
    pub steps: Option<Vec<Step>>,
}

/// That an event takes back another one of its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compensation {
    /// The event that is taken back.
    pub event: EventId,
    /// The fields whose equal values tell which one it is: indices into the current shape of the event itself, and of the
    /// one that is taken back. Each pair has one name and one type. Empty: it is the last one.
    pub by: Vec<(usize, usize)>,
}

/// One version of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionDef {
    /// 1 for the first.
    pub number: u32,
    /// The wire type under which this version was stored: `<context>.<Event>`.
    pub wire_type: String,
    /// The fields as stored in this version.
    pub shape: Record,
    /// How a value of the version before becomes one of this version: exactly one step writes each field of `shape`,
    /// and exactly one reads each field of the version before. Empty for version 1, and where `by_hand`.
    pub steps: Vec<Step>,
    /// Whether the user writes the step from the version before (`upcast: { 4: by_hand }`).
    pub by_hand: bool,
    /// The lowest version whose reader decodes bytes of this version rightly.
    pub readable_from: u32,
}

/// Fields in declaration order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// A [`crate::upcast::Slot`] is an index into it.
    pub fields: Vec<FieldDef>,
}

/// A field as it is in one version.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldDef {
    /// The name on the wire in this version.
    pub name: Spanned<String>,
    /// The type in this version.
    pub ty: Type,
    /// The schema's `doc` of the field.
    pub doc: Option<String>,
}

/// A resolved type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// One row of [`crate::types::BUILTINS`].
    Builtin(Builtin),
    /// `T?`: null or absent on the wire when empty.
    Optional(Box<Type>),
    /// `list<T>`: a JSON array in order.
    List(Box<Type>),
    /// `set<T>`: a JSON array, sorted, each element once.
    Set(Box<Type>),
    /// `map<K, V>`: a JSON object, keys sorted.
    Map(Box<Type>, Box<Type>),
    /// A declared type, at the version that whoever holds it pins.
    Named(TypeId, u32),
    /// A type that only the front end understands. On the wire it may be anything, null included.
    Opaque(Opaque),
}

/// A declared type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDef {
    /// The Rust name.
    pub name: Spanned<String>,
    /// The context it belongs to.
    pub context: String,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// Every version, oldest first; the last is the current one. Never empty.
    pub versions: Vec<TypeVersion>,
}

/// One version of a declared type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeVersion {
    /// 1 for the first.
    pub number: u32,
    /// What it looks like on the wire.
    pub shape: TypeShape,
    /// How a value of the version before becomes one of this version; for version 1 of the shape's kind, and empty.
    pub steps: TypeSteps,
}

/// How a value of one version of a declared type becomes one of the next; of the kind of the type's shape, which never
/// changes.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeSteps {
    /// As for an event.
    Struct(Vec<Step>),
    /// How the wrapped value is converted; `Keep` for version 1.
    Newtype(Conversion),
    /// For each value of the version before, the index of its value in this version. A text that a fallback kept stays
    /// what it is.
    Enum(Vec<usize>),
    /// For each variant of the version before, the index of its variant in this version, and the steps of its fields.
    Union(Vec<(usize, Vec<Step>)>),
}

/// What a declared type looks like on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeShape {
    /// A JSON object.
    Struct(Record),
    /// Another type's wire form under a name of its own.
    Newtype(Type),
    /// One of a list of texts.
    Enum(Vec<VariantDef>),
    /// A JSON object whose `kind` says which of these it is.
    Union(Vec<UnionVariant>),
}

/// One kind of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionVariant {
    /// Its name: the text of `kind`, and the Rust variant.
    pub name: Spanned<String>,
    /// The schema's `doc` of the variant.
    pub doc: Option<String>,
    /// The fields beside `kind`.
    pub shape: Record,
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantDef {
    /// The text on the wire, in `snake_case`; of a fallback only the Rust variant's name.
    pub name: Spanned<String>,
    /// Whether it stands for every unknown text, which it keeps. At most one, and the last.
    pub fallback: bool,
    /// The schema's `doc` of the value.
    pub doc: Option<String>,
}

/// What `deprecated: { since: 3, use: OtherEvent }` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Deprecation {
    /// The version since which it should not be emitted.
    pub since: u32,
    /// The event to emit instead.
    pub instead: Option<EventId>,
}

/// An aggregate: who owns a stream, what can be asked of it, what may have happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateDef {
    /// The Rust name; streams are called `<context>.<name>-<id>`.
    pub name: Spanned<String>,
    /// The context it belongs to.
    pub context: String,
    /// The file's `doc`.
    pub doc: Option<String>,
    /// The type of its key.
    pub id: Type,
    /// The folded state; `None` where the user writes it in Rust.
    pub state: Option<Vec<StateField>>,
    /// The fold's revision; `None`: no snapshots.
    pub snapshot: Option<u32>,
    /// What can be asked of it, in declaration order.
    pub commands: Vec<CommandDef>,
    /// Why it may say no, in declaration order.
    pub rejections: Vec<RejectionDef>,
    /// What may have happened to it, in declaration order.
    pub events: Vec<EventId>,
}

/// A field of an aggregate's state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateField {
    /// Its Rust name.
    pub name: Spanned<String>,
    /// Its type.
    pub ty: Type,
    /// The schema's `doc` of the field.
    pub doc: Option<String>,
    /// Its value before the first event; always the declared or the natural empty value.
    pub initial: Literal,
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandDef {
    /// Its Rust name.
    pub name: Spanned<String>,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// The events that it may make happen; `None`: it does not say.
    pub emits: Option<Vec<EventId>>,
    /// What it carries.
    pub shape: Record,
}

/// A policy: what reacts to events with commands, with a state for each correlation. Nothing of the schema stores it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDef {
    /// The Rust name.
    pub name: Spanned<String>,
    /// The context it belongs to.
    pub context: String,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// What an instance knows.
    pub state: Vec<StateField>,
    /// The version of that, from 1.
    pub state_version: u32,
    /// What it reacts to, in declaration order; each event once.
    pub reactions: Vec<ReactionDef>,
    /// Its timers, in declaration order.
    pub timeouts: Vec<TimeoutDef>,
    /// The commands that it may issue where one is refused.
    pub rejected: Vec<Spanned<CommandId>>,
}

/// What a policy may do about an event.
#[derive(Debug, Clone, PartialEq)]
pub struct ReactionDef {
    /// The event, of any context; one that is still read as itself.
    pub event: Spanned<EventId>,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// Whether it starts an instance where there is none.
    pub starts: bool,
    /// What tells whose business it is.
    pub key: CorrelationKey,
    /// The commands that may be issued, each once.
    pub issues: Vec<Spanned<CommandId>>,
}

/// What tells whose business an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrelationKey {
    /// The id of the aggregate to which it happened.
    Aggregate,
    /// The field at this index of its current shape; nobody's, where that is null.
    Field(usize),
}

/// What a policy may do when a timer is due.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeoutDef {
    /// The timer's name.
    pub name: Spanned<String>,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// The commands that may be issued, each once.
    pub issues: Vec<Spanned<CommandId>>,
}

/// A rejection: a named reason for which a command is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectionDef {
    /// Its Rust name.
    pub name: Spanned<String>,
    /// The schema's `doc`.
    pub doc: Option<String>,
    /// The message template, cut at its `{field}` places.
    pub message: Vec<MessagePart>,
    /// What it carries.
    pub shape: Record,
}

/// A part of a rejection's message.
#[derive(Debug, Clone, PartialEq)]
pub enum MessagePart {
    /// Text, taken as it is (`{{` and `}}` already unescaped).
    Text(String),
    /// The value of the field at this index of the rejection's record.
    Field(usize),
}

/// A value that the schema spells out, already of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// The empty value of `T?`.
    Null,
    /// `bool`.
    Bool(bool),
    /// Any integer builtin; in its range.
    Integer(i128),
    /// `f32` or `f64`; finite, already rounded to its type.
    Float(f64),
    /// `string`.
    Text(String),
    /// `bytes`, decoded.
    Bytes(Vec<u8>),
    /// `uuid`, as its 128 bits.
    Uuid(u128),
    /// `timestamp`: microseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// `date`: year, month, day.
    Date(i16, u8, u8),
    /// `duration`: nanoseconds, positive or negative.
    Duration(i128),
    /// `decimal`: the digits without point, and how many of them stand behind the point.
    Decimal(i128, u32),
    /// `json`: the text, valid JSON.
    Json(String),
    /// `T?` with a value.
    Present(Box<Literal>),
    /// `list<T>`, in order.
    List(Vec<Literal>),
    /// `set<T>`, sorted as on the wire.
    Set(Vec<Literal>),
    /// `map<K, V>`, in written order, keys distinct.
    Map(Vec<(Literal, Literal)>),
    /// A struct at a version: one value per field, in field order.
    Struct(TypeId, u32, Vec<Literal>),
    /// A newtype at a version.
    Newtype(TypeId, u32, Box<Literal>),
    /// An enum at a version: the variant's index.
    Variant(TypeId, u32, usize),
    /// A union at a version: the variant's index and one value per field, in field order.
    Union(TypeId, u32, usize, Vec<Literal>),
    /// A value that only the front end can make: of whatever type is expected there.
    Opaque(Opaque),
}

impl Schema {
    /// What a declared type looks like in a version; `None` if there is no such type or version.
    #[must_use]
    pub fn shape(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        let versions = &self.types.get(id.0 as usize)?.versions;
        versions.get((version as usize).checked_sub(1)?).map(|version| &version.shape)
    }

    /// The command of this id.
    ///
    /// # Panics
    /// Never for an id of the same checked schema.
    #[must_use]
    pub fn command(&self, id: CommandId) -> &CommandDef {
        &self.aggregates[id.aggregate.0 as usize].commands[id.index]
    }
}

impl EventDef {
    /// Where it is declared.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.name.origin
    }

    /// The newest version.
    ///
    /// # Panics
    /// Never on a checked schema: an event has at least version 1.
    #[must_use]
    pub fn current(&self) -> &VersionDef {
        self.versions.last().expect("an event has at least version 1")
    }
}
