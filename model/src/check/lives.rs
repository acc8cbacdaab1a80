//! Whether the lines that tell the life of a field, of an enum's value or of a union's kind can all be true.

use std::collections::{HashMap, HashSet};

use crate::ast::{Change, Field, Retyping, Variant};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Origin, Spanned};

const FIELD: &str = "field";

/// The lines of one life.
pub(super) struct Life<'a> {
    pub(super) noun: &'static str,
    pub(super) name: &'a Spanned<String>,
    pub(super) added: Option<&'a Spanned<u32>>,
    pub(super) removed: Option<&'a Spanned<u32>>,
    pub(super) renamed: &'a [Change<Spanned<String>>],
    pub(super) retyped: &'a [Change<Retyping>],
}

impl<'a> Life<'a> {
    /// Of what lives in every version.
    pub(super) const fn endless(noun: &'static str, name: &'a Spanned<String>) -> Self {
        Self { noun, name, added: None, removed: None, renamed: &[], retyped: &[] }
    }

    pub(super) fn of_field(field: &'a Field) -> Self {
        Self {
            added: field.added.as_ref(),
            removed: field.removed.as_ref(),
            renamed: &field.renamed,
            retyped: &field.retyped,
            ..Self::endless(FIELD, &field.name)
        }
    }

    pub(super) fn of_variant(noun: &'static str, variant: &'a Variant) -> Self {
        Self {
            added: variant.added.as_ref(),
            removed: variant.removed.as_ref(),
            renamed: &variant.renamed,
            ..Self::endless(noun, &variant.name)
        }
    }

    /// What each line says: the version and where it stands.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, Origin)> + use<'a> {
        let added = self.added.into_iter().chain(self.removed);
        let renamed = self.renamed.iter().map(|change| &change.version);
        let retyped = self.retyped.iter().map(|change| &change.version);
        added.chain(renamed).chain(retyped).map(|version| (version.value, version.origin))
    }
}

/// Version 1 is the first one, so nothing can have changed in it.
pub(super) fn history_begins_with_version_2(life: &Life<'_>, diagnostics: &mut Diagnostics) {
    for (version, origin) in life.lines().filter(|(version, _)| *version < 2) {
        let is_added = life.added.is_some_and(|added| added.origin == origin);
        let message = format!("version {version} cannot have changed anything: version 1 is the first");
        let help = if is_added {
            let more = if life.noun == FIELD { " and no `default`: take them" } else { ": take it" };
            format!("a {} that is there from the start has no `added`{more} out of `{}`", life.noun, life.name.value)
        } else {
            "the first version that can change something is 2".to_owned()
        };
        diagnostics.push(Diagnostic::error(Code::BeforeHistory, origin, message).help(help));
    }
}

/// A field is added before it changes, and changes before it is removed; and a change changes something.
pub(super) fn a_life_is_in_order(life: &Life<'_>, diagnostics: &mut Diagnostics) {
    let name = &life.name.value;
    let added = life.added.filter(|added| added.value >= 2);
    if let (Some(added), Some(removed)) = (added, life.removed)
        && removed.value <= added.value
    {
        let message = format!("`{name}` is removed in version {}, but added in version {}", removed.value, added.value);
        diagnostics.push(
            Diagnostic::error(Code::Contradiction, removed.origin, message).related(added.origin, "added here").help(
                format!("`removed` is the first version without the {}, so it is higher than `added`", life.noun),
            ),
        );
        return;
    }
    let renamed = life.renamed.iter().map(|change| ("renamed", &change.version));
    let retyped = life.retyped.iter().map(|change| ("retyped", &change.version));
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
        if let Some(removed) = life.removed.filter(|removed| version.value >= removed.value) {
            let message =
                format!("`{name}` is {verb} in version {}, but removed since version {}", version.value, removed.value);
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, version.origin, message)
                    .related(removed.origin, "removed here")
                    .help("a change comes in an earlier version than `removed`"),
            );
        }
    }
    a_new_name_is_another_name(life, diagnostics);
}

