//! A program beside a lock: what differs, in words and lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use factum::lock::LockedEvent;
use factum_model::Lock;
use factum_model::lock::{Event, EventVersion, Fingerprint, Instead, NamedType, TypeVersion, Upcast};
use factum_model::source::{Origin, Spanned};

use super::LockError;
use super::looks::Form;
use super::pins::{Done, Outputs, pin};
use super::program::Program;
use crate::diff;

/// How many samples an account shows.
const SHOWN: usize = 3;

/// A set of events as the program has it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) set: String,
    /// Its entries.
    pub(super) lock: Lock,
    contexts: BTreeSet<String>,
    forms: BTreeMap<String, Form>,
    done: Done,
}

impl Found {
    pub(super) fn of(set: &str, events: &[LockedEvent]) -> Result<Self, LockError> {
        let mut found = Self {
            set: set.to_owned(),
            lock: Lock::default(),
            contexts: BTreeSet::new(),
            forms: BTreeMap::new(),
            done: Done::default(),
        };
        for program in Program::all(events)? {
            let mut lock = Lock::of(&program.schema);
            let Done { written, stepped } = pin(&program, &mut lock, set)?;
            found.contexts.extend(program.schema.events.iter().map(|event| event.context.clone()));
            found.lock.events.extend(lock.events);
            found.lock.types.extend(lock.types);
            found.forms.extend(program.forms);
            found.done.written.extend(written);
            found.done.stepped.extend(stepped);
        }
        Ok(found)
    }

