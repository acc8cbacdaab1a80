//! Rust types of others in the place of a builtin's own: `chrono::DateTime<Utc>` for `timestamp`, and so on.
//!
//! Which type stands for which builtin is an option of the generator. What is stored stays the builtin's: generated code
//! reads and writes the builtin, and converts by [`Foreign`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::Deserializer;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::de::{self, Conversion, Read};
use crate::error::UpcastError;
use crate::ser::{self, Write, WriteAs, WrittenAs};

#[cfg(feature = "chrono")]
mod chrono;
mod std_types;
#[cfg(feature = "time")]
mod time;

/// How a Rust type stands for the builtin whose own type is `Wire`.
///
/// A type of yours implements it for itself. For a type of somebody else, which you may not implement it for, an empty
/// type of yours does, and the generator is told both.
///
/// What was stored has to come back as it was: `to_wire(from_wire(x))` is `x` for every `x` that `from_wire` takes. Values
/// are equal if and only if their wire values are, and ordered as those are, since sets and maps are written in order. A
/// value that cannot be kept exactly is an error, both ways.
///
/// ```
/// use factum::Uuid;
/// use factum::foreign::{Foreign, ForeignError};
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// pub struct CustomerId(u128);
///
/// impl Foreign<Uuid> for CustomerId {
///     type Rust = Self;
///
///     fn from_wire(wire: Uuid) -> Result<Self, ForeignError> {
///         if wire.is_nil() { Err(ForeignError::new("no customer has the nil id")) } else { Ok(Self(wire.as_u128())) }
///     }
///
///     fn to_wire(value: &Self) -> Result<Uuid, ForeignError> {
///         Ok(Uuid::from_u128(value.0))
///     }
///
///     fn blank() -> Self {
///         Self(0)
///     }
/// }
/// ```
pub trait Foreign<Wire> {
    /// The type that fields have. `Self`, unless it is somebody else's.
    type Rust;

    /// The value that was stored as `wire`.
    ///
    /// # Errors
    /// The type does not hold it. A reader of the event gets it as [`DecodeFault::Upcast`](crate::DecodeFault::Upcast).
    fn from_wire(wire: Wire) -> Result<Self::Rust, ForeignError>;

    /// What is stored for `value`.
    ///
    /// # Errors
    /// The builtin does not hold it. Whoever stores the event gets it as
    /// [`EncodeError::NotRepresentable`](crate::EncodeError::NotRepresentable).
    fn to_wire(value: &Self::Rust) -> Result<Wire, ForeignError>;

    /// Any value, to be overwritten by what is read. Nobody sees it.
    fn blank() -> Self::Rust;
}

/// A value that a builtin, or the Rust type that stands for it, does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ForeignError {
    reason: String,
}

impl ForeignError {
    /// An error that says `reason`.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }

    /// No `From`: a second one would leave `?` in users' upcasts without a type.
    fn into_upcast(self) -> UpcastError {
        UpcastError::new(self.reason)
    }
}

/// How the type of a field lies above its wire form, where a foreign type is somewhere in it. Named by generated code.
pub trait Form {
    /// The type with the builtins' own types in it.
    type Wire: Read;
    /// The type that the field has.
    type Rust;

    /// From the wire form.
    ///
    /// # Errors
    /// A foreign type does not hold a value.
    fn lift(wire: Self::Wire) -> Result<Self::Rust, ForeignError>;

    /// To the wire form.
    ///
    /// # Errors
    /// A builtin does not hold a value.
    fn lower(value: Self::Rust) -> Result<Self::Wire, ForeignError>;

    /// Writes the wire form.
    ///
    /// # Errors
    /// What the serializer says, or that a builtin does not hold a value.
    fn write<S: Serializer>(value: &Self::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error>;

    /// As [`Read::blank`].
    fn blank() -> Self::Rust;
}

/// The foreign type itself: `A` says how it stands for the builtin `W`.
#[derive(Debug)]
pub struct As<A, W>(PhantomData<(A, W)>);

impl<W: Read + Write, A: Foreign<W>> Form for As<A, W> {
    type Wire = W;
    type Rust = A::Rust;

    fn lift(wire: W) -> Result<A::Rust, ForeignError> {
        A::from_wire(wire)
    }

    fn lower(value: A::Rust) -> Result<W, ForeignError> {
        A::to_wire(&value)
    }

