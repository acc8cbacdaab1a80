//! What the lock has to be: what was released as it was released, and the rest as the schemas say.

use std::collections::{BTreeMap, BTreeSet};

use super::{Event, EventVersion, Fingerprint, Lock, NamedType, Reading, TypeVersion, Upcast};
use crate::Checked;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::released::Holder;
use crate::source::{Origin, Spanned};

/// What a new lock is made of.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// What the schemas say now.
    pub current: &'a Checked,
    /// The lock of the baseline: what it has is released. Without one, nothing is.
    pub baseline: Option<&'a Lock>,
    /// The lock of the branch, if it could be read: what it has beyond the baseline are the proposals of before.
    pub branch: Option<&'a Lock>,
    /// Released versions whose change was approved: of these the schemas are believed.
    pub accepted: &'a BTreeSet<Holder>,
    /// The lock in which the lock test says what is derived in Rust, which no schema does.
    pub derived: Option<&'a Lock>,
}

/// The lock to write: every released version as it was released, every other one as the schemas say, and what the lock
/// test found out about steps that are written by hand.
///
/// # Errors
/// A released version that changed, or a proposal whose number was released meanwhile: then no lock could say both what
/// is stored and what the schemas say.
pub fn propose(proposal: &Proposal<'_>) -> Result<Lock, Vec<Diagnostic>> {
    let mut lock = Lock::of(proposal.current.schema()).with_derived(proposal.derived);
    let mut diagnostics = Vec::new();
    for (name, event) in &mut lock.events {
        let released = proposal.baseline.and_then(|baseline| same_event(baseline, name, &event.value));
        let before = proposal.branch.and_then(|branch| same_event(branch, name, &event.value));
        let merge = Merge { proposal, name, origin: event.origin, what: "event" };
        let holder = |number: u32, version: &EventVersion| Holder::Event(version.wire_type.value.clone(), number);
        keep_outputs(&mut event.value, [before, released]);
        let [released, before] = [released, before].map(|event| event.map(|event| &event.versions));
        merge.versions(&mut event.value.versions, released, before, &holder, same_stored, &mut diagnostics);
    }
    for (name, ty) in &mut lock.types {
        let [released, before] = [proposal.baseline, proposal.branch]
            .map(|lock| lock.and_then(|lock| lock.types.get(name)).map(|ty| &ty.value.versions));
        let merge = Merge { proposal, name, origin: ty.origin, what: "type" };
        let holder = |number: u32, _: &TypeVersion| Holder::Type(name.clone(), number);
        merge.versions(&mut ty.value.versions, released, before, &holder, PartialEq::eq, &mut diagnostics);
    }
    ends_stay(&lock, proposal, &mut diagnostics);
    keep_what_is_gone(&mut lock, proposal);
    if diagnostics.is_empty() { Ok(lock) } else { Err(diagnostics) }
}

fn same_event<'l>(lock: &'l Lock, name: &str, event: &Event) -> Option<&'l Event> {
    lock.same_event(name, event).map(|(_, event)| event)
}

/// What is stored under two versions is the same, and so is what it is read as. Marks of personal data may change.
fn same_stored(a: &EventVersion, b: &EventVersion) -> bool {
    let same_upcast = match (&a.upcast, &b.upcast) {
        (Upcast::ByHand(_), Upcast::ByHand(_)) => true,
        (Upcast::Steps(a), Upcast::Steps(b)) => a == b,
        (Upcast::Steps(_), Upcast::ByHand(_)) | (Upcast::ByHand(_), Upcast::Steps(_)) => false,
    };
    a.wire_type == b.wire_type && a.fields == b.fields && same_upcast
}

/// What the lock test found out stays known as long as the version is what it was.
fn keep_outputs(event: &mut Event, known: [Option<&Event>; 2]) {
    for (number, version) in &mut event.versions {
        let known = known.iter().flatten().filter_map(|event| event.versions.get(number));
        let known = known.filter(|known| same_stored(&known.value, &version.value));
        let outputs = known.filter_map(|known| match &known.value.upcast {
            Upcast::ByHand(outputs) if !outputs.is_empty() => Some(outputs.clone()),
            Upcast::ByHand(_) | Upcast::Steps(_) => None,
        });
        let outputs: Option<Vec<Fingerprint>> = { outputs }.next();
        if let (Upcast::ByHand(own), Some(outputs)) = (&mut version.value.upcast, outputs) {
            *own = outputs;
        }
    }
}

