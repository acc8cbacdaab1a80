//! One program at several times: its events, as they were and as they should not have become.

mod single;

pub(crate) use single::*;

/// The first release.
pub(crate) mod first {
    use factum::{Event, EventSet, Uuid};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    /// How seats are sold.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Channel {
        Web,
        Phone,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference")]
    pub(crate) struct SeatsReserved {
        reservation: Uuid,
        quantity: u32,
        channel: Channel,
        others: Option<Vec<Channel>>,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(crate) enum SeatEvent {
        SeatsReserved(SeatsReserved),
    }
}

/// The enum has another value, and the event has no other version.
pub(crate) mod moved_on {
    use factum::{Event, EventSet, Uuid};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Channel {
        Web,
        Phone,
        Partner,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference")]
    pub(crate) struct SeatsReserved {
        reservation: Uuid,
        quantity: u32,
        channel: Channel,
        others: Option<Vec<Channel>>,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(crate) enum SeatEvent {
        SeatsReserved(SeatsReserved),
    }
}

/// The types have other names and other docs, and look the same.
pub(crate) mod renamed_in_rust {
    use factum::{Event, EventSet, Uuid};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    /// Something else is said of it.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    pub(crate) enum SalesChannel {
        #[serde(rename = "phone")]
        ByTelephone,
        #[serde(rename = "web")]
        Online,
    }

    type Count = u32;

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference")]
    pub(crate) struct SeatsReserved {
        others: Option<Vec<SalesChannel>>,
        reservation: Uuid,
        quantity: Count,
        channel: SalesChannel,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(crate) enum SeatEvent {
        SeatsReserved(SeatsReserved),
    }
}

/// Everything that a history has: values in values, by hand, ends, what becomes another.
pub(crate) mod whole {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use factum::{Event, EventSet, Upcast, UpcastError, Value};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, Value)]
    #[value(version = 2)]
    pub(crate) struct Money {
        #[value(retyped(2, f64, via = scale(100)))]
        amount: i64,
        #[value(added(2), default = Code::euro())]
        currency: Code,
        #[value(added(2))]
        change: Option<Box<Money>>,
    }

    #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    #[serde(transparent)]
    pub(crate) struct Code(String);

    impl Code {
        fn euro() -> Self {
            Self("EUR".to_owned())
        }
    }

    #[derive(Debug, Clone, PartialEq, Value)]
    pub(crate) enum Payment {
        Card { last4: String, money: Money },
        Cash {},
    }

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
    pub(crate) enum Kind {
        Plain,
        #[value(fallback)]
        Other(String),
    }

    /// A type of the user's that holds a derived value.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    pub(crate) struct Line {
        what: String,
        price: Money,
        tags: HashSet<String>,
        numbers: HashMap<String, u8>,
        place: Option<(f32, f32)>,
        more: Vec<Line>,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "billing", version = 4, renamed(2, "Billed"), personal(payer), upcast(3, by_hand))]
    #[event(removed(2, old: Option<String>))]
    pub(crate) struct Paid {
        #[event(retyped(4, Vec<MoneyV1>))]
        parts: Vec<Money>,
        #[event(renamed(2, "buyer"))]
        payer: String,
        #[event(added(2))]
        how: Option<Payment>,
        #[event(added(3))]
        total: Option<f64>,
        #[event(added(4), default = BTreeMap::new())]
        by: BTreeMap<Kind, u32>,
        #[event(added(4), default = Vec::new())]
        lines: Vec<Line>,
    }

    impl Upcast<PaidV2> for PaidV3 {
        fn upcast(old: PaidV2) -> Result<Self, UpcastError> {
            let total: f64 = old.parts.iter().map(|part| part.amount).sum();
            if !total.is_finite() {
                return Err(UpcastError::new("too much"));
            }
            Ok(Self { parts: old.parts, payer: old.payer, how: old.how, total: Some(total) })
        }
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "billing", version = 2, retired(2))]
    pub(crate) struct Reminded {
        code: Code,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "billing", version = 3, retired(3, nothing))]
    pub(crate) struct Seen {
        #[event(retyped(2, u8))]
        times: u32,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "billing", version = 2, becomes(2, [PaidV2, Reminded]))]
    pub(crate) struct Settled {
        code: Code,
    }

    impl Upcast<Settled> for PaidV2 {
        fn upcast(old: Settled) -> Result<Self, UpcastError> {
            Ok(Self { parts: Vec::new(), payer: old.code.0, how: None })
        }
    }

    impl Upcast<Settled> for Reminded {
        fn upcast(old: Settled) -> Result<Self, UpcastError> {
            Ok(Self { code: old.code })
        }
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    #[event_set(ended(Seen, Settled))]
    pub(crate) enum BillingEvent {
        Paid(Paid),
        Reminded(Reminded),
    }
}

/// The second release of the first program: the enum moved on, and the event with it. Another event came.
pub(crate) mod second {
    use factum::{Event, EventSet, Upcast, UpcastError, Uuid};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    pub(crate) use super::first::Channel as ChannelOld;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Channel {
        Web,
        Phone,
        Partner,
    }

    impl Upcast<ChannelOld> for Channel {
        fn upcast(old: ChannelOld) -> Result<Self, UpcastError> {
            Ok(match old {
                ChannelOld::Web => Self::Web,
                ChannelOld::Phone => Self::Phone,
            })
        }
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference", version = 2)]
    pub(crate) struct SeatsReserved {
        reservation: Uuid,
        quantity: u32,
        #[event(retyped(2, ChannelOld))]
        channel: Channel,
        #[event(retyped(2, Option<Vec<ChannelOld>>))]
        others: Option<Vec<Channel>>,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference")]
    pub(crate) struct SeatsFreed {
        reservation: Uuid,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(crate) enum SeatEvent {
        SeatsReserved(SeatsReserved),
        SeatsFreed(SeatsFreed),
    }
}

/// The conversion of the second release does something else. Its spelling is the same, and so is every shape.
pub(crate) mod other_step {
    use factum::{Event, EventSet, Upcast, UpcastError, Uuid};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    pub(crate) use super::first::Channel as ChannelOld;
    use super::second::SeatsFreed;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Channel {
        Web,
        Phone,
        Partner,
    }

    impl Upcast<ChannelOld> for Channel {
        fn upcast(old: ChannelOld) -> Result<Self, UpcastError> {
            Ok(match old {
                ChannelOld::Web => Self::Partner,
                ChannelOld::Phone => Self::Phone,
            })
        }
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference", version = 2)]
    pub(crate) struct SeatsReserved {
        reservation: Uuid,
        quantity: u32,
        #[event(retyped(2, ChannelOld))]
        channel: Channel,
        #[event(retyped(2, Option<Vec<ChannelOld>>))]
        others: Option<Vec<Channel>>,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(crate) enum SeatEvent {
        SeatsReserved(SeatsReserved),
        SeatsFreed(SeatsFreed),
    }
}
