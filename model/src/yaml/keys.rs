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
pub(super) const FLATTEN: &str = "flatten";
pub(super) const FROM: &str = "from";
pub(super) const ID: &str = "id";
pub(super) const INTO: &str = "into";
pub(super) const JOIN: &str = "join";
pub(super) const MESSAGE: &str = "message";
pub(super) const NEST: &str = "nest";
pub(super) const NEWTYPE: &str = "newtype";
pub(super) const OR: &str = "or";
pub(super) const PERSONAL: &str = "personal";
pub(super) const REJECTIONS: &str = "rejections";
pub(super) const REMOVED: &str = "removed";
pub(super) const RENAMED: &str = "renamed";
pub(super) const RETIRED: &str = "retired";
pub(super) const RETYPED: &str = "retyped";
pub(super) const SINCE: &str = "since";
pub(super) const SNAPSHOT: &str = "snapshot";
pub(super) const SPLIT: &str = "split";
pub(super) const STATE: &str = "state";
pub(super) const TYPE: &str = "type";
pub(super) const TYPES: &str = "types";
pub(super) const UNION: &str = "union";
pub(super) const UPCAST: &str = "upcast";
pub(super) const USE: &str = "use";
pub(super) const VERSION: &str = "version";
pub(super) const VIA: &str = "via";
pub(super) const WITH: &str = "with";

/// A kind of mapping: what messages call it, and its keys.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) keys: &'static [&'static str],
    /// Keys of the language that make no sense here.
    pub(super) refused: &'static [&'static str],
    /// Why not.
    pub(super) refusal: &'static str,
}

const HISTORY: &[&str] = &[ADDED, REMOVED, RENAMED, RETYPED];
const NOT_STORED: &str = "only what is stored has versions and a history: events, and the types in them";
const NOTHING: &str = "";

pub(super) const FILE: Form = Form {
    name: "a schema file",
    keys: &[FACTUM, CONTEXT, DOC, AGGREGATE, ID, STATE, SNAPSHOT, COMMANDS, REJECTIONS, EVENTS, TYPES],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const EVENT: Form = Form {
    name: "an event",
    keys: &[DOC, VERSION, RENAMED, PERSONAL, DEPRECATED, FIELDS, UPCAST, RETIRED, BECOMES],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const COMMAND: Form = Form {
    name: "a command",
    keys: &[DOC, FIELDS],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: NOT_STORED,
};

pub(super) const REJECTION: Form = Form {
    name: "a rejection",
    keys: &[DOC, MESSAGE, FIELDS],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: NOT_STORED,
};

pub(super) const DECLARED_TYPE: Form = Form {
    name: "a type",
    keys: &[DOC, VERSION, FIELDS, NEWTYPE, RETYPED, ENUM, UNION],
    refused: &[RENAMED, UPCAST],
    refusal: "the name of a type is not on the wire, and `upcast` belongs to events: here the lines of fields and \
              values tell the history",
};

pub(super) const VALUE: Form = Form {
    name: "a value of an enum",
    keys: &[DOC, ADDED, REMOVED, BECOMES, RENAMED, FALLBACK],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const KIND: Form = Form {
    name: "a kind of a union",
    keys: &[DOC, ADDED, REMOVED, BECOMES, RENAMED, FIELDS],
    refused: &[FALLBACK],
    refusal: "only an enum can keep what it does not know: an unknown kind has unknown fields",
};

pub(super) const STORED_FIELD: Form = Form {
    name: "a field",
    keys: &[DOC, TYPE, ADDED, DEFAULT, REMOVED, RENAMED, RETYPED],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const STATE_FIELD: Form =
    Form { name: "a field of the state", keys: &[DOC, TYPE, DEFAULT], refused: HISTORY, refusal: NOT_STORED };

pub(super) const MESSAGE_FIELD: Form =
    Form { name: "a field", keys: &[DOC, TYPE], refused: HISTORY, refusal: NOT_STORED };

pub(super) const RETYPING: Form = Form { name: "an earlier type", keys: &[FROM, VIA], refused: &[], refusal: NOTHING };

pub(super) const VIA_OR: Form = Form { name: "`via`", keys: &[OR], refused: &[], refusal: NOTHING };

pub(super) const OPERATIONS: Form =
    Form { name: "a step", keys: &[JOIN, SPLIT, NEST, FLATTEN], refused: &[], refusal: NOTHING };

pub(super) const TEXT_STEP: Form =
    Form { name: "this step", keys: &[FROM, INTO, WITH], refused: &[], refusal: NOTHING };

pub(super) const STRUCT_STEP: Form = Form {
    name: "this step",
    keys: &[FROM, INTO],
    refused: &[WITH],
    refusal: "only texts are put together with something between them",
};

pub(super) const DEPRECATION: Form = Form { name: "`deprecated`", keys: &[SINCE, USE], refused: &[], refusal: NOTHING };
