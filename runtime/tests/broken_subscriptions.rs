//! Conformance of subscriptions by opposition: stores that break one promise each, and the checks that must notice.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::{BTreeSet, HashMap};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::thread;

use factum::store::conformance::{Failure, StoreFactory, TestClock, subscription_behaviours};
use factum::store::subscription::{
    Claim, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStatus, SubscriptionStore,
};
use factum::store::{Changes, FeedQuery, Page, PageBuilder, Parked};
use factum::{EventStore, MemoryStore, ReadError};

type Told = Arc<Mutex<HashMap<SubscriptionName, u64>>>;

/// What goes wrong in a store, beside an otherwise good memory store.
trait Flaw: Send + Sync + 'static {
    /// The checks that must notice.
    const NOTICED_BY: &'static [&'static str];

    fn feed_query(query: FeedQuery) -> FeedQuery {
        query
    }

    fn page(page: Page) -> Page {
        page
    }

    /// What happens to a claim; the position that was told last is known.
    fn claim(claim: Claim, _: Option<u64>) -> Claim {
        claim
    }

    fn progress(progress: Progress) -> Progress {
        progress
    }

    fn parked(query: ParkedQuery) -> ParkedQuery {
        query
    }

    /// The key whose events are replayed, and whether they are at all.
    fn replays(key: Option<String>) -> (Option<String>, bool) {
        (key, true)
    }
}

struct Broken<F> {
    inner: MemoryStore,
    told: Told,
    flaw: PhantomData<F>,
}

impl<F> Clone for Broken<F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), told: Arc::clone(&self.told), flaw: PhantomData }
    }
}

impl<F: Flaw> EventStore for Broken<F> {
    forwarded!(append, read_stream, find_event, find_command, forget_commands);

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        Ok(F::page(self.inner.read_all(F::feed_query(query)).await?))
    }
}

impl<F: Flaw> Changes for Broken<F> {
    forwarded!(changed);
}

impl<F: Flaw> SubscriptionStore for Broken<F> {
    async fn claim(&self, name: SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        let told = self.told.lock().unwrap().get(&name).copied();
        match self.inner.claim(name, start).await {
            Ok(claim) => Ok(F::claim(claim, told)),
            // A second claim that is let through: only `ForgetsClaims` has it.
            Err(SubscriptionError::Duplicate { .. }) if F::NOTICED_BY[0].ends_with("one_at_a_time") => {
                Ok(Claim::new(start, ()))
            }
            Err(error) => Err(error),
        }
    }

    async fn save(&self, progress: Progress) -> Result<(), SubscriptionError> {
        self.told.lock().unwrap().insert(progress.name.clone(), progress.position);
        self.inner.save(F::progress(progress)).await
    }

    async fn parked(&self, query: ParkedQuery) -> Result<Vec<Parked>, ReadError> {
        self.inner.parked(F::parked(query)).await
    }

    async fn replay_parked(&self, name: SubscriptionName, key: Option<String>) -> Result<u64, SubscriptionError> {
        match F::replays(key) {
            (key, true) => self.inner.replay_parked(name, key).await,
            (_, false) => Ok(1),
        }
    }

    async fn subscriptions(&self) -> Result<Vec<SubscriptionStatus>, ReadError> {
        self.inner.subscriptions().await
    }
}

struct Factory<F>(PhantomData<F>);

impl<F: Flaw> StoreFactory for Factory<F> {
    type Store = Broken<F>;

    fn make(&self, clock: TestClock) -> Result<Broken<F>, Failure> {
        Ok(Broken { inner: MemoryStore::with_clock(clock), told: Told::default(), flaw: PhantomData })
    }
}

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
            // Most of them are noticed by how long something does not happen: all are waited for at once.
            thread::scope(|scope| {
                $(check::<$flaw>(scope, stringify!($flaw));)*
            });
        }

        #[test]
        fn every_check_notices_something() {
            let noticed: BTreeSet<&str> = [$($flaw::NOTICED_BY),*].concat().into_iter().collect();
            let all: BTreeSet<&str> =
                subscription_behaviours::<Factory<ForgetsClaims>>().iter().map(|check| check.name).collect();
            assert_eq!(noticed, all);
        }
    };
}

