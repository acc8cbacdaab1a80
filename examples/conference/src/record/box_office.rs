//! A year at the box office.

use std::collections::VecDeque;

use factum::{Aggregate, EncodeError, Encoded, StreamName, Timestamp, Uuid, event_id};

use super::dice::Dice;
use super::releases::{Release, year_begins};
use super::season::{Plan, SEASON};
use crate::{
    CancelConference, CancelReservation, ChangeReservation, Channel, OpenSeating, ReserveSeats, SeatAvailability,
    SeatAvailabilityCommand, SeatAvailabilityEvent, SeatAvailabilityRejection,
};

const SEED: u64 = 0x5ea7_ab1e;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
const HOUR: i64 = DAY / 24;
const DAYS: u32 = 365;
/// The longest time between two callers, in seconds, while the office is open.
const PAUSE: u32 = 4_150;

const CLERKS: [&str; 5] = ["ines", "jonas", "mirela", "tomasz", "yuki"];
const AGENCIES: [&str; 3] = ["north travel", "campus tours", "rail and stay"];
const NOTES: [&str; 5] =
    ["wheelchair space", "front row, please", "invoice to the university", "with interpreter", "vegan lunch"];

/// An event as it was stored, and what was stored beside it.
pub(super) struct Fact {
    pub(super) stream: String,
    pub(super) version: u64,
    pub(super) at: Timestamp,
    pub(super) id: Uuid,
    pub(super) correlation_id: Uuid,
    pub(super) causation_id: Option<Uuid>,
    pub(super) depth: u32,
    pub(super) actor: String,
    pub(super) headers: Option<String>,
    pub(super) encoded: Result<Encoded, EncodeError>,
}

/// Who asks, and because of what.
struct Asks {
    clerk: &'static str,
    actor: String,
    headers: Option<String>,
    /// The fact that made it happen, by its place in the record.
    cause: Option<usize>,
}

/// A conference in the course of the year.
struct Hall {
    plan: &'static Plan,
    id: Uuid,
    seats: SeatAvailability,
    version: u64,
    /// How many seats those who came in vain are waiting for.
    waiting: VecDeque<u32>,
}

/// The conferences, the clock, and what has been recorded.
pub(super) struct BoxOffice {
    dice: Dice,
    /// Microseconds since the year began.
    now: i64,
    halls: Vec<Hall>,
    facts: Vec<Fact>,
}

impl BoxOffice {
    const PATIENT: usize = 8;

    pub(super) fn open() -> Self {
        Self { dice: Dice::new(SEED), now: 8 * HOUR, halls: Vec::new(), facts: Vec::new() }
    }

    /// All that happens until the year is over.
    pub(super) fn year(mut self) -> Vec<Fact> {
        loop {
            self.pass_time();
            let day = self.day();
            if day >= DAYS {
                return self.facts;
            }
            self.open_halls(day);
            self.cancel_halls(day);
            self.serve(day);
        }
    }

    fn day(&self) -> u32 {
        u32::try_from(self.now / DAY).unwrap_or(u32::MAX)
    }

    fn time(&self) -> Timestamp {
        let begin = year_begins();
        Timestamp::from_microsecond(begin.as_microsecond() + self.now).unwrap_or(begin)
    }

    /// The next caller; nobody calls at night.
    fn pass_time(&mut self) {
        self.now += 1_000_000 + i64::from(self.dice.below(PAUSE)) * 1_000_000 + i64::from(self.dice.below(1_000_000));
        if self.now % DAY > 21 * HOUR {
            let minutes = i64::from(self.dice.below(90));
            self.now =
                (self.now / DAY + 1) * DAY + 7 * HOUR + minutes * HOUR / 60 + i64::from(self.dice.below(1_000_000));
        }
    }

    fn pass_minutes(&mut self) {
        self.now += i64::from(1 + self.dice.below(900)) * 1_000_000 + i64::from(self.dice.below(1_000_000));
    }

    fn open_halls(&mut self, day: u32) {
        while let Some(plan) = SEASON.get(self.halls.len()).filter(|plan| plan.opens <= day) {
            let (id, hall) = (self.dice.uuid(self.time()), self.halls.len());
            self.halls.push(Hall {
                plan,
                id,
                seats: SeatAvailability::default(),
                version: 0,
                waiting: VecDeque::new(),
            });
            let asks = organizer();
            let command = OpenSeating { name: plan.name.to_owned(), capacity: plan.capacity };
            let _ = self.ask(hall, command, &asks);
            self.pass_minutes();
        }
    }

    fn cancel_halls(&mut self, day: u32) {
        for hall in 0..self.halls.len() {
            let Hall { plan, seats, .. } = &self.halls[hall];
            match plan.cancelled {
                Some((cancelled, reason)) if cancelled <= day && !seats.cancelled => {
                    let asks = organizer();
                    let _ = self.ask(hall, CancelConference { reason: reason.to_owned() }, &asks);
                    self.pass_minutes();
                }
                Some(_) | None => {}
            }
        }
    }

    /// Somebody calls about one of the conferences that are on sale.
    fn serve(&mut self, day: u32) {
        let open = |hall: &Hall| !hall.seats.cancelled && day < hall.plan.begins;
        let interest = |hall: &Hall| if open(hall) { hall.plan.interest } else { 0 };
        let mut choice = self.dice.below(self.halls.iter().map(interest).sum());
        for hall in 0..self.halls.len() {
            let interest = interest(&self.halls[hall]);
            if choice < interest {
                return self.call(hall);
            }
            choice -= interest;
        }
    }

