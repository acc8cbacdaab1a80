//! Projectors: views that follow the events, are built anew, and give way to newer versions.

use std::thread;

use super::harness::{Violation, ensure, ensure_eq, event, events, stream};
use super::tally::{Turnstile, ViewFactory, fresh_fold};
use super::viewed::{Viewed, rows};
use crate::store::ViewId;

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
    // What was handed over is done by the time somebody else has written.
    let last = viewed.bench.push(&stream("new")?, &events(1))?.position;
    let (at, mut reports) = (viewed.statuses()?, Vec::new());
    let at = at.first().map_or(0, |(_, position, _)| *position);
    ensure!(
        0 < at && Some(at + 1) < last,
        "a rebuild that was cancelled between its batches stands at {at} of {last:?}"
    );
    factory.block_on(projector.catch_up(|progress| reports.push(*progress)))?;
    ensure_eq!(viewed.rows(&viewed.view)?, fresh_fold(&viewed.bench)?, "the rows of a rebuild that was continued");
    ensure_eq!(reports.first().map(|first| first.start), Some(at), "where it was continued");

    reports.clear();
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
