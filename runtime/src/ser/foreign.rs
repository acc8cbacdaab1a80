//! How values are written that hold types of the user's. Its counterpart is `de/foreign.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::finite::not_finite;
use super::{Context, Fault, Write};
use crate::de::{Each, EachOf, Entries, Keep, Maybe, Serde, Storable};

/// A conversion that keeps its value, and so also says how that is written.
pub trait WriteAs {
    /// The type of the value.
    type Value;

    /// Writes a value.
    ///
    /// # Errors
    /// What the serializer says, or that the value has no wire form.
    fn write_as<S: Serializer>(value: &Self::Value, serializer: S, context: &Context) -> Result<S::Ok, S::Error>;
}

/// Writes a value as a conversion does that keeps it: what the generated `serde::Serialize` of a newtype calls.
///
/// # Errors
/// What the serializer says, or that the value has no wire form.
pub fn kept<C: WriteAs, S: Serializer>(value: &C::Value, serializer: S) -> Result<S::Ok, S::Error> {
    C::write_as(value, serializer, &Context::default())
}

/// A value as serde sees it.
pub(crate) struct WrittenAs<'a, C: WriteAs>(pub(crate) &'a C::Value, pub(crate) &'a Context, pub(crate) PhantomData<C>);

impl<C: WriteAs> Serialize for WrittenAs<'_, C> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::write_as(self.0, serializer, self.1)
    }
}

impl<T: Write> WriteAs for Keep<T> {
    type Value = T;

    fn write_as<S: Serializer>(value: &T, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        value.write(serializer, context)
    }
}

impl<T: Storable> WriteAs for Serde<T> {
    type Value = T;

    fn write_as<S: Serializer>(value: &T, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        match not_finite(value) {
            None => value.serialize(serializer),
            Some(number) => Err(context.fail(Fault::NotFinite(number))),
        }
    }
}

impl<C: WriteAs> WriteAs for Maybe<C> {
    type Value = Option<C::Value>;

    fn write_as<S: Serializer>(value: &Self::Value, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&WrittenAs::<C>(value, context, PhantomData)),
            None => serializer.serialize_none(),
        }
    }
}

impl<C: WriteAs> WriteAs for Each<C> {
    type Value = Vec<C::Value>;

    fn write_as<S: Serializer>(value: &Self::Value, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        sequence::<C, S>(value.iter(), serializer, context)
    }
}

impl<C: WriteAs> WriteAs for EachOf<C> {
    type Value = BTreeSet<C::Value>;

    fn write_as<S: Serializer>(value: &Self::Value, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        sequence::<C, S>(value.iter(), serializer, context)
    }
}

fn sequence<'a, C: WriteAs<Value: 'a>, S: Serializer>(
    values: impl ExactSizeIterator<Item = &'a C::Value>,
    serializer: S,
    context: &Context,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(values.len()))?;
    for value in values {
        sequence.serialize_element(&WrittenAs::<C>(value, context, PhantomData))?;
    }
    sequence.end()
}

impl<K: WriteAs, V: WriteAs> WriteAs for Entries<K, V> {
    type Value = BTreeMap<K::Value, V::Value>;

    fn write_as<S: Serializer>(value: &Self::Value, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(value.len()))?;
        for (key, value) in value {
            let (key, value) = (WrittenAs::<K>(key, context, PhantomData), WrittenAs::<V>(value, context, PhantomData));
            map.serialize_entry(&key, &value)?;
        }
        map.end()
    }
}
