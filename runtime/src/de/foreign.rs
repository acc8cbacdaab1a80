//! Types that are not the schema's: read by their own serde, and converted by the user's [`Upcast`].

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer};

use super::{Context, Conversion};
use crate::error::UpcastError;
use crate::event::Upcast;

/// A type of the user's that a derived event may hold: one that serde reads and writes.
#[diagnostic::on_unimplemented(
    message = "a stored field cannot be of type `{Self}`, which serde cannot read and write",
    label = "serde does not know this type",
    note = "derive `factum::Value` for `{Self}` to give it a history of its own, or `serde::Serialize` and \
            `serde::Deserialize`; of a type of another crate, look for its feature `serde`"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// The value stays what it is, and is read and written by its own serde.
#[derive(Debug)]
pub struct Serde<T: Storable>(PhantomData<T>);

impl<T: Storable> Conversion for Serde<T> {
    type From = T;
    type To = T;

    fn convert(from: T) -> Result<T, UpcastError> {
        Ok(from)
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, _: &Context) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

/// What `C` reads becomes a `B` by the user's own step.
#[derive(Debug)]
pub struct Foreign<C, B>(PhantomData<(C, B)>);

impl<C: Conversion, B: Upcast<C::To>> Conversion for Foreign<C, B> {
    type From = C::From;
    type To = B;

    fn convert(from: C::From) -> Result<B, UpcastError> {
        C::convert(from).and_then(B::upcast)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<B, D::Error> {
        let from = C::read(deserializer, context)?;
        context.upcast(B::upcast(from))
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<C::From, D::Error> {
        C::read_old(deserializer, context)
    }
}

/// What `C` converts from, as it was.
#[derive(Debug)]
pub struct Old<C>(PhantomData<C>);

impl<C: Conversion> Conversion for Old<C> {
    type From = C::From;
    type To = C::From;

    fn convert(from: C::From) -> Result<C::From, UpcastError> {
        Ok(from)
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<C::From, D::Error> {
        C::read_old(deserializer, context)
    }

    fn read_old<'de, D: Deserializer<'de>>(deserializer: D, context: &Context) -> Result<C::From, D::Error> {
        C::read_old(deserializer, context)
    }
}
