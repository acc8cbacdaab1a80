//! Writing payloads: one generic writer for every generated type.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::ser::{Error, Serialize, SerializeStruct, Serializer};

pub(crate) use self::foreign::WrittenAs;
use crate::error::EncodeError;
use crate::record::{Choice, KIND, Record, Union};

mod builtin;
mod finite;
mod foreign;

pub use foreign::{WriteAs, kept};

/// What travels beside serde while one payload is written: why a value may not be stored.
#[derive(Default)]
pub struct Context {
    fault: Cell<Option<Fault>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl Context {
    /// serde's error, after its own has been put aside.
    fn fail<E: Error>(&self, fault: Fault) -> E {
        let error = E::custom(&fault);
        self.fault.set(Some(fault));
        error
    }

    /// serde's error for a value that its builtin does not hold.
    pub(crate) fn not_representable<E: Error>(&self, reason: String) -> E {
        self.fail(Fault::NotRepresentable(reason))
    }
}

/// Why a value may not be stored.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    #[error("{0}")]
    NotRepresentable(String),
}

/// A type with a wire form that can be written.
#[diagnostic::on_unimplemented(
    message = "factum does not write values of type `{Self}`",
    label = "not a type that factum writes",
    note = "what is spelled like a builtin type (`Uuid`, `Option<..>` ...) is taken for it; a type of your own that has such a name is written with its path, as in `crate::{Self}`"
)]
pub trait Write {
    /// Writes it.
    ///
    /// # Errors
    /// What the serializer says, or that the value has no wire form.
    fn write<S: Serializer>(&self, serializer: S, context: &Context) -> Result<S::Ok, S::Error>;
}

/// The payload of an event.
///
/// # Errors
/// [`EncodeError`].
pub(crate) fn payload<T: Record>(event_type: &'static str, value: &T) -> Result<String, EncodeError> {
    let context = Context::default();
    let mut bytes = Vec::with_capacity(128);
    let result = value.write(&mut serde_json::Serializer::new(&mut bytes), &context);
    let fault = |source| match context.fault.take() {
        Some(Fault::NotFinite(value)) => EncodeError::NotFinite { event_type, value },
        Some(Fault::NotRepresentable(reason)) => EncodeError::NotRepresentable { event_type, reason },
        None => EncodeError::Json { event_type, source },
    };
    result.map_err(fault)?;
    String::from_utf8(bytes).map_err(|error| fault(serde_json::Error::custom(error)))
}

/// Writes a value: what the generated `serde::Serialize` calls.
///
/// # Errors
/// What the serializer says, or that a value has no wire form.
pub fn value<T: Write, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer, &Context::default())
}

/// Writes a record: what the generated [`Write`] calls.
///
/// # Errors
/// What the serializer says, or that a value has no wire form.
pub fn record<T: Record, S: Serializer>(value: &T, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
    let structure = serializer.serialize_struct(T::NAME, T::FIELDS.len())?;
    let mut fields = StructFields { structure, context, result: Ok(()) };
    value.write_fields(&mut fields);
    fields.result.and_then(|()| fields.structure.end())
}

/// Writes a union, its `kind` first: what the generated [`Write`] calls.
///
/// # Errors
/// What the serializer says, or that a value has no wire form.
pub fn union<T: Union, S: Serializer>(value: &T, serializer: S, context: &Context) -> Result<S::Ok, S::Error> {
    let kind = value.kind();
    let (Some(text), Some(table)) = (T::KINDS.get(kind), T::TABLES.get(kind)) else {
        return Err(S::Error::custom(format_args!("{} has no kind {kind}", T::NAME)));
    };
    let mut structure = serializer.serialize_struct(T::NAME, table.fields.len() + 1)?;
    structure.serialize_field(KIND, text)?;
    let mut fields = StructFields { structure, context, result: Ok(()) };
    value.write_fields(&mut fields);
    fields.result.and_then(|()| fields.structure.end())
}

/// Takes the fields of a record, one after another. After the first error it takes no more.
pub trait Fields {
    /// Takes a field.
    fn field<T: Write>(&mut self, name: &'static str, value: &T);

    /// Takes a field that holds types of the user's.
    fn field_as<C: WriteAs>(&mut self, name: &'static str, value: &C::Value);
}

struct StructFields<'c, S: SerializeStruct> {
    structure: S,
    context: &'c Context,
    result: Result<(), S::Error>,
}

impl<S: SerializeStruct> Fields for StructFields<'_, S> {
    #[inline]
    fn field<T: Write>(&mut self, name: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = self.structure.serialize_field(name, &Written(value, self.context));
        }
    }

    fn field_as<C: WriteAs>(&mut self, name: &'static str, value: &C::Value) {
        if self.result.is_ok() {
            let value = WrittenAs::<C>(value, self.context, PhantomData);
            self.result = self.structure.serialize_field(name, &value);
        }
    }
}

/// A value as serde sees it.
struct Written<'a, T>(&'a T, &'a Context);

impl<T: Write> Serialize for Written<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer, self.1)
    }
}

/// Writes an enum as its text.
///
/// # Errors
/// What the serializer says.
pub fn choice<T: Choice, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.text())
}
