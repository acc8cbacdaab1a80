//! What a review found, ready to be told: texts and places, no schemas. Every report is made of this and nothing else.

mod changes;
mod edited;
mod happened;
mod judged;
mod released;
pub mod run;
pub(crate) mod said;
mod witness;

use std::collections::{BTreeMap, BTreeSet};

use factum_model::diff::Kind;
use factum_model::rules;
use indicatif::HumanCount;
use serde::Serialize;

use crate::counted::counted;

pub use happened::Happened;
pub use witness::{Outcome, Reader, Sample, Witness};

/// What a review of one or several catalogs found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// What was compared with, in words: `main (from 1a2b3c4d5e on)`; `None`: the lock alone. One for all catalogs, unless
    /// they are compared with different ones.
    pub baselines: BTreeSet<Option<String>>,
    /// What may not break; one for all catalogs, unless they set different ones.
    pub modes: BTreeSet<Mode>,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// The events that changed or of which something is reported, by name; those that are gone are among them.
    pub changes: Vec<Change>,
    /// How many events there are now.
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

/// What may not break.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// New code reads what is stored.
    Backward,
    /// Code that is deployed reads what is written from now on.
    Forward,
    /// Both.
    Full,
}

/// What a change breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// New code cannot read stored events, or reads them wrongly.
    Backward,
    /// Code that is deployed cannot read new events.
    Forward,
    /// Names of streams, views or snapshots.
    Identity,
    /// Data is lost or exposed.
    Data,
    /// Digits of numbers may be lost.
    Digits,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Status {
    /// Nothing was said about it.
    Open,
    /// A declared step reads stored events.
    Covered,
    /// It was approved.
    Allowed {
        /// Why.
        reason: String,
    },
    /// It was approved until a day that is over.
    Expired {
        /// The last day, `YYYY-MM-DD`.
        until: String,
    },
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `E0104`
    pub code: String,
    /// `event-deleted`
    pub rule: String,
    /// What `cargo factum allow` takes: it stays the same as long as the change does. `None` where nothing was compared.
    pub id: Option<String>,
    /// The full name of what changed; `None` where nothing was compared.
    pub subject: Option<String>,
    /// How much it matters.
    pub level: Level,
    /// What breaks.
    pub breaks: Vec<Direction>,
    /// What became of it.
    pub status: Status,
    /// In one sentence.
    pub message: String,
    /// Where it is in the files of the worktree. What is gone is where that was which it belonged to.
    pub place: Option<Place>,
    /// Other places that belong to it, the baseline's included.
    pub related: Vec<Related>,
    /// What to write instead, or what to know.
    pub helps: Vec<String>,
    /// A stored event that shows what breaks.
    pub witness: Option<Witness>,
    /// A stored event that shows what the declared step does which covers it.
    pub sample: Option<Sample>,
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

/// An event that changed, or of which something is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The wire type.
    pub event: String,
    /// What happened to it.
    pub happened: BTreeSet<Happened>,
    /// What stored ones are read as since it ended, `shop.Paid@1`; none where they are read as no event. `None` where that
    /// is not what happened.
    pub becomes: Option<Vec<String>>,
    /// The newest version of it that was released; `None` if none was.
    pub old: Option<u32>,
    /// Its newest version now; `None` if it is gone.
    pub new: Option<u32>,
    /// Whether new code reads what is stored.
    pub backward: Verdict,
    /// Whether code that is still deployed reads what new code stores.
    pub forward: Verdict,
    /// A stored event of the old version as it is stored, and as it is read now. JSON.
    pub sample: Option<(String, String)>,
    /// What each version changed, version 2 first.
    pub history: Vec<(u32, Vec<String>)>,
}

impl Change {
    /// Whether new code stores any.
    #[must_use]
    pub fn is_emitted(&self) -> bool {
        let ended = [Happened::Gone, Happened::Retired, Happened::Becomes];
        !ended.iter().any(|end| self.happened.contains(end))
    }

    /// What happened to it, in a few words each; `name` makes of a name what is shown of it.
    #[must_use]
    pub fn told(&self, name: impl Fn(&str) -> String) -> String {
        let told = self.happened.iter().map(|what| match (what, &self.becomes) {
            (Happened::Becomes, Some(others)) if others.is_empty() => "read as no event".to_owned(),
            (Happened::Becomes, Some(others)) => {
                let others: Vec<String> = others.iter().map(|other| name(other)).collect();
                format!("becomes {}", others.join(" and "))
            }
            (what, _) => what.words().to_owned(),
        });
        told.collect::<Vec<_>>().join(", ")
    }
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
    /// Puts what was found in another catalog beside it.
    pub fn add(&mut self, other: Self) {
        self.baselines.extend(other.baselines);
        self.modes.extend(other.modes);
        self.findings.extend(other.findings);
        self.changes.extend(other.changes);
        self.events += other.events;
        self.sort();
    }

    /// How much there is, and what happened to it: `5 events, 2 with a new version, 1 moved`. `None` where the schemas have
    /// mistakes.
    #[must_use]
    pub fn extent(&self) -> Option<String> {
        if self.events == 0 && self.changes.is_empty() {
            return None;
        }
        let happened = self.happened().into_iter();
        let told: Vec<String> =
            happened.map(|(what, count)| format!("{} {}", HumanCount(count as u64), what.counted())).collect();
        let told = if told.is_empty() { "0 changed".to_owned() } else { told.join(", ") };
        Some(format!("{}, {told}", counted(self.events, "event")))
    }

