//! Conformance of policies by opposition: stores that break one promise each, and the checks that must notice.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::{BTreeSet, HashMap};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use factum::store::conformance::{Failure, StoreFactory, TestClock, policy_behaviours};
use factum::store::policy::{
    InstanceChange, InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStatus, PolicyStep,
    PolicyStoreError, StoredInstance, StoredTimer, TimerQuery,
};
use factum::store::subscription::Claim;
use factum::store::{Changed, Changes, Clock as _, CommandRecord, FeedQuery, Page, PolicyStore};
use factum::{Append, AppendError, Appended, EventStore, MemoryStore, ReadError, Timestamp, Uuid};

/// What goes wrong in a store, beside an otherwise good memory store.
trait Flaw: Send + Sync + 'static {
    /// The checks that must notice.
    const NOTICED_BY: &'static [&'static str];

    fn append(append: Append) -> Append {
        append
    }

    const FORGETS_COMMANDS: bool = false;

    /// Whether an append has its time before it waits for its turn.
    const TAKES_TIMES_EARLY: bool = false;

    fn found(page: Page) -> Page {
        page
    }

    /// Whether a name that is taken is given to others.
    const FORGETS_CLAIMS: bool = false;

    fn claim(claim: PolicyClaim) -> PolicyClaim {
        claim
    }

    /// What happens to a step; `next` is the number of the one that would be right.
    fn step(step: PolicyStep, _next: u64) -> PolicyStep {
        step
    }

    fn keep(store: &MemoryStore, step: PolicyStep) -> impl Future<Output = Result<u64, PolicyStoreError>> + Send {
        store.keep_step(step)
    }

    fn instance(instance: Option<StoredInstance>) -> Option<StoredInstance> {
        instance
    }

    /// Whether the timers of what is blocked are listed too.
    const LISTS_BLOCKED: bool = false;

    fn timers(query: TimerQuery) -> TimerQuery {
        query
    }

    fn listed_timers(timers: Vec<(String, StoredTimer)>) -> Vec<(String, StoredTimer)> {
        timers
    }

    fn parked(query: ParkedStepQuery) -> ParkedStepQuery {
        query
    }

    /// The correlation that is replayed, and whether any is at all.
    fn replays(correlation: Option<String>) -> (Option<String>, bool) {
        (correlation, true)
    }

    fn changed(store: &MemoryStore) -> Changed {
        store.changed()
    }
}

struct Broken<F> {
    inner: MemoryStore,
    clock: TestClock,
    /// How often somebody has read after somebody had waited for the writers, and whether somebody has since then.
    reads: Arc<AtomicU32>,
    waited: Arc<AtomicBool>,
    steps: Arc<Mutex<HashMap<PolicyName, u64>>>,
    flaw: PhantomData<F>,
}

impl<F> Clone for Broken<F> {
    fn clone(&self) -> Self {
        let (inner, clock, steps) = (self.inner.clone(), self.clock.clone(), Arc::clone(&self.steps));
        let (reads, waited) = (Arc::clone(&self.reads), Arc::clone(&self.waited));
        Self { inner, clock, reads, waited, steps, flaw: PhantomData }
    }
}

impl<F: Flaw> EventStore for Broken<F> {
    forwarded!(read_stream, forget_commands);

    async fn append(&self, mut append: Append) -> Result<Appended, AppendError> {
        if F::TAKES_TIMES_EARLY {
            append.events.iter_mut().for_each(|event| event.recorded_at = Some(self.clock.now()));
            // Until somebody has waited and has read what there is; or nobody does.
            let before = self.reads.load(Ordering::SeqCst);
            let is_read = || self.reads.load(Ordering::SeqCst) > before;
            (0..100_000).take_while(|_| !is_read()).for_each(|_| std::thread::yield_now());
        }
        self.inner.append(F::append(append)).await
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        let page = self.inner.read_all(query).await;
        if self.waited.swap(false, Ordering::SeqCst) {
            self.reads.fetch_add(1, Ordering::SeqCst);
        }
        page
    }

