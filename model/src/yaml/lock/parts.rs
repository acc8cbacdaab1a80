//! A lock that is read part by part, as it was written. What is known already, letter by letter, is taken from there: a
//! review reads two or three locks, which differ in a few lines from what the schemas say, and all are long.

use core::iter::{Peekable, Zip};
use core::slice;
use std::collections::btree_map::Values;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::MAX_BYTES;
use super::outline::{Outline, Part};
use crate::diagnostic::Diagnostics;
use crate::lock::{Aggregate, Event, Lock, NamedType, Reading};
use crate::source::{Content, FileId, Sources, Spanned};
use crate::yaml::load::Page;
use crate::yaml::plain;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Node;

/// A lock with its text: one that was read, or what schemas say. Its parts are known again in other locks.
#[derive(Debug)]
pub struct Known<'l> {
    lock: &'l Lock,
    outline: Outline<'l>,
}

impl<'l> Known<'l> {
    /// A right lock, and the text that says it, of which much may be as in others. Of a text that `cargo factum lock` did
    /// not write nothing is known again.
    #[must_use]
    pub fn new(text: &'l str, lock: &'l Lock, others: &[Known<'_>]) -> Self {
        let outline = Outline::of(text, &outlines(others)).filter(|outline| outline.is_of(lock));
        Self { lock, outline: outline.unwrap_or_default() }
    }
}

/// A lock that looks as if it had been written by `cargo factum lock`, and is right. `None`: it has to be read as a whole.
pub(super) fn read(sources: &mut Sources, file: FileId, known: &[Known<'_>]) -> Option<Lock> {
    let (content, places) = sources.reading(file);
    let Content::Text(text) = content else { return None };
    let here = Outline::of(text, &outlines(known)).filter(|_| text.len() <= MAX_BYTES)?;
    let mut page = Page::new(file, text, places);
    let mark = page.mark();
    let lock = Parts { page: &mut page, here }.lock(known);
    if lock.is_none() {
        page.forget(mark);
    }
    lock
}

fn outlines<'k>(known: &'k [Known<'_>]) -> Vec<&'k Outline<'k>> {
    known.iter().map(|known| &known.outline).collect()
}

struct Parts<'a, 'p> {
    page: &'a mut Page<'p>,
    here: Outline<'p>,
}

/// The parts of a section, and of each the index of the known lock from which it was taken.
type Section<T> = (BTreeMap<String, Spanned<T>>, Vec<Option<usize>>);

impl Parts<'_, '_> {
    fn lock(mut self, known: &[Known<'_>]) -> Option<Lock> {
        let (aggregates, _) = self.section(0, there(known, 0, |lock| &lock.aggregates))?;
        let (events, taken) = self.section(1, there(known, 1, |lock| &lock.events))?;
        let (types, _) = self.section(2, there(known, 2, |lock| &lock.types))?;
        let lock = Lock { aggregates, events, types };
        // Whatever was right there is right here, in the company of the same types.
        let same_types = |known: &Known<'_>| known.outline.sections[2] == self.here.sections[2];
        let same_types: Vec<bool> = known.iter().map(same_types).collect();
        let is_right = if same_types.contains(&true) {
            let is_settled = |taken: Option<usize>| taken.is_some_and(|index| same_types[index]);
            let open = lock.events.keys().zip(taken).filter(|(_, taken)| !is_settled(*taken));
            lock.of_events(&open.map(|(name, _)| name.as_str()).collect()).schema().is_ok()
        } else {
            lock.schema().is_ok()
        };
        is_right.then_some(lock)
    }

    fn section<T: Locked>(&mut self, index: usize, mut there: Vec<There<'_, T>>) -> Option<Section<T>> {
        let here = &self.here.sections[index];
        let (mut all, mut taken) = (Vec::with_capacity(here.len()), Vec::with_capacity(here.len()));
        for part in here {
            let mut found = there.iter_mut().map(|there| there.find(part)).enumerate();
            let found = found.find_map(|(index, same)| Some((index, same?)));
            let value = match found {
                Some((_, same)) => {
                    let start = part.range.start + 2;
                    Spanned::new(same.clone(), self.page.origin(start..start + part.name.len()))
                }
                None => read_part(self.page, part)?,
            };
            taken.push(found.map(|(index, _)| index));
            all.push((part.name.to_owned(), value));
        }
        Some((all.into_iter().collect(), taken))
    }
}

/// A section of a known lock, from the first part on that was not passed yet.
struct There<'k, T> {
    parts: Peekable<Pairs<'k, T>>,
}

/// Where parts stand, and what they are.
type Pairs<'k, T> = Zip<slice::Iter<'k, Part<'k>>, Values<'k, String, Spanned<T>>>;

impl<'k, T> There<'k, T> {
    fn of(outline: &'k [Part<'k>], values: &'k BTreeMap<String, Spanned<T>>) -> Self {
        Self { parts: outline.iter().zip(values.values()).peekable() }
    }

    /// What a part is that stands there in the same lines. Parts are asked for in the order of their names.
    fn find(&mut self, part: &Part<'_>) -> Option<&'k T> {
        while self.parts.next_if(|(other, _)| other.name < part.name).is_some() {}
        let (_, same) = self.parts.next_if(|(other, _)| other.lines == part.lines)?;
        Some(&same.value)
    }
}

fn there<'k, T>(
    known: &'k [Known<'k>],
    section: usize,
    values: impl Fn(&'k Lock) -> &'k BTreeMap<String, Spanned<T>>,
) -> Vec<There<'k, T>> {
    known.iter().map(|known| There::of(&known.outline.sections[section], values(known.lock))).collect()
}

