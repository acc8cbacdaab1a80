//! What new versions may cost those who read them: digits, or that they can be read at all. What was released costs what it
//! costs, and is not told again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Both, Change, Kind, Of, Subject};
use crate::lock::types::parse;
use crate::lock::{Fields, Lock, NamedType, Shape, Step, TypeUpcast, TypeVersion, Upcast, read_conversion};
use crate::schema::{Literal, Type, TypeId};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;
use crate::upcast::nature::{Nature, of_conversion_among};

/// What the versions cost that an older lock does not have; all of them, if it is empty. What a type's own steps cost is
/// told of the type, and not of who holds it.
#[must_use]
pub fn costs(old: &Lock, new: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    of_both(&Both::new(old, new), &mut changes);
    changes
}

pub(super) fn of_both(both: &Both<'_>, changes: &mut Vec<Change>) {
    let Both { old, new, types, .. } = both;
    let look = Look::new(new);
    for (name, event) in &new.events {
        let was = both.before.of(name, &event.value);
        let released = was.and_then(|(_, was)| was.versions.keys().last().copied()).unwrap_or(0);
        let subject = Subject::Event(name.clone());
        let of = Of { subject, was: was.map(|(was, _)| was.to_owned()), origin: event.origin };
        for (number, version) in event.value.versions.range(released + 1..) {
            let before = event.value.versions.get(&(number - 1));
            let steps: &[Spanned<Step>] = match &version.value.upcast {
                Upcast::Steps(steps) => steps,
                Upcast::ByHand(_) => &[],
            };
            let before = before.map(|before| &before.value.fields);
            let at = At { look: &look, of: &of, version: *number, kind: "" };
            at.record(before, &version.value.fields, steps, changes);
        }
    }
    for (name, ty) in &new.types {
        let was = types.was(name).and_then(|was| old.types.get_key_value(was));
        let released = was.and_then(|(_, was)| was.value.versions.keys().last().copied()).unwrap_or(0);
        let of = Of { subject: Subject::Type(name.clone()), was: was.map(|(was, _)| was.clone()), origin: ty.origin };
        for (number, version) in ty.value.versions.range(released + 1..) {
            let before = ty.value.versions.get(&(number - 1)).map(|before| &before.value);
            At { look: &look, of: &of, version: *number, kind: "" }.named_type(before, &version.value, changes);
        }
    }
}

/// What a lock's texts mean, without making a schema of all of it.
struct Look<'l> {
    ids: BTreeMap<&'l str, TypeId>,
    /// By id.
    types: Vec<&'l NamedType>,
}

impl<'l> Look<'l> {
    fn new(lock: &'l Lock) -> Self {
        let ids = lock.types.keys().zip((0..).map(TypeId)).map(|(name, id)| (name.as_str(), id));
        Self { ids: ids.collect(), types: lock.types.values().map(|ty| &*ty.value).collect() }
    }

    fn ty(&self, text: &str) -> Option<Type> {
        parse(text, &mut |name, _| self.ids.get(name).copied())
    }

    /// What a conversion may do to a value; nothing, of one that cannot be read: that is told where the lock is.
    fn nature(&self, by: &str, from: &str, to: &str) -> Nature {
        let how = self.ty(from).zip(self.ty(to)).and_then(|(from, to)| {
            // Which value stands for null changes nothing.
            read_conversion(by, &from, &to, &mut |_, _| Some(Literal::Null))
        });
        let mut merging = |ty, from, to| Nature { merging: self.merges(ty, from, to), ..Nature::default() };
        how.map_or_else(Nature::default, |how| of_conversion_among(&how, &mut merging))
    }

    /// Whether two values of an older version may become one of a newer: as elements of a set that is an error.
    fn merges(&self, ty: TypeId, from: u32, to: u32) -> bool {
        let Some(ty) = self.types.get(ty.0 as usize) else { return false };
        let versions = ty.versions.range(from..=to).map(|(_, version)| &version.value);
        versions.clone().zip(versions.skip(1)).any(|(before, after)| {
            match (&before.shape, &after.shape, &after.upcast) {
                (Shape::Newtype(from), Shape::Newtype(to), TypeUpcast::Newtype(by)) => {
                    self.nature(&by.value, &from.value, &to.value).merging
                }
                (Shape::Enum { values, .. }, Shape::Enum { .. }, TypeUpcast::Enum(became)) => {
                    let now = |value: &'l String| became.get(value).map_or(value, |now| &now.value);
                    values.iter().map(now).collect::<BTreeSet<_>>().len() < values.len()
                }
                (Shape::Struct(_) | Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_), ..) => false,
            }
        })
    }

    /// Whether a number of 64 bits stands in it. The keys of a map are texts in JSON; a declared type speaks for itself.
    fn is_wide(&self, text: &str) -> bool {
        self.ty(text).is_some_and(|ty| is_wide(&ty))
    }
}

fn is_wide(ty: &Type) -> bool {
    match ty {
        Type::Builtin(builtin) => matches!(builtin, Builtin::I64 | Builtin::U64),
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Map(_, inner) => is_wide(inner),
        Type::Named(..) | Type::Opaque(_) => false,
    }
}

