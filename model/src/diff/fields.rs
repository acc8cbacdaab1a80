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
    /// Whether readers of the version before read this one.
    pub(super) kept: &'a dyn Fn() -> bool,
}

impl Between<'_> {
    pub(super) fn steps(&self, steps: &[Spanned<Step>], changes: &mut Vec<Change>) {
        for step in steps {
            changes.extend(self.also_renamed(step));
            changes.push(self.step(step));
        }
    }

    /// What is converted may get another name as well, which is a change of its own.
    fn also_renamed(&self, step: &Spanned<Step>) -> Option<Change> {
        let Step::Convert { from, to, .. } = &step.value else { return None };
        let renamed = || self.change(step, Kind::FieldRenamed { field: self.named(to) }, self.was(from), self.is(to));
        (from != to).then(renamed)
    }

    fn step(&self, step: &Spanned<Step>) -> Change {
        let nothing = String::new;
        let (kind, before, after) = match &step.value {
            Step::Insert { to, .. } => (Kind::FieldAdded { field: self.named(to) }, nothing(), self.is(to)),
            Step::Drop { from } => {
                let optional = typed(self.before, from).ends_with('?');
                (Kind::FieldRemoved { field: self.named(from), optional }, self.was(from), nothing())
            }
            Step::Rename { from, to } => (Kind::FieldRenamed { field: self.named(to) }, self.was(from), self.is(to)),
            Step::Convert { from, to, .. } => {
                let class = class(typed(self.before, from), typed(self.after, to), self.kept);
                (Kind::FieldConverted { field: self.named(to), class }, self.was(from), self.is(to))
            }
            Step::Join { .. } | Step::Split { .. } | Step::Nest { .. } | Step::Flatten { .. } => {
                let lines = |names: Vec<&str>, line: &dyn Fn(&str) -> String| {
                    names.into_iter().map(line).collect::<Vec<_>>().join(", ")
                };
                let before = lines(step.value.reads(), &|name| self.was(name));
                (Kind::FieldsRebuilt, before, lines(step.value.writes(), &|name| self.is(name)))
            }
        };
        self.change(step, kind, before, after)
    }

    fn change(&self, step: &Spanned<Step>, kind: Kind, before: String, after: String) -> Change {
        let origin = if step.origin == Origin::default() { self.of.origin } else { step.origin };
        self.of.at(Some(self.version), origin, kind, before, after)
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A field of the version before, in one line.
    fn was(&self, name: &str) -> String {
        format!("{}: {}", self.named(name), typed(self.before, name))
    }

    /// A field of the version, in one line.
    fn is(&self, name: &str) -> String {
        format!("{}: {}", self.named(name), typed(self.after, name))
    }
}

/// The type of a field.
fn typed<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |ty| ty.value.as_str())
}

/// Fields in one line.
pub(super) fn shown(fields: &Fields) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name}: {}", ty.value)).collect();
    format!("{{ {} }}", fields.join(", "))
}
