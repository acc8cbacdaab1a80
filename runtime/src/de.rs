//! Reading stored payloads: one generic visitor for every generated type.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};

use crate::error::{DecodeFault, UpcastError};
use crate::record::{Draft as _, Field, Finish as _, Presence, Record, Table, Union};

mod builtin;
mod choice;
mod convert;
mod foreign;
mod union;

pub use choice::choice;
pub use convert::{
    Boxed, Conversion, Each, EachOf, Entries, FromEpoch, Keep, Maybe, Or, OrElse, Otherwise, Parse, Present, Scale,
    Single, Step, Then, ToEpoch, ToText, Unboxed, Widen,
};
pub use foreign::{Foreign, Old, Serde, Storable};
pub use union::union;

/// What travels beside serde while one payload is read: an upcast error keeps its type, and is never a text of serde's.
#[derive(Default)]
pub struct Context {
    fault: Cell<Option<UpcastError>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl Context {
    /// The value of an upcast, or serde's error after its own has been put aside.
    ///
    /// # Errors
    /// A placeholder; the upcast's error is what the caller of the whole gets.
    pub fn upcast<T, E: Error>(&self, result: Result<T, UpcastError>) -> Result<T, E> {
        result.map_err(|fault| {
            let error = E::custom(&fault);
            self.fault.set(Some(fault));
            error
        })
    }
}

/// A type with a wire form that can be read.
#[diagnostic::on_unimplemented(
    message = "factum does not read values of type `{Self}`",
    label = "not a type that factum reads",
    note = "what is spelled like a builtin type (`Uuid`, `Option<..>` ...) is taken for it; a type of your own that has such a name is written with its path, as in `crate::{Self}`"
)]
pub trait Read: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What the deserializer says, or that its text is not this type's.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<Self, D::Error>;

    /// Any value, to be overwritten: a record's fields are read into one. Nobody sees it, since every field is read, or
    /// filled by [`Record::fill`], or was optional and is empty.
    fn blank() -> Self;
}

/// [`Read::blank`], for generated code.
#[must_use]
pub fn blank<T: Read>() -> T {
    T::blank()
}

/// Reads the payload of a stored event.
///
/// # Errors
/// [`DecodeFault`].
pub(crate) fn payload<T: Record>(version: u32, readable_from: u32, text: &str) -> Result<T, DecodeFault> {
    let table = table::<T>(version, readable_from)?;
    let context = Context::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json.deserialize_struct(T::NAME, T::FIELDS, RecordVisitor::new(version, table, &context));
    let result = result.and_then(|value| json.end().map(|()| value));
    result.map_err(|error| context.fault.take().map_or(DecodeFault::Payload(error), DecodeFault::Upcast))
}

/// The table that reads `version`: its own, or the newest for a newer version that it reads rightly.
fn table<T: Record>(version: u32, readable_from: u32) -> Result<&'static Table, DecodeFault> {
    if let Some(table) = version.checked_sub(T::FIRST).and_then(|index| T::VERSIONS.get(index as usize)) {
        return Ok(table);
    }
    let newest = newest::<T>();
    match T::VERSIONS.last() {
        Some(table) if version > newest && (1..=newest).contains(&readable_from) => Ok(table),
        Some(_) if version > newest => Err(DecodeFault::VersionTooNew { readable_from, newest }),
        _ => Err(DecodeFault::UnknownVersion { newest }),
    }
}

/// The version of the last table.
fn newest<T: Record>() -> u32 {
    u32::try_from(T::VERSIONS.len()).map_or(u32::MAX, |count| T::FIRST.saturating_add(count).saturating_sub(1))
}

/// Reads a value of the current version: what the generated `serde::Deserialize` calls.
///
/// # Errors
/// What the deserializer says.
pub fn value<'de, T: Read, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer, &Context::default())
}

/// Reads a record of the newest version: what the generated [`Read`] calls. A record that is part of something else is
/// of the version that the whole pins, which has a type of its own.
///
/// # Errors
/// What the deserializer says.
pub fn record<'de, T: Record, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<T, D::Error> {
    let Some(table) = T::VERSIONS.last() else {
        return Err(D::Error::custom(format_args!("{} has no version", T::NAME)));
    };
    deserializer.deserialize_struct(T::NAME, T::FIELDS, RecordVisitor::new(newest::<T>(), table, context))
}

/// Reads a record of the newest version: what the generated `serde::Deserialize` of a record calls that is no [`Read`].
///
/// # Errors
/// What the deserializer says.
pub fn record_value<'de, T: Record, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    record(deserializer, &Context::default())
}

/// Reads a union: what the generated `serde::Deserialize` of one calls that is no [`Read`].
///
/// # Errors
/// As [`union`].
pub fn union_value<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    union(deserializer, &Context::default())
}

