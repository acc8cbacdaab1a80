//! The state of policies, as a store keeps it: instances, timers, positions and parked steps.

use std::thread;

use jiff::Timestamp;
use uuid::Uuid;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, events, stream};
use crate::store::Changes;
use crate::store::policy::{
    InstanceChange, InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStep, PolicyStore,
    PolicyStoreError, StoredInstance, StoredTimer, TimerQuery,
};

/// A store, and a policy in it.
struct Office<'a, F: StoreFactory> {
    bench: Bench<'a, F>,
    name: PolicyName,
}

impl<'a, F> Office<'a, F>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    fn new(factory: &'a F) -> Result<Self, Violation> {
        Ok(Self { bench: Bench::new(factory)?, name: "test.Clerk".parse()? })
    }

    /// The policy has been run once, and another one beside it.
    fn opened(factory: &'a F) -> Result<Self, Violation> {
        let office = Self::new(factory)?;
        office.claim("test.Clerk", 0)?;
        office.claim("other", 0)?;
        Ok(office)
    }

    fn claim(&self, name: &str, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        let name = name.parse().map_err(|_| PolicyStoreError::Busy)?;
        self.bench.block_on(self.bench.store.claim_policy(name, start))
    }

    fn step(&self, after: u64, position: u64) -> PolicyStep {
        PolicyStep::to(self.name.clone(), after, position)
    }

    fn keep(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        self.bench.block_on(self.bench.store.keep_step(step))
    }

    /// Keeps a step after whatever was the last.
    fn keep_next(&self, step: PolicyStep) -> Result<u64, Violation> {
        let after = self.claim(step.name.as_str(), 0)?.step;
        Ok(self.keep(PolicyStep { after, ..step })?)
    }

    fn instances(&self) -> Result<Vec<StoredInstance>, Violation> {
        let query = InstanceQuery { name: self.name.clone(), after: None, limit: usize::MAX };
        Ok(self.bench.block_on(self.bench.store.instances(query))?)
    }

    fn timers(&self, until: i64, limit: usize) -> Result<Vec<(String, String)>, Violation> {
        let query = TimerQuery { name: self.name.clone(), until: at(until), limit };
        let timers = self.bench.block_on(self.bench.store.timers(query))?;
        Ok(timers.into_iter().map(|(correlation, timer)| (correlation, timer.name)).collect())
    }

    fn parked(&self, query: ParkedStepQuery) -> Result<Vec<ParkedStep>, Violation> {
        Ok(self.bench.block_on(self.bench.store.parked_steps(query))?)
    }
}

/// So many seconds, and some microseconds.
fn at(seconds: i64) -> Timestamp {
    Timestamp::new(seconds, 123_456_000).unwrap_or_default()
}

fn timer(name: &str, due: i64) -> StoredTimer {
    StoredTimer { name: name.to_owned(), due: at(due), set_by: Uuid::from_u128(u128::MAX / 7), position: 3 }
}

/// What a text may hold.
const TEXT: &str = "б\u{1F6D1} \"'\0 é";

fn instance(correlation: &str, timers: Vec<StoredTimer>) -> StoredInstance {
    let state = format!("[{correlation:?}, 1.10, \"{}\"]", "x".repeat(10_000));
    StoredInstance { correlation: correlation.to_owned(), state_version: u32::MAX, state, position: 5, timers }
}

fn parked(correlation: &str, position: u64) -> ParkedStep {
    ParkedStep {
        correlation: correlation.to_owned(),
        position,
        timer: position.is_multiple_of(2).then(|| TEXT.to_owned()),
        attempts: u32::MAX,
        error: position.is_multiple_of(2).then(|| TEXT.to_owned()),
        parked_at: at(1_800_000_000),
        due: false,
    }
}

