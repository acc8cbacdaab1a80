//! Messages that come again, and have their effect once.

use std::thread;

use jiff::Timestamp;

use super::harness::{Violation, ensure, ensure_eq, events, stream};
use super::tally::{ViewFactory, drop_a_vase};
use super::viewed::{Viewed, rows};
use crate::inbox::Inbox;
use crate::store::{Clock, Forget, Message, Received, ViewError, ViewId, ViewResult, ViewStore, Views};

/// Adds 1 to the row `key` because of a message.
fn receive<F: ViewFactory>(
    viewed: &Viewed<'_, F>,
    view: &ViewId,
    message: impl Into<Message>,
    key: &'static str,
) -> Result<Received, ViewError> {
    receive_with(viewed, view, message, key, || Ok(()))
}

/// The same, and then something else.
fn receive_with<F: ViewFactory>(
    viewed: &Viewed<'_, F>,
    view: &ViewId,
    message: impl Into<Message>,
    key: &'static str,
    then: impl Fn() -> ViewResult + Send + 'static,
) -> Result<Received, ViewError> {
    let changed = view.clone();
    let work = Box::new(move |tx: &mut F::Tx| F::add(tx, &changed, key, 1).and_then(|()| then()));
    viewed.bench.block_on(viewed.bench.store.receive(view.clone(), message.into(), work))
}

/// A message has its effect once, however often it comes; another one, or the same for another view, has its own. The view
/// stays where it is.
///
/// # Errors
/// [`Violation`].
pub fn a_message_has_its_effect_once<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let other = ViewId::new("other", 1)?;
    viewed.create(&other, None)?;
    for (message, due) in [("one", Received::Applied), ("One", Received::Applied), ("one", Received::Repeated)] {
        ensure_eq!(receive(&viewed, &viewed.view, message, "a")?, due, "the answer to {message}");
    }
    ensure_eq!(receive(&viewed, &other, "one", "b")?, Received::Applied, "the answer of another view");
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 2)]), "the rows");
    ensure_eq!(viewed.rows(&other)?, rows(&[("b", 1)]), "the rows of another view");
    ensure_eq!(viewed.statuses()?, [(1, 0, false)], "where the view stands");
    // What follows the feed and what comes as a message go side by side.
    viewed.add(&viewed.view, "a", 0, 4)?;
    ensure_eq!(receive(&viewed, &viewed.view, "two", "a")?, Received::Applied, "the answer to another one");
    ensure_eq!((viewed.rows(&viewed.view)?, viewed.statuses()?), (rows(&[("a", 4)]), vec![(1, 4, false)]), "both");
    Ok(())
}

/// An effect that fails or panics is undone, and its message may come again. A message without an id or with too long a one
/// is refused, and one for a view that is not there.
///
/// # Errors
/// [`Violation`].
pub fn an_effect_that_fails_is_not_remembered<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let fails: [fn() -> ViewResult; 2] = [|| Err("not today".into()), || drop_a_vase()];
    for fail in fails {
        let answer = receive_with(&viewed, &viewed.view, "one", "a", fail);
        let undone = matches!(answer, Err(ViewError::Failed { .. } | ViewError::Panicked { .. }));
        ensure!(undone, "an effect that fails is answered by {answer:?}");
        viewed.ensure_untouched("an effect that failed")?;
    }
    ensure_eq!(receive(&viewed, &viewed.view, "one", "a")?, Received::Applied, "the answer when it does not fail");
    for id in [String::new(), "x".repeat(Message::MAX_BYTES + 1)] {
        let answer = receive(&viewed, &viewed.view, id, "a");
        ensure!(matches!(answer, Err(ViewError::Refused { .. })), "`Refused` is due, got {answer:?}");
    }
    let longest = "\u{1F6D1}".repeat(Message::MAX_BYTES / 4);
    ensure_eq!(receive(&viewed, &viewed.view, longest, "a")?, Received::Applied, "the answer to the longest id");
    let answer = receive(&viewed, &ViewId::new("nobody", 1)?, "one", "a");
    ensure!(matches!(answer, Err(ViewError::Missing { .. })), "`Missing` is due, got {answer:?}");
    ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 2)]), "the rows in the end");
    Ok(())
}

/// Of one message that comes several times at once one has its effect; of different ones each.
///
/// # Errors
/// [`Violation`].
pub fn of_a_message_at_once_one_has_its_effect<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    for round in 0..20 {
        let applied: usize = thread::scope(|scope| {
            let receive = |thread: usize| {
                let message = format!("{round} {}", thread / 3);
                receive(&viewed, &viewed.view, message, "a").map(|received| received == Received::Applied)
            };
            let threads: Vec<_> = (0..6).map(|thread| scope.spawn(move || receive(thread))).collect();
            let answers = threads.into_iter().filter_map(|thread| thread.join().ok());
            answers.map(|answer| answer.map(usize::from)).sum::<Result<usize, _>>()
        })?;
        ensure_eq!(applied, 2, "the messages that had their effect");
        ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", 2 * (round + 1))]), "the rows");
    }
    Ok(())
}