/// Reads a value as a conversion does that keeps it: what the generated `serde::Deserialize` of a newtype calls that is
/// no [`Read`].
///
/// # Errors
/// As [`Conversion::read`].
pub fn kept<'de, C: Conversion, D: Deserializer<'de>>(deserializer: D) -> Result<C::To, D::Error> {
    C::read(deserializer, &Context::default())
}

/// A field that was neither read nor filled: generated tables leave none.
#[cold]
fn unfinished<E: Error>(name: &str) -> E {
    E::custom(format_args!("the tables of {name} leave a field empty"))
}

/// The field that a reader of one stored record stands at. [`Record::read_field`] takes its value.
pub trait Fields<'de> {
    /// The format's error.
    type Error: Error;

    /// Reads the value.
    ///
    /// # Errors
    /// It is not of that type.
    fn value<T: Read>(&mut self, field: &mut T) -> Result<(), Self::Error>;

    /// Reads the value as an older version wrote it, and converts it.
    ///
    /// # Errors
    /// It is not of the older type, or the conversion failed.
    fn convert<C: Conversion>(&mut self, field: &mut C::To) -> Result<(), Self::Error>;

    /// Reads the value of a removed field, as strictly as if it were kept, and drops it.
    ///
    /// # Errors
    /// It is not what its version says.
    fn check<C: Conversion>(&mut self) -> Result<(), Self::Error>;

    /// An arm that the record does not have.
    ///
    /// # Errors
    /// Always. Generated tables name no such arm.
    fn unknown(&mut self, arm: u16) -> Result<(), Self::Error> {
        Err(Self::Error::custom(format_args!("the record's tables name arm {arm}, which it does not have")))
    }
}

/// Visits one record.
struct RecordVisitor<'c, T> {
    version: u32,
    table: &'static Table,
    context: &'c Context,
    record: PhantomData<T>,
}

impl<'c, T> RecordVisitor<'c, T> {
    const fn new(version: u32, table: &'static Table, context: &'c Context) -> Self {
        Self { version, table, context, record: PhantomData }
    }
}

impl<'de, T: Record> Visitor<'de> for RecordVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut draft = T::Draft::blank();
        let mut fields = MapFields { map, context: self.context };
        let mut seen = Seen::default();
        read_map(self.table, &mut seen, &mut fields, |arm, fields| T::read_field(&mut draft, arm, fields))?;
        if self.table.converts_absence {
            let mut absent = AbsentFields { context: self.context, error: PhantomData };
            seen.absent(self.table).try_for_each(|arm| T::read_field(&mut draft, arm, &mut absent))?;
        }
        self.context.upcast(T::fill(&mut draft, self.version))?;
        draft.finish().ok_or_else(|| unfinished(T::NAME))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        let mut draft = T::Draft::blank();
        let mut fields =
            SeqFields { seq, context: self.context, name: T::NAME, index: 0, count: self.table.fields.len() };
        for field in self.table.fields {
            T::read_field(&mut draft, field.arm, &mut fields)?;
            fields.index += 1;
        }
        self.context.upcast(T::fill(&mut draft, self.version))?;
        draft.finish().ok_or_else(|| unfinished(T::NAME))
    }
}

/// Reads the fields of `table` from a map, in whatever order; every required one must be there, and none twice.
#[inline]
fn read_map<'c, 'de, A: MapAccess<'de>>(
    table: &'static Table,
    seen: &mut Seen,
    fields: &mut MapFields<'c, A>,
    mut read: impl FnMut(u16, &mut MapFields<'c, A>) -> Result<(), A::Error>,
) -> Result<(), A::Error> {
    // Stored fields come in order: the field after the last one is the likely next.
    let mut next = 0;
    while let Some(found) = fields.map.next_key_seed(NameSeed { fields: table.fields, next })? {
        let Some(index) = found else {
            fields.map.next_value::<IgnoredAny>()?;
            continue;
        };
        let field = &table.fields[index];
        if seen.mark(index) {
            return Err(A::Error::duplicate_field(field.name));
        }
        read(field.arm, fields)?;
        next = index + 1;
    }
    seen.missing(table).map_or(Ok(()), |name| Err(A::Error::missing_field(name)))
}

/// A field by its name.
struct MapFields<'c, A> {
    map: A,
    context: &'c Context,
}

impl<'de, A: MapAccess<'de>> Fields<'de> for MapFields<'_, A> {
    type Error = A::Error;

    #[inline]
    fn value<T: Read>(&mut self, field: &mut T) -> Result<(), A::Error> {
        *field = self.map.next_value_seed(ReadSeed(self.context, PhantomData))?;
        Ok(())
    }

    #[inline]
    fn convert<C: Conversion>(&mut self, field: &mut C::To) -> Result<(), A::Error> {
        *field = self.map.next_value_seed(ConvertSeed::<C>(self.context, PhantomData))?;
        Ok(())
    }

    fn check<C: Conversion>(&mut self) -> Result<(), A::Error> {
        self.map.next_value_seed(ConvertSeed::<C>(self.context, PhantomData)).map(|_| ())
    }
}

