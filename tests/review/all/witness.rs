//! Witnesses: that each is one, and that there is one for all that breaks.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;

use factum_model::diff::{Kind, diff};
use factum_model::lock::Lock;
use factum_model::rules::witness::{Covered, Outcome, Reading, Witness, Witnesses};
use factum_model::rules::{Direction, Finding, Mode, review_changes};
use factum_model::schema::{EventId, Schema};
use factum_model::value;

use crate::rules::{TODAY, folder, pairs};

/// What breaks in a direction that a witness can show.
pub(crate) fn breaks(found: &Finding) -> bool {
    let backward = found.breaks.contains(&Direction::B) && !found.covered;
    backward || found.breaks.contains(&Direction::F)
}

/// The event and the version that a schema stores under this name and number.
fn stored(schema: &Schema, wire_type: &str, number: u32) -> Option<EventId> {
    let known = |event: &factum_model::schema::EventDef| {
        event.versions.iter().any(|version| version.wire_type == wire_type && version.number == number)
    };
    let index = schema.events.iter().position(known)?;
    Some(EventId(u32::try_from(index).unwrap()))
}

/// Reads it again, from the schemas and not from their locks: the writer takes it for its own, the reader does not.
pub(crate) fn proved(witness: &Witness, old: &Schema, new: &Schema) -> Result<(), String> {
    let (writer, reader) = if witness.direction == Direction::B { (old, new) } else { (new, old) };
    let own = stored(writer, &witness.wire_type, witness.version).ok_or("the writer does not know it")?;
    let shape = &writer.events[own.0 as usize].versions[witness.version as usize - 1].shape;
    let as_stored = value::as_stored(writer, shape, &witness.payload).map_err(|fault| format!("{fault:?}"))?;
    if let Outcome::TooNew { readable_from, newest } = &witness.outcome {
        let def = &new.events[own.0 as usize];
        let known = def.versions[witness.version as usize - 1].readable_from;
        return (known == *readable_from && readable_from > newest).then_some(()).ok_or("it can be read".to_owned());
    }
    let known = stored(reader, &witness.wire_type, witness.version);
    let by_number = known.map(|id| (id, witness.version));
    // Deployed code reads what is newer with the newest table that it has.
    let newest = reader.events.iter().zip(0..).find_map(|(event, id)| {
        let known = event.versions.iter().any(|version| version.wire_type == witness.wire_type);
        (known && witness.direction == Direction::F).then(|| (EventId(id), event.current().number))
    });
    let Some((id, number)) = by_number.or(newest) else {
        return matches!(witness.outcome, Outcome::Refused(_)).then_some(()).ok_or("it is not known".to_owned());
    };
    match (&witness.outcome, value::read(reader, id, number, &witness.payload)) {
        (Outcome::Refused(why), Ok(read)) => Err(format!("{why}, but it is read as {read:?}")),
        (Outcome::Refused(_) | Outcome::Misread { .. }, Err(_)) => Ok(()),
        (Outcome::Misread { read, meant }, Ok(_)) => {
            let same = |(a, b): (&Reading, &Reading)| (&a.event, &a.payload) == (&b.event, &b.payload);
            let differ = read.len() != meant.len() || !read.iter().zip(meant).all(same);
            // The same digits may mean something else: then the steps do not make of it what was written.
            let goes_on = |it: &Reading| value::read(writer, own, it.version, &it.payload).ok();
            let back = read.first().filter(|it| it.version < witness.version).and_then(goes_on);
            let back = back.and_then(|events| events.first().map(|event| value::written(writer, event)));
            let scaled = witness.direction == Direction::F && back.as_ref() != Some(&as_stored);
            (differ || scaled).then_some(()).ok_or_else(|| format!("{read:?} is {meant:?}"))
        }
        (Outcome::TooNew { .. }, _) => unreachable!("judged above"),
    }
}

/// What a declared step makes of what was stored, where it covers what would break.
fn is_covered(found: &Finding) -> bool {
    let is_cost = matches!(found.change.kind, Kind::DigitsLost { .. } | Kind::ValueRefused { .. });
    found.covered && found.breaks.contains(&Direction::B) && !is_cost
}

/// Reads it again, from the schemas and not from their locks: what is shown is what is really read.
fn really_read(covered: &Covered, new: &Schema) -> Result<(), String> {
    let id = stored(new, &covered.wire_type, covered.version).ok_or("new code does not know it")?;
    let read = value::read(new, id, covered.version, &covered.payload).map_err(|fault| format!("{fault:?}"))?;
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let read: Vec<_> = read.iter().map(|event| parsed(&value::written(new, event))).collect();
    let shown: Vec<_> = covered.read.iter().map(|reading| parsed(&reading.payload)).collect();
    (read == shown).then_some(()).ok_or_else(|| format!("{read:?} is shown as {shown:?}"))
}

fn shown(witness: &Witness) -> String {
    let mut out = format!("{:?} {}@{} {}\n", witness.direction, witness.wire_type, witness.version, witness.payload);
    let readings = |events: &[Reading]| {
        let events = events.iter().map(|event| format!("{}@{} {}", event.event, event.version, event.payload));
        events.collect::<Vec<_>>().join(", ")
    };
    let _ = match &witness.outcome {
        Outcome::Refused(why) => writeln!(out, "    refused: {why}"),
        Outcome::Misread { read, meant } => {
            writeln!(out, "    read as {}\n    meant   {}", readings(read), readings(meant))
        }
        Outcome::TooNew { readable_from, newest } => {
            writeln!(out, "    readable from {readable_from} on, and the newest known is {newest}")
        }
    };
    out
}

/// Every pair of every rule: what is said to break does, and a witness of it is shown.
#[test]
fn what_breaks_has_a_witness() {
    for (name, old, new) in pairs() {
        let (old_lock, new_lock) = (Lock::of(&old), Lock::of(&new));
        let witnesses = Witnesses::new(&old_lock, &new_lock).unwrap();
        let mut told = String::new();
        for found in review_changes(diff(&old_lock, &new_lock), Mode::Backward, &[], TODAY).findings {
            let witness = witnesses.of(&found);
            let _ = writeln!(told, "{} {:?}{}", found.name, found.breaks, if found.covered { " covered" } else { "" });
            assert_eq!(witness.is_some(), breaks(&found), "{name}: {found:#?}\n{witness:#?}");
            let covered = witnesses.covered(&found);
            assert_eq!(covered.is_some(), is_covered(&found), "{name}: {found:#?}\n{covered:#?}");
            if let Some(covered) = covered {
                really_read(&covered, &new).unwrap_or_else(|why| panic!("{name}: {why}"));
                let (of, read) = (&covered.payload, covered.read.iter().map(|reading| reading.payload.as_str()));
                let read = read.collect::<Vec<_>>().join(", ");
                let _ = writeln!(told, "  covered {}@{} {of}\n    read as {read}", covered.wire_type, covered.version);
            }
            if let Some(witness) = witness {
                proved(&witness, &old, &new).unwrap_or_else(|why| panic!("{name}: {why}\n{witness:#?}"));
                let _ = write!(told, "  {}", shown(&witness));
            }
        }
        insta::with_settings!({
            snapshot_path => folder().join(name),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!("witnesses", told) });
    }
}
