//! The texts of the language as regular expressions, as ECMA-262 has them.
//!
//! They are as strict as the reader and its checks of names, and never stricter: tests hold them together.

use serde_json::{Map, Value, json};

use super::super::keys::Casing;
use crate::types::BUILTINS;
use crate::via;

/// A regular expression, and what an editor says of a text that it does not match.
pub(super) struct Pattern {
    pub(super) regex: String,
    pub(super) message: String,
}

impl Pattern {
    fn new(regex: impl Into<String>, message: impl Into<String>) -> Self {
        Self { regex: format!("^{}$", regex.into()), message: message.into() }
    }

    /// A schema for these kinds of nodes, of which the texts match.
    pub(super) fn of(self, kinds: &[&str]) -> Map<String, Value> {
        let mut schema = self.alone();
        let kinds = if let [kind] = kinds { json!(kind) } else { json!(kinds) };
        schema.insert("type".to_owned(), kinds);
        schema
    }

    /// A schema for texts that match.
    pub(super) fn alone(self) -> Map<String, Value> {
        let mut schema = Map::new();
        schema.insert("pattern".to_owned(), self.regex.into());
        schema.insert("patternErrorMessage".to_owned(), self.message.into());
        schema
    }
}

const SMALL: &str = "[a-z](?:_?[a-z0-9])*";
const LARGE: &str = "[A-Z][A-Za-z0-9]*";
const VERSION: &str = "[1-9][0-9]{0,9}";

/// How deep types are looked at; what stands deeper may be anything.
const DEPTH: usize = 2;

pub(super) fn name(casing: Casing) -> Pattern {
    match casing {
        Casing::Small => Pattern::new(SMALL, "This name is in `snake_case`: small letters, digits, `_` between words."),
        Casing::Large => Pattern::new(LARGE, "This name is in `UpperCamelCase`: letters and digits."),
    }
}

pub(super) fn number(least: u32) -> Pattern {
    let regex = if least == 0 { format!("(?:0|{VERSION})") } else { VERSION.to_owned() };
    Pattern::new(regex, format!("A plain decimal number from {least} on: digits only, no leading zero."))
}

pub(super) fn by_hand() -> Pattern {
    Pattern::new("by_hand", "`by_hand`, or a list of steps.")
}

/// `InviteCandidate`, `contracts.ContractSigned`
pub(super) fn qualified() -> Pattern {
    let regex = format!(r"\s*(?:{SMALL}\s*\.\s*)?{LARGE}\s*");
    Pattern::new(regex, "A name in `UpperCamelCase`; of another context, `other.Name`.")
}

/// `SeatsHeld@1`
pub(super) fn child() -> Pattern {
    Pattern::new(format!(r"\s*{LARGE}\s*@\s*{VERSION}\s*"), "An event and the version that is made: `SeatsHeld@1`.")
}

/// `{requested} seats asked for`
pub(super) fn template() -> Pattern {
    let message = "`{field}` shows a field, and a brace itself is `{{` or `}}`.";
    Pattern::new(r"(?:[^{}]|\{\{|\}\}|\{[^{}]*\})*", message)
}

pub(super) fn via() -> Pattern {
    let power = r"10{0,28}|0\.0{0,27}1";
    let plain = "to_string|parse|epoch_seconds|epoch_millis";
    let regex = format!(r"\s*(?:{plain}|scale\s*\(\s*(?:{power})\s*\)|or\s*\([\s\S]*\))\s*");
    Pattern::new(regex, format!("A conversion is `{}`.", via::SPELLED.join("`, `")))
}

pub(super) fn ty() -> Pattern {
    let builtins = |wanted: fn(&crate::types::BuiltinRow) -> bool| {
        BUILTINS.iter().filter(|row| wanted(row)).map(|row| row.name).collect::<Vec<_>>()
    };
    let named = format!(r"(?:{SMALL}\s*\.\s*)?{LARGE}(?:\s*@\s*[0-9]+)?");
    let key = format!(r"\s*(?:{}|{named})\s*", builtins(|row| row.key).join("|"));
    let leaf = format!(r"{}|decimal\s*\(\s*[0-9]+\s*\)|{named}|set\s*<{key}>", builtins(|_| true).join("|"));
    let regex = (0..DEPTH).fold(r"[\s\S]+".to_owned(), |inner, _| {
        format!(r"\s*(?:{leaf}|(?:list\s*<|map\s*<{key},){inner}>)(?:\s*\?)*\s*")
    });
    let known = builtins(|_| true).join(", ");
    Pattern::new(regex, format!("A type is {known}, list<T>, set<K>, map<K, V>, T?, or one below `types`."))
}