/// A version that is looked at.
#[derive(Clone, Copy)]
struct At<'a> {
    look: &'a Look<'a>,
    of: &'a Of,
    version: u32,
    /// The kind of a union whose fields these are.
    kind: &'a str,
}

impl At<'_> {
    fn named_type(self, before: Option<&TypeVersion>, now: &TypeVersion, changes: &mut Vec<Change>) {
        match (before.map(|before| &before.shape), &now.shape, &now.upcast) {
            (before, Shape::Struct(fields), TypeUpcast::Struct(steps)) => {
                let before = before.and_then(|before| if let Shape::Struct(all) = before { Some(all) } else { None });
                self.record(before, fields, steps, changes);
            }
            (before, Shape::Newtype(ty), TypeUpcast::Newtype(by)) => {
                let before = before.and_then(|before| if let Shape::Newtype(ty) = before { Some(ty) } else { None });
                if let Some(before) = before {
                    self.conversion(("", &before.value), ("", &ty.value), &by.value, by.origin, changes);
                }
                self.wide("", before.map(|ty| ty.value.as_str()), ty, changes);
            }
            (before, Shape::Union(kinds), TypeUpcast::Union(became)) => {
                let before = before.and_then(|before| if let Shape::Union(all) = before { Some(all) } else { None });
                for (name, fields) in kinds {
                    let from = became.iter().find(|(_, now)| now.value.kind == *name);
                    let steps: &[Spanned<Step>] = from.map_or(&[], |(_, now)| &now.value.steps);
                    let was = from.map_or(name, |(was, _)| was);
                    At { kind: name, ..self }.record(before.and_then(|all| all.get(was)), fields, steps, changes);
                }
            }
            (_, Shape::Struct(_) | Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_), _) => {}
        }
    }

    fn record(self, before: Option<&Fields>, now: &Fields, steps: &[Spanned<Step>], changes: &mut Vec<Change>) {
        let nothing = Fields::new();
        let before = before.unwrap_or(&nothing);
        let text = |fields: &Fields, name: &str| fields.get(name).map(|ty| ty.value.clone()).unwrap_or_default();
        for step in steps {
            match &step.value {
                Step::Convert { from, to, by } => {
                    let (old, new) = (text(before, from), text(now, to));
                    self.conversion((from, &old), (to, &new), by, step.origin, changes);
                }
                Step::Split { from, to, .. } => {
                    let line = |name: &String| self.line(name, &text(now, name));
                    let parts: Vec<String> = to.iter().map(line).collect();
                    let kind = Kind::ValueRefused { field: self.path(from) };
                    changes.push(self.change(
                        step.origin,
                        kind,
                        self.line(from, &text(before, from)),
                        parts.join(", "),
                    ));
                }
                Step::Insert { .. }
                | Step::Drop { .. }
                | Step::Rename { .. }
                | Step::Join { .. }
                | Step::Nest { .. }
                | Step::Flatten { .. } => {}
            }
        }
        for (name, ty) in now {
            let from = steps.iter().find(|step| step.value.writes().contains(&name.as_str()));
            let was = match from.map(|step| &step.value) {
                None => before.get(name),
                Some(Step::Rename { from, .. } | Step::Convert { from, .. }) => before.get(from),
                // It was a field of the struct, which spoke for it.
                Some(Step::Flatten { .. }) => Some(ty),
                Some(
                    Step::Insert { .. }
                    | Step::Drop { .. }
                    | Step::Join { .. }
                    | Step::Split { .. }
                    | Step::Nest { .. },
                ) => None,
            };
            self.wide(name, was.map(|ty| ty.value.as_str()), ty, changes);
        }
    }

    fn conversion(
        self,
        (from, old): (&str, &str),
        (to, new): (&str, &str),
        by: &str,
        origin: Origin,
        changes: &mut Vec<Change>,
    ) {
        let field = self.path(to);
        let kind = match self.look.nature(by, old, new) {
            Nature { lossy: true, fallible: refused, .. } => Kind::DigitsLost { field, refused },
            Nature { fallible: true, .. } => Kind::ValueRefused { field },
            Nature { .. } => return,
        };
        changes.push(self.change(origin, kind, self.line(from, old), self.line(to, new)));
    }

    fn wide(self, name: &str, was: Option<&str>, ty: &Spanned<String>, changes: &mut Vec<Change>) {
        if self.look.is_wide(&ty.value) && !was.is_some_and(|was| self.look.is_wide(was)) {
            let kind = Kind::WideInteger { field: self.path(name) };
            changes.push(self.change(ty.origin, kind, "", self.line(name, &ty.value)));
        }
    }

    fn path(self, field: &str) -> String {
        if self.kind.is_empty() { field.to_owned() } else { format!("{}.{field}", self.kind) }
    }

    /// The type alone, of what wraps one.
    fn line(self, field: &str, ty: &str) -> String {
        if field.is_empty() { ty.to_owned() } else { format!("{}: {ty}", self.path(field)) }
    }

    fn change(self, origin: Origin, kind: Kind, before: impl Into<String>, after: impl Into<String>) -> Change {
        let origin = if origin == Origin::default() { self.of.origin } else { origin };
        self.of.at(Some(self.version), origin, kind, before, after)
    }
}