    fn call(&mut self, hall: usize) {
        let held = &self.halls[hall].seats.held;
        let nth = self.dice.below(u32::try_from(held.len()).unwrap_or(u32::MAX));
        let known = held.iter().nth(nth as usize).map(|(reservation, quantity)| (*reservation, *quantity));
        match (known, self.dice.below(100)) {
            (None, _) | (_, 0..64) => self.reserve(hall),
            (Some((reservation, quantity)), 64..84) => {
                let more = self.dice.chance(55);
                let quantity = if more { quantity + 1 + self.dice.below(2) } else { quantity - 1 };
                let asks = self.clerk();
                // Down to nothing is no change, and for more there may be no room: then nothing has happened.
                let changed = self.ask(hall, ChangeReservation { reservation, quantity }, &asks);
                self.serve_waiting(hall, changed.ok());
            }
            (Some((reservation, _)), _) => {
                let asks = self.clerk();
                let cancelled = self.ask(hall, CancelReservation { reservation }, &asks);
                self.serve_waiting(hall, cancelled.ok());
            }
        }
    }

    fn reserve(&mut self, hall: usize) {
        let party = self.dice.below(100);
        let quantity = match party {
            0..97 => 1 + self.dice.below(4),
            _ => 6 + self.dice.below(9),
        };
        let channel = if Release::on(self.day()).has_channels() { self.channel() } else { Channel::Web };
        let note = self.dice.chance(7).then(|| self.dice.pick(&NOTES).map(|note| (*note).to_owned())).flatten();
        let (asks, reservation) = (self.asks_by(channel), self.dice.uuid(self.time()));
        let command = ReserveSeats { reservation, quantity, channel, note };
        if self.ask(hall, command, &asks).is_err() && self.halls[hall].waiting.len() < Self::PATIENT {
            self.halls[hall].waiting.push_back(quantity);
        }
    }

    /// Seats that became free go to those who wait, first come first served. `cause` is what freed them.
    fn serve_waiting(&mut self, hall: usize, cause: Option<usize>) {
        let Some(cause) = cause else { return };
        while let Some(&quantity) = self.halls[hall].waiting.front() {
            self.now += 40_000 + i64::from(self.dice.below(900_000));
            let asks =
                Asks { clerk: "waiting list", actor: "waiting list".to_owned(), headers: None, cause: Some(cause) };
            let (channel, reservation) = (Channel::Web, self.dice.uuid(self.time()));
            if self.ask(hall, ReserveSeats { reservation, quantity, channel, note: None }, &asks).is_err() {
                return;
            }
            self.halls[hall].waiting.pop_front();
        }
    }

    /// Lets the domain decide. What it lets happen is recorded; the answer is the place of the record.
    fn ask(
        &mut self,
        hall: usize,
        command: impl Into<SeatAvailabilityCommand>,
        asks: &Asks,
    ) -> Result<usize, SeatAvailabilityRejection> {
        let events = self.halls[hall].seats.handle(command.into())?;
        let command_id = self.dice.uuid(self.time());
        for (index, event) in events.iter().enumerate() {
            self.record(hall, event, event_id(command_id, index), command_id, asks);
        }
        Ok(self.facts.len().saturating_sub(1))
    }

    fn record(&mut self, hall: usize, event: &SeatAvailabilityEvent, id: Uuid, command_id: Uuid, asks: &Asks) {
        let (at, release) = (self.time(), Release::on(self.day()));
        let cause = asks.cause.map(|place| &self.facts[place]);
        let (correlation_id, causation_id, depth) =
            cause.map_or((command_id, None, 0), |cause| (cause.correlation_id, Some(cause.id), cause.depth + 1));
        let hall = &mut self.halls[hall];
        hall.seats.apply(event);
        hall.version += 1;
        let stream = StreamName::of(SeatAvailability::CONTEXT, SeatAvailability::NAME, hall.id);
        self.facts.push(Fact {
            stream: stream.map(|stream| stream.to_string()).unwrap_or_default(),
            version: hall.version,
            at,
            id,
            correlation_id,
            causation_id,
            depth,
            actor: asks.actor.clone(),
            headers: asks.headers.clone(),
            encoded: release.store(event, asks.clerk),
        });
    }

    fn channel(&mut self) -> Channel {
        match self.dice.below(100) {
            0..70 => Channel::Web,
            70..88 => Channel::Phone,
            _ => Channel::Partner,
        }
    }

    fn clerk(&mut self) -> Asks {
        let clerk = self.dice.pick(&CLERKS).copied().unwrap_or_default();
        Asks { clerk, actor: clerk.to_owned(), headers: None, cause: None }
    }

    /// Who reserves on this channel: before there were channels, a clerk.
    fn asks_by(&mut self, channel: Channel) -> Asks {
        let mut asks = self.clerk();
        if Release::on(self.day()).has_channels() {
            match channel {
                Channel::Web => asks.actor = format!("customer {}", 1_000 + self.dice.below(9_000)),
                Channel::Phone => {}
                Channel::Partner => {
                    self.dice.pick(&AGENCIES).copied().unwrap_or_default().clone_into(&mut asks.actor);
                    asks.headers = Some(format!(r#"{{"order":"{}"}}"#, 100_000 + self.dice.below(900_000)));
                }
            }
        }
        asks
    }
}

fn organizer() -> Asks {
    Asks { clerk: CLERKS[0], actor: "organizer".to_owned(), headers: None, cause: None }
}
