//! How policies react, and what is left of it.

use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::thread;

use futures_util::future::{Either, select};

use super::clerk::{Clerk, Said, deeds, done, plain, say, tell, worker};
use super::harness::{Bench, Patience, StoreFactory, Violation, ensure, ensure_eq, stream};
use super::tally::Turnstile;
use crate::envelope::{NewEvent, StreamName};
use crate::policy::{POLICY_HEADER, PolicyError, command_id};
use crate::repository::event_id;
use crate::store::BoxFuture;
use crate::store::policy::{PolicyStatus, PolicyStore, PolicyStoreError};
use crate::subscription::Start;

/// An event starts an instance, or goes to the one of its key; one that comes too early or too late is ignored, one that is
/// nobody's business too, and the position advances with all of them.
///
/// # Errors
/// [`Violation`].
pub fn a_stale_correlation_is_ignored<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let said = [
        ("a", "issue too early"),
        ("a", "begin; issue first"),
        ("b", "issue of another key"),
        ("", "begin; issue nobody's business"),
        ("a", "begin; issue second"),
        ("a", "issue third; end"),
        ("a", "issue too late"),
        ("b", "begin; end"),
        ("b", "begin"),
        ("b", "issue begun anew"),
    ];
    for (key, orders) in said {
        say(&bench, key, orders)?;
    }
    bench.push(&stream("end")?, &super::harness::events(3))?;
    let status = bench.block_on(plain(&bench)?.catch_up())?;
    let due = deeds(&[("a", "first"), ("a", "second"), ("a", "third"), ("b", "begun anew")]);
    ensure_eq!(done(&bench)?, due, "what was done");
    let last = bench.everything()?.last().map_or(0, |event| event.position);
    let PolicyStatus { position, instances, parked, .. } = status;
    ensure_eq!((position, instances, parked), (last, 1, 0), "where it stands");
    let instances = bench.block_on(plain(&bench)?.instances(None, 9))?;
    let left: Vec<_> = instances.iter().map(|one| (one.correlation.as_str(), one.state.as_str())).collect();
    ensure_eq!(left, [("b", r#"["begin","issue begun anew"]"#)], "the instances");
    Ok(())
}

/// Commands are executed in their order, each in the context of the event: its correlation, the event as the cause, one
/// deeper, the policy's name, and an id that is made of the event's. What has been reacted to is not again.
///
/// # Errors
/// [`Violation`].
pub fn commands_are_executed_in_the_events_context<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; issue one; issue two")?;
    let cause = bench.everything()?.remove(0);
    let worker = plain(&bench)?;
    bench.block_on(worker.catch_up())?;
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "one"), ("a", "two")]), "what was done");
    for (index, event) in bench.everything()?.iter().skip(1).enumerate() {
        let id = event_id(command_id(cause.id, "test.Clerk", "a", index), 0);
        ensure_eq!(event.id, id, "the id of the event of command {index}");
        let context = (event.correlation_id, event.causation_id, event.depth);
        ensure_eq!(context, (Some(cause.id), Some(cause.id), 1), "the context of command {index}");
        let headers = format!(r#"{{"{POLICY_HEADER}":"test.Clerk"}}"#);
        ensure_eq!(event.raw_headers.as_deref(), Some(headers.as_str()), "the headers of command {index}");
    }
    Ok(())
}

/// Where a policy dies after it has issued commands and before its step is kept, the commands are sent again, and none has
/// its effect twice.
///
/// # Errors
/// [`Violation`].
pub fn a_lost_command_is_sent_again<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; issue one; issue two; issue three; timer 60 silence a")?;
    for deed in ["one", "two", "three"] {
        die_after(&bench, deed)?;
        ensure_eq!(bench.block_on(plain(&bench)?.instance("a"))?, None, "the instance before its first step is kept");
    }
    let (lives, desk) = worker(&bench, Clerk::default(), |desk| desk)?;
    bench.block_on(lives.catch_up())?;
    let due = deeds(&[("a", "one"), ("a", "two"), ("a", "three")]);
    ensure_eq!(done(&bench)?, due, "what was done in the end");
    ensure_eq!(*desk.came.lock().unwrap_or_else(PoisonError::into_inner), due, "the commands that came again");
    let timers = bench.block_on(lives.instance("a"))?.map(|instance| instance.timers.len());
    ensure_eq!(timers, Some(1), "the timers of the instance");
    // The same with a timer's commands.
    bench.clock.advance(60);
    die_after(&bench, "late silence a")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    let due = [due, deeds(&[("a", "late silence a")])].concat();
    ensure_eq!(done(&bench)?, due, "what was done after a timer");
    Ok(())
}

