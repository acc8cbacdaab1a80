//! Named types. One that is gone is nobody's concern by itself: what is stored holds it, or nothing does.

use std::collections::{BTreeMap, BTreeSet};

use super::edits::{self, Edited};
use super::fields::{Between, shown};
use super::{Both, Change, Kind, Of, Subject};
use super::{parts, told};
use crate::lock::{Fields, NamedType, Shape, TypeUpcast, TypeVersion};

pub(super) fn types(both: &Both<'_>, changes: &mut Vec<Change>) {
    for (name, ty) in &both.new.types {
        let before = both.types.was(name).and_then(|was| both.old.types.get_key_value(was));
        let was = before.map(|(was, _)| was.clone());
        let of = Of { subject: Subject::Type(name.clone()), was, origin: ty.origin };
        let Some((was, before)) = before else {
            changes.push(of.change(Kind::Added, "", name));
            continue;
        };
        if was != name {
            changes.push(of.change(Kind::Renamed, was, name));
        }
        of_type(&of, both, (&before.value, &ty.value), changes);
    }
}

fn of_type(of: &Of, both: &Both<'_>, (before, after): (&NamedType, &NamedType), changes: &mut Vec<Change>) {
    let newest = before.versions.keys().last().copied().unwrap_or(0);
    for (number, old) in &before.versions {
        let Some(new) = after.versions.get(number) else {
            changes.push(of.in_version(*number, Kind::VersionGone, shape(&old.value.shape), ""));
            break;
        };
        if !both.types.same_shape(&old.value.shape, &new.value.shape) {
            let kind = Kind::ShapeEdited { newest: *number == newest };
            let change = of.in_version(*number, kind, shape(&old.value.shape), shape(&new.value.shape));
            let parts = parts::of_shape(&both.types, &old.value.shape, &new.value.shape);
            changes.push(Change { parts, ..change });
        } else if old.value.upcast != new.value.upcast {
            let told = |ty: &NamedType, own: &TypeUpcast, elsewhere: &TypeUpcast| {
                let before = number.checked_sub(1).and_then(|before| ty.versions.get(&before));
                told::of_type(own, elsewhere, *number, before.map(|before| &before.value.shape))
            };
            for Edited { names, old, new } in edits::of_type(&old.value.upcast, &new.value.upcast) {
                let (was, is) = (told(before, &old, &new), told(after, &new, &old));
                let parts = parts::of_type_upcast(*number, &old, &new);
                changes.push(Change { parts, ..of.in_version(*number, Kind::UpcastEdited { names }, was, is) });
            }
        }
    }
    for (number, new) in after.versions.range(newest + 1..) {
        let Some(previous) = after.versions.get(&(number - 1)) else { continue };
        let kept = &|| both.keeps_readers_of(of.subject.name(), *number);
        Version { of, number: *number, old: &previous.value, new: &new.value, kept }.changes(changes);
    }
}

/// A new version of a type, and the one before.
struct Version<'a> {
    of: &'a Of,
    number: u32,
    old: &'a TypeVersion,
    new: &'a TypeVersion,
    kept: &'a dyn Fn() -> bool,
}

impl<'a> Version<'a> {
    fn change(&self, kind: Kind, before: impl Into<String>, after: impl Into<String>) -> Change {
        self.of.in_version(self.number, kind, before, after)
    }

    fn changes(&self, changes: &mut Vec<Change>) {
        let count = changes.len();
        match (&self.old.shape, &self.new.shape, &self.new.upcast) {
            (Shape::Struct(before), Shape::Struct(after), TypeUpcast::Struct(steps)) => {
                self.between(String::new(), before, after).steps(steps, changes);
            }
            (Shape::Newtype(before), Shape::Newtype(after), TypeUpcast::Newtype(_)) if before != after => {
                let class = super::conversion::class(&before.value, &after.value, self.kept);
                let kind = Kind::FieldConverted { field: String::new(), class };
                changes.push(self.change(kind, &before.value, &after.value));
            }
            (
                Shape::Enum { values: before, fallback: kept },
                Shape::Enum { values: after, fallback: keeps },
                TypeUpcast::Enum(became),
            ) => {
                let others = became.iter().map(|(old, new)| (old.as_str(), new.value.as_str())).collect();
                self.variants(&names(before), &names(after), &others, *kept, changes);
                match (kept, keeps) {
                    (false, true) => changes.push(self.change(Kind::FallbackAdded, "", "fallback")),
                    (true, false) => changes.push(self.change(Kind::FallbackRemoved, "fallback", "")),
                    (true, true) | (false, false) => {}
                }
            }
            (Shape::Union(before), Shape::Union(after), TypeUpcast::Union(became)) => {
                let others: BTreeMap<&str, &str> =
                    became.iter().map(|(old, new)| (old.as_str(), new.value.kind.as_str())).collect();
                let (old, new) = (before.keys().cloned().collect(), after.keys().cloned().collect());
                self.variants(&names(&old), &names(&new), &others, false, changes);
                for (name, kind) in became {
                    let (Some(fields), Some(now)) = (before.get(name), after.get(&kind.value.kind)) else { continue };
                    self.between(format!("{}.", kind.value.kind), fields, now).steps(&kind.value.steps, changes);
                }
            }
            (Shape::Struct(_) | Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_), ..) => {}
        }
        if changes.len() == count {
            changes.push(self.change(Kind::NothingChanged, shape(&self.old.shape), shape(&self.new.shape)));
        }
    }

    fn between(&self, prefix: String, before: &'a Fields, after: &'a Fields) -> Between<'a> {
        Between { of: self.of, version: self.number, prefix, before, after, kept: self.kept }
    }

    /// A name that is gone became another one: a new one if it was renamed, a known one if it was removed.
    fn variants(
        &self,
        before: &BTreeSet<&str>,
        after: &BTreeSet<&str>,
        became: &BTreeMap<&str, &str>,
        kept: bool,
        changes: &mut Vec<Change>,
    ) {
        let mut renamed: BTreeSet<&str> = BTreeSet::new();
        for (old, new) in became.iter().filter(|(old, _)| !after.contains(**old)) {
            if !before.contains(new) && renamed.insert(new) {
                let kind = Kind::VariantRenamed { variant: (*new).to_owned() };
                changes.push(self.change(kind, *old, *new));
            } else {
                let kind = Kind::VariantRemoved { variant: (*old).to_owned() };
                changes.push(self.change(kind, *old, *new));
            }
        }
        for name in after.difference(before).filter(|name| !renamed.contains(*name)) {
            let kind = Kind::VariantAdded { variant: (*name).to_owned(), kept };
            changes.push(self.change(kind, "", *name));
        }
    }
}

fn names(all: &BTreeSet<String>) -> BTreeSet<&str> {
    all.iter().map(String::as_str).collect()
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Struct(fields) => shown(fields),
        Shape::Newtype(inner) => inner.value.clone(),
        Shape::Enum { values, fallback } => {
            let fallback = fallback.then_some("any other");
            let values: Vec<&str> = values.iter().map(String::as_str).chain(fallback).collect();
            values.join(" | ")
        }
        Shape::Union(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|(name, fields)| format!("{name} {}", shown(fields))).collect();
            kinds.join(" | ")
        }
    }
}
