//! Conversions between the types of two versions, named as types by generated code: each reads what the older version
//! wrote and makes the newer value in one pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Context, ConvertSeed, Old, Read};
use crate::error::UpcastError;
use crate::event::Upcast;
use crate::number::{self, Number};
use crate::text::Text;

/// How a value of an older version's type becomes one of a newer version's.
pub trait Conversion {
    /// The type in the older version.
    type From;
    /// The type in the newer version.
    type To;

    /// Converts a value.
    ///
    /// # Errors
    /// There is no newer value for this one.
    fn convert(from: Self::From) -> Result<Self::To, UpcastError>;

    /// Reads a value as the older version wrote it, and converts it.
    ///
    /// # Errors
    /// It is not of the older type, or cannot be converted.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error>;

    /// Reads a value as the older version wrote it, and leaves it so.
    ///
    /// # Errors
    /// It is not of the older type.
    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error>;
}

/// The value stays what it is.
#[derive(Debug)]
pub struct Keep<T>(PhantomData<T>);

impl<T: Read> Conversion for Keep<T> {
    type From = T;
    type To = T;

    fn convert(from: T) -> Result<T, UpcastError> {
        Ok(from)
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<T, D::Error> {
        T::read(deserializer, context)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        T::read(deserializer, context)
    }
}

/// A number becomes one of a type that holds every value of the first.
#[derive(Debug)]
pub struct Widen<A, B>(PhantomData<(A, B)>);

impl<A: Read, B: From<A>> Conversion for Widen<A, B> {
    type From = A;
    type To = B;

    fn convert(from: A) -> Result<B, UpcastError> {
        Ok(from.into())
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<B, D::Error> {
        A::read(deserializer, context).map(B::from)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        A::read(deserializer, context)
    }
}

/// `T` becomes `U?`.
#[derive(Debug)]
pub struct Present<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Present<C> {
    type From = C::From;
    type To = Option<C::To>;

    fn convert(from: C::From) -> Result<Self::To, UpcastError> {
        C::convert(from).map(Some)
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        C::read(deserializer, context).map(Some)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        C::read_old(deserializer, context)
    }
}

/// `T?` becomes `U?`: null stays null.
#[derive(Debug)]
pub struct Maybe<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Maybe<C> {
    type From = Option<C::From>;
    type To = Option<C::To>;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        from.map(C::convert).transpose()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        deserializer.deserialize_option(MaybeVisitor::<C>(context, PhantomData))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        Maybe::<Old<C>>::read(deserializer, context)
    }
}

struct MaybeVisitor<'c, C>(&'c Context, PhantomData<C>);

impl<'de, C: Conversion> Visitor<'de> for MaybeVisitor<'_, C> {
    type Value = Option<C::To>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        C::read(deserializer, self.0).map(Some)
    }
}

/// `list<T>` becomes `list<U>`, element by element.
#[derive(Debug)]
pub struct Each<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Each<C> {
    type From = Vec<C::From>;
    type To = Vec<C::To>;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        from.into_iter().map(C::convert).collect()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        deserializer.deserialize_seq(EachVisitor::<C>(context, PhantomData))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        Each::<Old<C>>::read(deserializer, context)
    }
}

struct EachVisitor<'c, C>(&'c Context, PhantomData<C>);

impl<'de, C: Conversion> Visitor<'de> for EachVisitor<'_, C> {
    type Value = Vec<C::To>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(4096));
        while let Some(value) = seq.next_element_seed(ConvertSeed::<C>(self.0, PhantomData))? {
            values.push(value);
        }
        Ok(values)
    }
}

/// `set<T>` becomes `set<U>`; elements that become equal are an upcast error.
#[derive(Debug)]
pub struct EachOf<C>(PhantomData<C>);

impl<C: Conversion<From: Ord, To: Ord>> Conversion for EachOf<C> {
    type From = BTreeSet<C::From>;
    type To = BTreeSet<C::To>;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        let count = from.len();
        let to = from.into_iter().map(C::convert).collect::<Result<BTreeSet<_>, _>>()?;
        if to.len() == count { Ok(to) } else { Err(UpcastError::new("two elements of a set became equal")) }
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        let from = Self::read_old(deserializer, context)?;
        context.upcast(Self::convert(from))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        Each::<Old<C>>::read(deserializer, context).map(BTreeSet::from_iter)
    }
}

