//! What people write today instead: versioned structs with serde's derives, or cqrs-es.

use std::fmt;
use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{
    EventUpcaster, PersistedEventRepository, PersistenceError, ReplayStream, SemanticVersionEventUpcaster,
    SerializedEvent, SerializedSnapshot,
};
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Web,
    Phone,
    Partner,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReservedV1 {
    pub(crate) reservation: Uuid,
    pub(crate) seats: u32,
    pub(crate) attendee: String,
    pub(crate) paid: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reserved {
    pub(crate) reservation: Uuid,
    pub(crate) quantity: u32,
    pub(crate) attendee: String,
    pub(crate) paid: bool,
    pub(crate) channel: Channel,
}

impl From<ReservedV1> for Reserved {
    fn from(old: ReservedV1) -> Self {
        let ReservedV1 { reservation, seats, attendee, paid } = old;
        Self { reservation, quantity: seats, attendee, paid, channel: Channel::Web }
    }
}

/// The event as cqrs-es stores it: the payload is the struct's own, not wrapped in an enum's variant.
impl DomainEvent for Reserved {
    fn event_type(&self) -> String {
        "room.Reserved".to_owned()
    }

    fn event_version(&self) -> String {
        "2.0.0".to_owned()
    }
}

/// Its upcaster from version 1: the same rename and the same added field, on a JSON value.
pub(crate) fn upcasters() -> Vec<Box<dyn EventUpcaster>> {
    let upcast = |payload: Value| match payload {
        Value::Object(mut fields) => {
            if let Some(seats) = fields.remove("seats") {
                fields.insert("quantity".to_owned(), seats);
            }
            fields.insert("channel".to_owned(), "web".into());
            Value::Object(fields)
        }
        other => other,
    };
    vec![Box::new(SemanticVersionEventUpcaster::new("room.Reserved", "2.0.0", Box::new(upcast)))]
}

/// A row of version 1, as a database gives it: texts.
pub(crate) struct StoredRow {
    pub(crate) aggregate_id: Box<str>,
    pub(crate) sequence: usize,
    pub(crate) payload: Arc<str>,
}

impl StoredRow {
    /// What a repository of cqrs-es hands on.
    pub(crate) fn serialized(&self) -> Result<SerializedEvent, PersistenceError> {
        Ok(SerializedEvent::new(
            self.aggregate_id.clone().into(),
            self.sequence,
            Room::TYPE.to_owned(),
            "room.Reserved".to_owned(),
            "1.0.0".to_owned(),
            serde_json::from_str(&self.payload)?,
            Value::Object(Map::new()),
        ))
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Room {
    seats: u64,
}

#[derive(Debug)]
pub(crate) struct Never;

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("never")
    }
}

impl std::error::Error for Never {}

impl Aggregate for Room {
    const TYPE: &'static str = "room.Room";
    type Command = ();
    type Event = Reserved;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Never> {
        Ok(())
    }

    fn apply(&mut self, event: Reserved) {
        self.seats += u64::from(event.quantity);
    }
}

/// Rows in memory. Only reading is asked of it.
pub(crate) struct Rows(pub(crate) Vec<StoredRow>);

impl PersistedEventRepository for Rows {
    async fn get_events<A: Aggregate>(&self, _: &str) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.0.iter().map(StoredRow::serialized).collect()
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        _: &str,
        after: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.0.iter().filter(|row| row.sequence > after).map(StoredRow::serialized).collect()
    }

    async fn get_snapshot<A: Aggregate>(&self, _: &str) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        Ok(None)
    }

    async fn persist<A: Aggregate>(
        &self,
        _: &[SerializedEvent],
        _: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        Ok(())
    }

    async fn stream_events<A: Aggregate>(&self, _: &str) -> Result<ReplayStream, PersistenceError> {
        Ok(ReplayStream::new(1).1)
    }

    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        Ok(ReplayStream::new(1).1)
    }
}
