//! Views that change in the transaction of an append.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::concurrency::{follow, on_threads};
use super::harness::{Kept, Patience, Violation, ensure, ensure_eq, events, stream, typed};
use super::tally::{ViewFactory, drop_a_vase, fresh_fold};
use super::viewed::Viewed;
use crate::envelope::ExpectedVersion;
use crate::error::AppendError;
use crate::store::view::INLINE_EVENTS;
use crate::store::{Append, EventStore, InlineView, Page, ViewError, ViewId, ViewResult, ViewStore};

/// An inline view changes in the transaction of the append: when the append is answered, the rows are there.
///
/// # Errors
/// [`Violation`].
pub fn an_inline_view_changes_with_the_append<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    viewed.bench.push(&stream("before")?, &events(3))?;
    let store = factory.block_on(viewed.projector::<1>().into_inline())?;
    for (id, count) in [("a", 1), ("b", 2), ("a", 3)] {
        let append =
            Append { stream: stream(id)?, expected: ExpectedVersion::Any, events: events(count), command: None };
        let appended = factory.block_on(store.append(append.clone()))?;
        ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after an append to {id}");
        ensure_eq!(viewed.statuses()?, [(1, appended.position.unwrap_or(0), true)], "where the view stands");
        let repeated = factory.block_on(store.append(append))?;
        ensure!(repeated.repeated, "a repeat is not told to be one");
        ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows after a repeat");
    }
    // What others append the view sees with the next append.
    viewed.bench.push(&stream("beside")?, &events(2))?;
    let append = Append { stream: stream("a")?, expected: ExpectedVersion::Any, events: events(1), command: None };
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
        let inline = Inline::<F> { view: viewed.view.clone(), trouble, factory: PhantomData };
        let append = Append { stream: stream("a")?, expected, events: events(2), command: None };
        let views: Vec<Arc<dyn InlineView<F::Tx>>> = vec![Arc::new(inline)];
        Ok::<_, Violation>(factory.block_on(viewed.bench.store.append_with_views(append, views)))
    };
    for (trouble, what) in [(Trouble::Fails, "fails"), (Trouble::Panics, "panics")] {
        let answer = append(ExpectedVersion::Any, trouble)?;
        ensure!(matches!(answer, Err(AppendError::View(_))), "a view that {what}: `View` is due, got {answer:?}");
        ensure_eq!(viewed.bench.everything()?, before, "the feed after a view that {what}");
        viewed.ensure_untouched("an append that was undone")?;
    }
    let (command, expected) = (Uuid::now_v7(), ExpectedVersion::Exact(2));
    let nothing = Append { stream: stream("a")?, expected, events: Vec::new(), command: Some(command) };
    let inline = Inline::<F> { view: viewed.view.clone(), trouble: Trouble::Fails, factory: PhantomData };
    let answer = factory.block_on(viewed.bench.store.append_with_views(nothing, vec![Arc::new(inline)]));
    ensure!(matches!(answer, Err(AppendError::View(_))), "a command of nothing: `View` is due, got {answer:?}");
    ensure_eq!(factory.block_on(viewed.bench.store.find_command(command))?, None, "what is remembered of it");
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

/// Of an append whose view takes its time nothing is seen before it is done; then all of it is, by those too who follow the
/// feed while others append beside it.
///
/// # Errors
/// [`Violation`].
pub fn a_slow_append_is_seen_when_it_is_done<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let (bench, stream_of_slow) = (&viewed.bench, stream("slow")?);
    let (begun, applied) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    let written = AtomicBool::new(false);
    let slow = Slow::<F> {
        view: viewed.view.clone(),
        begun: Arc::clone(&begun),
        applied: Arc::clone(&applied),
        factory: PhantomData,
    };
    let (expected, events_of_slow) = (ExpectedVersion::None, events(3));
    let append = Append { stream: stream_of_slow.clone(), expected, events: events_of_slow, command: None };
    let look = |event: &Kept| {
        let is_too_early = event.stream == stream_of_slow.as_str() && !applied.load(Ordering::SeqCst);
        ensure!(!is_too_early, "event {} of the slow append is seen before its view has changed", event.version);
        Ok(())
    };
    let write = |number: u64| {
        let others = stream(&number.to_string())?;
        (0..10).try_for_each(|_| bench.push(&others, &events(1)).map(drop)).map_err(Violation::from)
    };
    let seen = thread::scope(|scope| {
        let slow = scope.spawn(|| factory.block_on(bench.store.append_with_views(append, vec![Arc::new(slow)])));
        let mut patience = Patience::new();
        while !begun.load(Ordering::SeqCst) && patience.tick() {}
        let follower = scope.spawn(|| follow(bench, &written, look));
        let others = on_threads(4, write);
        let slow = slow.join().unwrap_or_else(|_| Err(AppendError::Busy));
        written.store(true, Ordering::SeqCst);
        let seen = follower.join().unwrap_or_else(|_| Err(Violation::new("the follower panicked")));
        others?;
        slow?;
        seen
    })?;
    ensure_eq!(seen.len(), 43, "the events that the follower saw");
    ensure!(seen == bench.everything()?, "what the follower saw is not what is stored");
    Ok(())
}

/// Of an append that a view undid nothing is left that shows in what is stored later: its stream, its types and its ids
/// are as new as they were.
///
/// # Errors
/// [`Violation`].
pub fn what_an_append_that_was_undone_has_named_is_new<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let inline = Inline::<F> { view: viewed.view.clone(), trouble: Trouble::Fails, factory: PhantomData };
    let undone = Append {
        stream: stream("undone")?,
        expected: ExpectedVersion::None,
        events: vec![typed("test.Undone", 1), typed("test.UndoneToo", 2)],
        command: None,
    };
    let answer = factory.block_on(viewed.bench.store.append_with_views(undone.clone(), vec![Arc::new(inline)]));
    ensure!(matches!(answer, Err(AppendError::View(_))), "`View` is due, got {answer:?}");
    ensure_eq!(viewed.bench.version(&undone.stream)?, None, "the version of a stream that was never begun");
    viewed.bench.push(&stream("other")?, &[typed("test.Other", 3)])?;
    ensure_eq!(viewed.bench.everything()?.len(), 1, "the events after one append");
    viewed.bench.append(&undone.stream, undone.expected, &undone.events)?;
    let stored: Vec<_> = viewed.bench.everything()?.into_iter().map(|event| (event.stream, event.event_type)).collect();
    let due = [("other", "test.Other"), ("undone", "test.Undone"), ("undone", "test.UndoneToo")];
    let due = due.map(|(id, event_type)| Ok::<_, Violation>((stream(id)?.to_string(), event_type.to_owned())));
    ensure_eq!(stored, due.into_iter().collect::<Result<Vec<_>, _>>()?, "what is stored in the end");
    Ok(())
}

/// A view that takes its time.
struct Slow<F> {
    view: ViewId,
    begun: Arc<AtomicBool>,
    applied: Arc<AtomicBool>,
    factory: PhantomData<fn() -> F>,
}

impl<F: ViewFactory> InlineView<F::Tx> for Slow<F> {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn apply(&self, tx: &mut F::Tx, page: &Page) -> ViewResult {
        self.begun.store(true, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(50));
        for event in page.iter() {
            F::add(tx, &self.view, event.stream, 1)?;
        }
        self.applied.store(true, Ordering::SeqCst);
        Ok(())
    }
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
    factory: PhantomData<fn() -> F>,
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
