//! Enums without payload.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, Unexpected, VariantAccess, Visitor};

use crate::record::Choice;

/// Reads an enum without payload.
///
/// # Errors
/// The text is none of its values.
pub fn choice<'de, T: Choice, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_enum(T::NAME, T::TEXTS, ChoiceVisitor(PhantomData))
}

struct ChoiceVisitor<T>(PhantomData<T>);

impl<'de, T: Choice> Visitor<'de> for ChoiceVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enum {}", T::NAME)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<T, A::Error> {
        let (value, rest) = access.variant_seed(TextSeed(PhantomData))?;
        rest.unit_variant().map(|()| value)
    }
}

/// Finds a value by its text.
struct TextSeed<T>(PhantomData<T>);

impl<'de, T: Choice> DeserializeSeed<'de> for TextSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Choice> Visitor<'_> for TextSeed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let index = T::TEXTS.iter().position(|known| *known == text);
        let value = index.and_then(|index| T::VALUES.get(index)).cloned();
        value.or_else(|| T::fallback(text)).ok_or_else(|| E::unknown_variant(text, T::TEXTS))
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<T, E> {
        let value = usize::try_from(index).ok().and_then(|index| T::VALUES.get(index)).cloned();
        value.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(index), &"variant index"))
    }
}