    /// The set's events in a lock which it does not have any more, under no name.
    pub(super) fn gone<'l>(&self, lock: &'l Lock) -> Vec<&'l str> {
        let own = |(name, event): &(&String, &Spanned<Arc<Event>>)| {
            let context = name.split_once('.').map_or("", |(context, _)| context);
            event.value.derived.as_deref() == Some(&self.set) && self.contexts.contains(context)
        };
        let now = self.lock.same_events();
        let gone = |(name, event): &(&String, &Spanned<Arc<Event>>)| !now.has(name, &event.value);
        lock.events.iter().filter(own).filter(gone).map(|(name, _)| name.as_str()).collect()
    }

    /// Names that a schema file declares.
    pub(super) fn declared(&self, lock: &Lock) -> Result<(), LockError> {
        let events = self
            .lock
            .events
            .keys()
            .filter(|name| lock.events.get(*name).is_some_and(|event| event.value.derived.is_none()));
        let types = self.lock.types.keys();
        let mut types = types.filter(|name| lock.types.get(*name).is_some_and(|ty| !ty.value.derived));
        match events.chain(types.by_ref()).next() {
            Some(name) => Err(LockError::Declared { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Everything in which the program is not what a lock says.
    pub(super) fn differences(&self, lock: &Lock) -> Vec<String> {
        let mut told = Vec::new();
        let before = lock.same_events();
        for (name, event) in &self.lock.events {
            match before.of(name, &event.value) {
                None => told.push(format!("the event {name} is not in the lock")),
                Some((old, locked)) => {
                    if old != name {
                        told.push(format!("the event {name} is called {old} in the lock"));
                    }
                    self.event(name, locked, &event.value, &mut told);
                }
            }
        }
        let gone = self.gone(lock).into_iter();
        told.extend(gone.map(|name| format!("the event {name} is in the lock, and not in {} any more", self.set)));
        for (name, ty) in &self.lock.types {
            match lock.types.get(name) {
                None => told.push(format!("the value {name} is not in the lock")),
                Some(locked) => self.value(name, &locked.value, &ty.value, &mut told),
            }
        }
        told
    }

    /// In what the program is not what was released. What it has beyond that is new.
    pub(super) fn changed(&self, released: &Lock) -> Vec<String> {
        let mut told = Vec::new();
        let before = released.same_events();
        for (name, event) in &self.lock.events {
            let Some((_, kept)) = before.of(name, &event.value) else { continue };
            let mut now = Event::clone(&event.value);
            now.versions.retain(|number, _| kept.versions.contains_key(number));
            for (number, version) in &mut now.versions {
                // Marks of personal data may change.
                if let Some(before) = kept.versions.get(number) {
                    version.value.personal.clone_from(&before.value.personal);
                }
            }
            if kept.end.is_none() {
                now.end = None;
            }
            self.event(name, kept, &now, &mut told);
        }
        let new = self.lock.events.iter().filter(|(name, event)| !before.has(name, &event.value));
        let new: Vec<_> = new.collect();
        for name in self.gone(released) {
            let Some(event) = released.events.get(name) else { continue };
            let instead = Instead::of(name, &event.value, new.iter().copied()).told(name);
            told.push(format!("the event {name} was released, and is not in {} any more\n  help: {instead}", self.set));
        }
        for (name, ty) in &self.lock.types {
            let Some(before) = released.types.get(name) else { continue };
            let mut now = NamedType::clone(&ty.value);
            now.versions.retain(|number, _| before.value.versions.contains_key(number));
            self.value(name, &before.value, &now, &mut told);
        }
        told
    }

    fn event(&self, name: &str, locked: &Event, now: &Event, told: &mut Vec<String>) {
        let number = |event: &Event| event.versions.keys().copied().collect::<BTreeSet<u32>>();
        for version in number(locked).union(&number(now)) {
            match (locked.versions.get(version), now.versions.get(version)) {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => told.push(self.version(name, *version, &old.value, &new.value)),
                (Some(_), None) => told.push(format!("version {version} of {name} is in the lock, and gone here")),
                (None, _) => told.push(format!("version {version} of {name} is not in the lock")),
            }
        }
        if locked.end != now.end {
            let [locked, now] = [locked, now].map(|event| {
                lines(&Lock {
                    events: entry(name, Event { versions: BTreeMap::new(), derived: None, ..event.clone() }),
                    ..Lock::default()
                })
            });
            told.push(format!("how {name} ended is something else in the lock\n{}", between(&locked, &now)));
        }
    }

    fn version(&self, name: &str, number: u32, locked: &EventVersion, now: &EventVersion) -> String {
        let [old, new] = [locked, now].map(|version| {
            let versions = [(number, Spanned::new(version.clone(), Origin::default()))].into();
            let event = Event { aggregate: None, versions, end: None, derived: None };
            lines(&Lock { events: entry(name, event), ..Lock::default() })
        });
        let mut text = format!("version {number} of {name} is something else in the lock\n");
        text += &between(&old, &new);
        text += &self.looks(&old, &new);
        for (value, before, after) in moved_on(locked, now) {
            let next = number + 1;
            let _ = writeln!(
                text,
                "`{value}` moved on to version {after}: let {name} have a version {next}, in which the field is \
                 `retyped({next}, ..)` from what it was with `{value}V{before}` in it"
            );
        }
        let key = (now.wire_type.value.clone(), number);
        let of = |outputs: &'_ BTreeMap<(String, u32), Outputs>| outputs.get(&key).cloned().unwrap_or_default();
        let (written, stepped) = (of(&self.done.written), of(&self.done.stepped));
        match (&locked.upcast, &now.upcast) {
            (Upcast::ByHand(old), Upcast::ByHand(new)) if old != new => {
                text += "the step by hand makes something else of samples\n";
                let differs = stepped.iter().zip(differing(old, new)).filter(|(_, differs)| *differs);
                text += &shown(differs.map(|(output, _)| output));
            }
            (Upcast::ByHand(_) | Upcast::Steps(_), _)
                if locked.samples != now.samples && locked.fields == now.fields =>
            {
                text += "samples are written as something else, or the step makes something else of them\n";
                text += &shown(written.iter());
                if matches!(now.upcast, Upcast::Steps(_)) && !stepped.is_empty() {
                    text += "and of samples of the version before\n";
                    text += &shown(stepped.iter());
                }
            }
            (Upcast::ByHand(_) | Upcast::Steps(_), _) => {}
        }
        text
    }

    fn value(&self, name: &str, locked: &NamedType, now: &NamedType, told: &mut Vec<String>) {
        let number = |ty: &NamedType| ty.versions.keys().copied().collect::<BTreeSet<u32>>();
        for version in number(locked).union(&number(now)) {
            match (locked.versions.get(version), now.versions.get(version)) {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => {
                    let text = |ty: &Spanned<TypeVersion>| {
                        let versions = [(*version, ty.clone())].into();
                        let types = entry(name, NamedType { versions, derived: false });
                        lines(&Lock { types, ..Lock::default() })
                    };
                    let (old, new) = (text(old), text(new));
                    told.push(format!(
                        "version {version} of {name} is something else in the lock\n{}{}",
                        between(&old, &new),
                        self.looks(&old, &new)
                    ));
                }
                (Some(_), None) => told.push(format!("version {version} of {name} is in the lock, and gone here")),
                (None, _) => told.push(format!("version {version} of {name} is not in the lock")),
            }
        }
    }

    /// What the types look like whose hash is new.
    fn looks(&self, old: &str, new: &str) -> String {
        let mut text = String::new();
        let hashed = self.forms.iter().filter(|(hash, form)| **hash != form.says);
        for (_, form) in hashed.filter(|(hash, _)| new.contains(*hash) && !old.contains(*hash)) {
            let spellings = form.spellings.iter().map(|ty| format!("`{ty}`")).collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "{spellings} looks like this now: {}", form.says);
        }
        text
    }
}

/// Values that a version holds at another version than it did: the name, the version before, and the one now.
fn moved_on(locked: &EventVersion, now: &EventVersion) -> BTreeSet<(String, u32, u32)> {
    let mut moved = BTreeSet::new();
    for (field, old) in &locked.fields {
        let new = now.fields.get(field).map(|ty| pins(&ty.value)).unwrap_or_default();
        for (name, before) in pins(&old.value) {
            let after = new.iter().find(|(known, version)| **known == name && **version > before);
            let short = name.rsplit('.').next().unwrap_or_default().to_owned();
            moved.extend(after.map(|(_, after)| (short, before, *after)));
        }
    }
    moved
}

/// The values in a type, with their versions.
fn pins(ty: &str) -> BTreeMap<String, u32> {
    let words = ty.split(|c: char| !c.is_alphanumeric() && !"_.@".contains(c));
    words
        .filter_map(|word| word.split_once('@'))
        .filter_map(|(name, version)| Some((name.to_owned(), version.parse().ok()?)))
        .collect()
}

fn entry<T>(name: &str, part: T) -> BTreeMap<String, Spanned<Arc<T>>> {
    [(name.to_owned(), Spanned::new(Arc::new(part), Origin::default()))].into()
}

/// Which outputs differ; those that one of the two does not have do.
fn differing<'a>(old: &'a [Fingerprint], new: &'a [Fingerprint]) -> impl Iterator<Item = bool> + 'a {
    (0..new.len()).map(|index| old.get(index) != new.get(index))
}

fn shown<'a>(outputs: impl Iterator<Item = &'a (String, String, Option<String>)>) -> String {
    let mut text = String::new();
    for (name, payload, output) in outputs.take(SHOWN) {
        let _ = writeln!(text, "  {name}: {payload}\n    now {}", output.as_deref().unwrap_or("refused"));
    }
    text
}

/// What a lock says of its one entry, without the fingerprints of what it says anyway.
fn lines(lock: &Lock) -> String {
    let text = lock.to_string();
    let lines = text.lines().skip_while(|line| !line.starts_with("events:") && !line.starts_with("types:"));
    let told = |line: &&str| !["shape:", "upcast:", "samples:"].iter().any(|key| line.trim_start().starts_with(key));
    let said = lines.filter(told);
    said.skip(2).flat_map(|line| [line.strip_prefix("    ").unwrap_or(line), "\n"]).collect()
}

fn between(locked: &str, now: &str) -> String {
    diff::of_lines(locked, now, ("in the lock", "here"))
}
