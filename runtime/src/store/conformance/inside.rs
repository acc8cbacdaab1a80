//! Code that runs inside of a change of the store, and asks the same store.

use std::error::Error;
use std::sync::{Arc, mpsc};
use std::thread;

use super::harness::{Patience, Violation, block_on, ensure_eq, events, stream};
use super::tally::ViewFactory;
use super::viewed::Viewed;
use crate::envelope::{ExpectedVersion, StreamName};
use crate::store::{
    Append, EventStore, EventStoreExt as _, InlineView, Message, Page, Received, Reentrant, ViewId, ViewResult,
    ViewStore, Views,
};

/// Code inside of a change is never kept waiting by the same store: any other change is refused with [`Reentrant`], a read is
/// too, or is answered with what was before. The change itself goes on, and so does the store. Here nobody is asked to
/// enter an executor's surroundings.
///
/// # Errors
/// [`Violation`].
pub fn code_inside_of_a_change_is_never_kept_waiting<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    viewed.bench.push(&stream("a")?, &events(2))?;
    let (store, view) = (&viewed.bench.store, &viewed.view);
    let (inside, changed, made) = (store.clone(), store.clone(), view.clone());
    in_time("a view is made", move || {
        let create = Box::new(move |tx: &mut F::Tx| F::create(tx, &made).and_then(|()| ask(&inside, 2)));
        block_on(changed.create_view(ViewId::new("tally", 1)?, None, create)).map_err(Violation::from)
    })??;
    let (inside, changed, moved) = (store.clone(), store.clone(), view.clone());
    in_time("a view is moved", move || {
        block_on(changed.update_view(moved, 0, Box::new(move |_: &mut F::Tx| ask(&inside, 2).map(|()| 2))))
    })??;
    let (inside, changed, told) = (store.clone(), store.clone(), view.clone());
    let received = in_time("a message has its effect", move || {
        block_on(changed.receive(told, Message::from("one"), Box::new(move |_: &mut F::Tx| ask(&inside, 2))))
    })??;
    ensure_eq!(received, Received::Applied, "the answer to the message");
    let append = Append { stream: stream("a")?, expected: ExpectedVersion::Any, events: events(3), command: None };
    let (changed, inline) = (store.clone(), Curious { view: view.clone(), store: store.clone(), last: 2 });
    in_time("an inline view follows", move || {
        let views: Vec<Arc<dyn InlineView<F::Tx>>> = vec![Arc::new(inline)];
        block_on(changed.append_with_views(append, views))
    })??;
    ensure_eq!(viewed.statuses()?, [(1, 5, false)], "where the view stands");
    viewed.bench.push(&stream("a")?, &events(1))?;
    ensure_eq!(viewed.bench.everything()?.len(), 6, "the events in the end");
    Ok(())
}

/// Asks the store, which ends at position `last`, from inside of a change of it.
fn ask<S: EventStore + Views>(store: &S, last: u64) -> ViewResult {
    match block_on(store.last_position()) {
        Ok(found) if found == Some(last) => {}
        Err(error) if is_reentrant(&error) => {}
        answer => return Err(format!("a read is answered by {answer:?}").into()),
    }
    let stream = StreamName::of("test", "Thing", "b")?;
    let append = Append { stream, expected: ExpectedVersion::Any, events: events(1), command: None };
    refused(block_on(store.append(append)))?;
    refused(block_on(store.remove_view(ViewId::new("other", 1)?)))?;
    refused(block_on(store.forget_commands(jiff::Timestamp::UNIX_EPOCH)))
}

fn refused<T: std::fmt::Debug, E: Error + 'static>(answer: Result<T, E>) -> ViewResult {
    match answer {
        Err(error) if is_reentrant(&error) => Ok(()),
        answer => Err(format!("a change is answered by {answer:?}").into()),
    }
}

fn is_reentrant(error: &(dyn Error + 'static)) -> bool {
    error.source().is_some_and(<dyn Error>::is::<Reentrant>)
}

/// What a change answers, on a thread of its own: it is left behind if it waits for ever.
fn in_time<T: Send + 'static>(what: &str, change: impl FnOnce() -> T + Send + 'static) -> Result<T, Violation> {
    let (tell, answer) = mpsc::channel();
    thread::spawn(move || tell.send(change()));
    let mut patience = Patience::new();
    loop {
        match answer.try_recv() {
            Ok(answer) => return Ok(answer),
            Err(mpsc::TryRecvError::Empty) if patience.tick() => {}
            Err(_) => return Err(Violation::new(format!("{what}, and code inside of it is kept waiting"))),
        }
    }
}

/// A view that asks the store while it follows.
struct Curious<S> {
    view: ViewId,
    store: S,
    last: u64,
}

impl<S: EventStore + Views, Tx: ?Sized> InlineView<Tx> for Curious<S> {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn apply(&self, _: &mut Tx, _: &Page) -> ViewResult {
        ask(&self.store, self.last)
    }
}
