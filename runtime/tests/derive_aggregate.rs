//! An aggregate written with derives only.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeMap;

use factum::store::{EventStoreExt as _, ViewResult};
use factum::{
    Aggregate, CommandSet, Decision, Decoded, Event, EventSet, ExpectedVersion, MemoryStore, NewEvent, Projection,
    Projector, Recorded, Repository, StreamName, Upcast, UpcastError, Uuid, emit, reject,
};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, renamed(2, "Opened"))]
struct AccountOpened {
    #[event(added(2), default = 0)]
    limit: u64,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank")]
struct Deposited {
    amount: u64,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, retired(2))]
struct Charged {
    amount: u64,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, retired(2, nothing))]
struct Looked;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, becomes(2, [AccountOpenedV1, Deposited]))]
struct OpenedWith {
    amount: u64,
}

impl Upcast<OpenedWith> for AccountOpenedV1 {
    fn upcast(_: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self {})
    }
}

impl Upcast<OpenedWith> for Deposited {
    fn upcast(old: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self { amount: old.amount })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(streams = "bank.Account", ended(Looked, OpenedWith))]
enum AccountEvent {
    AccountOpened(AccountOpened),
    Deposited(Deposited),
    Charged(Charged),
}

#[derive(Debug, Clone)]
struct Deposit {
    amount: u64,
}

#[derive(Debug, Clone, CommandSet)]
enum AccountCommand {
    Deposit(Deposit),
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum AccountRejection {
    #[error("nothing to deposit")]
    Nothing,
}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "bank", id = Uuid, events = AccountEvent, commands = AccountCommand, rejection = AccountRejection)]
struct Account {
    balance: u64,
    limit: u64,
}

impl HandleAccountCommand for Account {
    fn deposit(&self, command: Deposit) -> Decision<Self> {
        if command.amount == 0 { reject(AccountRejection::Nothing) } else { emit(Deposited { amount: command.amount }) }
    }
}

impl ApplyAccountEvent for Account {
    fn on_account_opened(&mut self, event: &AccountOpened) {
        self.limit = event.limit;
    }

    fn on_deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }

    fn on_charged(&mut self, event: &Charged) {
        self.balance -= event.amount;
    }
}

#[test]
fn a_set_reads_old_names_and_what_ended() {
    let types =
        ["bank.AccountOpened", "bank.Charged", "bank.Deposited", "bank.Looked", "bank.Opened", "bank.OpenedWith"];
    assert_eq!(AccountEvent::TYPES, types);
    let read = |event_type: &str, payload: &str| {
        let reader = AccountEvent::READERS.iter().find(|reader| reader.event_type == event_type).unwrap();
        let (version, _) = reader.versions[0];
        (reader.read)(version, version, payload).unwrap()
    };
    let opened = AccountEvent::AccountOpened(AccountOpened { limit: 0 });
    assert_eq!(read("bank.Opened", "{}"), Decoded::One(opened.clone()));
    assert_eq!(read("bank.Charged", r#"{"amount":3}"#), Decoded::One(AccountEvent::Charged(Charged { amount: 3 })));
    assert_eq!(read("bank.Looked", "{}"), Decoded::None);
    let deposited = AccountEvent::Deposited(Deposited { amount: 5 });
    assert_eq!(read("bank.OpenedWith", r#"{"amount":5}"#), Decoded::Several(vec![opened, deposited]));
}

#[tokio::test]
async fn a_repository_runs_it() {
    let accounts = Repository::<Account, _>::new(MemoryStore::new());
    let id = Uuid::from_u128(7);
    accounts.execute(id, Deposit { amount: 5 }).await.unwrap();
    accounts.execute(id, Deposit { amount: 2 }).await.unwrap();
    let rejected = accounts.execute(id, Deposit { amount: 0 }).await;
    assert!(rejected.is_err());
    assert_eq!(accounts.load(id).await.unwrap().state.balance, 7);
}

/// What was paid in, by stream.
struct PaidIn;

impl Projection for PaidIn {
    type Tx = BTreeMap<String, u64>;
    type Events = AccountEvent;
    const NAME: &'static str = "paid_in";
    const VERSION: u32 = 1;
}

impl ProjectAccountEvent for PaidIn {
    fn on_account_opened(&self, _: &mut Self::Tx, _: &AccountOpened, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }

    fn on_deposited(&self, rows: &mut Self::Tx, event: &Deposited, recorded: &Recorded<'_>) -> ViewResult {
        *rows.entry(recorded.stream.to_owned()).or_default() += event.amount;
        Ok(())
    }

    fn on_charged(&self, rows: &mut Self::Tx, event: &Charged, recorded: &Recorded<'_>) -> ViewResult {
        *rows.entry(recorded.stream.to_owned()).or_default() -= event.amount;
        Ok(())
    }
}

#[tokio::test]
async fn a_projection_has_a_method_for_each_event_of_a_set() {
    let store = MemoryStore::new();
    let projector = Projector::new(store.clone(), PaidIn);
    let stream: StreamName = "bank.Account-1".parse().unwrap();
    let stored =
        [("bank.OpenedWith", 1, r#"{"amount":7}"#), ("bank.Charged", 1, r#"{"amount":2}"#), ("bank.Looked", 1, "{}")];
    let events = stored.map(|(event_type, version, payload)| NewEvent::new(event_type, version, payload));
    store.append_events(&stream, ExpectedVersion::Any, events.into()).await.unwrap();
    projector.catch_up(|_| ()).await.unwrap();
    assert_eq!(store.view::<BTreeMap<String, u64>>("paid_in").unwrap()["bank.Account-1"], 5);

    // A type that nobody knows concerns it, if it stands in a stream of its aggregate.
    let foreign = || vec![NewEvent::new("bank.Closed", 1, "{}")];
    store.append_events(&"bank.Accountant-1".parse().unwrap(), ExpectedVersion::Any, foreign()).await.unwrap();
    projector.catch_up(|_| ()).await.unwrap();
    store.append_events(&stream, ExpectedVersion::Any, foreign()).await.unwrap();
    let error = projector.catch_up(|_| ()).await.unwrap_err().to_string();
    assert!(error.contains("bank.Closed"), "{error}");
}
