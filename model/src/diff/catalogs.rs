//! In which catalog a context is. No lock knows: it is beside the schemas, wherever they are.

use std::collections::BTreeMap;

use super::{Change, Kind, Of, Subject};
use crate::schema::Schema;

/// The contexts of a schema that belonged to another catalog. `then` has the folder of each, as far as it is known;
/// `now` is the folder that they are in.
#[must_use]
pub fn moved(then: &BTreeMap<String, String>, schema: &Schema, now: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for name in schema.contexts.iter().map(|context| &context.name) {
        if let Some(then) = then.get(&name.value).filter(|then| *then != now) {
            let of = Of { subject: Subject::Context(name.value.clone()), was: None, origin: name.origin };
            changes.push(of.change(Kind::CatalogMoved, then, now));
        }
    }
    changes
}
