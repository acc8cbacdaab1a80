//! A catalog against its baseline: what was found, as data for the reports.

use std::collections::BTreeSet;

use factum_codegen::lower::changes;
use factum_model::lock::{self, Lock, Proposal};
use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::{read, sample, written};
use factum_model::{Checked, Code, Diagnostic, Diagnostics, Outcome, Sources, check_released, diagnostic, render};

use super::{Change, Finding, Level, Place, Related, Review, Verdict};
use crate::catalog::{Contents, File};
use crate::cmd::code_name;
use crate::style::{ERROR, HELP, STRONG, styled};

/// What a catalog is compared with.
#[derive(Debug, Clone, Default)]
pub struct Released {
    /// In words; `None`: the lock beside the schemas.
    pub source: Option<String>,
    /// The lock of what was released; `None`: nothing was.
    pub lock: Option<Lock>,
    /// The lock at the commit from which the branch came: what it has was not released meanwhile.
    pub before: Option<Lock>,
}

/// What a review of one catalog found, and the lock that it should have.
#[derive(Debug)]
pub struct Reviewed {
    /// What was found.
    pub review: Review,
    /// The lock to write; `None` if no lock could say both what is stored and what the schemas say.
    pub lock: Option<Lock>,
}

/// Reads a lock; what is wrong with it goes to the findings.
#[must_use]
pub fn read_lock(file: &File, findings: &mut Vec<Finding>) -> Option<Lock> {
    let mut sources = Sources::new();
    let id = sources.add(file.name.clone(), file.bytes.clone());
    let mut diagnostics = Diagnostics::new();
    let found = lock::read(&mut sources, id, &mut diagnostics);
    findings.extend(diagnostics.into_vec().iter().map(|found| finding(found, &sources)));
    found
}

/// Compares a catalog with what was released. Its own lock is looked at where `stale` is asked for.
#[must_use]
pub fn review(contents: &Contents, released: &Released, stale: bool) -> Reviewed {
    let mut findings = Vec::new();
    // A lock that cannot be read is an error where it has to be right, and of no account where it is made anew.
    let mut about_lock = Vec::new();
    let branch = contents.lock.as_ref().and_then(|file| read_lock(file, &mut about_lock));
    let mut sources = Sources::new();
    for file in &contents.schemas {
        sources.add(file.name.clone(), file.bytes.clone());
    }
    let known = released.lock.as_ref().map(Lock::released);
    let Outcome { checked, diagnostics } = check_released(&mut sources, known.as_ref());
    findings.extend(diagnostics.iter().map(|found| finding(found, &sources)));
    let lock = checked.as_ref().and_then(|current| {
        let accepted = BTreeSet::new();
        let baseline = released.lock.as_ref();
        let known = released.before.as_ref().map(|before| overlaid(branch.clone().unwrap_or_default(), before));
        let proposal = Proposal { current, baseline, branch: known.as_ref().or(branch.as_ref()), accepted: &accepted };
        let proposed = lock::propose(&proposal);
        proposed.map_err(|errors| findings.extend(errors.iter().map(|found| finding(found, &sources)))).ok()
    });
    if stale {
        findings.append(&mut about_lock);
        let of = |wanted: &Lock| lock::stale(wanted, &branch.unwrap_or_default());
        findings.extend(lock.as_ref().and_then(of).map(|found| finding(&found, &sources)));
    }
    let schema = checked.as_ref().map(Checked::schema);
    findings.extend(schema.zip(released.before.as_ref()).into_iter().flat_map(|(schema, before)| gone(schema, before)));
    let changes = schema.map(|schema| all_changes(schema, released.lock.as_ref())).unwrap_or_default();
    let events = schema.map_or(0, |schema| schema.events.len());
    let mut review = Review { baseline: released.source.clone(), findings, changes, events };
    review.sort();
    Reviewed { review, lock }
}

/// A branch's lock, with what was released before the branch began as it was then, whatever was made of it since.
fn overlaid(mut branch: Lock, before: &Lock) -> Lock {
    for (name, event) in &before.events {
        let own = branch.events.entry(name.clone()).or_insert_with(|| event.clone());
        own.value.versions.extend(event.value.versions.clone());
    }
    for (name, ty) in &before.types {
        let own = branch.types.entry(name.clone()).or_insert_with(|| ty.clone());
        own.value.versions.extend(ty.value.versions.clone());
    }
    branch
}

