//! Every kind of problem that the model reports: its number, its title, what it means, and an example of it.
//!
//! E0001-E0099: reading YAML. E0100-E0199: rules of the review, which compare two schemas; here
//! are those of them that also the lock is refused for. E0200-E0299: names.
//! E0300-E0399: types and values. E0400-E0499: history. E0500-E0599: aggregates, policies, state and messages. E0600-E0699: the
//! lock.

mod example;

use core::fmt;
use core::ops::RangeInclusive;

pub use example::Example;

/// The manual page of a [`Code`].
#[derive(Debug)]
pub struct CodeRow {
    /// The code.
    pub code: Code,
    /// 12 for `E0012`. A number is never given to another problem.
    pub number: u16,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What it means, and why it is refused.
    pub meaning: &'static str,
    /// A schema that shows it.
    pub example: Example,
}

/// Kinds of problem that belong together.
#[derive(Debug)]
pub struct Chapter {
    /// What they are about.
    pub title: &'static str,
    /// Their numbers.
    pub numbers: RangeInclusive<u16>,
}

/// Every chapter, by number.
pub static CHAPTERS: &[Chapter] = &[
    Chapter { title: "Reading YAML", numbers: 1..=99 },
    Chapter { title: "Released versions", numbers: 100..=199 },
    Chapter { title: "Names", numbers: 200..=299 },
    Chapter { title: "Types and values", numbers: 300..=399 },
    Chapter { title: "History", numbers: 400..=499 },
    Chapter { title: "Aggregates, policies, state and messages", numbers: 500..=599 },
    Chapter { title: "The lock", numbers: 600..=699 },
];

/// The example of a kind of problem: the file of its name, unless something else is said.
macro_rules! example {
    ($code:ident) => {
        Example::File(include_str!(concat!("examples/", stringify!($code), ".yaml")))
    };
    ($code:ident, $example:expr) => {
        $example
    };
}

macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $number:literal, $title:literal $(, $example:expr)?;)+) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $meaning])+ $code,)+
        }

        /// Every kind of problem, by number.
        pub static CODES: &[CodeRow] = &[
            $(CodeRow {
                code: Code::$code,
                number: $number,
                title: $title,
                meaning: concat!($($meaning, "\n"),+),
                example: example!($code $(, $example)?),
            },)+
        ];

        impl Code {
            /// 12 for `E0012`.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$code => $number,)+ }
            }

            /// What is wrong, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }
        }
    };
}

/// A name that two files of a context declare.
const TWO_FILES: Example = Example::Files(&[
    ("sales.yaml", include_str!("examples/DuplicateName/sales.yaml")),
    ("prices.yaml", include_str!("examples/DuplicateName/prices.yaml")),
]);

const TWO_CATALOGS: Example = Example::Catalogs(&[
    ("shop/schema.yaml", include_str!("examples/ContextClaimed/schema.yaml")),
    ("archive/schema.yaml", include_str!("examples/ContextClaimed/archive.yaml")),
]);

/// A type that went to its next version below an event that was released.
const MOVED_ON: Example = Example::Released {
    before: include_str!("examples/PinForgotten/before.yaml"),
    now: include_str!("examples/PinForgotten/now.yaml"),
};

/// A released version, changed in place.
const EDITED: Example = Example::Proposed {
    released: include_str!("examples/ReleasedVersionEdited/released.yaml"),
    proposed: include_str!("examples/ReleasedVersionEdited/released.yaml"),
    now: include_str!("examples/ReleasedVersionEdited/now.yaml"),
};

/// A version that another branch released under the same number.
const RENUMBERED: Example = Example::Proposed {
    released: include_str!("examples/VersionRenumber/released.yaml"),
    proposed: include_str!("examples/VersionRenumber/now.yaml"),
    now: include_str!("examples/VersionRenumber/now.yaml"),
};

/// An event that is gone, and what a `factum.toml` says of it.
macro_rules! allowed {
    ($file:literal) => {
        Example::Allowed {
            released: include_str!("examples/AllowUnused/released.yaml"),
            now: include_str!("examples/AllowUnused/now.yaml"),
            config: include_str!($file),
        }
    };
}

const UNUSED: Example = allowed!("examples/AllowUnused.toml");
const WITHOUT_REASON: Example = allowed!("examples/AllowWithoutReason.toml");
const EXPIRED: Example = allowed!("examples/AllowExpired.toml");

/// A schema that changed since its lock was written.
const STALE: Example = Example::Locked {
    before: include_str!("examples/LockStale/before.yaml"),
    now: include_str!("examples/LockStale/now.yaml"),
};

