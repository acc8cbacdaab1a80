//! Views: rows beside the events, which change in one transaction with the position up to which they are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::harness::{Bench, Violation, ensure, ensure_eq, event, events, stream};
use super::tally::{Tally, Turnstile, ViewFactory, drop_a_vase, fresh_fold};
use crate::envelope::ExpectedVersion;
use crate::error::AppendError;
use crate::projection::Projector;
use crate::store::view::{INLINE_EVENTS, ViewWork};
use crate::store::{
    Append, Changes, EventStore, FeedQuery, InlineView, Page, ViewError, ViewId, ViewResult, ViewStore, Views,
};

type Rows = BTreeMap<String, i64>;

/// A store, and the view `tally` in version 1.
struct Viewed<'a, F: ViewFactory> {
    bench: Bench<'a, F>,
    factory: &'a F,
    view: ViewId,
}

impl<'a, F: ViewFactory> Viewed<'a, F> {
    /// The view is not made yet.
    fn new(factory: &'a F) -> Result<Self, Violation> {
        Ok(Self { bench: Bench::new(factory)?, factory, view: ViewId::new("tally", 1)? })
    }

    fn made(factory: &'a F) -> Result<Self, Violation> {
        let viewed = Self::new(factory)?;
        viewed.create(&viewed.view, None)?;
        Ok(viewed)
    }

    fn create(&self, view: &ViewId, expected: Option<u64>) -> Result<(), ViewError> {
        let made = view.clone();
        let create = Box::new(move |tx: &mut F::Tx| F::create(tx, &made));
        self.factory.block_on(self.bench.store.create_view(view.clone(), expected, create))
    }

    /// Adds 1 to the row `key` and moves the view from one position to another.
    fn add(&self, view: &ViewId, key: &'static str, from: u64, to: u64) -> Result<u64, ViewError> {
        let added = view.clone();
        self.update(view, from, Box::new(move |tx| F::add(tx, &added, key, 1).map(|()| to)))
    }

    fn update(&self, view: &ViewId, from: u64, work: ViewWork<F::Tx, u64>) -> Result<u64, ViewError> {
        self.factory.block_on(self.bench.store.update_view(view.clone(), from, work))
    }

    fn rows(&self, view: &ViewId) -> Result<Rows, Violation> {
        let rows = self.factory.rows(&self.bench.store, view);
        rows.map_err(|error| Violation::new(format!("the rows of {view}: {error}")))
    }

    fn live_rows(&self) -> Result<Rows, Violation> {
        let rows = self.factory.live_rows(&self.bench.store, self.view.name());
        rows.map_err(|error| Violation::new(format!("the live rows: {error}")))
    }

    /// Each version with its position, and whether it is live.
    fn statuses(&self) -> Result<Vec<(u32, u64, bool)>, Violation> {
        let statuses = self.factory.block_on(self.bench.store.views(self.view.name()))?;
        Ok(statuses.into_iter().map(|status| (status.version, status.position, status.live)).collect())
    }

    fn publish(&self, view: &ViewId) -> Result<(), ViewError> {
        self.factory.block_on(self.bench.store.publish_view(view.clone()))
    }

    fn remove(&self, view: &ViewId) -> Result<(), ViewError> {
        self.factory.block_on(self.bench.store.remove_view(view.clone()))
    }

    /// Neither rows nor position.
    fn ensure_untouched(&self, what: &str) -> Result<(), Violation> {
        ensure_eq!(self.rows(&self.view)?, Rows::new(), "the rows after {what}");
        ensure_eq!(self.statuses()?, [(1, 0, false)], "where the view stands after {what}");
        Ok(())
    }

    fn projector<const VERSION: u32>(&self) -> Projector<Tally<F, VERSION>, F::Store> {
        Projector::new(self.bench.store.clone(), Tally::default())
    }
}

fn rows(of: &[(&str, i64)]) -> Rows {
    of.iter().map(|(key, amount)| ((*key).to_owned(), *amount)).collect()
}

