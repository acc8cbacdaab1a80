//! A view in SQL: built anew with its progress shown, stopped half-way, and gone on with.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use factum::Recorded;
use factum::projection::{Projection, Projector, RebuildProgress};
use factum::store::{ViewResult, ViewStatus};
use factum_sqlite::{QueryError, SqliteStore, ViewTx};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Notify;

use crate::screen::{counted, number};
use crate::{
    ConferenceCancelled, Error, ProjectSeatAvailabilityEvent, ReservationCancelled, ReservationChanged, Screen,
    SeatAvailabilityEvent, SeatingOpened, SeatsReserved,
};

/// The seats of each reservation, for whoever asks by channel.
#[derive(Debug, Clone, Copy)]
pub struct Reservations;

impl Projection for Reservations {
    type Tx = ViewTx;
    type Events = SeatAvailabilityEvent;
    const NAME: &'static str = "reservations";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        tx.execute_batch(
            "CREATE TABLE reservations_v1 (id TEXT PRIMARY KEY, stream TEXT, seats INTEGER, channel TEXT) STRICT",
        )?;
        Ok(())
    }
}

impl ProjectSeatAvailabilityEvent for Reservations {
    fn on_seating_opened(&self, _: &mut ViewTx, _: &SeatingOpened, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }

    fn on_seats_reserved(&self, tx: &mut ViewTx, event: &SeatsReserved, recorded: &Recorded<'_>) -> ViewResult {
        let row = (event.reservation.to_string(), recorded.stream, event.quantity, format!("{:?}", event.channel));
        tx.execute("INSERT INTO reservations_v1 VALUES (?1, ?2, ?3, ?4)", row)?;
        Ok(())
    }

    fn on_reservation_changed(&self, tx: &mut ViewTx, event: &ReservationChanged, _: &Recorded<'_>) -> ViewResult {
        let row = (event.quantity, event.reservation.to_string());
        tx.execute("UPDATE reservations_v1 SET seats = ?1 WHERE id = ?2", row)?;
        Ok(())
    }

    fn on_reservation_cancelled(&self, tx: &mut ViewTx, event: &ReservationCancelled, _: &Recorded<'_>) -> ViewResult {
        tx.execute("DELETE FROM reservations_v1 WHERE id = ?1", (event.reservation.to_string(),))?;
        Ok(())
    }

    fn on_conference_cancelled(&self, tx: &mut ViewTx, _: &ConferenceCancelled, recorded: &Recorded<'_>) -> ViewResult {
        tx.execute("DELETE FROM reservations_v1 WHERE stream = ?1", (recorded.stream,))?;
        Ok(())
    }
}

/// The channels, and the seats that are held through each.
///
/// # Errors
/// [`QueryError`]: the view was never built, say.
pub async fn seats_by_channel(store: &SqliteStore) -> Result<Vec<(String, i64)>, QueryError> {
    let sql = "SELECT channel, sum(seats) FROM reservations GROUP BY channel ORDER BY channel";
    store.query(sql, (), |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Builds the view anew, is cancelled on the way, goes on, and asks it.
pub(crate) async fn run<W: Write>(store: &SqliteStore, screen: &mut Screen<W>) -> Result<(), Error> {
    let projector = Projector::new(store.clone(), Reservations);
    match half(&projector, screen).await? {
        Some(position) => {
            screen.line(format_args!(
                "stopped at position {}: what was built stays, and is gone on with",
                number(position)
            ))?;
            let mut shown = Shown::new(screen.is_terminal());
            projector.catch_up(|progress| shown.show(progress)).await?;
            shown.end(screen)?;
        }
        None => screen.line("it was built before it could be stopped")?,
    }
    for (channel, seats) in seats_by_channel(store).await? {
        screen.line(format_args!("{:<8} {:>6}", channel, number(seats.unsigned_abs())))?;
    }
    Ok(())
}

/// Builds the view anew until half of it is done. Where it stands then; `None` if that was too quick to be stopped.
async fn half<W: Write>(
    projector: &Projector<Reservations, SqliteStore>,
    screen: &mut Screen<W>,
) -> Result<Option<u64>, Error> {
    let (enough, mut shown) = (Notify::new(), Shown::new(screen.is_terminal()));
    let position = AtomicU64::new(0);
    let rebuild = projector.rebuild(|progress| {
        shown.show(progress);
        position.store(progress.position, Ordering::Relaxed);
        if progress.fraction() >= 0.5 {
            enough.notify_one();
        }
    });
    // To cancel is to drop the future.
    let done: Option<ViewStatus> = tokio::select! {
        biased;
        () = enough.notified() => None,
        status = rebuild => Some(status?),
    };
    shown.end(screen)?;
    Ok(done.is_none().then(|| position.into_inner()))
}

/// How far it has come: a bar where somebody watches, and else a line for each quarter.
struct Shown {
    bar: Option<ProgressBar>,
    lines: Vec<String>,
    quarters: u32,
}

impl Shown {
    fn new(watched: bool) -> Self {
        let style = || {
            let style = ProgressStyle::with_template("  building {bar:40} {percent:>3} %  {msg}");
            style.map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("━╸─"))
        };
        Self { bar: watched.then(|| ProgressBar::new(0).with_style(style())), lines: Vec::new(), quarters: 0 }
    }

    fn show(&mut self, progress: &RebuildProgress) {
        if let Some(bar) = &self.bar {
            bar.set_length(progress.target - progress.start);
            bar.set_position(progress.position - progress.start);
            bar.set_message(pace(progress));
            return;
        }
        let due = |quarters: u32| progress.fraction() >= f64::from(quarters + 1) / 4.0;
        if due(self.quarters) {
            while self.quarters < 4 && due(self.quarters) {
                self.quarters += 1;
            }
            self.lines.push(format!("{:>3.0} %  {}", 100.0 * progress.fraction(), pace(progress)));
        }
    }

    fn end<W: Write>(self, screen: &mut Screen<W>) -> Result<(), Error> {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.lines.iter().try_for_each(|line| screen.line(line))?;
        Ok(())
    }
}

/// `3,000 events, 120,000 a second, 1 s to go`
fn pace(progress: &RebuildProgress) -> String {
    let left = progress.eta().map_or_else(String::new, |eta| format!(", {:.1} s to go", eta.as_secs_f64()));
    format!("{}, {:.0} a second{left}", counted(progress.events, "event"), progress.rate())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn where_nobody_watches_there_are_lines_for_quarters() {
        let (stream, store) =
            ("conference.SeatAvailability-1".parse().unwrap(), SqliteStore::open_in_memory().await.unwrap());
        let event = |number| {
            factum::NewEvent::new(
                "conference.ReservationCancelled",
                1,
                format!(r#"{{"reservation":"{}"}}"#, factum::Uuid::from_u128(number)),
            )
        };
        let events = (0..5_000).map(event).collect();
        factum::EventStoreExt::append_events(&store, &stream, factum::ExpectedVersion::None, events).await.unwrap();
        let (projector, mut out) = (Projector::new(store, Reservations), Vec::new());
        let mut shown = Shown::new(false);
        projector.catch_up(|progress| shown.show(progress)).await.unwrap();
        shown.end(&mut Screen::new(&mut out, false)).unwrap();
        let text = String::from_utf8(out).unwrap();
        let percents: Vec<u32> = text.lines().filter_map(|line| line.trim().split_once(" %")?.0.parse().ok()).collect();
        assert!((1..=4).contains(&percents.len()) && percents.is_sorted() && percents.last() == Some(&100), "{text}");
        assert!(text.contains("5,000 events, ") && text.contains(" s to go"), "{text}");
    }
}
