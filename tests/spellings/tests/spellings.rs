//! An event that can be spelled both ways has the same bytes and the same values in every version, from YAML and from
//! derives. Of the examples' events all can; the build script sees to it that none is left out.
#![allow(clippy::panic)] // that is how a test fails, also in what tests call

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use factum::DecodeFault;
use factum_model::schema::{EventDef, Schema};
use factum_model::value::sample::{Dice, Sampler, edges};
use factum_model::{Checked, Sources, check, render};
use factum_spellings::cases::CATALOGS;
use factum_spellings::spelling::{Catalog, Event, Outcome, Version};
use factum_test_kit::mutate::{KINDS, Kind, mutated};
use serde_json::value::RawValue;

const SAMPLES: u64 = 40;

/// A version of an event, in both spellings.
struct Both<'a> {
    event: &'a Event,
    def: &'a EventDef,
    index: usize,
}

impl Both<'_> {
    fn yaml(&self) -> &Version {
        &self.event.yaml.versions[self.index]
    }

    fn derived(&self) -> &Version {
        &self.event.derived.versions[self.index]
    }
}

#[test]
fn both_spellings_say_the_same_of_themselves() {
    for catalog in CATALOGS {
        assert!(!catalog.events.is_empty(), "{}", catalog.name);
        each_version(catalog, |_, both| {
            let (yaml, derived) = (both.yaml(), both.derived());
            let told = |version: &Version| (version.event_type, version.number, version.readable_from);
            assert_eq!(told(yaml), told(derived), "{}", both.event.name);
            // Two types, or nothing would be compared.
            assert_ne!((yaml.path)(), (derived.path)());
            assert_eq!(derived.number, both.def.versions[both.index].number);
        });
        for event in catalog.events {
            let readers =
                [&event.yaml, &event.derived].map(|spelling| spelling.set.as_ref().map(|set| (set.readers)()));
            assert_eq!(readers[0], readers[1], "{}", event.name);
        }
    }
}

#[test]
fn both_spellings_make_the_same_of_any_payload() {
    let mut tried: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    let mut versions = 0;
    for catalog in CATALOGS {
        each_version(catalog, |schema, both| {
            versions += 1;
            let number = both.yaml().number;
            let seed =
                both.event.name.bytes().fold(u64::from(number), |seed, byte| seed.rotate_left(5) ^ u64::from(byte));
            let (mut sampler, mut dice) = (Sampler::new(schema, seed), Dice::new(seed));
            let names = names(both.def);
            for _ in 0..SAMPLES {
                let sample = sampler.event(both.def, number).expect("the event has this version");
                let in_one_order = in_one_order(both, &sample.to_string());
                for kind in KINDS.iter().filter(|kind| in_one_order || !is_array(**kind)) {
                    let payload = mutated(&sample, *kind, &names, &mut dice);
                    let (count, read) = tried.entry(*kind).or_default();
                    *count += 1;
                    *read += usize::from(agree(both, kind, &payload));
                }
            }
            for edge in edges(schema, &both.def.versions[both.index].shape) {
                agree(both, &edge.name, &edge.json.to_string());
            }
        });
    }
    assert!(versions > 30, "{versions} versions");
    for (kind, (count, read)) in &tried {
        println!("{kind:?}: {count} payloads, {read} read");
    }
    let (count, read) = tried[&Kind::AsStored];
    assert!(count > 1_000 && read > count / 2 && tried[&Kind::WrongType].1 < count / 2, "{tried:?}");
}