/// A policy is run by one at a time; its name is free once the claim is dropped. A new one stands where it is told to, a
/// known one where it was.
///
/// # Errors
/// [`Violation`].
pub fn a_policy_is_run_by_one_at_a_time<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::new(factory)?;
    let held = office.claim("test.Clerk", 4)?;
    ensure_eq!((held.claim.position, held.step), (4, 0), "where a new one stands");
    let answer = office.claim("test.Clerk", 9);
    ensure!(matches!(answer, Err(PolicyStoreError::Duplicate { .. })), "`Duplicate` is due, got {answer:?}");
    drop((office.claim("test.Clerk-2", 0)?, held));
    ensure_eq!(office.keep(office.step(0, 7))?, 1, "the number of the first step");
    let again = office.claim("test.Clerk", 9)?;
    ensure_eq!((again.claim.position, again.step), (7, 1), "where a known one stands");
    let answer = office.keep(PolicyStep { name: "nobody".parse()?, ..office.step(0, 1) });
    ensure!(matches!(answer, Err(PolicyStoreError::Missing { .. })), "`Missing` is due, got {answer:?}");
    let policies = office.bench.block_on(office.bench.store.policies())?;
    let policies: Vec<_> = policies.iter().map(|one| (one.name.as_str(), one.position)).collect();
    ensure_eq!(policies, [("test.Clerk", 7), ("test.Clerk-2", 0)], "all policies");
    Ok(())
}

/// A step is kept whole, or not at all if it is not the next one; and its position never goes back.
///
/// # Errors
/// [`Violation`].
pub fn a_step_is_kept_whole_or_not_at_all<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    let whole = |after, key: &str| PolicyStep {
        changes: vec![InstanceChange::Put(instance(key, vec![timer("t", 1)]))],
        park: vec![parked(&format!("parked {key}"), 3)],
        ..office.step(after, 5)
    };
    ensure_eq!(office.keep(whole(0, "first"))?, 1, "the number of the first step");
    for after in [0, 2, u64::MAX] {
        let late = PolicyStep { unpark: vec![("parked first".to_owned(), 3)], position: 9, ..whole(after, "late") };
        let moved = match office.keep(late) {
            Err(PolicyStoreError::Moved { expected, actual, .. }) => (expected, actual),
            answer => return Err(Violation::new(format!("`Moved` is due, got {answer:?}"))),
        };
        ensure_eq!(moved, (after, 1), "what is told of a step that is not the next");
    }
    let keys: Vec<_> = office.instances()?.into_iter().map(|one| one.correlation).collect();
    ensure_eq!(keys, ["first"], "the instances");
    ensure_eq!(office.timers(9, 9)?, [("first".to_owned(), "t".to_owned())], "the timers");
    let parked = office.parked(ParkedStepQuery::all(office.name.clone()))?;
    ensure_eq!(parked.iter().map(|one| one.correlation.as_str()).collect::<Vec<_>>(), ["parked first"], "the parked");
    ensure_eq!(office.keep(office.step(1, 3))?, 2, "the number of the second step");
    let claim = office.claim("test.Clerk", 0)?;
    ensure_eq!((claim.claim.position, claim.step), (5, 2), "where it stands after a step back");
    Ok(())
}

/// Of steps at once after the same one, one is kept.
///
/// # Errors
/// [`Violation`].
pub fn of_steps_at_once_one_is_kept<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    for round in 0..20 {
        let keep = |thread: u64| {
            let change = InstanceChange::Put(instance(&format!("{round} {thread}"), Vec::new()));
            office.keep(PolicyStep { changes: vec![change], ..office.step(round, thread) })
        };
        let answers: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..6).map(|thread| scope.spawn(move || keep(thread))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let kept = answers.iter().filter(|answer| answer.as_ref().is_ok_and(|number| *number == round + 1)).count();
        let moved = answers.iter().filter(|answer| matches!(answer, Err(PolicyStoreError::Moved { .. }))).count();
        ensure_eq!((kept, moved), (1, 5), "the steps that were kept, and those that were not");
        ensure_eq!(office.instances()?.len() as u64, round + 1, "the instances");
    }
    Ok(())
}

