//! What the lock has to be: what was released as it was released, and the rest as the schemas say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pairing::Pairing;
use super::{Event, EventVersion, Lock, NamedType, Reading, SameEvents, TypeVersion, Upcast, pins};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::released::Holder;
use crate::source::{Origin, Spanned};

/// What a new lock is made of.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// What the schemas say now, with what is derived in Rust, which no schema says.
    pub current: &'a Lock,
    /// The lock of the baseline: what it has is released. Without one, nothing is.
    pub baseline: Option<&'a Lock>,
    /// The lock of the branch, if it could be read: what it has beyond the baseline are the proposals of before.
    pub branch: Option<&'a Lock>,
    /// Released versions whose change was approved: of these the schemas are believed.
    pub accepted: &'a BTreeSet<Holder>,
}

/// The lock to write: every released version as it was released, every other one as the schemas say, and what the lock
/// test found out about steps that are written by hand.
///
/// # Errors
/// A released version that changed, or a proposal whose number was released meanwhile: then no lock could say both what
/// is stored and what the schemas say.
pub fn propose(proposal: &Proposal<'_>) -> Result<Lock, Vec<Diagnostic>> {
    let current = proposal.current;
    let known = Known::new(proposal);
    let mut diagnostics = Vec::new();
    known.changes(current, &mut diagnostics);
    ends_stay(current, proposal, &mut diagnostics);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let mut lock = current.clone();
    known.keep_outputs(&mut lock);
    known.keep_what_is_gone(&mut lock);
    known.keep_snapshots(&mut lock);
    Ok(lock)
}

/// What is known of before, beside what the schemas say.
struct Known<'a> {
    proposal: &'a Proposal<'a>,
    released: Option<Earlier<'a>>,
    before: Option<Earlier<'a>>,
    /// From what was released to what was proposed before.
    proposed: Option<Pairing<'a>>,
}

/// A lock of before.
struct Earlier<'a> {
    lock: &'a Lock,
    events: SameEvents<'a>,
    /// From it to what the schemas say.
    types: Pairing<'a>,
}

impl<'a> Earlier<'a> {
    fn event(&self, name: &str, event: &Event) -> Option<&'a Arc<Event>> {
        self.events.of(name, event).map(|(_, event)| event)
    }

    /// By its name now.
    fn of_type(&self, name: &str) -> Option<&'a NamedType> {
        Some(&self.lock.types.get(self.types.was(name)?)?.value)
    }
}

impl<'a> Known<'a> {
    fn new(proposal: &'a Proposal<'a>) -> Self {
        let Proposal { current, baseline, branch, .. } = *proposal;
        let earlier = |lock: &'a Lock| Earlier { lock, events: lock.same_events(), types: Pairing::of(lock, current) };
        let proposed = baseline.zip(branch).map(|(baseline, branch)| Pairing::of(baseline, branch));
        Self { proposal, released: baseline.map(earlier), before: branch.map(earlier), proposed }
    }

    fn both(&self) -> [Option<&Earlier<'a>>; 2] {
        [self.released.as_ref(), self.before.as_ref()]
    }

    /// Whether two are one and the same, and the types that they name are those that they were.
    fn is_as_released<T: PartialEq>(&self, released: &T, current: &T) -> bool {
        released == current && self.released.as_ref().is_some_and(|released| !released.types.reuses_names())
    }

    /// What was released and is something else now.
    fn changes(&self, current: &Lock, diagnostics: &mut Vec<Diagnostic>) {
        for (name, event) in &current.events {
            let [released, before] = self.both().map(|known| known?.event(name, &event.value));
            if released.is_some_and(|released| self.is_as_released(released, &event.value)) {
                continue;
            }
            let known = [released, before].map(|known| known.map(|event| &event.versions));
            let holder = |number: u32, version: &EventVersion| Holder::Event(version.wire_type.value.clone(), number);
            let merge =
                Merge { known: self, name, origin: event.origin, what: "event", holder: &holder, same: same_stored };
            merge.versions(&event.value.versions, known, diagnostics);
        }
        for (name, ty) in &current.types {
            let known = self.both().map(|known| known?.of_type(name).map(|ty| &ty.versions));
            let was = self.released.as_ref().and_then(|released| released.types.was(name)).unwrap_or(name);
            let holder = |number: u32, _: &TypeVersion| Holder::Type(was.to_owned(), number);
            let merge = Merge { known: self, name, origin: ty.origin, what: "type", holder: &holder, same: same_type };
            merge.versions(&ty.value.versions, known, diagnostics);
        }
    }