    async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
        Ok(F::found(self.inner.find_event(id).await?))
    }

    async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
        Ok(self.inner.find_command(id).await?.filter(|_| !F::FORGETS_COMMANDS))
    }
}

impl<F: Flaw> Changes for Broken<F> {
    fn changed(&self) -> Changed {
        F::changed(&self.inner)
    }
}

impl<F: Flaw> PolicyStore for Broken<F> {
    async fn claim_policy(&self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        match self.inner.claim_policy(name.clone(), start).await {
            Ok(claim) => Ok(F::claim(claim)),
            Err(PolicyStoreError::Duplicate { .. }) if F::FORGETS_CLAIMS => {
                let step = self.steps.lock().unwrap().get(&name).copied().unwrap_or(0);
                Ok(PolicyClaim { step, claim: Claim::new(start, ()) })
            }
            Err(error) => Err(error),
        }
    }

    async fn keep_step(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        let name = step.name.clone();
        let next = self.steps.lock().unwrap().get(&name).copied().unwrap_or(0);
        let kept = F::keep(&self.inner, F::step(step, next)).await?;
        self.steps.lock().unwrap().insert(name, kept);
        Ok(kept)
    }

    async fn wait_for_writers(&self) -> Result<(), PolicyStoreError> {
        self.waited.store(true, Ordering::SeqCst);
        self.inner.wait_for_writers().await
    }

    async fn instance(&self, name: PolicyName, correlation: String) -> Result<Option<StoredInstance>, ReadError> {
        Ok(F::instance(self.inner.instance(name, correlation).await?))
    }

    async fn instances(&self, query: InstanceQuery) -> Result<Vec<StoredInstance>, ReadError> {
        self.inner.instances(query).await
    }

    async fn timers(&self, query: TimerQuery) -> Result<Vec<(String, StoredTimer)>, ReadError> {
        if F::LISTS_BLOCKED {
            let all = InstanceQuery { name: query.name, after: None, limit: usize::MAX };
            let all = self.inner.instances(all).await?.into_iter();
            let all = all.flat_map(|one| one.timers.into_iter().map(move |timer| (one.correlation.clone(), timer)));
            return Ok(all.filter(|(_, timer)| timer.due <= query.until).take(query.limit).collect());
        }
        Ok(F::listed_timers(self.inner.timers(F::timers(query)).await?))
    }

    async fn parked_steps(&self, query: ParkedStepQuery) -> Result<Vec<ParkedStep>, ReadError> {
        self.inner.parked_steps(F::parked(query)).await
    }

    async fn replay_steps(&self, name: PolicyName, correlation: Option<String>) -> Result<u64, PolicyStoreError> {
        match F::replays(correlation) {
            (correlation, true) => self.inner.replay_steps(name, correlation).await,
            (_, false) => Ok(1),
        }
    }

    async fn policies(&self) -> Result<Vec<PolicyStatus>, ReadError> {
        self.inner.policies().await
    }
}

struct Factory<F>(PhantomData<F>);

impl<F: Flaw> StoreFactory for Factory<F> {
    type Store = Broken<F>;

    fn make(&self, clock: TestClock) -> Result<Broken<F>, Failure> {
        let inner = MemoryStore::with_clock(clock.clone());
        let (reads, waited, steps) = Default::default();
        Ok(Broken { inner, clock, reads, waited, steps, flaw: PhantomData })
    }
}

