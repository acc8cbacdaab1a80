//! Witnesses: stored events that show what a change breaks.
//!
//! A [`Witness`] is made of the shapes and the steps of two locks, and of nothing else: one side writes a sample, the
//! other side reads it, and it is a witness only if that really fails, or really comes to something else. Where several
//! things changed, it shows what comes of the one that it is a witness of, as far as that can be told apart. What the user
//! writes in Rust nobody but Rust can do: for steps by hand and for opaque types there is none.
//!
//! ```
//! use factum_model::lock::Lock;
//! use factum_model::rules::{Mode, review, witness::{Outcome, Witnesses}};
//! use factum_model::{Sources, check};
//!
//! let schema = |events: &str| {
//!     let mut sources = Sources::new();
//!     sources.add("seats.yaml", format!("factum: 1\ncontext: seats\nevents:\n{events}").into_bytes());
//!     check(&mut sources).checked.expect("a right schema")
//! };
//! let old = Lock::of(schema("  Opened: { capacity: u32 }\n").schema());
//! let new = schema("  Opened: { capacity: bool }\n");
//! let found = review(&old, &new, Mode::Backward, &[], "2026-06-01");
//! let new = Lock::of(new.schema());
//! let witness = Witnesses::new(&old, &new).unwrap().of(&found.findings[0]).expect("it breaks");
//! assert_eq!((witness.wire_type.as_str(), witness.version), ("seats.Opened", 1));
//! assert_eq!(witness.payload, r#"{"capacity":7}"#);
//! assert!(matches!(witness.outcome, Outcome::Refused(_)));
//! ```

mod about;
mod alone;
mod compare;
mod kept;
mod side;
mod step;

use core::cell::OnceCell;
use core::slice;
use std::collections::{BTreeMap, BTreeSet};

use super::{Direction, Finding};
use crate::diagnostic::Diagnostic;
use crate::diff::{Change, Kind, Subject};
use crate::lock::Lock;
use crate::lock::pairing::Pairing;
use crate::schema::{Record, Schema, TypeId};
use crate::value::{self, Fault};
use about::About;
use alone::Alone;
use kept::Kept;
use side::{Side, Stored};

/// A stored event that one side wrote, and that the other does not read as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Who wrote it: [`Direction::B`] the schema of the baseline, which the new one reads; [`Direction::F`] the new one,
    /// which code that is still deployed reads.
    pub direction: Direction,
    /// The name under which it is stored.
    pub wire_type: String,
    /// The version of the schema under which it is stored.
    pub version: u32,
    /// What is stored, as JSON.
    pub payload: String,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The reader refuses it: why.
    Refused(String),
    /// The reader takes it for something else.
    Misread {
        /// What it takes it for; nothing if it takes it for no event.
        read: Vec<Reading>,
        /// What was stored.
        meant: Vec<Reading>,
    },
    /// The reader does not try: it says which versions it could read.
    TooNew {
        /// The lowest version whose reader decodes these bytes rightly.
        readable_from: u32,
        /// The newest version that the reader knows.
        newest: u32,
    },
}

/// An event as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its full name.
    pub event: String,
    /// The version whose fields these are.
    pub version: u32,
    /// Its fields, as JSON.
    pub payload: String,
}

/// A stored event of before that a declared step covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The name under which it is stored.
    pub wire_type: String,
    /// The version of the schema under which it is stored.
    pub version: u32,
    /// What is stored, as JSON.
    pub payload: String,
    /// What new code reads it as.
    pub read: Vec<Reading>,
}

/// How much a witness has to do with its change, where several things changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    /// It shows what comes of that one.
    Own,
    /// It shows what comes of any of them.
    Any,
}

/// Makes witnesses of what changed from one lock to another.
#[derive(Debug)]
pub struct Witnesses<'l> {
    old: Side<'l>,
    new: Side<'l>,
    /// The older type that a newer one is.
    was: BTreeMap<TypeId, TypeId>,
    /// The older schema with one change of the newer one, and the newer one with one left out.
    backward: OnceCell<Alone>,
    forward: OnceCell<Alone>,
}

