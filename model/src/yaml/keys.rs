//! Which keys of the language stand where, and what they mean.

mod form;
mod words;

pub(super) use form::{Casing, Form, Holds, Keyword, Life, Property};
pub(super) use words::*;

const fn optional(key: &'static str, holds: Holds, doc: &'static str) -> Property {
    Property { key, doc, holds, required: false }
}

const fn required(key: &'static str, holds: Holds, doc: &'static str) -> Property {
    Property { required: true, ..optional(key, holds, doc) }
}

use Casing::{Large, Small};

const DOCUMENTED: Property = optional(DOC, Holds::Prose, "What it is, in Markdown. It becomes documentation in Rust.");
const TYPED: Property =
    required(TYPE, Holds::Type, "How the field is now: `u32`, `list<T>`, `map<K, V>`, `T?`, or a declared type.");
const STATED: Property = optional(
    VERSION,
    Holds::Version,
    "The newest version below. Required once there is a history, so that a review sees that it changed.",
);

const HISTORY: &[&str] = &[ADDED, REMOVED, RENAMED, RETYPED];
const NOT_STORED: &str = "only what is stored has versions and a history: events, and the types in them";
const NOTHING: &str = "";

pub(super) const FILE: Form = Form {
    name: "a schema file",
    keys: &[
        required(FACTUM, Holds::Language, "The version of the schema language: `1`."),
        required(
            CONTEXT,
            Holds::Name(Small),
            "The bounded context. An event is stored as `<context>.<Event>`; several files may share a context.",
        ),
        optional(DOC, Holds::Prose, "What the context is about, in Markdown."),
        optional(
            AGGREGATE,
            Holds::Name(Large),
            "The aggregate that the events of this file belong to. A file without one has shared types, or events of no aggregate.",
        ),
        optional(
            ID,
            Holds::Type,
            "The type of the aggregate's key: `string`, `uuid`, an integer, or a newtype of these. A stream is called `<context>.<Aggregate>-<id>`.",
        ),
        optional(
            STATE,
            Holds::Fields(Life::State),
            "The state that events are folded into. Leave it out to write it in Rust.",
        ),
        optional(
            SNAPSHOT,
            Holds::Number,
            "The revision of the fold: raise it when the state or a method for an event changes its meaning. Without it there are no snapshots.",
        ),
        optional(COMMANDS, Holds::Commands, "What can be asked of the aggregate, by name. Commands are not stored."),
        optional(REJECTIONS, Holds::Rejections, "Why the aggregate may say no, by name."),
        optional(EVENTS, Holds::Events, "What happens, by name. Events are stored for good, so each has a history."),
        optional(
            POLICIES,
            Holds::Policies,
            "What is done because something has happened, by name: policies react to events with commands.",
        ),
        optional(TYPES, Holds::Types, "Types that fields share, by name: structs, newtypes, enums and unions."),
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const EVENT: Form = Form {
    name: "an event",
    keys: &[
        DOCUMENTED,
        STATED,
        optional(
            RENAMED,
            Holds::Renamed(Large),
            "`renamed: { 2: SeatsBooked }`: what it was called before version 2. Stored events keep that name.",
        ),
        optional(PERSONAL, Holds::Names(Small), "The fields that hold personal data."),
        optional(DEPRECATED, Holds::Deprecated, "That it should not be emitted any more, and what to emit instead."),
        optional(
            COMPENSATES,
            Holds::Compensates,
            "The event that it takes back: `compensates: SeatsReserved`, the one with equal values in all fields that both have; or `{ event: SeatsReserved, by: [reservation] }`.",
        ),
        optional(FIELDS, Holds::Fields(Life::Stored), "The fields of all versions, each with its whole life."),
        optional(
            UPCAST,
            Holds::Upcast,
            "What no single field can tell of a version: `3: [ { join: .. } ]`, or `4: by_hand` for an `impl factum::Upcast`.",
        ),
        optional(
            RETIRED,
            Holds::Retired,
            "`retired: 5`: version 4 was the last one stored, and old ones are still applied. `retired: { 5: nothing }` reads old ones as no event.",
        ),
        optional(
            BECOMES,
            Holds::Becomes,
            "`becomes: { 5: [SeatsHeld@1, SeatsPaid@1] }`: version 4 was the last one stored, and old ones are read as these.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

const PASSED: Property = optional(FIELDS, Holds::Fields(Life::Passing), "What it carries.");

pub(super) const COMMAND: Form = Form {
    name: "a command",
    keys: &[
        DOCUMENTED,
        optional(
            EMITS,
            Holds::Names(Large),
            "The events that it may make happen. What its method answers is then of these, and circles through policies are found.",
        ),
        PASSED,
    ],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: NOT_STORED,
};

pub(super) const REJECTION: Form = Form {
    name: "a rejection",
    keys: &[
        DOCUMENTED,
        optional(
            MESSAGE,
            Holds::Message,
            "What people read: `{field}` shows a field, `{{` is a brace. Without it, it is the name in words.",
        ),
        PASSED,
    ],
    refused: &[VERSION, RENAMED, UPCAST, RETIRED, BECOMES],
    refusal: NOT_STORED,
};

pub(super) const POLICY: Form = Form {
    name: "a policy",
    keys: &[
        DOCUMENTED,
        optional(STATE, Holds::Fields(Life::State), "What it knows of each correlation, until that is completed."),
        optional(
            STATE_VERSION,
            Holds::Version,
            "The version of the state: raise it when what is stored of it changes. Without it, 1.",
        ),
        required(ON, Holds::Reactions, "The events that it reacts to, also of other contexts: `other.Event`."),
        optional(TIMEOUTS, Holds::Timeouts, "Its timers, by name: what is done where nothing has happened."),
        optional(REJECTED, Holds::Commanded, "The commands that it may issue where one of its commands is refused."),
    ],
    refused: &[],
    refusal: NOTHING,
};

const ISSUED: Property =
    optional(ISSUES, Holds::Commanded, "The commands that may be issued, also of other contexts: `other.Command`.");

pub(super) const REACTION: Form = Form {
    name: "a reaction",
    keys: &[
        DOCUMENTED,
        optional(
            STARTS,
            Holds::True,
            "That it starts an instance where there is none; without it the event is ignored there.",
        ),
        optional(
            BY,
            Holds::Name(Small),
            "The field that tells what the event correlates with. Without it that is the id of the aggregate to which it happened.",
        ),
        ISSUED,
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const TIMEOUT: Form =
    Form { name: "a timeout", keys: &[DOCUMENTED, ISSUED], refused: &[], refusal: NOTHING };

pub(super) const DECLARED_TYPE: Form = Form {
    name: "a type",
    keys: &[
        DOCUMENTED,
        STATED,
        optional(FIELDS, Holds::Fields(Life::Stored), "A struct: its fields, each with its whole life."),
        optional(NEWTYPE, Holds::Type, "Another type under a name of its own."),
        optional(RETYPED, Holds::Retyped, "The newtype's earlier types: `retyped: { 2: u32 }`."),
        optional(ENUM, Holds::Values, "One of several texts: `[web, phone]`, or a mapping if they have a history."),
        optional(
            UNION,
            Holds::Kinds,
            "One of several kinds with fields each. On the wire `kind` says which one it is.",
        ),
    ],
    refused: &[RENAMED, UPCAST],
    refusal: "the name of a type is not on the wire, and `upcast` belongs to events: here the lines of fields and \
              values tell the history",
};

const fn variant_renamed(casing: Casing) -> Property {
    optional(RENAMED, Holds::Renamed(casing), "`renamed: { 2: old }`: its text on the wire before version 2.")
}

const fn variant_becomes(casing: Casing) -> Property {
    optional(BECOMES, Holds::Name(casing), "What stored ones are read as since it was removed.")
}

const VARIANT_ADDED: Property = optional(ADDED, Holds::Version, "The first version with it.");
const VARIANT_REMOVED: Property =
    optional(REMOVED, Holds::Version, "The first version without it. Stored ones remain: say what it `becomes`.");

pub(super) const VALUE: Form = Form {
    name: "a value of an enum",
    keys: &[
        DOCUMENTED,
        VARIANT_ADDED,
        VARIANT_REMOVED,
        variant_becomes(Small),
        variant_renamed(Small),
        optional(
            FALLBACK,
            Holds::True,
            "That it stands for every text that is not known, which is kept and written back as it was.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const KIND: Form = Form {
    name: "a kind of a union",
    keys: &[
        DOCUMENTED,
        VARIANT_ADDED,
        VARIANT_REMOVED,
        variant_becomes(Large),
        variant_renamed(Large),
        optional(FIELDS, Holds::Fields(Life::Stored), "The fields of this kind, each with its whole life."),
    ],
    refused: &[FALLBACK],
    refusal: "only an enum can keep what it does not know: an unknown kind has unknown fields",
};

pub(super) const STORED_FIELD: Form = Form {
    name: "a field",
    keys: &[
        DOCUMENTED,
        TYPED,
        optional(
            ADDED,
            Holds::Version,
            "The first version with the field. Older events get the `default`, unless it is optional or a step writes it.",
        ),
        optional(DEFAULT, Holds::Value, "The value for events that were stored before the field was `added`."),
        optional(
            REMOVED,
            Holds::Version,
            "The first version without the field. Older events still carry it; it is checked, and nobody sees it.",
        ),
        optional(
            RENAMED,
            Holds::Renamed(Small),
            "`renamed: { 2: seats }`: what it was called before version 2. The name is its own for good.",
        ),
        optional(
            RETYPED,
            Holds::Retyped,
            "`retyped: { 3: u32 }`: its type before version 3. If that does not widen to the next one: `{ 3: { from: f64, via: scale(100) } }`.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const STATE_FIELD: Form = Form {
    name: "a field of the state",
    keys: &[
        DOCUMENTED,
        TYPED,
        optional(
            DEFAULT,
            Holds::Value,
            "Its value before the first event. Without it: zero, empty or null, as far as the type has that.",
        ),
    ],
    refused: HISTORY,
    refusal: NOT_STORED,
};

pub(super) const MESSAGE_FIELD: Form =
    Form { name: "a field", keys: &[DOCUMENTED, TYPED], refused: HISTORY, refusal: NOT_STORED };

pub(super) const RETYPING: Form = Form {
    name: "an earlier type",
    keys: &[
        required(FROM, Holds::Type, "The earlier type."),
        optional(
            VIA,
            Holds::Via,
            "How its values become those of the next type: `to_string`, `parse`, `scale(100)`, `epoch_seconds`, `epoch_millis`, `or(value)`.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const VIA_OR: Form = Form {
    name: "`via`",
    keys: &[required(OR, Holds::Value, "What null becomes, where the value is more than a text.")],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const OPERATIONS: Form = Form {
    name: "a step",
    keys: &[
        optional(
            JOIN,
            Holds::TextStep,
            "Several texts become one: `join: { from: [first, last], into: name, with: \" \" }`.",
        ),
        optional(
            SPLIT,
            Holds::TextStep,
            "One text becomes several: `split: { from: name, into: [first, last], with: \" \" }`.",
        ),
        optional(
            NEST,
            Holds::StructStep,
            "Several fields become one struct: `nest: { from: [street, city], into: address }`.",
        ),
        optional(
            FLATTEN,
            Holds::StructStep,
            "The fields of a struct become fields: `flatten: { from: address, into: [street, city] }`.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

const STEP_FROM: Property =
    required(FROM, Holds::OneOrMore(Small), "Fields of the version before. They end here: `removed` in this version.");
const STEP_INTO: Property =
    required(INTO, Holds::OneOrMore(Small), "Fields of this version. They begin here: `added` in it, without default.");

pub(super) const TEXT_STEP: Form = Form {
    name: "this step",
    keys: &[STEP_FROM, STEP_INTO, required(WITH, Holds::Text, "The text between the parts.")],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const STRUCT_STEP: Form = Form {
    name: "this step",
    keys: &[STEP_FROM, STEP_INTO],
    refused: &[WITH],
    refusal: "only texts are put together with something between them",
};

pub(super) const COMPENSATION: Form = Form {
    name: "`compensates`",
    keys: &[
        required(EVENT_NAME, Holds::Name(Large), "The event that is taken back: one of the same aggregate."),
        optional(
            BY,
            Holds::Names(Small),
            "The fields whose equal values tell which one it is. Without it all that both events have; `[]` is the last one.",
        ),
    ],
    refused: &[],
    refusal: NOTHING,
};

pub(super) const DEPRECATION: Form = Form {
    name: "`deprecated`",
    keys: &[
        required(SINCE, Holds::Version, "The version since which it should not be emitted."),
        optional(USE, Holds::Name(Large), "The event to emit instead."),
    ],
    refused: &[],
    refusal: NOTHING,
};