/// `renamed` gives the name before; that is another one than afterwards.
fn a_new_name_is_another_name(life: &Life<'_>, diagnostics: &mut Diagnostics) {
    let mut renamed: Vec<_> = life.renamed.iter().collect();
    renamed.sort_by_key(|change| change.version.value);
    let after = renamed.iter().skip(1).map(|change| &change.from).chain([life.name]);
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
pub(super) fn a_default_is_for_older_events(field: &Field, diagnostics: &mut Diagnostics) {
    if let (Some(default), None) = (&field.default, &field.added) {
        let name = &field.name.value;
        let message = format!("`{name}` was there from the start, so no event ever needs this default");
        let added = diagnostics.dialect().change("added", "<version>");
        diagnostics.push(
            Diagnostic::error(Code::DefaultWithoutAdded, default.origin, message)
                .help(format!("a default is the value for events that were stored before the field: say `{added}` too"))
                .help("new events give every field a value themselves"),
        );
    }
}

/// A name that was ever on the wire belongs to what had it, also after that was renamed or removed: stored events still
/// carry it. So names are never swapped or used again; only the same field may take its old name back.
pub(super) fn names_are_for_good(lives: &[Life<'_>], diagnostics: &mut Diagnostics) {
    let mut owners: HashMap<&str, (usize, &Spanned<String>)> = HashMap::with_capacity(2 * lives.len());
    let mut told = HashSet::new();
    // Two current names are equal only where one is listed twice, which another rule says.
    let mut listed = HashSet::with_capacity(lives.len());
    let current = lives.iter().enumerate().map(|(owner, life)| (owner, life.name));
    let current = current.filter(|(_, name)| listed.insert(name.value.as_str()));
    let earlier =
        lives.iter().enumerate().flat_map(|(owner, life)| life.renamed.iter().map(move |change| (owner, &change.from)));
    for (owner, name) in current.chain(earlier) {
        let (first_owner, first) = *owners.entry(name.value.as_str()).or_insert((owner, name));
        let pair = (owner.min(first_owner), owner.max(first_owner));
        if first_owner != owner && told.insert(pair) {
            let Life { name: Spanned { value: later, .. }, noun, .. } = &lives[owner];
            let other = &lives[first_owner].name.value;
            let message =
                format!("the name `{}` belongs to the {noun} `{other}`, so `{later}` cannot have had it", name.value);
            diagnostics.push(
                Diagnostic::error(Code::NameReused, name.origin, message)
                    .related(first.origin, "the same name here")
                    .help(format!(
                        "stored events still carry the name: give the newer {noun} a name that was never used"
                    )),
            );
        }
    }
}

/// Steps lead from one version to the next, so the first ones lead to version 2.
pub(super) fn a_step_begins_with_version_2(version: &Spanned<u32>, diagnostics: &mut Diagnostics) {
    if version.value < 2 {
        let message = format!("version {} cannot have changed anything: version 1 is the first", version.value);
        let help = "the first version that can change something is 2";
        diagnostics.push(Diagnostic::error(Code::BeforeHistory, version.origin, message).help(help));
    }
}

/// A field of a union's kind changes after the kind was added, and before it was removed.
pub(super) fn fields_live_with_their_kind(kind: &Variant, diagnostics: &mut Diagnostics) {
    let name = &kind.name.value;
    for field in &kind.fields {
        for (version, origin) in Life::of_field(field).lines() {
            let early = kind.added.as_ref().filter(|added| version <= added.value).map(|added| (added, "added"));
            let late = kind.removed.as_ref().filter(|removed| version >= removed.value).map(|end| (end, "removed"));
            if let Some((bound, verb)) = early.or(late) {
                let message = format!(
                    "`{}` changes in version {version}, but the kind `{name}` was {verb} in version {}",
                    field.name.value, bound.value
                );
                diagnostics.push(
                    Diagnostic::error(Code::Contradiction, origin, message)
                        .related(bound.origin, format!("{verb} here"))
                        .help("the fields of a kind change while it is there: after `added`, and before `removed`"),
                );
            }
        }
    }
}
