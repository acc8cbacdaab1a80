//! Tagged unions: an object whose `kind` says what its other fields are.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Context, Conversion, Fields, MapFields, Read, Seen, read_map, unfinished};
use crate::record::{Finish as _, KIND, Table, Union};

/// Reads a union: what the generated [`Read`] calls.
///
/// # Errors
/// What the deserializer says; that there is no `kind`, or an unknown one.
pub fn union<'de, T: Union, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<T, D::Error> {
    deserializer.deserialize_map(UnionVisitor(context, PhantomData))
}

struct UnionVisitor<'c, T>(&'c Context, PhantomData<T>);

impl<'de, T: Union> Visitor<'de> for UnionVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "union {}", T::NAME)
    }

    /// `kind` is written first, and then the rest is read as it comes. What stands before it is kept as text until it
    /// is known what it is.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut early: Vec<(String, Box<RawValue>)> = Vec::new();
        let kind = loop {
            match map.next_key::<String>()? {
                Some(name) if name == KIND => break map.next_value_seed(KindSeed::<T>(PhantomData))?,
                Some(name) => early.push((name, map.next_value()?)),
                None => return Err(A::Error::missing_field(KIND)),
            }
        };
        let (Some(mut draft), Some(table)) = (T::blank_of(kind), T::TABLES.get(kind)) else {
            return Err(A::Error::custom(format_args!("{} has no kind {kind}", T::NAME)));
        };
        let mut seen = Seen::default();
        for (name, raw) in &early {
            let mut fields = RawFields { raw, context: self.0, error: PhantomData::<A::Error> };
            read_early(table, &mut seen, name, |arm| T::read_field(&mut draft, arm, &mut fields))?;
        }
        let mut fields = MapFields { map: AfterKind(map), context: self.0 };
        read_map(table, &mut seen, &mut fields, |arm, fields| T::read_field(&mut draft, arm, fields))?;
        draft.finish().ok_or_else(|| unfinished(T::NAME))
    }
}

fn read_early<E: Error>(
    table: &'static Table,
    seen: &mut Seen,
    name: &str,
    read: impl FnOnce(u16) -> Result<(), E>,
) -> Result<(), E> {
    let Some(index) = table.fields.iter().position(|field| field.name == name) else { return Ok(()) };
    let field = &table.fields[index];
    if seen.mark(index) { Err(E::duplicate_field(field.name)) } else { read(field.arm) }
}

/// The index of the kind.
struct KindSeed<T>(PhantomData<T>);

impl<'de, T: Union> DeserializeSeed<'de> for KindSeed<T> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: Union> Visitor<'_> for KindSeed<T> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a kind of {}", T::NAME)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        let index = T::KINDS.iter().position(|kind| *kind == text);
        index.ok_or_else(|| E::unknown_variant(text, T::KINDS))
    }
}

/// The rest of the map; a second `kind` is one too many.
struct AfterKind<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for AfterKind<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.0.next_key::<String>()? {
            Some(name) if name == KIND => Err(A::Error::duplicate_field(KIND)),
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

/// A field that stood before `kind`.
struct RawFields<'r, 'c, E> {
    raw: &'r RawValue,
    context: &'c Context,
    error: PhantomData<E>,
}

impl<E: Error> Fields<'_> for RawFields<'_, '_, E> {
    type Error = E;

    fn value<T: Read>(&mut self, field: &mut T) -> Result<(), E> {
        let mut json = serde_json::Deserializer::from_str(self.raw.get());
        *field = T::read(&mut json, self.context).map_err(E::custom)?;
        Ok(())
    }

    fn convert<C: Conversion>(&mut self, field: &mut C::To) -> Result<(), E> {
        let mut json = serde_json::Deserializer::from_str(self.raw.get());
        *field = C::read(&mut json, self.context).map_err(E::custom)?;
        Ok(())
    }

    fn check<C: Conversion>(&mut self) -> Result<(), E> {
        let mut json = serde_json::Deserializer::from_str(self.raw.get());
        C::read(&mut json, self.context).map(|_| ()).map_err(E::custom)
    }
}
