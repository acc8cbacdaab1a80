//! Values as canonical text: JSON in one line, without blanks, objects sorted by key, sets by text.
//!
//! A value of `json` is a text that has the JSON in it, a Rust expression stands in `rust("...")`.

use crate::literal;
use crate::schema::{Literal, Record, Schema, TypeShape};
pub(super) use crate::spell::quoted;

/// The canonical text.
pub(super) fn print(value: &Literal, schema: &Schema) -> String {
    let all = |values: &[Literal]| values.iter().map(|value| print(value, schema)).collect::<Vec<_>>();
    match value {
        Literal::Null | Literal::Bool(_) | Literal::Integer(_) | Literal::Float(_) => literal::spelled(value, schema),
        Literal::Text(text) | Literal::Json(text) => quoted(text),
        Literal::Bytes(_)
        | Literal::Uuid(_)
        | Literal::Timestamp(_)
        | Literal::Date(..)
        | Literal::Duration(_)
        | Literal::Decimal(..)
        | Literal::Variant(..) => quoted(&literal::spelled(value, schema)),
        Literal::Opaque(value) => format!("rust({})", quoted(&value.spelling)),
        Literal::Present(value) | Literal::Newtype(_, _, value) => print(value, schema),
        Literal::List(values) => format!("[{}]", all(values).join(",")),
        Literal::Set(values) => {
            // The order of an enum's values is that of their lines, which may change.
            let mut elements = all(values);
            elements.sort_unstable();
            format!("[{}]", elements.join(","))
        }
        Literal::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (print(key, schema), print(value, schema)));
            object(entries.map(|(key, value)| if key.starts_with('"') { (key, value) } else { (quoted(&key), value) }))
        }
        Literal::Struct(id, version, values) => match schema.shape(*id, *version) {
            Some(TypeShape::Struct(record)) => object(fields(record, values, schema)),
            Some(TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => "{}".to_owned(),
        },
        Literal::Union(id, version, index, values) => {
            let kind = match schema.shape(*id, *version) {
                Some(TypeShape::Union(kinds)) => kinds.get(*index),
                Some(TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Struct(_)) | None => None,
            };
            let tag = kind.map(|kind| (quoted("kind"), quoted(&kind.name.value)));
            object(tag.into_iter().chain(kind.into_iter().flat_map(|kind| fields(&kind.shape, values, schema))))
        }
    }
}

fn fields(record: &Record, values: &[Literal], schema: &Schema) -> Vec<(String, String)> {
    let fields = record.fields.iter().zip(values);
    fields.map(|(field, value)| (quoted(&field.name.value), print(value, schema))).collect()
}

fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let mut members: Vec<String> = members.into_iter().map(|(name, value)| format!("{name}:{value}")).collect();
    members.sort_unstable();
    format!("{{{}}}", members.join(","))
}

/// How many bytes a canonical value has that stands at the beginning of a text: up to a comma, a parenthesis or a blank
/// that is in no text, list or object.
pub(super) fn length(text: &str) -> usize {
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            b',' | b')' | b' ' if depth == 0 => return at,
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// The text that is quoted at the beginning of another, and what follows.
pub(super) fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                c => c,
            }),
            c => out.push(c),
        }
    }
    None
}