fn check<'scope, F: Flaw>(scope: &'scope thread::Scope<'scope, '_>, flaw: &'scope str) {
    for behaviour in subscription_behaviours().into_iter().filter(|behaviour| F::NOTICED_BY.contains(&behaviour.name)) {
        scope.spawn(move || {
            let noticed = (behaviour.check)(&Factory::<F>(PhantomData)).is_err();
            assert!(noticed, "{flaw} is not noticed by {}", behaviour.name);
        });
    }
}

fn rebuild(page: &Page, keep: impl Fn(u64) -> bool, backwards: bool) -> Page {
    let mut rebuilt = PageBuilder::new(usize::MAX);
    let mut events: Vec<_> = page.iter().filter(|event| keep(event.version)).collect();
    if backwards {
        events.reverse();
    }
    for event in &events {
        rebuilt.push(event);
    }
    rebuilt.finish(page.next(), page.stream_version())
}

flaws! {
    /// Lets everybody follow under one name.
    ForgetsClaims { "subscriptions::a_name_is_taken_by_one_at_a_time" } {}

    /// Keeps the last position that it is told.
    GoesBack { "subscriptions::the_position_is_kept_and_never_goes_back" } {
        fn claim(mut claim: Claim, told: Option<u64>) -> Claim {
            claim.position = told.unwrap_or(claim.position);
            claim
        }
    }

    /// Begins anew each time.
    ForgetsPositions {
        "deliveries::what_is_acknowledged_is_not_delivered_again",
        "subscriptions::the_position_is_kept_and_never_goes_back",
        "deliveries::a_poison_event_is_parked_and_the_others_go_on",
    } {
        fn claim(mut claim: Claim, _: Option<u64>) -> Claim {
            claim.position = 0;
            claim
        }
    }

    /// Keeps positions only.
    LosesParked {
        "subscriptions::parked_events_are_kept_and_listed",
        "subscriptions::a_replay_begins_with_the_first_of_each_key",
        "deliveries::a_poison_event_is_parked_and_the_others_go_on",
    } {
        fn progress(progress: Progress) -> Progress {
            Progress { park: Vec::new(), ..progress }
        }
    }

    /// Leaves what was replayed where it is.
    KeepsReplayed {
        "deliveries::parked_events_are_replayed_in_order",
        "subscriptions::parked_events_are_kept_and_listed",
    } {
        fn progress(progress: Progress) -> Progress {
            Progress { unpark: Vec::new(), ..progress }
        }
    }

    /// Lists all keys.
    IgnoresKeys { "subscriptions::parked_events_are_kept_and_listed" } {
        fn parked(query: ParkedQuery) -> ParkedQuery {
            ParkedQuery { key: None, ..query }
        }
    }

    /// Replays whatever there is.
    ReplaysAll { "subscriptions::a_replay_begins_with_the_first_of_each_key" } {
        fn replays(_: Option<String>) -> (Option<String>, bool) {
            (None, true)
        }
    }

    /// Says that it replays.
    NeverReplays { "deliveries::parked_events_are_replayed_in_order" } {
        fn replays(key: Option<String>) -> (Option<String>, bool) {
            (key, false)
        }
    }

    /// Reads everything, whatever is asked.
    IgnoresTypes { "deliveries::what_is_not_wanted_still_advances" } {
        fn feed_query(query: FeedQuery) -> FeedQuery {
            FeedQuery { types: None, ..query }
        }
    }

    /// Leaves an event out.
    LosesRows { "deliveries::no_gap_between_what_was_and_what_comes" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |version| version != 7, false)
        }
    }

    /// Gives a page the other way round.
    TurnsPages { "deliveries::each_key_keeps_its_order" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |_| true, true)
        }
    }

    /// Keeps nothing of what was done.
    ForgetsProgress {
        "deliveries::an_open_event_holds_the_position",
        "deliveries::a_stop_finishes_what_is_at_work",
        "deliveries::what_is_acknowledged_is_not_delivered_again",
        "deliveries::no_more_is_read_than_the_window",
    } {
        fn progress(progress: Progress) -> Progress {
            Progress { position: 0, ..progress }
        }
    }
}
