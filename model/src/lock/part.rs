//! Parts of locks: a catalog's contexts may be given to another one.

use std::collections::BTreeSet;

use super::{Lock, propose::keep_held_types};

impl Lock {
    /// What there is of some contexts, with all types that it holds.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let is_wanted = |name: &str| name.split_once('.').is_some_and(|(context, _)| wanted(context));
        let mut part = self.clone();
        part.aggregates.retain(|name, _| is_wanted(name));
        part.events.retain(|name, _| is_wanted(name));
        part.types.retain(|name, _| is_wanted(name));
        keep_held_types(&mut part, self, &str::to_owned);
        part
    }

    /// With what another lock says beside.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (name, aggregate) in other.aggregates {
            self.aggregates.entry(name).or_insert(aggregate);
        }
        for (name, event) in other.events {
            self.events.entry(name).or_insert(event);
        }
        for (name, ty) in other.types {
            self.types.entry(name).or_insert(ty);
        }
        self
    }
}

/// The contexts that the text of a lock speaks of, by the lines that begin its entries alone: it may be broken, and need
/// not be read.
#[must_use]
pub fn contexts(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(context).map(str::to_owned).collect()
}

/// Those of them of which something is derived in Rust, and declared in no schema.
#[must_use]
pub fn derived_contexts(text: &str) -> BTreeSet<String> {
    let mut entry = None;
    let mut derived = BTreeSet::new();
    for line in text.lines() {
        entry = context(line).or(entry);
        derived.extend(entry.filter(|_| line.starts_with("    derived: ")).map(str::to_owned));
    }
    derived
}

/// The context of the entry that a line begins.
fn context(line: &str) -> Option<&str> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (context, name) = line.strip_prefix("  ")?.strip_suffix(':')?.split_once('.')?;
    (is_name(context) && is_name(name)).then_some(context)
}
