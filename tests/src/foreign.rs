//! Types that stand for builtins in the goldens and in some of the random schemas. All but one hold all that the builtins hold.

use std::fmt;

use factum::foreign::{Foreign, ForeignError};
use factum::{Decimal, Fixed, Json, Uuid};

/// For `timestamp`.
pub type Moment = chrono::DateTime<chrono::Utc>;

/// For `date`.
pub type Day = time::Date;

/// For `duration`.
pub type Length = time::Duration;

/// For `uuid`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", Uuid::from_bytes(self.0))
    }
}

impl Foreign<Uuid> for Id {
    type Rust = Self;

    fn from_wire(wire: Uuid) -> Result<Self, ForeignError> {
        Ok(Self(wire.into_bytes()))
    }

    fn to_wire(value: &Self) -> Result<Uuid, ForeignError> {
        Ok(Uuid::from_bytes(value.0))
    }

    fn blank() -> Self {
        Self([0; 16])
    }
}

/// For `uuid` too, but for the nil one. Made with it all the same, it cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NotNil(pub Uuid);

impl Foreign<Uuid> for NotNil {
    type Rust = Self;

    fn from_wire(wire: Uuid) -> Result<Self, ForeignError> {
        if wire.is_nil() { Err(ForeignError::new("nobody has the nil id")) } else { Ok(Self(wire)) }
    }

    fn to_wire(value: &Self) -> Result<Uuid, ForeignError> {
        if value.0.is_nil() { Err(ForeignError::new("nobody has the nil id")) } else { Ok(value.0) }
    }

    fn blank() -> Self {
        Self(Uuid::nil())
    }
}

/// For `decimal` of any scale, which is a `String` then: of a type that is not ours.
#[derive(Debug)]
pub enum DecimalText {}

impl Foreign<Decimal> for DecimalText {
    type Rust = String;

    fn from_wire(wire: Decimal) -> Result<String, ForeignError> {
        Ok(wire.to_string())
    }

    fn to_wire(value: &String) -> Result<Decimal, ForeignError> {
        value.parse().map_err(|error| ForeignError::new(format!("{value:?} is no decimal: {error}")))
    }

    fn blank() -> String {
        String::new()
    }
}

impl<const SCALE: u32> Foreign<Fixed<SCALE>> for DecimalText {
    type Rust = String;

    fn from_wire(wire: Fixed<SCALE>) -> Result<String, ForeignError> {
        Ok(wire.to_string())
    }

    fn to_wire(value: &String) -> Result<Fixed<SCALE>, ForeignError> {
        let wire = <Self as Foreign<Decimal>>::to_wire(value)?;
        Fixed::try_from(wire).map_err(|error| ForeignError::new(error.to_string()))
    }

    fn blank() -> String {
        String::new()
    }
}

/// For `json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra(pub Json);

impl Foreign<Json> for Extra {
    type Rust = Self;

    fn from_wire(wire: Json) -> Result<Self, ForeignError> {
        Ok(Self(wire))
    }

    fn to_wire(value: &Self) -> Result<Json, ForeignError> {
        Ok(value.0.clone())
    }

    fn blank() -> Self {
        Self(Json::Null)
    }
}
