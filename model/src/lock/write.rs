//! A lock as YAML.

mod plain;
mod tree;

use core::fmt;
use std::collections::BTreeMap;

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
        f.write_str(HEAD)?;
        match plain::text(|out| lock(out, self)) {
            Some(text) => f.write_str(&text),
            None => f.write_str(&tree::text(|out| lock(out, self)).ok_or(fmt::Error)?),
        }
    }
}

/// What a lock is written to, entry by entry of a mapping.
trait Out {
    /// `key: value`.
    fn text(&mut self, key: &str, value: &str);

    /// `key: 7`.
    fn number(&mut self, key: &str, value: u32);

    /// `key: true`.
    fn is_true(&mut self, key: &str);

    /// A list of texts below a key.
    fn texts<T: AsRef<str>>(&mut self, key: &str, values: impl ExactSizeIterator<Item = T>);

    /// A mapping below a key of many mappings by name.
    fn parts<T: Sync>(&mut self, key: &str, parts: &[(&String, &T)], entries: impl Fn(&mut Self, &T) + Sync);

    /// A mapping below a key.
    fn map(&mut self, key: &str, entries: impl FnOnce(&mut Self));

    /// The same, below a number.
    fn numbered(&mut self, key: u32, entries: impl FnOnce(&mut Self));

    /// A list of mappings below a number.
    fn maps<T>(&mut self, key: u32, all: &[T], entries: impl Fn(&mut Self, &T));
}

fn lock(out: &mut impl Out, lock: &Lock) {
    out.number("lock", FORMAT);
    out.number("fingerprints", ALGORITHM);
    section(out, "aggregates", &lock.aggregates, aggregate);
    section(out, "events", &lock.events, |out, part| event(out, part));
    section(out, "types", &lock.types, |out, part| named_type(out, part));
}

fn section<O: Out, T: Sync>(
    out: &mut O,
    key: &str,
    all: &BTreeMap<String, Spanned<T>>,
    write: impl Fn(&mut O, &T) + Sync,
) {
    if !all.is_empty() {
        let parts: Vec<_> = all.iter().map(|(name, part)| (name, &part.value)).collect();
        out.parts(key, &parts, write);
    }
}

fn aggregate(out: &mut impl Out, aggregate: &Aggregate) {
    out.text("id", &aggregate.id.value);
    if let Some(snapshot) = aggregate.snapshot {
        out.number("snapshot", snapshot);
    }
    if let Some(state) = &aggregate.state {
        out.text("state", state.as_str());
    }
}

fn event(out: &mut impl Out, event: &Event) {
    if let Some(set) = &event.derived {
        out.text("derived", set);
    }
    if let Some(aggregate) = &event.aggregate {
        out.text("aggregate", aggregate);
    }
    versions(out, &event.versions, |out, version| event_version(out, version));
    if let Some(end) = &event.end {
        match &end.reading {
            Reading::Itself | Reading::Nothing => out.number(end.key(), end.version),
            Reading::Others(children) => out.map(end.key(), |out| others(out, end, children)),
        }
    }
}

fn others(out: &mut impl Out, end: &End, children: &[Child]) {
    out.maps(end.version, children, |out, child| {
        out.text("event", &child.event.value);
        out.number("version", child.version);
        if let Some(steps) = &child.steps {
            lines(out, steps);
        }
        if let Some(samples) = &child.samples {
            out.text("samples", samples.as_str());
        }
    });
}

fn versions<O: Out, T>(out: &mut O, all: &BTreeMap<u32, Spanned<T>>, write: impl Fn(&mut O, &T)) {
    out.map("versions", |out| {
        for (number, version) in all {
            out.numbered(*number, |out| write(out, &version.value));
        }
    });
}

fn event_version(out: &mut impl Out, version: &EventVersion) {
    out.text("wire_type", &version.wire_type.value);
    out.number("readable_from", version.readable_from);
    fields(out, "fields", &version.fields);
    if !version.personal.is_empty() {
        out.texts("personal", version.personal.iter());
    }
    match &version.upcast {
        Upcast::Steps(steps) if steps.is_empty() => {}
        Upcast::Steps(steps) => lines(out, steps),
        Upcast::ByHand(outputs) => out.texts("by_hand", outputs.iter().map(Fingerprint::as_str)),
    }
    if let Some(samples) = &version.samples {
        out.text("samples", samples.as_str());
    }
    fingerprints(out, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
}

fn named_type(out: &mut impl Out, ty: &NamedType) {
    if ty.derived {
        out.is_true("derived");
    }
    versions(out, &ty.versions, |out, version| type_version(out, version));
}

fn type_version(out: &mut impl Out, version: &TypeVersion) {
    match &version.shape {
        Shape::Struct(all) => fields(out, "fields", all),
        Shape::Newtype(inner) => out.text("newtype", &inner.value),
        Shape::Enum { values, fallback } => {
            out.texts("enum", values.iter());
            if *fallback {
                out.is_true("fallback");
            }
        }
        Shape::Union(kinds) => out.map("union", |out| {
            for (name, all) in kinds {
                fields(out, name, all);
            }
        }),
    }
    match &version.upcast {
        TypeUpcast::Struct(steps) if !steps.is_empty() => lines(out, steps),
        TypeUpcast::Newtype(by) if by.value != super::KEEP => out.text("by", &by.value),
        TypeUpcast::Enum(changed) if !changed.is_empty() => out.map("becomes", |out| {
            for (old, new) in changed {
                out.text(old, &new.value);
            }
        }),
        TypeUpcast::Union(changed) if !changed.is_empty() => out.map("becomes", |out| {
            for (old, kind) in changed {
                out.map(old, |out| kind_upcast(out, &kind.value));
            }
        }),
        TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_) => {}
    }
    fingerprints(out, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
}

fn kind_upcast(out: &mut impl Out, upcast: &KindUpcast) {
    out.text("kind", &upcast.kind);
    if !upcast.steps.is_empty() {
        lines(out, &upcast.steps);
    }
}

fn fields(out: &mut impl Out, key: &str, fields: &Fields) {
    out.map(key, |out| {
        for (name, ty) in fields {
            out.text(name, &ty.value);
        }
    });
}

fn lines(out: &mut impl Out, steps: &[Spanned<Step>]) {
    out.texts("steps", steps.iter().map(|step| step.value.to_string()));
}

fn fingerprints(out: &mut impl Out, shape: &Fingerprint, upcast: Option<&Fingerprint>) {
    out.text("shape", shape.as_str());
    if let Some(upcast) = upcast {
        out.text("upcast", upcast.as_str());
    }
}