    fn write<S: Serializer>(value: &A::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        match A::to_wire(value) {
            Ok(wire) => wire.write(serializer, context),
            Err(error) => Err(context.not_representable(error.reason)),
        }
    }

    fn blank() -> A::Rust {
        A::blank()
    }
}

/// A part without any foreign type.
#[derive(Debug)]
pub struct Same<T>(PhantomData<T>);

impl<T: Read + Write> Form for Same<T> {
    type Wire = T;
    type Rust = T;

    fn lift(wire: T) -> Result<T, ForeignError> {
        Ok(wire)
    }

    fn lower(value: T) -> Result<T, ForeignError> {
        Ok(value)
    }

    fn write<S: Serializer>(value: &T, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        value.write(serializer, context)
    }

    fn blank() -> T {
        T::blank()
    }
}

/// `T?`.
#[derive(Debug)]
pub struct Maybe<F>(PhantomData<F>);

impl<F: Form> Form for Maybe<F> {
    type Wire = Option<F::Wire>;
    type Rust = Option<F::Rust>;

    fn lift(wire: Self::Wire) -> Result<Self::Rust, ForeignError> {
        wire.map(F::lift).transpose()
    }

    fn lower(value: Self::Rust) -> Result<Self::Wire, ForeignError> {
        value.map(F::lower).transpose()
    }

    fn write<S: Serializer>(value: &Self::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&written::<F>(value, context)),
            None => serializer.serialize_none(),
        }
    }

    fn blank() -> Self::Rust {
        None
    }
}

/// `list<T>`.
#[derive(Debug)]
pub struct Each<F>(PhantomData<F>);

impl<F: Form> Form for Each<F> {
    type Wire = Vec<F::Wire>;
    type Rust = Vec<F::Rust>;

    fn lift(wire: Self::Wire) -> Result<Self::Rust, ForeignError> {
        wire.into_iter().map(F::lift).collect()
    }

    fn lower(value: Self::Rust) -> Result<Self::Wire, ForeignError> {
        value.into_iter().map(F::lower).collect()
    }

    fn write<S: Serializer>(value: &Self::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(value.len()))?;
        value.iter().try_for_each(|element| sequence.serialize_element(&written::<F>(element, context)))?;
        sequence.end()
    }

    fn blank() -> Self::Rust {
        Vec::new()
    }
}

/// `set<T>`.
#[derive(Debug)]
pub struct EachOf<F>(PhantomData<F>);

impl<F: Form<Rust: Ord, Wire: Ord>> Form for EachOf<F> {
    type Wire = BTreeSet<F::Wire>;
    type Rust = BTreeSet<F::Rust>;

    fn lift(wire: Self::Wire) -> Result<Self::Rust, ForeignError> {
        let count = wire.len();
        let value = wire.into_iter().map(F::lift).collect::<Result<BTreeSet<_>, _>>()?;
        if value.len() == count { Ok(value) } else { Err(ForeignError::new(EQUAL_ELEMENTS)) }
    }

    fn lower(value: Self::Rust) -> Result<Self::Wire, ForeignError> {
        let count = value.len();
        let wire = value.into_iter().map(F::lower).collect::<Result<BTreeSet<_>, _>>()?;
        if wire.len() == count { Ok(wire) } else { Err(ForeignError::new(EQUAL_ELEMENTS)) }
    }

    fn write<S: Serializer>(value: &Self::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(value.len()))?;
        value.iter().try_for_each(|element| sequence.serialize_element(&written::<F>(element, context)))?;
        sequence.end()
    }

    fn blank() -> Self::Rust {
        BTreeSet::new()
    }
}

const EQUAL_ELEMENTS: &str = "two elements of a set became equal";
const EQUAL_KEYS: &str = "two keys of a map became equal";

/// `map<K, V>`.
#[derive(Debug)]
pub struct Entries<K, V>(PhantomData<(K, V)>);

impl<K: Form<Rust: Ord, Wire: Ord>, V: Form> Form for Entries<K, V> {
    type Wire = BTreeMap<K::Wire, V::Wire>;
    type Rust = BTreeMap<K::Rust, V::Rust>;