/// A view is made once: made again where it must not be there, or stands elsewhere than expected, it stays as it is.
/// Made anew from where it stands it is empty, at position 0, and as live as it was.
///
/// # Errors
/// [`Violation`].
pub fn a_view_is_made_once_and_made_anew<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    ensure_eq!(viewed.statuses()?, [], "the versions of a view that was not made");
    let answer = viewed.create(&viewed.view, Some(0));
    ensure!(matches!(answer, Err(ViewError::Missing { .. })), "`Missing` is due, got {answer:?}");
    viewed.create(&viewed.view, None)?;
    viewed.ensure_untouched("it was made")?;
    viewed.publish(&viewed.view)?;
    viewed.add(&viewed.view, "a", 0, 7)?;
    for expected in [None, Some(0), Some(8)] {
        let answer = viewed.create(&viewed.view, expected);
        let moved = matches!(answer, Err(ViewError::Moved { actual: 7, .. }));
        ensure!(moved, "made again, expected {expected:?}: `Moved` from 7 is due, got {answer:?}");
    }
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 1)]), "the rows after it was not made again");
    viewed.create(&viewed.view, Some(7))?;
    ensure_eq!(viewed.rows(&viewed.view)?, Rows::new(), "the rows of a view that was made anew");
    ensure_eq!(viewed.statuses()?, [(1, 0, true)], "where it stands");
    Ok(())
}

/// Code that fails while a view is made leaves none; one made anew is as it was.
///
/// # Errors
/// [`Violation`].
pub fn a_view_that_cannot_be_made_is_not_there<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    let fail = |expected| {
        let view = viewed.view.clone();
        let create: ViewWork<F::Tx, ()> = Box::new(move |tx: &mut F::Tx| {
            F::create(tx, &view)?;
            Err("no room".into())
        });
        let answer = factory.block_on(viewed.bench.store.create_view(viewed.view.clone(), expected, create));
        ensure!(matches!(answer, Err(ViewError::Failed { .. })), "`Failed` is due, got {answer:?}");
        Ok(())
    };
    fail(None)?;
    ensure_eq!(viewed.statuses()?, [], "the versions of a view that could not be made");
    viewed.create(&viewed.view, None)?;
    viewed.add(&viewed.view, "a", 0, 3)?;
    fail(Some(3))?;
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 1)]), "the rows after it could not be made anew");
    ensure_eq!(viewed.statuses()?, [(1, 3, false)], "where it stands");
    Ok(())
}

/// The rows and the position change together; if the code fails or panics, neither does, and the store goes on.
///
/// # Errors
/// [`Violation`].
pub fn rows_and_position_change_together_or_not_at_all<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let add = |then: fn() -> ViewResult<u64>| -> ViewWork<F::Tx, u64> {
        let view = viewed.view.clone();
        Box::new(move |tx| {
            F::add(tx, &view, "a", 1)?;
            F::add(tx, &view, "b", 1)?;
            then()
        })
    };
    let answer = viewed.update(&viewed.view, 0, add(|| Err("not today".into())));
    let failed = matches!(&answer, Err(ViewError::Failed { source, .. }) if source.to_string() == "not today");
    ensure!(failed, "`Failed` with what the code said is due, got {answer:?}");
    viewed.ensure_untouched("code that failed")?;
    let answer = viewed.update(&viewed.view, 0, add(|| drop_a_vase()));
    let panicked = matches!(&answer, Err(ViewError::Panicked { message, .. }) if message == "dropped a vase");
    ensure!(panicked, "`Panicked` with what the code said is due, got {answer:?}");
    viewed.ensure_untouched("code that panicked")?;
    ensure_eq!(viewed.update(&viewed.view, 0, add(|| Ok(4)))?, 4, "the new position");
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 1), ("b", 1)]), "the rows after code that did not fail");
    ensure_eq!(viewed.statuses()?, [(1, 4, false)], "where the view stands");
    viewed.bench.push(&stream("a")?, &events(1))?;
    Ok(())
}

