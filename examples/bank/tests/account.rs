//! The rules of an account, what older releases stored of it, and what the program prints.

use bank::account::{Account, AccountRejection as No, CloseAccount, Deposit, OpenAccount, Withdraw};
use bank::events::{AccountClosed, AccountEvent, AccountOpened, Deposited, Withdrawn};
use bank::money::{Channel, Currency, Money};
use factum::{DecodeFault, Event as _};
use factum_testing::{Given, given};

fn opened() -> AccountOpened {
    AccountOpened { owner: "Ada".to_owned(), currency: Currency::Eur, overdraft: 1_000 }
}

fn open() -> OpenAccount {
    OpenAccount { owner: "Ada".to_owned(), currency: Currency::Eur, overdraft: 1_000 }
}

fn deposited(cents: i64) -> Deposited {
    Deposited { amount: Money::euros(cents), channel: Channel::App }
}

fn deposit(cents: i64) -> Deposit {
    Deposit { amount: Money::euros(cents), channel: Channel::App }
}

fn withdrawn(cents: i64) -> Withdrawn {
    Withdrawn { amount: Money::euros(cents), channel: Channel::Machine, purpose: None }
}

fn withdraw(cents: i64) -> Withdraw {
    Withdraw { amount: Money::euros(cents), channel: Channel::Machine, purpose: None }
}

fn account(cents: i64) -> Given<Account> {
    given((opened(), deposited(cents)))
}

#[test]
fn an_account_is_opened_once() {
    given::<Account>(())
        .when(OpenAccount { overdraft: -1, ..open() })
        .then_rejected(No::NegativeOverdraft)
        .when(open())
        .then([opened()])
        .when(open())
        .then_rejected(No::AlreadyOpen { owner: "Ada".to_owned() });
}

#[test]
fn nothing_happens_to_an_account_that_is_not_there() {
    given::<Account>(())
        .when(deposit(1))
        .then_rejected(No::NotOpen)
        .when(withdraw(1))
        .then_rejected(No::NotOpen)
        .when(CloseAccount {})
        .then_rejected(No::NotOpen);
}

#[test]
fn what_is_paid_in_and_out_makes_the_balance() {
    account(500).when(deposit(250)).then([deposited(250)]).when(withdraw(100)).then([withdrawn(100)]).then_state(
        |account| assert_eq!((account.balance(), account.available()), (Money::euros(650), Money::euros(1_650))),
    );
}

#[test]
fn an_account_goes_below_zero_as_far_as_its_overdraft() {
    account(500)
        .when(withdraw(1_501))
        .then_rejected(No::Insufficient { asked: Money::euros(1_501), available: Money::euros(1_500) })
        .when(withdraw(1_500))
        .then([withdrawn(1_500)])
        .when(withdraw(1))
        .then_rejected(No::Insufficient { asked: Money::euros(1), available: Money::euros(0) });
}

#[test]
fn only_an_amount_of_the_accounts_currency_changes_hands() {
    let pounds = Money { cents: 1, currency: Currency::Gbp };
    account(500)
        .when(deposit(0))
        .then_rejected(No::NotPositive(Money::euros(0)))
        .when(withdraw(-1))
        .then_rejected(No::NotPositive(Money::euros(-1)))
        .when(Deposit { amount: pounds, channel: Channel::Counter })
        .then_rejected(No::OtherCurrency(Currency::Eur));
}

#[test]
fn a_balance_never_wraps() {
    account(i64::MAX - 1)
        .when(deposit(2))
        .then_rejected(No::TooMuch)
        .when(deposit(1))
        .then([deposited(1)])
        .then_state(|account| assert_eq!(account.available(), Money::euros(i64::MAX)));
}

