//! A lock that is read part by part, as it was written. What stands in another lock too, letter by letter, is taken from
//! there: a review reads two or three, which differ in a few lines, and all are long.

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

/// A lock that looks as if it had been written by `cargo factum lock`, and is right. `None`: it has to be read as a whole.
pub(super) fn read(sources: &mut Sources, file: FileId, like: Option<(FileId, &Lock)>) -> Option<Lock> {
    let (content, other, places) = sources.reading_beside(file, like.map(|(other, _)| other));
    let Content::Text(text) = content else { return None };
    let nothing = Lock::default();
    let known = like.map_or(&nothing, |(_, known)| known);
    let there = other.and_then(Outline::of).filter(|there| there.is_of(known)).unwrap_or_default();
    let here = Outline::of(text).filter(|_| text.len() <= MAX_BYTES)?;
    let mut page = Page::new(file, text, places);
    let mark = page.mark();
    let lock = Parts { page: &mut page, here, there }.lock(known);
    if lock.is_none() {
        page.forget(mark);
    }
    lock
}

struct Parts<'a, 'p> {
    page: &'a mut Page<'p>,
    here: Outline<'p>,
    /// Of the other lock; empty if there is none.
    there: Outline<'p>,
}

/// The parts of a section, and the names of those that the other lock does not have as they are here.
type Section<T> = (BTreeMap<String, Spanned<T>>, BTreeSet<String>);

impl Parts<'_, '_> {
    fn lock(mut self, known: &Lock) -> Option<Lock> {
        let (aggregates, _) = self.section(0, &known.aggregates)?;
        let (events, changed) = self.section(1, &known.events)?;
        let (types, changed_types) = self.section(2, &known.types)?;
        let same_types = changed_types.is_empty() && types.len() == known.types.len();
        let lock = Lock { aggregates, events, types };
        let is_right = if same_types { lock.of_events(&changed).schema().is_ok() } else { lock.schema().is_ok() };
        is_right.then_some(lock)
    }

    fn section<T: Locked>(&mut self, index: usize, known: &BTreeMap<String, Spanned<T>>) -> Option<Section<T>> {
        let (here, there) = (&self.here.sections[index], &self.there.sections[index]);
        let mut there = there.iter().zip(known.values()).peekable();
        let (mut all, mut changed) = (Vec::with_capacity(here.len()), BTreeSet::new());
        for part in here {
            while there.next_if(|(other, _)| other.name < part.name).is_some() {}
            let same = there.next_if(|(other, _)| other.lines == part.lines);
            let value = if let Some((_, same)) = same {
                let start = part.range.start + 2;
                Spanned::new(same.value.clone(), self.page.origin(start..start + part.name.len()))
            } else {
                changed.insert(part.name.to_owned());
                read_part(self.page, part)?
            };
            all.push((part.name.to_owned(), value));
        }
        Some((all.into_iter().collect(), changed))
    }
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
    fn of_events(&self, changed: &BTreeSet<String>) -> Self {
        let mut events = BTreeMap::new();
        for (name, event) in &self.events {
            let aggregate = event.value.aggregate.as_ref();
            let is_alone = aggregate.is_some_and(|name| !self.aggregates.contains_key(name));
            let children = match event.value.end.as_ref().map(|end| &end.reading) {
                Some(Reading::Others(children)) => children.as_slice(),
                Some(Reading::Itself | Reading::Nothing) | None => &[],
            };
            if changed.contains(name) || is_alone || !children.is_empty() {
                let children = children.iter().map(|child| &child.event.value);
                let named = children.filter_map(|name| self.events.get_key_value(name));
                events.extend(named.chain([(name, event)]).map(|(name, event)| (name.clone(), event.clone())));
            }
        }
        Self { aggregates: self.aggregates.clone(), events, types: self.types.clone() }
    }
}