/// Runs the policy until it has issued a command, and no further.
fn die_after<F>(bench: &Bench<'_, F>, deed: &'static str) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let told = Arc::new(Turnstile::default());
    let tell = Arc::clone(&told);
    let stand_still = move |command: &Said| -> BoxFuture<'static, ()> {
        if command.orders != deed {
            return Box::pin(std::future::ready(()));
        }
        tell.open();
        Box::pin(std::future::pending())
    };
    let (dies, _) = worker(bench, Clerk::default(), |desk| desk.after(stand_still))?;
    let raced = async { matches!(select(pin!(dies.catch_up()), pin!(told.wait())).await, Either::Right(_)) };
    ensure!(bench.soon("a command is issued", raced)?, "it did not stand still after {deed}");
    Ok(())
}

/// A chain of causation stops at its limit, with an error that shows what it goes back to; other correlations go on.
///
/// # Errors
/// [`Violation`].
pub fn too_long_a_chain_stops_and_is_shown<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; issue echo")?;
    let (worker, _) = worker(&bench, Clerk { echoes: true, instead: None }, |desk| desk)?;
    let worker = worker.depth_limit(4);
    let status = bench.block_on(worker.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "echo"); 4]), "what was done before it stopped");
    ensure_eq!(status.parked, 1, "the steps that are parked");
    let parked = bench.block_on(worker.parked())?;
    let error = parked.first().and_then(|parked| parked.error.clone()).unwrap_or_default();
    let chain: Vec<&str> = error.lines().skip(1).collect();
    let due = [
        "  test.Done, version 4 of stream test.Deeds-a, by policy test.Clerk",
        "  because of test.Done, version 3 of stream test.Deeds-a, by policy test.Clerk",
        "  because of test.Done, version 2 of stream test.Deeds-a, by policy test.Clerk",
        "  because of test.Done, version 1 of stream test.Deeds-a, by policy test.Clerk",
        "  because of test.Said, version 1 of stream test.Thing-a",
    ];
    ensure_eq!(chain, due, "the chain that the error shows");
    say(&bench, "b", "begin; issue echo")?;
    bench.block_on(worker.catch_up())?;
    ensure_eq!(done(&bench)?.len(), 8, "what was done with another key");
    Ok(())
}

/// A rejection is handed to the policy, whose answer takes the rejected command's place; if it has none, the step is tried
/// again, and parked in the end.
///
/// # Errors
/// [`Violation`].
pub fn a_rejection_is_handed_back<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; issue one; issue forbidden; issue two")?;
    let (answers, _) = worker(&bench, Clerk { echoes: false, instead: Some("instead") }, |desk| desk)?;
    bench.block_on(answers.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "one"), ("a", "instead"), ("a", "two")]), "what was done");
    let state = bench.block_on(answers.instance("a"))?.map(|instance| instance.state).unwrap_or_default();
    ensure!(state.contains("refused: forbidden"), "the state does not know of the rejection: {state}");

    say(&bench, "b", "begin; issue forbidden")?;
    let (has_none, desk) = worker(&bench, Clerk::default(), |desk| desk)?;
    bench.block_on(has_none.catch_up())?;
    let parked = bench.block_on(has_none.parked())?;
    let parked: Vec<_> = parked.iter().map(|one| (one.correlation.as_str(), one.attempts)).collect();
    ensure_eq!(parked, [("b", 3)], "what is parked");
    let came = desk.came.lock().unwrap_or_else(PoisonError::into_inner).len();
    ensure_eq!(came, 3, "how often the command came");

    say(&bench, "c", "begin; issue forbidden")?;
    let (insists, _) = worker(&bench, Clerk { echoes: false, instead: Some("forbidden") }, |desk| desk)?;
    bench.block_on(insists.catch_up())?;
    let errors: Vec<_> = bench.block_on(insists.parked())?.into_iter().filter_map(|parked| parked.error).collect();
    ensure!(errors.iter().any(|error| error.contains("1000 commands")), "who insists is not stopped: {errors:?}");
    Ok(())
}

