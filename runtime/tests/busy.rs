//! Stores that are busy for a while, or do not know what became of a change: it is tried as often as it may be.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::inbox::{Inbox, InboxError};
use factum::policy::PolicyWorker;
use factum::store::conformance::{Clerk, Desk, Said};
use factum::store::policy::{
    InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStatus, PolicyStep, PolicyStore,
    PolicyStoreError, StoredInstance, StoredTimer, TimerQuery,
};
use factum::store::subscription::{
    Claim, Parked, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStatus, SubscriptionStore,
};
use factum::store::{
    Changes, EventStore, EventStoreExt, Forget, InlineView, Message, Received, ViewError, ViewId, ViewStatus,
    ViewStore, ViewWork, Views,
};
use factum::{
    Append, AppendError, Appended, ExpectedVersion, MemoryStore, NewEvent, ReadError, RetryPolicy, Sleeper,
    Subscription, Timestamp,
};

type Counts = BTreeMap<String, u32>;

/// What happens to a change.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mishap {
    Busy,
    /// It is made, which is not known.
    Unknown,
}

/// A store with a list of mishaps for its next changes.
#[derive(Clone, Default)]
struct Moody {
    inner: MemoryStore,
    mishaps: Arc<Mutex<Vec<Mishap>>>,
}

impl Moody {
    fn expect(&self, mishaps: &[Mishap]) {
        *self.mishaps.lock().unwrap() = mishaps.iter().rev().copied().collect();
    }

    fn is_calm(&self) -> bool {
        self.mishaps.lock().unwrap().is_empty()
    }

    /// Makes a change, unless there is a mishap.
    async fn change<T, E>(
        &self,
        change: impl Future<Output = Result<T, E>>,
        busy: E,
        unknown: impl FnOnce(factum::store::view::BoxError) -> E,
    ) -> Result<T, E> {
        let mishap = self.mishaps.lock().unwrap().pop();
        match mishap {
            None => change.await,
            Some(Mishap::Busy) => Err(busy),
            Some(Mishap::Unknown) => {
                change.await?;
                Err(unknown("the line went dead".into()))
            }
        }
    }

    async fn view<T>(&self, change: impl Future<Output = Result<T, ViewError>>) -> Result<T, ViewError> {
        self.change(change, ViewError::Busy, ViewError::OutcomeUnknown).await
    }

    async fn policy<T>(
        &self,
        change: impl Future<Output = Result<T, PolicyStoreError>>,
    ) -> Result<T, PolicyStoreError> {
        self.change(change, PolicyStoreError::Busy, PolicyStoreError::OutcomeUnknown).await
    }
}

impl EventStore for Moody {
    forwarded!(append, read_stream, read_all, find_event, find_command, forget_commands);
}

impl Changes for Moody {
    forwarded!(changed);
}

impl Views for Moody {
    async fn views(&self, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
        self.inner.views(name).await
    }

    async fn publish_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.view(self.inner.publish_view(view)).await
    }

    async fn remove_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.view(self.inner.remove_view(view)).await
    }

    async fn forget_messages(&self, view: ViewId, which: Forget) -> Result<u64, ViewError> {
        self.view(self.inner.forget_messages(view, which)).await
    }
}

impl ViewStore<Counts> for Moody {
    async fn create_view(
        &self,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<Counts, ()>,
    ) -> Result<(), ViewError> {
        self.view(self.inner.create_view(view, expected, create)).await
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<Counts, u64>) -> Result<u64, ViewError> {
        self.view(self.inner.update_view(view, expected, work)).await
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<Counts, ()>) -> Result<Received, ViewError> {
        self.view(self.inner.receive(view, message, work)).await
    }

    async fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<Counts>>>,
    ) -> Result<Appended, AppendError> {
        self.inner.append_with_views(append, views).await
    }
}

impl SubscriptionStore for Moody {
    async fn claim(&self, name: SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        self.inner.claim(name, start).await
    }

    async fn save(&self, progress: Progress) -> Result<(), SubscriptionError> {
        let saved = self.inner.save(progress);
        self.change(saved, SubscriptionError::Busy, SubscriptionError::OutcomeUnknown).await
    }

    async fn parked(&self, query: ParkedQuery) -> Result<Vec<Parked>, ReadError> {
        self.inner.parked(query).await
    }

    async fn replay_parked(&self, name: SubscriptionName, key: Option<String>) -> Result<u64, SubscriptionError> {
        self.inner.replay_parked(name, key).await
    }

