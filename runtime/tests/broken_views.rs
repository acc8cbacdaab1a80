//! Conformance of views by opposition: stores that break one promise each, and the checks that must notice.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use factum::store::conformance::{Failure, StoreFactory, TestClock, ViewFactory, view_behaviours};
use factum::store::{
    Changed, Changes, FeedQuery, Forget, InlineView, Message, Received, ViewError, ViewId, ViewResult, ViewStatus,
    ViewStore, ViewWork, Views,
};
use factum::{Append, AppendError, Appended, EventStore, EventStoreExt, MemoryStore, ReadError};

type Rows = BTreeMap<String, i64>;

/// What goes wrong in a store, beside an otherwise good memory store.
trait Flaw: Send + Sync + 'static {
    /// The checks that must notice.
    const NOTICED_BY: &'static [&'static str];

    fn changed(store: &MemoryStore) -> Changed {
        store.changed()
    }

    fn views(store: &MemoryStore, name: &str) -> impl Future<Output = Result<Vec<ViewStatus>, ReadError>> + Send {
        store.views(name)
    }

    fn publish(store: &MemoryStore, view: ViewId) -> impl Future<Output = Result<(), ViewError>> + Send {
        store.publish_view(view)
    }

    fn create(
        store: &MemoryStore,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<Rows, ()>,
    ) -> impl Future<Output = Result<(), ViewError>> + Send {
        store.create_view(view, expected, create)
    }

    fn update(
        store: &MemoryStore,
        view: ViewId,
        expected: u64,
        work: ViewWork<Rows, u64>,
    ) -> impl Future<Output = Result<u64, ViewError>> + Send {
        store.update_view(view, expected, work)
    }

    fn receive(
        store: &MemoryStore,
        view: ViewId,
        message: Message,
        work: ViewWork<Rows, ()>,
    ) -> impl Future<Output = Result<Received, ViewError>> + Send {
        store.receive(view, message, work)
    }

    fn forget(which: Forget) -> Forget {
        which
    }

    fn append(
        store: &MemoryStore,
        append: Append,
        views: Vec<Arc<dyn InlineView<Rows>>>,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send {
        store.append_with_views(append, views)
    }
}

struct Broken<F> {
    inner: MemoryStore,
    flaw: PhantomData<F>,
}

impl<F> Clone for Broken<F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), flaw: PhantomData }
    }
}

impl<F: Flaw> EventStore for Broken<F> {
    forwarded!(append, read_stream, read_all, find_event, find_command, forget_commands);
}

impl<F: Flaw> Changes for Broken<F> {
    fn changed(&self) -> Changed {
        F::changed(&self.inner)
    }
}

impl<F: Flaw> Views for Broken<F> {
    async fn views(&self, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
        F::views(&self.inner, name).await
    }

    async fn publish_view(&self, view: ViewId) -> Result<(), ViewError> {
        F::publish(&self.inner, view).await
    }

    async fn remove_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.inner.remove_view(view).await
    }

    async fn forget_messages(&self, view: ViewId, which: Forget) -> Result<u64, ViewError> {
        self.inner.forget_messages(view, F::forget(which)).await
    }
}

impl<F: Flaw> ViewStore<Rows> for Broken<F> {
    async fn create_view(
        &self,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<Rows, ()>,
    ) -> Result<(), ViewError> {
        F::create(&self.inner, view, expected, create).await
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<Rows, u64>) -> Result<u64, ViewError> {
        F::update(&self.inner, view, expected, work).await
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<Rows, ()>) -> Result<Received, ViewError> {
        F::receive(&self.inner, view, message, work).await
    }

    async fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<Rows>>>,
    ) -> Result<Appended, AppendError> {
        F::append(&self.inner, append, views).await
    }
}

struct Factory<F>(PhantomData<F>);

impl<F: Flaw> StoreFactory for Factory<F> {
    type Store = Broken<F>;

    fn make(&self, clock: TestClock) -> Result<Broken<F>, Failure> {
        Ok(Broken { inner: MemoryStore::with_clock(clock), flaw: PhantomData })
    }
}

