//! What people write today instead: versioned structs with serde's derives, or cqrs-es.

use std::fmt;

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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) reservation: Uuid,
    pub(crate) quantity: u32,
    pub(crate) attendee: String,
    pub(crate) paid: bool,
    pub(crate) level: u32,
}

/// The events as cqrs-es's documentation has them, and stores them: an enum, tagged in the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RoomEvent {
    Reserved(Reserved),
    Moved(Moved),
}

impl DomainEvent for RoomEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Reserved(_) => "Reserved".to_owned(),
            Self::Moved(_) => "Moved".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        match self {
            Self::Reserved(_) => "3.0.0".to_owned(),
            Self::Moved(_) => "2.0.0".to_owned(),
        }
    }
}

/// What the schema tells of the same events, as upcasters: functions on JSON values, one for each version that changed.
pub(crate) fn upcasters() -> Vec<Box<dyn EventUpcaster>> {
    vec![
        upcaster("Reserved", "2.0.0", |fields| rename(fields, "seats", "quantity")),
        upcaster("Reserved", "3.0.0", |fields| add(fields, "channel", "web".into())),
        upcaster("Moved", "2.0.0", |fields| {
            rename(fields, "number_a", "quantity");
            rename(fields, "customer", "attendee");
            fields.remove("floor");
            add(fields, "level", 0.into());
        }),
    ]
}

fn upcaster(
    event: &'static str,
    version: &str,
    change: impl Fn(&mut Map<String, Value>) + Send + Sync + 'static,
) -> Box<dyn EventUpcaster> {
    let upcast = move |mut payload: Value| {
        if let Some(Value::Object(fields)) = payload.get_mut(event) {
            change(fields);
        }
        payload
    };
    Box::new(SemanticVersionEventUpcaster::new(event, version, Box::new(upcast)))
}

fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}

fn add(fields: &mut Map<String, Value>, name: &str, value: Value) {
    fields.insert(name.to_owned(), value);
}

/// What both keep beside the payload: which business transaction it belongs to.
pub(crate) const CORRELATION_ID: &str = "018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f";

/// A row of version 1, as a database gives it: texts.
pub(crate) struct StoredRow {
    pub(crate) aggregate_id: Box<str>,
    pub(crate) sequence: usize,
    pub(crate) payload: Box<str>,
    pub(crate) metadata: Box<str>,
}

impl StoredRow {
    /// A row that holds what the payload of version 1 says.
    pub(crate) fn reserved(sequence: usize, payload: &str) -> Self {
        let payload = format!(r#"{{"Reserved":{payload}}}"#).into();
        let metadata = format!(r#"{{"correlation_id":"{CORRELATION_ID}"}}"#).into();
        Self { aggregate_id: "1".into(), sequence, payload, metadata }
    }

    /// What a repository of cqrs-es hands on.
    pub(crate) fn serialized(&self) -> Result<SerializedEvent, PersistenceError> {
        Ok(SerializedEvent::new(
            self.aggregate_id.clone().into(),
            self.sequence,
            Room::TYPE.to_owned(),
            "Reserved".to_owned(),
            "1.0.0".to_owned(),
            serde_json::from_str(&self.payload)?,
            serde_json::from_str(&self.metadata)?,
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
    const TYPE: &'static str = "Room";
    type Command = ();
    type Event = RoomEvent;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Never> {
        Ok(())
    }

    fn apply(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Reserved(event) => self.seats += u64::from(event.quantity),
            RoomEvent::Moved(_) => {}
        }
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
