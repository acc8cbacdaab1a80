//! SQL views over stored events.
//!
//! Inside of a view every value is the text of JSON, so that no digit is lost on the way: SQL's own null stands for JSON's,
//! and for what a step has no newer value for. Only a column is a value of SQL.

/// The views of catalogs, and what they cannot show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The views of events, by their names.
    pub views: Vec<View>,
    /// The stored versions that are not shown as the current one.
    pub left: Vec<Left>,
    /// What events are stored as: those of other kinds no view shows.
    pub known: Vec<Kind>,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// What its events are, in lines.
    pub doc: Vec<String>,
    /// One selection for each kind of event that it shows.
    pub arms: Vec<Arm>,
}

/// The rows of some kinds of stored events. The arms of one view have columns of the same names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// What the events are stored as.
    pub kinds: Vec<Kind>,
    /// Which of the events that a stored one is read as, from 0.
    pub index: usize,
    /// The fields.
    pub columns: Vec<Column>,
}

/// What events are stored as.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The wire type.
    pub wire_type: String,
    /// The schema version.
    pub version: u32,
    /// Whether newer versions that say that they can be read as this one are meant too.
    pub newest: bool,
}

/// A stored version that no view shows as the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What it is stored as.
    pub kind: Kind,
    /// What it should have become: the name of an event.
    pub event: String,
    /// Why it does not.
    pub reason: String,
    /// The view that shows it as it is stored.
    pub view: String,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The field's name.
    pub name: String,
    /// Its value, as JSON.
    pub value: Expr,
    /// What of the JSON becomes a value of SQL.
    pub form: Form,
}

/// How JSON becomes a value of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An integer that may be larger than SQL has: then as text.
    Large,
    /// A floating-point number.
    Real,
    /// An integer, also for a boolean, or a text: whatever SQL takes for it.
    Scalar,
    /// The JSON itself.
    Json,
}

/// A value, as the text of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// The payload of the stored event.
    Payload,
    /// The value that the nearest [`Expr::With`] around it, or the nearest loop, is about.
    It,
    /// The key of an entry, as a JSON string.
    Key,
    /// The value of an entry.
    EntryValue,
    /// Null.
    Null,
    /// JSON.
    Literal(String),
    /// A member of an object.
    Member(Box<Expr>, String),
    /// The second with the first as [`Expr::It`].
    With(Box<Expr>, Box<Expr>),
    /// The value, unless [`Expr::It`] is null.
    IfPresent(Box<Expr>),
    /// The first, or where [`Expr::It`] is null the second.
    Or(Box<Expr>, Box<Expr>),
    /// For each of these texts of JSON another one; any other stays as it is, or is null.
    Choice {
        /// What is chosen by.
        of: Box<Expr>,
        /// From, to.
        cases: Vec<(String, String)>,
        /// Whether others stay.
        keep: bool,
    },
    /// A list of this one value.
    Single(Box<Expr>),
    /// For each element of [`Expr::It`] this value of it, as a list.
    Each {
        /// Of one element, which is [`Expr::It`].
        value: Box<Expr>,
        /// How the list is sorted; `None`: not at all.
        order: Option<Order>,
    },
    /// For each entry of [`Expr::It`] an entry, as an object.
    Entries {
        /// A JSON string.
        key: Box<Expr>,
        /// Any value.
        value: Box<Expr>,
    },
    /// An object of these members.
    Object(Vec<(String, Expr)>),
    /// By the `kind` of [`Expr::It`].
    Kinds(Vec<(String, Expr)>),
    /// An integer as a floating-point number.
    Float(Box<Expr>),
    /// A number rounded to 32 bits, with all digits that it then has.
    Double(Box<Expr>),
    /// A number or a boolean as a JSON string.
    Text(Box<Expr>),
    /// The number that a JSON string holds.
    Number(Box<Expr>),
    /// In small letters.
    Lower(Box<Expr>),
    /// A number times a power of ten.
    Scale {
        /// The number: JSON, or a JSON string where it is a decimal.
        of: Box<Expr>,
        /// Whether it is such a string.
        decimal: bool,
        /// Whether a rest is rounded away; else there is no newer value.
        rounds: bool,
        /// The power.
        power: i32,
        /// What it becomes.
        to: Number,
    },
    /// An integer of so many units a second since 1970 as a moment.
    Moment(Box<Expr>, PerSecond),
    /// A moment as such an integer.
    Epoch(Box<Expr>, PerSecond),
    /// Texts as one, with this between them; null is left out.
    Join(Vec<Expr>, String),
    /// A part of a text.
    Part {
        /// The whole.
        of: Box<Expr>,
        /// What stands between two parts.
        with: String,
        /// Which part, from 0.
        index: usize,
        /// Whether it is the last one, which takes all that is left.
        last: bool,
    },
}

/// How the elements of a set are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// As numbers.
    Number,
    /// As texts.
    Text,
    /// As these JSON strings are; others behind them, as texts.
    Listed(Vec<String>),
}

/// What a scaled number becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// A JSON integer.
    Integer,
    /// A JSON number.
    Float,
    /// A JSON string with so many digits behind its point; `None`: as many as there are.
    Decimal(Option<u32>),
}

/// A unit of time since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerSecond {
    /// Seconds.
    One,
    /// Milliseconds.
    Thousand,
}
