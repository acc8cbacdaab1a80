//! The types that stand at the same places in two locks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Pair;
use crate::lock::types::parse;
use crate::lock::{Event, Fields, Lock, NamedType, Shape};
use crate::schema::{Type, TypeId};
use crate::source::Spanned;

/// Whether every type that is named is named where it was, and so no name can have changed.
pub(super) fn nothing_moved(old: &Lock, new: &Lock) -> bool {
    let types = new.types.iter().all(|(name, ty)| {
        let before = old.types.get(name).filter(|before| *before != ty);
        let before = before.into_iter().flat_map(|before| &before.value.versions);
        let now = |number| ty.value.versions.get(number).map(|version| &version.value.shape);
        before.into_iter().all(|(number, version)| now(number).is_none_or(|shape| *shape == version.value.shape))
    });
    types && stored(old, new, |before, now| before != now).into_iter().all(|(before, now)| before == now)
}

/// What is stored at the same places, of the events that are looked at.
fn stored<'l>(old: &'l Lock, new: &'l Lock, is_looked_at: impl Fn(&Arc<Event>, &Arc<Event>) -> bool) -> Vec<Pair<'l>> {
    let mut texts = Vec::new();
    for (name, aggregate) in &new.aggregates {
        let before = old.aggregates.get(name);
        texts.extend(before.map(|before| (before.value.id.value.as_str(), aggregate.value.id.value.as_str())));
    }
    let same = old.same_events();
    for (name, event) in &new.events {
        let before = same.of(name, &event.value).map(|(_, before)| before);
        let Some(before) = before.filter(|before| is_looked_at(before, &event.value)) else { continue };
        for (number, version) in &before.versions {
            let now = event.value.versions.get(number);
            texts
                .extend(now.into_iter().flat_map(|now| at_the_same_places(&version.value.fields, &now.value.fields).0));
        }
    }
    texts
}

/// Pairs of types, each with what was seen of it.
pub(super) struct Met<'l> {
    pub(super) old: &'l Lock,
    pub(super) new: &'l Lock,
    /// The older types that are stored anywhere.
    stored: BTreeSet<String>,
    pairs: BTreeMap<Pair<'l>, Look<'l>>,
}

/// What was seen of a pair.
struct Look<'l> {
    /// Whether each older version is there and is the same, apart from the names in it.
    alike: bool,
    /// The pairs at the same places in it.
    held: Vec<Pair<'l>>,
}

impl<'l> Met<'l> {
    pub(super) fn new(old: &'l Lock, new: &'l Lock) -> Self {
        let fields = old.events.values().flat_map(|event| event.value.versions.values());
        let fields = fields.flat_map(|version| version.value.fields.values());
        let keys = old.aggregates.values().map(|aggregate| &aggregate.value.id);
        let stored_types = old.held(fields.chain(keys)).into_iter().map(|pin| pin.name).collect();
        let mut met = Self { old, new, stored: stored_types, pairs: BTreeMap::new() };
        let mut open = met.look_at(stored(old, new, |_, _| true)).held;
        while let Some(pair) = open.pop() {
            if let (None, Some(look)) = (met.pairs.get(&pair), met.look(pair)) {
                open.extend(&look.held);
                met.pairs.insert(pair, look);
            }
        }
        met
    }

