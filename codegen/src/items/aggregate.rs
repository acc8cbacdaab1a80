//! Aggregates: sets of their events, commands and rejections, their state, and the traits that the user implements.

use super::{Compensation, Definition, Doc, Expr, Ident, RustType, Shown};

/// An enum with one variant per type, mostly called like the type.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// Whether equality is total in all of its variants.
    pub eq: bool,
    /// Its variants.
    pub variants: Vec<SetVariant>,
}

/// A variant of a [`Set`].
#[derive(Debug, Clone, PartialEq)]
pub struct SetVariant {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// What it holds.
    pub ty: RustType,
    /// Whether a value of the type can be turned into the set, and so be emitted.
    pub emitted: bool,
}

/// What makes a set a set of events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSet {
    /// The set's name.
    pub name: Ident,
    /// Its variants.
    pub variants: Vec<Ident>,
    /// How each wire type is read, sorted by wire type.
    pub readers: Vec<Reader>,
    /// Which events take back which.
    pub compensations: Vec<Compensation>,
    /// How the names of the aggregate's streams begin; `None`: its events are of several aggregates.
    pub streams: Option<String>,
}

/// The first and the last of some schema versions; no last for the name under which newer ones may come.
pub type Range = (u32, Option<u32>);

/// How one wire type is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    /// The wire type.
    pub wire_type: String,
    /// The schema versions stored under it.
    pub versions: Vec<Range>,
    /// The event's struct.
    pub event: RustType,
    /// The set's variant, if the event is read as itself.
    pub variant: Ident,
    /// What it is read as.
    pub outcome: Outcome,
}

/// What a stored event is read as.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The set's variant of that name.
    One,
    /// No event.
    Nothing,
    /// Several events.
    Several(Vec<ChildEvent>),
}

/// One of several events that a stored one is read as.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEvent {
    /// The set's variant; none of an event that is read as no event.
    pub variant: Option<Ident>,
    /// The structs that it passes through, from the version as which it begins to the current one. Of an event that
    /// became others in its turn, on to those.
    pub chain: Vec<RustType>,
}

/// How a rejection reads, as `Display`, and that it is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The rejection's name.
    pub name: Ident,
    /// A format string with one `{}` per argument.
    pub format: String,
    /// The fields, in the order of the places, and how each is shown.
    pub arguments: Vec<(Ident, Shown)>,
}

/// That a set of rejections reads as its members do, and is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Messages {
    /// The set's name.
    pub name: Ident,
    /// Its variants.
    pub variants: Vec<Ident>,
}

/// The state before the first event.
#[derive(Debug, Clone, PartialEq)]
pub struct Initial {
    /// The state's name.
    pub name: Ident,
    /// Each field's value.
    pub fields: Vec<(Ident, Expr)>,
    /// Whether a foreign type may not hold one of them.
    pub fallible: bool,
}

/// A trait that the user implements, one method per variant, and the set's own method that calls the right one.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who defines it.
    pub definition: Definition,
    /// The set whose variants it has methods for.
    pub set: Ident,
    /// What the set's method calls whom it asks: with an underscore where it has nothing to ask of it.
    pub aggregate: Ident,
    /// What its methods are about.
    pub kind: DispatchKind,
    /// Its methods.
    pub methods: Vec<Method>,
}

/// What the methods of a [`Dispatch`] are about.
#[derive(Debug, Clone, PartialEq)]
pub enum DispatchKind {
    /// `fn method(&self, command: Command) -> Decision`, of these sets.
    Handle {
        /// The events' set.
        events: Ident,
        /// The rejections' set.
        rejections: Ident,
    },
    /// `fn method(&mut self, event: &Event)`.
    Apply,
    /// `fn method(&self, tx: &mut Self::Tx, event: &Event, recorded: &Recorded) -> ViewResult`, of a projection.
    Project,
}

/// A method of a [`Dispatch`].
#[derive(Debug, Clone, PartialEq)]
pub struct Method {
    /// Of a command that says what it emits: the set of that.
    pub emits: Option<Ident>,
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// The command or event, and the set's variant.
    pub of: Ident,
}

/// What wires the two traits into an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The state's name.
    pub name: Ident,
    /// The aggregate's name in streams.
    pub stream_name: String,
    /// The context.
    pub context: String,
    /// The key's type.
    pub id: RustType,
    /// The events' set.
    pub events: Ident,
    /// The commands' set.
    pub commands: Ident,
    /// The rejections' set.
    pub rejections: Ident,
    /// Whose snapshots it may use; `None`: it has none.
    pub snapshot: Option<Snapshot>,
}

/// What tells the snapshots of one fold from those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// The fold's revision.
    pub revision: u32,
    /// The hash of what the schema says of the state and the events.
    pub schema: u64,
}

/// That each event of a set is one of another set too, under the same name.
#[derive(Debug, Clone, PartialEq)]
pub struct Subset {
    /// The smaller set.
    pub name: Ident,
    /// Its variants.
    pub variants: Vec<Ident>,
    /// The other set.
    pub of: Ident,
}
