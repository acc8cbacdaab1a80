//! Views: rows beside the events, which change in one transaction with the position up to which they are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::harness::{Violation, ensure, ensure_eq, event, events, stream};
use super::tally::{ViewFactory, drop_a_vase};
use super::viewed::{Rows, Viewed, rows};
use crate::store::view::ViewWork;
use crate::store::{Changes, FeedQuery, ViewError, ViewId, ViewResult, ViewStore};

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
        viewed.bench.poll_and_drop(viewed.bench.store.update_view(viewed.view.clone(), at, work));
        viewed.bench.push(&stream("a")?, &[event(round)])?;
        let _ = viewed.bench.feed_page(&FeedQuery { limit: 1, ..FeedQuery::default() })?;
        let (rows, statuses) = (viewed.rows(&viewed.view)?, viewed.statuses()?);
        let position = statuses.first().map_or(0, |(_, position, _)| *position);
        let count = |key: &str| rows.get(key).copied().unwrap_or(0).unsigned_abs();
        ensure_eq!((count("a"), count("b")), (position, position), "the rows at position {position}");
    }
    Ok(())
}
