//! What is written, as a tree for the YAML library.

use serde_yaml::{Mapping, Value};

use super::Out;

/// The text of what is written; `None` if the library refuses it.
pub(super) fn text(write: impl FnOnce(&mut Tree)) -> Option<String> {
    serde_yaml::to_string(&map(write)).ok()
}

/// A mapping.
#[derive(Default)]
pub(super) struct Tree(Mapping);

impl Tree {
    fn put(&mut self, key: impl Into<Value>, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }
}

fn map(entries: impl FnOnce(&mut Tree)) -> Value {
    let mut tree = Tree::default();
    entries(&mut tree);
    tree.0.into()
}

impl Out for Tree {
    fn text(&mut self, key: &str, value: &str) {
        self.put(key, value);
    }

    fn number(&mut self, key: &str, value: u32) {
        self.put(key, value);
    }

    fn is_true(&mut self, key: &str) {
        self.put(key, true);
    }

    fn texts<T: AsRef<str>>(&mut self, key: &str, values: impl ExactSizeIterator<Item = T>) {
        self.put(key, values.map(|value| value.as_ref().into()).collect::<Vec<Value>>());
    }

    fn parts<T: Sync>(&mut self, key: &str, parts: &[(&String, &T)], entries: impl Fn(&mut Self, &T) + Sync) {
        self.map(key, |tree| {
            for (name, part) in parts {
                tree.map(name, |tree| entries(tree, part));
            }
        });
    }

    fn map(&mut self, key: &str, entries: impl FnOnce(&mut Self)) {
        self.put(key, map(entries));
    }

    fn numbered(&mut self, key: u32, entries: impl FnOnce(&mut Self)) {
        self.put(key, map(entries));
    }

    fn maps<T>(&mut self, key: u32, all: &[T], entries: impl Fn(&mut Self, &T)) {
        self.put(key, all.iter().map(|one| map(|tree| entries(tree, one))).collect::<Vec<Value>>());
    }
}
