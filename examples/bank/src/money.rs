//! The values that events hold.

use std::fmt;

use factum::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An amount of money.
///
/// Release 1 kept it as a float, and in euros only. Whoever holds it names the version that it had then: [`MoneyV1`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(version = 2)]
pub struct Money {
    /// In hundredths.
    #[value(renamed(2, "amount"), retyped(2, f64, via = scale(100)))]
    pub cents: i64,
    /// Of which currency.
    #[value(added(2), default = Currency::Eur)]
    pub currency: Currency,
}

impl Money {
    /// Euros.
    #[must_use]
    pub const fn euros(cents: i64) -> Self {
        Self { cents, currency: Currency::Eur }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, cents) = (if self.cents < 0 { "-" } else { "" }, self.cents.unsigned_abs());
        write!(f, "{sign}{}.{:02} {}", cents / 100, cents % 100, self.currency)
    }
}

/// A currency, by its ISO code. The values of a `Value` are in `snake_case` on the wire, and these are not: so it has its
/// own serde, and factum takes it as it is. Its JSON Schema tells the lock test if that ever changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// The euro.
    #[default]
    Eur,
    /// The pound.
    Gbp,
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
        })
    }
}

/// Where money changed hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(version = 2)]
pub enum Channel {
    /// At the counter.
    Counter,
    /// At a machine.
    #[value(renamed(2, "atm"))]
    Machine,
    /// With a telephone.
    #[value(added(2))]
    App,
}