    /// To how many events what happened. One may be among several.
    #[must_use]
    pub fn happened(&self) -> BTreeMap<Happened, usize> {
        let count = |what| self.changes.iter().filter(|change| change.happened.contains(&what)).count();
        Happened::ALL.into_iter().map(|what| (what, count(what))).filter(|(_, count)| *count > 0).collect()
    }

    /// What it was compared with and what may not break: `against main (from 1a2b3c4d5e on), mode backward`.
    #[must_use]
    pub fn against(&self) -> String {
        let modes: Vec<&str> = self.modes.iter().map(|mode| mode.name()).collect();
        let mode = if modes.is_empty() { String::new() } else { format!(", mode {}", modes.join(" and ")) };
        format!("against {}{mode}", against(&self.baselines, "the lock alone"))
    }

    /// Gives files of places other names; those of which none is known keep theirs.
    pub fn rename_files(&mut self, name: impl Fn(&str) -> Option<String>) {
        for finding in &mut self.findings {
            let related = finding.related.iter_mut().map(|related| &mut related.place);
            for place in related.chain(&mut finding.place) {
                place.file = name(&place.file).unwrap_or_else(|| std::mem::take(&mut place.file));
            }
        }
    }

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

impl Finding {
    /// What else is known about it, in sentences: what breaks, what became of it, and what it does to a stored event.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.facts();
        if self.level != Level::Info {
            notes.extend(self.sample.iter().flat_map(Sample::notes));
            notes.extend(self.witness.iter().flat_map(Witness::notes));
        }
        notes
    }

    /// The same without what it does to a stored event.
    #[must_use]
    pub fn facts(&self) -> Vec<String> {
        let covered = |direction: Direction| self.status == Status::Covered && direction == Direction::Backward;
        let breaks = self.breaks.iter().filter(|one| !covered(**one)).filter_map(|direction| direction.words());
        let breaks: Vec<&str> = breaks.collect();
        let id = self.id.as_ref().map_or_else(String::new, |id| format!(" (id {id})"));
        let mut notes = Vec::new();
        if !breaks.is_empty() {
            notes.push(format!("this breaks {}", breaks.join(", and ")));
        }
        if self.breaks.iter().any(|direction| covered(*direction)) {
            notes.push("what is stored is read by a declared step".to_owned());
        }
        if self.breaks.contains(&Direction::Digits) {
            notes.push("digits may be lost".to_owned());
        }
        notes.first_mut().into_iter().for_each(|first| first.push_str(&id));
        match &self.status {
            Status::Open | Status::Covered => {}
            Status::Allowed { reason } => notes.push(format!("it was approved: {reason}")),
            Status::Expired { until } => notes.push(format!("it was approved until {until}")),
        }
        notes
    }
}

impl Direction {
    /// What it is that breaks, if something does.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Backward => Some("reading what is stored"),
            Self::Forward => Some("code that is deployed and reads what is new"),
            Self::Identity => Some("names of streams, views or snapshots"),
            Self::Data => Some("data, which is lost or exposed"),
            Self::Digits => None,
        }
    }

    /// Of a change of this kind.
    const fn of(direction: rules::Direction, kind: &Kind) -> Self {
        match (direction, kind) {
            (rules::Direction::B, _) => Self::Backward,
            (rules::Direction::F, _) => Self::Forward,
            (rules::Direction::P, _) => Self::Identity,
            (rules::Direction::D, Kind::DigitsLost { .. } | Kind::WideInteger { .. }) => Self::Digits,
            (rules::Direction::D, _) => Self::Data,
        }
    }
}

impl Mode {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
            Self::Full => "full",
        }
    }
}

impl From<Mode> for rules::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Backward => Self::Backward,
            Mode::Forward => Self::Forward,
            Mode::Full => Self::Full,
        }
    }
}

impl From<rules::Mode> for Mode {
    fn from(mode: rules::Mode) -> Self {
        match mode {
            rules::Mode::Backward => Self::Backward,
            rules::Mode::Forward => Self::Forward,
            rules::Mode::Full => Self::Full,
        }
    }
}

impl From<rules::Status> for Status {
    fn from(status: rules::Status) -> Self {
        match status {
            rules::Status::Open => Self::Open,
            rules::Status::Allowed(reason) => Self::Allowed { reason },
            rules::Status::Expired(until) => Self::Expired { until },
        }
    }
}

impl From<rules::Level> for Level {
    fn from(level: rules::Level) -> Self {
        match level {
            rules::Level::Error => Self::Error,
            rules::Level::Warning => Self::Warning,
            rules::Level::Info => Self::Info,
        }
    }
}

impl From<factum_model::Level> for Level {
    fn from(level: factum_model::Level) -> Self {
        match level {
            factum_model::Level::Error => Self::Error,
            factum_model::Level::Warning => Self::Warning,
            factum_model::Level::Info => Self::Info,
        }
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

/// What was compared with, in one phrase; `lock` is what a lock is called that was all there was.
#[must_use]
pub(crate) fn against(baselines: &BTreeSet<Option<String>>, lock: &str) -> String {
    let all: Vec<&str> = baselines.iter().map(|baseline| baseline.as_deref().unwrap_or(lock)).collect();
    if all.is_empty() { lock.to_owned() } else { all.join(" and ") }
}