/// Where something was done in the place of a command that was refused, the command stays refused, even if it would be
/// possible when the step is taken again. A rejection without an answer is forgotten.
///
/// # Errors
/// [`Violation`].
pub fn an_answered_rejection_is_met_again<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let rain = |key: &str| {
        let payload = format!(r#"{{"key":"{key}","orders":"rain"}}"#);
        bench.push(&StreamName::of("test", "Deeds", key)?, &[NewEvent::new("test.Done", 1, payload)])?;
        Ok::<(), Violation>(())
    };
    say(&bench, "a", "begin; issue needs rain; issue lost")?;
    let clerk = Clerk { echoes: false, instead: Some("instead") };
    let (answers, _) = worker(&bench, clerk, |desk| desk.fails("lost", 3))?;
    bench.block_on(answers.catch_up())?;
    ensure_eq!(parked(&bench)?, [("a".to_owned(), 3, true)], "what is parked");
    rain("a")?;
    bench.block_on(answers.replay(None))?;
    bench.block_on(answers.catch_up())?;
    let due = [("a", "instead"), ("a", "rain"), ("a", "lost")];
    ensure_eq!(done(&bench)?, deeds(&due), "what was done where the rejection had an answer");

    say(&bench, "b", "begin; issue needs rain")?;
    let has_none = plain(&bench)?;
    bench.block_on(has_none.catch_up())?;
    rain("b")?;
    bench.block_on(has_none.replay(None))?;
    bench.block_on(has_none.catch_up())?;
    let due = [&due[..], &[("b", "rain"), ("b", "needs rain")]].concat();
    ensure_eq!(done(&bench)?, deeds(&due), "what was done where it had none");
    Ok(())
}

/// A step that fails each time is parked with its error, and the later steps of its correlation behind it, while its timers
/// wait; other correlations go on. Nothing of a step that failed is kept. A replay takes them in their order.
///
/// # Errors
/// [`Violation`].
pub fn a_failing_step_parks_its_correlation<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let said = [
        ("a", "begin; timer 60 silence a"),
        ("a", "issue lost; timer 9 soon a"),
        ("b", "begin; issue other; timer 70 silence b"),
        ("a", "issue after it"),
        ("b", "issue more"),
    ];
    for (key, orders) in said {
        say(&bench, key, orders)?;
    }
    let (worker, _) = worker(&bench, Clerk::default(), |desk| desk.fails("lost", 6))?;
    bench.block_on(worker.catch_up())?;
    bench.clock.advance(100);
    bench.block_on(worker.catch_up())?;
    let others = [("b", "other"), ("b", "more"), ("b", "late silence b")];
    ensure_eq!(done(&bench)?, deeds(&others), "what was done of the key that goes on");
    let held = bench.block_on(worker.instance("a"))?.map(|held| (held.state, held.timers.len()));
    ensure_eq!(held, Some((r#"["begin","timer 60 silence a"]"#.to_owned(), 1)), "the instance whose step failed");
    ensure_eq!(parked(&bench)?, [("a".to_owned(), 3, true), ("a".to_owned(), 0, false)], "what is parked");

    // It fails once more, and then it does not.
    ensure_eq!(bench.block_on(worker.replay(Some("nobody")))?, 0, "correlations of that name to be replayed");
    ensure_eq!(bench.block_on(worker.replay(None))?, 1, "correlations to be replayed");
    bench.block_on(worker.catch_up())?;
    ensure_eq!(parked(&bench)?, [("a".to_owned(), 6, true), ("a".to_owned(), 0, false)], "what is still parked");
    bench.block_on(worker.replay(Some("a")))?;
    say(&bench, "a", "issue last")?;
    bench.block_on(worker.catch_up())?;
    ensure_eq!(parked(&bench)?, [], "what is parked in the end");
    // The timers were due before the last event was recorded.
    let replayed = [("a", "lost"), ("a", "after it"), ("a", "late soon a"), ("a", "late silence a"), ("a", "last")];
    ensure_eq!(done(&bench)?, deeds(&[&others[..], &replayed[..]].concat()), "what was done in the end");
    Ok(())
}

/// What is parked: the correlation, the attempts, and whether there is an error.
fn parked<F>(bench: &Bench<'_, F>) -> Result<Vec<(String, u32, bool)>, Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let parked = bench.block_on(plain(bench)?.parked())?;
    Ok(parked.into_iter().map(|one| (one.correlation, one.attempts, one.error.is_some())).collect())
}

/// What the policy's code cannot do is not tried again, but parked at once, errors and panics alike; so is a timer whose
/// command fails, and what comes behind it.
///
/// # Errors
/// [`Violation`].
pub fn whatever_fails_is_parked<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; fail")?;
    say(&bench, "b", "begin; issue never; panic")?;
    say(&bench, "c", "begin; timer 10 silence c")?;
    bench.clock.advance(11);
    say(&bench, "c", "issue next")?;
    let (worker, _) = worker(&bench, Clerk::default(), |desk| desk.fails("late silence c", 3))?;
    bench.block_on(worker.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[]), "what was done");
    let parked = bench.block_on(worker.parked())?;
    let listed: Vec<_> =
        parked.iter().map(|one| (one.correlation.as_str(), one.timer.as_deref(), one.attempts)).collect();
    let due = [("a", None, 1), ("b", None, 1), ("c", Some("silence c"), 3), ("c", None, 0)];
    ensure_eq!(listed, due, "what is parked");
    let says = |index: usize, text| parked[index].error.as_ref().is_some_and(|error| error.contains(text));
    ensure!(says(0, "does not want to") && says(1, "dropped a vase"), "the errors are not told: {parked:?}");
    bench.block_on(worker.replay(Some("c")))?;
    bench.block_on(worker.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("c", "late silence c"), ("c", "next")]), "what was done of the replayed");
    Ok(())
}

