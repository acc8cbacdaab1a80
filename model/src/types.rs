//! The builtin types: one row each in [`BUILTINS`], which is all that the rest of the model knows about them.

use core::fmt;

use crate::schema::Literal;

/// A type that the language brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `uuid`
    Uuid,
    /// `timestamp`
    Timestamp,
    /// `date`
    Date,
    /// `duration`
    Duration,
    /// `decimal` (any number of digits behind the point) or `decimal(scale)`
    Decimal(Option<u32>),
    /// `json`
    Json,
}

/// What the model knows about a builtin type.
#[derive(Debug)]
pub struct BuiltinRow {
    /// The type; for `decimal` the one without a scale.
    pub builtin: Builtin,
    /// As spelled in a schema.
    pub name: &'static str,
    /// What it holds, and how that looks on the wire.
    pub doc: &'static str,
    /// How a value is written in a schema.
    pub example: &'static str,
    /// Whether it may be the key of a map, an element of a set, and an aggregate's id.
    pub key: bool,
    /// Whether `null` is one of its own values, so that `?` would be ambiguous.
    pub nullable: bool,
    /// Whether it has a text for people: a rejection's message can show it, `to_string` and `parse` lead to and from it.
    pub printable: bool,
    /// The value that a state field without `default` starts with.
    pub empty: Option<fn() -> Literal>,
    /// The smallest and the largest value of an integer type.
    pub range: Option<(i128, i128)>,
    /// The types that hold every value of this one, so that a field may be retyped to them without further words.
    pub widens_to: &'static [Builtin],
}

use Builtin::{
    Bool, Bytes, Date, Decimal, Duration, F32, F64, I8, I16, I32, I64, Json, String as Text, Timestamp, U8, U16, U32,
    U64, Uuid,
};

/// A row for a type that is neither a key nor null, is printable, and has no natural empty value.
const PLAIN: BuiltinRow = BuiltinRow {
    builtin: Bool,
    name: "",
    doc: "",
    example: "",
    key: false,
    nullable: false,
    printable: true,
    empty: None,
    range: None,
    widens_to: &[],
};

/// A row for an integer type.
const fn integer(
    builtin: Builtin,
    name: &'static str,
    range: (i128, i128),
    widens_to: &'static [Builtin],
) -> BuiltinRow {
    BuiltinRow {
        builtin,
        name,
        doc: "An integer. On the wire a JSON number.",
        example: "7",
        key: true,
        empty: Some(|| Literal::Integer(0)),
        range: Some(range),
        widens_to,
        ..PLAIN
    }
}

