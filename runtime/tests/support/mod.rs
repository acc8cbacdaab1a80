//! A small aggregate, written by hand as the generator would write it, and a store to provoke.
#![allow(dead_code, reason = "each test file uses its part")]

use std::fmt;

use factum::event::Reader;
use factum::{Aggregate, Decision, DecodeFault, Decoded, EncodeError, Encoded, EventSet, emit_all, nothing, reject};
use serde::{Deserialize, Serialize};

/// A jar that holds at most ten marbles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jar {
    pub(crate) marbles: u32,
    /// Events that said nothing any more leave no trace here; those that became several leave several.
    pub(crate) log: Vec<JarEvent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JarEvent {
    Put { marbles: u32 },
    Taken { marbles: u32 },
}

#[derive(Debug, Clone)]
pub(crate) enum JarCommand {
    /// One event for each marble.
    Put(u32),
    /// One event for all.
    Take(u32),
    /// Whatever is there is taken out.
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no room, or not enough marbles")
    }
}

impl std::error::Error for NoRoom {}

impl Aggregate for Jar {
    const CONTEXT: &'static str = "toys";
    const NAME: &'static str = "Jar";
    type Id = String;
    type Event = JarEvent;
    type Command = JarCommand;
    type Rejection = NoRoom;

    fn handle(&self, command: JarCommand) -> Decision<Self> {
        match command {
            JarCommand::Put(marbles) if self.marbles + marbles > 10 => reject(NoRoom),
            JarCommand::Put(marbles) => emit_all((0..marbles).map(|_| JarEvent::Put { marbles: 1 })),
            JarCommand::Take(marbles) if marbles > self.marbles => reject(NoRoom),
            JarCommand::Empty if self.marbles == 0 => nothing(),
            JarCommand::Take(marbles) => emit_all([JarEvent::Taken { marbles }]),
            JarCommand::Empty => emit_all([JarEvent::Taken { marbles: self.marbles }]),
        }
    }

    fn apply(&mut self, event: &JarEvent) {
        match event {
            JarEvent::Put { marbles } => self.marbles += marbles,
            JarEvent::Taken { marbles } => self.marbles -= marbles,
        }
        self.log.push(event.clone());
    }
}

impl EventSet for JarEvent {
    const TYPES: &'static [&'static str] =
        &["toys.JarDusted", "toys.JarShaken", "toys.MarblesPut", "toys.MarblesTaken"];

    const READERS: &'static [Reader<Self>] = &[
        reader("toys.JarDusted", |_, _, _| Ok(Decoded::None)),
        reader("toys.JarShaken", |_, _, _| {
            Ok(Decoded::Several(vec![Self::Taken { marbles: 1 }, Self::Put { marbles: 1 }]))
        }),
        reader("toys.MarblesPut", |_, _, payload| Ok(Decoded::One(Self::Put { marbles: marbles(payload)? }))),
        reader("toys.MarblesTaken", |_, _, payload| Ok(Decoded::One(Self::Taken { marbles: marbles(payload)? }))),
    ];

    fn encode(&self) -> Result<Encoded, EncodeError> {
        let (event_type, marbles) = match self {
            Self::Put { marbles } => ("toys.MarblesPut", marbles),
            Self::Taken { marbles } => ("toys.MarblesTaken", marbles),
        };
        let payload = format!(r#"{{"marbles":{marbles}}}"#);
        Ok(Encoded { event_type, schema_version: 1, readable_from: 1, payload })
    }
}

const fn reader(
    event_type: &'static str,
    read: fn(u32, u32, &str) -> Result<Decoded<JarEvent>, DecodeFault>,
) -> Reader<JarEvent> {
    Reader { event_type, versions: &[(1, u32::MAX)], newest: 1, read }
}

fn marbles(payload: &str) -> Result<u32, DecodeFault> {
    #[derive(Deserialize)]
    struct Body {
        marbles: u32,
    }
    Ok(serde_json::from_str::<Body>(payload)?.marbles)
}
