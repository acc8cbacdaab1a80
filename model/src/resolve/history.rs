//! The life lines of fields, unrolled to versions.

use std::collections::BTreeSet;

use super::catalog::{Catalog, DeclaredEvent, Scope};
use crate::ast::{Event, Field, StructuralStep, TypeExpr, UpcastHow};
use crate::check::history as rules;
use crate::diagnostic::Diagnostics;
use crate::schema::{FieldDef, Record, VersionDef};
use crate::source::Spanned;
use crate::upcast::{Slot, Step, Timeline, added, by_hand, removed, renamed, retyped, structural};

/// Every version of the event; `None` if its history is not right.
pub(super) fn versions(
    declared: &DeclaredEvent<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<VersionDef>> {
    let DeclaredEvent { event, context, .. } = *declared;
    let newest = rules::event(event, diagnostics)?;
    let lives: Vec<_> = event.fields.iter().map(Life::new).collect();
    let names = Timeline::of_names(&event.renamed, &event.name);
    let scope = Scope::of(context);
    let mut unrolled: Vec<VersionDef> = Vec::new();
    let mut whole = true;
    for number in 1..=newest {
        let shape = record(&lives, number, scope, catalog)?;
        let by_hand = by_hand::writes(event, number);
        let steps = match unrolled.last() {
            Some(before) if !by_hand => {
                let (before, after) = (&before.shape, &shape);
                let change = Change { lives: &lives, number, before, after, may_be_by_hand: true };
                steps(&change, structural_steps(event, number), catalog, diagnostics)
            }
            Some(_) | None => Some(Vec::new()),
        };
        whole &= steps.is_some();
        let wire_type = format!("{context}.{}", names.at(number).value);
        // Who reads it depends on the types that it holds, which are resolved later.
        let (steps, readable_from) = (steps.unwrap_or_default(), number);
        unrolled.push(VersionDef { number, wire_type, shape, steps, by_hand, readable_from });
    }
    whole.then_some(unrolled)
}

fn structural_steps(event: &Event, version: u32) -> &[StructuralStep] {
    let upcast = event.upcast.iter().find(|upcast| upcast.version.value == version);
    match upcast.map(|upcast| &upcast.how) {
        Some(UpcastHow::Steps(steps)) => steps,
        Some(UpcastHow::ByHand) | None => &[],
    }
}

/// A field and what it was in each version.
pub(crate) struct Life<'a> {
    pub(crate) field: &'a Field,
    names: Timeline<&'a Spanned<String>>,
    types: Timeline<&'a TypeExpr>,
}

impl<'a> Life<'a> {
    pub(super) fn new(field: &'a Field) -> Self {
        Self { field, names: renamed::names(field), types: retyped::types(&field.retyped, &field.ty) }
    }

    pub(crate) fn lives(&self, version: u32) -> bool {
        lives(self.field.added.as_ref(), self.field.removed.as_ref(), version)
    }

    fn at(&self, version: u32, scope: Scope<'_>, catalog: &Catalog<'_>) -> Option<FieldDef> {
        Some(FieldDef {
            name: (*self.names.at(version)).clone(),
            ty: catalog.resolve_in(self.types.at(version), scope.at(version))?,
            doc: super::text(self.field.doc.as_ref()),
        })
    }
}

/// Whether what was added and removed in these versions is there in this one.
pub(super) fn lives(added: Option<&Spanned<u32>>, removed: Option<&Spanned<u32>>, version: u32) -> bool {
    let added = added.map_or(1, |added| added.value);
    let removed = removed.map_or(u32::MAX, |removed| removed.value);
    (added..removed).contains(&version)
}

/// The fields of one version; `None` if a type in it is unknown.
pub(super) fn record(lives: &[Life<'_>], version: u32, scope: Scope<'_>, catalog: &Catalog<'_>) -> Option<Record> {
    let living = lives.iter().filter(|life| life.lives(version));
    Some(Record { fields: living.map(|life| life.at(version, scope, catalog)).collect::<Option<_>>()? })
}

/// A version and the one before it.
pub(crate) struct Change<'a> {
    pub(crate) lives: &'a [Life<'a>],
    /// The newer version.
    pub(crate) number: u32,
    pub(crate) before: &'a Record,
    pub(crate) after: &'a Record,
    /// Whether the user may write the step: of an event.
    pub(crate) may_be_by_hand: bool,
}

/// The steps that lead from the version before to this one; all problems of all fields are told.
pub(super) fn steps(
    change: &Change<'_>,
    structural: &[StructuralStep],
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Step>> {
    let calls = structural::calls(structural, change, catalog, diagnostics);
    let (read, written): (BTreeSet<Slot>, BTreeSet<Slot>) = (calls.read, calls.written);
    let mut steps = Vec::new();
    let mut whole = calls.whole;
    let (mut from, mut to) = (Slot(0), Slot(0));
    for life in change.lives {
        let before = life.lives(change.number - 1).then(|| change.before.fields.get(from.0)).flatten();
        let after = life.lives(change.number).then(|| change.after.fields.get(to.0)).flatten();
        let step = match (before, after) {
            (None, None) => continue,
            (None, Some(_)) if written.contains(&to) => None,
            // It may be what a step writes that is not right.
            (None, Some(_)) if !calls.whole && life.field.default.is_none() => None,
            (Some(_), None) if read.contains(&from) => None,
            (None, Some(new)) => {
                let step = added::step(life.field, &new.ty, to, catalog, diagnostics);
                whole &= step.is_some();
                step
            }
            (Some(_), None) => Some(removed::step(from)),
            (Some(old), Some(new)) => {
                let step = retyped::step(life, change, (from, &old.ty), (to, &new.ty), catalog, diagnostics);
                whole &= step.is_some();
                step
            }
        };
        steps.extend(step);
        from.0 += usize::from(before.is_some());
        to.0 += usize::from(after.is_some());
    }
    steps.extend(calls.steps);
    whole.then_some(steps)
}
