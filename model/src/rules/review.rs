//! What all rules say of the changes from a baseline to a schema.

use core::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Direction, Level, RULES, Rule, Verdict};
use crate::Checked;
use crate::diff::{Change, Kind, Subject, diff};
use crate::lock::{Fingerprint, Lock};
use crate::names::bounded;
use crate::released::Holder;
use crate::source::Origin;

/// Which directions may not break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// New code reads what is stored.
    #[default]
    Backward,
    /// Old code reads what is written from now on.
    Forward,
    /// Both.
    Full,
}

impl Mode {
    /// What either of two forbids.
    ///
    /// ```
    /// use factum_model::rules::Mode;
    ///
    /// assert_eq!(Mode::Backward.and(Mode::Forward), Mode::Full);
    /// assert_eq!(Mode::Forward.and(Mode::Forward), Mode::Forward);
    /// ```
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Backward, Self::Backward) => Self::Backward,
            (Self::Forward, Self::Forward) => Self::Forward,
            (Self::Backward, Self::Forward) | (Self::Forward, Self::Backward) | (Self::Full, _) | (_, Self::Full) => {
                Self::Full
            }
        }
    }

    const fn forbids(self, direction: Direction) -> bool {
        match direction {
            Direction::B => matches!(self, Self::Backward | Self::Full),
            Direction::F => matches!(self, Self::Forward | Self::Full),
            Direction::P | Direction::D => false,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Stays the same as long as the change does, wherever it stands: what an [`Allowance`] names.
    pub id: String,
    /// The rule's number; 100 where no rule speaks of the change.
    pub rule: u16,
    /// The rule's name; `unclassified` where there is none.
    pub name: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What breaks.
    pub breaks: &'static [Direction],
    /// Whether a declared step reads old events.
    pub covered: bool,
    /// The change.
    pub change: Change,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
    /// Whether an allowance speaks of it.
    pub status: Status,
}

/// Whether an allowance speaks of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// None does.
    #[default]
    Open,
    /// One does, for this reason: it is an info.
    Allowed(String),
    /// One did, until this day.
    Expired(String),
}

/// An approved break.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowance {
    /// The finding.
    pub id: String,
    /// Why; may not be empty.
    pub reason: String,
    /// The last day on which it holds, `YYYY-MM-DD`; `None` for good.
    pub until: Option<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Review {
    /// The worst first; then by name and version.
    pub findings: Vec<Finding>,
    /// Ids of allowances that no finding has: the baseline may have absorbed them.
    pub unused: Vec<String>,
    /// Ids of allowances without a reason, which allow nothing.
    pub without_reason: Vec<String>,
}

impl Review {
    /// The worst level that was found.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|finding| finding.level).max()
    }

    /// The released versions of which all that changed was approved, for
    /// [`Proposal::accepted`](crate::lock::Proposal::accepted): a lock takes a version as a whole.
    #[must_use]
    pub fn accepted(&self, baseline: &Lock) -> BTreeSet<Holder> {
        let is_allowed = |finding: &&Finding| matches!(finding.status, Status::Allowed(_));
        let (allowed, others): (Vec<&Finding>, Vec<&Finding>) = self.findings.iter().partition(is_allowed);
        let others = others.into_iter().filter(|finding| finding.change.kind.is_of_released());
        let [allowed, others] = [allowed, others.collect()].map(|findings| {
            findings.iter().flat_map(|finding| holders(&finding.change, baseline)).collect::<BTreeSet<Holder>>()
        });
        allowed.difference(&others).cloned().collect()
    }
}

/// The versions of the baseline that a change is of: one, or where a version is gone also all later ones, or all.
fn holders(change: &Change, baseline: &Lock) -> Vec<Holder> {
    let Some(was) = &change.was else { return Vec::new() };
    let from = |first: u32| -> Vec<Holder> {
        match &change.subject {
            Subject::Event(_) => {
                let Some(event) = baseline.events.get(was) else { return Vec::new() };
                let stored = event.value.versions.range(first..);
                let stored = stored.map(|(number, version)| (version.value.wire_type.value.clone(), *number));
                let end = event.value.end.iter().filter(|end| end.version >= first);
                let end = end.map(|end| (event.value.wire_type().to_owned(), end.version));
                stored.chain(end).map(|(wire_type, number)| Holder::Event(wire_type, number)).collect()
            }
            Subject::Type(_) => {
                let versions = baseline.types.get(was).into_iter().flat_map(|ty| ty.value.versions.range(first..));
                versions.map(|(number, _)| Holder::Type(was.clone(), *number)).collect()
            }
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => Vec::new(),
        }
    };
    match (&change.kind, change.version) {
        (Kind::Gone | Kind::ContextChanged, _) => from(1),
        (Kind::VersionGone, Some(version)) => from(version),
        (_, Some(version)) => from(version).into_iter().take(1).collect(),
        (_, None) => Vec::new(),
    }
}

/// Compares a schema with the lock of its baseline. `today` is `YYYY-MM-DD`.
#[must_use]
pub fn review(baseline: &Lock, current: &Checked, mode: Mode, allowances: &[Allowance], today: &str) -> Review {
    review_changes(diff(baseline, &Lock::of(current.schema())), mode, allowances, today)
}

