//! What is no set at all still has the traits of one, so that the aggregate says nothing of it.

use factum::{Aggregate, CommandSet, EventSet};

#[derive(Debug, Clone, EventSet)]
struct SeatEvent;

#[derive(Debug, Clone, CommandSet)]
struct SeatCommand;

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats;

impl ApplySeatEvent for Seats {}

impl HandleSeatCommand for Seats {}

fn main() {}