/// `map<K, V>` becomes `map<L, W>`; keys that become equal are an upcast error.
#[derive(Debug)]
pub struct Entries<K, V>(PhantomData<(K, V)>);

impl<K: Conversion<From: Ord, To: Ord>, V: Conversion> Conversion for Entries<K, V> {
    type From = BTreeMap<K::From, V::From>;
    type To = BTreeMap<K::To, V::To>;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        from.into_iter()
            .map(|(key, value)| Ok((key, V::convert(value)?)))
            .collect::<Result<_, _>>()
            .and_then(keys::<K, _>)
    }

    /// The whole map first: of a key that is written twice the last value counts, and only that one is converted.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        let from = Self::read_old(deserializer, context)?;
        context.upcast(Self::convert(from))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        deserializer.deserialize_map(OldEntries::<K, V>(context, PhantomData))
    }
}

/// Of a key that is written twice the last value is kept.
struct OldEntries<'c, K, V>(&'c Context, PhantomData<(K, V)>);

impl<'de, K: Conversion<From: Ord>, V: Conversion> Visitor<'de> for OldEntries<'_, K, V> {
    type Value = BTreeMap<K::From, V::From>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(key) = map.next_key_seed(ConvertSeed::<Old<K>>(self.0, PhantomData))? {
            values.insert(key, map.next_value_seed(ConvertSeed::<Old<V>>(self.0, PhantomData))?);
        }
        Ok(values)
    }
}

/// Converts the keys. They were distinct as the older version read them, so equal ones are the conversion's doing.
fn keys<K: Conversion<From: Ord, To: Ord>, W>(from: BTreeMap<K::From, W>) -> Result<BTreeMap<K::To, W>, UpcastError> {
    let count = from.len();
    let to =
        from.into_iter().map(|(key, value)| Ok((K::convert(key)?, value))).collect::<Result<BTreeMap<_, _>, _>>()?;
    if to.len() == count { Ok(to) } else { Err(UpcastError::new("two keys of a map became equal")) }
}

/// One conversion after another.
#[derive(Debug)]
pub struct Then<A, B>(PhantomData<(A, B)>);

impl<A: Conversion, B: Conversion<From = A::To>> Conversion for Then<A, B> {
    type From = A::From;
    type To = B::To;

    fn convert(from: A::From) -> Result<B::To, UpcastError> {
        A::convert(from).and_then(B::convert)
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<B::To, D::Error> {
        let between = A::read(deserializer, context)?;
        context.upcast(B::convert(between))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        A::read_old(deserializer, context)
    }
}

/// `T` becomes `list<U>` of one element.
#[derive(Debug)]
pub struct Single<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Single<C> {
    type From = C::From;
    type To = Vec<C::To>;

    fn convert(from: C::From) -> Result<Self::To, UpcastError> {
        C::convert(from).map(|value| vec![value])
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        C::read(deserializer, context).map(|value| vec![value])
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        C::read_old(deserializer, context)
    }
}

/// The conversion of a value that is boxed, because it is part of a type that it holds.
#[derive(Debug)]
pub struct Boxed<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Boxed<C> {
    type From = Box<C::From>;
    type To = Box<C::To>;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        C::convert(*from).map(Box::new)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        C::read(deserializer, context).map(Box::new)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        C::read_old(deserializer, context).map(Box::new)
    }
}

/// The conversion of a value that is boxed, as part of a type that it holds, into one that is not.
#[derive(Debug)]
pub struct Unboxed<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Unboxed<C> {
    type From = Box<C::From>;
    type To = C::To;

    fn convert(from: Self::From) -> Result<Self::To, UpcastError> {
        C::convert(*from)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::To, D::Error> {
        C::read(deserializer, context)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        C::read_old(deserializer, context).map(Box::new)
    }
}

/// A value that stands for null. Generated for each `or(value)` of a schema.
pub trait Otherwise {
    /// Its type.
    type Value;

