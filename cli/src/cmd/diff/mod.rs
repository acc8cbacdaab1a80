//! `diff`: what changed, without any judgement.

mod told;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use factum_model::diff::Change;
use factum_model::printable::{printable, printable_json};
use factum_model::{Diagnostics, Lock, Sources, diff, lock, render};
use serde::Serialize;

use self::told::{Said, Sign, told};
use super::against::{compared, released};
use crate::args::{Cli, Diff, DiffFormat};
use crate::catalog;
use crate::counted::counted;
use crate::review::run::Compared;
use crate::review::{Place, against, said::place};
use crate::style::{ERROR, FAINT, GOOD, STRONG, WARNING, styled};
use crate::{Exit, Failure, World};

/// The version of the format for programs.
const FORMAT: u32 = 1;

pub(super) fn run(cli: &Cli, arguments: &Diff, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut report = Report { format: FORMAT, baselines: BTreeSet::new(), changes: Vec::new() };
    let compared = compared(cli, arguments.against.as_deref(), world)?;
    let mut reviewed = catalog::check(compared.iter().map(|compared| &compared.catalog.contents));
    world.tell(reviewed.rendered())?;
    // Of what is derived in Rust only the lock speaks.
    let mut diagnostics = Diagnostics::new();
    let mut own = |compared: &Compared| {
        let file = compared.catalog.contents.lock.as_ref()?;
        let id = reviewed.sources.add(file.name.clone(), file.bytes.clone());
        lock::read(&mut reviewed.sources, id, &mut diagnostics)
    };
    let own: Vec<Option<Lock>> = compared.iter().map(&mut own).collect();
    if diagnostics.has_errors() {
        world.tell(render(&diagnostics.into_vec(), &reviewed.sources, true))?;
        return Ok(Exit::Findings);
    }
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let catalogs = checked.into_iter().zip(&reviewed.catalogs).zip(own);
    for (compared, ((checked, outcome), own)) in compared.into_iter().zip(catalogs) {
        let (mut locks, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let old = released(&compared, &mut locks, &mut diagnostics);
        if diagnostics.has_errors() {
            world.tell(render(&diagnostics.into_vec(), &locks, true))?;
            return Ok(Exit::Findings);
        }
        let new = Lock::of(checked.schema()).with_derived(own.as_ref());
        let mut changes = diff::diff(&old.unwrap_or_default(), &new);
        changes.extend(compared.against.moved(checked.schema(), &new));
        let then = compared.against.then(&compared.catalog.contents, &outcome.documents, &reviewed.sources);
        changes.extend(compared.against.declared(&then, &outcome.documents));
        diff::tell_states(&mut changes, then.iter().map(|document| &**document), &outcome.documents);
        changes.sort_by(|a, b| a.subject.cmp(&b.subject));
        report.changes.extend(changes.iter().map(|change| Changed::of(change, &reviewed.sources)));
        report.baselines.insert(compared.against.source);
    }
    match arguments.format {
        DiffFormat::Text => world.print(report.text())?,
        DiffFormat::Json => world.hand_over(report.json())?,
    }
    Ok(Exit::Clean)
}

/// The JSON Schema of what is told to programs.
pub(super) fn schema() -> String {
    // Texts and numbers: none of it can fail to be JSON.
    serde_json::to_string_pretty(&schemars::schema_for!(Report)).unwrap_or_default() + "\n"
}

/// What `cargo factum diff --format json` prints.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Report {
    /// The version of this format.
    format: u32,
    /// What was compared with, in words, null for the lock alone; one for all catalogs, unless they are compared with
    /// different ones.
    baselines: BTreeSet<Option<String>>,
    /// Every change, by name and version.
    changes: Vec<Changed>,
}

/// One change.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Changed {
    /// Whose it is: `event`, `type`, `aggregate`, `policy` or `context`.
    of: &'static str,
    /// The full name.
    name: String,
    /// The version that it is in; null where it is of the whole.
    version: Option<u32>,
    /// What changed: `field-added`, `renamed` ...
    change: &'static str,
    /// The field, the enum's value or the union's kind that it is about.
    part: Option<String>,
    /// What it was, in one line; null where there was nothing.
    before: Option<String>,
    /// What it is, in one line; null where there is nothing.
    after: Option<String>,
    /// Where it is, or where the next best thing is.
    place: Option<Place>,
    #[serde(skip)]
    sign: Sign,
    #[serde(skip)]
    said: Said,
}

