//! Policies: what they are made of, beside their sets and their state.

use super::{Definition, Doc, Ident, RustType, Shown};

/// A policy that is declared: its trait, its commands, and what wires both.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its doc.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Who sees it.
    pub definition: Definition,
    /// Its name in the store.
    pub key: String,
    /// The version of its state.
    pub state_version: u32,
    /// Its state.
    pub state: Ident,
    /// The set of events.
    pub events: Ident,
    /// The set of commands.
    pub commands: Ident,
    /// Whether equality of its commands is total.
    pub eq: bool,
    /// The set of rejections.
    pub rejections: Ident,
    /// The trait that the user implements.
    pub reactions_trait: Ident,
    /// Who executes its commands.
    pub dispatcher: Ident,
    /// What it does about events.
    pub reactions: Vec<Reaction>,
    /// Its timers.
    pub timeouts: Vec<Timeout>,
    /// What it may issue where a command is refused.
    pub rejected: Vec<Issued>,
    /// The aggregates that it asks.
    pub targets: Vec<Target>,
}

/// What a policy does about an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// The doc of the method.
    pub doc: Doc,
    /// The method of the trait.
    pub method: Ident,
    /// The variant of the set of events.
    pub variant: Ident,
    /// The event.
    pub event: RustType,
    /// Whether it starts an instance.
    pub starts: bool,
    /// What tells whose business it is.
    pub key: Key,
    /// What may be issued.
    pub issues: Vec<Issued>,
}

/// What tells whose business an event is.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// The id in the name of its stream, which begins so.
    Stream(String),
    /// A field, and how it reads.
    Field(Ident, Shown),
    /// A field that may be null: then it is nobody's.
    OptionalField(Ident, Shown),
}

/// A timer.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeout {
    /// Its doc.
    pub doc: Doc,
    /// The doc of the method.
    pub method_doc: Doc,
    /// The method of the trait.
    pub method: Ident,
    /// Its type.
    pub name: Ident,
    /// Its name in the store.
    pub text: String,
    /// What may be issued.
    pub issues: Vec<Issued>,
}

/// A command that may be issued.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    /// The command.
    pub command: RustType,
    /// Its variant in the aggregate's set of commands.
    pub member: Ident,
    /// The aggregate: an index in [`Policy::targets`].
    pub target: usize,
}

/// An aggregate that is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its variant in the policy's sets.
    pub variant: Ident,
    /// Its repository in the dispatcher.
    pub field: Ident,
    /// The type of its key.
    pub id: RustType,
    /// Its set of commands.
    pub commands: RustType,
    /// Its set of rejections.
    pub rejections: RustType,
}
