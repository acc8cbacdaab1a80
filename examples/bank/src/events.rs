//! What happens to an account, with the history of each event: what three releases stored.

use factum::{Event, EventSet, Upcast, UpcastError};

use crate::money::{Channel, ChannelV1, Currency, Money, MoneyV1};

/// Somebody opened an account.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, personal(owner), removed(3, branch: String))]
pub struct AccountOpened {
    /// Who.
    #[event(renamed(2, "customer"))]
    pub owner: String,
    /// What it is kept in.
    #[event(added(2), default = Currency::Eur)]
    pub currency: Currency,
    /// How far below zero it may go, in hundredths.
    #[event(added(3), default = 0)]
    pub overdraft: i64,
}

/// Money came in.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, renamed(2, "MoneyPaidIn"), personal(teller), removed(3, teller: String))]
pub struct Deposited {
    /// How much.
    #[event(retyped(2, MoneyV1))]
    pub amount: Money,
    /// Where.
    #[event(added(2), default = ChannelV1::Counter, retyped(3, ChannelV1))]
    pub channel: Channel,
}

/// Money went out.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, personal(teller), removed(3, teller: String))]
pub struct Withdrawn {
    /// How much.
    #[event(retyped(2, MoneyV1))]
    pub amount: Money,
    /// Where.
    #[event(added(2), default = ChannelV1::Counter, retyped(3, ChannelV1))]
    pub channel: Channel,
    /// What for.
    #[event(added(3))]
    pub purpose: Option<String>,
}

/// The bank took its fee, which release 3 does no more: old ones are still subtracted, and none can be emitted.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, retired(3))]
pub struct FeeCharged {
    /// How much.
    #[event(retyped(2, MoneyV1))]
    pub amount: Money,
}

/// A cheque came in, and a fee was taken for it: since release 2 these are two events.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, personal(teller), becomes(2, [DepositedV1, FeeChargedV1]))]
pub struct ChequePaidIn {
    /// How much it said.
    pub amount: MoneyV1,
    /// How much was taken.
    pub fee: MoneyV1,
    /// By whom.
    pub teller: String,
}

impl Upcast<ChequePaidInV1> for DepositedV1 {
    fn upcast(old: ChequePaidInV1) -> Result<Self, UpcastError> {
        Ok(Self { amount: old.amount, teller: old.teller })
    }
}

impl Upcast<ChequePaidInV1> for FeeChargedV1 {
    fn upcast(old: ChequePaidInV1) -> Result<Self, UpcastError> {
        Ok(Self { amount: old.fee })
    }
}

/// The account is no more.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank")]
pub struct AccountClosed {}

/// Everything that happens to an account.
#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(ChequePaidIn))]
pub enum AccountEvent {
    /// Somebody opened it.
    AccountOpened(AccountOpened),
    /// Money came in.
    Deposited(Deposited),
    /// Money went out.
    Withdrawn(Withdrawn),
    /// The bank took its fee.
    FeeCharged(FeeCharged),
    /// It is no more.
    AccountClosed(AccountClosed),
}
