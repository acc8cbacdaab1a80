//! Values as a schema spells them.

use crate::dice::Dice;
use crate::ty::{Body, Declared, Ty};

/// A value of `ty`, in YAML's flow style.
pub(crate) fn of(ty: &Ty, declared: &[Declared], dice: &mut Dice) -> String {
    match ty {
        Ty::Builtin(name) => (*dice.pick(builtin(name))).to_owned(),
        Ty::Optional(inner) => {
            if dice.once_in(3) {
                "null".to_owned()
            } else {
                of(inner, declared, dice)
            }
        }
        // Empty more often than not: a type may hold itself in a list, and its values have to end.
        Ty::List(inner) if dice.once_in(2) => {
            list(&(0..dice.below(3)).map(|_| of(inner, declared, dice)).collect::<Vec<_>>())
        }
        Ty::List(_) => list(&[]),
        Ty::Set(inner) => list(&distinct(inner, declared, dice)),
        Ty::Map(key, value) => {
            let keys = distinct(key, declared, dice);
            let entries = keys.into_iter().map(|key| format!("{key}: {}", of(value, declared, dice)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Ty::Named(index) => named(&declared[*index].body, declared, dice),
    }
}

fn named(body: &Body, declared: &[Declared], dice: &mut Dice) -> String {
    match body {
        Body::Newtype(inner) => of(inner, declared, dice),
        Body::Enum(values) => quoted(&values[dice.below(values.len())]),
        Body::Struct(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, ty)| format!("{name}: {}", of(ty, declared, dice))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
    }
}

fn distinct(ty: &Ty, declared: &[Declared], dice: &mut Dice) -> Vec<String> {
    let mut values: Vec<String> = (0..dice.below(3)).map(|_| of(ty, declared, dice)).collect();
    values.sort();
    values.dedup();
    values
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.join(", "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A few values of each builtin type.
fn builtin(name: &str) -> &'static [&'static str] {
    match name {
        "bool" => &["true", "false"],
        "i8" => &["7", "-128", "127", "0"],
        "i16" => &["7", "-32768", "32767"],
        "i32" => &["7", "-2147483648", "2147483647"],
        "i64" => &["7", "-9223372036854775808", "9223372036854775807"],
        "u8" => &["7", "0", "255"],
        "u16" => &["7", "65535"],
        "u32" => &["7", "4294967295"],
        "u64" => &["7", "18446744073709551615"],
        "f32" => &["1.5", "0.1", "-2.25", "3.4e38", "7"],
        "f64" => &["1.5", "0.1", "-1.5e300", "5e-324", "7"],
        "bytes" => &["''", "AQID", "AQID/w=="],
        "uuid" => &["67e55044-10b1-426f-9247-bb680e5fe0c8", "00000000-0000-0000-0000-000000000000"],
        "timestamp" => &["2026-02-01T09:30:00.25Z", "1969-12-31T23:59:59.999999Z"],
        "date" => &["2024-02-29", "1900-01-01"],
        "duration" => &["PT0S", "PT1H30M0.5S", "-PT0.000000001S"],
        "decimal" => &["0", "'-1.10'", "'79228162514264337593543950335'"],
        "decimal(3)" => &["0", "'-1.1'", "'19.905'"],
        "json" => &["null", "'{\"a\": [1, \"\\u00e4\", null]}'", "'\"web\"'", "'1.50'", "[]"],
        _ => &["web", "''", "'null'", "'it''s \"quoted\" {x} \\n'", "'grüße 🦀'"],
    }
}
