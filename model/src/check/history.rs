//! Whether the lines that tell an event's history can all be true.

use core::ops::ControlFlow;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::ast::{Event, Field};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Origin, Spanned};

/// How many fields all versions of an event may have together: each version is generated.
const MAX_FIELDS_OF_ALL_VERSIONS: usize = 100_000;

/// The event's newest version, if its history holds together. Each rule looks at what the ones before left standing.
pub(crate) fn check(event: &Event, diagnostics: &mut Diagnostics) -> Option<u32> {
    let before = diagnostics.count();
    for field in event.fields.iter().filter(|field| !field.broken) {
        history_begins_with_version_2(field, diagnostics);
        a_life_is_in_order(field, diagnostics);
        a_default_is_for_older_events(field, diagnostics);
    }
    names_are_for_good(event, diagnostics);
    let readable = !event.broken && !event.fields.iter().any(|field| field.broken);
    if !readable || diagnostics.count() > before {
        return None;
    }
    let newest = event.version.as_ref().map_or(1, |version| version.value);
    let rules = [the_version_is_stated, no_history_beyond_the_version, no_version_without_change, not_too_much_history];
    rules.iter().try_for_each(|rule| rule(event, newest, diagnostics)).continue_value()?;
    Some(newest)
}

/// What each line of a field's life says: the version and where it stands.
fn history(field: &Field) -> impl Iterator<Item = (u32, Origin)> {
    let added = field.added.iter().chain(&field.removed);
    let renamed = field.renamed.iter().map(|change| &change.version);
    let retyped = field.retyped.iter().map(|change| &change.version);
    added.chain(renamed).chain(retyped).map(|version| (version.value, version.origin))
}

/// Version 1 is the first one, so nothing can have changed in it.
fn history_begins_with_version_2(field: &Field, diagnostics: &mut Diagnostics) {
    for (version, origin) in history(field).filter(|(version, _)| *version < 2) {
        let is_added = field.added.as_ref().is_some_and(|added| added.origin == origin);
        let message = format!("version {version} cannot have changed anything: version 1 is the first");
        let help = if is_added {
            format!(
                "a field that is there from the start has no `added` and no `default`: take them out of `{}`",
                field.name.value
            )
        } else {
            "the first version that can change something is 2".to_owned()
        };
        diagnostics.push(Diagnostic::error(Code::BeforeHistory, origin, message).help(help));
    }
}

/// A field is added before it changes, and changes before it is removed; and a change changes something.
fn a_life_is_in_order(field: &Field, diagnostics: &mut Diagnostics) {
    let name = &field.name.value;
    let added = field.added.as_ref().filter(|added| added.value >= 2);
    if let (Some(added), Some(removed)) = (added, &field.removed)
        && removed.value <= added.value
    {
        let message = format!("`{name}` is removed in version {}, but added in version {}", removed.value, added.value);
        diagnostics.push(
            Diagnostic::error(Code::Contradiction, removed.origin, message)
                .related(added.origin, "added here")
                .help("`removed` is the first version without the field, so it is higher than `added`"),
        );
        return;
    }
    let renamed = field.renamed.iter().map(|change| ("renamed", &change.version));
    let retyped = field.retyped.iter().map(|change| ("retyped", &change.version));
    for (verb, version) in renamed.chain(retyped).filter(|(_, version)| version.value >= 2) {
        if let Some(added) = added.filter(|added| version.value <= added.value) {
            let message = format!(
                "`{name}` is {verb} in version {}, but there is none before version {}",
                version.value, added.value
            );
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, version.origin, message)
                    .related(added.origin, "added here")
                    .help("a change comes in a later version than `added`"),
            );
        }
        if let Some(removed) = field.removed.as_ref().filter(|removed| version.value >= removed.value) {
            let message =
                format!("`{name}` is {verb} in version {}, but removed since version {}", version.value, removed.value);
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, version.origin, message)
                    .related(removed.origin, "removed here")
                    .help("a change comes in an earlier version than `removed`"),
            );
        }
    }
    a_new_name_is_another_name(field, diagnostics);
}

/// `renamed` gives the name before; that is another one than afterwards.
fn a_new_name_is_another_name(field: &Field, diagnostics: &mut Diagnostics) {
    let mut renamed: Vec<_> = field.renamed.iter().collect();
    renamed.sort_by_key(|change| change.version.value);
    let after = renamed.iter().skip(1).map(|change| &change.from).chain([&field.name]);
    for (change, after) in renamed.iter().zip(after) {
        if change.from.value == after.value {
            let message = format!("`{}` had this name already", after.value);
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, change.from.origin, message)
                    .related(after.origin, "the name afterwards")
                    .help("`renamed` gives the name before that version: take the line out, or write the old name"),
            );
        }
    }
}

