//! Which steps of a version were edited. Those that speak of the same fields belong together; each of the others is a change
//! of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::lock::{Step, TypeUpcast, Upcast};
use crate::source::Spanned;

/// Steps that were edited, as they were and as they are.
pub(super) struct Edited<T> {
    /// The names of which they speak: of fields, of an enum's values or of a union's kinds. None where it is all that leads
    /// to the version.
    pub(super) names: BTreeSet<String>,
    pub(super) old: T,
    pub(super) new: T,
}

/// What leads to a version of an event.
pub(super) fn of_event(old: &Upcast, new: &Upcast) -> Vec<Edited<Upcast>> {
    match (old, new) {
        (Upcast::Steps(old_steps), Upcast::Steps(new_steps)) => {
            apart(groups(old_steps, new_steps), (old, new), Upcast::about)
        }
        (Upcast::Steps(_) | Upcast::ByHand(_), _) => vec![whole(old, new)],
    }
}

/// What leads to a version of a type.
pub(super) fn of_type(old: &TypeUpcast, new: &TypeUpcast) -> Vec<Edited<TypeUpcast>> {
    let groups = match (old, new) {
        (TypeUpcast::Struct(old), TypeUpcast::Struct(new)) => groups(old, new),
        (TypeUpcast::Enum(old), TypeUpcast::Enum(new)) => differing(old, new),
        (TypeUpcast::Union(old), TypeUpcast::Union(new)) => differing(old, new),
        (TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_), _) => Vec::new(),
    };
    apart(groups, (old, new), TypeUpcast::about)
}

fn apart<T: Clone>(
    groups: Vec<BTreeSet<String>>,
    (old, new): (&T, &T),
    about: impl Fn(&T, &BTreeSet<String>) -> T,
) -> Vec<Edited<T>> {
    if groups.is_empty() {
        return vec![whole(old, new)];
    }
    let edited = |names| Edited { old: about(old, &names), new: about(new, &names), names };
    groups.into_iter().map(edited).collect()
}

fn whole<T: Clone>(old: &T, new: &T) -> Edited<T> {
    Edited { names: BTreeSet::new(), old: old.clone(), new: new.clone() }
}

/// The names of which steps speak that only one side has, those together that share one.
fn groups(old: &[Spanned<Step>], new: &[Spanned<Step>]) -> Vec<BTreeSet<String>> {
    let (gone, added) = (old.iter().filter(|step| !new.contains(step)), new.iter().filter(|step| !old.contains(step)));
    let mut groups: Vec<BTreeSet<&str>> = Vec::new();
    for step in gone.chain(added) {
        let mut names: BTreeSet<&str> = step.value.names().collect();
        let (same, others) = groups.into_iter().partition(|group| !group.is_disjoint(&names));
        let same: Vec<BTreeSet<&str>> = same;
        names.extend(same.into_iter().flatten());
        groups = others;
        groups.push(names);
    }
    groups.sort();
    groups.into_iter().map(|names| names.into_iter().map(str::to_owned).collect()).collect()
}

/// The values or kinds that do not become the same on both sides, each alone.
fn differing<T: PartialEq>(old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> Vec<BTreeSet<String>> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).map(|name| [name.clone()].into()).collect()
}

impl Step {
    /// The fields of which it speaks, before and after.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.reads().into_iter().chain(self.writes())
    }

    /// Whether it speaks of one of these fields.
    pub(crate) fn is_about(&self, names: &BTreeSet<String>) -> bool {
        self.names().any(|name| names.contains(name))
    }
}

impl Upcast {
    /// What it says of these fields.
    fn about(&self, names: &BTreeSet<String>) -> Self {
        match self {
            Self::Steps(steps) => Self::Steps(about(steps, names)),
            Self::ByHand(_) => self.clone(),
        }
    }
}

impl TypeUpcast {
    /// What it says of these fields, values or kinds.
    fn about(&self, names: &BTreeSet<String>) -> Self {
        match self {
            Self::Struct(steps) => Self::Struct(about(steps, names)),
            Self::Newtype(_) => self.clone(),
            Self::Enum(became) => Self::Enum(of_names(became, names)),
            Self::Union(became) => Self::Union(of_names(became, names)),
        }
    }
}

fn about(steps: &[Spanned<Step>], names: &BTreeSet<String>) -> Vec<Spanned<Step>> {
    steps.iter().filter(|step| step.value.is_about(names)).cloned().collect()
}

fn of_names<T: Clone>(all: &BTreeMap<String, T>, names: &BTreeSet<String>) -> BTreeMap<String, T> {
    let of_these = all.iter().filter(|(name, _)| names.contains(*name));
    of_these.map(|(name, became)| (name.clone(), became.clone())).collect()
}
