//! Types as random schemas spell them.

use std::fmt;

use crate::life::{self, Field, Retyped, Variant};
use crate::literal;
use factum_model::value::sample::Dice;

/// The builtin types, and what each widens to.
pub(crate) const BUILTINS: &[(&str, &[&str])] = &[
    ("u32", &["u64", "i64", "f64"]),
    ("string", &[]),
    ("bool", &[]),
    ("i8", &["i16", "i32", "i64", "f32", "f64"]),
    ("i16", &["i32", "i64", "f32", "f64"]),
    ("i32", &["i64", "f64"]),
    ("i64", &[]),
    ("u8", &["u16", "u32", "u64", "i16", "i32", "i64", "f32", "f64"]),
    ("u16", &["u32", "u64", "i32", "i64", "f32", "f64"]),
    ("u64", &[]),
    ("f32", &["f64"]),
    ("f64", &[]),
    ("bytes", &[]),
    ("uuid", &[]),
    ("timestamp", &[]),
    ("date", &[]),
    ("duration", &[]),
    ("decimal", &[]),
    ("decimal(3)", &["decimal"]),
    ("json", &[]),
];

/// The builtin types that may be keys.
const KEYS: &[&str] = &["u32", "string", "i8", "i16", "i32", "i64", "u8", "u16", "u64", "uuid"];

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ty {
    Builtin(&'static str),
    /// A declared type, by its place in the list of declarations, in one of its versions.
    Named(usize, u32),
    /// A declared type that holds whoever spells this, in the version of the latter.
    Group(usize),
    Optional(Box<Ty>),
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
}

/// A declared type with its history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) body: Body,
}

/// What a declared type is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Struct(Vec<Field>),
    Newtype(Ty, Vec<Retyped>),
    Enum(Vec<Variant>),
    Union(Vec<Variant>),
}

/// What a type can be retyped to, and how.
pub(crate) struct Change {
    pub(crate) to: Ty,
    pub(crate) via: Option<String>,
}

impl Ty {
    /// Whether a declared type is in it that holds whoever spells this.
    pub(crate) fn has_group(&self) -> bool {
        match self {
            Self::Group(_) => true,
            Self::Builtin(_) | Self::Named(..) => false,
            Self::Optional(inner) | Self::List(inner) | Self::Set(inner) => inner.has_group(),
            Self::Map(key, value) => key.has_group() || value.has_group(),
        }
    }
}

impl Change {
    fn within(self, of: impl FnOnce(Ty) -> Ty) -> Self {
        Self { to: of(self.to), via: self.via }
    }
}

fn list(inner: Ty) -> Ty {
    Ty::List(Box::new(inner))
}

fn optional(inner: Ty) -> Ty {
    Ty::Optional(Box::new(inner))
}

