//! The regular expressions and the readers of the same texts agree.

use std::sync::LazyLock;

use factum_model::source::{Origin, Spanned};
use factum_model::{Code, Diagnostics, Sources, check, names, template, via};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{SCHEMA, said};

static TYPE: LazyLock<Validator> = LazyLock::new(|| pattern("/$defs/TypeText"));
static CONVERSION: LazyLock<Validator> = LazyLock::new(|| pattern("/$defs/Conversion"));
static MESSAGE: LazyLock<Validator> = LazyLock::new(|| pattern("/$defs/LongRejection/properties/message"));
static SMALL: LazyLock<Validator> = LazyLock::new(|| pattern("/properties/context"));
static LARGE: LazyLock<Validator> = LazyLock::new(|| pattern("/properties/aggregate"));

/// The regular expression at this place of the JSON Schema.
fn pattern(pointer: &str) -> Validator {
    let pattern = SCHEMA.pointer(&format!("{pointer}/pattern")).unwrap_or_else(|| panic!("no pattern at {pointer}"));
    jsonschema::draft202012::new(&json!({ "pattern": pattern })).unwrap()
}

fn matches(pattern: &Validator, text: &str) -> bool {
    pattern.is_valid(&Value::from(text))
}

/// Texts of these pieces.
fn pieces(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(known), 0..8).prop_map(|pieces| pieces.concat())
}

const TYPES: &[&str] = &[
    "u32", "string", "Money", "prices.", "@1", "<", ">", "list", "list<", "set<", "map<", "uuid, ", "?", ",", " ",
    "decimal", "(2)", "json", "9", "_",
];

/// What the reader says of a field's type.
fn codes_of_type(text: &str) -> Vec<Code> {
    let yaml = format!(
        "factum: 1\ncontext: prices\nevents: {{ Set: {{ price: '{text}' }} }}\ntypes: {{ Money: {{ newtype: i64 }} }}\n"
    );
    let mut sources = Sources::new();
    sources.add("schema.yaml", yaml.into_bytes());
    check(&mut sources).diagnostics.iter().map(|found| found.code).collect()
}

/// Types that nest.
fn nested() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["u32", "string", "Money", "prices . Money @ 1", "decimal(2)", "bytes", "bool?"]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ty| format!("list<{ty}>")),
            inner.clone().prop_map(|ty| format!(" list < {ty} >?")),
            inner.clone().prop_map(|ty| format!("set<{ty}>")),
            (inner.clone(), inner).prop_map(|(key, ty)| format!("map<{key}, {ty}>")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn types(text in prop_oneof![pieces(TYPES), nested()]) {
        let matched = matches(&TYPE, &text);
        let codes = codes_of_type(&text);
        prop_assert!(matched || !codes.is_empty(), "`{text}` is a type, and does not match");
        // What stands deeper may be anything.
        if text.matches('<').count() <= 1 {
            prop_assert!(!matched || !codes.contains(&Code::TypeSyntax), "`{text}` matches, and is no type");
        }
    }

    #[test]
    fn conversions(text in pieces(&["to_string", "parse", "scale", "or", "epoch_seconds", "epoch_millis", "(", ")", "100", "0.01", "1", "0", " ", "null"])) {
        let read = via::parse(&Spanned::new(text.clone(), Origin::default()), &mut Diagnostics::new()).is_some();
        prop_assert_eq!(matches(&CONVERSION, &text), read, "`{}`", text);
    }

    #[test]
    fn messages(text in "[{}a ]{0,10}") {
        let read = template::parse(&text, &mut |_| Origin::default(), &mut Diagnostics::new()).is_some();
        prop_assert_eq!(matches(&MESSAGE, &text), read, "`{}`", text);
    }

    #[test]
    fn small_names(text in "[aAz0_ä]{0,6}") {
        prop_assert_eq!(matches(&SMALL, &text), names::is_snake_case(&text), "`{}`", text);
    }

    #[test]
    fn large_names(text in "[aAZ0_Ä]{0,6}") {
        prop_assert_eq!(matches(&LARGE, &text), names::is_upper_camel_case(&text), "`{}`", text);
    }

    #[test]
    fn numbers(text in "[0-9+_ ]{1,9}") {
        let yaml = format!("factum: 1\ncontext: seats\naggregate: Seating\nid: uuid\nstate: {{}}\nsnapshot: \"{text}\"\n");
        let read = factum_test_kit::checked(&yaml);
        prop_assert_eq!(said(&yaml).is_empty(), read.is_ok(), "`{}`", text);
    }
}