impl<F: Flaw> ViewFactory for Factory<F> {
    type Tx = Rows;

    fn create(_: &mut Rows, _: &ViewId) -> ViewResult {
        Ok(())
    }

    fn add(rows: &mut Rows, _: &ViewId, key: &str, amount: i64) -> ViewResult {
        *rows.entry(key.to_owned()).or_default() += amount;
        Ok(())
    }

    fn rows(&self, store: &Broken<F>, view: &ViewId) -> Result<Rows, Failure> {
        Ok(store.inner.view_version::<Rows>(view).ok_or("no such version")?.as_ref().clone())
    }

    fn live_rows(&self, store: &Broken<F>, name: &str) -> Result<Rows, Failure> {
        Ok(store.inner.view::<Rows>(name).ok_or("no live version")?.as_ref().clone())
    }
}

async fn position(store: &MemoryStore, view: &ViewId) -> Option<u64> {
    let versions = store.views(view.name()).await.unwrap();
    versions.iter().find(|status| status.version == view.version()).map(|status| status.position)
}

/// Does the work, keeps what it did even if it fails, and says all the same that it failed.
async fn keep_what_failed(
    store: &MemoryStore,
    view: ViewId,
    expected: u64,
    work: ViewWork<Rows, u64>,
) -> Result<u64, ViewError> {
    let failure = Arc::new(Mutex::new(None));
    let told = Arc::clone(&failure);
    let kept: ViewWork<Rows, u64> = Box::new(move |rows| {
        Ok(work(rows).unwrap_or_else(|error| {
            *told.lock().unwrap() = Some(error);
            expected
        }))
    });
    let updated = store.update_view(view.clone(), expected, kept).await;
    let failure = failure.lock().unwrap().take();
    match failure {
        Some(source) => Err(ViewError::Failed { view, source }),
        None => updated,
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
            $(check::<$flaw>(stringify!($flaw));)*
        }

        #[test]
        fn every_check_notices_something() {
            let noticed: BTreeSet<&str> = [$($flaw::NOTICED_BY),*].concat().into_iter().collect();
            let all: BTreeSet<&str> = view_behaviours::<Factory<ForgetsPublishing>>().iter().map(|check| check.name).collect();
            assert_eq!(noticed, all);
        }
    };
}

fn check<F: Flaw>(flaw: &str) {
    let factory = Factory::<F>(PhantomData);
    for behaviour in view_behaviours().into_iter().filter(|behaviour| F::NOTICED_BY.contains(&behaviour.name)) {
        assert!((behaviour.check)(&factory).is_err(), "{flaw} is not noticed by {}", behaviour.name);
    }
}

