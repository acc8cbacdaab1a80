//! What a table of keys is made of.

/// A kind of mapping: what messages call it, and its keys. Those of a lock are words alone: nobody writes one by hand.
pub(in crate::yaml) struct Form<K: 'static = Property> {
    pub(in crate::yaml) name: &'static str,
    pub(in crate::yaml) keys: &'static [K],
    /// Keys of the language that make no sense here.
    pub(in crate::yaml) refused: &'static [&'static str],
    /// Why not.
    pub(in crate::yaml) refusal: &'static str,
}

impl<K: Keyword> Form<K> {
    pub(in crate::yaml) fn has(&self, key: &str) -> bool {
        self.names().any(|known| known == key)
    }

    pub(in crate::yaml) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(Keyword::word)
    }
}

/// What stands in a form.
pub(in crate::yaml) trait Keyword {
    fn word(&self) -> &'static str;
}

impl Keyword for &'static str {
    fn word(&self) -> &'static str {
        self
    }
}

impl Keyword for Property {
    fn word(&self) -> &'static str {
        self.key
    }
}

/// A key that stands in a form. The reader asks for its name; editors show what it means and check what it holds.
#[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "only editors ask for more than the key"))]
pub(in crate::yaml) struct Property {
    pub(in crate::yaml) key: &'static str,
    /// What it says, in Markdown.
    pub(in crate::yaml) doc: &'static str,
    pub(in crate::yaml) holds: Holds,
    pub(in crate::yaml) required: bool,
}

/// What stands behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "only editors ask for it"))]
pub(in crate::yaml) enum Holds {
    /// `1`, the version of the language.
    Language,
    /// Text for people.
    Prose,
    /// A template.
    Message,
    /// Text that is kept as it is.
    Text,
    /// `true`.
    True,
    /// A plain decimal number.
    Number,
    /// A number from 1 on.
    Version,
    /// A name.
    Name(Casing),
    /// A list of names.
    Names(Casing),
    /// A name, or a list of names.
    OneOrMore(Casing),
    /// Earlier names by version.
    Renamed(Casing),
    /// A type.
    Type,
    /// Earlier types by version.
    Retyped,
    /// A conversion.
    Via,
    /// A value of the field's type.
    Value,
    /// Fields by name.
    Fields(Life),
    /// Commands by name.
    Commands,
    /// Rejections by name.
    Rejections,
    /// Events by name.
    Events,
    /// Types by name.
    Types,
    /// Policies by name.
    Policies,
    /// What is done about events, by their names.
    Reactions,
    /// What is done about timers, by their names.
    Timeouts,
    /// A list of names, also of other contexts.
    Commanded,
    /// The values of an enum.
    Values,
    /// The kinds of a union.
    Kinds,
    /// Since when, and what instead.
    Deprecated,
    /// The event that is taken back, and by which fields.
    Compensates,
    /// Steps by version.
    Upcast,
    /// The version that ended an event.
    Retired,
    /// The version that ended an event, and what it is read as.
    Becomes,
    /// The arguments of `join` and `split`.
    TextStep,
    /// The arguments of `nest` and `flatten`.
    StructStep,
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::yaml) enum Casing {
    /// `snake_case`
    Small,
    /// `UpperCamelCase`
    Large,
}

/// What can happen to fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::yaml) enum Life {
    /// They are stored, so they have a history.
    Stored,
    /// They are a state, so they begin somewhere.
    State,
    /// They are handed over.
    Passing,
}
