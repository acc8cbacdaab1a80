//! One conference's history: as it was stored, and what that says today.

use std::cmp::Reverse;
use std::io::Write;

use factum::store::EventStore;
use factum::{Recorded, Timestamp};

use crate::screen::{Short, counted, fit};
use crate::{Conference, Error, Screen, SeatAvailability, SeatAvailabilityEvent, Seats};

/// The longest history that is shown whole; of a longer one the beginning and the end.
const WHOLE: usize = 48;

/// The conference whose history tells most: of those stored in the most different forms, the shortest.
pub(crate) fn most_telling(conferences: &[Conference]) -> Option<&Conference> {
    conferences.iter().min_by_key(|conference| (Reverse(conference.stored_as.len()), conference.events()))
}

/// The history of `conference`, and what its oldest reservation looks like in the store.
pub(crate) async fn show<S: EventStore, W: Write>(
    seats: &Seats<S>,
    conference: &Conference,
    screen: &mut Screen<W>,
) -> Result<(), Error> {
    let (mut lines, mut oldest) = (Vec::new(), None);
    let visit = |recorded: &Recorded<'_>, events: &[SeatAvailabilityEvent], state: &SeatAvailability| {
        lines.push(line(recorded, events, state.available()));
        if let [SeatAvailabilityEvent::SeatsReserved(event)] = events {
            oldest.get_or_insert_with(|| (stored(recorded), format!("{event:?}")));
        }
    };
    seats.for_each_event(conference.id, visit).await?;

    screen.columns(format_args!(
        "{:<16}  {:>3}  {:<23}  {:<30}  {:<13}  {:>3}",
        "time (UTC)", "no.", "stored as", "says", "by", "left"
    ))?;
    let hidden = lines.len().checked_sub(WHOLE).filter(|hidden| *hidden > 0);
    for (index, text) in lines.iter().enumerate() {
        match hidden {
            Some(hidden) if index == WHOLE / 2 => {
                screen.line(format_args!("… {}", counted(hidden as u64, "more event")))?;
            }
            Some(hidden) if (WHOLE / 2..WHOLE / 2 + hidden).contains(&index) => {}
            Some(_) | None => screen.line(text)?,
        }
    }
    if let Some((stored, read)) = oldest {
        screen.space()?;
        screen.line("Its first reservation, as it lies in the store since, and as the code of today reads it:")?;
        wrapped(&stored, screen)?;
        wrapped(&read, screen)?;
    }
    Ok(())
}

fn line(recorded: &Recorded<'_>, events: &[SeatAvailabilityEvent], left: u32) -> String {
    let name = recorded.event_type.rsplit('.').next().unwrap_or(recorded.event_type);
    let stored_as = format!("{name} v{}", recorded.schema_version);
    let says = events.iter().map(says).collect::<Vec<_>>().join("; ");
    let (time, says, actor) = (minute(recorded.recorded_at), fit(&says, 30), fit(recorded.actor.unwrap_or("-"), 13));
    format!("{time}  {:>3}  {stored_as:<23}  {says:<30}  {actor:<13}  {left:>3}", recorded.version)
}

/// What an event says, whichever version it was stored as.
fn says(event: &SeatAvailabilityEvent) -> String {
    match event {
        SeatAvailabilityEvent::SeatingOpened(e) => format!("{} on sale", counted(e.capacity, "seat")),
        SeatAvailabilityEvent::SeatsReserved(e) => {
            let note = e.note.as_ref().map(|note| format!(" “{note}”")).unwrap_or_default();
            format!("{} for {}, {}{note}", e.quantity, Short(e.reservation), e.channel)
        }
        SeatAvailabilityEvent::ReservationChanged(e) => format!("{} now has {}", Short(e.reservation), e.quantity),
        SeatAvailabilityEvent::ReservationCancelled(e) => format!("{} gives its seats back", Short(e.reservation)),
        SeatAvailabilityEvent::ConferenceCancelled(e) => {
            format!("cancelled: {}", e.reason.as_deref().unwrap_or("nobody said why"))
        }
    }
}

/// An event as it is stored.
fn stored(recorded: &Recorded<'_>) -> String {
    format!("{} v{} {}", recorded.event_type, recorded.schema_version, recorded.payload)
}

/// A time to the minute.
fn minute(time: Timestamp) -> String {
    let text = time.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

/// A long text in lines, indented.
fn wrapped<W: Write>(text: &str, screen: &mut Screen<W>) -> Result<(), Error> {
    let (mut line, width) = (String::new(), Screen::<W>::WIDTH - 6);
    for word in text.split_inclusive([' ', ',']) {
        if line.chars().count() + word.trim_end().chars().count() > width {
            screen.line(format_args!("  {}", line.trim_end()))?;
            line.clear();
            line.push_str("  ");
        }
        line.push_str(word);
    }
    screen.line(format_args!("  {}", line.trim_end()))?;
    Ok(())
}