/// One broken store: its name, what it does, and who must notice.
macro_rules! flaws {
    ($($(#[$doc:meta])* $flaw:ident { $($noticed:literal),* $(,)? } { $($body:tt)* })*) => {
        $(
            $(#[$doc])*
            struct $flaw;

            impl Flaw for $flaw {
                const NOTICED_BY: &'static [&'static str] = &[$($noticed),*];
                $($body)*
            }
        )*

        #[test]
        fn every_flaw_is_noticed() {
            $(check::<$flaw>(stringify!($flaw));)*
        }

        #[test]
        fn every_check_notices_something() {
            let noticed: BTreeSet<&str> = [$($flaw::NOTICED_BY),*].concat().into_iter().collect();
            let all: BTreeSet<&str> =
                policy_behaviours::<Factory<ForgetsClaims>>().iter().map(|check| check.name).collect();
            assert_eq!(noticed, all);
        }
    };
}

fn check<F: Flaw>(flaw: &str) {
    let factory = Factory::<F>(PhantomData);
    for behaviour in policy_behaviours().into_iter().filter(|behaviour| F::NOTICED_BY.contains(&behaviour.name)) {
        assert!((behaviour.check)(&factory).is_err(), "{flaw} is not noticed by {}", behaviour.name);
    }
}

/// The step with its instances changed.
fn instances(step: PolicyStep, change: impl Fn(&mut StoredInstance)) -> PolicyStep {
    let changes = step.changes.into_iter().map(|mut one| {
        if let InstanceChange::Put(instance) = &mut one {
            change(instance);
        }
        one
    });
    PolicyStep { changes: changes.collect(), ..step }
}

flaws! {
    /// Lets everybody run one policy.
    ForgetsClaims {
        "instances::a_policy_is_run_by_one_at_a_time",
        "policies::whoever_runs_is_woken_by_events_and_timers",
    } {
        const FORGETS_CLAIMS: bool = true;
    }

    /// Begins anew each time.
    ForgetsPositions {
        "instances::a_policy_is_run_by_one_at_a_time",
        "policies::a_new_policy_begins_where_it_is_told",
    } {
        fn claim(claim: PolicyClaim) -> PolicyClaim {
            let PolicyClaim { step, claim } = claim;
            PolicyClaim { step, claim: Claim::new(0, claim) }
        }
    }

    /// Keeps whatever step comes.
    IgnoresNumbers {
        "instances::a_step_is_kept_whole_or_not_at_all",
        "instances::of_steps_at_once_one_is_kept",
    } {
        fn step(step: PolicyStep, next: u64) -> PolicyStep {
            PolicyStep { after: next, ..step }
        }
    }

    /// Keeps instances and position in two transactions.
    PositionByItself { "instances::a_dropped_step_is_all_or_nothing" } {
        async fn keep(store: &MemoryStore, step: PolicyStep) -> Result<u64, PolicyStoreError> {
            let position = PolicyStep::to(step.name.clone(), step.after + 1, step.position);
            store.keep_step(PolicyStep { position: 0, ..step }).await?;
            tokio::task::yield_now().await;
            store.keep_step(position).await
        }
    }

    /// Keeps no position.
    NeverMoves { "policies::a_stale_correlation_is_ignored", "instances::a_policy_is_run_by_one_at_a_time" } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            PolicyStep { position: 0, ..step }
        }
    }

    /// Keeps instances without what they know.
    LosesStates { "instances::instances_are_kept_and_listed", "policies::a_stale_correlation_is_ignored" } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            instances(step, |instance| "[]".clone_into(&mut instance.state))
        }
    }

    /// Has an instance of whatever it is asked for.
    InventsInstances { "policies::a_stale_correlation_is_ignored" } {
        fn instance(instance: Option<StoredInstance>) -> Option<StoredInstance> {
            instance.or_else(|| {
                let (state, correlation) = ("[]".to_owned(), "a".to_owned());
                Some(StoredInstance { correlation, state_version: 1, state, position: 0, timers: Vec::new() })
            })
        }
    }

    /// Keeps instances without their timers.
    LosesTimers {
        "instances::instances_are_kept_and_listed",
        "timers::a_timer_does_not_wait_for_later_events",
        "timers::a_timer_may_set_itself_anew",
        "timers::timers_fire_in_the_order_of_time",
    } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            instances(step, |instance| instance.timers.clear())
        }
    }

    /// Keeps what has ended.
    KeepsEnded {
        "timers::a_timeout_after_completion_does_nothing",
        "timers::a_timer_waits_for_older_events_behind_later_ones",
        "policies::a_stale_correlation_is_ignored",
    } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            let kept = |change: &InstanceChange| matches!(change, InstanceChange::Put(_));
            PolicyStep { changes: step.changes.into_iter().filter(kept).collect(), ..step }
        }
    }

    /// Lists every timer, due or not.
    IgnoresTimes {
        "instances::timers_are_listed_in_the_order_of_time",
        "timers::timers_fire_in_the_order_of_time",
    } {
        fn timers(query: TimerQuery) -> TimerQuery {
            TimerQuery { until: Timestamp::MAX, limit: query.limit.min(4), ..query }
        }
    }

    /// Lists the last timer first.
    TurnsTimers { "timers::timers_fire_in_the_order_of_time" } {
        fn timers(query: TimerQuery) -> TimerQuery {
            TimerQuery { limit: usize::MAX, ..query }
        }

        fn listed_timers(timers: Vec<(String, StoredTimer)>) -> Vec<(String, StoredTimer)> {
            timers.into_iter().next_back().into_iter().collect()
        }
    }

    /// Has the timers of what is blocked fire.
    ListsBlocked {
        "instances::timers_are_listed_in_the_order_of_time",
        "policies::a_failing_step_parks_its_correlation",
    } {
        const LISTS_BLOCKED: bool = true;
    }

    /// Keeps no parked steps.
    LosesParked {
        "instances::parked_steps_are_kept_and_replayed",
        "policies::a_failing_step_parks_its_correlation",
        "policies::a_rejection_is_handed_back",
        "policies::an_event_may_concern_several_instances",
        "policies::whatever_fails_is_parked",
    } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            PolicyStep { park: Vec::new(), ..step }
        }
    }

    /// Leaves what was replayed where it is.
    KeepsReplayed { "instances::parked_steps_are_kept_and_replayed" } {
        fn step(step: PolicyStep, _: u64) -> PolicyStep {
            PolicyStep { unpark: Vec::new(), ..step }
        }
    }

    /// Lists the parked steps of all correlations.
    IgnoresCorrelations { "instances::parked_steps_are_kept_and_replayed" } {
        fn parked(query: ParkedStepQuery) -> ParkedStepQuery {
            ParkedStepQuery { correlation: None, ..query }
        }
    }

    /// Replays whatever there is.
    ReplaysAll { "instances::parked_steps_are_kept_and_replayed" } {
        fn replays(_: Option<String>) -> (Option<String>, bool) {
            (None, true)
        }
    }

    /// Says that it replays.
    NeverReplays { "policies::whatever_fails_is_parked", "policies::a_failing_step_parks_its_correlation" } {
        fn replays(correlation: Option<String>) -> (Option<String>, bool) {
            (correlation, false)
        }
    }

    /// Keeps events without what led to them.
    LosesContext { "policies::commands_are_executed_in_the_events_context" } {
        fn append(mut append: Append) -> Append {
            append.events.iter_mut().for_each(|event| event.metadata = factum::Metadata::default());
            append
        }
    }

    /// Does not know an event again.
    ForgetsIds { "policies::a_lost_command_is_sent_again" } {
        fn append(mut append: Append) -> Append {
            append.events.iter_mut().for_each(|event| event.id = Uuid::now_v7());
            append
        }
    }

    /// Finds no event by its id.
    FindsNothing { "policies::too_long_a_chain_stops_and_is_shown" } {
        fn found(_: Page) -> Page {
            Page::default()
        }
    }

    /// Does not know a command again that came to nothing.
    ForgetsCommands { "policies::an_answered_rejection_is_met_again" } {
        const FORGETS_COMMANDS: bool = true;
    }

    /// Takes the time of an event long before it can be read.
    TakesTimesEarly { "timers::nothing_earlier_comes_after_a_wait_for_writers" } {
        const TAKES_TIMES_EARLY: bool = true;
    }

    /// Wakes nobody.
    NeverWakes { "policies::whoever_runs_is_woken_by_events_and_timers" } {
        fn changed(_: &MemoryStore) -> Changed {
            Changed::new(std::future::pending())
        }
    }
}
