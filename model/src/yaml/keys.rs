//! The keys of the language, each spelled once, and which of them stand where.

pub(super) const ADDED: &str = "added";
pub(super) const AGGREGATE: &str = "aggregate";
pub(super) const BECOMES: &str = "becomes";
pub(super) const COMMANDS: &str = "commands";
pub(super) const CONTEXT: &str = "context";
pub(super) const DEFAULT: &str = "default";
pub(super) const DEPRECATED: &str = "deprecated";
pub(super) const DOC: &str = "doc";
pub(super) const ENUM: &str = "enum";
pub(super) const EVENTS: &str = "events";
pub(super) const FACTUM: &str = "factum";
pub(super) const FALLBACK: &str = "fallback";
pub(super) const FIELDS: &str = "fields";
pub(super) const FROM: &str = "from";
pub(super) const ID: &str = "id";
pub(super) const MESSAGE: &str = "message";
pub(super) const NEWTYPE: &str = "newtype";
pub(super) const PERSONAL: &str = "personal";
pub(super) const REJECTIONS: &str = "rejections";
pub(super) const REMOVED: &str = "removed";
pub(super) const RENAMED: &str = "renamed";
pub(super) const RETIRED: &str = "retired";
pub(super) const RETYPED: &str = "retyped";
pub(super) const SINCE: &str = "since";
pub(super) const SNAPSHOT: &str = "snapshot";
pub(super) const STATE: &str = "state";
pub(super) const TYPE: &str = "type";
pub(super) const TYPES: &str = "types";
pub(super) const UNION: &str = "union";
pub(super) const UPCAST: &str = "upcast";
pub(super) const USE: &str = "use";
pub(super) const VERSION: &str = "version";
pub(super) const VIA: &str = "via";

/// A kind of mapping: what messages call it, and its keys.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) keys: &'static [&'static str],
    /// Keys of the language that this release does not act on yet, or that make no sense here.
    pub(super) refused: &'static [&'static str],
    /// What is wrong with a refused key.
    pub(super) refusal: Refusal,
}

/// Why a key that the language knows is refused in a [`Form`].
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// A step of an event that comes later.
    EventStep,
    /// A type's own history, which comes later.
    TypeHistory,
    /// What is not stored has no history.
    NotStored,
}

const HISTORY: &[&str] = &[ADDED, REMOVED, RENAMED, RETYPED];

pub(super) const FILE: Form = Form {
    name: "a schema file",
    keys: &[FACTUM, CONTEXT, DOC, AGGREGATE, ID, STATE, SNAPSHOT, COMMANDS, REJECTIONS, EVENTS, TYPES],
    refused: &[],
    refusal: Refusal::NotStored,
};

pub(super) const EVENT: Form = Form {
    name: "an event",
    keys: &[DOC, VERSION, PERSONAL, DEPRECATED, FIELDS],
    refused: &[RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: Refusal::EventStep,
};

pub(super) const COMMAND: Form = Form {
    name: "a command",
    keys: &[DOC, FIELDS],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: Refusal::NotStored,
};

pub(super) const REJECTION: Form = Form {
    name: "a rejection",
    keys: &[DOC, MESSAGE, FIELDS],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: Refusal::NotStored,
};

pub(super) const DECLARED_TYPE: Form = Form {
    name: "a type",
    keys: &[DOC, VERSION, FIELDS, NEWTYPE, ENUM, UNION],
    refused: &[RENAMED, UPCAST],
    refusal: Refusal::TypeHistory,
};

pub(super) const VARIANT: Form = Form {
    name: "a value of an enum",
    keys: &[DOC],
    refused: &[ADDED, REMOVED, RENAMED, BECOMES, FALLBACK],
    refusal: Refusal::TypeHistory,
};

pub(super) const EVENT_FIELD: Form = Form {
    name: "a field of an event",
    keys: &[DOC, TYPE, ADDED, DEFAULT, REMOVED, RENAMED, RETYPED],
    refused: &[],
    refusal: Refusal::NotStored,
};

pub(super) const TYPE_FIELD: Form = Form {
    name: "a field of a type",
    keys: &[DOC, TYPE],
    refused: &[ADDED, REMOVED, RENAMED, RETYPED, DEFAULT],
    refusal: Refusal::TypeHistory,
};

pub(super) const STATE_FIELD: Form =
    Form { name: "a field of the state", keys: &[DOC, TYPE, DEFAULT], refused: HISTORY, refusal: Refusal::NotStored };

pub(super) const MESSAGE_FIELD: Form =
    Form { name: "a field", keys: &[DOC, TYPE], refused: HISTORY, refusal: Refusal::NotStored };

pub(super) const RETYPING: Form =
    Form { name: "an earlier type", keys: &[FROM, VIA], refused: &[], refusal: Refusal::NotStored };

pub(super) const DEPRECATION: Form =
    Form { name: "`deprecated`", keys: &[SINCE, USE], refused: &[], refusal: Refusal::NotStored };
