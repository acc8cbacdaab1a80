//! Witnesses: that each is one, and that there is one for all that breaks.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;

use factum_model::diff::{Kind, diff};
use factum_model::lock::Lock;
use factum_model::rules::witness::{Covered, Outcome, Reading, Witness, Witnesses};
use factum_model::rules::{Direction, Finding, Mode, review_changes};
use factum_model::schema::Schema;
use factum_model::value;

use crate::reading::{deployed, find, knows, misread_by_old, parsed, read_on, written};
use crate::rules::{TODAY, folder, pairs};
use crate::support::checked;

/// What breaks in a direction that a witness can show.
pub(crate) fn breaks(found: &Finding) -> bool {
    let backward = found.breaks.contains(&Direction::B) && !found.covered;
    backward || found.breaks.contains(&Direction::F)
}

/// Reads it again, from the schemas and not from their locks: the writer takes it for its own, the reader does not, and
/// what is said of that is so.
pub(crate) fn proved(witness: &Witness, old: &Schema, new: &Schema) -> Result<(), String> {
    let (writer, reader) = if witness.direction == Direction::B { (old, new) } else { (new, old) };
    let Witness { wire_type, version: number, payload, .. } = witness;
    let (own, version) = find(writer, wire_type, *number).ok_or("the writer does not know it")?;
    let stored = value::as_stored(writer, &version.shape, payload).map_err(|fault| format!("{fault:?}"))?;
    let deployed = || deployed(old, &writer.events[own.0 as usize]).ok_or("deployed code has no such event".to_owned());
    let known = find(reader, wire_type, *number);
    match (&witness.outcome, known) {
        (Outcome::TooNew { readable_from, newest }, _) => {
            same(&(version.readable_from, deployed()?.current().number), &(*readable_from, *newest))?;
            (readable_from > newest).then_some(()).ok_or_else(|| "it can be read".to_owned())
        }
        (Outcome::Refused(_), None) if witness.direction == Direction::B || !knows(reader, wire_type) => Ok(()),
        (Outcome::Refused(why), None) => {
            let read = value::fields(old, &deployed()?.current().shape, payload);
            read.err().map(|_| ()).ok_or_else(|| format!("{why}, but it is read"))
        }
        (Outcome::Refused(why), Some((id, is))) => {
            let in_place = value::fields(reader, &is.shape, payload).is_err();
            let later = witness.direction == Direction::B && value::read(reader, id, *number, payload).is_err();
            (in_place || later).then_some(()).ok_or_else(|| format!("{why}, but it is read"))
        }
        (Outcome::Misread { read, meant }, Some((id, is))) => {
            let in_place = [(reader, is), (writer, version)]
                .map(|(schema, version)| value::as_stored(schema, &version.shape, payload).map(|it| vec![parsed(&it)]));
            let after = value::read(reader, id, *number, payload).map(|all| written(reader, &all));
            let before = value::read(writer, own, *number, payload);
            let meant_then = before.and_then(|all| read_on((writer, reader), &all)).map(|all| written(reader, &all));
            let said = [values(read), values(meant)];
            let is_said = in_place == said.clone().map(Ok) || [after, meant_then] == said.clone().map(Ok);
            let [is_now, was] = [read, meant].map(|all| all.iter().map(|it| it.event.as_str()).collect::<Vec<_>>());
            (is_said && (&said[0], is_now) != (&said[1], was))
                .then_some(())
                .ok_or_else(|| "something else is read".to_owned())
        }
        (Outcome::Misread { read, meant }, None) => {
            let known = deployed()?;
            let is = value::as_stored(old, &known.current().shape, payload).map_err(|fault| format!("{fault:?}"))?;
            same(&read.iter().map(|it| it.version).collect(), &vec![known.current().number])?;
            same(&values(read), &vec![parsed(&is)])?;
            same(&values(meant), &vec![parsed(&stored)])?;
            let wrong = misread_by_old((old, known), (new, own), payload);
            wrong.map(|_| ()).ok_or_else(|| "it is read rightly".to_owned())
        }
    }
}

fn values(readings: &[Reading]) -> Vec<serde_json::Value> {
    readings.iter().map(|reading| parsed(&reading.payload)).collect()
}

fn same<T: PartialEq + std::fmt::Debug>(is: &T, said: &T) -> Result<(), String> {
    (is == said).then_some(()).ok_or_else(|| format!("it is {is:?}, and {said:?} is said"))
}

/// What a declared step makes of what was stored, where it covers what would break.
fn is_covered(found: &Finding) -> bool {
    let is_cost = matches!(found.change.kind, Kind::DigitsLost { .. } | Kind::ValueRefused { .. });
    found.covered && found.breaks.contains(&Direction::B) && !is_cost
}

