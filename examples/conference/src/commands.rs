//! New commands on a new conference: what they did, or why they were refused.

use std::io::Write;

use factum::store::EventStore;
use factum::{Context, ExecuteError, Uuid};

use crate::screen::{Short, counted};
use crate::{
    ChangeReservation, Channel, Conference, Error, OpenSeating, ReserveSeats, Screen, SeatAvailabilityCommand, Seats,
};

/// The seats of the conference that every run opens.
const CAPACITY: u32 = 100;

/// What this run's conference is called: one more than there are.
pub(crate) fn next_name(conferences: &[Conference]) -> String {
    let encores = conferences.iter().filter(|conference| conference.seats.name.starts_with("Encore ")).count();
    format!("Encore {}", encores + 1)
}

/// Opens a conference called `name`, sells most of its seats, and answers its key.
pub(crate) async fn run<S: EventStore, W: Write>(
    seats: &Seats<S>,
    name: &str,
    screen: &mut Screen<W>,
) -> Result<Uuid, Error> {
    let (conference, school, agency) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut desk = Desk { seats, conference, screen };
    desk.screen.columns(format_args!("{:<13}  {:<17}  {:<28}  what came of it", "by", "command", ""))?;

    desk.send(OpenSeating { name: name.to_owned(), capacity: CAPACITY }, "organizer", Uuid::now_v7()).await?;
    let note = Some("a school class".to_owned());
    let class = ReserveSeats { reservation: school, quantity: 45, channel: Channel::Phone, note };
    let sent = Uuid::now_v7();
    desk.send(class.clone(), "box office", sent).await?;
    // The answer got lost, so the same command is sent once more, under the id that it had.
    desk.send(class, "box office", sent).await?;
    let group = ReserveSeats { reservation: agency, quantity: 30, channel: Channel::Partner, note: None };
    desk.send(group, "travel agency", Uuid::now_v7()).await?;
    desk.send(ChangeReservation { reservation: school, quantity: 50 }, "box office", Uuid::now_v7()).await?;
    desk.send(ChangeReservation { reservation: agency, quantity: 60 }, "travel agency", Uuid::now_v7()).await?;
    Ok(conference)
}

/// Where commands are handed in.
struct Desk<'a, S, W> {
    seats: &'a Seats<S>,
    conference: Uuid,
    screen: &'a mut Screen<W>,
}

impl<S: EventStore, W: Write> Desk<'_, S, W> {
    /// Executes a command and shows what came of it. A rejection is an answer like any other.
    async fn send(
        &mut self,
        command: impl Into<SeatAvailabilityCommand>,
        actor: &str,
        command_id: Uuid,
    ) -> Result<(), Error> {
        let command = command.into();
        let (name, asked) = says(&command);
        let context = Context::new().command_id(command_id).actor(actor);
        let outcome = match self.seats.execute_with(self.conference, command, context).await {
            Ok(done) if done.repeated => format!("version {}, done before", done.version),
            Ok(done) => format!("version {}", done.version),
            Err(ExecuteError::Rejected(rejection)) => format!("no: {rejection}"),
            Err(error) => return Err(error.into()),
        };
        self.screen.line(format_args!("{actor:<13}  {name:<17}  {asked:<28}  {outcome}"))?;
        Ok(())
    }
}

/// A command's name, and what it asks for.
fn says(command: &SeatAvailabilityCommand) -> (&'static str, String) {
    match command {
        SeatAvailabilityCommand::OpenSeating(c) => ("OpenSeating", counted(c.capacity, "seat")),
        SeatAvailabilityCommand::ReserveSeats(c) => {
            ("ReserveSeats", format!("{} for {}, {}", c.quantity, Short(c.reservation), c.channel))
        }
        SeatAvailabilityCommand::ChangeReservation(c) => {
            ("ChangeReservation", format!("{} for {}", c.quantity, Short(c.reservation)))
        }
        SeatAvailabilityCommand::CancelReservation(c) => ("CancelReservation", Short(c.reservation).to_string()),
        SeatAvailabilityCommand::CancelConference(c) => ("CancelConference", c.reason.clone()),
    }
}
