//! Every value that a schema may spell out is built exactly: generated code calls [`factum::literal`] with what the model
//! has accepted, and those functions have an answer for everything else too, which nobody may ever get.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use factum::{Bytes, Date, Decimal, Duration, Fixed, Timestamp, literal};
use factum_model::schema::Literal;
use factum_model::upcast::Step;
use factum_model::{Sources, check};
use proptest::prelude::*;

/// What the model makes of a default of this type; `None` if it refuses it.
fn accepted(ty: &str, text: &str) -> Option<Literal> {
    let quoted = text.replace('\'', "''");
    let yaml = format!(
        "factum: 1\ncontext: c\nevents: {{ E: {{ version: 2, fields: {{ a: {{ type: {ty}, added: 2, default: '{quoted}' }} }} }} }}\n"
    );
    let mut sources = Sources::new();
    sources.add("schema.yaml", yaml.into_bytes());
    let checked = check(&mut sources).checked?;
    match checked.schema().events[0].current().steps.as_slice() {
        [Step::Insert { value, .. }] => Some(value.clone()),
        other => panic!("{other:?}"),
    }
}

/// Builds it as generated code does, and says whether that is exactly what the model holds.
fn is_exact(literal: &Literal) -> bool {
    match literal {
        Literal::Bytes(bytes) => literal::bytes(bytes) == Bytes(bytes.clone()),
        Literal::Timestamp(micros) => {
            let built: Timestamp = literal::timestamp(*micros);
            built.as_microsecond() == *micros && built.as_nanosecond() == i128::from(*micros) * 1000
        }
        Literal::Date(year, month, day) => {
            let [month, day] = [*month, *day].map(|part| i8::try_from(part).unwrap());
            let built: Date = literal::date(*year, month, day);
            (built.year(), built.month(), built.day()) == (*year, month, day)
        }
        Literal::Duration(nanos) => {
            let built: Duration = literal::duration(*nanos);
            built.as_nanos() == *nanos
        }
        Literal::Decimal(digits, scale) => {
            let built: Decimal = literal::decimal(*digits, *scale);
            (built.mantissa(), built.scale()) == (*digits, *scale)
        }
        Literal::Json(text) => {
            let read: serde_json::Value = serde_json::from_str(text).expect("what the model takes for JSON is JSON");
            literal::json(text) == read
        }
        other => panic!("{other:?} is not built at run time"),
    }
}

/// For each type, texts at the limits of what the model accepts, and others just beyond them.
const LIMITS: &[(&str, &[&str], &[&str])] = &[
    (
        "timestamp",
        &[
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2024-02-29T23:59:59.000001Z",
            "9999-12-30T22:00:00.999999Z",
        ],
        &["9999-12-30T22:00:01Z", "2023-02-29T00:00:00Z", "2026-01-01T00:00:00.0000001Z", "2026-01-01T23:59:60Z"],
    ),
    ("date", &["0000-01-01", "1900-02-28", "2000-02-29", "9999-12-31"], &["1900-02-29", "10000-01-01", "2026-00-01"]),
    (
        "duration",
        &[
            "PT0S",
            "PT0.000000001S",
            "-PT0.000000001S",
            "PT9223372036854775806.999999999S",
            "-PT9223372036854775806.999999999S",
            "PT2562047788015215H30M6.999999999S",
        ],
        &["PT9223372036854775807S", "-PT9223372036854775807S", "PT1.0000000001S", "P1D"],
    ),
    (
        "decimal",
        &[
            "0",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
            "7.9228162514264337593543950335",
            "0.0000000000000000000000000001",
            "1.10",
        ],
        &["79228162514264337593543950336", "0.00000000000000000000000000001"],
    ),
    (
        "decimal(3)",
        &["0", "-1.1", "79228162514264337593543950.335"],
        &["79228162514264337593543950.336", "79228162514264337593543951", "0.0001"],
    ),
    ("decimal(28)", &["7.9228162514264337593543950335", "-0.0000000000000000000000000001"], &["8"]),
    ("bytes", &["", "AA==", "/////w=="], &["AA", "A==="]),
    (
        "json",
        &[
            "null",
            "1.7976931348623157e308",
            "5e-324",
            "1e-400",
            "-0",
            "18446744073709551615",
            "123456789012345678901234567890",
            r#"{"\ud83e\udd80":["\u0000",{"a":{}}]}"#,
            r#"{"a":1,"a":2}"#,
        ],
        &["1e309", r#""\ud83e""#, "[1,]", "01", "nul"],
    ),
];

#[test]
fn what_the_model_accepts_at_its_limits_is_built_exactly() {
    for (ty, good, bad) in LIMITS {
        for text in *good {
            let literal = accepted(ty, text).unwrap_or_else(|| panic!("{ty} refuses {text}"));
            assert!(is_exact(&literal), "{ty} {text}: {literal:?}");
        }
        for text in *bad {
            assert_eq!(accepted(ty, text), None, "{ty} {text}");
        }
    }
}

/// As deep as the model lets it be, and no deeper.
#[test]
fn json_is_built_as_deep_as_it_is_accepted() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deepest = (1..200).take_while(|depth| accepted("json", &nested(*depth)).is_some()).last().unwrap();
    assert!((32..127).contains(&deepest), "{deepest}");
    assert!(is_exact(&accepted("json", &nested(deepest)).unwrap()));
}