/// Released events that the schemas do not speak of any more, under no name that they were ever stored under.
fn gone(schema: &Schema, before: &Lock) -> Vec<Finding> {
    let versions = schema.events.iter().flat_map(|def| &def.versions);
    let known: BTreeSet<&str> = versions.map(|version| version.wire_type.as_str()).collect();
    let gone = before.events.iter().filter(|(_, event)| {
        let mut stored = event.value.versions.values().map(|version| version.value.wire_type.value.as_str());
        !stored.any(|wire_type| known.contains(wire_type))
    });
    let code = Code::ReleasedVersionEdited;
    let finding = |name: &str| {
        let message = format!("the event `{name}` was released, and is gone");
        let help = "stored events have it: write its lines again; what is not emitted any more is `retired`";
        let (error, title) = (styled(ERROR, format!("error[{code}]")), styled(STRONG, format!(": {message}")));
        Finding {
            code: code.to_string(),
            rule: code_name(code),
            level: Level::Error,
            rendered: format!("{error}{title}\n  {} {help}", styled(HELP, "= help:")),
            message,
            place: None,
            related: Vec::new(),
            helps: vec![help.to_owned()],
        }
    };
    gone.map(|(name, _)| finding(name)).collect()
}

fn finding(found: &Diagnostic, sources: &Sources) -> Finding {
    let related = found.related.iter();
    let related = related.filter_map(|label| Some(Related { place: place(label, sources)?, text: label.text.clone() }));
    let shown = render(std::slice::from_ref(found), sources, true);
    // The last lines count the problems, which is the report's business.
    let shown = shown.trim_end().rsplit_once("\n\n").map_or(shown.as_str(), |(shown, _)| shown);
    Finding {
        code: found.code.to_string(),
        rule: code_name(found.code),
        level: match found.level {
            diagnostic::Level::Error => Level::Error,
            diagnostic::Level::Warning => Level::Warning,
        },
        message: found.message.clone(),
        place: place(&found.primary, sources),
        related: related.collect(),
        helps: found.helps.clone(),
        rendered: shown.to_owned(),
    }
}

fn place(label: &factum_model::Label, sources: &Sources) -> Option<Place> {
    let place = sources.place(label.origin)?;
    let end = factum_model::source::Place { file: place.file, range: place.range.end..place.range.end };
    let (line, column) = sources.line_and_column(&place);
    let (end_line, end_column) = sources.line_and_column(&end);
    Some(Place { file: sources.name(place.file).to_owned(), line, column, end_line, end_column })
}

/// The events whose newest version is not the released one's.
fn all_changes(schema: &Schema, released: Option<&Lock>) -> Vec<Change> {
    let newest = |def: &EventDef| {
        let stored = def.versions.iter().rev().find_map(|version| {
            let mut known = released?.events.values().flat_map(|event| &event.value.versions);
            known
                .any(|(number, known)| *number == version.number && known.value.wire_type.value == version.wire_type)
                .then_some(version.number)
        });
        (stored != Some(def.current().number)).then_some(stored)
    };
    let numbered = schema.events.iter().zip(0_u32..);
    numbered.filter_map(|(def, id)| newest(def).map(|old| change(schema, EventId(id), def, old))).collect()
}

fn change(schema: &Schema, id: EventId, def: &EventDef, old: Option<u32>) -> Change {
    let history = def.versions.windows(2).map(|pair| (pair[1].number, changes(schema, &pair[0], &pair[1])));
    let readable = old.is_none_or(|old| def.current().readable_from <= old);
    let sample = old.and_then(|old| before_and_after(schema, id, def, old));
    Change {
        event: def.current().wire_type.clone(),
        old,
        new: Some(def.current().number),
        forward: if readable { Verdict::Compatible } else { Verdict::Breaking },
        sample,
        history: history.collect(),
    }
}

/// A usual event of a released version, and what it is read as. `None` where a step is written by hand.
fn before_and_after(schema: &Schema, id: EventId, def: &EventDef, old: u32) -> Option<(String, String)> {
    let shape = &def.versions.iter().find(|version| version.number == old)?.shape;
    let stored = sample::edge(schema, shape, sample::Edge::Usual).to_string();
    let events = read(schema, id, old, &stored).ok()?;
    let after: Vec<String> = events.iter().map(|event| pretty(&written(schema, event))).collect();
    Some((pretty(&stored), after.join("\n")))
}

fn pretty(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}
