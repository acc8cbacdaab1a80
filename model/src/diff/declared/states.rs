//! What states hold: their fields, and the declared types in these, however deep. A state is stored as the newest version of
//! them, whatever lock there is.

use std::collections::{BTreeMap, BTreeSet};

use super::requests::{fields, spelled};
use super::{Change, Kind, Member as _, Subject, key, named};
use crate::ast::{Document, Field, TypeBody, TypeDecl, TypeExpr, TypeKind, Value, ValueKind, Variant};
use crate::names::full_name;
use crate::spell::value;

/// A state, and the context that it is in.
pub(super) type State<'d> = (&'d str, &'d [Field]);

/// The declared types of two sides.
pub(super) struct States<'d> {
    old: Types<'d>,
    new: Types<'d>,
}

type Types<'d> = BTreeMap<Key<'d>, &'d TypeDecl>;

/// A context, and a name in it.
type Key<'d> = (&'d str, &'d str);

impl<'d> States<'d> {
    pub(super) fn of(old: &[&'d Document], new: &'d [Document]) -> Self {
        let types = |document: &'d Document| document.types.iter().map(move |ty| (key(document, &ty.name), ty));
        Self { old: old.iter().copied().flat_map(types).collect(), new: new.iter().flat_map(types).collect() }
    }

    /// Whether both are stored alike. Names of types are not stored, so only what is in them counts.
    pub(super) fn same(&self, old: State<'d>, new: State<'d>) -> bool {
        Comparison { states: self, assumed: BTreeSet::new() }.fields(old, new)
    }

    /// Both in one line each: with those types in them that look otherwise on the other side.
    pub(super) fn told(&self, old: State<'d>, new: State<'d>) -> [String; 2] {
        let (before, now) = (held(&self.old, old), held(&self.new, new));
        let beside = |own: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
            let differing = own.iter().filter(|(name, line)| other.get(*name) != Some(line));
            differing.flat_map(|(name, line)| [", ", name.as_str(), line.as_str()]).collect::<String>()
        };
        [beside(&before, &now), beside(&now, &before)]
    }
}

/// Says in changes of states what was and is known, where documents say it: a lock has only a fingerprint of a state.
pub fn tell_states<'d>(changes: &mut [Change], old: impl IntoIterator<Item = &'d Document>, new: &'d [Document]) {
    let old: Vec<&Document> = old.into_iter().collect();
    let states = States::of(&old, new);
    for change in changes.iter_mut().filter(|change| matches!(change.kind, Kind::StateChanged { .. })) {
        let Subject::Aggregate(name) = &change.subject else { continue };
        let (before, now) = (state_of(old.iter().copied(), name), state_of(new, name));
        let [of_old, of_new] = before.zip(now).map(|(old, new)| states.told(old, new)).unwrap_or_default();
        let told = |state: Option<State<'_>>, held| state.map(|state| initial(state) + held).unwrap_or_default();
        (change.before, change.after) = (told(before, &of_old), told(now, &of_new));
    }
}

fn state_of<'d>(documents: impl IntoIterator<Item = &'d Document>, aggregate: &str) -> Option<State<'d>> {
    let own = |document: &&Document| {
        named(document).is_some_and(|name| full_name(&document.context.value, name) == aggregate)
    };
    let document = documents.into_iter().find(own)?;
    Some((document.context.value.as_str(), &document.state.as_ref()?.value))
}

/// Fields by name, with their values before the first event.
fn initial((context, fields): State<'_>) -> String {
    let line = |field: &Field| {
        let initial = field.default.as_ref().map_or_else(String::new, |initial| format!(" = {}", plain(initial)));
        format!("{}: {}{initial}", field.name.value, spelled(&field.ty, context))
    };
    let lines: BTreeSet<String> = fields.iter().map(line).collect();
    format!("{{ {} }}", lines.into_iter().collect::<Vec<_>>().join(", "))
}

/// A value, without the quotes that it would have in a schema for no need.
fn plain(found: &Value) -> String {
    let simple = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    if let ValueKind::Text(text) = &found.kind
        && simple(text)
    {
        text.clone()
    } else {
        value(found)
    }
}

/// What is stored of fields, by name.
fn stored(fields: &[Field]) -> BTreeMap<&str, &TypeExpr> {
    fields.iter().filter(|field| !field.is_gone()).map(|field| (field.name.value.as_str(), &field.ty)).collect()
}

/// The types that a state holds by full name, with what each looks like.
fn held(types: &Types<'_>, (context, fields): State<'_>) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut open: Vec<(&str, &TypeExpr)> = stored(fields).into_values().map(|ty| (context, ty)).collect();
    while let Some((own, ty)) = open.pop() {
        match &ty.kind {
            TypeKind::Builtin(_) | TypeKind::Opaque(_) | TypeKind::Broken => {}
            TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => open.push((own, inner)),
            TypeKind::Map(key, value) => open.extend([(own, &**key), (own, &**value)]),
            TypeKind::Named { .. } => {
                let Some((name, declared)) = name_of(own, ty).and_then(|name| Some((name, *types.get(&name)?))) else {
                    continue;
                };
                if lines.insert(full_name(name.0, name.1), shape(name.0, &declared.body)).is_none() {
                    open.extend(inner(&declared.body).into_iter().map(|ty| (name.0, ty)));
                }
            }
        }
    }
    lines
}

fn name_of<'d>(own: &'d str, ty: &'d TypeExpr) -> Option<Key<'d>> {
    let TypeKind::Named { context, name, version: _ } = &ty.kind else { return None };
    Some((context.as_ref().map_or(own, |context| &context.value), &name.value))
}

