//! Schemas that are accepted, and what they mean.
#![cfg(all(feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use factum_model::ast::Document;
use factum_model::schema::{EventDef, Literal, Schema};
use factum_model::{Diagnostics, Sources, check, render, resolve_and_check, spell, yaml};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accepted")
}

fn schema_of(files: &[(&str, &str)]) -> Schema {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(*name, text.as_bytes().to_vec());
    }
    let outcome = check(&mut sources);
    let text = render(&outcome.diagnostics, &sources, false);
    outcome.checked.unwrap_or_else(|| panic!("{text}")).schema().clone()
}

fn event<'s>(schema: &'s Schema, name: &str) -> &'s EventDef {
    schema.events.iter().find(|event| event.name.value == name).unwrap()
}

#[test]
fn accepted_schemas_mean_what_their_snapshots_say() {
    for name in ["conference", "every_type", "history", "forms"] {
        let text = fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
        let mut schema = schema_of(&[("schema.yaml", &text)]);
        without_places(&mut schema);
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(name, format!("{schema:#?}")) });
    }
}

#[test]
fn histories_lead_from_version_to_version() {
    for name in ["steps", "values", "several_files"] {
        let files: Vec<(String, String)> = match fs::read_to_string(folder().join(format!("{name}.yaml"))) {
            Ok(text) => vec![("schema.yaml".to_owned(), text)],
            Err(_) => files_in(&folder().join(name)),
        };
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let schema = schema_of(&files);
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(name, support::described(&schema)) });
    }
}

#[test]
fn what_is_spelled_is_read_as_it_was() {
    for name in ["conference", "every_type", "history", "forms", "steps", "values", "several_files"] {
        let files = match fs::read_to_string(folder().join(format!("{name}.yaml"))) {
            Ok(text) => vec![("schema.yaml".to_owned(), text)],
            Err(_) => files_in(&folder().join(name)),
        };
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let stored: Vec<Document> = files
            .into_iter()
            .map(|(name, text)| {
                let file = sources.add(name, text.into_bytes());
                let Document { context, events, types, .. } = yaml::read(&mut sources, file, &mut diagnostics).unwrap();
                Document { context, events, types, ..Document::default() }
            })
            .collect();
        let again: Vec<Document> =
            stored.iter().map(|document| spell::read(&spell::spell(document).text, &[]).unwrap()).collect();
        let [stored, again] = [stored, again].map(|documents| {
            let outcome = resolve_and_check(&documents, None, Diagnostics::new());
            support::described(outcome.checked.unwrap().schema())
        });
        assert_eq!(again, stored, "{name}");
    }
}

