//! The golden whose items only this crate sees: the tests come to them through here.

use factum::{DecodeFault, EncodeError, Event as _, Uuid};

use crate::foreign::NotNil;
use crate::golden::chosen::selling::{Sold, SoldV1, Way};
use crate::golden::chosen::r#type::Money;

/// Reads a stored event, fused, and shows it.
///
/// # Errors
/// As [`factum::Event::decode`].
pub fn read(version: u32, payload: &str) -> Result<String, DecodeFault> {
    Sold::decode(version, version, payload).map(|event| format!("{event:?}"))
}

/// Reads a stored event of version 1 along the chain, and shows it.
///
/// # Errors
/// As [`factum::Event::decode`].
pub fn read_by_chain(payload: &str) -> Result<String, DecodeFault> {
    let event = <Sold as factum::Upcast<SoldV1>>::upcast(SoldV1::decode(1, 1, payload)?)?;
    Ok(format!("{event:?}"))
}

/// Stores a sale to somebody.
///
/// # Errors
/// As [`factum::Event::encode`].
pub fn written(to: Uuid) -> Result<String, EncodeError> {
    let price = Money { cents: 1, way: Way::Card };
    Sold { price, to: NotNil(to), how: Way::Cash }.encode().map(|event| event.payload)
}