flaws! {
    /// Knows no message again.
    ForgetsMessages {
        "inbox::a_message_has_its_effect_once",
        "inbox::of_a_message_at_once_one_has_its_effect",
        "inbox::a_delivery_has_its_effect_once",
    } {
        async fn receive(
            store: &MemoryStore,
            view: ViewId,
            _: Message,
            work: ViewWork<Rows, ()>,
        ) -> Result<Received, ViewError> {
            store.receive(view, Message::from(factum::Uuid::now_v7().to_string()), work).await
        }
    }

    /// Remembers a message before it has had its effect.
    RemembersTooSoon { "inbox::an_effect_that_fails_is_not_remembered" } {
        async fn receive(
            store: &MemoryStore,
            view: ViewId,
            message: Message,
            work: ViewWork<Rows, ()>,
        ) -> Result<Received, ViewError> {
            if store.receive(view.clone(), message, Box::new(|_: &mut Rows| Ok(()))).await? == Received::Repeated {
                return Ok(Received::Repeated);
            }
            store.receive(view, Message::from(factum::Uuid::now_v7().to_string()), work).await
        }
    }

    /// Remembers a message after it has had its effect.
    RemembersTooLate { "inbox::a_dropped_message_has_its_effect_once" } {
        async fn receive(
            store: &MemoryStore,
            view: ViewId,
            message: Message,
            work: ViewWork<Rows, ()>,
        ) -> Result<Received, ViewError> {
            store.receive(view.clone(), Message::from(factum::Uuid::now_v7().to_string()), work).await?;
            tokio::task::yield_now().await;
            store.receive(view, message, Box::new(|_: &mut Rows| Ok(()))).await
        }
    }

    /// Forgets nothing.
    NeverForgets { "inbox::messages_are_forgotten" } {
        fn forget(_: Forget) -> Forget {
            Forget::UpTo(0)
        }
    }

    /// Moves a view from wherever it is.
    MovesFromAnywhere {
        "views::an_update_from_another_position_is_refused",
        "views::of_updates_at_once_one_is_applied",
        "projections::workers_at_once_apply_each_event_once",
    } {
        async fn update(
            store: &MemoryStore,
            view: ViewId,
            expected: u64,
            work: ViewWork<Rows, u64>,
        ) -> Result<u64, ViewError> {
            // Both have read by the time one of them writes.
            std::thread::sleep(std::time::Duration::from_millis(2));
            let actual = position(store, &view).await.unwrap_or(expected);
            store.update_view(view, actual, work).await
        }
    }

    /// Runs the user's code before anything is begun.
    RunsOutside { "inside::code_inside_of_a_change_is_never_kept_waiting" } {
        async fn update(
            store: &MemoryStore,
            view: ViewId,
            expected: u64,
            work: ViewWork<Rows, u64>,
        ) -> Result<u64, ViewError> {
            let mut rows = store.view_version::<Rows>(&view).unwrap().as_ref().clone();
            let failed = |source| ViewError::Failed { view: view.clone(), source };
            let position = work(&mut rows).map_err(failed)?;
            let keep = move |held: &mut Rows| {
                *held = rows;
                Ok(position)
            };
            store.update_view(view, expected, Box::new(keep)).await
        }
    }

    /// Has no transaction around the user's code.
    KeepsHalf { "views::rows_and_position_change_together_or_not_at_all" } {
        async fn update(
            store: &MemoryStore,
            view: ViewId,
            expected: u64,
            work: ViewWork<Rows, u64>,
        ) -> Result<u64, ViewError> {
            keep_what_failed(store, view, expected, work).await
        }
    }

    /// Writes rows and position in two transactions.
    PositionByItself {
        "views::a_dropped_update_is_all_or_nothing",
    } {
        async fn update(
            store: &MemoryStore,
            view: ViewId,
            expected: u64,
            work: ViewWork<Rows, u64>,
        ) -> Result<u64, ViewError> {
            let to = Arc::new(Mutex::new(expected));
            let found = Arc::clone(&to);
            let rows_alone: ViewWork<Rows, u64> = Box::new(move |rows| {
                *found.lock().unwrap() = work(rows)?;
                Ok(expected)
            });
            store.update_view(view.clone(), expected, rows_alone).await?;
            tokio::task::yield_now().await;
            let to = *to.lock().unwrap();
            store.update_view(view, expected, Box::new(move |_: &mut Rows| Ok(to))).await
        }
    }

    /// Makes a view that is there already.
    MakesAgain { "views::a_view_is_made_once_and_made_anew" } {
        async fn create(
            store: &MemoryStore,
            view: ViewId,
            _: Option<u64>,
            create: ViewWork<Rows, ()>,
        ) -> Result<(), ViewError> {
            store.create_view(view.clone(), position(store, &view).await, create).await
        }
    }

    /// Makes a view before it has run the code that makes it.
    MadeThoughItFailed { "views::a_view_that_cannot_be_made_is_not_there" } {
        async fn create(
            store: &MemoryStore,
            view: ViewId,
            expected: Option<u64>,
            create: ViewWork<Rows, ()>,
        ) -> Result<(), ViewError> {
            store.create_view(view.clone(), expected, Box::new(|_: &mut Rows| Ok(()))).await?;
            let work: ViewWork<Rows, u64> = Box::new(|rows| create(rows).map(|()| 0));
            store.update_view(view, 0, work).await.map(drop)
        }
    }

    /// Puts the position back and leaves the rows.
    LeavesRows {
        "views::a_view_is_made_once_and_made_anew",
        "projections::a_rebuild_ends_equal_to_a_fresh_fold",
    } {
        async fn create(
            store: &MemoryStore,
            view: ViewId,
            expected: Option<u64>,
            create: ViewWork<Rows, ()>,
        ) -> Result<(), ViewError> {
            match expected {
                None => store.create_view(view, None, create).await,
                Some(at) => store.update_view(view, at, Box::new(|_: &mut Rows| Ok(0))).await.map(drop),
            }
        }
    }

    /// Says that all is well.
    ForgetsPublishing {
        "views::versions_lie_side_by_side_and_are_swapped",
        "projections::a_newer_version_takes_the_live_ones_place",
        "views::an_update_from_another_position_is_refused",
    } {
        async fn publish(_: &MemoryStore, _: ViewId) -> Result<(), ViewError> {
            Ok(())
        }
    }

    /// Appends first and changes the views then.
    AppendsFirst {
        "inline::a_slow_append_is_seen_when_it_is_done",
        "inline::an_inline_view_that_fails_undoes_the_append",
        "inline::what_an_append_that_was_undone_has_named_is_new",
    } {
        async fn append(
            store: &MemoryStore,
            append: Append,
            views: Vec<Arc<dyn InlineView<Rows>>>,
        ) -> Result<Appended, AppendError> {
            let appended = store.append(append).await?;
            let nothing = Append { stream: "a".parse().unwrap(), expected: factum::ExpectedVersion::Any, events: vec![], command: None };
            store.append_with_views(nothing, views).await?;
            Ok(appended)
        }
    }

    /// Leaves the views to somebody else.
    ForgetsInlineViews { "inline::an_inline_view_changes_with_the_append" } {
        async fn append(
            store: &MemoryStore,
            append: Append,
            _: Vec<Arc<dyn InlineView<Rows>>>,
        ) -> Result<Appended, AppendError> {
            store.append(append).await
        }
    }

    /// Changes the views of an append that was there already.
    RepeatsViews { "inline::an_inline_view_changes_with_the_append" } {
        async fn append(
            store: &MemoryStore,
            append: Append,
            views: Vec<Arc<dyn InlineView<Rows>>>,
        ) -> Result<Appended, AppendError> {
            let appended = store.append_with_views(append, views.clone()).await?;
            if appended.repeated {
                let page = store.read_all(FeedQuery::default()).await.unwrap();
                for inline in views {
                    let (view, at) = (inline.view().clone(), position(store, inline.view()).await.unwrap());
                    let page = page.clone();
                    let again: ViewWork<Rows, u64> = Box::new(move |rows| inline.apply(rows, &page).map(|()| at));
                    store.update_view(view, at, again).await.unwrap();
                }
            }
            Ok(appended)
        }
    }

    /// Wakes nobody.
    Sleeps { "views::a_change_ends_the_wait_for_it" } {
        fn changed(_: &MemoryStore) -> Changed {
            Changed::new(std::future::pending())
        }
    }

    /// Says that a view is where the feed is.
    Boasts { "projections::whoever_waits_reads_what_they_wrote" } {
        async fn views(store: &MemoryStore, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
            let last = store.last_position().await?.unwrap_or(0);
            let boast = |status| ViewStatus { position: last, ..status };
            Ok(store.views(name).await?.into_iter().map(boast).collect())
        }

        async fn update(
            store: &MemoryStore,
            view: ViewId,
            expected: u64,
            work: ViewWork<Rows, u64>,
        ) -> Result<u64, ViewError> {
            // So that whoever believes it looks too early.
            std::thread::sleep(std::time::Duration::from_millis(5));
            store.update_view(view, expected, work).await
        }
    }
}