    async fn subscriptions(&self) -> Result<Vec<SubscriptionStatus>, ReadError> {
        self.inner.subscriptions().await
    }
}

impl PolicyStore for Moody {
    async fn claim_policy(&self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        self.inner.claim_policy(name, start).await
    }

    async fn keep_step(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        self.inner.keep_step(step).await
    }

    async fn wait_for_writers(&self) -> Result<(), PolicyStoreError> {
        self.policy(self.inner.wait_for_writers()).await
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

const MISHAPS: [Mishap; 3] = [Mishap::Busy, Mishap::Unknown, Mishap::Busy];

/// As often as there may be mishaps, and once more.
fn thrice() -> RetryPolicy {
    RetryPolicy { attempts: 4, base_delay: Duration::ZERO, ..RetryPolicy::default() }
}

fn at_once() -> impl Sleeper {
    |_: Duration| std::future::ready(())
}

async fn push(store: &Moody, orders: &str) {
    let payload = serde_json::to_string(&Said { key: "a".to_owned(), orders: orders.to_owned() }).unwrap();
    let event = NewEvent::new("test.Said", 1, payload);
    store.append_events(&"test.Thing-a".parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap();
}

#[tokio::test]
async fn a_message_has_its_effect_once_however_often_it_is_tried() {
    let store = Moody::default();
    store.expect(&MISHAPS);
    let inbox: Inbox<_, Counts> = Inbox::open(store.clone(), "counts", |_| Ok(())).await.unwrap();
    assert!(store.is_calm());
    let inbox = inbox.retry(thrice()).sleeper(at_once());
    let receive = async |id: &'static str| {
        let count = move |counts: &mut Counts| {
            *counts.entry(id.to_owned()).or_default() += 1;
            Ok(())
        };
        inbox.receive(id.to_owned(), count).await
    };
    store.expect(&MISHAPS);
    // That it was this very call is not known any more.
    assert_eq!(receive("a").await.unwrap(), Received::Repeated);
    store.expect(&[Mishap::Busy; 2]);
    assert_eq!(receive("b").await.unwrap(), Received::Applied);
    assert!(store.is_calm());
    store.expect(&[Mishap::Busy; 5]);
    assert!(matches!(receive("c").await, Err(InboxError::View(ViewError::Busy))));
    store.expect(&[Mishap::Busy; 3]);
    assert_eq!(inbox.forget(Forget::Before(Timestamp::MAX)).await.unwrap(), 2);
    let due: Counts = [("a".to_owned(), 1), ("b".to_owned(), 1)].into();
    assert_eq!(*store.inner.view::<Counts>("counts").unwrap(), due);
}

#[tokio::test]
async fn what_was_acknowledged_is_kept_when_it_is_tried_again() {
    let store = Moody::default();
    push(&store, "").await;
    let subscription = Subscription::new(store.clone(), "mails").unwrap().retry(thrice()).sleeper(at_once());
    let mut consumer = subscription.open().await.unwrap();
    let position = consumer.next().await.unwrap().position();
    consumer.acknowledge(position);
    store.expect(&MISHAPS);
    consumer.close().await.unwrap();
    assert!(store.is_calm());
    assert_eq!(subscription.position().await.unwrap(), Some(position));

    push(&store, "").await;
    let mut consumer = subscription.open().await.unwrap();
    let next = consumer.next().await.unwrap().position();
    consumer.acknowledge(next);
    store.expect(&[Mishap::Busy; 4]);
    consumer.close().await.unwrap_err();
    assert_eq!(subscription.position().await.unwrap(), Some(position), "it is delivered again");
}

#[tokio::test]
async fn a_policy_waits_for_writers_as_often_as_it_may() {
    let store = Moody::default();
    push(&store, "begin; timer 0 silence a").await;
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(&store)).unwrap();
    let worker = worker.retry(thrice()).sleeper(at_once());
    worker.catch_up().await.unwrap();
    push(&store, "timer 0 silence a").await;
    store.expect(&MISHAPS);
    worker.catch_up().await.unwrap();
    assert!(store.is_calm());
    push(&store, "timer 0 silence a").await;
    store.expect(&[Mishap::Busy; 4]);
    worker.catch_up().await.unwrap_err();
    worker.catch_up().await.unwrap();
    assert_eq!(worker.instance("a").await.unwrap().unwrap().timers, []);
}