    fn lift(wire: Self::Wire) -> Result<Self::Rust, ForeignError> {
        let count = wire.len();
        let entry = |(key, value)| Ok((K::lift(key)?, V::lift(value)?));
        let value = wire.into_iter().map(entry).collect::<Result<BTreeMap<_, _>, ForeignError>>()?;
        if value.len() == count { Ok(value) } else { Err(ForeignError::new(EQUAL_KEYS)) }
    }

    fn lower(value: Self::Rust) -> Result<Self::Wire, ForeignError> {
        let count = value.len();
        let entry = |(key, value)| Ok((K::lower(key)?, V::lower(value)?));
        let wire = value.into_iter().map(entry).collect::<Result<BTreeMap<_, _>, ForeignError>>()?;
        if wire.len() == count { Ok(wire) } else { Err(ForeignError::new(EQUAL_KEYS)) }
    }

    fn write<S: Serializer>(value: &Self::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(value.len()))?;
        for (key, value) in value {
            map.serialize_entry(&written::<K>(key, context), &written::<V>(value, context))?;
        }
        map.end()
    }

    fn blank() -> Self::Rust {
        BTreeMap::new()
    }
}

/// From the wire form to the field's type, as a conversion.
#[derive(Debug)]
pub struct Lift<F>(PhantomData<F>);

impl<F: Form> Conversion for Lift<F> {
    type From = F::Wire;
    type To = F::Rust;

    fn convert(from: F::Wire) -> Result<F::Rust, UpcastError> {
        F::lift(from).map_err(ForeignError::into_upcast)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &de::Context) -> Result<F::Rust, D::Error> {
        let wire = F::Wire::read(deserializer, context)?;
        context.upcast(Self::convert(wire))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &de::Context) -> Result<F::Wire, D::Error> {
        F::Wire::read(deserializer, context)
    }
}

/// From the field's type to the wire form, as a conversion.
#[derive(Debug)]
pub struct Lower<F>(PhantomData<F>);

impl<F: Form> Conversion for Lower<F> {
    type From = F::Rust;
    type To = F::Wire;

    fn convert(from: F::Rust) -> Result<F::Wire, UpcastError> {
        F::lower(from).map_err(ForeignError::into_upcast)
    }

    /// Only what the foreign type holds.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &de::Context) -> Result<F::Wire, D::Error> {
        let value = Lift::<F>::read(deserializer, context)?;
        context.upcast(Self::convert(value))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &de::Context) -> Result<F::Rust, D::Error> {
        Lift::<F>::read(deserializer, context)
    }
}

impl<F: Form> WriteAs for Lift<F> {
    type Value = F::Rust;

    fn write_as<S: Serializer>(value: &F::Rust, serializer: S, context: &ser::Context) -> Result<S::Ok, S::Error> {
        F::write(value, serializer, context)
    }
}

/// A value as its form writes it.
const fn written<'a, F: Form>(value: &'a F::Rust, context: &'a ser::Context) -> WrittenAs<'a, Lift<F>> {
    WrittenAs(value, context, PhantomData)
}

/// [`Form::blank`], for generated code.
#[must_use]
pub fn blank<F: Form>() -> F::Rust {
    F::blank()
}

/// A value that is shown as the builtin is. Where the builtin does not hold it, it says that.
pub struct Shown<'a, A: Foreign<W>, W>(&'a A::Rust, PhantomData<W>);

impl<A: Foreign<W>, W> fmt::Debug for Shown<'_, A, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").finish_non_exhaustive()
    }
}

/// The value as the builtin is shown, for generated code.
#[must_use]
pub const fn shown<A: Foreign<W>, W>(value: &A::Rust) -> Shown<'_, A, W> {
    Shown(value, PhantomData)
}

impl<A: Foreign<W>, W: fmt::Display> fmt::Display for Shown<'_, A, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match A::to_wire(self.0) {
            Ok(wire) => wire.fmt(f),
            Err(error) => write!(f, "({error})"),
        }
    }
}

/// The initial state that a schema declares, for generated code.
///
/// # Panics
/// A foreign type does not hold a `default` of the state. That is the schema's and the mapping's fault, whatever the input,
/// and shows with the first value of the aggregate.
pub fn initial<T>(state: Result<T, UpcastError>) -> T {
    match state {
        Ok(state) => state,
        #[expect(clippy::panic, reason = "`Default` has no error, and any other state would be a wrong one")]
        Err(error) => panic!("the initial state of {}: {error}", std::any::type_name::<T>()),
    }
}

#[cfg(test)]
mod tests;