/// An update that expects another position is `Moved`, with the actual one, and changes nothing. A view that is not
/// there is `Missing`.
///
/// # Errors
/// [`Violation`].
pub fn an_update_from_another_position_is_refused<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    viewed.add(&viewed.view, "a", 0, 5)?;
    for from in [0, 4, 6, u64::MAX >> 1] {
        let answer = viewed.add(&viewed.view, "a", from, 9);
        let moved = matches!(&answer, Err(ViewError::Moved { actual: 5, expected, .. }) if *expected == from);
        ensure!(moved, "from {from}: `Moved` from 5 is due, got {answer:?}");
    }
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 1)]), "the rows after updates that were refused");
    ensure_eq!(viewed.statuses()?, [(1, 5, false)], "where the view stands");
    for view in [ViewId::new("tally", 2)?, ViewId::new("other", 1)?] {
        let answer = viewed.add(&view, "a", 0, 1);
        ensure!(matches!(answer, Err(ViewError::Missing { .. })), "{view}: `Missing` is due, got {answer:?}");
        let answer = viewed.publish(&view);
        ensure!(matches!(answer, Err(ViewError::Missing { .. })), "{view}: `Missing` is due, got {answer:?}");
    }
    Ok(())
}

/// Of many updates from one position at once one is applied; the others are `Moved`.
///
/// # Errors
/// [`Violation`].
pub fn of_updates_at_once_one_is_applied<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    for round in 0..30 {
        let wins = AtomicUsize::new(0);
        thread::scope(|scope| {
            let update = || match viewed.add(&viewed.view, "a", round, round + 1) {
                Ok(_) => Ok(wins.fetch_add(1, Ordering::SeqCst)),
                Err(ViewError::Moved { .. }) => Ok(0),
                Err(error) => Err(Violation::from(error)),
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(update)).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(done) => done.map(drop),
                Err(_) => Err(Violation::new("an update panicked")),
            })
        })?;
        ensure_eq!(wins.into_inner(), 1, "the updates that were applied in round {round}");
    }
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 30)]), "the rows");
    Ok(())
}

/// Versions of a view lie side by side; the one that is published is shown, as a whole; one that is removed is gone and
/// may be made again. Publishing an older one leads back.
///
/// # Errors
/// [`Violation`].
pub fn versions_lie_side_by_side_and_are_swapped<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let (first, second) = (viewed.view.clone(), ViewId::new("tally", 2)?);
    viewed.publish(&first)?;
    viewed.add(&first, "a", 0, 1)?;
    viewed.create(&second, None)?;
    viewed.add(&second, "b", 0, 2)?;
    ensure_eq!(viewed.statuses()?, [(1, 1, true), (2, 2, false)], "two versions");
    ensure_eq!(viewed.live_rows()?, rows(&[("a", 1)]), "what is shown before the swap");
    viewed.publish(&second)?;
    ensure_eq!(viewed.statuses()?, [(1, 1, false), (2, 2, true)], "the versions after the swap");
    ensure_eq!(viewed.live_rows()?, rows(&[("b", 1)]), "what is shown after the swap");
    viewed.add(&first, "a", 1, 3)?;
    ensure_eq!(viewed.rows(&first)?, rows(&[("a", 2)]), "the old version, which goes on");
    ensure_eq!(viewed.rows(&second)?, rows(&[("b", 1)]), "the new version");
    viewed.publish(&first)?;
    ensure_eq!(viewed.live_rows()?, rows(&[("a", 2)]), "what is shown after the swap back");
    viewed.remove(&second)?;
    viewed.remove(&second)?;
    ensure_eq!(viewed.statuses()?, [(1, 3, true)], "the versions after one was removed");
    viewed.create(&second, None)?;
    ensure_eq!(viewed.rows(&second)?, Rows::new(), "the rows of a version that was removed and made again");
    Ok(())
}