fn files_in(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Places are plain numbers that say nothing to a reader of a snapshot.
fn without_places(schema: &mut Schema) {
    let printed = |name: &mut factum_model::source::Spanned<String>| name.origin = factum_model::source::Origin(0);
    schema.types.iter_mut().for_each(|ty| printed(&mut ty.name));
    schema.aggregates.iter_mut().for_each(|aggregate| printed(&mut aggregate.name));
    for event in &mut schema.events {
        printed(&mut event.name);
        event.personal.iter_mut().for_each(printed);
        event
            .versions
            .iter_mut()
            .flat_map(|version| &mut version.shape.fields)
            .for_each(|field| printed(&mut field.name));
    }
}

#[test]
fn each_version_has_the_fields_it_had() {
    let schema = schema_of(&[("history.yaml", &fs::read_to_string(folder().join("history.yaml")).unwrap())]);
    let shapes: Vec<String> = event(&schema, "Moved")
        .versions
        .iter()
        .map(|version| version.shape.fields.iter().map(|field| field.name.value.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        shapes,
        [
            "id seats prices cost back",
            "id quantity_of_seats first_clerk prices cost back",
            "id quantity_of_seats clerk prices price forth",
            "id quantity prices price back",
            "id quantity prices price note back",
            "id quantity prices price note",
        ]
    );
}

fn readable(fields: &str, version: u32) -> Vec<u32> {
    let text = format!("factum: 1\ncontext: c\nevents:\n  E:\n    version: {version}\n    fields:\n{fields}");
    event(&schema_of(&[("schema.yaml", &text)]), "E").versions.iter().map(|version| version.readable_from).collect()
}

#[test]
fn older_readers_keep_up_until_a_step_breaks_them() {
    let (base, insert) = ("      a: u32\n", "{ type: u32, added: 2, default: 0 }");
    assert_eq!(readable(&format!("{base}      b: {insert}\n"), 2), [1, 1], "they ignore an added field");
    assert_eq!(
        readable("      a: { type: u32?, removed: 2 }\n", 2),
        [1, 1],
        "they take a missing optional field for null"
    );
    assert_eq!(readable("      a: { type: u32, removed: 2 }\n", 2), [1, 2], "they need a required field");
    assert_eq!(readable("      a: { type: u32, renamed: { 2: b } }\n", 2), [1, 2], "they look for the old name");
    assert_eq!(
        readable("      a: { type: u64, retyped: { 2: u32 } }\n", 2),
        [1, 2],
        "they cannot read the wider value"
    );
    let required = "      a: { type: u32, retyped: { 2: { from: u32?, via: or(0) } } }\n";
    assert_eq!(readable(required, 2), [1, 1], "they take null, and there is none any more");
    let wider = "      a: { type: u64, retyped: { 2: { from: u32?, via: or(0) } } }\n";
    assert_eq!(readable(wider, 2), [1, 2], "they take null, and cannot read the wider value");
    let renamed = "      a: { type: u32, retyped: { 2: { from: u32?, via: or(0) } }, renamed: { 2: b } }\n";
    assert_eq!(readable(renamed, 2), [1, 2], "they would take what has another name for null");
    let converted = "      a: { type: i64, retyped: { 2: { from: i64, via: scale(100) } } }\n";
    assert_eq!(readable(converted, 2), [1, 2], "they would read it in the wrong unit");
    let joined = "      a: { type: string, removed: 2 }\n      b: { type: string?, removed: 2 }\n      c: { type: string, added: 2 }\n    upcast: { 2: [ { join: { from: [a, b], into: c, with: '' } } ] }\n";
    assert_eq!(readable(joined, 2), [1, 2], "they look for the parts");
    assert_eq!(readable("      a: u32\n    upcast: { 2: by_hand }\n", 2), [1, 2], "nobody knows what a user writes");
    assert_eq!(readable("      a: u32\n    renamed: { 2: F }\n", 2), [1, 2], "they look for the old name of the event");
    let mixed = "      a: { type: u32, renamed: { 3: b } }\n      c: { type: u32, added: 2, default: 0 }\n      d: { type: u32?, added: 4 }\n";
    assert_eq!(readable(mixed, 4), [1, 1, 3, 3]);
}

/// From which version on readers read an event that holds a type which has a second version.
fn readable_holder(holds: &str, ty: &str) -> u32 {
    let field = format!("      a: {{ type: {}, retyped: {{ 2: {} }} }}\n", quoted(holds, "T"), quoted(holds, "T@1"));
    let text = format!("factum: 1\ncontext: c\nevents:\n  E:\n    version: 2\n    fields:\n{field}types:\n{ty}");
    event(&schema_of(&[("schema.yaml", &text)]), "E").versions[1].readable_from
}

fn quoted(holds: &str, ty: &str) -> String {
    format!("\"{}\"", holds.replace('T', ty))
}

#[test]
fn older_readers_keep_up_with_the_types_that_they_hold() {
    let added = "  T: { version: 2, fields: { a: u32, b: { type: u32?, added: 2 } } }\n";
    for holds in ["T", "T?", "list<T>", "map<string, list<T?>>"] {
        assert_eq!(readable_holder(holds, added), 1, "{holds}: they ignore an added field");
    }
    let renamed = "  T: { version: 2, fields: { a: { type: u32, renamed: { 2: b } } } }\n";
    assert_eq!(readable_holder("list<T>", renamed), 2, "they look for the old name");
    let deep = |inner: &str| {
        let holder = "  T: { version: 2, fields: { deep: { type: list<U>, retyped: { 2: list<U@1> } } } }\n";
        format!("{holder}  U: {{ version: 2, fields: {{ a: u32, b: {{ type: {inner} }} }} }}\n")
    };
    assert_eq!(readable_holder("T", &deep("u32?, added: 2")), 1);
    assert_eq!(readable_holder("T", &deep("u32, removed: 2")), 2);
    let itself = "  T: { version: 2, fields: { next: T?, more: { type: u32?, added: 2 } } }\n";
    assert_eq!(readable_holder("T", itself), 1, "what holds itself is looked at once");
    let itself = "  T: { version: 2, fields: { next: T?, less: { type: u32, removed: 2 } } }\n";
    assert_eq!(readable_holder("T", itself), 2);
    let newtype = "  T: { version: 2, newtype: u64, retyped: { 2: u32 } }\n";
    assert_eq!(readable_holder("T", newtype), 2, "they cannot read the wider value");
}

#[test]
fn older_readers_keep_up_with_values_that_they_know_or_keep() {
    let enumerated = |values: &str| readable_holder("T", &format!("  T: {{ version: 2, enum: {{ {values} }} }}\n"));
    assert_eq!(enumerated("a: , b: , c: { removed: 2, becomes: b }"), 1, "they know all that is left");
    assert_eq!(enumerated("a: , b: { added: 2 }"), 2, "they refuse what they do not know");
    assert_eq!(enumerated("a: , b: { added: 2 }, other: { fallback: true }"), 1, "they keep what they do not know");
    assert_eq!(enumerated("a: , other: { fallback: true, added: 2 }"), 2, "they kept nothing yet");
    let renamed = "a: { renamed: { 2: c } }, other: { fallback: true }";
    assert_eq!(enumerated(renamed), 2, "what they would keep they know under another name");
    let union = |kinds: &str| readable_holder("T", &format!("  T: {{ version: 2, union: {{ {kinds} }} }}\n"));
    assert_eq!(union("A: { a: u32, b: { type: u32?, added: 2 } }"), 1);
    assert_eq!(union("A: { a: u32, b: { type: u32, removed: 2 } }"), 2);
    assert_eq!(union("A: { a: u32 }, B: { added: 2, fields: {} }"), 2, "they refuse a kind that they do not know");
}

#[test]
fn files_share_a_context_and_contexts_see_each_other() {
    let schema = schema_of(&[
        ("b.yaml", "factum: 1\ncontext: billing\ndoc: Two.\nevents: { Paid: { price: Money, hall: seats.Hall } }\n"),
        ("a.yaml", "factum: 1\ncontext: billing\ndoc: One.\ntypes: { Money: { newtype: i64 } }\n"),
        (
            "c.yaml",
            "\u{feff}factum: 1\r\ncontext: seats\r\ntypes:\r\n  Hall: { enum: [größer] }\r\n"
                .replace("größer", "big")
                .as_str(),
        ),
    ]);
    let names: Vec<&str> = schema.contexts.iter().map(|context| context.name.value.as_str()).collect();
    assert_eq!(names, ["billing", "seats"]);
    assert_eq!(schema.contexts[0].doc.as_deref(), Some("Two.\n\nOne."));
    assert_eq!(event(&schema, "Paid").versions[0].wire_type, "billing.Paid");
}

#[test]
fn duplicates_in_two_files_are_shown_in_both() {
    let mut sources = Sources::new();
    sources.add("a.yaml", b"factum: 1\ncontext: seats\nevents: { Opened: {} }\n".to_vec());
    sources.add("b.yaml", b"factum: 1\ncontext: seats\n# \xc3\xa4\ntypes: { Opened: { newtype: u32 } }\n".to_vec());
    let outcome = check(&mut sources);
    let text = render(&outcome.diagnostics, &sources, false);
    insta::with_settings!({
        snapshot_path => folder(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("duplicates_in_two_files", text) });
}

#[test]
fn floats_are_rounded_to_their_type_and_sets_are_sorted() {
    let schema = schema_of(&[("types.yaml", &fs::read_to_string(folder().join("every_type.yaml")).unwrap())]);
    let version = event(&schema, "Everything").versions[1].clone();
    let inserted = |name: &str| {
        let slot = version.shape.fields.iter().position(|field| field.name.value == name).unwrap();
        version
            .steps
            .iter()
            .find_map(|step| match step {
                factum_model::upcast::Step::Insert { to, value } if to.0 == slot => Some(value.clone()),
                _ => None,
            })
            .unwrap()
    };
    assert_eq!(inserted("d"), Literal::Float(f64::from(0.1_f32)));
    assert_eq!(inserted("x"), Literal::Float(16_777_216.0));
    assert_eq!(inserted("t"), Literal::Set(vec![Literal::Integer(1), Literal::Integer(2)]));
    assert_eq!(inserted("k"), Literal::Timestamp(-1));
    assert_eq!(inserted("m"), Literal::Duration(-5_400_500_000_000));
    assert_eq!(inserted("o"), Literal::Decimal(-1100, 3));
    assert_eq!(inserted("n"), Literal::Decimal(110, 2));
    assert_eq!(inserted("i"), Literal::Bytes(vec![1, 2, 3, 255]));
}
