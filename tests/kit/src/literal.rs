//! Values as a schema spells them.

use crate::life::{self, Field, Variant};
use crate::ty::{Body, Declared, Ty};
use factum_model::value::sample::Dice;

/// How deep a value is before it ends where it can.
const DEPTH: usize = 4;

/// A value of `ty`, in YAML's flow style.
pub(crate) fn of(ty: &Ty, declared: &[Declared], dice: &mut Dice) -> String {
    within(ty, declared, dice, 0)
}

fn within(ty: &Ty, declared: &[Declared], dice: &mut Dice, depth: usize) -> String {
    let deep = depth > DEPTH;
    match ty {
        Ty::Builtin(name) => (*dice.pick(builtin(name))).to_owned(),
        Ty::Optional(_) if deep || dice.once_in(3) => "null".to_owned(),
        Ty::Optional(inner) => within(inner, declared, dice, depth),
        Ty::List(_) | Ty::Set(_) if deep => list(&[]),
        Ty::Map(..) if deep => "{}".to_owned(),
        // Empty more often than not: a type may hold itself in a list.
        Ty::List(inner) if dice.once_in(2) => {
            list(&(0..dice.below(3)).map(|_| within(inner, declared, dice, depth + 1)).collect::<Vec<_>>())
        }
        Ty::List(_) => list(&[]),
        Ty::Set(inner) => list(&distinct(inner, declared, dice)),
        Ty::Map(key, value) => {
            let keys = distinct(key, declared, dice);
            let entries = keys.into_iter().map(|key| format!("{key}: {}", within(value, declared, dice, depth + 1)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Ty::Named(index, version) => named(&declared[*index].body, *version, declared, dice, depth),
        // Within a type that is being made, where null, an empty list or an empty map stands around it.
        Ty::Group(_) => "null".to_owned(),
    }
}

fn named(body: &Body, version: u32, declared: &[Declared], dice: &mut Dice, depth: usize) -> String {
    let fields = |all: &[Field], dice: &mut Dice| -> Vec<String> {
        let record = life::record(all, version).into_iter();
        record.map(|(name, ty)| format!("{name}: {}", within(&ty, declared, dice, depth + 1))).collect()
    };
    match body {
        Body::Newtype(now, retyped) => {
            let inner = life::type_at(now, retyped, version).of_holder(version);
            within(&inner, declared, dice, depth + 1)
        }
        Body::Struct(all) => format!("{{ {} }}", fields(all, dice).join(", ")),
        Body::Enum(variants) => quoted(living(variants, version, dice).name_at(version)),
        Body::Union(variants) => {
            let variant = living(variants, version, dice);
            let mut all = fields(&variant.fields, dice);
            all.insert(dice.below(all.len() + 1), format!("kind: {}", variant.name_at(version)));
            format!("{{ {} }}", all.join(", "))
        }
    }
}

fn living<'a>(variants: &'a [Variant], version: u32, dice: &mut Dice) -> &'a Variant {
    let living: Vec<&Variant> = variants.iter().filter(|variant| variant.lives(version) && !variant.fallback).collect();
    living[dice.below(living.len())]
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