#[test]
fn both_spellings_make_the_same_of_what_was_really_stored() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let recorded = fs::read_to_string(root.join("examples/conference/data/recorded.ndjson")).expect("it is there");
    let recorded: Vec<Recorded<'_>> =
        recorded.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let mut compared = BTreeSet::new();
    for catalog in CATALOGS {
        each_version(catalog, |_, both| {
            let (name, number) = (both.event.name, both.yaml().number);
            let stored = root.join(format!("tests/compat/stored/{name}/{number}.ndjson"));
            let stored =
                if catalog.name == "parcels" { fs::read_to_string(stored).unwrap_or_default() } else { String::new() };
            let is_it = |event: &&Recorded<'_>| {
                event.r#type == both.yaml().event_type && event.schemaversion == number.to_string()
            };
            // A year of them takes long, and they are much alike.
            let recorded = recorded.iter().filter(is_it).step_by(7).map(|event| event.data.get());
            for payload in stored.lines().chain(recorded) {
                assert!(agree(both, &"stored", payload), "{name}@{number}: {payload}");
                compared.insert((catalog.name, name, number));
            }
        });
    }
    let of = |name: &str| compared.iter().filter(|(catalog, ..)| *catalog == name).count();
    assert!(of("parcels") > 20 && of("conference") > 5, "{compared:?}");
}

#[test]
fn both_spellings_take_back_the_same() {
    let mut found = BTreeMap::new();
    for catalog in CATALOGS {
        let checked = checked(catalog);
        let schema = checked.schema();
        let mut sampler = Sampler::new(schema, 7);
        let mut newest = |event: &Event, def: &EventDef| {
            let sample = sampler.event(def, def.current().number).expect("the event has this version");
            let sample: serde_json::Value = serde_json::from_str(&sample.to_string()).expect("it is JSON");
            let newest = event.yaml.versions.last().expect("there is one");
            (newest.event_type, newest.number, newest.readable_from, sample)
        };
        let members = || catalog.events.iter().zip(&schema.events).filter(|(event, _)| event.yaml.set.is_some());
        for (one, earlier_def) in members() {
            for (other, later_def) in members().filter(|(_, def)| def.aggregate == earlier_def.aggregate) {
                let (earlier, later) = (newest(one, earlier_def), newest(other, later_def));
                let mut equal = later.3.clone();
                copy_common(&earlier.3, &mut equal);
                for later_json in [&later.3, &equal] {
                    let (earlier_json, later_json) = (earlier.3.to_string(), later_json.to_string());
                    let said = [one.yaml.set.as_ref(), one.derived.set.as_ref()].map(|set| {
                        let set = set.expect("both spellings have the set");
                        let earlier = (earlier.0, earlier.1, earlier.2, earlier_json.as_str());
                        (set.compensation)(earlier, (later.0, later.1, later.2, &later_json))
                    });
                    assert_eq!(said[0], said[1], "{} after {}\n{earlier_json}\n{later_json}", other.name, one.name);
                    *found.entry(said[0]).or_insert(0) += 1;
                }
            }
        }
    }
    let of = |said| found.get(&Some(said)).copied().unwrap_or(0);
    assert!(of((true, true)) > 0 && of((true, false)) > 0 && of((false, false)) > 10, "{found:?}");
    assert_eq!(of((false, true)), 0, "{found:?}");
}

/// Gives the fields that both have the values of the first.
fn copy_common(from: &serde_json::Value, into: &mut serde_json::Value) {
    let (Some(from), Some(into)) = (from.as_object(), into.as_object_mut()) else { return };
    for (name, value) in into.iter_mut() {
        if let Some(same) = from.get(name) {
            *value = same.clone();
        }
    }
}

/// A derive lists removed fields behind all others. That is seen where an array stands for an object, which nobody wrote.
fn in_one_order(both: &Both<'_>, sample: &str) -> bool {
    let own = [both.yaml(), both.derived()].map(|version| {
        let read = (version.read)(version.number, version.readable_from, sample);
        read.unwrap_or_else(|fault| panic!("{}: {fault}\n{sample}", both.event.name)).payload
    });
    own[0] == own[1]
}

fn is_array(kind: Kind) -> bool {
    matches!(kind, Kind::Array | Kind::OtherArray)
}

/// A line of what the conference example imports.
#[derive(serde::Deserialize)]
struct Recorded<'a> {
    r#type: &'a str,
    schemaversion: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// All structs of both spellings, their chains and their sets make the same of a payload of this version. Answers