fn inner(body: &TypeBody) -> Vec<&TypeExpr> {
    match body {
        TypeBody::Struct(fields) => stored(fields).into_values().collect(),
        TypeBody::Newtype { ty, .. } => vec![ty],
        TypeBody::Enum(_) | TypeBody::Broken => Vec::new(),
        TypeBody::Union(kinds) => kinds.value.iter().flat_map(|kind| stored(&kind.fields).into_values()).collect(),
    }
}

/// What the newest version of a type looks like, in one line that begins with a space.
fn shape(context: &str, body: &TypeBody) -> String {
    let there = |all: &[Field]| fields(all.iter().filter(|field| !field.is_gone()), context);
    let variant = |variant: &Variant| match variant.fallback {
        Some(_) => "any other".to_owned(),
        None => format!("{}{}", variant.name.value, there(&variant.fields)),
    };
    match body {
        TypeBody::Struct(all) => there(all),
        TypeBody::Newtype { ty, .. } => format!(" {}", spelled(ty, context)),
        TypeBody::Enum(all) | TypeBody::Union(all) => {
            let all: BTreeSet<String> = all.value.iter().filter(|variant| !variant.is_gone()).map(variant).collect();
            format!(" {}", all.into_iter().collect::<Vec<_>>().join(" | "))
        }
        TypeBody::Broken => String::new(),
    }
}

/// What is compared already: types that hold themselves would be compared for ever.
struct Comparison<'s, 'd> {
    states: &'s States<'d>,
    assumed: BTreeSet<(Key<'d>, Key<'d>)>,
}

impl<'d> Comparison<'_, 'd> {
    fn fields(&mut self, (of_old, old): State<'d>, (of_new, new): State<'d>) -> bool {
        let (old, new) = (stored(old), stored(new));
        let mut pairs = old.iter().zip(&new);
        old.len() == new.len()
            && pairs.all(|((was, old), (is, new))| was == is && self.types((of_old, old), (of_new, new)))
    }

    fn types(&mut self, (of_old, old): (&'d str, &'d TypeExpr), (of_new, new): (&'d str, &'d TypeExpr)) -> bool {
        match (&old.kind, &new.kind) {
            (TypeKind::Builtin(old), TypeKind::Builtin(new)) => old == new,
            (TypeKind::Opaque(old), TypeKind::Opaque(new)) => old.spelling == new.spelling,
            (TypeKind::Optional(old), TypeKind::Optional(new))
            | (TypeKind::List(old), TypeKind::List(new))
            | (TypeKind::Set(old), TypeKind::Set(new)) => self.types((of_old, old), (of_new, new)),
            (TypeKind::Map(old, of_key), TypeKind::Map(new, of_new_key)) => {
                self.types((of_old, old), (of_new, new)) && self.types((of_old, of_key), (of_new, of_new_key))
            }
            (TypeKind::Named { .. }, TypeKind::Named { .. }) => {
                name_of(of_old, old).zip(name_of(of_new, new)).is_some_and(|(old, new)| self.declared(old, new))
            }
            // That has been said.
            (TypeKind::Broken, _) | (_, TypeKind::Broken) => true,
            (
                TypeKind::Builtin(_)
                | TypeKind::Opaque(_)
                | TypeKind::Optional(_)
                | TypeKind::List(_)
                | TypeKind::Set(_)
                | TypeKind::Map(..)
                | TypeKind::Named { .. },
                _,
            ) => false,
        }
    }

    fn declared(&mut self, old: Key<'d>, new: Key<'d>) -> bool {
        if !self.assumed.insert((old, new)) {
            return true;
        }
        let (Some(was), Some(is)) = (self.states.old.get(&old), self.states.new.get(&new)) else { return old == new };
        was.broken || is.broken || self.bodies((old.0, &was.body), (new.0, &is.body))
    }

    fn bodies(&mut self, (of_old, old): (&'d str, &'d TypeBody), (of_new, new): (&'d str, &'d TypeBody)) -> bool {
        match (old, new) {
            (TypeBody::Struct(old), TypeBody::Struct(new)) => self.fields((of_old, old), (of_new, new)),
            (TypeBody::Newtype { ty: old, .. }, TypeBody::Newtype { ty: new, .. }) => {
                self.types((of_old, old), (of_new, new))
            }
            (TypeBody::Enum(old), TypeBody::Enum(new)) | (TypeBody::Union(old), TypeBody::Union(new)) => {
                self.variants((of_old, &old.value), (of_new, &new.value))
            }
            (TypeBody::Broken, _) | (_, TypeBody::Broken) => true,
            (TypeBody::Struct(_) | TypeBody::Newtype { .. } | TypeBody::Enum(_) | TypeBody::Union(_), _) => false,
        }
    }

    fn variants(&mut self, (of_old, old): (&'d str, &'d [Variant]), (of_new, new): (&'d str, &'d [Variant])) -> bool {
        let [old, new] = [old, new].map(variants);
        let mut pairs = old.iter().zip(&new);
        old.len() == new.len()
            && pairs.all(|((was, old), (is, new))| was == is && self.fields((of_old, old), (of_new, new)))
    }
}

/// What is stored of values or kinds, by the text on the wire; that which stands for every other one has none.
fn variants(all: &[Variant]) -> BTreeMap<Option<&str>, &[Field]> {
    let there = all.iter().filter(|variant| !variant.is_gone());
    there.map(|one| (Some(one.name.value.as_str()).filter(|_| one.fallback.is_none()), &*one.fields)).collect()
}
