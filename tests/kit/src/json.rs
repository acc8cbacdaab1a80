//! Ways to write the same JSON, and places in it.

use std::fmt::Write as _;

use factum_model::value::Json;
use factum_model::value::sample::Dice;

/// How it is written down.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// Every letter of every name as in `\u0061`.
    pub escaped: bool,
    /// Blanks wherever they may be.
    pub blanks: Option<Dice>,
}

/// As text.
#[must_use]
pub fn written(json: &Json, mut style: Style) -> String {
    let mut out = String::new();
    write(json, &mut style, &mut out);
    out
}

fn write(json: &Json, style: &mut Style, out: &mut String) {
    blank(style, out);
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(text) => out.push_str(text),
        Json::Text(text) => quoted(text, false, out),
        Json::Array(elements) => list('[', elements, ']', style, out, write),
        Json::Object(fields) => list('{', fields, '}', style, out, |(name, value), style, out| {
            blank(style, out);
            quoted(name, style.escaped, out);
            blank(style, out);
            out.push(':');
            write(value, style, out);
        }),
    }
    blank(style, out);
}

/// Every node below and with this one, outer before inner.
pub(crate) fn count(json: &Json) -> usize {
    1 + match json {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => 0,
        Json::Array(elements) => elements.iter().map(count).sum(),
        Json::Object(fields) => fields.iter().map(|(_, value)| count(value)).sum(),
    }
}

/// The node at this place of [`count`].
///
/// # Panics
/// The index is not below the count.
pub(crate) fn node(json: &mut Json, index: usize) -> &mut Json {
    let mut left = index;
    let mut node = json;
    loop {
        if left == 0 {
            return node;
        }
        left -= 1;
        let children: Vec<&mut Json> = match node {
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Vec::new(),
            Json::Array(elements) => elements.iter_mut().collect(),
            Json::Object(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
        };
        let mut found = None;
        for child in children {
            let count = count(child);
            if left < count {
                found = Some(child);
                break;
            }
            left -= count;
        }
        node = found.expect("the index is below the count");
    }
}

fn list<T>(
    open: char,
    elements: &[T],
    close: char,
    style: &mut Style,
    out: &mut String,
    write: impl Fn(&T, &mut Style, &mut String),
) {
    out.push(open);
    blank(style, out);
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(element, style, out);
    }
    out.push(close);
}

fn blank(style: &mut Style, out: &mut String) {
    if let Some(dice) = &mut style.blanks {
        out.push_str(["", " ", "\n\t", "  \r\n"][dice.below(4)]);
    }
}

fn quoted(text: &str, escaped: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // serde_json reads numbers in names as they stand, and refuses escaped digits.
            c if (escaped && c.is_alphabetic()) || c.is_control() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
