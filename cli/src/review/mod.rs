//! What a review found, ready to be told: texts and places, no schemas. Every report is made of this and nothing else.

pub mod run;

use serde::Serialize;

/// What a review of one or several catalogs found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// What was compared with, in words: `main (from 1a2b3c4d5e on)`. `None`: the lock alone.
    pub baseline: Option<String>,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// The events that changed, by name.
    pub changes: Vec<Change>,
    /// How many events there are.
    pub events: usize,
}

/// How much something matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Something breaks.
    Error,
    /// Something to look at.
    Warning,
    /// Something to know.
    Info,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `E0104`
    pub code: String,
    /// `event-deleted`
    pub rule: String,
    /// How much it matters.
    pub level: Level,
    /// In one sentence.
    pub message: String,
    /// Where it is in the files of the worktree.
    pub place: Option<Place>,
    /// Other places that belong to it, the baseline's included.
    pub related: Vec<Related>,
    /// What to write instead, or what to know.
    pub helps: Vec<String>,
    /// In the look of rustc, styled.
    pub rendered: String,
}

/// A place in a file; lines and columns from 1, columns in characters, the end behind the last one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// The file, as seen from the directory of the run, with `/`.
    pub file: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column behind the last one.
    pub end_column: usize,
}

/// Another place, and what is said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where; a file of the baseline is called `<commit>:<path>`.
    pub place: Place,
    /// What.
    pub text: String,
}

/// An event that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The wire type.
    pub event: String,
    /// The newest version of it that was released; `None` if it is new.
    pub old: Option<u32>,
    /// Its newest version now; `None` if it is gone.
    pub new: Option<u32>,
    /// Whether code that is still deployed reads what new code stores.
    pub forward: Verdict,
    /// A stored event of the old version as it is stored, and as it is read now. JSON.
    pub sample: Option<(String, String)>,
    /// What each version changed, version 2 first.
    pub history: Vec<(u32, Vec<String>)>,
}

/// How a change goes in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All is read as it was meant.
    Compatible,
    /// Something breaks.
    Breaking,
}

impl Review {
    /// How many findings have this level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Worst first, then by place; changes by name.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| (a.level, &a.place).cmp(&(b.level, &b.place)));
        self.changes.sort_by(|a, b| a.event.cmp(&b.event));
    }

    /// Whether a finding is at this level or worse.
    #[must_use]
    pub fn fails(&self, at: Level) -> bool {
        self.findings.iter().any(|finding| finding.level <= at)
    }

    /// The verdict in a few words.
    #[must_use]
    pub fn verdict(&self) -> String {
        let counts = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "note")];
        let counts = counts.map(|(level, word)| (self.count(level), word));
        let told: Vec<String> =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| counted(count, word)).collect();
        if told.is_empty() { "nothing is wrong".to_owned() } else { told.join(", ") }
    }
}

impl Level {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// `1 error`, `2 errors`.
#[must_use]
pub(crate) fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
