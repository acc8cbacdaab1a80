//! A state as a tree of named and numbered places, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A state, or a part of it. The name is that of a Rust type or variant, where it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Tree {
    Leaf(Json),
    Fields(Option<String>, BTreeMap<String, Tree>),
    Items(Option<String>, Vec<Tree>),
}

impl Tree {
    pub(super) fn json(&self) -> Json {
        let (name, json) = match self {
            Self::Leaf(json) => (None, json.clone()),
            Self::Fields(name, fields) => {
                (name.as_ref(), fields.iter().map(|(key, tree)| (key.clone(), tree.json())).collect())
            }
            Self::Items(name, items) => (name.as_ref(), items.iter().map(Self::json).collect()),
        };
        name.map_or_else(|| json.clone(), |name| Json::from_iter([(name.clone(), json.clone())]))
    }

    /// As a list: nothing between braces may be an empty set.
    fn items(&self) -> Option<(Option<&String>, &[Self])> {
        match self {
            Self::Items(name, items) => Some((name.as_ref(), items)),
            Self::Fields(None, fields) if fields.is_empty() => Some((None, &[])),
            Self::Fields(..) | Self::Leaf(_) => None,
        }
    }
}

impl From<Json> for Tree {
    fn from(json: Json) -> Self {
        match json {
            Json::Object(fields) => {
                Self::Fields(None, fields.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
            Json::Array(items) => Self::Items(None, items.into_iter().map(Self::from).collect()),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Self::Leaf(json),
        }
    }
}

/// Who is told of each place that differs: its path, what was there, and what is.
type Tell<'a> = dyn FnMut(&str, Option<&Tree>, Option<&Tree>) + 'a;

/// Tells of every place in which the two differ, in the order of their paths.
pub(super) fn compare(before: &Tree, after: &Tree, tell: &mut Tell<'_>) {
    walk("", before, after, tell);
}

fn walk(path: &str, before: &Tree, after: &Tree, tell: &mut Tell<'_>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Tree::Fields(name, olds), Tree::Fields(other, news)) if name == other => fields(path, olds, news, tell),
        _ => match (before.items(), after.items()) {
            (Some((name, [old])), Some((other, [new]))) if name == other && name.is_some() => {
                walk(path, old, new, tell);
            }
            (Some((name, olds)), Some((other, news))) if name == other => items(path, olds, news, tell),
            (Some(_) | None, _) => tell(path, Some(before), Some(after)),
        },
    }
}

fn fields(path: &str, olds: &BTreeMap<String, Tree>, news: &BTreeMap<String, Tree>, tell: &mut Tell<'_>) {
    for key in olds.keys().chain(news.keys()).collect::<BTreeSet<_>>() {
        let path = named(path, key);
        match (olds.get(key), news.get(key)) {
            (Some(old), Some(new)) => walk(&path, old, new, tell),
            (old, new) => tell(&path, old, new),
        }
    }
}

/// What stands for something else at the same distance is compared with it; the rest was taken out or put in.
fn items(path: &str, olds: &[Tree], news: &[Tree], tell: &mut Tell<'_>) {
    for op in capture_diff_slices(Algorithm::Myers, olds, news) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (mut old, mut new) = (op.old_range(), op.new_range());
        loop {
            match (old.next(), new.next()) {
                (Some(old), Some(new)) => walk(&numbered(path, old), &olds[old], &news[new], tell),
                (Some(old), None) => tell(&numbered(path, old), Some(&olds[old]), None),
                (None, Some(new)) => tell(&numbered(path, new), None, Some(&news[new])),
                (None, None) => break,
            }
        }
    }
}

/// The path of a field, or of a map's key, which is quoted where it would not read as one word.
fn named(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    match (plain, path) {
        (true, "") => key.to_owned(),
        (true, _) => format!("{path}.{key}"),
        (false, _) => format!("{path}[{}]", Json::from(key)),
    }
}

fn numbered(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}