/// An inline view changes in the transaction of the append: when the append is answered, the rows are there.
///
/// # Errors
/// [`Violation`].
pub fn an_inline_view_changes_with_the_append<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    viewed.bench.push(&stream("before")?, &events(3))?;
    let store = factory.block_on(viewed.projector::<1>().into_inline())?;
    for (id, count) in [("a", 1), ("b", 2), ("a", 3)] {
        let append = Append { stream: stream(id)?, expected: ExpectedVersion::Any, events: events(count) };
        let appended = factory.block_on(store.append(append.clone()))?;
        ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after an append to {id}");
        ensure_eq!(viewed.statuses()?, [(1, appended.position.unwrap_or(0), true)], "where the view stands");
        let repeated = factory.block_on(store.append(append))?;
        ensure!(repeated.repeated, "a repeat is not told to be one");
        ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after a repeat");
    }
    // What others append the view sees with the next append.
    viewed.bench.push(&stream("beside")?, &events(2))?;
    let append = Append { stream: stream("a")?, expected: ExpectedVersion::Any, events: events(1) };
    factory.block_on(store.append(append))?;
    ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after others have appended");
    Ok(())
}

/// An inline view that fails, panics, is not there or is too far behind undoes the append, and an append that conflicts
/// changes no view.
///
/// # Errors
/// [`Violation`].
pub fn an_inline_view_that_fails_undoes_the_append<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    viewed.bench.push(&stream("a")?, &events(2))?;
    let before = viewed.bench.everything()?;
    let append = |expected, trouble: Trouble| {
        let inline = Inline::<F> { view: viewed.view.clone(), trouble, factory: std::marker::PhantomData };
        let append = Append { stream: stream("a")?, expected, events: events(2) };
        let views: Vec<Arc<dyn InlineView<F::Tx>>> = vec![Arc::new(inline)];
        Ok::<_, Violation>(factory.block_on(viewed.bench.store.append_with_views(append, views)))
    };
    for (trouble, what) in [(Trouble::Fails, "fails"), (Trouble::Panics, "panics")] {
        let answer = append(ExpectedVersion::Any, trouble)?;
        ensure!(matches!(answer, Err(AppendError::View(_))), "a view that {what}: `View` is due, got {answer:?}");
        ensure_eq!(viewed.bench.everything()?, before, "the feed after a view that {what}");
        viewed.ensure_untouched("an append that was undone")?;
    }
    let answer = append(ExpectedVersion::None, Trouble::None)?;
    ensure!(matches!(answer, Err(AppendError::Conflict { .. })), "a conflict is due, got {answer:?}");
    viewed.ensure_untouched("an append that conflicts")?;
    let appended = append(ExpectedVersion::Exact(2), Trouble::None)?;
    ensure!(matches!(appended, Ok(appended) if appended.version == 4), "version 4 is due, got {appended:?}");
    viewed.remove(&viewed.view)?;
    let answer = append(ExpectedVersion::Any, Trouble::None)?;
    let missing = matches!(answer, Err(AppendError::View(ViewError::Missing { .. })));
    ensure!(missing, "without the view: `Missing` is due, got {answer:?}");
    viewed.create(&viewed.view, None)?;
    viewed.bench.push(&stream("b")?, &events(usize::try_from(INLINE_EVENTS)?))?;
    let answer = append(ExpectedVersion::Any, Trouble::None)?;
    let behind = matches!(answer, Err(AppendError::View(ViewError::Behind { .. })));
    ensure!(behind, "far behind: `Behind` is due, got {answer:?}");
    ensure_eq!(viewed.bench.version(&stream("a")?)?, Some(4), "the stream's version after appends that were undone");
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Fails,
    Panics,
}

/// A view that makes trouble after it has changed its rows.
struct Inline<F> {
    view: ViewId,
    trouble: Trouble,
    factory: std::marker::PhantomData<fn() -> F>,
}

