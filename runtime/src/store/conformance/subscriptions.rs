//! The state of subscriptions: their names, their positions, and what they have parked.

use jiff::Timestamp;

use super::deliveries::subscription;
use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq};
use crate::store::subscription::{
    Claim, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStore,
};
use crate::store::{Changes, Parked};
use crate::subscription::SubscribeError;

fn name(text: &str) -> Result<SubscriptionName, Violation> {
    Ok(text.parse()?)
}

fn claim<F>(bench: &Bench<'_, F>, text: &str, start: u64) -> Result<Claim, SubscriptionError>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let name = text.parse().map_err(|_| SubscriptionError::Busy)?;
    bench.block_on(bench.store.claim(name, start))
}

fn parked<F>(bench: &Bench<'_, F>, query: ParkedQuery) -> Result<Vec<Parked>, Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    Ok(bench.block_on(bench.store.parked(query))?)
}

/// A name is taken by one at a time; it is free once the claim is dropped. Other names are free.
///
/// # Errors
/// [`Violation`].
pub fn a_name_is_taken_by_one_at_a_time<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let held = claim(&bench, "mailer", 0)?;
    for _ in 0..2 {
        let answer = claim(&bench, "mailer", 0);
        ensure!(matches!(answer, Err(SubscriptionError::Duplicate { .. })), "`Duplicate` is due, got {answer:?}");
    }
    let other = claim(&bench, "mailer-2", 0)?;
    let opened = bench.block_on(subscription(&bench)?.open());
    let refused = matches!(opened, Err(SubscribeError::State(SubscriptionError::Duplicate { .. })));
    ensure!(refused, "a subscription of a taken name opens: {opened:?}");
    drop((held, other));
    claim(&bench, "mailer", 0)?;
    Ok(())
}

/// A new subscription stands where it is told to; a known one stays where it was. Its position is kept, and never goes
/// back.
///
/// # Errors
/// [`Violation`].
pub fn the_position_is_kept_and_never_goes_back<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let answer = bench.block_on(bench.store.save(Progress::to(name("nobody")?, 3)));
    ensure!(matches!(answer, Err(SubscriptionError::Missing { .. })), "`Missing` is due, got {answer:?}");
    ensure_eq!(claim(&bench, "mailer", 4)?.position, 4, "where a new one stands");
    ensure_eq!(claim(&bench, "mailer", 9)?.position, 4, "where a known one stands");
    for (told, due) in [(7, 7), (5, 7), (8, 8)] {
        bench.block_on(bench.store.save(Progress::to(name("mailer")?, told)))?;
        ensure_eq!(claim(&bench, "mailer", 0)?.position, due, "where it stands, told {told}");
    }
    claim(&bench, "archive", 2)?;
    let all = bench.block_on(bench.store.subscriptions())?;
    let all: Vec<_> = all.iter().map(|status| (status.name.as_str(), status.position, status.parked)).collect();
    ensure_eq!(all, [("archive", 2, 0), ("mailer", 8, 0)], "all subscriptions");
    Ok(())
}

fn example(position: u64, key: &str) -> Parked {
    let parked_at = Timestamp::from_microsecond(1_800_000_000_123_456).unwrap_or_default();
    let error = position.is_multiple_of(2).then(|| format!("no room for \u{1F6D1} {position}\0"));
    Parked { position, key: key.to_owned(), attempts: u32::MAX, error, parked_at, due: false }
}

/// Parked events are kept as they are, together with the position; listed by position, key, and from a position on; and
/// replaced or removed.
///
/// # Errors
/// [`Violation`].
pub fn parked_events_are_kept_and_listed<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    claim(&bench, "mailer", 0)?;
    claim(&bench, "other", 0)?;
    let keys = [(8, "b"), (3, "ключ"), (5, "b"), (4, "a")];
    let park: Vec<Parked> = keys.iter().map(|(position, key)| example(*position, key)).collect();
    bench.block_on(bench.store.save(Progress { park, ..Progress::to(name("mailer")?, 8) }))?;
    bench.block_on(bench.store.save(Progress { park: vec![example(5, "c")], ..Progress::to(name("other")?, 1) }))?;

    let all = || Ok::<_, Violation>(ParkedQuery::all(name("mailer")?));
    let due = [(3, "ключ"), (4, "a"), (5, "b"), (8, "b")].map(|(position, key)| example(position, key));
    ensure_eq!(parked(&bench, all()?)?, due, "all that are parked");
    let listed = |query| Ok::<_, Violation>(parked(&bench, query)?.iter().map(|one| one.position).collect::<Vec<_>>());
    ensure_eq!(listed(ParkedQuery { key: Some("b".to_owned()), ..all()? })?, [5, 8], "those of a key");
    ensure_eq!(listed(ParkedQuery { after: 4, limit: 1, ..all()? })?, [5], "the first after a position");
    ensure_eq!(listed(ParkedQuery { due: true, ..all()? })?, [0_u64; 0], "those that are due");
    ensure_eq!(listed(ParkedQuery { limit: 0, ..all()? })?, [0_u64; 0], "none");
    ensure_eq!(listed(ParkedQuery::all(name("nobody")?))?, [0_u64; 0], "those of a subscription that is not there");

    let again = Parked { attempts: 1, error: None, due: true, ..example(4, "a") };
    let progress = Progress { park: vec![again.clone()], unpark: vec![3, 8, 77], ..Progress::to(name("mailer")?, 9) };
    bench.block_on(bench.store.save(progress))?;
    ensure_eq!(parked(&bench, all()?)?, [again, example(5, "b")], "what is left");
    ensure_eq!(listed(ParkedQuery { due: true, ..all()? })?, [4], "what is due now");
    let counts: Vec<u64> = bench.block_on(bench.store.subscriptions())?.iter().map(|status| status.parked).collect();
    ensure_eq!(counts, [2, 1], "how many each has parked");
    Ok(())
}

/// A replay makes the first parked event of the key due, or of each key, and ends the waits for a change.
///
/// # Errors
/// [`Violation`].
pub fn a_replay_begins_with_the_first_of_each_key<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let replay = |key: Option<&str>| {
        bench.block_on(
            bench
                .store
                .replay_parked("mailer".parse().map_err(|_| SubscriptionError::Busy)?, key.map(ToOwned::to_owned)),
        )
    };
    let answer = replay(None);
    ensure!(matches!(answer, Err(SubscriptionError::Missing { .. })), "`Missing` is due, got {answer:?}");
    claim(&bench, "mailer", 0)?;
    ensure_eq!(replay(None)?, 0, "keys to be replayed where nothing is parked");
    let park = [(3, "a"), (4, "b"), (5, "a"), (6, "c"), (7, "b")].map(|(position, key)| example(position, key));
    bench.block_on(bench.store.save(Progress { park: park.into(), ..Progress::to(name("mailer")?, 8) }))?;
    let due = || {
        let listed = parked(&bench, ParkedQuery { due: true, ..ParkedQuery::all(name("mailer")?) })?;
        Ok::<_, Violation>(listed.iter().map(|one| one.position).collect::<Vec<_>>())
    };
    ensure_eq!(replay(Some("nobody"))?, 0, "keys of that name");
    let changed = bench.store.changed();
    ensure_eq!(replay(Some("b"))?, 1, "keys of that name");
    bench.soon("a replay ends the wait for a change", changed)?;
    ensure_eq!(due()?, [4], "what is due of one key");
    ensure_eq!(replay(None)?, 3, "all keys");
    ensure_eq!(due()?, [3, 4, 6], "what is due of all keys");
    Ok(())
}