/// A default is for events older than the field; a field that was there from the start needs none.
fn a_default_is_for_older_events(field: &Field, diagnostics: &mut Diagnostics) {
    if let (Some(default), None) = (&field.default, &field.added) {
        let name = &field.name.value;
        let message = format!("`{name}` was there from the start, so no event ever needs this default");
        diagnostics.push(
            Diagnostic::error(Code::DefaultWithoutAdded, default.origin, message)
                .help("a default is the value for events that were stored before the field: say `added: <version>` too")
                .help("new events give every field a value themselves"),
        );
    }
}

/// A name that was ever on the wire belongs to its field, also after the field was renamed or removed: stored events
/// still carry it. So names are never swapped or used again; only the same field may take its old name back.
fn names_are_for_good(event: &Event, diagnostics: &mut Diagnostics) {
    let mut owners: HashMap<&str, (usize, &Spanned<String>)> = HashMap::new();
    let mut told = HashSet::new();
    let current = event.fields.iter().enumerate().map(|(owner, field)| (owner, &field.name));
    let earlier = event
        .fields
        .iter()
        .enumerate()
        .flat_map(|(owner, field)| field.renamed.iter().map(move |change| (owner, &change.from)));
    for (owner, name) in current.chain(earlier) {
        let (first_owner, first) = *owners.entry(name.value.as_str()).or_insert((owner, name));
        let pair = (owner.min(first_owner), owner.max(first_owner));
        if first_owner != owner && told.insert(pair) {
            let field = &event.fields[owner].name.value;
            let other = &event.fields[first_owner].name.value;
            let message =
                format!("the name `{}` belongs to the field `{other}`, so `{field}` cannot have had it", name.value);
            diagnostics.push(
                Diagnostic::error(Code::NameReused, name.origin, message)
                    .related(first.origin, "the same name here")
                    .help("stored events still carry the name: give the newer field a name that was never used"),
            );
        }
    }
}

/// The newest version is stated once there is history, so that a review shows that it moved.
fn the_version_is_stated(event: &Event, _: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let last = event.fields.iter().flat_map(history).max_by_key(|(version, _)| *version);
    let (None, Some((last, origin))) = (&event.version, last) else { return ControlFlow::Continue(()) };
    let name = &event.name.value;
    let message = format!("`{name}` has a history, but does not state its version");
    diagnostics.push(
        Diagnostic::error(Code::VersionUnstated, event.name.origin, message)
            .related(origin, format!("this changed in version {last}"))
            .help(format!("write `version: {last}` below `{name}:`")),
    );
    ControlFlow::Break(())
}

/// No line tells of a version that the event has not reached.
fn no_history_beyond_the_version(event: &Event, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let last = event.fields.iter().flat_map(history).map(|(version, _)| version).max().unwrap_or(1);
    let stated = event.version.as_ref().map_or(event.name.origin, |version| version.origin);
    if newest == 0 {
        let message = "versions are counted from 1";
        diagnostics
            .push(Diagnostic::error(Code::BeforeHistory, stated, message).help(format!("write `version: {last}`")));
        return ControlFlow::Break(());
    }
    let beyond = event.fields.iter().flat_map(history).filter(|(version, _)| *version > newest);
    let before = diagnostics.count();
    for (version, origin) in beyond {
        let message = format!("version {version} is beyond the version of `{}`, which is {newest}", event.name.value);
        diagnostics.push(
            Diagnostic::error(Code::VersionBackwards, origin, message)
                .related(stated, "the version is stated here")
                .help(format!("write `version: {last}`")),
        );
    }
    if diagnostics.count() > before { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Every version from 2 to the newest changes something.
fn no_version_without_change(event: &Event, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let changed: BTreeSet<u32> = event.fields.iter().flat_map(history).map(|(version, _)| version).collect();
    let missing = (2..=newest).find(|version| !changed.contains(version));
    let (Some(missing), Some(stated)) = (missing, &event.version) else { return ControlFlow::Continue(()) };
    let message = format!("nothing changes in version {missing} of `{}`", event.name.value);
    let diagnostic = Diagnostic::error(Code::VersionGap, stated.origin, message);
    diagnostics.push(match changed.range(missing..).next() {
        Some(later) => {
            let last = changed.len() + 1;
            diagnostic.help(format!(
                "versions have no holes: what changed in version {later} changed in version {missing}, and so on, up to \
                 `version: {last}`"
            ))
        }
        None => diagnostic.help(format!(
            "the newest version in which something changes is {}: write `version: {}`",
            missing - 1,
            missing - 1
        )),
    });
    ControlFlow::Break(())
}

/// What is generated for an event stays of a bearable size.
fn not_too_much_history(event: &Event, newest: u32, diagnostics: &mut Diagnostics) -> ControlFlow<()> {
    let total = event.fields.len().saturating_mul(newest as usize);
    if total <= MAX_FIELDS_OF_ALL_VERSIONS {
        return ControlFlow::Continue(());
    }
    let message = format!("{newest} versions of {} fields are more than can be generated", event.fields.len());
    diagnostics.push(
        Diagnostic::error(Code::TooMuchHistory, event.name.origin, message)
            .help(format!("versions times fields may be {MAX_FIELDS_OF_ALL_VERSIONS}: begin a new event")),
    );
    ControlFlow::Break(())
}
