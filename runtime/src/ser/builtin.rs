//! How each builtin type is written. Its counterpart is `de/builtin.rs`.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use uuid::Uuid;

use super::{Context, Fault, Write, Written};
use crate::scalar::Bytes;
use crate::text;

/// Types whose wire form is the one that serde gives them.
macro_rules! as_serde_does {
    ($($ty:ty),*) => {$(
        impl Write for $ty {
            #[inline]
            fn write<S: Serializer>(&self, serializer: S, _: &Context) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

as_serde_does!(bool, i8, i16, i32, i64, u8, u16, u32, u64, String, Uuid, serde_json::Value);

/// JSON has no NaN and no infinity; the JSON writer would put null.
macro_rules! finite {
    ($($ty:ty),*) => {$(
        impl Write for $ty {
            #[inline]
            fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
                if self.is_finite() {
                    self.serialize(serializer)
                } else {
                    Err(context.fail(Fault::NotFinite(f64::from(*self))))
                }
            }
        }
    )*};
}

finite!(f32, f64);

impl Write for Timestamp {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        match text::print_timestamp(*self) {
            Ok(text) => serializer.serialize_str(&text),
            Err(reason) => Err(context.fail(Fault::NotRepresentable(format!("the timestamp {self} {reason}")))),
        }
    }
}

impl Write for Date {
    fn write<S: Serializer>(&self, serializer: S, _: &Context) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Write for SignedDuration {
    fn write<S: Serializer>(&self, serializer: S, _: &Context) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "decimal")]
impl Write for rust_decimal::Decimal {
    fn write<S: Serializer>(&self, serializer: S, _: &Context) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Write for crate::scalar::Fixed<SCALE> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        self.get().write(serializer, context)
    }
}

impl Write for Bytes {
    fn write<S: Serializer>(&self, serializer: S, _: &Context) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<T: Write> Write for Option<T> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Written(value, context)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Write> Write for Box<T> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        (**self).write(serializer, context)
    }
}

impl<T: Write> Write for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        sequence(self.iter(), serializer, context)
    }
}

impl<T: Write> Write for BTreeSet<T> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        sequence(self.iter(), serializer, context)
    }
}

fn sequence<'a, T: Write + 'a, S: Serializer>(
    values: impl ExactSizeIterator<Item = &'a T>,
    serializer: S,
    context: &Context,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(values.len()))?;
    for value in values {
        sequence.serialize_element(&Written(value, context))?;
    }
    sequence.end()
}

impl<K: Write, V: Write> Write for BTreeMap<K, V> {
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(&Written(key, context), &Written(value, context))?;
        }
        map.end()
    }
}