/// What parts are.
trait Locked: Clone {
    fn read(reader: &mut Reader<'_, '_>, node: Node) -> Option<Self>;
}

impl Locked for Aggregate {
    fn read(reader: &mut Reader<'_, '_>, node: Node) -> Option<Self> {
        reader.aggregate(node)
    }
}

impl Locked for Arc<Event> {
    fn read(reader: &mut Reader<'_, '_>, node: Node) -> Option<Self> {
        reader.locked_event(node)
    }
}

impl Locked for Arc<NamedType> {
    fn read(reader: &mut Reader<'_, '_>, node: Node) -> Option<Self> {
        reader.locked_type(node)
    }
}

/// A part by itself; `None` if something is wrong with it.
fn read_part<T: Locked>(page: &mut Page<'_>, part: &Part<'_>) -> Option<Spanned<T>> {
    let entry = plain::entry(page, part.range.clone())?;
    let mut diagnostics = Diagnostics::new();
    let value = T::read(&mut Reader { page, diagnostics: &mut diagnostics }, entry.value)?;
    (diagnostics.count() == 0).then(|| Spanned::new(value, entry.key.origin))
}

impl Lock {
    /// A lock of those events alone whose being right may depend on these, if no type has changed: they themselves, and
    /// whatever names an aggregate that is not there, or other events.
    fn of_events(&self, changed: &BTreeSet<&str>) -> Self {
        let mut events = BTreeMap::new();
        for (name, event) in &self.events {
            let aggregate = event.value.aggregate.as_ref();
            let is_alone = aggregate.is_some_and(|name| !self.aggregates.contains_key(name));
            let children = match event.value.end.as_ref().map(|end| &end.reading) {
                Some(Reading::Others(children)) => children.as_slice(),
                Some(Reading::Itself | Reading::Nothing) | None => &[],
            };
            if changed.contains(name.as_str()) || is_alone || !children.is_empty() {
                let children = children.iter().map(|child| &child.event.value);
                let named = children.filter_map(|name| self.events.get_key_value(name));
                events.extend(named.chain([(name, event)]).map(|(name, event)| (name.clone(), event.clone())));
            }
        }
        Self { aggregates: self.aggregates.clone(), events, types: self.types.clone() }
    }
}
