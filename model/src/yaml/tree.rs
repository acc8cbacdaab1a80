//! The tree of a YAML document: what stands where, and nothing that YAML would make of it.

use core::ops::Range;

use crate::source::Origin;

/// A node and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) origin: Origin,
}

/// The forms of a node.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A scalar; its text is typed by whoever expects something.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    /// Not in quotes and not a block.
    pub(super) plain: bool,
    /// Where `text` stands letter by letter in the file, if it does: the places of its parts can be told.
    pub(super) verbatim: Option<Range<usize>>,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) value: Node,
}

/// A key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Node {
    /// Whether nothing was written here at all.
    pub(super) fn is_missing(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.plain && scalar.text.is_empty())
    }

    /// What it is, for a message.
    pub(super) fn noun(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar(scalar) if scalar.text.is_empty() && scalar.plain => "nothing",
            Kind::Scalar(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}