/// whether the newest could read it.
fn agree(both: &Both<'_>, kind: &dyn Debug, payload: &str) -> bool {
    let (yaml, derived) = (both.yaml(), both.derived());
    let told = |what: &str| format!("{} version {}, {kind:?}: {what}\n{payload}", both.event.name, yaml.number);
    let mut is_read = false;
    for (reader, (by_yaml, by_derived)) in both.event.yaml.versions.iter().zip(both.event.derived.versions).enumerate()
    {
        let newest = reader + 1 == both.event.yaml.versions.len();
        // As this version, and as others that it is not.
        for number in [yaml.number, yaml.number + 1, 0] {
            let read = |version: &Version| (version.read)(number, yaml.readable_from, payload);
            let (one, other) = (read(by_yaml), read(by_derived));
            assert_same(&one, &other, newest, &|| told(&format!("read as {number} by version {}", by_yaml.number)));
            is_read |= newest && number == yaml.number && one.is_ok();
        }
    }
    assert_same(&(yaml.chain)(payload), &(derived.chain)(payload), true, &|| told("the chain"));
    if let (Some(by_yaml), Some(by_derived)) = (&both.event.yaml.set, &both.event.derived.set) {
        let arguments = (yaml.event_type, yaml.number, yaml.readable_from, payload);
        let [one, other] =
            [by_yaml, by_derived].map(|set| (set.read)(arguments.0, arguments.1, arguments.2, arguments.3));
        match (&one, &other) {
            (Ok(one), Ok(other)) => assert_eq!(one, other, "{}", told("the set")),
            (Err(one), Err(other)) => assert_eq!(words(one), words(other), "{}", told("the set")),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{}\n{one:?}\n{other:?}", told("the set")),
        }
    }
    is_read
}

/// The same value or the same fault, in the same words.
fn assert_same(yaml: &Outcome, derived: &Outcome, newest: bool, told: &dyn Fn() -> String) {
    match (yaml, derived) {
        (Ok(yaml), Ok(derived)) if newest => assert_eq!(yaml, derived, "{}", told()),
        // A derive lists removed fields after all others, so the fields of an older struct may stand in another order.
        (Ok(yaml), Ok(derived)) => assert_eq!(json(&yaml.payload), json(&derived.payload), "{}", told()),
        (Err(yaml), Err(derived)) => assert_eq!(words(yaml), words(derived), "{}", told()),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{}\nYAML {yaml:?}\nderived {derived:?}", told()),
    }
}

/// What is told, but for the name of a missing field: of several the one that comes first in the struct is named.
fn words(fault: &DecodeFault) -> String {
    let text = fault.to_string();
    match text.split_once("missing field `").and_then(|(before, rest)| Some((before, rest.split_once('`')?.1))) {
        Some((before, after)) => format!("{before}missing field{after}"),
        None => text,
    }
}

fn json(payload: &str) -> serde_json::Value {
    serde_json::from_str(payload).expect("it was written")
}

fn each_version(catalog: &Catalog, mut judge: impl FnMut(&Schema, &Both<'_>)) {
    let checked = checked(catalog);
    let schema = checked.schema();
    assert_eq!(catalog.events.len(), schema.events.len(), "{}", catalog.name);
    for (event, def) in catalog.events.iter().zip(&schema.events) {
        assert_eq!(event.name, def.name.value);
        for index in 0..def.versions.len() {
            judge(schema, &Both { event, def, index });
        }
    }
}

fn checked(catalog: &Catalog) -> Checked {
    let mut sources = Sources::new();
    for (path, text) in catalog.files {
        sources.add((*path).to_owned(), text.as_bytes().to_vec());
    }
    let outcome = check(&mut sources);
    outcome.checked.unwrap_or_else(|| panic!("{}", render(&outcome.diagnostics, &sources, false)))
}

/// Every name that a field has in any version.
fn names(event: &EventDef) -> Vec<String> {
    let fields = event.versions.iter().flat_map(|version| &version.shape.fields);
    let names: BTreeSet<String> = fields.map(|field| field.name.value.clone()).collect();
    names.into_iter().collect()
}
