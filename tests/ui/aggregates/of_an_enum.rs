//! What applies events may be an enum; what has parameters may not.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct Opened;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum DoorEvent {
    Opened(Opened),
}

#[derive(Debug, Clone, CommandSet)]
enum DoorCommand {}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = DoorEvent, commands = DoorCommand, rejection = std::fmt::Error)]
enum Door {
    #[default]
    Closed,
    Open,
}

impl ApplyDoorEvent for Door {
    fn on_opened(&mut self, _: &Opened) {
        *self = Self::Open;
    }
}

impl HandleDoorCommand for Door {}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = DoorEvent, commands = DoorCommand, rejection = std::fmt::Error)]
struct Doors<T> {
    all: Vec<T>,
}

fn decide(door: &Door, command: DoorCommand) -> Decision<Door> {
    command.handle_by(door)
}

fn main() {
    let _ = decide;
}
