//! The fused decoder, the typed chain, the model's interpreter and serde's derive, held against each other.

use std::fmt::Debug;

use factum::DecodeFault;
use factum_model::schema::EventFate;
use factum_model::value::{self, Fault, HandWritten};
use factum_test_kit::by_hand;

use crate::support::{Outcome, Value};
use crate::version::Version;

/// Who was asked beside the fused decoder and the chain.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one who was asked or not")]
pub struct Asked {
    /// The interpreter, which read it as the struct does.
    pub interpreter: bool,
    /// The interpreter, which read it as the set does.
    pub set: bool,
    /// The latter, of an event that is read as none or as others.
    pub ended: bool,
    /// serde's derive.
    pub serde: bool,
}

/// The chain, the interpreter and, for the newest version, serde make the same of a payload as the fused decoder, whose
/// `outcome` it is. `kind` is how messages call the payload.
///
/// # Panics
/// They do not.
pub fn all_agree(version: &Version<'_>, kind: &dyn Debug, payload: &str, outcome: &Outcome) -> Asked {
    agree(version, kind, payload, outcome, &(version.this().chain)(payload));
    let mut asked = agrees_with_interpreter(version, kind, payload, outcome);
    if version.is_newest() {
        asked.serde = true;
        agrees_with_serde(version, kind, payload, outcome);
    }
    asked
}

/// Whatever the payload is, all readers make the same of it; and if they read it, what was read comes back.
///
/// # Panics
/// They do not, or it does not.
pub fn readers_agree(version: &Version<'_>, payload: &str) {
    let outcome = fused(version, payload);
    all_agree(version, &"hostile", payload, &outcome);
    if let Ok(value) = &outcome {
        comes_back(version, value);
    }
}

/// Reads a payload of this version straight into the newest struct.
///
/// # Errors
/// As [`factum::Event::decode`].
pub fn fused(version: &Version<'_>, payload: &str) -> Outcome {
    (version.newest().read)(version.this().number, version.this().readable_from, payload)
}

/// What was read is written, and reads as itself.
///
/// # Panics
/// It does not.
pub fn comes_back(version: &Version<'_>, value: &Value) {
    let newest = version.newest();
    let again = (newest.read)(newest.number, newest.readable_from, &value.payload);
    assert_eq!(again.ok().as_ref(), Some(value), "{}: what was written does not come back", version.place());
}

fn agree(version: &Version<'_>, kind: &dyn Debug, payload: &str, fused: &Outcome, chain: &Outcome) {
    let same = match (fused, chain) {
        (Ok(fused), Ok(chain)) => fused == chain,
        // With two faults in it, a payload may fail by a step or by itself, whichever is met first.
        (Err(DecodeFault::Upcast(_)), Err(_)) | (Err(_), Err(DecodeFault::Upcast(_))) => true,
        (Err(fused), Err(chain)) => class(fused) == class(chain),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    assert!(
        same,
        "{} {kind:?}: fused and chain differ\npayload {payload}\nfused {fused:?}\nchain {chain:?}\n{}",
        version.place(),
        version.case.yaml
    );
}

/// What is wrong, without its words.
fn class(fault: &DecodeFault) -> &'static str {
    match fault {
        DecodeFault::Payload(_) => "payload",
        DecodeFault::Upcast(_) => "upcast",
        DecodeFault::UnknownType => "type",
        DecodeFault::UnknownVersion { .. } | DecodeFault::VersionTooNew { .. } => "version",
    }
}

/// The interpreter shares no code with the others. What an event is read as that ended, only its set says.
fn agrees_with_interpreter(version: &Version<'_>, kind: &dyn Debug, payload: &str, outcome: &Outcome) -> Asked {
    let mut asked = Asked::default();
    let by_hand = |step: &HandWritten<'_>| by_hand::interpreted(version.schema, step);
    let interpreted = value::read_with(version.schema, version.id(), version.this().number, payload, &by_hand);
    let interpreted = interpreted.map(|events| {
        let stored = events.iter().map(|event| {
            let wire_type = &version.schema.events[event.event.0 as usize].current().wire_type;
            (wire_type.clone(), value::written(version.schema, event))
        });
        stored.collect::<Vec<_>>()
    });
    let told = |what: &str, outcome: &dyn Debug| {
        let (place, yaml) = (version.place(), version.case.yaml);
        format!(
            "{place} {kind:?}: {what} and interpreter differ\npayload {payload}\n{what} {outcome:?}\ninterpreter {interpreted:?}\n{yaml}"
        )
    };
    if matches!(version.def.fate, EventFate::Current | EventFate::Retired(_)) {
        asked.interpreter = true;
        let fused =
            outcome.as_ref().map(|value| vec![(version.def.current().wire_type.clone(), value.payload.clone())]);
        assert!(same(&fused, &interpreted), "{}", told("fused", &fused));
    }
    if let Some(through) = version.event.through {
        asked.set = true;
        asked.ended = matches!(version.def.fate, EventFate::Nothing(_) | EventFate::Becomes(..));
        let wire_type = &version.def.versions[version.index].wire_type;
        let read = through(wire_type, version.this().number, version.this().readable_from, payload);
        assert!(same(&read.as_ref().map(Clone::clone), &interpreted), "{}", told("set", &read));
    }
    asked
}

/// The same events, or both none.
fn same(
    read: &Result<Vec<(String, String)>, &DecodeFault>,
    interpreted: &Result<Vec<(String, String)>, Fault>,
) -> bool {
    match (read, interpreted) {
        (Ok(read), Ok(interpreted)) => read == interpreted,
        (Err(DecodeFault::Payload(_) | DecodeFault::Upcast(_)), Err(Fault::Payload(_) | Fault::Upcast(_))) => true,
        (_, Ok(_) | Err(_)) => false,
    }
}

fn agrees_with_serde(version: &Version<'_>, kind: &dyn Debug, payload: &str, outcome: &Outcome) {
    let by_serde = (version.event.by_serde)(payload);
    let same = match (outcome, &by_serde) {
        (Ok(value), Ok(by_serde)) => value.payload == *by_serde,
        (Err(_), Err(_)) => true,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    assert!(
        same,
        "{} {kind:?}: factum and serde differ\npayload {payload}\nfactum {outcome:?}\nserde {by_serde:?}\n{}",
        version.place(),
        version.case.yaml
    );
}
