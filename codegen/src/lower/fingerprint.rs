//! What a schema says of an aggregate's state and events, as one number: snapshots of another number are of no use.
//!
//! Every line that matters, sorted and hashed: the state's fields with their types and first values, every version of
//! every event with its fields and its steps, and the types in them. The lines are those of the lock, which has names and
//! no places: neither docs nor the order of declarations matter.

use std::collections::BTreeSet;

use factum_model::lock::{Child, End, EventVersion, Fingerprint, Lock, Reading, TypeVersion, Upcast};
use factum_model::names::full_name;
use factum_model::schema::{AggregateDef, Record, Schema, Type, TypeId, TypeShape};

/// The number of an aggregate with a declared state.
pub(super) fn fingerprint(schema: &Schema, lock: &Lock, aggregate: &AggregateDef) -> u64 {
    let mut lines = Lines { schema, lock, text: BTreeSet::new(), types: BTreeSet::new() };
    lines.aggregate(aggregate);
    let hash = Fingerprint::of_parts(lines.text.iter().map(String::as_str));
    hash.as_str().bytes().take(16).fold(0, |number, digit| number << 4 | hex(digit))
}

fn hex(digit: u8) -> u64 {
    char::from(digit).to_digit(16).map_or(0, u64::from)
}

struct Lines<'s> {
    schema: &'s Schema,
    lock: &'s Lock,
    text: BTreeSet<String>,
    /// The types whose lines are there, or are being written.
    types: BTreeSet<TypeId>,
}

impl Lines<'_> {
    fn aggregate(&mut self, aggregate: &AggregateDef) {
        let locked = self.lock.aggregates.get(&full_name(&aggregate.context, &aggregate.name.value));
        let state = locked.and_then(|locked| locked.value.state.as_ref());
        self.text.extend(state.map(|state| format!("state {state}")));
        for field in aggregate.state.iter().flatten() {
            self.ty(&field.ty);
        }
        for id in &aggregate.events {
            let event = &self.schema.events[id.0 as usize];
            let name = full_name(&event.context, &event.name.value);
            let Some(locked) = self.lock.events.get(&name) else { continue };
            let versions = locked.value.versions.iter();
            self.text.extend(versions.map(|(number, version)| event_version(&name, *number, &version.value)));
            self.text.extend(locked.value.end.as_ref().map(|end| format!("event {name} {}", ended(end))));
            for version in &event.versions {
                self.record(&version.shape);
            }
        }
    }

    fn record(&mut self, record: &Record) {
        for field in &record.fields {
            self.ty(&field.ty);
        }
    }

    /// The lines of the declared types in a type.
    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Builtin(_) | Type::Opaque(_) => {}
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => self.ty(inner),
            Type::Map(key, value) => {
                self.ty(key);
                self.ty(value);
            }
            Type::Named(id, _) => self.named(*id),
        }
    }

    /// All versions of a type: an old one is read through the later ones.
    fn named(&mut self, id: TypeId) {
        if !self.types.insert(id) {
            return;
        }
        let def = &self.schema.types[id.0 as usize];
        let name = full_name(&def.context, &def.name.value);
        let versions = self.lock.types.get(&name).into_iter().flat_map(|locked| &locked.value.versions);
        self.text.extend(versions.map(|(number, version)| type_version(&name, *number, &version.value)));
        for version in &def.versions {
            self.shape(&version.shape);
        }
    }

    fn shape(&mut self, shape: &TypeShape) {
        match shape {
            TypeShape::Struct(record) => self.record(record),
            TypeShape::Newtype(inner) => self.ty(inner),
            TypeShape::Enum(_) => {}
            TypeShape::Union(kinds) => kinds.iter().for_each(|kind| self.record(&kind.shape)),
        }
    }
}

fn event_version(name: &str, number: u32, version: &EventVersion) -> String {
    let steps = match &version.upcast {
        Upcast::Steps(_) => spelled(version.upcast_fingerprint()),
        Upcast::ByHand(_) => "hand".to_owned(),
    };
    format!("event {name}@{number} {} by {steps}", version.shape_fingerprint())
}

fn type_version(name: &str, number: u32, version: &TypeVersion) -> String {
    format!("type {name}@{number} {} by {}", version.shape_fingerprint(), spelled(version.upcast_fingerprint()))
}

fn spelled(steps: Option<Fingerprint>) -> String {
    steps.map_or_else(|| "name".to_owned(), |steps| steps.to_string())
}

fn ended(end: &End) -> String {
    let reading = match &end.reading {
        Reading::Itself => "itself".to_owned(),
        Reading::Nothing => "nothing".to_owned(),
        Reading::Others(children) => children.iter().map(child).collect::<Vec<_>>().join(", "),
    };
    format!("ended {}: {reading}", end.version)
}

fn child(child: &Child) -> String {
    let steps = child.steps.iter().flatten().map(|step| step.value.to_string());
    let steps = child.steps.as_ref().map_or_else(|| "hand".to_owned(), |_| steps.collect::<Vec<_>>().join("; "));
    format!("{}@{} by {steps}", child.event.value, child.version)
}
