//! Steps as lines of text: `seats -> quantity`, `channel = "web"`, `drop clerk`, `price -> price by scale(100)`,
//! `first, last -> name by join(" ")`, `city, street -> address by nest`.

use core::fmt;

use super::value::{length, quoted, unquoted};
use super::{End, Step};

/// The line.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop { from } => write!(f, "drop {from}"),
            Self::Insert { to, value } => write!(f, "{to} = {value}"),
            Self::Rename { from, to } => write!(f, "{from} -> {to}"),
            Self::Convert { from, to, by } => write!(f, "{from} -> {to} by {by}"),
            Self::Join { from, to, with } => write!(f, "{} -> {to} by join({})", from.join(", "), quoted(with)),
            Self::Split { from, to, with } => write!(f, "{from} -> {} by split({})", to.join(", "), quoted(with)),
            Self::Nest { from, to } => write!(f, "{} -> {to} by nest", from.join(", ")),
            Self::Flatten { from, to } => write!(f, "{from} -> {} by flatten", to.join(", ")),
        }
    }
}

impl Step {
    /// The step that a line says; `None` if it says none.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        if let Some(from) = line.strip_prefix("drop ").and_then(name) {
            return Some(Self::Drop { from });
        }
        if let Some((to, value)) = line.split_once(" = ")
            && let Some(to) = name(to)
        {
            return (length(value) == value.len()).then(|| Self::Insert { to, value: value.to_owned() });
        }
        let (from, rest) = line.split_once(" -> ")?;
        let Some((to, by)) = rest.split_once(" by ") else {
            return Some(Self::Rename { from: name(from)?, to: name(rest)? });
        };
        if let Some(with) = by.strip_prefix("join(") {
            return Some(Self::Join { from: names(from)?, to: name(to)?, with: argument(with)? });
        }
        if let Some(with) = by.strip_prefix("split(") {
            return Some(Self::Split { from: name(from)?, to: names(to)?, with: argument(with)? });
        }
        Some(match by {
            "nest" => Self::Nest { from: names(from)?, to: name(to)? },
            "flatten" => Self::Flatten { from: name(from)?, to: names(to)? },
            by => Self::Convert { from: name(from)?, to: name(to)?, by: by.to_owned() },
        })
    }

    /// The fields of the version before that it reads.
    #[must_use]
    pub fn reads(&self) -> Vec<&str> {
        match self {
            Self::Insert { .. } => Vec::new(),
            Self::Drop { from }
            | Self::Rename { from, .. }
            | Self::Convert { from, .. }
            | Self::Split { from, .. }
            | Self::Flatten { from, .. } => vec![from],
            Self::Join { from, .. } | Self::Nest { from, .. } => from.iter().map(String::as_str).collect(),
        }
    }

    /// The fields of this version that it writes.
    #[must_use]
    pub fn writes(&self) -> Vec<&str> {
        match self {
            Self::Drop { .. } => Vec::new(),
            Self::Insert { to, .. }
            | Self::Rename { to, .. }
            | Self::Convert { to, .. }
            | Self::Join { to, .. }
            | Self::Nest { to, .. } => vec![to],
            Self::Split { to, .. } | Self::Flatten { to, .. } => to.iter().map(String::as_str).collect(),
        }
    }
}

impl End {
    /// The key under which a lock has it.
    #[must_use]
    pub(crate) const fn key(&self) -> &'static str {
        match self.reading {
            super::Reading::Itself => "retired",
            super::Reading::Nothing => "nothing",
            super::Reading::Others(_) => "becomes",
        }
    }
}

fn name(text: &str) -> Option<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!text.is_empty() && text.chars().all(part)).then(|| text.to_owned())
}

fn names(text: &str) -> Option<Vec<String>> {
    text.split(", ").map(name).collect()
}

fn argument(text: &str) -> Option<String> {
    let (text, rest) = unquoted(text)?;
    (rest == ")").then_some(text)
}
