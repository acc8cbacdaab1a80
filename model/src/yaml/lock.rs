//! The lock, read as strictly as a schema: it is written by a program, so whatever is unexpected was done by somebody
//! else.

mod outline;
mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::parts::Known;
use super::keys::Form;
use super::load::{self, Page};
use super::reader::{Keyed, Reader};
use super::tree::{Entry, Kind, Node};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lock::{
    ALGORITHM, Aggregate, Child, End, Event, EventVersion, FORMAT, Fields, Fingerprint, KEEP, KindUpcast, Lock,
    NamedType, Reading, Shape, Step, TypeUpcast, TypeVersion, Upcast,
};
use crate::source::{Content, FileId, Origin, Sources, Spanned};

/// The largest lock.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What begins the lines that git leaves in a file that two branches changed.
const CONFLICT: [&str; 4] = ["<<<<<<< ", ">>>>>>> ", "||||||| ", "======="];

const FILE: Form<&str> = form("a lock", &["lock", "fingerprints", "aggregates", "events", "types"]);
const AGGREGATE: Form<&str> = form("an aggregate", &["id", "snapshot", "state"]);
const EVENT: Form<&str> = form("an event", &["derived", "aggregate", "versions", "retired", "nothing", "becomes"]);
const EVENT_VERSION: Form<&str> = form(
    "a version of an event",
    &["wire_type", "readable_from", "fields", "personal", "steps", "by_hand", "samples", "shape", "upcast"],
);
const CHILD: Form<&str> = form("an event that another became", &["event", "version", "steps", "samples"]);
const TYPE: Form<&str> = form("a type", &["derived", "versions"]);
const TYPE_VERSION: Form<&str> = form(
    "a version of a type",
    &["fields", "newtype", "enum", "fallback", "union", "steps", "by", "becomes", "shape", "upcast"],
);
const KIND: Form<&str> = form("a kind of a union", &["kind", "steps"]);

