//! Builtin types that Rust has no type of its own for.

/// The builtin `bytes`, base64 on the wire. A type of its own, because a `Vec<u8>` is a `list<u8>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// The builtin `decimal(SCALE)`: a decimal number of at most `SCALE` decimals.
///
/// ```
/// use factum::{Decimal, Fixed};
///
/// let price = Fixed::<2>::try_from(Decimal::new(1999, 2))?;
/// assert_eq!(price.to_string(), "19.99");
/// assert!(Fixed::<2>::try_from(Decimal::new(19_995, 3)).is_err());
/// # Ok::<(), factum::scalar::TooPrecise>(())
/// ```
#[cfg(feature = "decimal")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fixed<const SCALE: u32>(rust_decimal::Decimal);

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Fixed<SCALE> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> rust_decimal::Decimal {
        self.0
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> TryFrom<rust_decimal::Decimal> for Fixed<SCALE> {
    type Error = TooPrecise;

    fn try_from(value: rust_decimal::Decimal) -> Result<Self, TooPrecise> {
        if value.normalize().scale() <= SCALE { Ok(Self(value)) } else { Err(TooPrecise { value, scale: SCALE }) }
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> From<Fixed<SCALE>> for rust_decimal::Decimal {
    fn from(value: Fixed<SCALE>) -> Self {
        value.0
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> std::fmt::Display for Fixed<SCALE> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A decimal number with more decimals than its type keeps.
#[cfg(feature = "decimal")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value} has more than {scale} decimals")]
pub struct TooPrecise {
    value: rust_decimal::Decimal,
    scale: u32,
}