impl<'l> Witnesses<'l> {
    /// From the lock of the baseline to another one.
    ///
    /// # Errors
    /// What contradicts itself in one of them; in a lock that was read, or made of a schema, nothing does.
    pub fn new(baseline: &'l Lock, current: &'l Lock) -> Result<Self, Vec<Diagnostic>> {
        let (old, new) = (Side::new(baseline)?, Side::new(current)?);
        let types = Pairing::of(baseline, current);
        let was = current.types.keys().filter_map(|name| Some((new.type_of(name)?, old.type_of(types.was(name)?)?)));
        Ok(Self { was: was.collect(), old, new, backward: OnceCell::new(), forward: OnceCell::new() })
    }

    /// A stored event that shows what this finding is about: for what no declared step covers, one that new code does not
    /// read; else one that code does not read that is still deployed. `None` where nothing of that kind breaks, and where
    /// only the user's code knows.
    #[must_use]
    pub fn of(&self, finding: &Finding) -> Option<Witness> {
        let backward = finding.breaks.contains(&Direction::B) && !finding.covered;
        let forward = finding.breaks.contains(&Direction::F);
        let shown = |share| {
            let found = backward.then(|| self.backward(&finding.change, share)).flatten();
            found.or_else(|| forward.then(|| self.forward(&finding.change, share)).flatten())
        };
        shown(Share::Own).or_else(|| shown(Share::Any))
    }

    /// A stored event, and what the step makes of it that covers this finding: one that shows the step at work, if there is
    /// one. `None` where nothing is covered, and where only the user's code knows.
    #[must_use]
    pub fn covered(&self, finding: &Finding) -> Option<Covered> {
        let change = &finding.change;
        // What a conversion may cost is told of the step alone, and beside what compares.
        let is_cost = matches!(change.kind, Kind::DigitsLost { .. } | Kind::ValueRefused { .. });
        if !finding.covered || !finding.breaks.contains(&Direction::B) || is_cost {
            return None;
        }
        let (was, before) = (change.was.as_deref()?, change.version?.checked_sub(1)?);
        let concerned = match &change.subject {
            Subject::Event(_) => self.old.versions_of(was, 1..=before),
            Subject::Type(_) => self.old.holders_of(was, 1..=before),
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => return None,
        };
        let concerned = concerned.iter().filter(|stored| !self.old.is_opaque(stored.id, stored.number()));
        let read = concerned.flat_map(|stored| {
            self.old.payloads(stored).filter_map(|payload| {
                let (id, _) = self.new.find(stored).ok()?;
                let read = value::read(&self.new.schema, id, stored.number(), &payload).ok()?;
                let (wire_type, version) = (stored.wire_type().to_owned(), stored.number());
                Some(Covered { wire_type, version, payload, read: self.new.readings(&read) })
            })
        });
        let mut read = read.peekable();
        let first = read.peek().cloned();
        read.find(|covered| covered.shows(change)).or(first)
    }

