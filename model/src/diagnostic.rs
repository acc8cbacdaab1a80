//! What is wrong, where, and what to write instead.

use crate::codes::Code;
use crate::dialect::Dialect;
use crate::names::{bounded, nearest};
use crate::source::Origin;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is generated.
    Error,
    /// Something is generated, but look at this.
    Warning,
    /// Something to know.
    Info,
}

/// A place, and what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub origin: Origin,
    /// What; may be empty for the primary place.
    pub text: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// How bad it is.
    pub level: Level,
    /// The problem in one sentence.
    pub message: String,
    /// Where it is.
    pub primary: Label,
    /// Other places that belong to it, for example the first definition.
    pub related: Vec<Label>,
    /// What to write instead, or what to know; each a sentence or a few lines.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: Code, origin: Origin, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            message: bounded(message),
            primary: Label { origin, text: String::new() },
            related: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// Something to look at, at a place.
    #[must_use]
    pub fn warning(code: Code, origin: Origin, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, origin, message) }
    }

    /// Something to know, at a place.
    #[must_use]
    pub fn info(code: Code, origin: Origin, message: impl Into<String>) -> Self {
        Self { level: Level::Info, ..Self::error(code, origin, message) }
    }

    /// What is said at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = bounded(text);
        self
    }

    /// Another place that belongs to it.
    #[must_use]
    pub fn related(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.related.push(Label { origin, text: bounded(text) });
        self
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(bounded(text));
        self
    }

    /// `did you mean` with the nearest of the known names, if one is near.
    #[must_use]
    pub fn suggest<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(written, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// Problems as they are found. Every stage goes on after one, so that all are reported at once.
#[derive(Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    dialect: Dialect,
}

impl Diagnostics {
    /// None yet, for who writes YAML.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet, for who writes this dialect.
    #[must_use]
    pub const fn in_dialect(dialect: Dialect) -> Self {
        Self { found: Vec::new(), dialect }
    }

    /// How what is to be written is spelled.
    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Takes note of one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Takes back those after the first `count`, for which one message will stand.
    #[cfg(feature = "yaml")]
    pub(crate) fn retract(&mut self, count: usize) {
        self.found.truncate(count);
    }

    /// How many there are; a part that leaves the count as it was is whole.
    #[must_use]
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// Whether one of them forbids going on.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }

    /// All of them, in the order in which they were found.
    #[must_use]
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }
}
