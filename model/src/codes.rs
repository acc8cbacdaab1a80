//! Every kind of problem that the model reports: its number, its title, what it means, and an example of it.
//!
//! E0001-E0099: reading YAML. E0100-E0199: kept for review rules, which compare two schemas. E0200-E0299: names.
//! E0300-E0399: types and values. E0400-E0499: history. E0500-E0599: aggregates, state and messages.

use core::fmt;

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
    /// A few lines of a schema that show it.
    pub example: &'static str,
}

macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $number:literal, $title:literal, $example:literal;)+) => {
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
                example: $example,
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

/// As shown: `E0012`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{:04}", self.number())
    }
}

codes! {
    /// A schema file has at most 4 MiB. A larger one is most likely not a schema.
    FileTooLarge = 1, "the file is too large", "# a file of more than 4 MiB";
    /// Schemas are UTF-8, with or without a byte order mark.
    NotUtf8 = 2, "the file is not UTF-8", "# a file saved as Latin-1 or UTF-16";
    /// A file without any content declares nothing, not even its context.
    EmptyFile = 3, "the file is empty", "# only comments";
    /// The YAML parser could not make sense of the text.
    Syntax = 4, "not valid YAML", "events: { Opened: { capacity: u32 }";
    /// Mappings and lists may stand inside each other 64 deep.
    TooDeep = 5, "nested too deeply", "doc: [[[[[[[[[[[[[[[[ ...";
    /// A file is one document, so that a context's parts are found by their file names.
    SeveralDocuments = 6, "several documents in one file", "factum: 1\n---\nfactum: 1";
    /// YAML forbids a key twice, and a reader that takes the last one would lose a declaration silently.
    DuplicateKey = 7, "a key appears twice", "events:\n  Opened: {}\n  Opened: { capacity: u32 }";
    /// Anchors and aliases make a line mean something that stands elsewhere; a diff of it could not be reviewed.
    Alias = 8, "anchors and aliases are not part of the language", "Opened: &fields { capacity: u32 }";
    /// Every scalar is text, typed by what is expected in its place; a tag has nothing to say.
    Tag = 9, "tags are not part of the language", "capacity: !!str u32";
    /// YAML forbids tabs for indentation; elsewhere they only look like spaces.
    Tab = 10, "a tab", "events:\n\tOpened: {}";
    /// A key that the language does not know is most likely misspelled; ignoring it would ignore a declaration.
    UnknownKey = 11, "unknown key", "Opened: { field: { capacity: u32 }, fields: {} }";
    /// A key that is needed here is missing.
    MissingKey = 12, "a key is missing", "factum: 1\nevents: {}";
    /// A key without value could be a forgotten one; only the values of an enum have none.
    MissingValue = 13, "a key without value", "events:\n  Closed:";
    /// A mapping, a list or a text stands where something else is expected.
    WrongShape = 14, "something else is expected here", "events: [Opened]";
    /// Versions and the like are plain decimal numbers: no sign, no leading zero, no underscore.
    NotPlainNumber = 15, "not a plain number", "capacity: { type: u32, added: 0x2, default: 0 }";
    /// Inside `{ }` a comma ends a value in YAML, also inside a type.
    TypeCutAtComma = 16, "the comma cuts this type in two", "state: { held: map<uuid, u32> }";
    /// ` #` starts a comment in YAML, also inside an unquoted text.
    TextCutAtComment = 17, "the text is cut at ` #`", "doc: Hall #1";
    /// `factum: 1` names the version of the language, so that a later one can mean something else.
    LanguageVersion = 18, "unknown version of the language", "factum: 2";
    /// A type is a name, `T?`, `list<T>`, `set<T>`, `map<K, V>` or `decimal(scale)`.
    TypeSyntax = 19, "not a type", "capacity: list<u32";
    /// In a message, `{name}` shows a field; `{{` and `}}` are braces.
    TemplateSyntax = 20, "not a message template", "message: \"{available seats left\"";

    /// No type of this name is declared in the context or builtin.
    UnknownType = 201, "unknown type", "capacity: int";
    /// Names are unique in a context.
    DuplicateName = 202, "a name is declared twice", "# an event and a type, both called Opened";
    /// Fields, enum values and contexts are in `snake_case`, all else in `UpperCamelCase`. Names are ASCII.
    NameCasing = 203, "a name in the wrong casing", "events: { seats_reserved: {} }";
    /// Rust cannot use this name, not even as a raw identifier.
    ImpossibleName = 204, "a name that Rust cannot use", "self: u32";
    /// Two names that differ in casing only become one name in Rust or in a reader's eyes.
    NamesEqualAfterCasing = 205, "two names differ only in casing", "enum: [line1, line_1]";
    /// All items of a context live in one Rust module, also those that are generated around the declared ones.
    GeneratedNameTaken = 206, "a generated item has the same name", "aggregate: Seat\ntypes: { SeatEvent: { newtype: u32 } }";
    /// No file declares this context.
    UnknownContext = 207, "unknown context", "price: billing.Money";
    /// A value of this type would hold another value of it, without end.
    InfiniteType = 208, "a type that contains itself", "types: { Node: { fields: { next: Node } } }";
    /// No event of this name is declared in the context.
    UnknownEvent = 209, "unknown event", "deprecated: { since: 2, use: Ordered }";
    /// A type or an event has the versions from 1 to its newest.
    UnknownVersion = 210, "unknown version", "price: Money@7";

    /// Map keys and set elements are strings, uuids, integers, newtypes of these, or enums.
    KeyType = 301, "not a type for keys", "held: map<f64, u32>";
    /// `?` adds null to a type; on one that has null already the two could not be told apart.
    OptionalOfNullable = 302, "`?` on a type that can be null", "payload: json?";
    /// The value is not one of the field's type.
    IllTyped = 303, "a value of another type", "capacity: { type: u32, added: 2, default: many }";
    /// The value is a number, but not one that the type can hold.
    OutOfRange = 304, "a number out of range", "capacity: { type: u8, added: 2, default: 300 }";
    /// A value of a struct gives each of its fields, and nothing else.
    StructFields = 305, "not the fields of the struct", "price: { type: Money, added: 2, default: { amount: 1 } }";
    /// The elements of a set and the keys of a map are distinct.
    DuplicateElement = 306, "an element appears twice", "tags: { type: set<string>, added: 2, default: [a, a] }";
    /// A decimal has at most 28 digits behind the point.
    DecimalScale = 307, "a scale that decimals do not have", "price: decimal(40)";
    /// An enum without values could have no value.
    EmptyEnum = 308, "an enum without values", "types: { Channel: { enum: [] } }";
    /// Newtypes may wrap newtypes, but only 64 of them.
    NewtypeChain = 309, "a long chain of newtypes", "types: { A: { newtype: B }, B: { newtype: C } } # and so on";
    /// A fallback stands for every text that is not known: there is one, after all values, and it has no text of its own.
    Fallback = 310, "not a fallback", "types: { Channel: { enum: { other: { fallback: true }, web: } } }";
    /// The text of `kind` says which kind of the union it is.
    KindField = 311, "a field called `kind`", "types: { Payment: { union: { Card: { kind: string } } } }";

    /// Older events have no value for a field that was added later, so one has to be given.
    FieldUnfilled = 401, "no value for older events", "channel: { type: string, added: 2 }";
    /// With history, the version has to be stated: the line shows in a review that the version changed.
    VersionUnstated = 402, "the version is not stated", "Opened:\n  fields:\n    capacity: { type: u32, added: 2, default: 0 }";
    /// The history speaks of a version that the event has not reached.
    VersionBackwards = 403, "history beyond the version", "Opened:\n  version: 2\n  fields:\n    capacity: { type: u32, added: 3, default: 0 }";
    /// A version in which nothing changed: most likely a number was misspelled.
    VersionGap = 404, "a version in which nothing changes", "Opened:\n  version: 3\n  fields:\n    capacity: { type: u32, added: 2, default: 0 }";
    /// Version 1 is the first, so what is there from the start says nothing, and history begins with 2.
    BeforeHistory = 405, "history begins with version 2", "capacity: { type: u32, added: 1, default: 0 }";
    /// Two lines of a field's life cannot both be true.
    Contradiction = 406, "a contradiction in a field's history", "clerk: { type: string, added: 3, default: \"\", removed: 2 }";
    /// A name that was ever on the wire belongs to its field, value or event for good; stored events still carry it.
    NameReused = 407, "a name that belonged to something else", "seats: { type: u32, removed: 2 }\nquantity: { type: u32, renamed: { 2: seats } }";
    /// No conversion without loss leads from the old type to the new one.
    NoConversion = 408, "no lossless conversion", "capacity: { type: u8, retyped: { 2: u32 } }";
    /// A default is the value for events that were stored before the field was added.
    DefaultWithoutAdded = 409, "a default that nobody would use", "capacity: { type: u32, default: 7 }";
    /// `personal` names a field that no version has.
    UnknownPersonalField = 410, "unknown field in `personal`", "personal: [clark]";
    /// Every version is generated, so versions times fields has a limit.
    TooMuchHistory = 411, "too much history", "# 1,000 versions of 1,000 fields";
    /// The conversion leads from other types, or to others.
    UnfitConversion = 412, "a conversion that does not fit", "price: { type: i64, retyped: { 2: { from: bool, via: scale(100) } } }";
    /// `via` names a conversion: `to_string`, `parse`, `scale(n)`, `epoch_seconds`, `epoch_millis`, `or(value)`.
    ViaSyntax = 413, "not a conversion", "price: { type: i64, retyped: { 2: { from: f64, via: scale(3) } } }";
    /// A step reads fields of the version before, and writes fields of its own version.
    UnknownStepField = 414, "a step with an unknown field", "upcast: { 2: [ { join: { from: [first, lost], into: name, with: \" \" } } ] }";
    /// The steps of a version happen at once, so each field is read by one of them at most, and written by one.
    StepFieldTwice = 415, "a field in two steps", "upcast: { 2: [ { join: { from: [a, a], into: b, with: \"\" } } ] }";
    /// A field that a structural step reads ends with it, and one that it writes begins with it.
    StepField = 416, "a field that does not begin or end with its step", "upcast: { 2: [ { join: { from: [first, last], into: name, with: \" \" } } ] } # and first has no `removed: 2`";
    /// The step does not work on so many fields, or on fields of these types.
    StepMismatch = 417, "a step that does not fit its fields", "upcast: { 2: [ { join: { from: [count, last], into: name, with: \" \" } } ] }";
    /// In a version that is written by hand the lines give shapes only.
    ByHandFilled = 418, "a value in a version that is written by hand", "upcast: { 2: by_hand } # and a field with added: 2, default: 0";
    /// Stored values of an enum or a union remain, so one that is removed has to become another.
    VariantUnfilled = 419, "a removed value that becomes nothing", "enum: { web: , fax: { removed: 2 } }";
    /// A removed value becomes one that is there since the same version.
    UnknownBecomes = 420, "a value becomes one that is not there", "enum: { web: , fax: { removed: 2, becomes: wep } }";
    /// An event that was retired, or that becomes others, has no later versions.
    EventEnded = 421, "a change after the end of an event", "Opened: { version: 3, retired: 2, fields: { note: { type: string?, added: 3 } } }";
    /// Fields go by equal name and type; for any other there has to be a step.
    UpcastMissing = 422, "a field that nothing fills", "becomes: { 2: [Paid@1] } # and Paid has a field that this has not";
    /// A stored field that no reader sees any more, without a line that says so.
    UpcastLossy = 423, "a field that is lost", "becomes: { 2: [Paid@1] } # and this has a field that Paid has not";
    /// What an event becomes may become others too, but never the event itself.
    BecomesCycle = 424, "an event that becomes itself", "Opened: { version: 2, becomes: { 2: [Opened@1] }, fields: {} }";
    /// An event becomes events of the same set: of the same aggregate, or of none.
    UnknownChild = 425, "an event cannot become this", "becomes: { 2: [] }";
    /// Types that hold each other share one version number, and a plain name among them means that version.
    SharedVersion = 426, "types that hold each other have different versions", "types: { A: { version: 2, fields: { b: B? } }, B: { fields: { a: A? } } }";
    /// What is not stored has no versions, so it always holds the current version of a type; and among types that hold
    /// each other a plain name says it all.
    NeedlessPin = 427, "a version where none is pinned", "state: { price: Money@1 }";
    /// A type moved on, and a released version that holds it would change its shape.
    PinForgotten = 428, "a pin is forgotten", "price: Money # and version 1 of the event was released with Money@1";

    /// `id`, `state`, `snapshot`, `commands` and `rejections` belong to an aggregate.
    AggregateMissing = 501, "these belong to an aggregate, and there is none", "factum: 1\ncontext: seats\ncommands: { Open: {} }";
    /// The id says which stream is meant.
    IdMissing = 502, "the aggregate has no `id`", "factum: 1\ncontext: seats\naggregate: Seats";
    /// The id becomes a part of the stream's name: a string, a uuid, an integer, or a newtype of these.
    IdType = 503, "not a type for an id", "id: f64";
    /// A message can show the fields of its rejection.
    UnknownMessageField = 504, "unknown field in a message", "SoldOut: { message: \"{left} left\", fields: {} }";
    /// The type has no text that a reader of the message would expect.
    UnprintableField = 505, "a field that a message cannot show", "SoldOut: { message: \"{seats}\", fields: { seats: list<u32> } }";
    /// The type has no natural empty value, so the state before the first event has to be given.
    StateDefaultMissing = 506, "no value before the first event", "state: { opened: date }";
}
