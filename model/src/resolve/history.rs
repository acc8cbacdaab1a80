//! The life lines of fields, unrolled to versions.

use super::{Catalog, catalog::DeclaredEvent};
use crate::ast::{Event, Field};
use crate::check::history as rules;
use crate::diagnostic::Diagnostics;
use crate::schema::{FieldDef, Record, Type, VersionDef};
use crate::source::{Origin, Spanned};
use crate::upcast::{self, Slot, Step, Timeline, added, removed, renamed, retyped};

/// Every version of the event; `None` if its history is not right.
pub(super) fn versions(
    declared: &DeclaredEvent<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<VersionDef>> {
    let DeclaredEvent { event, context, .. } = *declared;
    let newest = rules::check(event, diagnostics)?;
    let lives = event.fields.iter().map(|field| Life::new(field, context, catalog)).collect::<Option<Vec<_>>>()?;
    let mut unrolled: Vec<VersionDef> = Vec::new();
    let mut whole = true;
    for number in 1..=newest {
        let steps = steps(&lives, number, catalog, diagnostics);
        whole &= steps.is_some();
        let steps = steps.unwrap_or_default();
        let shape = Record { fields: lives.iter().filter_map(|life| life.at(number)).collect() };
        let readable_from = upcast::readable_from(unrolled.last(), number, &steps, &shape);
        unrolled.push(VersionDef { number, wire_type: wire_type(event, context), shape, steps, readable_from });
    }
    whole.then_some(unrolled)
}

fn wire_type(event: &Event, context: &str) -> String {
    format!("{context}.{}", event.name.value)
}

/// A field and what it was in each version.
struct Life<'a> {
    field: &'a Field,
    names: Timeline<&'a Spanned<String>>,
    types: Timeline<(Type, Origin)>,
}

impl<'a> Life<'a> {
    fn new(field: &'a Field, context: &str, catalog: &Catalog<'_>) -> Option<Self> {
        Some(Self { field, names: renamed::names(field), types: retyped::types(field, context, catalog)? })
    }

    fn lives(&self, version: u32) -> bool {
        let added = self.field.added.as_ref().map_or(1, |added| added.value);
        let removed = self.field.removed.as_ref().map_or(u32::MAX, |removed| removed.value);
        (added..removed).contains(&version)
    }

    fn at(&self, version: u32) -> Option<FieldDef> {
        self.lives(version).then(|| FieldDef {
            name: (*self.names.at(version)).clone(),
            ty: self.types.at(version).0.clone(),
            doc: super::text(self.field.doc.as_ref()),
        })
    }

    /// Whether `retyped` says something about this version.
    fn retyped_in(&self, version: u32) -> bool {
        self.field.retyped.iter().any(|change| change.version.value == version)
    }
}

/// The steps that lead from the version before to this one; all problems of all fields are told.
fn steps(lives: &[Life<'_>], version: u32, catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut whole = true;
    let (mut from, mut to) = (Slot(0), Slot(0));
    for life in lives {
        let before = version > 1 && life.lives(version - 1);
        let after = version > 1 && life.lives(version);
        let step = match (before, after) {
            (false, false) => continue,
            (false, true) => added::step(life.field, &life.types.at(version).0, to, catalog, diagnostics),
            (true, false) => Some(removed::step(from)),
            (true, true) if life.retyped_in(version) => {
                let (old, new) = (life.types.at(version - 1), life.types.at(version));
                retyped::step(life.field, (from, old), (to, new), catalog, diagnostics)
            }
            (true, true) => Some(renamed::step(from, to)),
        };
        whole &= step.is_some();
        steps.extend(step);
        from.0 += usize::from(before);
        to.0 += usize::from(after);
    }
    whole.then_some(steps)
}
