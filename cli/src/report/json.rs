//! JSON for programs. Its own JSON Schema is exported by `cargo factum export report-schema`; `format` is raised where a program that knows
//! the schema would read it wrongly.

use std::collections::{BTreeMap, BTreeSet};

use factum_model::printable::printable_json;
use serde::Serialize;

use crate::review::{
    Change, Direction, Finding, Happened, Level, Mode, Place, Related, Review, Sample, Status, Verdict, Witness,
};

/// The version of the format.
const FORMAT: u32 = 1;

pub(super) fn report(review: &Review) -> String {
    // Texts and numbers: none of it can fail to be JSON.
    let text = serde_json::to_string_pretty(&Report::of(review)).unwrap_or_default();
    printable_json(&text) + "\n"
}

/// The JSON Schema of the report.
pub(crate) fn schema() -> String {
    let schema = schemars::schema_for!(Report<'_>);
    // Texts and numbers: none of it can fail to be JSON.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// What `cargo factum check --format json` prints.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Report<'r> {
    /// The version of this format.
    format: u32,
    /// What was compared with, in words, null for the lock alone; one for all catalogs, unless they are compared with
    /// different ones.
    baselines: &'r BTreeSet<Option<String>>,
    /// What may not break; one for all catalogs, unless they set different ones.
    modes: &'r BTreeSet<Mode>,
    /// How many findings there are of each level.
    counts: Counts,
    /// How many events there are now.
    events: usize,
    /// To how many events what happened: one may be among several, and those that are gone are not among `events`.
    happened: BTreeMap<Happened, usize>,
    /// What was found, worst first.
    findings: Vec<JsonFinding<'r>>,
    /// The events that changed, or of which something is reported.
    changes: Vec<JsonChange<'r>>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
}

/// One thing that was found.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct JsonFinding<'r> {
    /// For `cargo factum explain`.
    code: &'r str,
    /// The rule's name.
    rule: &'r str,
    /// What `cargo factum allow` takes: it stays the same as long as the change does; null where nothing was compared.
    id: Option<&'r str>,
    /// The full name of what changed; null where nothing was compared.
    subject: Option<&'r str>,
    level: Level,
    /// What breaks.
    breaks: &'r [Direction],
    /// What became of it.
    status: &'r Status,
    /// In one sentence.
    message: &'r str,
    /// Where it is; null where it has no place in a file.
    place: Option<&'r Place>,
    /// Other places that belong to it; those of the baseline are in files called `<commit>:<path>`.
    related: Vec<JsonRelated<'r>>,
    /// What to write instead, or what to know.
    helps: &'r [String],
    /// A stored event that shows what breaks; null where nothing of what is stored does, and where only the user's code
    /// knows.
    witness: Option<&'r Witness>,
    /// A stored event that shows what the declared step does which covers it; null where none does, and where only the
    /// user's code knows.
    sample: Option<&'r Sample>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct JsonRelated<'r> {
    place: &'r Place,
    text: &'r str,
}

/// An event that changed, or of which something is reported.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct JsonChange<'r> {
    /// The wire type.
    event: &'r str,
    /// What happened to it.
    happened: &'r BTreeSet<Happened>,
    /// What stored ones are read as since it ended, as `shop.Paid@1`; none where they are read as no event, null where that
    /// is not what happened.
    becomes: Option<&'r [String]>,
    /// The newest version of it that was released; null if none was.
    old_version: Option<u32>,
    /// Its newest version now; null if it is gone.
    new_version: Option<u32>,
    /// Whether new code reads what is stored.
    backward: Verdict,
    /// Whether code that is still deployed reads what new code stores.
    forward: Verdict,
    /// A stored event as the old version stored it, and as it is read now; both JSON in a string.
    sample: Option<JsonSample<'r>>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct JsonSample<'r> {
    stored: &'r str,
    read: &'r str,
}

impl<'r> Report<'r> {
    fn of(review: &'r Review) -> Self {
        Self {
            format: FORMAT,
            baselines: &review.baselines,
            modes: &review.modes,
            counts: Counts {
                error: review.count(Level::Error),
                warning: review.count(Level::Warning),
                info: review.count(Level::Info),
            },
            events: review.events,
            happened: review.happened(),
            findings: review.findings.iter().map(finding).collect(),
            changes: review.changes.iter().map(change).collect(),
        }
    }
}

fn finding(finding: &Finding) -> JsonFinding<'_> {
    JsonFinding {
        code: &finding.code,
        rule: &finding.rule,
        id: finding.id.as_deref(),
        subject: finding.subject.as_deref(),
        level: finding.level,
        breaks: &finding.breaks,
        status: &finding.status,
        message: &finding.message,
        place: finding.place.as_ref(),
        related: finding.related.iter().map(|Related { place, text }| JsonRelated { place, text }).collect(),
        helps: &finding.helps,
        witness: finding.witness.as_ref(),
        sample: finding.sample.as_ref(),
    }
}

fn change(change: &Change) -> JsonChange<'_> {
    JsonChange {
        event: &change.event,
        happened: &change.happened,
        becomes: change.becomes.as_deref(),
        old_version: change.old,
        new_version: change.new,
        backward: change.backward,
        forward: change.forward,
        sample: change.sample.as_ref().map(|(stored, read)| JsonSample { stored, read }),
    }
}
