//! A lock as YAML.

use core::fmt;
use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::{
    ALGORITHM, Aggregate, Child, End, Event, EventVersion, FORMAT, Fields, Fingerprint, KindUpcast, Lock, NamedType,
    Reading, Shape, Step, TypeUpcast, TypeVersion, Upcast,
};
use crate::source::Spanned;

const HEAD: &str = "\
# What has been released, and what is proposed. `cargo factum lock` writes it; commit it, and do not edit it.
";

/// The file: the same lock is always the same text.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut root = Mapping::new();
        put(&mut root, "lock", FORMAT);
        put(&mut root, "fingerprints", ALGORITHM);
        section(&mut root, "aggregates", &self.aggregates, aggregate);
        section(&mut root, "events", &self.events, |part| event(part));
        section(&mut root, "types", &self.types, |part| named_type(part));
        let text = serde_yaml::to_string(&root).map_err(|_| fmt::Error)?;
        write!(f, "{HEAD}{text}")
    }
}

fn put(map: &mut Mapping, key: impl Into<Value>, value: impl Into<Value>) {
    map.insert(key.into(), value.into());
}

fn section<T>(root: &mut Mapping, key: &str, all: &BTreeMap<String, Spanned<T>>, write: impl Fn(&T) -> Mapping) {
    if !all.is_empty() {
        let all: Mapping = all.iter().map(|(name, part)| (name.as_str().into(), write(&part.value).into())).collect();
        put(root, key, all);
    }
}

fn aggregate(aggregate: &Aggregate) -> Mapping {
    let mut map = Mapping::new();
    put(&mut map, "id", aggregate.id.value.as_str());
    if let Some(snapshot) = aggregate.snapshot {
        put(&mut map, "snapshot", snapshot);
    }
    if let Some(state) = &aggregate.state {
        put(&mut map, "state", state.as_str());
    }
    map
}

fn event(event: &Event) -> Mapping {
    let mut map = Mapping::new();
    if let Some(set) = &event.derived {
        put(&mut map, "derived", set.as_str());
    }
    if let Some(aggregate) = &event.aggregate {
        put(&mut map, "aggregate", aggregate.as_str());
    }
    put(&mut map, "versions", versions(&event.versions, event_version));
    if let Some(end) = &event.end {
        let value = match &end.reading {
            Reading::Itself | Reading::Nothing => end.version.into(),
            Reading::Others(children) => others(end, children),
        };
        put(&mut map, end.key(), value);
    }
    map
}

fn others(end: &End, children: &[Child]) -> Value {
    let mut map = Mapping::new();
    put(&mut map, end.version, children.iter().map(|found| child(found).into()).collect::<Vec<Value>>());
    map.into()
}

fn child(child: &Child) -> Mapping {
    let mut map = Mapping::new();
    put(&mut map, "event", child.event.value.as_str());
    put(&mut map, "version", child.version);
    if let Some(steps) = &child.steps {
        put(&mut map, "steps", lines(steps));
    }
    if let Some(samples) = &child.samples {
        put(&mut map, "samples", samples.as_str());
    }
    map
}

fn versions<T>(all: &BTreeMap<u32, Spanned<T>>, write: impl Fn(&T) -> Mapping) -> Mapping {
    all.iter().map(|(number, version)| ((*number).into(), write(&version.value).into())).collect()
}

fn event_version(version: &EventVersion) -> Mapping {
    let mut map = Mapping::new();
    put(&mut map, "wire_type", version.wire_type.value.as_str());
    put(&mut map, "readable_from", version.readable_from);
    put(&mut map, "fields", fields(&version.fields));
    if !version.personal.is_empty() {
        put(&mut map, "personal", version.personal.iter().map(|name| name.as_str().into()).collect::<Vec<Value>>());
    }
    match &version.upcast {
        Upcast::Steps(steps) if steps.is_empty() => {}
        Upcast::Steps(steps) => put(&mut map, "steps", lines(steps)),
        Upcast::ByHand(outputs) => {
            put(&mut map, "by_hand", outputs.iter().map(|output| output.as_str().into()).collect::<Vec<Value>>());
        }
    }
    if let Some(samples) = &version.samples {
        put(&mut map, "samples", samples.as_str());
    }
    fingerprints(&mut map, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
    map
}

fn named_type(ty: &NamedType) -> Mapping {
    let mut map = Mapping::new();
    if ty.derived {
        put(&mut map, "derived", true);
    }
    put(&mut map, "versions", versions(&ty.versions, type_version));
    map
}

fn type_version(version: &TypeVersion) -> Mapping {
    let mut map = Mapping::new();
    match &version.shape {
        Shape::Struct(all) => put(&mut map, "fields", fields(all)),
        Shape::Newtype(inner) => put(&mut map, "newtype", inner.value.as_str()),
        Shape::Enum { values, fallback } => {
            put(&mut map, "enum", values.iter().map(|value| value.as_str().into()).collect::<Vec<Value>>());
            if *fallback {
                put(&mut map, "fallback", true);
            }
        }
        Shape::Union(kinds) => {
            let kinds: Mapping = kinds.iter().map(|(name, all)| (name.as_str().into(), fields(all).into())).collect();
            put(&mut map, "union", kinds);
        }
    }
    match &version.upcast {
        TypeUpcast::Struct(steps) if !steps.is_empty() => put(&mut map, "steps", lines(steps)),
        TypeUpcast::Newtype(by) if by.value != super::KEEP => put(&mut map, "by", by.value.as_str()),
        TypeUpcast::Enum(changed) if !changed.is_empty() => {
            let changed = changed.iter().map(|(old, new)| (old.as_str().into(), new.value.as_str().into()));
            put(&mut map, "becomes", changed.collect::<Mapping>());
        }
        TypeUpcast::Union(changed) if !changed.is_empty() => {
            let changed = changed.iter().map(|(old, kind)| (old.as_str().into(), kind_upcast(&kind.value).into()));
            put(&mut map, "becomes", changed.collect::<Mapping>());
        }
        TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_) => {}
    }
    fingerprints(&mut map, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
    map
}

fn kind_upcast(upcast: &KindUpcast) -> Mapping {
    let mut map = Mapping::new();
    put(&mut map, "kind", upcast.kind.as_str());
    if !upcast.steps.is_empty() {
        put(&mut map, "steps", lines(&upcast.steps));
    }
    map
}

fn fields(fields: &Fields) -> Mapping {
    fields.iter().map(|(name, ty)| (name.as_str().into(), ty.value.as_str().into())).collect()
}

fn lines(steps: &[Spanned<Step>]) -> Vec<Value> {
    steps.iter().map(|step| step.value.to_string().into()).collect()
}

fn fingerprints(map: &mut Mapping, shape: &Fingerprint, upcast: Option<&Fingerprint>) {
    put(map, "shape", shape.as_str());
    if let Some(upcast) = upcast {
        put(map, "upcast", upcast.as_str());
    }
}