/// A step whose future is dropped is kept as a whole or not at all: instances, timers, what is parked, and the position.
///
/// # Errors
/// [`Violation`].
pub fn a_dropped_step_is_all_or_nothing<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    for round in 0..20 {
        let after = office.claim("test.Clerk", 0)?.step;
        let step = PolicyStep {
            changes: vec![InstanceChange::Put(instance(&format!("{round}"), vec![timer("t", 1)]))],
            park: vec![parked(&format!("parked {round}"), after)],
            ..office.step(after, after + 1)
        };
        office.bench.poll_and_drop(office.bench.store.keep_step(step));
        // What was handed over is done by the time somebody else has written.
        office.bench.push(&stream("a")?, &events(1))?;
        let PolicyClaim { step, claim } = office.claim("test.Clerk", 0)?;
        let parked = office.parked(ParkedStepQuery::all(office.name.clone()))?.len() as u64;
        let (instances, timers) = (office.instances()?.len() as u64, office.timers(9, 99)?.len() as u64);
        ensure_eq!([claim.position, instances, timers, parked], [step; 4], "what is there of {step} steps");
    }
    Ok(())
}

/// Instances are kept as they are, listed by key, put in the place of what was, and removed with their timers; those of
/// another policy lie beside.
///
/// # Errors
/// [`Violation`].
pub fn instances_are_kept_and_listed<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    let put = |correlation: &str, timers| InstanceChange::Put(instance(correlation, timers));
    let changes = vec![
        put("b", vec![timer("z", 1), timer("a", 2)]),
        put(TEXT, vec![timer(TEXT, -7)]),
        put("B", Vec::new()),
        put("", Vec::new()),
    ];
    office.keep_next(PolicyStep { changes, ..office.step(0, 5) })?;
    let other = PolicyStep { name: "other".parse()?, ..office.step(0, 5) };
    office.keep_next(PolicyStep { changes: vec![put("b", vec![timer("other", 1)])], ..other })?;
    let due = [
        instance("", Vec::new()),
        instance("B", Vec::new()),
        instance("b", vec![timer("z", 1), timer("a", 2)]),
        instance(TEXT, vec![timer(TEXT, -7)]),
    ];
    ensure_eq!(office.instances()?, due, "the instances");
    let get = |key: &str| {
        Ok::<_, Violation>(office.bench.block_on(office.bench.store.instance(office.name.clone(), key.to_owned()))?)
    };
    for one in &due {
        ensure_eq!(get(&one.correlation)?.as_ref(), Some(one), "an instance by its key");
    }
    ensure_eq!(get("c")?, None, "an instance that is not there");
    let after = |after: &str, limit| {
        let query = InstanceQuery { name: office.name.clone(), after: Some(after.to_owned()), limit };
        let listed = office.bench.block_on(office.bench.store.instances(query))?;
        Ok::<_, Violation>(listed.into_iter().map(|one| one.correlation).collect::<Vec<_>>())
    };
    ensure_eq!(after("", 2)?, ["B", "b"], "two after the first");
    ensure_eq!(after("C", 9)?, ["b", TEXT], "those after a key that is not there");
    let changes = vec![put("b", vec![timer("a", 3)]), InstanceChange::Remove { correlation: TEXT.to_owned() }];
    office.keep_next(PolicyStep { changes, ..office.step(0, 5) })?;
    let left = [instance("", Vec::new()), instance("B", Vec::new()), instance("b", vec![timer("a", 3)])];
    ensure_eq!(office.instances()?, left, "the instances that are left");
    ensure_eq!(office.timers(99, 99)?, [("b".to_owned(), "a".to_owned())], "the timers that are left");
    let counts = office.bench.block_on(office.bench.store.policies())?;
    let counts: Vec<_> = counts.into_iter().map(|one| (one.name.to_string(), one.instances)).collect();
    ensure_eq!(counts, [("other".to_owned(), 1), ("test.Clerk".to_owned(), 3)], "how many each has");
    Ok(())
}

