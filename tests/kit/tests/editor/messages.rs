//! A slip of the pen is one message, at its place, in words that help.

use super::said;

fn says(yaml: &str, wanted: &[&str]) {
    let found: Vec<String> =
        said(yaml).into_iter().map(|said| said.replace(&type_message(), "a type is ...")).collect();
    assert_eq!(found, wanted, "\n{yaml}");
}

/// What is said of a text that is no type: it lists them all.
fn type_message() -> String {
    let said = said("factum: 1\ncontext: seats\ntypes: { A: { newtype: a } }\n");
    said[0].split_once(": ").unwrap().1.to_owned()
}

/// The lines of one event.
fn event(lines: &str) -> String {
    format!("factum: 1\ncontext: seats\nevents:\n  SeatsReserved:\n{lines}")
}

/// The declaration of one type.
fn declared(declaration: &str) -> String {
    format!("factum: 1\ncontext: seats\ntypes: {{ A: {declaration} }}\n")
}

#[test]
fn unknown_keys() {
    says(
        &event("    fields:\n      a: { type: u32, add: 2 }\n"),
        &["/events/SeatsReserved/fields/a: Additional properties are not allowed ('add' was unexpected)"],
    );
    says(
        &event("    verson: 2\n    fields: { a: u32 }\n"),
        &["/events/SeatsReserved: Additional properties are not allowed ('verson' was unexpected)"],
    );
    says(
        &event("    fields: {}\n    upcast: { 2: [ { jion: { from: a, into: b } } ] }\n"),
        &["/events/SeatsReserved/upcast/2/0: Additional properties are not allowed ('jion' was unexpected)"],
    );
}

#[test]
fn missing_parts() {
    says("context: seats\n", &[": \"factum\" is a required property"]);
    says("factum: 1\ncontext: seats\ncommands: {}\n", &[": \"aggregate\" is a required property"]);
    says(&event("    a:\n"), &["/events/SeatsReserved/a: null is not of types \"string\", \"object\""]);
    says("factum: 1\ncontext: seats\nevents:\n  A:\n", &["/events/A: null is not of type \"object\""]);
    says(
        &event("    fields: {}\n    upcast: { 2: [ { join: { from: a, into: b } } ] }\n"),
        &["/events/SeatsReserved/upcast/2/0/join: \"with\" is a required property"],
    );
}

#[test]
fn wrong_texts() {
    says(
        &event("    a: u23\n    b: list<u32\n"),
        &["/events/SeatsReserved/a: a type is ...", "/events/SeatsReserved/b: a type is ..."],
    );
    says(
        &event("    rows: { type: map<uuid, u32> }\n"),
        &[
            "/events/SeatsReserved/rows/type: a type is ...",
            "/events/SeatsReserved/rows: Additional properties are not allowed ('u32>' was unexpected)",
        ],
    );
    says(
        &event("    version: two\n    fields: {}\n"),
        &["/events/SeatsReserved/version: A plain decimal number from 1 on: digits only, no leading zero."],
    );
    says(
        &event("    fields: { a: { type: i64, retyped: { 2: { from: f64, via: scale(3) } } } }\n"),
        &["/events/SeatsReserved/fields/a/retyped/2/via: A conversion is `to_string`, `parse`, `scale(100)`, \
           `epoch_seconds`, `epoch_millis`, `or(value)`."],
    );
    says(
        "factum: 1\ncontext: seats\naggregate: A\nid: uuid\nrejections: { B: { message: '{a', fields: {} } }\n",
        &["/rejections/B/message: `{field}` shows a field, and a brace itself is `{{` or `}}`."],
    );
    says("factum: 2\ncontext: seats\n", &["/factum: 2 is not one of 1 or \"1\""]);
}

#[test]
fn names() {
    says(
        "factum: 1\ncontext: Seats\nevents: { seats_sold: { Price: u32 } }",
        &[
            "/context: This name is in `snake_case`: small letters, digits, `_` between words.",
            "/events/seats_sold: This name is in `snake_case`: small letters, digits, `_` between words.",
            "/events: This name is in `UpperCamelCase`: letters and digits.",
        ],
    );
}

#[test]
fn ends() {
    says(
        &event("    retired: { 2: everything }\n    becomes: { 2: [A] }\n    fields: {}\n"),
        &[
            "/events/SeatsReserved/becomes/2/0: An event and the version that is made: `SeatsHeld@1`.",
            "/events/SeatsReserved/retired/2: \"everything\" is not one of \"nothing\"",
        ],
    );
}

#[test]
fn kinds_of_types() {
    says(&declared("u32"), &["/types/A: \"u32\" is not of type \"object\""]);
    says(&declared("{ enum: [a], newtype: u32 }"), &["/types/A/enum: False schema does not allow [\"a\"]"]);
    says(&declared("{ enum: { a: u32 } }"), &["/types/A/enum/a: \"u32\" is not of types \"null\", \"object\""]);
    says(&declared("{ union: { B: u32 } }"), &["/types/A/union/B: \"u32\" is not of type \"object\""]);
    says(&declared("{ newtype: u32, retyped: u8 }"), &["/types/A/retyped: \"u8\" is not of type \"object\""]);
    says(&declared("{ enum: [a], retyped: { 2: u8 } }"), &["/types/A: \"newtype\" is a required property"]);
}
