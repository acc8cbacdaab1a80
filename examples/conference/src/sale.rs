//! 64 tasks want the last seats of one conference at the same moment.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use factum::store::EventStore;
use factum::{Context, ExecuteError, RetryPolicy, Uuid};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::screen::{counted, number};
use crate::{Channel, Error, ReserveSeats, Screen, SeatAvailabilityRejection, Seats};

const BUYERS: usize = 64;

/// What a buyer got: the reservation, or why there is none.
type Answer = Result<Result<Uuid, SeatAvailabilityRejection>, ExecuteError<SeatAvailabilityRejection>>;

/// Lets the buyers loose on `conference`, shows who got what, and then lets somebody come late.
pub(crate) async fn run<S: EventStore + Clone, W: Write>(
    seats: &Seats<S>,
    conference: Uuid,
    screen: &mut Screen<W>,
) -> Result<(), Error> {
    let left = seats.load(conference).await?.state.available();
    let retries = Arc::new(AtomicU64::new(0));
    let seats = patient(seats.clone(), left, Arc::clone(&retries));
    let started = Instant::now();
    let (sold, rejected) = all_at_once(&seats, conference).await?;
    let took = started.elapsed();

    let now = seats.load(conference).await?.state;
    let held = now.held_seats();
    if held > u64::from(now.capacity) || sold.iter().any(|buyer| now.held.get(buyer) != Some(&1)) {
        return Err(Error::Oversold { name: now.name, held, capacity: now.capacity });
    }
    screen.line(format_args!("sold      {:>5}  of the {left} that were left, to as many buyers", sold.len()))?;
    screen.line(format_args!("rejected  {rejected:>5}  for nothing was left"))?;
    let retries = number(retries.load(Ordering::Relaxed));
    screen
        .line(format_args!("retries   {retries:>5}  somebody else had been faster: read what is new, decide again"))?;
    let (capacity, held) = (counted(now.capacity, "seat"), number(held));
    screen.line(format_args!(
        "held      {held:>5}  of {capacity} now: none was sold twice, in {} ms",
        took.as_millis()
    ))?;
    late(&seats, conference, screen).await
}

/// A repository that counts its retries and has enough of them: an attempt fails only where another one succeeded,
/// so with `left` seats on sale nobody fails more often than that before all is sold.
fn patient<S: EventStore>(seats: Seats<S>, left: u32, retries: Arc<AtomicU64>) -> Seats<S> {
    let policy = RetryPolicy { attempts: left.saturating_add(1), ..RetryPolicy::default() };
    seats.retry(policy).sleeper(move |pause| {
        retries.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(pause)
    })
}

/// The reservations that were made, and how many were rejected.
async fn all_at_once<S: EventStore + Clone>(
    seats: &Seats<S>,
    conference: Uuid,
) -> Result<(BTreeSet<Uuid>, usize), Error> {
    let together = Arc::new(Barrier::new(BUYERS));
    let mut buyers: JoinSet<Answer> = JoinSet::new();
    for buyer in 1..=BUYERS {
        let (seats, together) = (seats.clone(), Arc::clone(&together));
        buyers.spawn(async move {
            together.wait().await;
            buy(&seats, conference, 1, format!("buyer {buyer}")).await
        });
    }
    let (mut sold, mut rejected) = (BTreeSet::new(), 0);
    while let Some(answer) = buyers.join_next().await {
        match answer?? {
            Ok(reservation) => drop(sold.insert(reservation)),
            Err(_) => rejected += 1,
        }
    }
    Ok((sold, rejected))
}

async fn buy<S: EventStore>(seats: &Seats<S>, conference: Uuid, quantity: u32, actor: String) -> Answer {
    let reservation = Uuid::now_v7();
    let command = ReserveSeats { reservation, quantity, channel: Channel::Web, note: None };
    match seats.execute_with(conference, command, Context::new().actor(actor)).await {
        Ok(_) => Ok(Ok(reservation)),
        Err(ExecuteError::Rejected(rejection)) => Ok(Err(rejection)),
        Err(error) => Err(error),
    }
}

/// Somebody comes when all is sold, and is told so.
async fn late<S: EventStore, W: Write>(
    seats: &Seats<S>,
    conference: Uuid,
    screen: &mut Screen<W>,
) -> Result<(), Error> {
    let answer = match buy(seats, conference, 2, "late buyer".to_owned()).await? {
        Ok(_) => "which there are, it turns out".to_owned(),
        Err(rejection) => format!("and is told: {rejection}"),
    };
    screen.space()?;
    screen.line(format_args!("A late buyer asks for two, {answer}"))?;
    Ok(())
}