/// An event that is read as several goes to the instance of each; where one fails the others have done theirs.
///
/// # Errors
/// [`Violation`].
pub fn an_event_may_concern_several_instances<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    tell(&bench, "test.Shouted", "a,b,a,c", "begin; issue hello")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    let due = [("a", "hello"), ("a", "hello"), ("b", "hello"), ("c", "hello")];
    ensure_eq!(done(&bench)?, deeds(&due), "what was done");
    say(&bench, "b", "end")?;
    tell(&bench, "test.Shouted", "a,b", "fail")?;
    say(&bench, "b", "begin; issue at work")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(parked(&bench)?, [("a".to_owned(), 1, true)], "what is parked");
    ensure_eq!(done(&bench)?, deeds(&[&due[..], &[("b", "at work")]].concat()), "what was done in the end");
    Ok(())
}

/// A new policy begins where it is told to; a known one goes on where it was.
///
/// # Errors
/// [`Violation`].
pub fn a_new_policy_begins_where_it_is_told<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; issue before")?;
    let at_the_end = || Ok::<_, Violation>(plain(&bench)?.start(Start::End));
    bench.block_on(at_the_end()?.catch_up())?;
    say(&bench, "a", "begin; issue after")?;
    bench.block_on(at_the_end()?.catch_up())?;
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "after")]), "what was done");
    Ok(())
}

/// Whoever runs a policy reacts to events as they come and to timers as they become due; nobody else runs it meanwhile.
///
/// # Errors
/// [`Violation`].
pub fn whoever_runs_is_woken_by_events_and_timers<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let (stop, clock) = (Turnstile::default(), bench.clock.clone());
    // Sleeps as long as it is told by its own clock, which is no time at all.
    let sleeper = move |sleep: std::time::Duration| {
        clock.advance(i64::try_from(sleep.as_secs()).unwrap_or(0) + 1);
        std::future::ready(())
    };
    let runs = plain(&bench)?.sleeper(sleeper);
    let follow = || {
        let _end = stop.open_at_the_end();
        say(&bench, "a", "begin; issue first")?;
        wait_for(&bench, "first")?;
        let answer = bench.block_on(plain(&bench)?.catch_up());
        let duplicate = matches!(answer, Err(PolicyError::State(PolicyStoreError::Duplicate { .. })));
        ensure!(duplicate, "`Duplicate` is due, got {answer:?}");
        say(&bench, "a", "issue second; timer 3600 silence a")?;
        wait_for(&bench, "late silence a")
    };
    thread::scope(|scope| {
        let follow = scope.spawn(follow);
        let ran = bench.block_on(runs.run_until(stop.wait()));
        follow.join().unwrap_or_else(|_| Err(Violation::new("the follower panicked")))?;
        Ok::<(), Violation>(ran?)
    })?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "first"), ("a", "second"), ("a", "late silence a")]), "what was done");
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?.len(), 3, "the deeds after somebody else ran it");
    Ok(())
}

fn wait_for<F: StoreFactory>(bench: &Bench<'_, F>, deed: &str) -> Result<(), Violation> {
    let mut patience = Patience::new();
    while !done(bench)?.iter().any(|(_, done)| done == deed) {
        ensure!(patience.tick(), "it was not done in a long time: {deed}");
    }
    Ok(())
}