const fn form(name: &'static str, keys: &'static [&'static str]) -> Form<&'static str> {
    Form { name, keys, refused: &[], refusal: "" }
}

/// Reads a lock. `None` if it is not one that `cargo factum lock` wrote, which a diagnostic says; then whoever has a
/// baseline goes on with that alone.
pub fn read(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Lock> {
    read_beside(sources, file, &[], diagnostics)
}

/// The same. Parts that stand letter by letter in a known lock are taken from it: only the rest is read and, with whatever
/// depends on it, validated. Each is still at its own place; what is in it, about which there is nothing to tell, is where
/// the known lock has it.
pub fn read_beside(
    sources: &mut Sources,
    file: FileId,
    known: &[Known<'_>],
    diagnostics: &mut Diagnostics,
) -> Option<Lock> {
    let mut found = Diagnostics::new();
    // Where anything is unusual, or wrong, reading it as a whole tells what.
    let lock = parts::read(sources, file, known).or_else(|| read_whole(sources, file, &mut found));
    found.into_vec().into_iter().for_each(|found| diagnostics.push(of_lock(found)));
    lock
}

/// What a reader of schemas says, as said of a lock: nobody wrote it, so nobody is told how to write it.
fn of_lock(found: Diagnostic) -> Diagnostic {
    const OF_LOCKS: [Code; 4] = [Code::LockConflict, Code::LockFormat, Code::LockBroken, Code::LockEdited];
    let origin = found.primary.origin;
    if OF_LOCKS.contains(&found.code) {
        found
    } else if found.code == Code::EmptyFile {
        broken(origin, "the lock is empty")
    } else {
        broken(origin, format!("this is no lock, or only a part of one: {}", found.message))
    }
}

fn read_whole(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Lock> {
    let (content, places) = sources.reading(file);
    let text = match content {
        Content::Text(text) if text.len() <= MAX_BYTES => text,
        Content::Text(_) | Content::NotUtf8 { .. } => {
            let origin = places.add(file, 0..0);
            diagnostics.push(broken(origin, "this is no text, or more of it than a lock has"));
            return None;
        }
    };
    let mut page = Page::new(file, text, places);
    if let Some(at) = conflict(page.text) {
        let end = page.text[at..].find('\n').map_or(page.text.len(), |length| at + length);
        let origin = page.origin(at..end);
        diagnostics.push(
            Diagnostic::error(Code::LockConflict, origin, "the lock has a merge conflict")
                .help("run `cargo factum lock`: it takes what was released, and derives the rest from the schemas"),
        );
        return None;
    }
    let root = load::load(&mut page, diagnostics)?;
    let lock = Reader { page: &mut page, diagnostics }.lock(root)?;
    if diagnostics.count() > 0 {
        return None;
    }
    match lock.schema() {
        Ok(_) => Some(lock),
        Err(found) => {
            for told in found {
                diagnostics.push(told);
            }
            None
        }
    }
}

/// Where the first line begins that a merge left.
fn conflict(text: &str) -> Option<usize> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let here = at;
        at += line.len();
        CONFLICT.iter().any(|mark| line.starts_with(mark)).then_some(here)
    })
}

pub(crate) fn broken(origin: Origin, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::LockBroken, origin, message)
        .help("take it from the last commit: `git checkout HEAD -- factum.lock`, in its folder")
        .help("or write it anew with `cargo factum lock`: where git knows no other, all that was released counts as new then")
}

impl Reader<'_, '_> {
    fn lock(&mut self, root: Node) -> Option<Lock> {
        let origin = root.origin;
        let entries = self.mapping(root, "a lock", "lock: 1")?;
        // Before any other key: a newer format has keys that this one does not know.
        for (key, newest) in [("lock", FORMAT), ("fingerprints", ALGORITHM)] {
            self.head(&entries, origin, key, newest)?;
        }
        let mut keyed = self.keyed(entries, &FILE);
        drop((keyed.take("lock"), keyed.take("fingerprints")));
        Some(Lock {
            aggregates: self.parts(keyed.take("aggregates"), Self::aggregate),
            events: self.parts(keyed.take("events"), Self::locked_event),
            types: self.parts(keyed.take("types"), Self::locked_type),
        })
    }

    /// A line of the head, with a number that this release knows.
    fn head(&mut self, entries: &[Entry], file: Origin, key: &str, newest: u32) -> Option<()> {
        let Some(entry) = entries.iter().find(|entry| entry.key.text == key) else {
            let start = self.page.range(file).start;
            let origin = self.page.origin(start..start);
            self.diagnostics
                .push(broken(origin, format!("this is not a lock: it does not begin with `{key}: {newest}`")));
            return None;
        };
        let text = match &entry.value.kind {
            Kind::Scalar(scalar) => scalar.text.as_str(),
            Kind::List(_) | Kind::Map(_) => entry.value.noun(),
        };
        let known = text.parse().is_ok_and(|number| (1..=newest).contains(&number));
        if !known {
            let message = format!("this release reads locks with `{key}: {newest}`, and this is `{text}`");
            let found = Diagnostic::error(Code::LockFormat, entry.value.origin, message);
            let help = "a newer release wrote it: update `cargo-factum` and the crates of factum";
            self.diagnostics.push(found.help(help));
        }
        known.then_some(())
    }

    /// A lock has no key that says nothing.
    fn nothing_is_left(&mut self, keyed: &Keyed, form: &Form<&str>) {
        if let Some(key) = keyed.left() {
            let message = format!("`{}` does not stand beside the other keys of {}", key.text, form.name);
            self.diagnostics.push(broken(key.origin, message));
        }
    }

    /// Names, each of them once.
    fn distinct(&mut self, node: Node, what: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for name in self.texts(node, what) {
            if !names.insert(name.value.clone()) {
                self.diagnostics.push(broken(name.origin, format!("`{}` stands here twice", name.value)));
            }
        }
        names
    }

    /// What stands below a key, by name.
    fn parts<T>(
        &mut self,
        entry: Option<Entry>,
        read: impl Fn(&mut Self, Node) -> Option<T>,
    ) -> BTreeMap<String, Spanned<T>> {
        let Some(entry) = entry else { return BTreeMap::new() };
        let entries = self.mapping(entry.value, &format!("`{}`", entry.key.text), "{}").unwrap_or_default();
        let part = |entry: Entry| {
            let part = read(self, entry.value)?;
            Some((entry.key.text, Spanned::new(part, entry.key.origin)))
        };
        entries.into_iter().filter_map(part).collect()
    }

    fn aggregate(&mut self, node: Node) -> Option<Aggregate> {
        let origin = node.origin;
        let entries = self.mapping(node, "an aggregate", "{}")?;
        let mut keyed = self.keyed(entries, &AGGREGATE);
        let id = keyed.take("id").and_then(|entry| self.text(entry.value, "a type"));
        if id.is_none() {
            self.diagnostics.push(broken(origin, "an aggregate has an `id`"));
        }
        let snapshot = keyed.take("snapshot").and_then(|entry| self.number(entry.value)).map(|number| number.value);
        let state = keyed.take("state").and_then(|entry| self.fingerprint(entry.value)).map(|state| state.value);
        Some(Aggregate { id: id?, snapshot, state })
    }

    fn locked_event(&mut self, node: Node) -> Option<Arc<Event>> {
        let entries = self.mapping(node, "an event", "{}")?;
        let mut keyed = self.keyed(entries, &EVENT);
        let derived = keyed.take("derived").and_then(|entry| self.text(entry.value, "the name of a set"));
        let aggregate = keyed.take("aggregate").and_then(|entry| self.text(entry.value, "the name of an aggregate"));
        let versions = self.versions(keyed.take("versions"), Self::event_version);
        let end = if let Some(entry) = keyed.take("retired") {
            self.number(entry.value).map(|version| End { version: version.value, reading: Reading::Itself })
        } else if let Some(entry) = keyed.take("nothing") {
            self.number(entry.value).map(|version| End { version: version.value, reading: Reading::Nothing })
        } else {
            keyed.take("becomes").and_then(|entry| self.others(entry.value))
        };
        self.nothing_is_left(&keyed, &EVENT);
        let (aggregate, derived) = (aggregate.map(|name| name.value), derived.map(|set| set.value));
        Some(Arc::new(Event { aggregate, versions, end, derived }))
    }

    fn others(&mut self, node: Node) -> Option<End> {
        let origin = self.visible(&node);
        let entries = self.mapping(node, "`becomes`", "{}")?;
        let Ok([entry]) = <[Entry; 1]>::try_from(entries) else {
            self.diagnostics.push(broken(origin, "an event becomes others in one version"));
            return None;
        };
        let version = self.version_key(&entry.key)?.value;
        let Kind::List(nodes) = entry.value.kind else {
            self.wrong_shape(&entry.value, "what an event becomes is a list");
            return None;
        };
        let children = nodes.into_iter().filter_map(|node| self.locked_child(node)).collect();
        Some(End { version, reading: Reading::Others(children) })
    }

    fn locked_child(&mut self, node: Node) -> Option<Child> {
        let entries = self.mapping(node, "an event that another became", "{}")?;
        let mut keyed = self.keyed(entries, &CHILD);
        let event = keyed.take("event").and_then(|entry| self.text(entry.value, "the name of an event"));
        let version = keyed.take("version").and_then(|entry| self.number(entry.value));
        let steps = keyed.take("steps").map(|entry| self.lines(entry.value));
        let samples = keyed.take("samples").and_then(|entry| self.fingerprint(entry.value)).map(|print| print.value);
        Some(Child { event: event?, version: version?.value, steps, samples })
    }

    fn versions<T>(
        &mut self,
        entry: Option<Entry>,
        read: impl Fn(&mut Self, Node) -> Option<T>,
    ) -> BTreeMap<u32, Spanned<T>> {
        let Some(entry) = entry else { return BTreeMap::new() };
        let entries = self.mapping(entry.value, "`versions`", "{}").unwrap_or_default();
        let version = |entry: Entry| {
            let number = self.version_key(&entry.key);
            let version = read(self, entry.value);
            Some((number?.value, Spanned::new(version?, entry.key.origin)))
        };
        entries.into_iter().filter_map(version).collect()
    }

    fn event_version(&mut self, node: Node) -> Option<EventVersion> {
        let origin = self.visible(&node);
        let entries = self.mapping(node, "a version of an event", "{}")?;
        let mut keyed = self.keyed(entries, &EVENT_VERSION);
        let wire_type = keyed.take("wire_type").and_then(|entry| self.text(entry.value, "a wire type"));
        let readable_from = keyed.take("readable_from").and_then(|entry| self.number(entry.value));
        let fields = keyed.take("fields").map(|entry| self.locked_fields(entry.value));
        let personal = keyed.take("personal").map(|entry| self.distinct(entry.value, "`personal`"));
        let upcast = match keyed.take("by_hand") {
            Some(entry) => Upcast::ByHand(self.fingerprints(entry.value)),
            None => Upcast::Steps(self.steps(&mut keyed)),
        };
        let samples = keyed.take("samples").and_then(|entry| self.fingerprint(entry.value)).map(|print| print.value);
        let prints = [keyed.take("shape"), keyed.take("upcast")];
        self.nothing_is_left(&keyed, &EVENT_VERSION);
        let (Some(wire_type), Some(readable_from), Some(fields)) = (wire_type, readable_from, fields) else {
            let message = "a version of an event has a `wire_type`, `readable_from` and `fields`";
            self.diagnostics.push(broken(origin, message));
            return None;
        };
        let (personal, readable_from) = (personal.unwrap_or_default(), readable_from.value);
        let version = EventVersion { wire_type, fields, personal, readable_from, upcast, samples };
        self.compare(origin, prints, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
        Some(version)
    }

    fn locked_type(&mut self, node: Node) -> Option<Arc<NamedType>> {
        let entries = self.mapping(node, "a type", "{}")?;
        let mut keyed = self.keyed(entries, &TYPE);
        let derived = keyed.take("derived").and_then(|entry| self.text(entry.value, "`true`"));
        if let Some(wrong) = derived.as_ref().filter(|derived| derived.value != "true") {
            self.diagnostics.push(broken(wrong.origin, "a type is `derived: true`, or nothing is said of it"));
        }
        let versions = self.versions(keyed.take("versions"), Self::type_version);
        Some(Arc::new(NamedType { versions, derived: derived.is_some() }))
    }

    fn type_version(&mut self, node: Node) -> Option<TypeVersion> {
        let origin = self.visible(&node);
        let entries = self.mapping(node, "a version of a type", "{}")?;
        let mut keyed = self.keyed(entries, &TYPE_VERSION);
        let (shape, upcast) = if let Some(entry) = keyed.take("fields") {
            (Shape::Struct(self.locked_fields(entry.value)), TypeUpcast::Struct(self.steps(&mut keyed)))
        } else if let Some(entry) = keyed.take("newtype") {
            let by = keyed.take("by").and_then(|entry| self.text(entry.value, "a conversion"));
            let by = by.unwrap_or_else(|| Spanned::new(KEEP.to_owned(), origin));
            (Shape::Newtype(self.text(entry.value, "a type")?), TypeUpcast::Newtype(by))
        } else if let Some(entry) = keyed.take("enum") {
            let values = self.distinct(entry.value, "`enum`");
            let fallback = self.keeps_others(keyed.take("fallback"));
            (Shape::Enum { values, fallback }, TypeUpcast::Enum(self.values_that_became(keyed.take("becomes"))))
        } else if let Some(entry) = keyed.take("union") {
            let kinds = self.mapping(entry.value, "`union`", "{}").unwrap_or_default();
            let kinds = kinds.into_iter().map(|kind| (kind.key.text, self.locked_fields(kind.value))).collect();
            (Shape::Union(kinds), TypeUpcast::Union(self.parts(keyed.take("becomes"), Self::kind_upcast)))
        } else {
            let message = "a version of a type has `fields`, a `newtype`, an `enum` or a `union`";
            self.diagnostics.push(broken(origin, message));
            return None;
        };
        let version = TypeVersion { shape, upcast };
        let prints = [keyed.take("shape"), keyed.take("upcast")];
        self.nothing_is_left(&keyed, &TYPE_VERSION);
        self.compare(origin, prints, &version.shape_fingerprint(), version.upcast_fingerprint().as_ref());
        Some(version)
    }

    fn keeps_others(&mut self, entry: Option<Entry>) -> bool {
        let Some(written) = entry.and_then(|entry| self.text(entry.value, "`true`")) else { return false };
        if written.value != "true" {
            self.diagnostics.push(broken(written.origin, "an enum without a fallback does not speak of it"));
        }
        true
    }

    fn values_that_became(&mut self, entry: Option<Entry>) -> BTreeMap<String, Spanned<String>> {
        let Some(entry) = entry else { return BTreeMap::new() };
        let entries = self.mapping(entry.value, "`becomes`", "{}").unwrap_or_default();
        let value = |entry: Entry| Some((entry.key.text, self.text(entry.value, "a value")?));
        entries.into_iter().filter_map(value).collect()
    }

    fn kind_upcast(&mut self, node: Node) -> Option<KindUpcast> {
        let entries = self.mapping(node, "a kind of a union", "{}")?;
        let mut keyed = self.keyed(entries, &KIND);
        let kind = keyed.take("kind").and_then(|entry| self.text(entry.value, "the name of a kind"));
        let steps = self.steps(&mut keyed);
        Some(KindUpcast { kind: kind?.value, steps })
    }

    fn locked_fields(&mut self, node: Node) -> Fields {
        let entries = self.mapping(node, "`fields`", "fields: {}").unwrap_or_default();
        let field = |entry: Entry| Some((entry.key.text, self.text(entry.value, "a type")?));
        entries.into_iter().filter_map(field).collect()
    }

    fn steps(&mut self, keyed: &mut Keyed) -> Vec<Spanned<Step>> {
        keyed.take("steps").map(|entry| self.lines(entry.value)).unwrap_or_default()
    }

    fn lines(&mut self, node: Node) -> Vec<Spanned<Step>> {
        let lines = self.texts(node, "`steps`").into_iter();
        let mut steps = Vec::new();
        for line in lines {
            match Step::read(&line.value) {
                Some(step) => steps.push(Spanned::new(step, line.origin)),
                None => self.diagnostics.push(broken(line.origin, "this is not a step")),
            }
        }
        steps
    }

    fn fingerprint(&mut self, node: Node) -> Option<Spanned<Fingerprint>> {
        let text = self.text(node, "a fingerprint")?;
        let print = Fingerprint::read(&text.value);
        if print.is_none() {
            self.diagnostics.push(broken(text.origin, "a fingerprint has 32 digits, 0 to 9 and a to f"));
        }
        Some(Spanned::new(print?, text.origin))
    }

    fn fingerprints(&mut self, node: Node) -> Vec<Fingerprint> {
        let Kind::List(nodes) = node.kind else {
            self.wrong_shape(&node, "`by_hand` is a list of fingerprints");
            return Vec::new();
        };
        nodes.into_iter().filter_map(|node| self.fingerprint(node)).map(|print| print.value).collect()
    }

    /// What was written of a version and what its fingerprint says are one.
    fn compare(
        &mut self,
        version: Origin,
        written: [Option<Entry>; 2],
        shape: &Fingerprint,
        upcast: Option<&Fingerprint>,
    ) {
        for ((entry, made), key) in written.into_iter().zip([Some(shape), upcast]).zip(["shape", "upcast"]) {
            let written = entry.map(|entry| (entry.key.origin, self.fingerprint(entry.value)));
            let message = match (written, made) {
                (Some((_, None)), _) | (None, None) => continue,
                (Some((_, Some(written))), Some(made)) if written.value == *made => continue,
                (Some((_, Some(written))), _) => Diagnostic::error(
                    Code::LockEdited,
                    written.origin,
                    "this is not the fingerprint of what stands above",
                ),
                (None, Some(_)) => {
                    Diagnostic::error(Code::LockEdited, version, format!("the fingerprint `{key}` is missing here"))
                }
            };
            self.diagnostics.push(message.help(
                "the lock was edited, or merged by lines: run `cargo factum lock`, which takes what was released, and \
                 derives the rest from the schemas",
            ));
        }
    }
}