/// What all rules say of changes, wherever they were found: between two locks
/// ([`diff`](crate::diff::diff)), or between two schemas ([`declared`](crate::diff::declared)).
#[must_use]
pub fn review_changes(changes: Vec<Change>, mode: Mode, allowances: &[Allowance], today: &str) -> Review {
    let mut findings: Vec<Finding> = changes.into_iter().map(|change| judged(change, mode)).collect();
    for finding in &mut findings {
        finding.status = status(&finding.id, allowances, today);
        if let Status::Allowed(_) = finding.status {
            finding.level = Level::Info;
        }
    }
    let (with_reason, without): (Vec<&Allowance>, Vec<&Allowance>) =
        allowances.iter().partition(|allowance| allowance.has_reason());
    let unused = with_reason.iter().filter(|allowance| !findings.iter().any(|finding| finding.id == allowance.id));
    let unused = unused.map(|allowance| allowance.id.clone()).collect();
    let without_reason = without.into_iter().map(|allowance| allowance.id.clone()).collect();
    findings.sort_by(by_level);
    Review { findings, unused, without_reason }
}

/// The worst first; then by name, version and rule.
pub(super) fn by_level(a: &Finding, b: &Finding) -> Ordering {
    let rest = |finding: &Finding| (finding.change.version, finding.rule);
    b.level.cmp(&a.level).then_with(|| a.change.subject.cmp(&b.change.subject)).then_with(|| rest(a).cmp(&rest(b)))
}

/// Whether a direction breaks that may not, and that no declared step covers.
pub(super) fn forbidden(breaks: &[Direction], covered: bool, mode: Mode) -> bool {
    let mut uncovered = breaks.iter().filter(|direction| !(covered && **direction == Direction::B));
    uncovered.any(|direction| mode.forbids(*direction))
}

impl Allowance {
    fn has_reason(&self) -> bool {
        !self.reason.trim().is_empty()
    }
}

/// What allowances say of what has this id. Of several the longest counts, wherever they are written.
pub(super) fn status(id: &str, allowances: &[Allowance], today: &str) -> Status {
    let known = allowances.iter().filter(|allowance| allowance.id == id && allowance.has_reason());
    let longest = known.max_by_key(|allowance| (allowance.until.is_none(), &allowance.until, &allowance.reason));
    match longest {
        None => Status::Open,
        Some(Allowance { until: Some(until), .. }) if until.as_str() < today => Status::Expired(until.clone()),
        Some(allowance) => Status::Allowed(allowance.reason.clone()),
    }
}

/// What the rule says that speaks of the change.
pub(super) fn judged(change: Change, mode: Mode) -> Finding {
    judged_by(RULES, change, mode)
}

pub(super) fn judged_by(rules: &[&'static Rule], change: Change, mode: Mode) -> Finding {
    let found = rules.iter().find_map(|rule| Some((*rule, (rule.judge)(&change)?)));
    match found {
        Some((rule, verdict)) => finding(rule, &verdict, change, mode),
        None => Finding {
            id: id("unclassified", &change),
            rule: 100,
            name: "unclassified",
            level: Level::Error,
            breaks: &[],
            covered: false,
            message: bounded(filled("no rule speaks of this change of `{name}`: `{before}` became `{after}`", &change)),
            help: "this is a gap in the rules: please report it".to_owned(),
            status: Status::Open,
            change,
        },
    }
}

fn finding(rule: &'static Rule, verdict: &Verdict, change: Change, mode: Mode) -> Finding {
    let elsewhere =
        verdict.breaks.contains(&Direction::B) && mode == Mode::Forward && !verdict.breaks.contains(&Direction::F);
    let level = match verdict.level {
        _ if forbidden(verdict.breaks, verdict.covered, mode) => Level::Error,
        Level::Error if elsewhere => Level::Warning,
        level => level,
    };
    Finding {
        id: id(rule.name, &change),
        rule: rule.number,
        name: rule.name,
        level,
        breaks: verdict.breaks,
        covered: verdict.covered,
        message: bounded(filled(verdict.message, &change)),
        help: bounded(filled(verdict.help, &change)),
        status: Status::Open,
        change,
    }
}

fn id(rule: &str, change: &Change) -> String {
    let version = change.version.map(|version| version.to_string()).unwrap_or_default();
    let parts = [rule, change.subject.noun(), change.subject.name(), &version, &change.before, &change.after];
    Fingerprint::of_parts(parts).as_str()[..12].to_owned()
}

fn filled(template: &str, change: &Change) -> String {
    let name = change.subject.name();
    let version = change.version.map(|version| version.to_string()).unwrap_or_default();
    let instead = change.instead.as_ref().map(|instead| instead.told(name)).unwrap_or_default();
    let values = [
        ("name", name),
        ("noun", change.subject.noun()),
        ("version", &version),
        ("before", &change.before),
        ("after", &change.after),
        ("instead", &instead),
    ];
    let mut out = String::new();
    let mut rest = template;
    // Piece by piece, so that what is filled in is never taken for a place.
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = values.iter().find_map(|(key, value)| Some((value, after.strip_prefix(key)?.strip_prefix('}')?)));
        let (value, after) = known.unwrap_or((&"{", after));
        out.push_str(value);
        rest = after;
    }
    out + rest
}