    /// The value.
    fn value() -> Self::Value;
}

/// `via: or(value)`: null becomes the value, anything else is converted.
#[derive(Debug)]
pub struct Or<C, V>(PhantomData<(C, V)>);

impl<C: Conversion, V: Otherwise<Value = C::To>> Conversion for Or<C, V> {
    type From = Option<C::From>;
    type To = C::To;

    fn convert(from: Self::From) -> Result<C::To, UpcastError> {
        from.map_or_else(|| Ok(V::value()), C::convert)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<C::To, D::Error> {
        Maybe::<C>::read(deserializer, context).map(|value| value.unwrap_or_else(V::value))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        Maybe::<Old<C>>::read(deserializer, context)
    }
}

/// As [`Or`], where the value has a foreign type in it, which may not hold it.
#[derive(Debug)]
pub struct OrElse<C, V>(PhantomData<(C, V)>);

impl<C: Conversion, V: Otherwise<Value = Result<C::To, UpcastError>>> Conversion for OrElse<C, V> {
    type From = Option<C::From>;
    type To = C::To;

    fn convert(from: Self::From) -> Result<C::To, UpcastError> {
        from.map_or_else(V::value, C::convert)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<C::To, D::Error> {
        match Maybe::<C>::read(deserializer, context)? {
            Some(value) => Ok(value),
            None => context.upcast(V::value()),
        }
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        Maybe::<Old<C>>::read(deserializer, context)
    }
}

/// A declared type's own step from the version `A` to the next one, `B`.
#[derive(Debug)]
pub struct Step<A, B>(PhantomData<(A, B)>);

impl<A: Read, B: Upcast<A>> Conversion for Step<A, B> {
    type From = A;
    type To = B;

    fn convert(from: A) -> Result<B, UpcastError> {
        B::upcast(from)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<B, D::Error> {
        let from = A::read(deserializer, context)?;
        context.upcast(B::upcast(from))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self::From, D::Error> {
        A::read(deserializer, context)
    }
}

/// Conversions that convert values one by one and read what they convert from.
macro_rules! by_value {
    ($($(#[$doc:meta])* $name:ident<$($kind:ident $(: $bound:path)?),* $(; const $number:ident: $ty:ty)?> $from:ident => $to:ident = $convert:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<$($kind),* $(, const $number: $ty)?>(PhantomData<($($kind,)*)>);

        impl<$($kind: Read $(+ $bound)?),* $(, const $number: $ty)?> Conversion for $name<$($kind),* $(, $number)?> {
            type From = $from;
            type To = $to;

            fn convert(from: $from) -> Result<$to, UpcastError> {
                let convert: fn($from) -> Result<$to, UpcastError> = $convert;
                convert(from)
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<$to, D::Error> {
                let from = <$from>::read(deserializer, context)?;
                context.upcast(Self::convert(from))
            }

            fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<$from, D::Error> {
                <$from>::read(deserializer, context)
            }
        }
    )*};
}

by_value! {
    /// `via: to_string`.
    ToText<A: Text> A => String = |from| Ok(from.print());

    /// `via: parse`.
    Parse<B: Text> String => B = |from| {
        B::parse(&from).ok_or_else(|| UpcastError::new(format!("{from:?} is no {}", B::NAME)))
    };

    /// `via: scale(n)`, where `n` is ten to the power of `POWER`.
    Scale<A: Number, B: Number; const POWER: i32> A => B = |from| number::scale(&from, POWER);

    /// `via: epoch_seconds` or `via: epoch_millis`, from a number.
    FromEpoch<A: Number; const PER_SECOND: i64> A => Timestamp = |from| number::from_epoch(&from, PER_SECOND);

    /// `via: epoch_seconds` or `via: epoch_millis`, to a number.
    ToEpoch<B: Number; const PER_SECOND: i64> Timestamp => B = |from| number::to_epoch(from, PER_SECOND);
}
