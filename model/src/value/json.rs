//! JSON as it is written: an object's members in order, also repeated ones, and numbers as their text.

use core::fmt::{self, Write as _};

/// A piece of JSON. Its [`Display`](fmt::Display) is the JSON text, without blanks.
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

impl Json {
    /// A number.
    #[must_use]
    pub fn number(text: impl fmt::Display) -> Self {
        let text = &text;
        Self::Number(text.to_string())
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// As the key of an object: a text or a number as its text, all else as JSON.
    #[must_use]
    pub fn into_key(self) -> String {
        match self {
            Self::Number(text) | Self::Text(text) => text,
            Self::Null | Self::Bool(_) | Self::Array(_) | Self::Object(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => quoted(text, f),
            Self::Array(elements) => list(('[', ']'), elements, f, |element, f| write!(f, "{element}")),
            Self::Object(members) => list(('{', '}'), members, f, |(name, value), f| {
                quoted(name, f)?;
                write!(f, ":{value}")
            }),
        }
    }
}

fn list<T>(
    (open, close): (char, char),
    elements: &[T],
    f: &mut fmt::Formatter<'_>,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        write(element, f)?;
    }
    f.write_char(close)
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            // All of these are below U+10000, which is one escape.
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
