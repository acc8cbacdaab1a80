//! What a version's steps say of its fields.

use super::{Change, Kind, Of, conversion::class};
use crate::lock::{Fields, Step};
use crate::source::{Origin, Spanned};

/// A version and the one before it.
pub(super) struct Between<'a> {
    pub(super) of: &'a Of,
    pub(super) version: u32,
    /// What stands before the name of a field: the kind of a union.
    pub(super) prefix: String,
    pub(super) before: &'a Fields,
    pub(super) after: &'a Fields,
}

impl Between<'_> {
    pub(super) fn steps(&self, steps: &[Spanned<Step>], changes: &mut Vec<Change>) {
        changes.extend(steps.iter().map(|step| self.step(step)));
    }

    fn step(&self, step: &Spanned<Step>) -> Change {
        let old = |name: &str| self.before.get(name).map_or("", |ty| ty.value.as_str());
        let new = |name: &str| self.after.get(name).map_or("", |ty| ty.value.as_str());
        let named = |name: &str| format!("{}{name}", self.prefix);
        let line = |name: &str, ty: &str| format!("{}{name}: {ty}", self.prefix);
        let (kind, before, after) = match &step.value {
            Step::Insert { to, .. } => (Kind::FieldAdded { field: named(to) }, String::new(), line(to, new(to))),
            Step::Drop { from } => {
                let optional = old(from).ends_with('?');
                (Kind::FieldRemoved { field: named(from), optional }, line(from, old(from)), String::new())
            }
            Step::Rename { from, to } => {
                (Kind::FieldRenamed { field: named(to) }, line(from, old(from)), line(to, new(to)))
            }
            Step::Convert { from, to, .. } => {
                let class = class(old(from), new(to));
                (Kind::FieldConverted { field: named(to), class }, line(from, old(from)), line(to, new(to)))
            }
            Step::Join { .. } | Step::Split { .. } | Step::Nest { .. } | Step::Flatten { .. } => {
                let lines = |names: Vec<&str>, of: &dyn Fn(&str) -> String| {
                    names.into_iter().map(of).collect::<Vec<_>>().join(", ")
                };
                let before = lines(step.value.reads(), &|name| line(name, old(name)));
                (Kind::FieldsRebuilt, before, lines(step.value.writes(), &|name| line(name, new(name))))
            }
        };
        let origin = if step.origin == Origin::default() { self.of.origin } else { step.origin };
        self.of.at(Some(self.version), origin, kind, before, after)
    }
}

/// Fields in one line.
pub(super) fn shown(fields: &Fields) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name}: {}", ty.value)).collect();
    format!("{{ {} }}", fields.join(", "))
}

/// Steps in one line.
pub(super) fn lines(steps: &[Spanned<Step>]) -> String {
    steps.iter().map(|step| step.value.to_string()).collect::<Vec<_>>().join("; ")
}
