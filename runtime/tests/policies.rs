//! What a policy's worker promises beside what every store owes.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use factum::policy::{Correlation, PolicyError, PolicyWorker, Reactions, StepError};
use factum::store::conformance::{Clerk, Desk, Forbidden, Said};
use factum::store::policy::{
    InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStatus, PolicyStep, PolicyStoreError,
    StoredInstance, StoredTimer, TimerQuery,
};
use factum::store::{Changes, EventStoreExt, FeedQuery, PolicyStore, ViewResult};
use factum::{
    Appended, DecodeFault, EventStore, ExpectedVersion, MemoryStore, Metadata, NewEvent, Policy, ReadError, Recorded,
    RetryPolicy, Timestamp, Uuid,
};

async fn push(store: &MemoryStore, event: NewEvent) -> Appended {
    store.append_events(&"test.Thing-a".parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap()
}

fn said(orders: &str) -> NewEvent {
    let said = Said { key: "a".to_owned(), orders: orders.to_owned() };
    NewEvent::new("test.Said", 1, serde_json::to_string(&said).unwrap())
}

async fn done(store: &MemoryStore) -> Vec<String> {
    let page = store.read_all(FeedQuery::default()).await.unwrap();
    let done = page.iter().filter(|event| event.event_type == "test.Done");
    done.map(|event| serde_json::from_str::<Said>(event.payload).unwrap().orders).collect()
}

/// The clerk in a later release: what is carried out is counted.
#[derive(Default)]
struct Counting<const VERSION: u32>(Clerk);

impl<const VERSION: u32> Policy for Counting<VERSION> {
    type Events = Said;
    type State = usize;
    type Command = Said;
    type Rejection = Forbidden;
    const NAME: &'static str = Clerk::NAME;
    const STATE_VERSION: u32 = VERSION;

    fn correlate(&self, event: &Said, recorded: &Recorded<'_>) -> Option<Correlation> {
        self.0.correlate(event, recorded)
    }

    fn react(
        &self,
        count: &mut usize,
        event: &Said,
        recorded: &Recorded<'_>,
        reactions: &mut Reactions<Said>,
    ) -> ViewResult {
        let mut carried_out = Vec::new();
        self.0.react(&mut carried_out, event, recorded, reactions)?;
        *count += carried_out.len();
        Ok(())
    }

    fn earlier_state(&self, version: u32, json: &str) -> ViewResult<usize> {
        assert_eq!(version, 1);
        Ok(serde_json::from_str::<Vec<String>>(json)?.len())
    }
}

impl<const VERSION: u32> factum::policy::Dispatcher<Counting<VERSION>> for Desk<MemoryStore> {
    async fn dispatch(
        &self,
        command: Said,
        context: factum::Context,
    ) -> Result<(), factum::policy::DispatchError<Forbidden>> {
        factum::policy::Dispatcher::<Clerk>::dispatch(self, command, context).await
    }
}

#[tokio::test]
async fn an_earlier_state_is_carried_over_and_a_later_one_is_not_misread() {
    let store = MemoryStore::new();
    let first = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    push(&store, said("begin; one; two")).await;
    first.catch_up().await.unwrap();
    push(&store, said("three")).await;
    let second = PolicyWorker::new(store.clone(), Counting::<2>::default(), Desk::new(&store)).unwrap();
    second.catch_up().await.unwrap();
    let StoredInstance { state_version, state, .. } = second.instance("a").await.unwrap().unwrap();
    assert_eq!((state_version, state.as_str()), (2, "4"));

    // Back to the first release; and one that forgot to raise the version.
    push(&store, said("four")).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let first = first.on_parked(move |parked: &ParkedStep, error: &StepError| {
        let StepError::State { version, expected, .. } = error else { panic!("{error}") };
        tell.lock().unwrap().push((parked.correlation.clone(), *version, *expected));
    });
    assert_eq!(first.catch_up().await.unwrap().parked, 1);
    assert_eq!(*told.lock().unwrap(), [("a".to_owned(), 2, 1)]);
    let error = first.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.starts_with(r#"the state of policy test.Clerk for "a", stored in version 2 (this code has 1)"#));
    assert!(error.contains("newer release"), "{error}");
    second.replay(None).await.unwrap();
    second.catch_up().await.unwrap();
    assert_eq!(second.instance("a").await.unwrap().unwrap().state, "5");
}

#[tokio::test]
async fn a_state_that_is_not_one_is_a_typed_error() {
    let store = MemoryStore::new();
    push(&store, said("begin")).await;
    PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap().catch_up().await.unwrap();
    push(&store, said("one")).await;
    // Another state under the same version.
    let worker = PolicyWorker::new(store.clone(), Counting::<1>::default(), Desk::new(&store)).unwrap();
    worker.catch_up().await.unwrap();
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.contains("stored in version 1 (this code has 1), cannot be read: invalid type: sequence"), "{error}");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_the_policy() {
    let store = MemoryStore::new();
    push(&store, said("begin; issue one")).await;
    let broken = push(&store, NewEvent::new("test.Said", 1, "{}")).await;
    push(&store, said("issue two")).await;
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    for _ in 0..2 {
        let Err(PolicyError::Decode { policy, source }) = worker.catch_up().await else { panic!("it was read") };
        assert_eq!((policy, source.position), ("test.Clerk", broken.position.unwrap()));
        assert!(matches!(source.fault, DecodeFault::Payload(_)));
        assert_eq!(done(&store).await, ["one"]);
    }
}

#[tokio::test]
async fn a_chain_may_lead_out_of_the_store() {
    let store = MemoryStore::new();
    let elsewhere = Uuid::now_v7();
    let mut event = said("begin; issue one");
    event.metadata = Metadata { causation_id: Some(elsewhere), depth: 40, ..Metadata::default() };
    push(&store, event).await;
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    worker.catch_up().await.unwrap();
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    let due = format!(
        "the chain of causation has come to 41 events, the limit (32): policies seem to go round in a circle\n  \
         test.Said, version 1 of stream test.Thing-a\n  because of event {elsewhere}, which is not in this store"
    );
    assert_eq!(error, due);
    let worker = worker.depth_limit(41);
    worker.replay(None).await.unwrap();
    worker.catch_up().await.unwrap();
    assert_eq!(done(&store).await, ["one"]);
}

/// As a crash may leave it: what comes second is due, and what comes first is not.
#[tokio::test]
async fn a_parked_step_waits_for_the_one_before_it() {
    let store = MemoryStore::new();
    push(&store, said("begin")).await;
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    worker.catch_up().await.unwrap();
    let parked = |position: u64, due| ParkedStep {
        correlation: "a".to_owned(),
        position,
        timer: None,
        attempts: 1,
        error: None,
        parked_at: Timestamp::UNIX_EPOCH,
        due,
    };
    let (first, second) = (push(&store, said("issue first")).await, push(&store, said("issue second")).await);
    let (first, second) = (first.position.unwrap(), second.position.unwrap());
    let step = PolicyStep::to(Clerk::NAME.parse().unwrap(), 1, second);
    store.keep_step(PolicyStep { park: vec![parked(first, false), parked(second, true)], ..step }).await.unwrap();
    worker.catch_up().await.unwrap();
    assert_eq!(worker.parked().await.unwrap(), [parked(first, false), parked(second, false)]);
    worker.replay(None).await.unwrap();
    worker.catch_up().await.unwrap();
    assert_eq!((done(&store).await, worker.parked().await.unwrap()), (vec!["first".into(), "second".into()], vec![]));
}

/// None of a step is executed that has more commands than a step may have: it could never be kept.
#[tokio::test]
async fn too_many_commands_are_not_begun() {
    let store = MemoryStore::new();
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    push(&store, said(&format!("begin{}", "; issue one".repeat(1_001)))).await;
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    assert_eq!(done(&store).await, Vec::<String>::new());
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.contains("1000"), "{error}");
}

/// A release that correlates otherwise does not take what an earlier one parked for done.
#[tokio::test]
async fn a_parked_event_that_is_anothers_now_stays_parked() {
    let store = MemoryStore::new();
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    worker.catch_up().await.unwrap();
    let position = push(&store, said("begin; issue one")).await.position.unwrap();
    let (correlation, parked_at) = ("b".to_owned(), Timestamp::UNIX_EPOCH);
    let parked = ParkedStep { correlation, position, timer: None, attempts: 1, error: None, parked_at, due: true };
    let step = PolicyStep::to(Clerk::NAME.parse().unwrap(), 0, position);
    store.keep_step(PolicyStep { park: vec![parked], ..step }).await.unwrap();
    worker.catch_up().await.unwrap();
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.contains(r#"its event concerns ["a"] now"#), "{error}");
}

#[tokio::test]
async fn whoever_is_to_stop_at_once_does_nothing() {
    let store = MemoryStore::new();
    push(&store, said("begin; issue one")).await;
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    worker.run_until(std::future::ready(())).await.unwrap();
    assert_eq!((done(&store).await, worker.status().await.unwrap().unwrap().position), (vec![], 0));
}

/// What happens to a step.
#[derive(Clone, Copy)]
enum Prank {
    Busy,
    /// It is kept, but that is not known.
    Unknown,
    /// It is not kept, which is not known either.
    Lost,
    /// Somebody else keeps one first.
    Overtaken,
}

#[derive(Clone, Default)]
struct Prankster {
    inner: MemoryStore,
    pranks: Arc<Mutex<VecDeque<Prank>>>,
    /// What somebody has begun to write.
    begun: Arc<Mutex<Option<NewEvent>>>,
}

impl EventStore for Prankster {
    forwarded!(append, read_stream, read_all, find_event, find_command, forget_commands);
}

impl Changes for Prankster {
    forwarded!(changed);
}

impl PolicyStore for Prankster {
    async fn claim_policy(&self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        self.inner.claim_policy(name, start).await
    }

    async fn keep_step(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        let prank = self.pranks.lock().unwrap().pop_front();
        match prank {
            None => {}
            Some(Prank::Busy) => return Err(PolicyStoreError::Busy),
            Some(Prank::Lost) => return Err(PolicyStoreError::OutcomeUnknown("the line went dead".into())),
            Some(Prank::Unknown) => {
                self.inner.keep_step(step).await?;
                return Err(PolicyStoreError::OutcomeUnknown("the line went dead".into()));
            }
            Some(Prank::Overtaken) => {
                self.inner.keep_step(PolicyStep::to(step.name.clone(), step.after, 0)).await?;
            }
        }
        self.inner.keep_step(step).await
    }

    async fn wait_for_writers(&self) -> Result<(), PolicyStoreError> {
        let begun = self.begun.lock().unwrap().take();
        if let Some(event) = begun {
            push(&self.inner, event).await;
        }
        self.inner.wait_for_writers().await
    }

    async fn instance(&self, name: PolicyName, correlation: String) -> Result<Option<StoredInstance>, ReadError> {
        self.inner.instance(name, correlation).await
    }

    async fn instances(&self, query: InstanceQuery) -> Result<Vec<StoredInstance>, ReadError> {
        self.inner.instances(query).await
    }

    async fn timers(&self, query: TimerQuery) -> Result<Vec<(String, StoredTimer)>, ReadError> {
        self.inner.timers(query).await
    }

    async fn parked_steps(&self, query: ParkedStepQuery) -> Result<Vec<ParkedStep>, ReadError> {
        self.inner.parked_steps(query).await
    }

    async fn replay_steps(&self, name: PolicyName, correlation: Option<String>) -> Result<u64, PolicyStoreError> {
        self.inner.replay_steps(name, correlation).await
    }

    async fn policies(&self) -> Result<Vec<PolicyStatus>, ReadError> {
        self.inner.policies().await
    }
}

#[tokio::test]
async fn a_step_of_unknown_outcome_is_kept_once() {
    for pranks in [&[Prank::Busy, Prank::Busy][..], &[Prank::Unknown], &[Prank::Lost, Prank::Unknown, Prank::Busy]] {
        let (inner, pranks) = (MemoryStore::new(), Arc::new(Mutex::new(pranks.iter().copied().collect())));
        let store = Prankster { inner: inner.clone(), pranks: Arc::clone(&pranks), ..Prankster::default() };
        push(&inner, said("begin; issue one")).await;
        push(&inner, said("issue two")).await;
        let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
        worker.catch_up().await.unwrap();
        assert!(pranks.lock().unwrap().is_empty());
        let state = worker.instance("a").await.unwrap().unwrap().state;
        assert_eq!(state, r#"["begin","issue one","issue two"]"#);
        assert_eq!(done(&inner).await, ["one", "two"]);
    }
}

#[tokio::test]
async fn the_pauses_between_attempts_double() {
    let store = MemoryStore::new();
    push(&store, said("begin; issue forbidden")).await;
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let slept = Arc::clone(&pauses);
    let sleep = move |pause: std::time::Duration| {
        slept.lock().unwrap().push(pause.as_millis());
        std::future::ready(())
    };
    let retry = RetryPolicy { attempts: 4, jitter: 0.0, ..RetryPolicy::default() };
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    let worker = worker.retry(retry).sleeper(sleep);
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    assert_eq!(worker.parked().await.unwrap().remove(0).attempts, 4);
    assert_eq!(*pauses.lock().unwrap(), [2, 4, 8]);
}

#[tokio::test]
async fn whoever_is_overtaken_stops_and_is_told() {
    for pranks in [&[Prank::Overtaken][..], &[Prank::Busy, Prank::Overtaken]] {
        let (inner, pranks) = (MemoryStore::new(), Arc::new(Mutex::new(pranks.iter().copied().collect())));
        let store = Prankster { inner: inner.clone(), pranks, ..Prankster::default() };
        push(&inner, said("begin; issue one")).await;
        let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
        let error = worker.catch_up().await.unwrap_err();
        assert!(matches!(error, PolicyError::State(PolicyStoreError::Moved { expected: 0, actual: 1, .. })), "{error}");
        // Whoever goes on issues the same command once more, which has no further effect.
        worker.catch_up().await.unwrap();
        assert_eq!(done(&inner).await, ["one"]);
    }
}

/// It was recorded before the timer was due, and could not be read yet when the worker looked at its clock.
#[tokio::test]
async fn no_timer_overtakes_an_event_that_is_being_written() {
    let store = Prankster::default();
    let told = push(&store.inner, said("begin; timer 60 silence a")).await;
    let page = store.inner.read_all(FeedQuery { from: told.position, ..FeedQuery::default() }).await.unwrap();
    let begun = page.get(0).unwrap().recorded_at;
    let after = move |seconds| begun + factum::Duration::from_secs(seconds);
    *store.begun.lock().unwrap() = Some(NewEvent { recorded_at: Some(after(30)), ..said("end") });
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    let status = worker.clock(move || after(100)).catch_up().await.unwrap();
    assert_eq!((done(&store.inner).await, status.instances), (vec![], 0));
}