impl Ty {
    /// As a schema spells it.
    pub(crate) fn spelled<'a>(&'a self, declared: &'a [Declared]) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| match self {
            Self::Builtin(name) => f.write_str(name),
            Self::Group(index) => f.write_str(&declared[*index].name),
            Self::Named(index, version) => {
                let Declared { name, version: newest, .. } = &declared[*index];
                if version == newest { f.write_str(name) } else { write!(f, "{name}@{version}") }
            }
            Self::Optional(inner) => write!(f, "{}?", inner.spelled(declared)),
            Self::List(inner) => write!(f, "list<{}>", inner.spelled(declared)),
            Self::Set(inner) => write!(f, "set<{}>", inner.spelled(declared)),
            Self::Map(key, value) => write!(f, "map<{}, {}>", key.spelled(declared), value.spelled(declared)),
        })
    }

    /// As spelled by a type in this version.
    pub(crate) fn of_holder(&self, version: u32) -> Self {
        let inner = |inner: &Self| Box::new(inner.of_holder(version));
        match self {
            Self::Builtin(_) | Self::Named(..) => self.clone(),
            Self::Group(index) => Self::Named(*index, version),
            Self::Optional(of) => Self::Optional(inner(of)),
            Self::List(of) => Self::List(inner(of)),
            Self::Set(of) => Self::Set(inner(of)),
            Self::Map(key, value) => Self::Map(inner(key), inner(value)),
        }
    }

    /// Whether it holds whoever spells it.
    pub(crate) fn is_recursive(&self) -> bool {
        match self {
            Self::Builtin(_) | Self::Named(..) => false,
            Self::Group(_) => true,
            Self::Optional(inner) | Self::List(inner) | Self::Set(inner) | Self::Map(_, inner) => inner.is_recursive(),
        }
    }

    /// What a newtype wraps, however often.
    fn unwrapped(&self, declared: &[Declared]) -> Self {
        match self {
            Self::Named(index, version) => match &declared[*index].body {
                Body::Newtype(now, retyped) => {
                    life::type_at(now, retyped, *version).of_holder(*version).unwrapped(declared)
                }
                Body::Struct(_) | Body::Enum(_) | Body::Union(_) => self.clone(),
            },
            _ => self.clone(),
        }
    }

    /// Whether null is one of its values.
    pub(crate) fn is_nullable(&self, declared: &[Declared]) -> bool {
        matches!(self.unwrapped(declared), Self::Optional(_) | Self::Builtin("json"))
    }

    /// Whether it may be a key.
    pub(crate) fn is_key(&self, declared: &[Declared]) -> bool {
        match self.unwrapped(declared) {
            Self::Builtin(name) => KEYS.contains(&name),
            Self::Named(index, _) => matches!(declared[index].body, Body::Enum(_)),
            _ => false,
        }
    }

    /// Whether a message can show it.
    pub(crate) fn is_printable(&self, declared: &[Declared]) -> bool {
        match self.unwrapped(declared) {
            Self::Builtin(name) => !matches!(name, "bytes" | "json"),
            Self::Named(index, _) => matches!(declared[index].body, Body::Enum(_)),
            _ => false,
        }
    }

    /// Every type that a field of this one may be retyped to by one conversion in one place.
    pub(crate) fn changes(&self, declared: &[Declared], dice: &mut Dice) -> Vec<Change> {
        self.changed(declared, dice, false)
    }

    fn changed(&self, declared: &[Declared], dice: &mut Dice, within_list: bool) -> Vec<Change> {
        let plain = |to| Change { to, via: None };
        let never_null = |change: &Change| !change.to.is_nullable(declared);
        let key = |change: &Change| change.to.is_key(declared);
        let mut all: Vec<Change> = match self {
            Self::Builtin(name) => {
                let wider = widenings(name).iter().map(|wider| plain(Self::Builtin(wider)));
                wider.chain(spelled_out(name, dice)).collect()
            }
            Self::Named(index, version) => {
                (version + 1..=declared[*index].version).map(|newer| plain(Self::Named(*index, newer))).collect()
            }
            Self::Group(_) => Vec::new(),
            Self::Optional(inner) => {
                let mut all = Vec::new();
                let otherwise = |to: Self, dice: &mut Dice| {
                    let value = literal::of(&to, declared, dice);
                    let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric());
                    let via = if is_plain { format!("or({value})") } else { format!("{{ or: {value} }}") };
                    Change { to, via: Some(via) }
                };
                if !self.is_recursive() {
                    all.push(otherwise((**inner).clone(), dice));
                }
                for change in inner.changed(declared, dice, within_list) {
                    if change.via.is_none() && never_null(&change) && !self.is_recursive() {
                        all.push(otherwise(change.to.clone(), dice));
                    }
                    if never_null(&change) {
                        all.push(change.within(optional));
                    }
                }
                all
            }
            Self::List(inner) => {
                inner.changed(declared, dice, true).into_iter().map(|change| change.within(list)).collect()
            }
            Self::Set(inner) => {
                let inner = inner.changed(declared, dice, within_list).into_iter().filter(key);
                inner.map(|change| change.within(|to| Self::Set(Box::new(to)))).collect()
            }
            Self::Map(of, value) => {
                // Between equal types `via` speaks of the values.
                let keys = of.changed(declared, dice, within_list).into_iter().filter(key);
                let keys = keys.filter(|change| change.to != **of);
                let keys = keys.map(|change| change.within(|key| Self::Map(Box::new(key), value.clone())));
                let values = value.changed(declared, dice, within_list).into_iter();
                let values = values.map(|change| change.within(|value| Self::Map(of.clone(), Box::new(value))));
                keys.chain(values).collect()
            }
        };
        if !self.is_nullable(declared) {
            all.push(plain(optional(self.clone())));
        }
        if !within_list && !matches!(self, Self::List(_)) {
            all.push(plain(list(self.clone())));
        }
        all
    }
}

/// Conversions of a builtin type that say how.
fn spelled_out(name: &str, dice: &mut Dice) -> Vec<Change> {
    let mut all = Vec::new();
    let mut add = |to: &'static str, via: &str| all.push(Change { to: Ty::Builtin(to), via: Some(via.to_owned()) });
    if !matches!(name, "string" | "bytes" | "json") {
        add("string", "to_string");
    }
    if name == "string" {
        for to in ["u32", "i64", "f64", "bool", "uuid", "timestamp", "date", "duration", "decimal", "decimal(3)", "u8"]
        {
            add(to, "parse");
        }
    }
    let integer = matches!(name, "u32" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u64");
    if integer || matches!(name, "f32" | "f64" | "decimal" | "decimal(3)") {
        for _ in 0..4 {
            let to = *dice.pick(&["i64", "u32", "u8", "i16", "u64", "f32", "f64", "decimal", "decimal(3)"]);
            let via = *dice.pick(&["scale(100)", "scale(0.01)", "scale(1)", "scale(1000)", "scale(0.1)"]);
            add(to, via);
        }
    }
    let epoch = *dice.pick(&["epoch_seconds", "epoch_millis"]);
    if integer {
        add("timestamp", epoch);
    }
    if name == "timestamp" {
        let to = *dice.pick(&["i64", "u32", "u64", "i32"]);
        add(to, epoch);
    }
    all
}

fn widenings(name: &str) -> &'static [&'static str] {
    BUILTINS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, wider)| wider)
}