    /// What the lock test found out stays known as long as the version is what it was.
    fn keep_outputs(&self, lock: &mut Lock) {
        for (name, event) in lock.events.iter_mut().filter(|(_, event)| event.value.wants_outputs()) {
            let event = Arc::make_mut(&mut event.value);
            // What was found out last comes first.
            for earlier in self.both().into_iter().rev().flatten() {
                if let Some(known) = earlier.event(name, event) {
                    take_outputs(event, known, &earlier.types);
                }
            }
        }
    }

    /// Released events, types and versions that the schemas do not speak of any more stay in the lock, unless that was
    /// approved: they are stored.
    fn keep_what_is_gone(&self, lock: &mut Lock) {
        let Some(Earlier { lock: baseline, types, .. }) = &self.released else { return };
        let now = self.proposal.current.same_events();
        for (name, event) in &baseline.events {
            if now.has(name, &event.value) || self.approved(&event.value) {
                continue;
            }
            let mut kept = nowhere(event);
            let own = Arc::make_mut(&mut kept.value);
            let fields = own.versions.values_mut().flat_map(|version| version.value.fields.values_mut());
            fields.for_each(|ty| ty.value = types.named_as_now(&ty.value));
            follow_children(own, &now, baseline);
            lock.events.insert(name.clone(), kept);
            let aggregate = event.value.aggregate.as_ref().and_then(|name| baseline.aggregates.get_key_value(name));
            if let Some((name, aggregate)) = aggregate {
                lock.aggregates.entry(name.clone()).or_insert_with(|| {
                    let mut kept = nowhere(aggregate);
                    kept.value.id.value = types.named_as_now(&kept.value.id.value);
                    kept
                });
            }
        }
        keep_held_types(lock, baseline, &|ty| types.named_as_now(ty));
    }

    /// The number of snapshots stays known while there are none: those that were kept under it are in the stores still.
    fn keep_snapshots(&self, lock: &mut Lock) {
        let Some(Earlier { lock: baseline, .. }) = &self.released else { return };
        for (name, aggregate) in &mut lock.aggregates {
            let known = baseline.aggregates.get(name).and_then(|known| known.value.snapshot);
            aggregate.value.snapshot = aggregate.value.snapshot.or(known);
        }
    }

    /// Whether all that was released of an event may go.
    fn approved(&self, event: &Event) -> bool {
        let mut versions = event.versions.iter();
        versions.all(|(number, version)| {
            self.proposal.accepted.contains(&Holder::Event(version.value.wire_type.value.clone(), *number))
        })
    }
}

impl Event {
    /// Whether the outputs of a step by hand are not known.
    fn wants_outputs(&self) -> bool {
        let unknown = |upcast: &Upcast| matches!(upcast, Upcast::ByHand(outputs) if outputs.is_empty());
        self.versions.values().any(|version| unknown(&version.value.upcast))
    }
}

/// What is stored under two versions is the same, and so is what it is read as. Marks of personal data may change.
fn same_stored(types: &Pairing<'_>, old: &EventVersion, new: &EventVersion) -> bool {
    let same_upcast = match (&old.upcast, &new.upcast) {
        (Upcast::ByHand(_), Upcast::ByHand(_)) => true,
        (Upcast::Steps(old), Upcast::Steps(new)) => old == new,
        (Upcast::Steps(_), Upcast::ByHand(_)) | (Upcast::ByHand(_), Upcast::Steps(_)) => false,
    };
    old.wire_type == new.wire_type && types.same_fields(&old.fields, &new.fields) && same_upcast
}

fn same_type(types: &Pairing<'_>, old: &TypeVersion, new: &TypeVersion) -> bool {
    types.same_shape(&old.shape, &new.shape) && old.upcast == new.upcast
}

/// Those outputs that are not known yet.
fn take_outputs(event: &mut Event, known: &Event, types: &Pairing<'_>) {
    for (number, version) in &mut event.versions {
        let same = known.versions.get(number).filter(|known| same_stored(types, &known.value, &version.value));
        let (Upcast::ByHand(own), Some(known)) = (&mut version.value.upcast, same) else { continue };
        match &known.value.upcast {
            Upcast::ByHand(outputs) if own.is_empty() => own.clone_from(outputs),
            Upcast::ByHand(_) | Upcast::Steps(_) => {}
        }
    }
}

/// What stored events are read as since their event ended stays what it is.
fn ends_stay(lock: &Lock, proposal: &Proposal<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(baseline) = proposal.baseline else { return };
    let before = baseline.same_events();
    for (name, event) in &lock.events {
        let Some((_, released)) = before.of(name, &event.value) else { continue };
        let Some(before) = baseline.read_as(released) else { continue };
        let end = Holder::Event(released.wire_type().to_owned(), before.0);
        if lock.read_as(&event.value).as_ref() == Some(&before) || proposal.accepted.contains(&end) {
            continue;
        }
        let message = format!(
            "what stored events of `{name}` are read as since version {} was released, and is something else now",
            before.0
        );
        diagnostics.push(
            Diagnostic::error(Code::ReleasedVersionEdited, event.origin, message)
                .help("take the change back: views were built of what they were read as")
                .help("`cargo factum check` shows what changed, and what it does to stored events"),
        );
    }
}

