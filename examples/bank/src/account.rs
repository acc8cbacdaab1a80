//! The rules: a method for every command, a method for every event. A command decides and changes nothing; an event
//! changes and decides nothing.

use factum::{Aggregate, CommandSet, Decision, Uuid, emit, reject};

use crate::events::{AccountClosed, AccountEvent, AccountOpened, ApplyAccountEvent, Deposited, FeeCharged, Withdrawn};
use crate::money::{Channel, Currency, Money};

/// Opens an account.
#[derive(Debug, Clone)]
pub struct OpenAccount {
    /// For whom.
    pub owner: String,
    /// What it is kept in.
    pub currency: Currency,
    /// How far below zero it may go, in hundredths.
    pub overdraft: i64,
}

/// Pays in.
#[derive(Debug, Clone)]
pub struct Deposit {
    /// How much.
    pub amount: Money,
    /// Where.
    pub channel: Channel,
}

/// Pays out.
#[derive(Debug, Clone)]
pub struct Withdraw {
    /// How much.
    pub amount: Money,
    /// Where.
    pub channel: Channel,
    /// What for.
    pub purpose: Option<String>,
}

/// Closes an account.
#[derive(Debug, Clone)]
pub struct CloseAccount {}

/// Everything that can be asked of an account.
#[derive(Debug, Clone, CommandSet)]
pub enum AccountCommand {
    /// Opens it.
    OpenAccount(OpenAccount),
    /// Pays in.
    Deposit(Deposit),
    /// Pays out.
    Withdraw(Withdraw),
    /// Closes it.
    CloseAccount(CloseAccount),
}

/// Why an account may say no.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AccountRejection {
    /// It has not been opened.
    #[error("there is no such account")]
    NotOpen,
    /// It has been opened before.
    #[error("it is {owner}'s account already")]
    AlreadyOpen {
        /// Whose it is.
        owner: String,
    },
    /// It has been closed.
    #[error("the account has been closed")]
    Closed,
    /// The overdraft is below zero.
    #[error("an overdraft is not negative")]
    NegativeOverdraft,
    /// Nothing would change hands.
    #[error("{0} is nothing to pay")]
    NotPositive(Money),
    /// It is kept in another currency.
    #[error("the account is kept in {0}")]
    OtherCurrency(Currency),
    /// More than there is.
    #[error("{asked} asked for, {available} available")]
    Insufficient {
        /// How much was asked for.
        asked: Money,
        /// How much there is, with the overdraft.
        available: Money,
    },
    /// More than fits.
    #[error("no account holds so much")]
    TooMuch,
    /// There is something left on it, or to be paid back.
    #[error("its balance is {0}, and not zero")]
    NotEmpty(Money),
}

/// An account, as its events made it.
#[derive(Debug, Default, Aggregate)]
#[aggregate(
    context = "bank",
    id = Uuid,
    events = AccountEvent,
    commands = AccountCommand,
    rejection = AccountRejection
)]
pub struct Account {
    owner: Option<String>,
    currency: Currency,
    /// In hundredths.
    balance: i64,
    overdraft: i64,
    closed: bool,
}

impl Account {
    /// Whose it is; of nobody before it is opened.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// What is on it.
    #[must_use]
    pub const fn balance(&self) -> Money {
        self.money(self.balance)
    }

    /// What can be had from it, with the overdraft.
    #[must_use]
    pub const fn available(&self) -> Money {
        self.money(self.balance.saturating_add(self.overdraft))
    }

    const fn money(&self, cents: i64) -> Money {
        Money { cents, currency: self.currency }
    }

    fn require_open(&self) -> Result<(), AccountRejection> {
        if self.owner.is_none() {
            return Err(AccountRejection::NotOpen);
        }
        if self.closed { Err(AccountRejection::Closed) } else { Ok(()) }
    }

    /// Whether such an amount can change hands at all.
    fn require_payable(&self, amount: Money) -> Result<(), AccountRejection> {
        self.require_open()?;
        if amount.currency != self.currency {
            return Err(AccountRejection::OtherCurrency(self.currency));
        }
        if amount.cents > 0 { Ok(()) } else { Err(AccountRejection::NotPositive(amount)) }
    }
}

impl HandleAccountCommand for Account {
    fn open_account(&self, command: OpenAccount) -> Decision<Self> {
        let OpenAccount { owner, currency, overdraft } = command;
        if let Some(owner) = &self.owner {
            return reject(AccountRejection::AlreadyOpen { owner: owner.clone() });
        }
        if overdraft < 0 {
            return reject(AccountRejection::NegativeOverdraft);
        }
        emit(AccountOpened { owner, currency, overdraft })
    }

    fn deposit(&self, command: Deposit) -> Decision<Self> {
        let Deposit { amount, channel } = command;
        self.require_payable(amount)?;
        if self.balance.checked_add(amount.cents).is_none() {
            return reject(AccountRejection::TooMuch);
        }
        emit(Deposited { amount, channel })
    }

    fn withdraw(&self, command: Withdraw) -> Decision<Self> {
        let Withdraw { amount, channel, purpose } = command;
        self.require_payable(amount)?;
        let available = self.available();
        if amount.cents > available.cents {
            return reject(AccountRejection::Insufficient { asked: amount, available });
        }
        emit(Withdrawn { amount, channel, purpose })
    }

    fn close_account(&self, _: CloseAccount) -> Decision<Self> {
        self.require_open()?;
        if self.balance != 0 {
            return reject(AccountRejection::NotEmpty(self.balance()));
        }
        emit(AccountClosed {})
    }
}

/// What was stored may be anything that fits its version, so sums stop at the end of their type and never wrap.
impl ApplyAccountEvent for Account {
    fn on_account_opened(&mut self, event: &AccountOpened) {
        self.owner = Some(event.owner.clone());
        self.currency = event.currency;
        self.overdraft = event.overdraft;
    }

    fn on_deposited(&mut self, event: &Deposited) {
        self.balance = self.balance.saturating_add(event.amount.cents);
    }

    fn on_withdrawn(&mut self, event: &Withdrawn) {
        self.balance = self.balance.saturating_sub(event.amount.cents);
    }

    fn on_fee_charged(&mut self, event: &FeeCharged) {
        self.balance = self.balance.saturating_sub(event.amount.cents);
    }

    fn on_account_closed(&mut self, _: &AccountClosed) {
        self.closed = true;
    }
}
