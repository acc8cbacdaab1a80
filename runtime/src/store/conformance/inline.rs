//! Views that change in the transaction of an append.

use std::sync::Arc;

use uuid::Uuid;

use super::harness::{Violation, ensure, ensure_eq, events, stream, typed};
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
        let inline = Inline::<F> { view: viewed.view.clone(), trouble, factory: std::marker::PhantomData };
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
    let inline = Inline::<F> { view: viewed.view.clone(), trouble: Trouble::Fails, factory: std::marker::PhantomData };
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

/// Of an append that a view undid nothing is left that shows in what is stored later: its stream, its types and its ids
/// are as new as they were.
///
/// # Errors
/// [`Violation`].
pub fn what_an_append_that_was_undone_has_named_is_new<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let inline = Inline::<F> { view: viewed.view.clone(), trouble: Trouble::Fails, factory: std::marker::PhantomData };
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