/// What is remembered is forgotten by time or by position, and goes with the rows: a message that comes after that has its
/// effect again.
///
/// # Errors
/// [`Violation`].
pub fn messages_are_forgotten<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    let (view, clock) = (&viewed.view, &viewed.bench.clock);
    let forget = |which| viewed.bench.block_on(viewed.bench.store.forget_messages(view.clone(), which));
    let event = |number: u64| Message { position: Some(number), ..Message::from(format!("event {number}")) };
    let mut came = Vec::new();
    for number in 1..=3 {
        came.push(clock.now());
        receive(&viewed, view, event(number), "a")?;
        receive(&viewed, view, format!("message {number}"), "a")?;
        clock.advance(10);
    }
    ensure_eq!(forget(Forget::Before(Timestamp::UNIX_EPOCH))?, 0, "what came before any");
    ensure_eq!(forget(Forget::UpTo(1))?, 1, "what stands up to the first position");
    // The clock is finer than what is kept.
    ensure_eq!(forget(Forget::Before(crate::store::to_microseconds(came[1])))?, 1, "what came before the second");
    ensure_eq!(forget(Forget::UpTo(u64::MAX))?, 2, "what has a position");
    for (message, due) in [
        (event(1), Received::Applied),
        (event(3), Received::Applied),
        ("message 1".into(), Received::Applied),
        ("message 2".into(), Received::Repeated),
        ("message 3".into(), Received::Repeated),
    ] {
        ensure_eq!(receive(&viewed, view, message.clone(), "a")?, due, "the answer to {message:?}");
    }
    viewed.create(view, Some(0))?;
    ensure_eq!(receive(&viewed, view, "message 3", "a")?, Received::Applied, "the answer of a view that was made anew");
    viewed.remove(view)?;
    viewed.create(view, None)?;
    ensure_eq!(receive(&viewed, view, "message 3", "a")?, Received::Applied, "the answer after it was removed");
    ensure_eq!(viewed.rows(view)?, rows(&[("a", 1)]), "the rows in the end");
    let answer = viewed.bench.block_on(viewed.bench.store.forget_messages(ViewId::new("nobody", 1)?, Forget::UpTo(1)));
    ensure!(matches!(answer, Err(ViewError::Missing { .. })), "`Missing` is due, got {answer:?}");
    Ok(())
}

/// An inbox makes once of a subscription's at least once; it opens where it was, and readers see its rows.
///
/// # Errors
/// [`Violation`].
pub fn a_delivery_has_its_effect_once<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::new(factory)?;
    viewed.bench.push(&stream("a")?, &events(5))?;
    viewed.bench.push(&stream("b")?, &events(2))?;
    let open = || {
        let create = |tx: &mut F::Tx| F::create(tx, &ViewId::new("tally", 1)?);
        viewed.bench.block_on(Inbox::<_, F::Tx>::open(viewed.bench.store.clone(), "tally", create))
    };
    for delivered in [3, 7, 7] {
        let inbox = open()?;
        for recorded in viewed.bench.everything()?.iter().take(delivered) {
            let (view, key) = (inbox.view().clone(), recorded.stream.clone());
            let message = Message { position: Some(recorded.position), ..Message::from(recorded.id.to_string()) };
            let effect = move |tx: &mut F::Tx| F::add(tx, &view, &key, 1);
            viewed.bench.block_on(inbox.receive(message, effect))?;
        }
    }
    let due = super::tally::fresh_fold(&viewed.bench)?;
    ensure_eq!(viewed.rows(&viewed.view)?, due, "the rows");
    ensure_eq!(viewed.live_rows()?, due, "the rows that readers are shown");
    ensure_eq!(viewed.statuses()?, [(1, 0, true)], "where the view stands");
    Ok(())
}

/// A message whose future is dropped has its effect and is remembered, or neither: when it comes again, it has had its
/// effect once.
///
/// # Errors
/// [`Violation`].
pub fn a_dropped_message_has_its_effect_once<F: ViewFactory>(factory: &F) -> Result<(), Violation> {
    let viewed = Viewed::made(factory)?;
    for round in 1..=20 {
        let (message, added) = (Message::from(format!("message {round}")), viewed.view.clone());
        let work = Box::new(move |tx: &mut F::Tx| F::add(tx, &added, "a", 1));
        let store = &viewed.bench.store;
        viewed.bench.poll_and_drop(store.receive(viewed.view.clone(), message.clone(), work));
        // What was handed over is done by the time somebody else has written.
        viewed.bench.push(&stream("a")?, &events(1))?;
        receive(&viewed, &viewed.view, message, "a")?;
        ensure_eq!(viewed.rows(&viewed.view)?, rows(&[("a", round)]), "the rows after message {round} came again");
    }
    Ok(())
}
