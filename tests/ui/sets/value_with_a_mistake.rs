//! One mistake is one message: whoever holds the value says nothing of it.

use std::collections::BTreeMap;

use factum::{Event, Value};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(verison = 2)]
enum Channel {
    Web,
    #[value(added(2))]
    Phone,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    channels: Vec<Channel>,
    by: BTreeMap<Channel, u32>,
    #[event(added(2), default = Some(Channel::Web))]
    last: Option<Channel>,
}

fn main() {
    let event = SeatsReserved { channels: vec![Channel::Web], by: BTreeMap::new(), last: None };
    let _ = event.encode();
    let _ = SeatsReserved::decode(2, 2, "{}");
}
