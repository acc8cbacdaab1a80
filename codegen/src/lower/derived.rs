//! What is generated beside an item of the user's: the schema is what its attributes say.

use factum_model::Opaque;
use factum_model::schema::{EventDef, EventFate, Schema, TypeDef};
use factum_model::spell::Spelled;

use super::settings::Settings;
use super::types::{plain, version_name as type_version_name};
use super::{Scope, events, names};
use crate::items::{Compensation, Ident, Item, Locked, LockedAs, Reading, RustType, Stored, Upcast, UpcastBody};
use crate::placeholder;

/// What the user's item says that is no part of its schema.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The paths of the derives that the structs of older versions get.
    pub derives: Vec<String>,
    /// What an event that ended is read as: versions of other events, as numbers of opaque types.
    pub becomes: Vec<u32>,
    /// The event to emit in its place, if it is deprecated in favour of one.
    pub instead: Option<Opaque>,
    /// The event that it takes back, and the fields whose equal values tell which one.
    pub compensates: Option<(Opaque, Vec<Opaque>)>,
    /// The item in the schema language, for the lock test.
    pub spelled: Spelled,
}

impl Derived {
    /// The types of the user's of which a JSON Schema is asked where somebody wants one of the item `name`. Not those that
    /// hold the item itself: whether they have one would depend on whether they have one.
    pub(super) fn needs(&self, name: &str) -> Vec<RustType> {
        let types = self.spelled.types.iter().filter(|ty| !speaks_of(&ty.spelling, name));
        types.map(|ty| plain(&placeholder::opaque(ty.id))).collect()
    }
}

/// Whether a type is spelled with an item's name, or that of one of its versions.
fn speaks_of(spelling: &str, name: &str) -> bool {
    let version = |word: &str| {
        let number = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('V'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut words = spelling.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == name || version(word))
}

/// The items beside the one event, or the one declared type, of this schema.
#[must_use]
pub fn derived(schema: &Schema, derived: &Derived) -> Vec<Item> {
    let Some(context) = schema.contexts.first() else { return Vec::new() };
    // Values are parts of what others describe. Nobody asks an event for a JSON Schema.
    let (of_events, mut of_types) = (Settings::default(), Settings::default());
    of_types.json_schema = true;
    #[cfg(feature = "snapshots")]
    let lock = core::cell::OnceCell::new();
    let scope = |settings| Scope {
        schema,
        settings,
        context,
        several: false,
        owner: None,
        wire: false,
        derived: Some(derived),
        #[cfg(feature = "snapshots")]
        lock: &lock,
    };
    let events = context.events.iter().flat_map(|id| {
        let scope = scope(&of_events);
        let event = scope.event_def(*id);
        let beside = [Item::Stored(scope.stored(event, derived)), Item::Locked(locked_event(event, derived))];
        scope.event(*id).into_iter().chain(beside)
    });
    let types = context.types.iter().flat_map(|id| {
        let scope = scope(&of_types);
        let def = scope.type_def(*id);
        let locked = Item::Locked(locked(&def.name.value, LockedAs::Value, derived));
        scope.named_type(*id).into_iter().chain(leaps(def)).chain([locked])
    });
    events.chain(types).collect()
}

fn locked_event(event: &EventDef, derived: &Derived) -> Locked {
    let versions = event.versions.iter().map(|version| events::version_name(event, version)).collect();
    let becomes = derived.becomes.iter().map(|id| plain(&placeholder::opaque(*id))).collect();
    locked(&event.name.value, LockedAs::Event(versions, becomes), derived)
}

/// What an item tells the lock test.
fn locked(name: &str, what: LockedAs, derived: &Derived) -> Locked {
    let types = derived.spelled.types.iter();
    Locked {
        name: names::ident(name),
        schema: derived.spelled.text.clone(),
        types: types.map(|ty| (ty.spelling.clone(), plain(&placeholder::opaque(ty.id)))).collect(),
        needs: derived.needs(name),
        what,
    }
}

impl Scope<'_> {
    /// What a set of the user's asks of an event.
    fn stored(self, event: &EventDef, derived: &Derived) -> Stored {
        let readers = self.readers(event);
        Stored {
            name: events::version_name(event, event.current()),
            versions: event.versions.iter().map(|version| events::version_name(event, version)).collect(),
            names: readers.into_iter().map(|reader| (reader.wire_type, reader.versions)).collect(),
            compensates: derived.compensates.as_ref().map(|(other, by)| Compensation {
                event: events::version_name(event, event.current()),
                other: Ident(placeholder::opaque(other.id)),
                by: by.iter().map(|field| Ident(placeholder::opaque(field.id))).collect(),
            }),
            instead: derived.instead.as_ref().map(|event| plain(&placeholder::opaque(event.id))),
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