/// A decimal with a scale is one of its own type, whose value is never another.
#[test]
fn a_fixed_decimal_keeps_its_digits() {
    for text in ["0", "19.9", "-0.01", "792281625142643375935439503.35"] {
        let Some(Literal::Decimal(digits, scale)) = accepted("decimal(2)", text) else { panic!("{text}") };
        let built: Fixed<2> = literal::decimal(digits, scale);
        assert_eq!((built.get().mantissa(), built.get().scale()), (digits, 2), "{text}");
    }
}

/// Texts that look right, of which many are.
fn texts() -> impl Strategy<Value = (&'static str, String)> {
    let date = || "(0000|0001|1900|1970|2000|2024|9999|[0-9]{4})-(0[0-9]|1[0-3])-([012][0-9]|3[0-2])";
    let time = "T([01][0-9]|2[0-4]):([0-5][0-9]|60):([0-5][0-9]|60)(\\.[0-9]{1,7})?Z";
    let whole = "(0|[1-9][0-9]{0,3}|9223372036854775[0-9]{3}|2562047788015215)";
    let duration = format!("-?PT({whole}H)?({whole}M)?({whole}(\\.[0-9]{{1,10}})?S)?");
    let number = "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?";
    let string = "\"([ a-z🦀]|\\\\[\"\\\\/bfnrtu]|\\\\u(d83e|dd80|00e4)){0,4}\"";
    let json = format!("\\[({number}|{string}|null|true|\\{{{string}:{number}\\}})(,({number}|{string}))?\\]");
    let of = |ty: &'static str, pattern: &str| {
        let texts = proptest::string::string_regex(pattern).unwrap();
        texts.prop_map(move |text| (ty, text)).boxed()
    };
    prop_oneof![
        of("timestamp", &format!("{}{time}", date())),
        of("date", date()),
        of("duration", &duration),
        of("decimal", "-?(0|[1-9][0-9]{0,29})(\\.[0-9]{1,29})?"),
        of("decimal(3)", "-?(0|[1-9][0-9]{0,26})(\\.[0-9]{1,4})?"),
        of("bytes", "([A-Za-z0-9+/]{4}){0,3}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
        of("json", &json),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_model_accepts_is_built_exactly((ty, text) in texts()) {
        let literal = accepted(ty, &text);
        prop_assume!(literal.is_some());
        let literal = literal.unwrap();
        prop_assert!(is_exact(&literal), "{} {}: {:?}", ty, text, literal);
    }
}