/// Timers are listed in the order of time, up to a time, that moment included; those of a correlation that has parked a step
/// are not.
///
/// # Errors
/// [`Violation`].
pub fn timers_are_listed_in_the_order_of_time<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    let put = |correlation: &str, timers: &[(&str, i64)]| {
        let timers = timers.iter().map(|(name, due)| timer(name, *due)).collect();
        InstanceChange::Put(instance(correlation, timers))
    };
    let changes = vec![
        put("b", &[("x", 30), ("y", 10), ("a", 20)]),
        put("a", &[("x", 20), ("z", -5)]),
        put("waits", &[("x", 1)]),
        put("none", &[]),
    ];
    office.keep_next(PolicyStep { changes, park: vec![parked("waits", 3)], ..office.step(0, 5) })?;
    let due = [("a", "z"), ("b", "y"), ("a", "x"), ("b", "a"), ("b", "x")];
    let due = due.map(|(correlation, name)| (correlation.to_owned(), name.to_owned()));
    for (until, count) in [(-6, 0), (-5, 1), (9, 1), (10, 2), (20, 4), (29, 4), (30, 5)] {
        ensure_eq!(office.timers(until, 99)?, due[..count], "the timers until {until}");
    }
    ensure_eq!(office.timers(99, 3)?, due[..3], "the first three");
    ensure_eq!(office.timers(99, 0)?, [], "none");
    office.keep_next(PolicyStep { unpark: vec![("waits".to_owned(), 3)], ..office.step(0, 5) })?;
    ensure_eq!(office.timers(1, 99)?, [due[0].clone(), ("waits".to_owned(), "x".to_owned())], "one waits no longer");
    Ok(())
}

/// Parked steps are kept as they are, listed, replaced and removed, each correlation's by itself; a replay makes the first of
/// a correlation due, or of each, and ends the waits for a change.
///
/// # Errors
/// [`Violation`].
pub fn parked_steps_are_kept_and_replayed<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let office = Office::opened(factory)?;
    let park = [("b", 7), (TEXT, 4), ("a", 4), ("b", 4)].map(|(key, position)| parked(key, position));
    office.keep_next(PolicyStep { park: park.into(), ..office.step(0, 8) })?;
    let other = PolicyStep { name: "other".parse()?, ..office.step(0, 5) };
    office.keep_next(PolicyStep { park: vec![parked("b", 1)], ..other })?;
    let all = || ParkedStepQuery::all(office.name.clone());
    let due = [parked("a", 4), parked("b", 4), parked(TEXT, 4), parked("b", 7)];
    ensure_eq!(office.parked(all())?, due, "what is parked");
    let of_b = ParkedStepQuery { correlation: Some("b".to_owned()), ..all() };
    ensure_eq!(office.parked(of_b.clone())?, [parked("b", 4), parked("b", 7)], "what is parked of a correlation");
    ensure_eq!(office.parked(ParkedStepQuery { limit: 1, ..of_b.clone() })?, [parked("b", 4)], "the first of them");
    ensure_eq!(office.parked(ParkedStepQuery { limit: 0, ..all() })?, [], "none");

    let replay = |key: Option<&str>| {
        office.bench.block_on(office.bench.store.replay_steps(office.name.clone(), key.map(ToOwned::to_owned)))
    };
    let asked = || {
        let listed = office.parked(ParkedStepQuery { due: true, ..all() })?;
        Ok::<_, Violation>(listed.into_iter().map(|one| (one.correlation, one.position)).collect::<Vec<_>>())
    };
    ensure_eq!(replay(Some("c"))?, 0, "correlations of that name");
    let changed = office.bench.store.changed();
    ensure_eq!(replay(Some("b"))?, 1, "correlations of that name");
    office.bench.soon("a replay ends the wait for a change", changed)?;
    ensure_eq!(asked()?, [("b".to_owned(), 4)], "what is due of one");
    ensure_eq!(replay(None)?, 3, "all correlations");
    ensure_eq!(asked()?.len(), 3, "what is due of all");

    let again = ParkedStep { attempts: 1, error: None, ..parked("a", 4) };
    let unpark = vec![("b".to_owned(), 4), (TEXT.to_owned(), 4), ("a".to_owned(), 7)];
    office.keep_next(PolicyStep { park: vec![again.clone()], unpark, ..office.step(0, 8) })?;
    ensure_eq!(office.parked(all())?, [again, parked("b", 7)], "what is left");
    let counts = office.bench.block_on(office.bench.store.policies())?;
    ensure_eq!(counts.iter().map(|one| one.parked).collect::<Vec<_>>(), [1, 2], "how many each has parked");
    let answer = office.bench.block_on(office.bench.store.replay_steps("nobody".parse()?, None));
    ensure!(matches!(answer, Err(PolicyStoreError::Missing { .. })), "`Missing` is due, got {answer:?}");
    Ok(())
}