#[test]
fn an_empty_account_is_closed_for_good() {
    account(500)
        .when(CloseAccount {})
        .then_rejected(No::NotEmpty(Money::euros(500)))
        .when(withdraw(500))
        .then([withdrawn(500)])
        .when(CloseAccount {})
        .then([AccountClosed {}])
        .when(deposit(1))
        .then_rejected(No::Closed)
        .when(open())
        .then_rejected(No::AlreadyOpen { owner: "Ada".to_owned() });
}

#[test]
fn what_release_1_stored_is_still_an_account() {
    given::<Account>(())
        .and_stored("bank.AccountOpened", 1, r#"{"customer":"Ada","branch":"Soho"}"#)
        .and_stored("bank.MoneyPaidIn", 1, r#"{"amount":{"amount":10.1},"teller":"Ines"}"#)
        .and_stored("bank.ChequePaidIn", 1, r#"{"amount":{"amount":5},"fee":{"amount":0.5},"teller":"Ines"}"#)
        .and_stored("bank.FeeCharged", 1, r#"{"amount":{"amount":0.1}}"#)
        .then_state(|account| {
            assert_eq!((account.owner(), account.balance()), (Some("Ada"), Money::euros(1_450)));
            assert_eq!(account.available(), account.balance(), "there were no overdrafts");
        })
        .when(withdraw(1_450))
        .then([withdrawn(1_450)]);
}

#[test]
fn what_release_2_stored_is_still_an_account() {
    let machine = r#"{"amount":{"cents":300,"currency":"GBP"},"channel":"atm","teller":"7"}"#;
    given::<Account>(())
        .and_stored("bank.AccountOpened", 2, r#"{"owner":"Ada","currency":"GBP","branch":"Soho"}"#)
        .and_stored("bank.Deposited", 2, machine)
        .and_stored("bank.Withdrawn", 2, &machine.replace("300", "100"))
        .and_stored("bank.FeeCharged", 2, r#"{"amount":{"cents":1,"currency":"GBP"}}"#)
        .then_state(|account| assert_eq!(account.balance(), Money { cents: 199, currency: Currency::Gbp }));
}

#[test]
fn what_has_no_value_today_is_an_error_and_no_guess() {
    let read = |version, payload: &str| Deposited::decode(version, version, payload);
    // More than an `i64` has hundredths.
    let outcome = read(1, r#"{"amount":{"amount":1e17},"teller":"Ines"}"#);
    assert!(matches!(outcome, Err(DecodeFault::Upcast(_))), "{outcome:?}");
    for (version, payload) in [
        (1, r#"{"amount":{"amount":10},"teller":7}"#),
        (2, r#"{"amount":{"cents":1,"currency":"ZZZ"},"channel":"atm","teller":"7"}"#),
        (3, r#"{"amount":{"cents":1,"currency":"EUR"},"channel":"atm"}"#),
    ] {
        let outcome = read(version, payload);
        assert!(matches!(outcome, Err(DecodeFault::Payload(_))), "{version} {payload}: {outcome:?}");
    }
}

/// The README's blocks in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let parts = include_str!("../README.md").split(&fence).skip(1).collect::<Vec<_>>();
    let blocks: Vec<&str> = parts.iter().filter_map(|rest| rest.split_once("```")).map(|(block, _)| block).collect();
    assert!(!blocks.is_empty(), "the README shows no {language}");
    blocks
}

#[tokio::test]
async fn the_readme_shows_what_is_printed() {
    let mut out = Vec::new();
    bank::run(&mut out).await.expect("it runs");
    let printed = String::from_utf8(out).expect("text");
    for block in blocks("text") {
        assert!(printed.contains(block), "this is not printed:\n{block}\nbut this is:\n{printed}");
    }
}

#[test]
fn the_readme_shows_the_code_as_it_is() {
    for block in blocks("rust") {
        assert!(include_str!("../src/events.rs").contains(block), "src/events.rs does not say:\n{block}");
    }
}

/// `FACTUM_LOCK=update cargo test -p bank` writes what is new, and never what was released.
#[test]
fn what_was_released_stays() {
    factum_testing::assert_locked::<AccountEvent>();
}