impl<F: ViewFactory> InlineView<F::Tx> for Inline<F> {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn apply(&self, tx: &mut F::Tx, page: &Page) -> ViewResult {
        for event in page.iter() {
            F::add(tx, &self.view, event.stream, 1)?;
        }
        match self.trouble {
            Trouble::None => Ok(()),
            Trouble::Fails => Err("not today".into()),
            Trouble::Panics => drop_a_vase(),
        }
    }
}

/// Whoever waits for a change is woken by an append and by a view that moves, even if the wait is begun after it was
/// asked for.
///
/// # Errors
/// [`Violation`].
pub fn a_change_ends_the_wait_for_it<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let changed = viewed.bench.store.changed();
    viewed.bench.push(&stream("a")?, &[event(1)])?;
    viewed.bench.soon("an append ends the wait for a change", changed)?;
    let changed = viewed.bench.store.changed();
    viewed.add(&viewed.view, "a", 0, 1)?;
    viewed.bench.soon("a view that moves ends the wait for a change", changed)
}

/// Workers that run one view at the same time, while events arrive: each event is applied once, and the end is that of
/// a fresh fold.
///
/// # Errors
/// [`Violation`].
pub fn workers_at_once_apply_each_event_once<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    let projector = viewed.projector::<1>();
    viewed.bench.push(&stream("old")?, &events(700))?;
    let done = Turnstile::default();
    thread::scope(|scope| {
        let _end = done.open_at_the_end();
        let workers: Vec<_> =
            (0..3).map(|_| scope.spawn(|| factory.block_on(projector.run_until(done.wait())))).collect();
        for round in 0..40 {
            viewed.bench.push(&stream(["a", "b", "c"][round % 3])?, &events(1 + round % 4))?;
        }
        let last = viewed.bench.everything()?.last().map_or(0, |event| event.position);
        viewed.bench.soon("the view sees the last event", projector.wait_until_seen(last))??;
        done.open();
        for worker in workers {
            match worker.join() {
                Ok(ended) => ended?,
                Err(_) => return Err(Violation::new("a worker panicked")),
            }
        }
        Ok(())
    })?;
    ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after three workers");
    ensure_eq!(viewed.live_rows()?, fresh_fold(&viewed.bench)?, "what is shown");
    Ok(())
}

/// A rebuild while events arrive ends equal to a fresh fold. One that is cancelled goes on from where it was when it is
/// asked to catch up, and begins anew when it is asked to rebuild.
///
/// # Errors
/// [`Violation`].
pub fn a_rebuild_ends_equal_to_a_fresh_fold<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    let projector = viewed.projector::<1>();
    viewed.bench.push(&stream("old")?, &events(1_700))?;
    factory.block_on(projector.catch_up(|_| {}))?;
    // Rows that are wrong.
    let (at, spoilt) = (viewed.statuses()?, viewed.view.clone());
    let at = at.first().map_or(0, |(_, position, _)| *position);
    viewed.update(&viewed.view, at, Box::new(move |tx| F::add(tx, &spoilt, "old", 5).map(|()| at)))?;

    let cancelled = Turnstile::default();
    let mut rebuild = std::pin::pin!(projector.rebuild(|_| cancelled.open()));
    factory.block_on(std::future::poll_fn(|context| {
        if cancelled.is_open() {
            return std::task::Poll::Ready(Ok(()));
        }
        rebuild.as_mut().poll(context).map_ok(drop)
    }))?;
    let mut reports = Vec::new();
    thread::scope(|scope| {
        let append = scope.spawn(|| {
            (0..20).try_for_each(|round| {
                viewed.bench.push(&stream("new")?, &events(1 + round)).map(drop).map_err(Violation::from)
            })
        });
        factory.block_on(projector.rebuild(|progress| reports.push(*progress)))?;
        append.join().unwrap_or_else(|_| Err(Violation::new("the writer panicked")))
    })?;
    factory.block_on(projector.catch_up(|_| {}))?;
    ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after a rebuild");
    ensure!(reports.len() > 1, "a rebuild of 1,700 events reports {} times", reports.len());
    ensure!(reports.is_sorted_by(|one, next| one.position < next.position), "reports that do not rise");
    ensure!(
        reports.last().is_some_and(|last| last.position >= last.start + 1_700),
        "the last report: {:?}",
        reports.last()
    );
    Ok(())
}

