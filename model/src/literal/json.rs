//! Whether a text is JSON.

use core::str::CharIndices;

use crate::ast::{Value, ValueKind};
use crate::spell::quoted;

/// How deep arrays and objects may stand inside each other.
const MAX_DEPTH: usize = 64;

/// Whether the whole text is one JSON value.
pub(super) fn is_valid(text: &str) -> bool {
    let blanks = |rest: &str| rest.trim_start_matches([' ', '\n', '\r', '\t']).len();
    let rest = &text[text.len() - blanks(text)..];
    value(rest, 0).is_some_and(|rest| blanks(rest) == 0)
}

/// A value of YAML as JSON: a text that is JSON as it is, any other in quotes.
pub(super) fn spelled(value: &Value) -> String {
    match &value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Text(text) if is_valid(text) => text.clone(),
        ValueKind::Text(text) => quoted(text),
        ValueKind::List(values) => format!("[{}]", values.iter().map(spelled).collect::<Vec<_>>().join(", ")),
        ValueKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", quoted(&key.value), spelled(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        ValueKind::Opaque(value) => quoted(&value.spelling),
    }
}

/// What is left after a value.
fn value(text: &str, depth: usize) -> Option<&str> {
    match text.as_bytes().first()? {
        b'{' if depth < MAX_DEPTH => members(trimmed(&text[1..]), '}', |rest| {
            let rest = trimmed(string(rest)?);
            value(trimmed(rest.strip_prefix(':')?), depth + 1)
        }),
        b'[' if depth < MAX_DEPTH => members(trimmed(&text[1..]), ']', |rest| value(rest, depth + 1)),
        b'"' => string(text),
        b'-' | b'0'..=b'9' => number(text),
        _ => ["true", "false", "null"].iter().find_map(|word| text.strip_prefix(word)),
    }
}

/// Members up to `close`, separated by commas.
fn members<'t>(mut rest: &'t str, close: char, member: impl Fn(&'t str) -> Option<&'t str>) -> Option<&'t str> {
    if let Some(after) = rest.strip_prefix(close) {
        return Some(after);
    }
    loop {
        rest = trimmed(member(rest)?);
        if let Some(after) = rest.strip_prefix(close) {
            return Some(after);
        }
        rest = trimmed(rest.strip_prefix(',')?);
    }
}

fn string(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('"')?;
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(&inside[at + 1..]),
            '\\' => match chars.next()?.1 {
                '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {}
                'u' => escape(&mut chars)?,
                _ => return None,
            },
            '\0'..='\u{1f}' => return None,
            _ => {}
        }
    }
    None
}

/// What stands behind `\\u`: a character, or both halves of one.
fn escape(chars: &mut CharIndices<'_>) -> Option<()> {
    match unit(chars)? {
        0xdc00..=0xdfff => None,
        0xd800..=0xdbff => {
            let follows = chars.next()?.1 == '\\' && chars.next()?.1 == 'u';
            (follows && (0xdc00..=0xdfff).contains(&unit(chars)?)).then_some(())
        }
        _ => Some(()),
    }
}

/// Four hexadecimal digits.
fn unit(chars: &mut CharIndices<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | chars.next()?.1.to_digit(16)?))
}

/// In the range of a double, which is what JSON numbers are read as.
fn number(text: &str) -> Option<&str> {
    let rest = any_number(text)?;
    text[..text.len() - rest.len()].parse::<f64>().is_ok_and(f64::is_finite).then_some(rest)
}

fn any_number(text: &str) -> Option<&str> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let mut rest = digits(unsigned)?;
    let whole = unsigned.len() - rest.len();
    if whole > 1 && unsigned.starts_with('0') {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = digits(fraction)?;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        rest = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
    }
    Some(rest)
}

fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches([' ', '\n', '\r', '\t'])
}