    fn look(&self, (old, new): Pair<'l>) -> Option<Look<'l>> {
        let (texts, whole) = versions(&self.old.types.get(old)?.value, &self.new.types.get(new)?.value);
        let look = self.look_at(texts);
        Some(Look { alike: look.alike && whole, ..look })
    }

    fn look_at(&self, texts: Vec<Pair<'l>>) -> Look<'l> {
        let mut look = Look { alike: true, held: Vec::new() };
        for (old, new) in texts {
            let (Some(old), Some(new)) = (Text::new(old), Text::new(new)) else { continue };
            look.alike &= old.ty == new.ty;
            if old.names.len() == new.names.len() {
                let names = old.names.iter().zip(&new.names);
                look.held.extend(names.filter_map(|(old, new)| self.known(old, new)));
            }
        }
        look
    }

    fn known(&self, old: &str, new: &str) -> Option<Pair<'l>> {
        Some((self.old.types.get_key_value(old)?.0, self.new.types.get_key_value(new)?.0))
    }

    /// Each newer name with the older names at whose places it stands.
    pub(super) fn by_new_name(&self) -> BTreeMap<&'l str, Vec<&'l str>> {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (old, new) in self.pairs.keys() {
            all.entry(new).or_default().push(old);
        }
        all
    }

    /// Whether both locks have a type of this name.
    pub(super) fn has_both(&self, name: &str) -> bool {
        self.old.types.contains_key(name) && self.new.types.contains_key(name)
    }

    /// Whether an older type is stored anywhere.
    pub(super) fn is_stored(&self, name: &str) -> bool {
        self.stored.contains(name)
    }

    /// Whether a name stands where it stood.
    pub(super) fn is_met(&self, name: &str) -> bool {
        self.pairs.contains_key(&(name, name))
    }

    /// Whether a known type is what it was, so that what stands in the place of another one is not that one.
    pub(super) fn is_unchanged(&self, name: &'l str) -> bool {
        self.look((name, name)).is_some_and(|look| look.alike)
    }

    /// The one whose versions are the same, if there is one.
    pub(super) fn best(&self, new: &'l str, candidates: &[&'l str]) -> Option<&'l str> {
        let alike = |old: &&&'l str| self.pairs.get(&(**old, new)).is_some_and(|look| look.alike);
        candidates.iter().find(alike).or_else(|| candidates.first()).copied()
    }

    /// The pairs that are alike, as are all that they hold.
    pub(super) fn same(&self) -> BTreeSet<Pair<'l>> {
        let mut same: BTreeSet<Pair<'l>> =
            self.pairs.iter().filter(|(_, look)| look.alike).map(|(pair, _)| *pair).collect();
        loop {
            let holds_others = |pair: &Pair<'l>| self.pairs[pair].held.iter().any(|held| !same.contains(held));
            let others: BTreeSet<Pair<'l>> = same.iter().filter(|pair| holds_others(pair)).copied().collect();
            if others.is_empty() {
                return same;
            }
            same.retain(|pair| !others.contains(pair));
        }
    }
}

/// A type's canonical text: with the names in order, and without them.
pub(super) struct Text {
    /// Every name is the same.
    pub(super) ty: Type,
    pub(super) names: Vec<String>,
}

impl Text {
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut names = Vec::new();
        let ty = parse(text, &mut |name, _| {
            names.push(name.to_owned());
            Some(TypeId(0))
        })?;
        Some(Self { ty, names })
    }
}

/// Texts at the same places, and whether there are no other places.
type Places<'l> = (Vec<Pair<'l>>, bool);

fn versions<'l>(old: &'l NamedType, new: &'l NamedType) -> Places<'l> {
    let mut all = (Vec::new(), true);
    for (number, before) in &old.versions {
        let Some(now) = new.versions.get(number) else { return (all.0, false) };
        let (texts, whole) = zipped(&before.value.shape, &now.value.shape);
        all.0.extend(texts);
        all.1 &= whole && before.value.upcast == now.value.upcast;
    }
    all
}

/// Of two shapes.
pub(super) fn zipped<'l>(old: &'l Shape, new: &'l Shape) -> Places<'l> {
    match (old, new) {
        (Shape::Struct(old), Shape::Struct(new)) => at_the_same_places(old, new),
        (Shape::Newtype(old), Shape::Newtype(new)) => (vec![(&old.value, &new.value)], true),
        (Shape::Union(old), Shape::Union(new)) => {
            let mut all = (Vec::new(), old.keys().eq(new.keys()));
            for (old, new) in old.iter().filter_map(|(name, fields)| Some((fields, new.get(name)?))) {
                let (texts, whole) = at_the_same_places(old, new);
                all.0.extend(texts);
                all.1 &= whole;
            }
            all
        }
        (Shape::Struct(_) | Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_), _) => (Vec::new(), old == new),
    }
}

/// Of fields, by name.
pub(super) fn at_the_same_places<'l>(old: &'l Fields, new: &'l Fields) -> Places<'l> {
    let text = |ty: &'l Spanned<String>| ty.value.as_str();
    let both = old.iter().filter_map(|(name, ty)| Some((text(ty), text(new.get(name)?)))).collect();
    (both, old.keys().eq(new.keys()))
}
