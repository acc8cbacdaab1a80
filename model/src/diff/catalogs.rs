//! In which catalog a context is. No lock knows: it is beside the schemas, wherever they are.

use std::collections::BTreeMap;

use super::{Change, Kind, Of, Subject};
use crate::lock::Lock;
use crate::schema::Schema;
use crate::source::Origin;

/// The contexts of a schema, and of what is derived in Rust, that belonged to another catalog. `then` has the folder of
/// each, as far as it is known; `now` is the folder that they are in.
#[must_use]
pub fn moved(then: &BTreeMap<String, String>, (schema, lock): (&Schema, &Lock), now: &str) -> Vec<Change> {
    // The first event is where something is said of a context that no schema has.
    let derived = lock.events.iter().rev().filter(|(_, event)| event.value.derived.is_some());
    let derived = derived.filter_map(|(name, event)| Some((name.split_once('.')?.0, event.origin)));
    let declared = schema.contexts.iter().map(|context| (context.name.value.as_str(), context.name.origin));
    let contexts: BTreeMap<&str, Origin> = derived.chain(declared).collect();
    let mut changes = Vec::new();
    for (name, origin) in contexts {
        if let Some(then) = then.get(name).filter(|then| *then != now) {
            let of = Of { subject: Subject::Context(name.to_owned()), was: None, origin };
            changes.push(of.change(Kind::CatalogMoved, then, now));
        }
    }
    changes
}
