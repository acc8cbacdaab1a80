//! Whether an event's or a type's versions follow each other.

use core::ops::ControlFlow;
use std::collections::BTreeSet;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::source::{Origin, Spanned};

/// How many fields all versions of an event may have together: each version is generated.
const MAX_FIELDS_OF_ALL_VERSIONS: usize = 100_000;

/// An event or a type, and every line of it that tells a change.
pub(super) struct Subject<'a> {
    pub(super) noun: &'static str,
    pub(super) name: &'a Spanned<String>,
    pub(super) version: Option<&'a Spanned<u32>>,
    /// The version that each line carries, and where.
    pub(super) lines: Vec<(u32, Origin)>,
    /// Versions that need no line here: others that share the version number changed in them.
    pub(super) also_changed: &'a BTreeSet<u32>,
    /// How many fields a version has at most.
    pub(super) width: usize,
}

/// The newest version, if its history holds together. Each rule looks at what the ones before left standing.
pub(super) fn newest(subject: &Subject<'_>, diagnostics: &mut Diagnostics) -> Option<u32> {
    let newest = subject.version.map_or(1, |version| version.value);
    let rules = [the_version_is_stated, no_history_beyond_the_version, no_version_without_change, not_too_much_history];
    rules.iter().try_for_each(|rule| rule(subject, newest, diagnostics)).continue_value()?;
    Some(newest)
}

/// The newest version is stated once there is history, so that a review shows that it moved.
fn the_version_is_stated(subject: &Subject<'_>, _: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let last = subject.lines.iter().copied().max_by_key(|(version, _)| *version);
    let (None, Some((last, origin))) = (subject.version, last) else { return ControlFlow::Continue(()) };
    let name = &subject.name.value;
    let message = format!("`{name}` has a history, but does not state its version");
    diagnostics.push(
        Diagnostic::error(Code::VersionUnstated, subject.name.origin, message)
            .related(origin, format!("this changed in version {last}"))
            .help(match diagnostics.dialect() {
                Dialect::Yaml => format!("write `version: {last}` below `{name}:`"),
                Dialect::Rust => format!("write `version = {last}`"),
            }),
    );
    ControlFlow::Break(())
}

/// No line tells of a version that the event has not reached.
fn no_history_beyond_the_version(subject: &Subject<'_>, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let last = subject.lines.iter().copied().map(|(version, _)| version).max().unwrap_or(1);
    let stated = subject.version.map_or(subject.name.origin, |version| version.origin);
    if newest == 0 {
        let message = "versions are counted from 1";
        diagnostics.push(
            Diagnostic::error(Code::BeforeHistory, stated, message)
                .help(format!("write `{}`", diagnostics.dialect().says("version", last))),
        );
        return ControlFlow::Break(());
    }
    let beyond = subject.lines.iter().copied().filter(|(version, _)| *version > newest);
    let before = diagnostics.count();
    for (version, origin) in beyond {
        let message = format!("version {version} is beyond the version of `{}`, which is {newest}", subject.name.value);
        diagnostics.push(
            Diagnostic::error(Code::VersionBackwards, origin, message)
                .related(stated, "the version is stated here")
                .help(format!("write `{}`", diagnostics.dialect().says("version", last))),
        );
    }
    if diagnostics.count() > before { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Every version from 2 to the newest changes something.
fn no_version_without_change(subject: &Subject<'_>, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let changed: BTreeSet<u32> =
        subject.lines.iter().map(|(version, _)| *version).chain(subject.also_changed.iter().copied()).collect();
    let missing = (2..=newest).find(|version| !changed.contains(version));
    let (Some(missing), Some(stated)) = (missing, subject.version) else { return ControlFlow::Continue(()) };
    let message = format!("nothing changes in version {missing} of `{}`", subject.name.value);
    let diagnostic = Diagnostic::error(Code::VersionGap, stated.origin, message);
    let dialect = diagnostics.dialect();
    let says = |version: usize| dialect.says("version", version);
    diagnostics.push(match changed.range(missing..).next() {
        Some(later) => {
            let last = changed.len() + 1;
            diagnostic.help(format!(
                "versions have no holes: what changed in version {later} changed in version {missing}, and so on, up to \
                 `{}`",
                says(last)
            ))
        }
        None => diagnostic.help(format!(
            "the newest version in which something changes is {}: write `{}`",
            missing - 1,
            says(missing as usize - 1)
        )),
    });
    ControlFlow::Break(())
}

/// What is generated for an event stays of a bearable size.
fn not_too_much_history(subject: &Subject<'_>, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let total = subject.width.saturating_mul(newest as usize);
    if total <= MAX_FIELDS_OF_ALL_VERSIONS {
        return ControlFlow::Continue(());
    }
    let message = format!("{newest} versions of {} fields are more than can be generated", subject.width);
    diagnostics.push(
        Diagnostic::error(Code::TooMuchHistory, subject.name.origin, message)
            .help(format!("versions times fields may be {MAX_FIELDS_OF_ALL_VERSIONS}: begin a new {}", subject.noun)),
    );
    ControlFlow::Break(())
}
