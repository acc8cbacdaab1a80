//! How each builtin type is read. Its counterpart is `ser/builtin.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use uuid::Uuid;

use super::{Context, Read, ReadSeed};
use crate::scalar::Bytes;
use crate::text;

/// Types whose wire form is the one that serde gives them.
macro_rules! as_serde_does {
    ($($ty:ty),*) => {$(
        impl Read for $ty {
            #[inline]
            fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<Self, D::Error> {
                <$ty>::deserialize(deserializer)
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

as_serde_does!(bool, i8, i16, i32, i64, u8, u16, u32, u64, String, Uuid, serde_json::Value);

/// Floats are finite: a number too large for its type is refused, not read as infinity.
macro_rules! finite {
    ($($ty:ty),*) => {$(
        impl Read for $ty {
            #[inline]
            fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<Self, D::Error> {
                let value = <$ty>::deserialize(deserializer)?;
                if value.is_finite() {
                    Ok(value)
                } else {
                    Err(D::Error::invalid_value(Unexpected::Float(value.into()), &concat!("a finite ", stringify!($ty))))
                }
            }

            #[inline]
            fn blank() -> Self {
                0.0
            }
        }
    )*};
}

finite!(f32, f64);

/// Types written as text of one canonical form.
macro_rules! as_text {
    ($($ty:ty, $parse:path, $expecting:literal;)*) => {$(
        impl Read for $ty {
            fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor { parse: $parse, expecting: $expecting })
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

as_text! {
    Timestamp, text::timestamp, "an RFC 3339 timestamp in UTC with at most six decimals";
    Date, text::date, "a date as YYYY-MM-DD";
    SignedDuration, text::duration, "an ISO 8601 duration of hours, minutes and seconds";
}

#[cfg(feature = "decimal")]
as_text! {
    rust_decimal::Decimal, text::decimal, "a decimal number as text";
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Read for crate::scalar::Fixed<SCALE> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        rust_decimal::Decimal::read(deserializer, context)
            .and_then(|value| Self::try_from(value).map_err(D::Error::custom))
    }

    fn blank() -> Self {
        Self::default()
    }
}

struct TextVisitor<T> {
    parse: fn(&str) -> Option<T>,
    expecting: &'static str,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self.expecting))
    }
}

impl Read for Bytes {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<Self, D::Error> {
        let parse = |text: &str| STANDARD.decode(text).ok().map(Bytes);
        deserializer.deserialize_str(TextVisitor { parse, expecting: "bytes in base64" })
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl<T: Read> Read for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(context, PhantomData))
    }

    fn blank() -> Self {
        None
    }
}

struct OptionVisitor<'c, T>(&'c Context, PhantomData<T>);

impl<'de, T: Read> Visitor<'de> for OptionVisitor<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read(deserializer, self.0).map(Some)
    }
}

impl<T: Read> Read for Box<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        T::read(deserializer, context).map(Self::new)
    }

    fn blank() -> Self {
        Self::new(T::blank())
    }
}

impl<T: Read> Read for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(SequenceVisitor(context, PhantomData))
    }

    fn blank() -> Self {
        Self::new()
    }
}

/// Of an element that is written twice one is kept, as serde does.
impl<T: Read + Ord> Read for BTreeSet<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        Vec::read(deserializer, context).map(|elements| elements.into_iter().collect())
    }

    fn blank() -> Self {
        Self::new()
    }
}

struct SequenceVisitor<'c, T>(&'c Context, PhantomData<T>);

impl<'de, T: Read> Visitor<'de> for SequenceVisitor<'_, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(4096));
        while let Some(value) = seq.next_element_seed(ReadSeed(self.0, PhantomData))? {
            values.push(value);
        }
        Ok(values)
    }
}

/// Of a key that is written twice the last value is kept, as serde does.
impl<K: Read + Ord, V: Read> Read for BTreeMap<K, V> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(context, PhantomData))
    }

    fn blank() -> Self {
        Self::new()
    }
}

struct MapVisitor<'c, K, V>(&'c Context, PhantomData<(K, V)>);

impl<'de, K: Read + Ord, V: Read> Visitor<'de> for MapVisitor<'_, K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(key) = map.next_key_seed(ReadSeed(self.0, PhantomData))? {
            values.insert(key, map.next_value_seed(ReadSeed(self.0, PhantomData))?);
        }
        Ok(values)
    }
}
