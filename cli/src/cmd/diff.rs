//! `diff`: what changed, without any judgement.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use factum_model::diff::{Change, Edit, Kind};
use factum_model::printable::{printable, printable_json};
use factum_model::{Diagnostics, Lock, Sources, diff, lock, render};
use serde::Serialize;

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
    said: (Sign, &'static str),
}

/// How a change looks.
#[derive(Debug, Clone, Copy, Default)]
enum Sign {
    More,
    Less,
    #[default]
    Other,
}

impl Changed {
    fn of(change: &Change, sources: &Sources) -> Self {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let (name, sign, words, part) = told(&change.kind);
        Self {
            of: change.subject.noun(),
            name: change.subject.name().to_owned(),
            version: change.version,
            change: name,
            part: part.and_then(some),
            before: some(&change.before),
            after: some(&change.after),
            place: place(change.origin, sources),
            said: (sign, words),
        }
    }

    fn line(&self) -> String {
        let (sign, words) = self.said;
        let (sign, style) = match sign {
            Sign::More => ('+', GOOD),
            Sign::Less => ('-', ERROR),
            Sign::Other => ('~', WARNING),
        };
        let version = self.version.map_or_else(String::new, |version| format!("version {version}"));
        let part = self.part.as_ref().map_or_else(String::new, |part| format!("`{part}` "));
        let own = |text: &Option<String>| {
            let text = text.as_ref()?;
            let part = self.part.as_ref().and_then(|part| text.strip_prefix(part.as_str())?.strip_prefix(": "));
            Some(part.unwrap_or(text).to_owned())
        };
        let values = match (own(&self.before), own(&self.after)) {
            (Some(before), Some(after)) => format!(": {before} -> {after}"),
            (Some(one), None) | (None, Some(one)) => format!(": {one}"),
            (None, None) => String::new(),
        };
        let place = self.place.as_ref().map_or_else(String::new, |at| format!("  {}:{}", at.file, at.line));
        let what = format!("{version:12}{part}{words}{values}");
        format!("  {} {}{}\n", styled(style, sign), printable(&what), styled(FAINT, printable(&place)))
    }
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
            text.push_str(&change.line());
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

/// What a change is called, its sign, how it is said, and the part that it is about.
fn told(kind: &Kind) -> (&'static str, Sign, &'static str, Option<&String>) {
    match kind {
        Kind::Added => ("added", Sign::More, "is new", None),
        Kind::Gone => ("gone", Sign::Less, "is gone", None),
        Kind::ContextChanged => ("context-changed", Sign::Other, "belongs to another context", None),
        Kind::CatalogMoved => ("catalog-moved", Sign::Other, "belongs to another catalog", None),
        Kind::VersionGone => ("version-gone", Sign::Less, "is gone, with all later ones", None),
        Kind::ShapeEdited { .. } => ("shape-edited", Sign::Other, "stores something else", None),
        Kind::UpcastEdited => ("upcast-edited", Sign::Other, "is read as something else", None),
        Kind::NothingChanged => ("nothing-changed", Sign::More, "is as the one before", None),
        Kind::ByHand => ("by-hand", Sign::More, "is made by hand of the one before", None),
        Kind::Renamed => ("renamed", Sign::Other, "has another name", None),
        Kind::Moved => ("moved", Sign::Other, "belongs to another aggregate", None),
        Kind::IdChanged => ("id-changed", Sign::Other, "has another id", None),
        Kind::SnapshotLowered => ("snapshot-lowered", Sign::Other, "has snapshots of a smaller revision", None),
        Kind::StateChanged { .. } => ("state-changed", Sign::Other, "has another state", None),
        Kind::Retired { lifted: false } => ("retired", Sign::Less, "is never stored: the event ended", None),
        Kind::Retired { lifted: true } => ("retirement-lifted", Sign::More, "is stored again", None),
        Kind::BecameOthers => ("became-others", Sign::Other, "is read as another number of events", None),
        Kind::FieldAdded { field } => ("field-added", Sign::More, "is a new field", Some(field)),
        Kind::FieldRemoved { field, .. } => ("field-removed", Sign::Less, "is no field any more", Some(field)),
        Kind::FieldRenamed { field } => ("field-renamed", Sign::Other, "has another name", Some(field)),
        Kind::FieldConverted { field, .. } => ("field-converted", Sign::Other, "has another type", Some(field)),
        Kind::FieldsRebuilt => ("fields-rebuilt", Sign::Other, "has fields made of others", None),
        Kind::PersonalAdded { field } => ("personal-added", Sign::Other, "holds personal data", Some(field)),
        Kind::PersonalRemoved { field } => {
            ("personal-removed", Sign::Other, "holds no personal data any more", Some(field))
        }
        Kind::VariantAdded { variant, .. } => ("variant-added", Sign::More, "is new", Some(variant)),
        Kind::VariantRemoved { variant } => ("variant-removed", Sign::Less, "is not stored any more", Some(variant)),
        Kind::VariantRenamed { variant } => ("variant-renamed", Sign::Other, "has another name", Some(variant)),
        Kind::FallbackAdded => ("fallback-added", Sign::More, "keeps what it does not know", None),
        Kind::FallbackRemoved => ("fallback-removed", Sign::Less, "refuses what it does not know", None),
        Kind::DigitsLost { field, .. } => ("digits-lost", Sign::Other, "may lose digits", Some(field)),
        Kind::ValueRefused { field } => ("value-refused", Sign::Other, "may not be converted", Some(field)),
        Kind::WideInteger { field } => ("wide-integer", Sign::Other, "holds integers of 64 bits", Some(field)),
        Kind::DocChanged => ("doc-changed", Sign::Other, "is documented otherwise", None),
        Kind::Deprecated => ("deprecated", Sign::Other, "is deprecated", None),
        Kind::DeprecationLifted => ("deprecation-lifted", Sign::Other, "is not deprecated any more", None),
        Kind::Reordered => ("reordered", Sign::Other, "has another order", None),
        Kind::CommandChanged { edit: Edit::Added } => ("command-added", Sign::More, "has a new command", None),
        Kind::CommandChanged { edit: Edit::Gone } => ("command-gone", Sign::Less, "has one command less", None),
        Kind::CommandChanged { edit: Edit::Changed } => ("command-changed", Sign::Other, "has another command", None),
        Kind::RejectionChanged { edit: Edit::Added } => ("rejection-added", Sign::More, "has a new rejection", None),
        Kind::RejectionChanged { edit: Edit::Gone } => ("rejection-gone", Sign::Less, "has one rejection less", None),
        Kind::RejectionChanged { edit: Edit::Changed } => {
            ("rejection-changed", Sign::Other, "has another rejection", None)
        }
        Kind::PolicyChanged { edit: Edit::Added } => ("policy-has-more", Sign::More, "has more to do", None),
        Kind::PolicyChanged { edit: Edit::Gone } => ("policy-has-less", Sign::Less, "has less to do", None),
        Kind::PolicyChanged { edit: Edit::Changed } => {
            ("policy-changed", Sign::Other, "has something else to do", None)
        }
        Kind::PolicyStateChanged { .. } => ("policy-state-changed", Sign::Other, "has another state", None),
        Kind::CompensationChanged { edit: Edit::Added } => ("compensation-added", Sign::More, "takes back", None),
        Kind::CompensationChanged { edit: Edit::Gone } => ("compensation-gone", Sign::Less, "does not take back", None),
        Kind::CompensationChanged { edit: Edit::Changed } => {
            ("compensation-changed", Sign::Other, "takes back something else", None)
        }
    }
}