/// Reads it again, from the schemas and not from their locks: what is shown is what is really read.
fn really_read(covered: &Covered, new: &Schema) -> Result<(), String> {
    let (id, _) = find(new, &covered.wire_type, covered.version).ok_or("new code does not know it")?;
    let read = value::read(new, id, covered.version, &covered.payload).map_err(|fault| format!("{fault:?}"))?;
    same(&written(new, &read), &values(&covered.read))
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

/// What breaks, with its witnesses.
fn told(old: &str, new: &str) -> String {
    let (old, new) = (checked(old), checked(new));
    let (old_lock, new_lock) = (Lock::of(old.schema()), Lock::of(new.schema()));
    let witnesses = Witnesses::new(&old_lock, &new_lock).unwrap();
    let found = review_changes(diff(&old_lock, &new_lock), Mode::Full, &[], TODAY).findings.into_iter();
    let told = found.filter(breaks).map(|found| {
        let witness = witnesses.of(&found).unwrap();
        proved(&witness, old.schema(), new.schema()).unwrap();
        format!("{}: `{}` became `{}`\n  {}", found.name, found.change.before, found.change.after, shown(&witness))
    });
    told.collect()
}

/// Of what broke in one event each witness shows its own.
#[test]
fn a_witness_is_about_what_its_finding_says() {
    let in_place = |field: &str, values: &str, rate: &str, code: &str| {
        format!(
            "factum: 1
context: seats
events:
  Sold: {{ a: {field}, by: Channel, at: Price, zone: Zone }}
types:
  Channel: {{ enum: [{values}] }}
  Price: {{ fields: {{ rate: {rate}, tax: u8 }} }}
  Zone: {{ fields: {{ code: {code} }} }}
"
        )
    };
    insta::assert_snapshot!(
        "a_witness_is_about_its_change_in_place",
        told(&in_place("u8", "web, phone", "u32", "u8"), &in_place("bool", "web, phone, shop", "string", "bool"))
    );
    insta::assert_snapshot!(
        "a_witness_is_about_its_change_of_a_new_version",
        told(
            "factum: 1
context: seats
events:
  Sold: { a: u8, b: u8, c: u8?, by: Channel, paid: Paid }
types:
  Channel: { enum: [web, phone] }
  Paid: { fields: { price: u8, tax: u8 } }
",
            "factum: 1
context: seats
events:
  Sold:
    version: 2
    fields:
      other: { type: u8, renamed: { 2: a } }
      b: { type: u8, removed: 2 }
      d: { type: u8?, renamed: { 2: c } }
      by: { type: Channel, retyped: { 2: Channel@1 } }
      paid: { type: Paid, retyped: { 2: Paid@1 } }
types:
  Channel: { version: 2, enum: { web: , phone: , shop: { added: 2 }, desk: { added: 2 } } }
  Paid:
    version: 2
    fields:
      price: { type: string, retyped: { 2: { from: u8, via: to_string } } }
      tax: { type: u8, removed: 2 }
"
        )
    );
}

/// Of several edited steps each has a finding, and a witness that passes it; those of one field go together.
#[test]
fn each_edited_step_has_a_witness_of_its_own() {
    let schema = |added: [&str; 3], via: &str, became: [&str; 2], more: &str| {
        format!(
            "factum: 1
context: seats
events:
  Sold:
    version: 3
    fields:
      price: {{ type: u32, retyped: {{ 2: {{ from: f64, via: {via} }} }} }}
      hall: {{ type: string, added: 2, default: {} }}
      zone: {{ type: string, added: 2, default: {} }}
      note: {{ type: string, added: 3, default: {} }}
      by: {{ type: Channel, retyped: {{ 3: Channel@1 }} }}
      paid: {{ type: Paid, retyped: {{ 3: Paid@1 }} }}
types:
  Channel: {{ version: 2, enum: {{ web: , desk: , fax: {{ removed: 2, becomes: {} }}, mail: {{ removed: 2, becomes: {} }} }} }}
  Paid: {{ version: 2, fields: {{ tax: {{ type: u8, added: 2, default: {more} }}, fee: {{ type: u8, added: 2, default: {more} }} }} }}
",
            added[0], added[1], added[2], became[0], became[1]
        )
    };
    insta::assert_snapshot!(
        "each_edited_step_has_a_witness_of_its_own",
        told(
            &schema(["main", "a", "none"], "scale(10)", ["web", "web"], "0"),
            &schema(["side", "b", "never"], "scale(100)", ["desk", "desk"], "1")
        )
    );
}