impl Changed {
    fn of(change: &Change, sources: &Sources) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (name, part, sign, said) = told(change);
        Self {
            of: change.subject.noun(),
            name: change.subject.name().to_owned(),
            version: change.version,
            change: name,
            part: part.and_then(some),
            before: some(change.was_told()),
            after: some(change.is_told()),
            place: place(change.origin, sources),
            sign,
            said,
        }
    }

    /// In one line, or in several where one would be too long to be read.
    fn lines(&self) -> String {
        /// Beside a place there is room for so much.
        const WIDTH: usize = 100;
        let (sign, style) = match self.sign {
            Sign::More => ('+', GOOD),
            Sign::Less => ('-', ERROR),
            Sign::Other => ('~', WARNING),
        };
        let (words, [before, after]) = match &self.said {
            Said::Alone(sentence) => (sentence.clone(), [None, None]),
            Said::With(words) => (self.about(words), self.values()),
        };
        let inline = match (before, after) {
            (Some(before), Some(after)) => format!(": {before} -> {after}"),
            (Some(one), None) | (None, Some(one)) => format!(": {one}"),
            (None, None) => String::new(),
        };
        let version = self.version.map_or_else(String::new, |version| format!("version {version}"));
        let below = words.len() + inline.len() > WIDTH;
        let what = format!("{version:12}{words}{}", if below { "" } else { &inline });
        let place = self.place.as_ref().map_or_else(String::new, |at| format!("  {}:{}", at.file, at.line));
        let mut text = format!("  {} {}{}\n", styled(style, sign), printable(&what), styled(FAINT, printable(&place)));
        let values = [(before, '-', ERROR), (after, '+', GOOD)].into_iter().filter(|_| below);
        for (value, sign, style) in values.filter_map(|(value, sign, style)| Some((value?, sign, style))) {
            let _ = writeln!(text, "{:16}{} {}", "", styled(style, sign), printable(value));
        }
        text
    }

    fn about(&self, words: &str) -> String {
        self.part.as_ref().map_or_else(|| words.to_owned(), |part| format!("`{part}` {words}"))
    }

    /// What it was and what it is, without the name of what it is about: that may be another one by now.
    fn values(&self) -> [Option<&str>; 2] {
        [&self.before, &self.after].map(|text| {
            let text = text.as_deref()?;
            let whole = || text.strip_prefix(&self.name)?.strip_prefix(' ');
            Some(if self.part.is_some() { type_of(text) } else { whole().unwrap_or(text) })
        })
    }
}

/// The type in `name: type`.
fn type_of(field: &str) -> &str {
    let name_and_type = field.split_once(": ").filter(|(name, _)| !name.contains([' ', '(', '<']));
    name_and_type.map_or(field, |(_, ty)| ty)
}

impl Report {
    fn json(&self) -> String {
        // Texts and numbers: none of it can fail to be JSON.
        printable_json(&serde_json::to_string_pretty(self).unwrap_or_default()) + "\n"
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let mut subject = None;
        for change in &self.changes {
            if subject != Some((change.of, &change.name)) {
                let gap = if subject.is_some() { "\n" } else { "" };
                let _ = writeln!(text, "{gap}{}", styled(STRONG, format!("{} {}", change.of, change.name)));
                subject = Some((change.of, &change.name));
            }
            text.push_str(&change.lines());
        }
        let subjects: BTreeSet<_> = self.changes.iter().map(|change| (change.of, &change.name)).collect();
        let what = match self.changes.len() {
            0 => "nothing changed".to_owned(),
            count => format!("{} of {}", counted(count, "change"), counted(subjects.len(), "declaration")),
        };
        let against = against(&self.baselines, "the lock");
        let gap = if self.changes.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{gap}{what}, against {against}");
        text
    }
}
