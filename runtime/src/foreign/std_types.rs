//! Types of the standard library.

use std::time::{Duration as StdDuration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::{Foreign, ForeignError};
use crate::scalar::Bytes;

impl Foreign<Timestamp> for SystemTime {
    type Rust = Self;

    fn from_wire(wire: Timestamp) -> Result<Self, ForeignError> {
        let since = wire.as_duration();
        let value = if since.is_negative() {
            Self::UNIX_EPOCH.checked_sub(since.unsigned_abs())
        } else {
            Self::UNIX_EPOCH.checked_add(since.unsigned_abs())
        };
        value.ok_or_else(|| ForeignError::new(format!("a SystemTime of this system does not hold {wire}")))
    }

    fn to_wire(value: &Self) -> Result<Timestamp, ForeignError> {
        Timestamp::try_from(*value).map_err(|error| ForeignError::new(error.to_string()))
    }

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }
}

impl Foreign<SignedDuration> for StdDuration {
    type Rust = Self;

    fn from_wire(wire: SignedDuration) -> Result<Self, ForeignError> {
        Self::try_from(wire)
            .map_err(|_| ForeignError::new(format!("a std::time::Duration does not hold {wire}: it is never negative")))
    }

    fn to_wire(value: &Self) -> Result<SignedDuration, ForeignError> {
        SignedDuration::try_from(*value).map_err(|error| ForeignError::new(error.to_string()))
    }

    fn blank() -> Self {
        Self::ZERO
    }
}

impl Foreign<Bytes> for Vec<u8> {
    type Rust = Self;

    fn from_wire(wire: Bytes) -> Result<Self, ForeignError> {
        Ok(wire.0)
    }

    fn to_wire(value: &Self) -> Result<Bytes, ForeignError> {
        Ok(Bytes(value.clone()))
    }

    fn blank() -> Self {
        Self::new()
    }
}