/// What an event became may have another name now.
fn follow_children(event: &mut Event, now: &SameEvents<'_>, baseline: &Lock) {
    let Some(Reading::Others(children)) = event.end.as_mut().map(|end| &mut end.reading) else { return };
    for child in children {
        let known = baseline.events.get(&child.event.value);
        let now = known.and_then(|known| now.of(&child.event.value, &known.value));
        if let Some((name, _)) = now {
            name.clone_into(&mut child.event.value);
        }
    }
}

/// It is in the file of the baseline, which is none of those that the schemas are in.
fn nowhere<T: Clone>(part: &Spanned<T>) -> Spanned<T> {
    Spanned::new(part.value.clone(), Origin::default())
}

/// What is kept holds types, which hold types; in those of the baseline each text is another one now.
pub(super) fn keep_held_types(lock: &mut Lock, baseline: &Lock, named: &dyn Fn(&str) -> String) {
    loop {
        let keys = lock.aggregates.values().map(|aggregate| &aggregate.value.id);
        let held = pins(lock.texts().chain(keys)).into_iter().map(|pin| pin.name);
        let missing: BTreeSet<String> = held.filter(|name| !lock.types.contains_key(name)).collect();
        let kept = |name: &String| {
            let mut kept = nowhere(baseline.types.get(name)?);
            let versions = Arc::make_mut(&mut kept.value).versions.values_mut();
            let held = versions.flat_map(|version| version.value.shape.types_mut());
            held.for_each(|ty| ty.value = named(&ty.value));
            Some((name.clone(), kept))
        };
        let found: Vec<(String, Spanned<Arc<NamedType>>)> = missing.iter().filter_map(kept).collect();
        if found.is_empty() {
            return;
        }
        lock.types.extend(found);
    }
}

/// The versions of an event or of a type.
type Versions<T> = BTreeMap<u32, Spanned<T>>;

/// An event or a type whose versions are put together.
struct Merge<'a, T> {
    known: &'a Known<'a>,
    name: &'a str,
    origin: Origin,
    what: &'static str,
    holder: &'a dyn Fn(u32, &T) -> Holder,
    same: fn(&Pairing<'_>, &T, &T) -> bool,
}

impl<T> Merge<'_, T> {
    /// Of what was released, and of what was proposed before.
    fn versions(&self, now: &Versions<T>, known: [Option<&Versions<T>>; 2], diagnostics: &mut Vec<Diagnostic>) {
        let ([Some(released), before], Some(Earlier { types, .. })) = (known, &self.known.released) else { return };
        let newest = released.keys().last().copied().unwrap_or(0);
        for (number, version) in released {
            let accepted = self.known.proposal.accepted.contains(&(self.holder)(*number, &version.value));
            let Some(current) = now.get(number) else {
                if !accepted {
                    diagnostics.push(self.gone(*number));
                }
                continue;
            };
            if accepted || (self.same)(types, &version.value, &current.value) {
                continue;
            }
            let was_proposed = match before.zip(self.known.proposed.as_ref()) {
                // Without the lock of the branch nobody knows; only what the newest number has can be a proposal.
                None => *number == newest,
                Some((before, types)) => {
                    before.get(number).is_none_or(|before| !(self.same)(types, &version.value, &before.value))
                }
            };
            diagnostics.push(if was_proposed { self.taken(*number, newest) } else { self.edited(*number, newest) });
        }
    }

    fn gone(&self, number: u32) -> Diagnostic {
        let (what, name) = (self.what, self.name);
        let message = format!("version {number} of the {what} `{name}` was released, and is gone");
        Diagnostic::error(Code::ReleasedVersionEdited, self.origin, message)
            .help("stored events have it: write its lines again; what is not emitted any more is `retired`")
    }

    fn edited(&self, number: u32, newest: u32) -> Diagnostic {
        let (what, name) = (self.what, self.name);
        let message = format!("version {number} of the {what} `{name}` was released, and is something else now");
        Diagnostic::error(Code::ReleasedVersionEdited, self.origin, message)
            .help(format!("take the change back, and make it in version {}", newest + 1))
            .help("`cargo factum check` shows what changed, and what it does to stored events")
    }

    fn taken(&self, number: u32, newest: u32) -> Diagnostic {
        let (what, name) = (self.what, self.name);
        let message = format!("version {number} of the {what} `{name}` was released meanwhile, with another content");
        Diagnostic::error(Code::VersionRenumber, self.origin, message)
            .help(format!("take over what version {number} is now, and make your change in version {}", newest + 1))
    }
}