    /// Stored by the old schema, read by the new one.
    fn backward(&self, change: &Change, share: Share) -> Option<Witness> {
        let was = change.was.as_deref()?;
        let number = change.version.unwrap_or(1);
        if share == Share::Own && change.kind.is_step() {
            return self.step(change, was, number);
        }
        let concerned = match (&change.subject, &change.kind) {
            (Subject::Event(_), Kind::ShapeEdited { .. }) => self.old.versions_of(was, number..=number),
            (Subject::Event(_), Kind::VersionGone) => self.old.versions_of(was, number..=u32::MAX),
            (Subject::Event(_), _) => self.old.versions_of(was, 1..=u32::MAX),
            (Subject::Type(_), Kind::ShapeEdited { .. }) => self.old.holders_of(was, number..=number),
            (Subject::Type(_), Kind::VersionGone) => self.old.holders_of(was, number..=u32::MAX),
            (Subject::Type(_), _) => self.old.holders_of(was, 1..=u32::MAX),
            (Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_), _) => return None,
        };
        if let Kind::ShapeEdited { .. } = change.kind {
            return self.edited(Direction::B, share, change, &concerned);
        }
        let judge = |stored: &Stored<'_>, payload: &str| self.read_by_new(stored, payload);
        (share == Share::Own || change.kind.is_step())
            .then(|| self.old.first(&concerned, Direction::B, &judge))
            .flatten()
    }

    /// A step of a version that both have, and that is another one. Its own share is what would not be read as before
    /// either if no other step had changed; versions before this one pass it.
    fn step(&self, change: &Change, was: &str, number: u32) -> Option<Witness> {
        let before = 1..=number.checked_sub(1)?;
        let concerned = match &change.subject {
            Subject::Event(_) => self.old.versions_of(was, before),
            Subject::Type(_) => self.old.holders_of(was, before),
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => return None,
        };
        concerned.iter().find_map(|stored| {
            let alone = step::alone(change, stored, [self.old.lock, self.new.lock])?;
            let alone = Side::new(&alone).ok()?;
            let own = |stored: &Stored<'_>, payload: &str| {
                own_share(step::judge(&self.old, &alone, stored, payload)?, self.read_by_new(stored, payload)?)
            };
            self.old.first(slice::from_ref(stored), Direction::B, &own)
        })
    }

    /// Stored by the new schema, read by code that has the old one.
    fn forward(&self, change: &Change, share: Share) -> Option<Witness> {
        let name = change.subject.name();
        let number = change.version.unwrap_or(1);
        let concerned = match (&change.subject, &change.kind) {
            (Subject::Event(_), Kind::ShapeEdited { .. }) => self.new.versions_of(name, number..=number),
            (Subject::Event(_), _) => self.new.versions_of(name, 1..=u32::MAX),
            (Subject::Type(_), Kind::ShapeEdited { .. }) => self.new.holders_of(name, number..=number),
            (Subject::Type(_), _) => self.new.holders_of(name, number..=u32::MAX),
            (Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_), _) => return None,
        };
        if let Kind::ShapeEdited { .. } = change.kind {
            return self.edited(Direction::F, share, change, &concerned);
        }
        // What is emitted from now on is the newest version of what has not ended.
        let concerned: Vec<Stored<'_>> = concerned.into_iter().filter(Stored::is_emitted).collect();
        let about = |stored: &Stored<'_>| About::of(change, (&self.new, stored), (&self.old, &self.deployed(stored)?));
        let about: Vec<(Stored<'_>, About)> =
            concerned.iter().filter_map(|stored| Some((*stored, about(stored)?))).collect();
        let first =
            |judge: &dyn Fn(&Stored<'_>, &str) -> Option<Outcome>| self.new.first(&concerned, Direction::F, judge);
        let any = || first(&|stored, payload| self.read_by_old(stored, payload, None));
        let too_new = || first(&|stored, _| self.too_new(stored));
        match share {
            Share::Own if about.is_empty() => any().or_else(too_new),
            // That it is too new is a reason of every change.
            Share::Own => about.iter().find_map(|about| self.about(about)).or_else(too_new),
            Share::Any => any(),
        }
    }

    /// What shows the change that this version is about.
    fn about(&self, (stored, about): &(Stored<'_>, About)) -> Option<Witness> {
        let judge = |stored: &Stored<'_>, payload: &str| self.read_about(about, stored, payload);
        self.new.first(slice::from_ref(stored), Direction::F, &judge)
    }

    /// A version that both have, with another shape. A change's own share is what would not be read either if nothing
    /// else had changed.
    fn edited(&self, direction: Direction, share: Share, change: &Change, concerned: &[Stored<'_>]) -> Option<Witness> {
        let backward = direction == Direction::B;
        let (writer, reader) = if backward { (&self.old, &self.new) } else { (&self.new, &self.old) };
        let any = |stored: &Stored<'_>, payload: &str| {
            if backward { in_place(writer, reader, stored, payload) } else { self.read_by_old(stored, payload, None) }
        };
        if share == Share::Any {
            return writer.first(concerned, direction, &any);
        }
        let alone = if backward { &self.backward } else { &self.forward };
        let alone = alone.get_or_init(|| Alone::new(writer, reader, self.same_types(direction)));
        alone.of(change, (writer, reader), |reader| {
            let own =
                |stored: &Stored<'_>, payload: &str| own_share(reader.judge(stored, payload)?, any(stored, payload)?);
            writer.first(concerned, direction, &own)
        })
    }

    /// Each type of the reader's that the writer has too, with the writer's.
    fn same_types(&self, direction: Direction) -> BTreeMap<TypeId, TypeId> {
        match direction {
            Direction::B => self.was.clone(),
            // Of several that were one, it is the first.
            Direction::F | Direction::P | Direction::D => {
                self.was.iter().rev().map(|(now, was)| (*was, *now)).collect()
            }
        }
    }

    /// What is wrong with how new code reads a payload that was stored; `None` if nothing is, or if nobody knows.
    fn read_by_new(&self, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
        let id = match self.new.find(stored) {
            Ok((id, _)) => id,
            Err(why) => return Some(Outcome::Refused(why)),
        };
        let before = value::read(&self.old.schema, stored.id, stored.number(), payload).ok()?;
        let after = match value::read(&self.new.schema, id, stored.number(), payload) {
            Ok(after) => after,
            Err(Fault::ByHand(..)) => return None,
            Err(Fault::UnknownVersion) => return Some(Outcome::Refused(stored.unknown())),
            Err(Fault::Payload(why) | Fault::Upcast(why)) => return Some(Outcome::Refused(why)),
        };
        // What it was read as goes on from there, by the steps that were added since.
        let mut meant = Vec::new();
        for event in &before {
            let newest = self.old.newest(event.event)?;
            let (id, _) = self.new.find(&newest).ok()?;
            let as_before = value::written(&self.old.schema, event);
            meant.extend(value::read(&self.new.schema, id, newest.number(), &as_before).ok()?);
        }
        let [read, meant] = [after, meant].map(|events| self.new.readings(&events));
        (!compare::same_readings(&read, &meant)).then_some(Outcome::Misread { read, meant })
    }

    /// What is wrong with how deployed code reads a new payload: of a version that it has as that, of a newer one with the
    /// newest that it has. Where only some fields are asked for, it is misread only if they are.
    fn read_by_old(&self, stored: &Stored<'_>, payload: &str, only: Option<&BTreeSet<String>>) -> Option<Outcome> {
        if self.old.find(stored).is_ok() {
            return in_place(&self.new, &self.old, stored, payload);
        }
        let newest = self.deployed(stored)?;
        if !self.old.knows(stored.wire_type()) {
            return Some(Outcome::Refused(format!("no event is known as `{}`", stored.wire_type())));
        }
        let fields = match value::fields(&self.old.schema, &newest.version.shape, payload) {
            Ok(fields) => fields,
            Err(Fault::Payload(why)) => return Some(Outcome::Refused(why)),
            Err(Fault::ByHand(..) | Fault::UnknownVersion | Fault::Upcast(_)) => return None,
        };
        let event = value::Event { event: newest.id, fields };
        let as_read = value::written(&self.old.schema, &event);
        // It read rightly if the steps make of it what was written.
        let kept = Kept::since(&self.new.schema, stored.def, newest.number());
        let kept = if let Some(only) = only { kept.only(only) } else { kept };
        let again = match value::read(&self.new.schema, stored.id, newest.number(), &as_read) {
            Ok(again) => again,
            Err(Fault::ByHand(..)) => return None,
            Err(Fault::Payload(_) | Fault::Upcast(_) | Fault::UnknownVersion) => Vec::new(),
        };
        let same = again.first().is_some_and(|again| {
            let again = value::written(&self.new.schema, again);
            kept.same(&again, payload)
        });
        let read = Reading { event: newest.name(), version: newest.number(), payload: as_read };
        let meant = Reading { event: stored.name(), version: stored.number(), payload: payload.to_owned() };
        (!same).then(|| Outcome::Misread { read: vec![read], meant: vec![meant] })
    }

    /// What is wrong with how deployed code reads those fields of a newer version that a change is about.
    fn read_about(&self, about: &About, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
        if self.old.find(stored).is_ok() || !self.old.knows(stored.wire_type()) {
            return None;
        }
        match value::fields(&self.old.schema, &about.looked_for, payload) {
            Err(Fault::Payload(why)) => about.is_told(&why).then_some(Outcome::Refused(why)),
            Err(Fault::ByHand(..) | Fault::UnknownVersion | Fault::Upcast(_)) => None,
            Ok(_) => {
                let read = self.read_by_old(stored, payload, Some(&about.stored));
                read.filter(|outcome| matches!(outcome, Outcome::Misread { .. }))
            }
        }
    }

    /// The newest version of the same event that deployed code knows.
    fn deployed(&self, stored: &Stored<'_>) -> Option<Stored<'_>> {
        let (name, new) = self.new.events.get(stored.id.0 as usize)?;
        let (name, _) = self.old.same.of(name, new)?;
        self.old.newest_of(name)
    }

    fn too_new(&self, stored: &Stored<'_>) -> Option<Outcome> {
        let newest = self.deployed(stored)?.number();
        let readable_from = stored.version.readable_from;
        (readable_from > newest).then_some(Outcome::TooNew { readable_from, newest })
    }
}

impl Covered {
    /// Whether what is read is not what is stored: of a field of an event, as far as the field goes.
    fn shows(&self, change: &Change) -> bool {
        let [read] = self.read.as_slice() else { return true };
        match (&change.subject, &change.kind, change.before.split_once(": ")) {
            (Subject::Event(_), Kind::FieldConverted { field, .. }, Some((before, _))) => {
                !compare::same_member((&self.payload, before), (&read.payload, field))
            }
            _ => !compare::same_payload(&read.payload, &self.payload),
        }
    }
}

/// What is wrong with how a reader reads a version that both sides have.
fn in_place(writer: &Side<'_>, reader: &Side<'_>, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
    let (id, version) = match reader.find(stored) {
        Ok(found) => found,
        Err(why) => return Some(Outcome::Refused(why)),
    };
    if reader.is_opaque(id, version.number) {
        return None;
    }
    judged(writer, stored, (&reader.schema, &version.shape), payload)
}

/// What one change alone would do, if it is what all together do: of several reasons to refuse a payload its own, of one
/// reading that is.
fn own_share(alone: Outcome, together: Outcome) -> Option<Outcome> {
    match (alone, together) {
        (Outcome::Refused(why), Outcome::Refused(_)) => Some(Outcome::Refused(why)),
        (Outcome::Misread { .. }, read @ Outcome::Misread { .. }) => Some(read),
        (Outcome::Refused(_) | Outcome::Misread { .. } | Outcome::TooNew { .. }, _) => None,
    }
}

/// What is wrong with how a version is read as this shape of these types.
fn judged(
    writer: &Side<'_>,
    stored: &Stored<'_>,
    (types, shape): (&Schema, &Record),
    payload: &str,
) -> Option<Outcome> {
    let read = match value::as_stored(types, shape, payload) {
        Ok(read) => read,
        Err(Fault::Payload(why)) => return Some(Outcome::Refused(why)),
        Err(Fault::ByHand(..) | Fault::UnknownVersion | Fault::Upcast(_)) => return None,
    };
    let meant = value::as_stored(&writer.schema, &stored.version.shape, payload).ok()?;
    let reading = |payload| vec![Reading { event: stored.name(), version: stored.number(), payload }];
    let same = compare::same_payload(&read, &meant);
    (!same).then(|| Outcome::Misread { read: reading(read), meant: reading(meant) })
}