/// A field by its place, as serde's derive reads a record from a sequence.
struct SeqFields<'c, A> {
    seq: A,
    context: &'c Context,
    name: &'static str,
    index: usize,
    count: usize,
}

impl<'de, A: SeqAccess<'de>> SeqFields<'_, A> {
    fn element<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let expected = || format!("struct {} with {} elements", self.name, self.count);
        let element = self.seq.next_element_seed(seed)?;
        element.ok_or_else(|| A::Error::invalid_length(self.index, &expected().as_str()))
    }
}

impl<'de, A: SeqAccess<'de>> Fields<'de> for SeqFields<'_, A> {
    type Error = A::Error;

    fn value<T: Read>(&mut self, field: &mut T) -> Result<(), A::Error> {
        *field = self.element(ReadSeed(self.context, PhantomData))?;
        Ok(())
    }

    fn convert<C: Conversion>(&mut self, field: &mut C::To) -> Result<(), A::Error> {
        *field = self.element(ConvertSeed::<C>(self.context, PhantomData))?;
        Ok(())
    }

    fn check<C: Conversion>(&mut self) -> Result<(), A::Error> {
        self.element(ConvertSeed::<C>(self.context, PhantomData)).map(|_| ())
    }
}

/// A field that is not there, read as null.
struct AbsentFields<'c, E> {
    context: &'c Context,
    error: PhantomData<E>,
}

impl<E: Error> Fields<'_> for AbsentFields<'_, E> {
    type Error = E;

    fn value<T: Read>(&mut self, field: &mut T) -> Result<(), E> {
        *field = T::read(().into_deserializer(), self.context)?;
        Ok(())
    }

    fn convert<C: Conversion>(&mut self, field: &mut C::To) -> Result<(), E> {
        *field = C::read(().into_deserializer(), self.context)?;
        Ok(())
    }

    fn check<C: Conversion>(&mut self) -> Result<(), E> {
        C::read(().into_deserializer(), self.context).map(|_| ())
    }
}

/// Which fields of a table have been met.
#[derive(Default)]
struct Seen {
    first: u64,
    /// From the 65th field on.
    more: Vec<u64>,
}

impl Seen {
    /// Whether it had been met before.
    #[inline]
    fn mark(&mut self, index: usize) -> bool {
        let word = if index < 64 { &mut self.first } else { self.word(index / 64 - 1) };
        let bit = 1 << (index % 64);
        let before = *word & bit != 0;
        *word |= bit;
        before
    }

    #[cold]
    fn word(&mut self, index: usize) -> &mut u64 {
        if self.more.len() <= index {
            self.more.resize(index + 1, 0);
        }
        &mut self.more[index]
    }

    /// The first required field that has not been met.
    #[inline]
    fn missing(&self, table: &'static Table) -> Option<&'static str> {
        if table.required & !self.first == 0 && table.fields.len() <= 64 { None } else { self.search(table) }
    }

    #[cold]
    fn search(&self, table: &'static Table) -> Option<&'static str> {
        self.unmet(table).find(|field| field.presence == Presence::Required).map(|field| field.name)
    }

    /// The arms of the fields that have not been met and whose absence is converted.
    fn absent(&self, table: &'static Table) -> impl Iterator<Item = u16> {
        self.unmet(table).filter(|field| field.presence == Presence::Converted).map(|field| field.arm)
    }

    fn unmet(&self, table: &'static Table) -> impl Iterator<Item = &'static Field> {
        let met = |index: usize| {
            let word = if index < 64 { self.first } else { self.more.get(index / 64 - 1).copied().unwrap_or(0) };
            word & (1 << (index % 64)) != 0
        };
        table.fields.iter().enumerate().filter(move |(index, _)| !met(*index)).map(|(_, field)| field)
    }
}

/// Finds a field's index by its name, trying the expected one first.
struct NameSeed {
    fields: &'static [Field],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        match self.fields.get(self.next) {
            Some(field) if field.name == name => Ok(Some(self.next)),
            _ => Ok(self.fields.iter().position(|field| field.name == name)),
        }
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Option<usize>, E> {
        Ok(self.fields.iter().position(|field| field.name.as_bytes() == name))
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<Option<usize>, E> {
        Ok(usize::try_from(index).ok().filter(|index| *index < self.fields.len()))
    }
}

/// Reads a [`Read`].
struct ReadSeed<'c, T>(&'c Context, PhantomData<T>);

impl<'de, T: Read> DeserializeSeed<'de> for ReadSeed<'_, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer, self.0)
    }
}

/// Reads what a [`Conversion`] reads, and converts it.
struct ConvertSeed<'c, C>(&'c Context, PhantomData<C>);

impl<'de, C: Conversion> DeserializeSeed<'de> for ConvertSeed<'_, C> {
    type Value = C::To;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<C::To, D::Error> {
        C::read(deserializer, self.0)
    }
}
