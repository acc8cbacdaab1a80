//! Samples are what their version stores, have every edge, and stay what they are.
#![cfg(all(feature = "json", feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use factum_model::schema::{EventDef, EventId, Schema, Type};
use factum_model::value::sample::{Edge, Sampler, edge, edge_of, edges};
use factum_model::value::{Json, as_stored, read};
use factum_model::{Sources, check, render};

fn schema_of(text: &str) -> Schema {
    let mut sources = Sources::new();
    sources.add("schema.yaml", text.as_bytes().to_vec());
    let outcome = check(&mut sources);
    let problems = render(&outcome.diagnostics, &sources, false);
    outcome.checked.unwrap_or_else(|| panic!("{problems}")).schema().clone()
}

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)).unwrap()
}

fn samples() -> Schema {
    schema_of(&text("samples/schema.yaml"))
}

fn event<'s>(schema: &'s Schema, name: &str) -> &'s EventDef {
    schema.events.iter().find(|event| event.name.value == name).unwrap()
}

/// Changing this snapshot changes what others have stored of samples: the fingerprints of steps written by hand.
#[test]
fn samples_stay_what_they_are() {
    let schema = samples();
    let mut out = String::new();
    for event in &schema.events {
        for version in &event.versions {
            writeln!(out, "\n{}@{}", event.name.value, version.number).unwrap();
            let mut sampler = Sampler::new(&schema, 7);
            for _ in 0..4 {
                writeln!(out, "  {}", sampler.event(event, version.number).unwrap()).unwrap();
            }
        }
        writeln!(out, "\n{}, whatever becomes of it", event.name.value).unwrap();
        let mut sampler = Sampler::new(&schema, u64::MAX);
        for _ in 0..2 {
            writeln!(out, "  {}", sampler.record(&event.versions[0].shape)).unwrap();
        }
        writeln!(out, "\n{}, by name", event.name.value).unwrap();
        for sample in edges(&schema, &event.versions[0].shape) {
            // Of a long one its beginning tells enough: the rest repeats itself.
            let json = sample.json.to_string();
            let shown: String = json.chars().take(4000).collect();
            writeln!(out, "  {} ({} characters)\n    {shown}", sample.name, json.chars().count()).unwrap();
        }
    }
    insta::with_settings!({ snapshot_path => "samples", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("samples", out);
    });
}

