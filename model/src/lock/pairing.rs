//! Which type of one lock is which of another. The name of a type is not on the wire, so it may change: what is stored
//! tells which types they are, since they stand at the same places of the same versions of the same events.

mod met;

use std::collections::{BTreeMap, BTreeSet};

use super::types::{parse, print_with};
use super::{Fields, Lock, Shape};
use crate::schema::TypeId;
use met::{Met, Text, at_the_same_places, zipped};

/// The name of an older type, and of a newer one.
type Pair<'l> = (&'l str, &'l str);

/// The types of an older and of a newer lock.
pub(crate) struct Pairing<'l> {
    /// By the name of a newer type: the name of the older one.
    was: BTreeMap<&'l str, &'l str>,
    /// Those of which every version, and whatever it holds, is the same, under whatever name.
    same: BTreeSet<Pair<'l>>,
    /// Whether a name does not mean any more what it meant.
    reused: bool,
}

impl<'l> Pairing<'l> {
    pub(crate) fn of(old: &'l Lock, new: &'l Lock) -> Self {
        let kept = new.types.keys().filter(|name| old.types.contains_key(*name));
        let was: BTreeMap<&str, &str> = kept.map(|name| (name.as_str(), name.as_str())).collect();
        let by_name = Self { was, same: BTreeSet::new(), reused: false };
        if met::nothing_moved(old, new) { by_name } else { by_name.with(&Met::new(old, new)) }
    }

    /// The name that a newer type had; `None` if it is new.
    pub(crate) fn was(&self, new: &str) -> Option<&'l str> {
        self.was.get(new).copied()
    }

    /// The name that an older type has now; `None` if it is gone.
    pub(crate) fn now(&self, old: &str) -> Option<&'l str> {
        if self.was(old) == Some(old) {
            return self.was.get_key_value(old).map(|(name, _)| *name);
        }
        self.was.iter().find(|(_, was)| **was == old).map(|(name, _)| *name)
    }

    /// The canonical text of an older type, with the names that there are now. Of what is gone the name stays.
    pub(crate) fn named_as_now(&self, old: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        let ty = parse(old, &mut |name, _| {
            names.push(self.now(name).unwrap_or(name).to_owned());
            u32::try_from(names.len() - 1).ok().map(TypeId)
        });
        let name = |id: TypeId| names.get(id.0 as usize).cloned().unwrap_or_default();
        ty.map_or_else(|| old.to_owned(), |ty| print_with(&ty, &name))
    }

    /// Whether a name means another type than it meant, so that what has not changed is something else.
    pub(crate) const fn reuses_names(&self) -> bool {
        self.reused
    }

    /// Whether two canonical texts name the same types. What changed in a type that has a pair is no matter here.
    pub(crate) fn same_text(&self, old: &str, new: &str) -> bool {
        if old == new && !self.reused {
            return true;
        }
        let (Some(old), Some(new)) = (Text::new(old), Text::new(new)) else { return false };
        let same = |(old, new): (&String, &String)| {
            self.was(new) == Some(old) || self.same.contains(&(old.as_str(), new.as_str()))
        };
        old.ty == new.ty && old.names.iter().zip(&new.names).all(same)
    }

    pub(crate) fn same_fields(&self, old: &Fields, new: &Fields) -> bool {
        self.all_same(at_the_same_places(old, new))
    }

    pub(crate) fn same_shape(&self, old: &Shape, new: &Shape) -> bool {
        self.all_same(zipped(old, new))
    }

    fn all_same(&self, (texts, whole): (Vec<Pair<'_>>, bool)) -> bool {
        whole && texts.into_iter().all(|(old, new)| self.same_text(old, new))
    }

    /// With what the places say at which types were met.
    fn with(mut self, met: &Met<'l>) -> Self {
        self.same = met.same();
        for (new, candidates) in met.by_new_name() {
            let stays = candidates.contains(&new) || met.is_unchanged(new);
            if !stays && let Some(old) = met.best(new, &candidates) {
                self.was.insert(new, old);
            }
        }
        // A type whose name was taken over goes on under the other one.
        let claimed = self.claimed();
        self.was.retain(|new, old| new != old || !claimed.contains(old) || met.is_met(new));
        self.give_back(met);
        self.reused = met.old.types.keys().any(|name| met.new.types.contains_key(name) && self.was(name) != Some(name));
        self
    }

    /// The older types that have another name.
    fn claimed(&self) -> BTreeSet<&'l str> {
        self.was.iter().filter(|(new, old)| new != old).map(|(_, old)| *old).collect()
    }

    /// A type has another name only if it is not there under its own. And a known name means another type only where the
    /// one that it meant has another name now, or is stored nowhere. Else it is that type, and what differs was changed.
    fn give_back(&mut self, met: &Met<'l>) {
        loop {
            let claimed = self.claimed();
            let wrong = self.was.iter().find(|(new, old)| {
                let needed = met.old.types.contains_key(**new) && met.is_stored(new) && !claimed.contains(**new);
                new != old && (needed || self.was(old) == Some(**old))
            });
            let Some((new, old)) = wrong.map(|(new, old)| (*new, *old)) else { return };
            self.was.remove(new);
            for name in [new, old].into_iter().filter(|name| met.has_both(name)) {
                if !self.was.contains_key(name) && !self.claimed().contains(name) {
                    self.was.insert(name, name);
                }
            }
        }
    }
}
