//! The program: what three releases stored, what it says today, and what happens next.

use std::io::{self, Write};

use factum::cloudevents::{ImportError, NdjsonReader, import};
use factum::{Context, ExecuteError, LoadError, MemoryStore, Recorded, Repository, Uuid};

use crate::account::{Account, AccountCommand, AccountRejection, CloseAccount, Deposit, Withdraw};
use crate::events::AccountEvent;
use crate::money::{Channel, Currency, Money};

/// What three releases stored of one account, as CloudEvents.
const RECORDED: &str = include_str!("../data/recorded.ndjson");

/// Whose account it is.
const ACCOUNT: Uuid = Uuid::from_u128(0x0190_6f2c_51e0_7000_8000_0000_0000_0001);

/// Why the program ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was recorded could not be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The account could not be rebuilt.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A command failed for another reason than a rejection, which is shown.
    #[error(transparent)]
    Execute(#[from] ExecuteError<AccountRejection>),
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Imports what was stored, shows what it is read as, and goes on with new commands.
///
/// # Errors
/// [`Error`].
pub async fn run(out: &mut (impl Write + Send)) -> Result<(), Error> {
    let store = MemoryStore::new();
    import(&store, NdjsonReader::new(RECORDED.as_bytes()), |_| ()).await?;
    let accounts = Repository::<Account, _>::new(store);

    writeln!(out, "What three releases stored, and what it says today\n")?;
    let mut lines = Vec::new();
    let visit = |stored: &Recorded<'_>, events: &[AccountEvent], account: &Account| {
        lines.push(format!("{} v{} {}", stored.event_type, stored.schema_version, stored.payload));
        lines.extend(events.iter().map(|event| format!("    {}", says(event))));
        lines.push(format!("    balance {}\n", account.balance()));
    };
    let loaded = accounts.for_each_event(ACCOUNT, visit).await?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))?;

    let owner = loaded.state.owner().unwrap_or("nobody").to_owned();
    writeln!(out, "What {owner} asks for now\n")?;
    for (number, command) in (1_u128..).zip(commands()) {
        let asked = asks(&command);
        let context = Context::new().command_id(Uuid::from_u128(number));
        let answer = match accounts.execute_with(ACCOUNT, command, context).await {
            Ok(executed) => format!("done: version {}, balance {}", executed.version, executed.state.balance()),
            Err(ExecuteError::Rejected(rejection)) => format!("refused: {rejection}"),
            Err(error) => return Err(error.into()),
        };
        writeln!(out, "  {asked:<22} {answer}")?;
    }
    Ok(())
}

fn commands() -> Vec<AccountCommand> {
    let withdraw = |cents, purpose: &str| {
        let purpose = Some(purpose.to_owned());
        Withdraw { amount: Money::euros(cents), channel: Channel::App, purpose }
    };
    vec![
        Deposit { amount: Money::euros(25_000), channel: Channel::App }.into(),
        Deposit { amount: Money { cents: 500, currency: Currency::Gbp }, channel: Channel::Machine }.into(),
        withdraw(100_000, "a piano").into(),
        withdraw(30_000, "a violin").into(),
        CloseAccount {}.into(),
    ]
}

/// What an event says, whichever version it was stored as.
fn says(event: &AccountEvent) -> String {
    match event {
        AccountEvent::AccountOpened(opened) => format!("{} opened an account in {}", opened.owner, opened.currency),
        AccountEvent::Deposited(deposited) => format!("{} in, {}", deposited.amount, place(deposited.channel)),
        AccountEvent::Withdrawn(withdrawn) => {
            let purpose = withdrawn.purpose.as_deref().map(|purpose| format!(", for {purpose}")).unwrap_or_default();
            format!("{} out, {}{purpose}", withdrawn.amount, place(withdrawn.channel))
        }
        AccountEvent::FeeCharged(charged) => format!("{} out, a fee", charged.amount),
        AccountEvent::AccountClosed(_) => "the account was closed".to_owned(),
    }
}

fn asks(command: &AccountCommand) -> String {
    match command {
        AccountCommand::OpenAccount(open) => format!("an account in {}", open.currency),
        AccountCommand::Deposit(deposit) => format!("{} in", deposit.amount),
        AccountCommand::Withdraw(withdraw) => format!("{} out", withdraw.amount),
        AccountCommand::CloseAccount(_) => "to close the account".to_owned(),
    }
}

const fn place(channel: Channel) -> &'static str {
    match channel {
        Channel::Counter => "at the counter",
        Channel::Machine => "at a machine",
        Channel::App => "with the app",
    }
}
