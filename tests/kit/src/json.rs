//! JSON as it is written: fields in order, also repeated ones, and numbers as their text.

use std::fmt::Write as _;

use crate::dice::Dice;

/// A piece of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text, not escaped.
    Text(String),
    /// `[...]`
    Array(Vec<Json>),
    /// `{...}`
    Object(Vec<(String, Json)>),
}

/// How it is written down.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// Every letter of every name as in `\u0061`.
    pub escaped: bool,
    /// Blanks wherever they may be.
    pub blanks: Option<Dice>,
}

impl Json {
    /// A number.
    #[must_use]
    pub fn number(text: impl std::fmt::Display) -> Self {
        let text = &text;
        Self::Number(text.to_string())
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// As text.
    #[must_use]
    pub fn written(&self, mut style: Style) -> String {
        let mut out = String::new();
        self.write(&mut style, &mut out);
        out
    }

    fn write(&self, style: &mut Style, out: &mut String) {
        blank(style, out);
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => quoted(text, false, out),
            Self::Array(elements) => list('[', elements, ']', style, out, Self::write),
            Self::Object(fields) => list('{', fields, '}', style, out, |(name, value), style, out| {
                blank(style, out);
                quoted(name, style.escaped, out);
                blank(style, out);
                out.push(':');
                value.write(style, out);
            }),
        }
        blank(style, out);
    }

    /// Every node below and with this one, outer before inner.
    pub fn count(&self) -> usize {
        1 + match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => 0,
            Self::Array(elements) => elements.iter().map(Self::count).sum(),
            Self::Object(fields) => fields.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The node at this place of [`Json::count`].
    ///
    /// # Panics
    /// The index is not below the count.
    pub fn node(&mut self, index: usize) -> &mut Self {
        let mut left = index;
        let mut node = self;
        loop {
            if left == 0 {
                return node;
            }
            left -= 1;
            let children: Vec<&mut Self> = match node {
                Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => Vec::new(),
                Self::Array(elements) => elements.iter_mut().collect(),
                Self::Object(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            };
            let mut found = None;
            for child in children {
                let count = child.count();
                if left < count {
                    found = Some(child);
                    break;
                }
                left -= count;
            }
            node = found.expect("the index is below the count");
        }
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