/// A newer version of a view is built beside the live one, which is shown until the new one has caught up; an older
/// release that begins again does not take the newer version's place.
///
/// # Errors
/// [`Violation`].
pub fn a_newer_version_takes_the_live_ones_place<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    viewed.bench.push(&stream("a")?, &events(1_200))?;
    factory.block_on(viewed.projector::<1>().catch_up(|_| {}))?;
    let mut shown = Vec::new();
    let projector = viewed.projector::<2>();
    let status = factory.block_on(projector.catch_up(|_| shown.push(viewed.statuses())))?;
    ensure!(status.live, "the new version is not live");
    for statuses in shown {
        let live: Vec<u32> = statuses?.into_iter().filter(|(_, _, live)| *live).map(|(version, ..)| version).collect();
        ensure_eq!(live, [1], "the live version while the new one was built");
    }
    factory.block_on(viewed.projector::<1>().catch_up(|_| {}))?;
    let live: Vec<u32> =
        viewed.statuses()?.into_iter().filter(|(_, _, live)| *live).map(|(version, ..)| version).collect();
    ensure_eq!(live, [2], "the live version after the older release began again");
    let removed = factory.block_on(projector.remove_others())?;
    ensure_eq!(removed, [ViewId::new("tally", 1)?], "the versions that were removed");
    ensure_eq!(viewed.live_rows()?, fresh_fold(&viewed.bench)?, "what is shown in the end");
    Ok(())
}

/// Whoever has appended, and waits until a view has seen the append's position, finds it in the rows.
///
/// # Errors
/// [`Violation`].
pub fn whoever_waits_reads_what_they_wrote<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    let projector = viewed.projector::<1>();
    let done = Turnstile::default();
    thread::scope(|scope| {
        let _end = done.open_at_the_end();
        let worker = scope.spawn(|| factory.block_on(projector.run_until(done.wait())));
        for round in 1..=50 {
            let appended = viewed.bench.push(&stream("a")?, &[event(1)])?;
            let seen = projector.wait_until_seen(appended.position.unwrap_or(0));
            viewed.bench.soon("the view sees the event", seen)??;
            ensure_eq!(
                viewed.rows(&viewed.view)?,
                rows(&[(stream("a")?.as_str(), round)]),
                "the rows in round {round}"
            );
        }
        done.open();
        worker.join().unwrap_or_else(|_| Ok(()))?;
        Ok::<(), Violation>(())
    })
}

/// An update whose future is dropped is applied as a whole or not at all, and the store goes on.
///
/// # Errors
/// [`Violation`].
pub fn a_dropped_update_is_all_or_nothing<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    for round in 0..20 {
        let view = viewed.view.clone();
        let at = viewed.statuses()?.first().map_or(0, |(_, position, _)| *position);
        let work = Box::new(move |tx: &mut F::Tx| {
            F::add(tx, &view, "a", 1)?;
            F::add(tx, &view, "b", 1).map(|()| at + 1)
        });
        let mut update = std::pin::pin!(viewed.bench.store.update_view(viewed.view.clone(), at, work));
        factory.block_on(std::future::poll_fn(|context| {
            let _ = update.as_mut().poll(context);
            std::task::Poll::Ready(())
        }));
        viewed.bench.push(&stream("a")?, &[event(round)])?;
        let _ = viewed.bench.feed_page(&FeedQuery { limit: 1, ..FeedQuery::default() })?;
        let (rows, statuses) = (viewed.rows(&viewed.view)?, viewed.statuses()?);
        let position = statuses.first().map_or(0, |(_, position, _)| *position);
        let count = |key: &str| rows.get(key).copied().unwrap_or(0).unsigned_abs();
        ensure_eq!((count("a"), count("b")), (position, position), "the rows at position {position}");
    }
    Ok(())
}
