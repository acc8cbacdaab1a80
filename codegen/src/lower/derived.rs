//! What is generated beside an item of the user's: the schema is what its attributes say.

use factum_model::schema::{EventDef, EventFate, Schema, TypeDef};

use super::settings::Settings;
use super::types::{plain, version_name as type_version_name};
use super::{Scope, events};
use crate::items::{Item, Reading, Stored, Upcast, UpcastBody};
use crate::placeholder;

/// What the user's item says that is no part of its schema.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The paths of the derives that the structs of older versions get.
    pub derives: Vec<String>,
    /// What an event that ended is read as: versions of other events, as numbers of opaque types.
    pub becomes: Vec<u32>,
}

/// The items beside the one event, or the one declared type, of this schema.
#[must_use]
pub fn derived(schema: &Schema, derived: &Derived) -> Vec<Item> {
    let Some(context) = schema.contexts.first() else { return Vec::new() };
    let settings = Settings::default();
    let scope = Scope {
        schema,
        settings: &settings,
        context,
        several: false,
        owner: None,
        wire: false,
        derived: Some(derived),
    };
    let events = context.events.iter().flat_map(|id| {
        let stored = Item::Stored(scope.stored(scope.event_def(*id), derived));
        scope.event(*id).into_iter().chain([stored])
    });
    let types = context.types.iter().flat_map(|id| {
        let leaps = leaps(scope.type_def(*id));
        scope.named_type(*id).into_iter().chain(leaps)
    });
    events.chain(types).collect()
}

impl Scope<'_> {
    /// What a set of the user's asks of an event.
    fn stored(self, event: &EventDef, derived: &Derived) -> Stored {
        let readers = self.readers(event);
        Stored {
            name: events::version_name(event, event.current()),
            versions: event.versions.iter().map(|version| events::version_name(event, version)).collect(),
            names: readers.into_iter().map(|reader| (reader.wire_type, reader.versions)).collect(),
            reading: match event.fate {
                EventFate::Current => Reading::Emitted,
                EventFate::Retired(_) => Reading::Retired,
                EventFate::Nothing(_) if derived.becomes.is_empty() => Reading::Nothing,
                EventFate::Nothing(_) | EventFate::Becomes(..) => {
                    let versions = derived.becomes.iter().map(|id| plain(&placeholder::opaque(*id)));
                    Reading::Several(versions.collect())
                }
            },
        }
    }
}

/// The steps over more than one version. A holder names two versions of a type and nothing between them, since it does
/// not see how many there are.
fn leaps(def: &TypeDef) -> Vec<Item> {
    let at = |index: usize| def.versions.get(index).map(|version| plain(&type_version_name(def, version.number).0));
    let mut items = Vec::new();
    for to in 2..def.versions.len() {
        for from in 0..to - 1 {
            if let (Some(from), Some(between), Some(to)) = (at(from), at(to - 1), at(to)) {
                items.push(Item::Upcast(Upcast { from, to, body: UpcastBody::Through(between) }));
            }
        }
    }
    items
}