/// As shown: `E0012`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{:04}", self.number())
    }
}

codes! {
    /// A schema file has at most 4 MiB. A larger one is most likely not a schema.
    FileTooLarge = 1, "the file is too large", Example::Made("a file of 300,000 comments", example::of_more_than_four_mebibytes);
    /// Schemas are UTF-8, with or without a byte order mark.
    NotUtf8 = 2, "the file is not UTF-8", Example::Made("a file with a German name for the great hall, saved as Latin-1", example::in_latin_1);
    /// A file without any content declares nothing, not even its context.
    EmptyFile = 3, "the file is empty";
    /// The YAML parser could not make sense of the text.
    Syntax = 4, "not valid YAML";
    /// Mappings and lists may stand inside each other 64 deep.
    TooDeep = 5, "nested too deeply", Example::Made("seventy lists, each inside the one before", example::of_seventy_lists);
    /// A file is one document, so that a context's parts are found by their file names.
    SeveralDocuments = 6, "several documents in one file";
    /// YAML forbids a key twice, and a reader that takes the last one would lose a declaration silently.
    DuplicateKey = 7, "a key appears twice";
    /// Anchors and aliases make a line mean something that stands elsewhere; a diff of it could not be reviewed.
    Alias = 8, "anchors and aliases are not part of the language";
    /// Every scalar is text, typed by what is expected in its place; a tag has nothing to say.
    Tag = 9, "tags are not part of the language";
    /// YAML forbids tabs for indentation; elsewhere they only look like spaces.
    Tab = 10, "a tab";
    /// A key that the language does not know is most likely misspelled; ignoring it would ignore a declaration.
    UnknownKey = 11, "unknown key";
    /// A key that is needed here is missing.
    MissingKey = 12, "a key is missing";
    /// A key without value could be a forgotten one; only the values of an enum have none.
    MissingValue = 13, "a key without value";
    /// A mapping, a list or a text stands where something else is expected.
    WrongShape = 14, "something else is expected here";
    /// Versions and the like are plain decimal numbers: no sign, no leading zero, no underscore.
    NotPlainNumber = 15, "not a plain number";
    /// Inside `{ }` a comma ends a value in YAML, also inside a type.
    TypeCutAtComma = 16, "the comma cuts this type in two";
    /// ` #` starts a comment in YAML, also inside an unquoted text.
    TextCutAtComment = 17, "the text is cut at ` #`";
    /// `factum: 1` names the version of the language, so that a later one can mean something else.
    LanguageVersion = 18, "unknown version of the language";
    /// A type is a name, `T?`, `list<T>`, `set<T>`, `map<K, V>` or `decimal(scale)`.
    TypeSyntax = 19, "not a type";
    /// In a message, `{name}` shows a field; `{{` and `}}` are braces.
    TemplateSyntax = 20, "not a message template";
    /// The TOML parser could not make sense of a catalog's `factum.toml`.
    ConfigSyntax = 21, "not valid TOML", Example::Config(include_str!("examples/ConfigSyntax.toml"));
    /// A key that a `factum.toml` does not have is most likely misspelled; ignoring it would ignore what was meant.
    UnknownSetting = 22, "unknown key of factum.toml", Example::Config(include_str!("examples/UnknownSetting.toml"));
    /// A setting has one of a few values, or a text, or a table.
    SettingValue = 23, "not a value of this setting", Example::Config(include_str!("examples/SettingValue.toml"));

    /// Events of this version are stored for good, so neither what they are nor what they are read as can change.
    ReleasedVersionEdited = 101, "a released version changed", EDITED;
    /// Two branches proposed a version of the same number, and the other one was released.
    VersionRenumber = 107, "the number of a version was released meanwhile", RENUMBERED;

    /// An approval speaks of a finding by its id, which changes with the change. Once the change is released there is
    /// nothing to approve any more.
    AllowUnused = 190, "an approval of nothing", UNUSED;
    /// Whoever reads an approval later wants to know why it was given. Without a reason it approves nothing.
    AllowWithoutReason = 191, "an approval without a reason", WITHOUT_REASON;
    /// The last day of an approval is over, so what it approved is an error again.
    AllowExpired = 192, "an approval that is over", EXPIRED;

    /// No type of this name is declared in the context or builtin.
    UnknownType = 201, "unknown type";
    /// Names are unique in a context.
    DuplicateName = 202, "a name is declared twice", TWO_FILES;
    /// Fields, enum values and contexts are in `snake_case`, all else in `UpperCamelCase`. Names are ASCII.
    NameCasing = 203, "a name in the wrong casing";
    /// Rust cannot use this name, not even as a raw identifier.
    ImpossibleName = 204, "a name that Rust cannot use";
    /// Two names that differ in casing only become one name in Rust or in a reader's eyes.
    NamesEqualAfterCasing = 205, "two names differ only in casing";
    /// All items of a context live in one Rust module, also those that are generated around the declared ones.
    GeneratedNameTaken = 206, "a generated item has the same name";
    /// No file declares this context.
    UnknownContext = 207, "unknown context";
    /// A value of this type would hold another value of it, without end.
    InfiniteType = 208, "a type that contains itself";
    /// No event of this name is declared in the context.
    UnknownEvent = 209, "unknown event";
    /// A type or an event has the versions from 1 to its newest.
    UnknownVersion = 210, "unknown version";
    /// A context belongs to one catalog: what is stored under its names is checked, locked and reviewed as a whole.
    ContextClaimed = 211, "two catalogs claim one context", TWO_CATALOGS;
    /// No command of this name is declared in the context.
    UnknownCommand = 212, "unknown command";

    /// Map keys and set elements are strings, uuids, integers, newtypes of these, or enums.
    KeyType = 301, "not a type for keys";
    /// `?` adds null to a type; on one that has null already the two could not be told apart.
    OptionalOfNullable = 302, "`?` on a type that can be null";
    /// The value is not one of the field's type.
    IllTyped = 303, "a value of another type";
    /// The value is a number, but not one that the type can hold.
    OutOfRange = 304, "a number out of range";
    /// A value of a struct gives each of its fields, and nothing else.
    StructFields = 305, "not the fields of the struct";
    /// The elements of a set and the keys of a map are distinct.
    DuplicateElement = 306, "an element appears twice";
    /// A decimal has at most 28 digits behind the point.
    DecimalScale = 307, "a scale that decimals do not have";
    /// An enum without values could have no value.
    EmptyEnum = 308, "an enum without values";
    /// Newtypes may wrap newtypes, but only 64 of them.
    NewtypeChain = 309, "a long chain of newtypes", Example::Made("seventy newtypes, each of the next", example::of_seventy_newtypes);
    /// A fallback stands for every text that is not known: there is one, after all values, and it has no text of its own.
    Fallback = 310, "not a fallback";
    /// The text of `kind` says which kind of the union it is.
    KindField = 311, "a field called `kind`";
    /// Types may stand inside each other 80 deep, lists and maps counted several times; the Rust compiler gives up at 128.
    TypesTooDeep = 312, "types too deep inside each other", Example::Made("a hundred structs, each in the one before", example::of_a_hundred_structs);
    /// The Rust compiler overflows its stack over a struct of 6,000 fields, so there may be 2,000, counted over all versions.
    TooManyFields = 313, "too many fields", Example::Made("an event of 2,001 fields", example::of_too_many_fields);

    /// Older events have no value for a field that was added later, so one has to be given.
    FieldUnfilled = 401, "no value for older events";
    /// With history, the version has to be stated: the line shows in a review that the version changed.
    VersionUnstated = 402, "the version is not stated";
    /// The history speaks of a version that the event has not reached.
    VersionBackwards = 403, "history beyond the version";
    /// A version in which nothing changed: most likely a number was misspelled.
    VersionGap = 404, "a version in which nothing changes";
    /// Version 1 is the first, so what is there from the start says nothing, and history begins with 2.
    BeforeHistory = 405, "history begins with version 2";
    /// Two lines of a field's life cannot both be true.
    Contradiction = 406, "a contradiction in a field's history";
    /// A name that was ever on the wire belongs to its field, value or event for good; stored events still carry it.
    NameReused = 407, "a name that belonged to something else";
    /// No conversion without loss leads from the old type to the new one.
    NoConversion = 408, "no lossless conversion";
    /// A default is the value for events that were stored before the field was added.
    DefaultWithoutAdded = 409, "a default that nobody would use";
    /// `personal` names a field that no version has.
    UnknownPersonalField = 410, "unknown field in `personal`";
    /// Every version is generated, so versions times fields has a limit.
    TooMuchHistory = 411, "too much history", Example::Made("an event with 400 versions, each of which adds a field", example::of_four_hundred_versions);
    /// The conversion leads from other types, or to others.
    UnfitConversion = 412, "a conversion that does not fit";
    /// `via` names a conversion: `to_string`, `parse`, `scale(n)`, `epoch_seconds`, `epoch_millis`, `or(value)`.
    ViaSyntax = 413, "not a conversion";
    /// A step reads fields of the version before, and writes fields of its own version.
    UnknownStepField = 414, "a step with an unknown field";
    /// The steps of a version happen at once, so each field is read by one of them at most, and written by one.
    StepFieldTwice = 415, "a field in two steps";
    /// A field that a structural step reads ends with it, and one that it writes begins with it.
    StepField = 416, "a field that does not begin or end with its step";
    /// The step does not work on so many fields, or on fields of these types.
    StepMismatch = 417, "a step that does not fit its fields";
    /// In a version that is written by hand the lines give shapes only.
    ByHandFilled = 418, "a value in a version that is written by hand";
    /// Stored values of an enum or a union remain, so one that is removed has to become another.
    VariantUnfilled = 419, "a removed value that becomes nothing";
    /// A removed value becomes one that is there since the same version.
    UnknownBecomes = 420, "a value becomes one that is not there";
    /// An event that was retired, or that becomes others, has no later versions.
    EventEnded = 421, "a change after the end of an event";
    /// Fields go by equal name and type; for any other there has to be a step.
    UpcastMissing = 422, "a field that nothing fills";
    /// A stored field that no reader sees any more, without a line that says so.
    UpcastLossy = 423, "a field that is lost";
    /// What an event becomes may become others too, but never the event itself.
    BecomesCycle = 424, "an event that becomes itself";
    /// An event becomes events of the same set: of the same aggregate, or of none.
    UnknownChild = 425, "an event cannot become this";
    /// Types that hold each other share one version number, and a plain name among them means that version.
    SharedVersion = 426, "types that hold each other have different versions";
    /// What is not stored has no versions, so it always holds the current version of a type; and among types that hold
    /// each other a plain name says it all.
    NeedlessPin = 427, "a version where none is pinned";
    /// A type moved on, and a released version that holds it would change its shape.
    PinForgotten = 428, "a pin is forgotten", MOVED_ON;
    /// An event takes back another one of its set. Fields that both have tell which one.
    Compensates = 429, "an event that cannot take this back";

    /// `id`, `state`, `snapshot`, `commands` and `rejections` belong to an aggregate.
    AggregateMissing = 501, "these belong to an aggregate, and there is none";
    /// The id says which stream is meant.
    IdMissing = 502, "the aggregate has no `id`";
    /// The id becomes a part of the stream's name: a string, a uuid, an integer, or a newtype of these.
    IdType = 503, "not a type for an id";
    /// A message can show the fields of its rejection.
    UnknownMessageField = 504, "unknown field in a message";
    /// The type has no text that a reader of the message would expect.
    UnprintableField = 505, "a field that a message cannot show";
    /// The type has no natural empty value, so the state before the first event has to be given.
    StateDefaultMissing = 506, "no value before the first event";
    /// `snapshot` is the revision of a declared state; a state that is written in Rust says its revision there.
    SnapshotWithoutState = 507, "a snapshot of no state";
    /// A policy reacts to events, of which one starts it, and each of them tells what it correlates with.
    Policy = 508, "a policy that cannot work";
    /// An event leads to a policy, that to a command, that to an event, and in the end all of it to the first one again.
    PolicyCircle = 509, "events that cause each other";
    /// `emits` names events of the command's own aggregate, which can still be emitted.
    Emits = 510, "a command that cannot emit this";

    /// Two branches changed the lock, and git could not put them together. It is derived, so nothing has to be solved by
    /// hand.
    LockConflict = 601, "the lock has a merge conflict", Example::Lock(include_str!("examples/LockConflict.lock"));
    /// A newer release wrote the lock in a format that this one does not know.
    LockFormat = 602, "a lock of a newer format", Example::Lock(include_str!("examples/LockFormat.lock"));
    /// The lock is written by `cargo factum lock` alone, and this is nothing that it writes.
    LockBroken = 603, "not a lock", Example::Lock(include_str!("examples/LockBroken.lock"));
    /// Each version in the lock has a fingerprint, which shows what was edited by hand, or put together line by line.
    LockEdited = 604, "the lock was edited", Example::Lock(include_str!("examples/LockEdited.lock"));
    /// The lock is part of what a review looks at, so it says what the schemas say. What is not in it was not released: where
    /// that is the lock of what a branch is compared with, it is a warning of the branch.
    LockStale = 605, "the lock is not what the schemas say", STALE;
}