/// What stored events are read as since their event ended stays what it is.
fn ends_stay(lock: &Lock, proposal: &Proposal<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(baseline) = proposal.baseline else { return };
    for (name, event) in &lock.events {
        let Some(released) = same_event(baseline, name, &event.value) else { continue };
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

/// Released events, types and versions that the schemas do not speak of any more stay in the lock, unless that was
/// approved: they are stored.
fn keep_what_is_gone(lock: &mut Lock, proposal: &Proposal<'_>) {
    let Some(baseline) = proposal.baseline else { return };
    let approved = |event: &Event| {
        let mut versions = event.versions.iter();
        versions.all(|(number, version)| {
            proposal.accepted.contains(&Holder::Event(version.value.wire_type.value.clone(), *number))
        })
    };
    for (name, event) in &baseline.events {
        let gone = same_event(lock, name, &event.value).is_none();
        if gone && !approved(&event.value) {
            let mut kept = nowhere(event);
            follow_children(&mut kept.value, lock, baseline);
            lock.events.insert(name.clone(), kept);
            if let Some(aggregate) =
                event.value.aggregate.as_ref().and_then(|name| baseline.aggregates.get_key_value(name))
            {
                lock.aggregates.entry(aggregate.0.clone()).or_insert_with(|| nowhere(aggregate.1));
            }
        }
    }
    keep_held_types(lock, baseline);
}

/// What an event became may have another name now.
fn follow_children(event: &mut Event, lock: &Lock, baseline: &Lock) {
    let Some(Reading::Others(children)) = event.end.as_mut().map(|end| &mut end.reading) else { return };
    for child in children {
        let known = baseline.events.get(&child.event.value);
        let now = known.and_then(|known| lock.same_event(&child.event.value, &known.value));
        if let Some((name, _)) = now {
            name.clone_into(&mut child.event.value);
        }
    }
}

/// It is in the file of the baseline, which is none of those that the schemas are in.
fn nowhere<T: Clone>(part: &Spanned<T>) -> Spanned<T> {
    Spanned::new(part.value.clone(), Origin::default())
}

/// What is kept holds types, which hold types.
pub(super) fn keep_held_types(lock: &mut Lock, baseline: &Lock) {
    loop {
        let held = lock.released().versions.into_values().flatten();
        let missing: BTreeSet<String> =
            held.map(|pin| pin.name).filter(|name| !lock.types.contains_key(name)).collect();
        let found: Vec<(String, Spanned<NamedType>)> =
            missing.iter().filter_map(|name| Some((name.clone(), nowhere(baseline.types.get(name)?)))).collect();
        if found.is_empty() {
            return;
        }
        lock.types.extend(found);
    }
}

/// An event or a type whose versions are put together.
struct Merge<'a> {
    proposal: &'a Proposal<'a>,
    name: &'a str,
    origin: Origin,
    what: &'static str,
}

/// The versions of an event or of a type.
type Versions<T> = BTreeMap<u32, Spanned<T>>;

impl Merge<'_> {
    fn versions<T: Clone>(
        &self,
        now: &mut Versions<T>,
        released: Option<&Versions<T>>,
        before: Option<&Versions<T>>,
        holder: &dyn Fn(u32, &T) -> Holder,
        same: fn(&T, &T) -> bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(released) = released else { return };
        let newest = released.keys().last().copied().unwrap_or(0);
        for (number, version) in released {
            let accepted = self.proposal.accepted.contains(&holder(*number, &version.value));
            let Some(current) = now.get_mut(number) else {
                if !accepted {
                    diagnostics.push(self.gone(*number));
                }
                continue;
            };
            if accepted || same(&current.value, &version.value) {
                continue;
            }
            let proposed = before.map(|before| before.get(number));
            let was_proposed = match proposed {
                // Without the lock of the branch nobody knows; only what the newest number has can be a proposal.
                None => *number == newest,
                Some(before) => before.is_none_or(|before| !same(&before.value, &version.value)),
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
