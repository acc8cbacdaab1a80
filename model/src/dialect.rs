//! One vocabulary, two spellings: what a message tells its reader to write is spelled as the reader writes.

use core::fmt::Display;

use crate::names::upper_camel_case;
use crate::types::Builtin;

/// How a front end spells the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Keys and their values.
    #[default]
    Yaml,
    /// Attributes, and types as in Rust.
    Rust,
}

impl Dialect {
    /// One of two texts.
    pub(crate) fn either(self, yaml: impl Into<String>, rust: impl Into<String>) -> String {
        match self {
            Self::Yaml => yaml.into(),
            Self::Rust => rust.into(),
        }
    }

    /// `version: 2`, `version = 2`.
    pub(crate) fn says(self, key: &str, value: impl Display) -> String {
        self.either(format!("{key}: {value}"), format!("{key} = {value}"))
    }

    /// What happened in a version: `added: 2`, `added(2)`.
    pub(crate) fn change(self, key: &str, version: impl Display) -> String {
        self.either(format!("{key}: {version}"), format!("{key}({version})"))
    }

    /// `upcast: { 2: by_hand }`, `upcast(2, by_hand)`.
    pub(crate) fn by_hand(self, version: impl Display) -> String {
        self.either(format!("upcast: {{ {version}: by_hand }}"), format!("upcast({version}, by_hand)"))
    }

    /// `{ split: { from: name, into: [first, last], with: " " } }`, `split(from(name), into(first, last), with = " ")`.
    pub(crate) fn step(self, operation: &str, from: &[&str], into: &[&str], with: Option<&str>) -> String {
        let names = |names: &[&str]| match (self, names) {
            (Self::Yaml, [one]) => (*one).to_owned(),
            (Self::Yaml, several) => format!("[{}]", several.join(", ")),
            (Self::Rust, names) => format!("({})", names.join(", ")),
        };
        let with = with.map(|with| format!(", {}", self.says("with", format!("{with:?}")))).unwrap_or_default();
        let (from, into) = (names(from), names(into));
        self.either(
            format!("{{ {operation}: {{ from: {from}, into: {into}{with} }} }}"),
            format!("{operation}(from{from}, into{into}{with})"),
        )
    }

    /// A value of an enum, which is a variant in Rust.
    pub(crate) fn value(self, text: &str) -> String {
        self.either(text, upper_camel_case(text))
    }

    /// A builtin type.
    pub(crate) fn builtin(self, builtin: Builtin) -> String {
        match self {
            Self::Yaml => builtin.to_string(),
            Self::Rust => in_rust(builtin),
        }
    }

    /// `T?`, `Option<T>`.
    pub(crate) fn optional(self, inner: &str) -> String {
        self.either(format!("{inner}?"), format!("Option<{inner}>"))
    }

    /// `list<T>`, `Vec<T>`.
    pub(crate) fn list(self, inner: &str) -> String {
        self.either(format!("list<{inner}>"), format!("Vec<{inner}>"))
    }

    /// `set<T>`, `BTreeSet<T>`.
    pub(crate) fn set(self, inner: &str) -> String {
        self.either(format!("set<{inner}>"), format!("BTreeSet<{inner}>"))
    }

    /// `map<K, V>`, `BTreeMap<K, V>`.
    pub(crate) fn map(self, key: &str, value: &str) -> String {
        self.either(format!("map<{key}, {value}>"), format!("BTreeMap<{key}, {value}>"))
    }
}

fn in_rust(builtin: Builtin) -> String {
    let name = match builtin {
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64
        | Builtin::F32
        | Builtin::F64 => return builtin.to_string(),
        Builtin::Decimal(Some(scale)) => return format!("Fixed<{scale}>"),
        Builtin::Decimal(None) => "Decimal",
        Builtin::String => "String",
        Builtin::Bytes => "Bytes",
        Builtin::Uuid => "Uuid",
        Builtin::Timestamp => "Timestamp",
        Builtin::Date => "Date",
        Builtin::Duration => "Duration",
        Builtin::Json => "Json",
    };
    name.to_owned()
}