#[test]
fn every_sample_is_what_its_version_stores() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accepted");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut texts: Vec<String> = yaml.map(|path| fs::read_to_string(path).unwrap()).collect();
    texts.push(text("samples/schema.yaml"));
    let mut tried = 0;
    for schema in texts.iter().map(|text| schema_of(text)) {
        for event in &schema.events {
            for version in &event.versions {
                let mut sampler = Sampler::new(&schema, 1);
                let named = edges(&schema, &version.shape).into_iter().map(|sample| (sample.name, sample.json));
                let by_seed = (0..50).map(|_| ("by seed".to_owned(), sampler.event(event, version.number).unwrap()));
                for (name, json) in named.chain(by_seed) {
                    let place = format!("{}@{} {name}\n{json}", event.name.value, version.number);
                    let stored = as_stored(&schema, &version.shape, &json.to_string());
                    let stored = stored.unwrap_or_else(|fault| panic!("{fault:?}: {place}"));
                    assert_eq!(as_stored(&schema, &version.shape, &stored).unwrap(), stored, "{place}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1000, "only {tried} samples");
}

/// Values at edges are stored as they are.
#[test]
fn edges_are_written_as_factum_writes_them() {
    let schema = schema_of(
        "factum: 1\ncontext: c\nevents: { E: { a: bool, b: i8, c: u64, d: f32, e: f64, f: string, h: uuid, i: timestamp, \
         j: date, k: duration, l: decimal, m: decimal(3), n: decimal(0), o: bytes } }\n",
    );
    let shape = &schema.events[0].current().shape;
    for at in Edge::ALL {
        let json = edge(&schema, shape, *at).to_string();
        let same = |text: &str| text.replace("\\u0000", "\u{0}").replace("\\u007f", "\u{7f}").replace("e+", "e");
        assert_eq!(same(&as_stored(&schema, shape, &json).unwrap()), same(&json), "{at}");
    }
}

#[test]
fn the_seed_decides_and_the_order_of_lines_does_not() {
    let plain = schema_of(
        "factum: 1\ncontext: c\nevents: { E: { a: string, b: T, c: u64 } }\ntypes: { T: { enum: [x, y, z] } }\n",
    );
    let other = schema_of(
        "factum: 1\ncontext: c\nevents: { E: { c: u64, new: string?, b: T, a: string } }\ntypes: { T: { enum: [z, x, y] } }\n",
    );
    let all = |schema: &Schema, seed| {
        let mut sampler = Sampler::new(schema, seed);
        (0..32).map(|_| sampler.event(&schema.events[0], 1).unwrap()).collect::<Vec<Json>>()
    };
    assert_eq!(all(&plain, 1), all(&plain, 1));
    assert_ne!(all(&plain, 1), all(&plain, 2));
    let sorted = |json: &Json| match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().filter(|(name, _)| name != "new").cloned().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members
        }
        other => panic!("{other}"),
    };
    let both = all(&plain, 3).into_iter().zip(all(&other, 3));
    both.for_each(|(one, other)| assert_eq!(sorted(&one), sorted(&other)));
}

#[test]
fn most_samples_have_a_newer_value() {
    let schema = samples();
    let converted = event(&schema, "Converted");
    for version in [1, 2] {
        let mut sampler = Sampler::new(&schema, 5);
        let payloads = (0..200).map(|_| sampler.event(converted, version).unwrap().to_string());
        let read = payloads.filter(|payload| read(&schema, EventId(1), version, payload).is_ok()).count();
        assert!((50..200).contains(&read), "{read} of 200 samples of version {version} have a newer value");
    }
}

#[test]
fn every_variant_has_its_sample() {
    let schema = samples();
    let all = edges(&schema, &event(&schema, "Everything").current().shape);
    let text = |name: &str| {
        let found = all.iter().find(|sample| sample.name == name);
        found.unwrap_or_else(|| panic!("no {name}")).json.to_string()
    };
    assert!(text("r = web").contains(r#""r":{"7":"web"}"#), "{}", text("r = web"));
    assert!(text("r = other").contains(r#""r":{"7":"a text that nobody knows"}"#));
    assert!(text("s.brand = visa").contains(r#""s":{"kind":"Card","brand":"visa","last4":7}"#));
    assert!(text("s = Cash").contains(r#""s":{"kind":"Cash"}"#));
    assert!(text("s = Split").contains(r#""s":{"kind":"Split","parts":[{"kind":"Card""#));
}

#[test]
fn a_type_that_holds_itself_ends_somewhere() {
    let schema = samples();
    let shape = &event(&schema, "Everything").current().shape;
    let node = shape.fields.iter().find(|field| field.name.value == "t").unwrap();
    let depth = |json: &Json| json.to_string().matches("\"next\"").count();
    assert_eq!(depth(&edge_of(&schema, &node.ty, Edge::Usual)), 1);
    assert!((15..=128).contains(&depth(&edge_of(&schema, &node.ty, Edge::Deep))));
    let list = edge_of(&schema, &Type::List(Box::new(node.ty.clone())), Edge::Long);
    assert!(matches!(list, Json::Array(elements) if elements.len() == 64));
}

#[test]
fn there_are_no_samples_of_versions_that_never_were() {
    let schema = samples();
    let mut sampler = Sampler::new(&schema, 1);
    assert_eq!(sampler.event(event(&schema, "Converted"), 0), None);
    assert_eq!(sampler.event(event(&schema, "Converted"), 4), None);
    let code = schema.types.iter().position(|def| def.name.value == "Code").unwrap();
    let code = Type::Named(factum_model::schema::TypeId(u32::try_from(code).unwrap()), 2);
    assert!(matches!(sampler.value(&code), Json::Number(_)));
}
