//! What a user may choose about the generated Rust. Whatever is chosen, stored events stay what they are.
//!
//! A front end (a build script, a command line) makes [`Options`] of what it was told, each [`Setting`] with the place
//! where that was said; the generator asks them against the schema and reports what is wrong there.

#[cfg(feature = "config")]
mod config;

use core::fmt;

/// What was chosen. Empty: what the schema language says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// In the order in which it was said.
    pub settings: Vec<Setting>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What was chosen.
    pub choice: Choice,
    /// Where it was said, as messages show it: `build.rs:4:10`.
    pub place: Option<String>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A Rust type stands for a builtin.
    Builtin(Builtin, Foreign),
    /// Generated types derive a trait: its path, `::serde_with::Trait` or `crate::Trait`.
    Derive(Which, String),
    /// What a context's module is called.
    Module {
        /// The context.
        context: String,
        /// The module.
        name: String,
    },
    /// Who sees what is generated.
    Visibility(Visibility),
    /// Whether generated types with a wire form have a JSON Schema: they implement `schemars::JsonSchema`.
    JsonSchema(bool),
}

impl Choice {
    /// Whether it says what the other one would say.
    fn decides(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Builtin(own, _), Self::Builtin(other, _)) => own == other,
            (Self::Module { context: own, .. }, Self::Module { context: other, .. }) => own == other,
            (Self::Visibility(_), Self::Visibility(_)) | (Self::JsonSchema(_), Self::JsonSchema(_)) => true,
            (Self::Derive(..), Self::Derive(..)) => self == other,
            (
                Self::Builtin(..) | Self::Module { .. } | Self::Visibility(_) | Self::JsonSchema(_) | Self::Derive(..),
                _,
            ) => false,
        }
    }
}

/// A builtin that another Rust type may stand for. The others are Rust's own types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// `bytes`, by default `factum::Bytes`.
    Bytes,
    /// `uuid`, by default `factum::Uuid`.
    Uuid,
    /// `timestamp`, by default `factum::Timestamp`.
    Timestamp,
    /// `date`, by default `factum::Date`.
    Date,
    /// `duration`, by default `factum::Duration`.
    Duration,
    /// `decimal`, by default `factum::Decimal`, and `decimal(scale)`, by default `factum::Fixed<scale>`.
    Decimal,
    /// `json`, by default `factum::Json`.
    Json,
}

#[cfg(feature = "config")]
impl Builtin {
    /// All of them.
    const ALL: [Self; 7] =
        [Self::Bytes, Self::Uuid, Self::Timestamp, Self::Date, Self::Duration, Self::Decimal, Self::Json];
}

/// As a schema spells it.
impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Uuid => "uuid",
            Self::Timestamp => "timestamp",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Decimal => "decimal",
            Self::Json => "json",
        })
    }
}

/// A Rust type that stands for a builtin. It has to be `Debug`, `Clone` and `PartialEq`; what else the builtin's own type
/// is (`Copy`, `Eq`, ordered), it has to be too, unless it is said that it is not.
///
/// ```
/// use factum_codegen::options::Foreign;
///
/// let money = Foreign::new("::bigdecimal::BigDecimal").adapter("crate::money::Adapter").not_copy();
/// # let _ = money;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub(crate) path: String,
    pub(crate) adapter: Option<String>,
    pub(crate) copy: bool,
    pub(crate) eq: bool,
    pub(crate) ordered: bool,
}

impl Foreign {
    /// The type at this path, `::chrono::DateTime<::chrono::Utc>` or `crate::Id`, which implements
    /// `factum::foreign::Foreign` for itself.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), adapter: None, copy: true, eq: true, ordered: true }
    }

    /// Another type implements `factum::foreign::Foreign` for it.
    #[must_use]
    pub fn adapter(self, path: impl Into<String>) -> Self {
        Self { adapter: Some(path.into()), ..self }
    }

    /// It is not `Copy`.
    #[must_use]
    pub fn not_copy(self) -> Self {
        Self { copy: false, ..self }
    }

    /// It is not `Eq`, and so not ordered either.
    #[must_use]
    pub fn not_eq(self) -> Self {
        Self { eq: false, ordered: false, ..self }
    }

    /// It is not `Ord` and `Hash`: it cannot be the key of a map or an element of a set.
    #[must_use]
    pub fn not_ordered(self) -> Self {
        Self { ordered: false, ..self }
    }
}

impl From<&str> for Foreign {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// Which generated types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those of a kind.
    Kind(Kind),
    /// What the schema calls so, in all of its versions: `SeatsReserved`, or `conference.SeatsReserved`.
    Named(String),
}

/// A kind of generated types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Events, in all of their versions.
    Events,
    /// Declared types, in all of their versions.
    Types,
    /// Commands.
    Commands,
    /// Rejections.
    Rejections,
    /// The states of aggregates.
    States,
    /// The sets of an aggregate's events, commands and rejections.
    Sets,
}

#[cfg(feature = "config")]
impl Kind {
    /// All of them.
    const ALL: [Self; 6] = [Self::Events, Self::Types, Self::Commands, Self::Rejections, Self::States, Self::Sets];

    /// As a `factum.toml` says it.
    const fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Types => "types",
            Self::Commands => "commands",
            Self::Rejections => "rejections",
            Self::States => "states",
            Self::Sets => "sets",
        }
    }
}

/// Who sees what is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Everybody who sees the module that it is included into.
    #[default]
    Public,
    /// The crate.
    Crate,
}

impl Options {
    /// Nothing chosen.
    #[must_use]
    pub const fn new() -> Self {
        Self { settings: Vec::new() }
    }

    /// These choices where they say something, else the others. Derives come together.
    #[must_use]
    pub fn or(mut self, others: &Self) -> Self {
        let open =
            others.settings.iter().filter(|other| !self.settings.iter().any(|own| own.choice.decides(&other.choice)));
        let open: Vec<Setting> = open.cloned().collect();
        self.settings.splice(0..0, open);
        self
    }

    /// Chooses.
    pub fn choose(&mut self, choice: Choice, place: Option<String>) {
        self.settings.push(Setting { choice, place });
    }
}

/// What is wrong with the options: all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionsError {
    /// In the order of the settings.
    pub problems: Vec<Problem>,
}

/// Something that is wrong with one choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub message: String,
    /// Where it was said.
    pub place: Option<String>,
    /// What to write instead.
    pub help: String,
}

/// As a compiler shows it.
impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            writeln!(f, "error: {}", problem.message)?;
            if let Some(place) = &problem.place {
                writeln!(f, " --> {place}")?;
            }
            writeln!(f, "  = help: {}", problem.help)?;
        }
        Ok(())
    }
}

impl core::error::Error for OptionsError {}