/// Every builtin type, in the order of [`Builtin`].
pub static BUILTINS: [BuiltinRow; 19] = [
    BuiltinRow {
        builtin: Bool,
        name: "bool",
        doc: "True or false. On the wire a JSON boolean.",
        example: "true",
        empty: Some(|| Literal::Bool(false)),
        ..PLAIN
    },
    integer(I8, "i8", (i8::MIN as i128, i8::MAX as i128), &[I16, I32, I64, F32, F64]),
    integer(I16, "i16", (i16::MIN as i128, i16::MAX as i128), &[I32, I64, F32, F64]),
    integer(I32, "i32", (i32::MIN as i128, i32::MAX as i128), &[I64, F64]),
    integer(I64, "i64", (i64::MIN as i128, i64::MAX as i128), &[]),
    integer(U8, "u8", (0, u8::MAX as i128), &[U16, U32, U64, I16, I32, I64, F32, F64]),
    integer(U16, "u16", (0, u16::MAX as i128), &[U32, U64, I32, I64, F32, F64]),
    integer(U32, "u32", (0, u32::MAX as i128), &[U64, I64, F64]),
    integer(U64, "u64", (0, u64::MAX as i128), &[]),
    BuiltinRow {
        builtin: F32,
        name: "f32",
        doc: "A finite number of 32 bits. On the wire a JSON number.",
        example: "1.5",
        empty: Some(|| Literal::Float(0.0)),
        widens_to: &[F64],
        ..PLAIN
    },
    BuiltinRow {
        builtin: F64,
        name: "f64",
        doc: "A finite number of 64 bits. On the wire a JSON number.",
        example: "1.5",
        empty: Some(|| Literal::Float(0.0)),
        ..PLAIN
    },
    BuiltinRow {
        builtin: Text,
        name: "string",
        doc: "Text. On the wire a JSON string.",
        example: "web",
        key: true,
        empty: Some(|| Literal::Text(String::new())),
        ..PLAIN
    },
    BuiltinRow {
        builtin: Bytes,
        name: "bytes",
        doc: "Bytes. On the wire a JSON string in base64 with padding.",
        example: "AQID",
        printable: false,
        empty: Some(|| Literal::Bytes(Vec::new())),
        ..PLAIN
    },
    BuiltinRow {
        builtin: Uuid,
        name: "uuid",
        doc: "A UUID. On the wire a JSON string, lower case with hyphens.",
        example: "67e55044-10b1-426f-9247-bb680e5fe0c8",
        key: true,
        ..PLAIN
    },
    BuiltinRow {
        builtin: Timestamp,
        name: "timestamp",
        doc: "A moment, in microseconds. On the wire a JSON string as in RFC 3339, in UTC.",
        example: "2026-01-31T12:00:00Z",
        ..PLAIN
    },
    BuiltinRow {
        builtin: Date,
        name: "date",
        doc: "A day of the calendar. On the wire a JSON string.",
        example: "2026-01-31",
        ..PLAIN
    },
    BuiltinRow {
        builtin: Duration,
        name: "duration",
        doc: "A length of time, in nanoseconds. On the wire a JSON string as in ISO 8601, without days.",
        example: "PT1H30M",
        empty: Some(|| Literal::Duration(0)),
        ..PLAIN
    },
    BuiltinRow {
        builtin: Decimal(None),
        name: "decimal",
        doc: "A decimal number of up to 28 digits; `decimal(2)` has two behind the point. On the wire a JSON string.",
        example: "19.90",
        empty: Some(|| Literal::Decimal(0, 0)),
        ..PLAIN
    },
    BuiltinRow {
        builtin: Json,
        name: "json",
        doc: "Any JSON value, kept as it is.",
        example: "'{\"any\": \"json\"}'",
        nullable: true,
        printable: false,
        empty: Some(|| Literal::Json("null".to_owned())),
        ..PLAIN
    },
];

/// The most digits that a decimal may have behind its point.
pub const MAX_SCALE: u32 = 28;

impl Builtin {
    /// What the model knows about it.
    ///
    /// # Panics
    /// Never: every variant has its row, which a test holds.
    #[must_use]
    pub fn row(self) -> &'static BuiltinRow {
        let bare = match self {
            Decimal(_) => Decimal(None),
            Bool | I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | F32 | F64 | Text | Bytes | Uuid | Timestamp | Date
            | Duration | Json => self,
        };
        BUILTINS.iter().find(|row| row.builtin == bare).expect("every builtin type has a row")
    }

    /// The type of this name, without arguments.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        BUILTINS.iter().find(|row| row.name == name).map(|row| row.builtin)
    }

    /// Whether every value of this type is a value of `wider`, which is another type.
    #[must_use]
    pub fn widens_to(self, wider: Self) -> bool {
        self.row().widens_to.contains(&wider) || matches!((self, wider), (Decimal(Some(_)), Decimal(None)))
    }

    /// Whether it is an integer, a float or a decimal.
    #[must_use]
    pub fn is_number(self) -> bool {
        match self {
            I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | F32 | F64 | Decimal(_) => true,
            Bool | Text | Bytes | Uuid | Timestamp | Date | Duration | Json => false,
        }
    }

    /// The value that a state field without `default` starts with, if there is a natural one.
    #[must_use]
    pub fn empty(self) -> Option<Literal> {
        match self {
            Decimal(Some(scale)) => Some(Literal::Decimal(0, scale)),
            Decimal(None) | Bool | I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | F32 | F64 | Text | Bytes | Uuid
            | Timestamp | Date | Duration | Json => self.row().empty.map(|empty| empty()),
        }
    }
}

/// As spelled in a schema.
impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)?;
        match self {
            Decimal(Some(scale)) => write!(f, "({scale})"),
            Decimal(None) | Bool | I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | F32 | F64 | Text | Bytes | Uuid
            | Timestamp | Date | Duration | Json => Ok(()),
        }
    }
}
