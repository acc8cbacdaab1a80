//! What of a version that was there is something else now, part by part, so that each can be shown.

use std::collections::{BTreeMap, BTreeSet};

use super::told::Told;
use crate::lock::pairing::Pairing;
use crate::lock::{EventVersion, Fields, Shape, Step, TypeUpcast, Upcast};
use crate::source::{Origin, Spanned};

/// A part of a version: a field, a value of an enum, a kind of a union, or a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name; of a field of a union's kind `Kind.field`. Of a step the field that it is about. Empty for the whole: what
    /// a newtype wraps, or the name under which an event is stored.
    pub name: String,
    /// What was released; `None` if it is new. At no place where a lock has none.
    pub was: Option<Spanned<String>>,
    /// What it is; `None` if it is gone. At no place where a lock has none.
    pub is: Option<Spanned<String>>,
}

/// By name, as text.
type Parts = BTreeMap<String, Spanned<String>>;

/// Of an event, what is stored.
pub(super) fn of_event(types: &Pairing<'_>, old: &EventVersion, new: &EventVersion) -> Vec<Part> {
    let parts = |version: &EventVersion| {
        let mut parts: Parts = version.fields.clone();
        parts.insert(String::new(), version.wire_type.clone());
        parts
    };
    differing(&parts(old), &parts(new), &|old, new| old == new || types.same_text(old, new))
}

/// Of a type, what is stored.
pub(super) fn of_shape(types: &Pairing<'_>, old: &Shape, new: &Shape) -> Vec<Part> {
    let mut parts = differing(&shape(old), &shape(new), &|old, new| old == new || types.same_text(old, new));
    // Of a kind that is new or gone, so are its fields.
    let kinds: BTreeSet<String> = parts.iter().map(|part| part.name.clone()).collect();
    parts.retain(|part| part.name.split_once('.').is_none_or(|(kind, _)| !kinds.contains(kind)));
    parts
}

/// Of an event, what leads to a version.
pub(super) fn of_upcast(told: [Told<'_>; 2], old: &Upcast, new: &Upcast) -> Vec<Part> {
    let parts = |told: Told<'_>, upcast: &Upcast| match upcast {
        Upcast::Steps(all) => steps(told, "", all),
        Upcast::ByHand(_) => Parts::new(),
    };
    let [before, after] = told;
    differing(&parts(before, old), &parts(after, new), &same)
}

/// Of a type, what leads to a version.
pub(super) fn of_type_upcast(version: u32, old: &TypeUpcast, new: &TypeUpcast) -> Vec<Part> {
    differing(&type_upcast(version, old), &type_upcast(version, new), &same)
}

fn same(old: &str, new: &str) -> bool {
    old == new
}

fn differing(old: &Parts, new: &Parts, same: &dyn Fn(&str, &str) -> bool) -> Vec<Part> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let parts = names.into_iter().map(|name| Part {
        name: name.clone(),
        was: old.get(name).cloned(),
        is: new.get(name).cloned(),
    });
    let differs = |part: &Part| match (&part.was, &part.is) {
        (Some(was), Some(is)) => !same(&was.value, &is.value),
        (None, _) | (_, None) => true,
    };
    parts.filter(differs).collect()
}

fn shape(shape: &Shape) -> Parts {
    match shape {
        Shape::Struct(fields) => fields.clone(),
        Shape::Newtype(inner) => [(String::new(), inner.clone())].into(),
        Shape::Enum { values, .. } => values.iter().map(|value| (value.clone(), nowhere(""))).collect(),
        Shape::Union(kinds) => kinds.iter().flat_map(|(kind, fields)| of_kind(kind, fields)).collect(),
    }
}

fn of_kind(kind: &str, fields: &Fields) -> Parts {
    let named = fields.iter().map(|(name, ty)| (format!("{kind}.{name}"), ty.clone()));
    named.chain([(kind.to_owned(), nowhere(""))]).collect()
}

fn type_upcast(version: u32, upcast: &TypeUpcast) -> Parts {
    let told = Told { version, before: None };
    match upcast {
        TypeUpcast::Struct(all) => steps(told, "", all),
        TypeUpcast::Newtype(by) => [(String::new(), by.clone())].into(),
        TypeUpcast::Enum(became) => became.clone(),
        TypeUpcast::Union(became) => {
            let of = |(old, new): (&String, &Spanned<crate::lock::KindUpcast>)| {
                let mut parts = steps(told, &format!("{old}."), &new.value.steps);
                parts.insert(old.clone(), Spanned::new(new.value.kind.clone(), new.origin));
                parts
            };
            became.iter().flat_map(of).collect()
        }
    }
}

/// Each by the field that it is about.
fn steps(told: Told<'_>, prefix: &str, steps: &[Spanned<Step>]) -> Parts {
    let step = |step: &Spanned<Step>| {
        let field = match &step.value {
            Step::Drop { from } | Step::Split { from, .. } | Step::Flatten { from, .. } => from,
            Step::Insert { to, .. }
            | Step::Rename { to, .. }
            | Step::Convert { to, .. }
            | Step::Join { to, .. }
            | Step::Nest { to, .. } => to,
        };
        (format!("{prefix}{field}"), Spanned::new(told.step(&step.value), step.origin))
    };
    steps.iter().map(step).collect()
}

fn nowhere(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), Origin::default())
}
