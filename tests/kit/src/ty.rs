//! Types as random schemas spell them.

use std::fmt;

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
    /// A declared type, by its place in the list of declarations.
    Named(usize),
    Optional(Box<Ty>),
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
}

/// A declared type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) body: Body,
}

/// What a declared type is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Struct(Vec<(String, Ty)>),
    Newtype(Ty),
    Enum(Vec<String>),
}

impl Ty {
    /// As a schema spells it.
    pub(crate) fn spelled<'a>(&'a self, declared: &'a [Declared]) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| match self {
            Self::Builtin(name) => f.write_str(name),
            Self::Named(index) => f.write_str(&declared[*index].name),
            Self::Optional(inner) => write!(f, "{}?", inner.spelled(declared)),
            Self::List(inner) => write!(f, "list<{}>", inner.spelled(declared)),
            Self::Set(inner) => write!(f, "set<{}>", inner.spelled(declared)),
            Self::Map(key, value) => write!(f, "map<{}, {}>", key.spelled(declared), value.spelled(declared)),
        })
    }

    /// Whether null is one of its values.
    pub(crate) fn is_nullable(&self, declared: &[Declared]) -> bool {
        match self {
            Self::Builtin(name) => *name == "json",
            Self::Optional(_) => true,
            Self::Named(index) => match &declared[*index].body {
                Body::Newtype(inner) => inner.is_nullable(declared),
                Body::Struct(_) | Body::Enum(_) => false,
            },
            Self::List(_) | Self::Set(_) | Self::Map(..) => false,
        }
    }

    /// Whether it may be a key.
    pub(crate) fn is_key(&self, declared: &[Declared]) -> bool {
        match self {
            Self::Builtin(name) => KEYS.contains(name),
            Self::Named(index) => match &declared[*index].body {
                Body::Newtype(inner) => inner.is_key(declared),
                Body::Enum(_) => true,
                Body::Struct(_) => false,
            },
            Self::Optional(_) | Self::List(_) | Self::Set(_) | Self::Map(..) => false,
        }
    }

    /// Whether a message can show it.
    pub(crate) fn is_printable(&self, declared: &[Declared]) -> bool {
        match self {
            Self::Builtin(name) => !matches!(*name, "bytes" | "json"),
            Self::Named(index) => match &declared[*index].body {
                Body::Newtype(inner) => inner.is_printable(declared),
                Body::Enum(_) => true,
                Body::Struct(_) => false,
            },
            Self::Optional(_) | Self::List(_) | Self::Set(_) | Self::Map(..) => false,
        }
    }

    /// Every type that a field of this one may be retyped to by one widening in one place.
    pub(crate) fn wider(&self, declared: &[Declared]) -> Vec<Self> {
        let boxed = |types: Vec<Self>, of: fn(Box<Self>) -> Self| types.into_iter().map(Box::new).map(of).collect();
        let mut all: Vec<Self> = match self {
            Self::Builtin(name) => widenings(name).iter().map(|wider| Self::Builtin(wider)).collect(),
            Self::Named(_) => Vec::new(),
            Self::Optional(inner) => {
                let never_null = inner.wider(declared).into_iter().filter(|wider| !wider.is_nullable(declared));
                return never_null.map(Box::new).map(Self::Optional).collect();
            }
            Self::List(inner) => boxed(inner.wider(declared), Self::List),
            Self::Set(inner) => boxed(inner.wider_keys(declared), Self::Set),
            Self::Map(key, value) => {
                let keys = key.wider_keys(declared).into_iter().map(|key| Self::Map(Box::new(key), value.clone()));
                let values = value.wider(declared).into_iter().map(|value| Self::Map(key.clone(), Box::new(value)));
                keys.chain(values).collect()
            }
        };
        if !self.is_nullable(declared) {
            all.push(Self::Optional(Box::new(self.clone())));
        }
        all
    }

    fn wider_keys(&self, declared: &[Declared]) -> Vec<Self> {
        self.wider(declared).into_iter().filter(|wider| wider.is_key(declared)).collect()
    }
}

fn widenings(name: &str) -> &'static [&'static str] {
    BUILTINS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, wider)| wider)
}
