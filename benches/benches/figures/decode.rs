//! Reading stored events: old versions beside the current one, and beside what people write today.

use std::hint::black_box;

use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{EventEnvelope, EventStore as _};
use factum::store::{EventStoreExt as _, MemoryStore};
use factum::{Decoded, Event, EventSet as _, ExpectedVersion, Metadata, NewEvent, Recorded, Repository};
use factum_benches::pair::{Rounds, Scale};
use uuid::Uuid;

use crate::events::room::{Moved, Reserved, Room, RoomEvent};
use crate::events::{self, MEASURED, MEASURED_V1, MOVED_V1, MOVED_V2, RESERVED, RESERVED_V1};
use crate::peers::{self, CORRELATION_ID, Rows, StoredRow};
use crate::{Measured, Outcome};

pub(crate) fn old_vs_current(scale: Scale) -> Outcome {
    let old = || Moved::decode(1, 1, black_box(MOVED_V1));
    let current = || Moved::decode(2, 1, black_box(MOVED_V2));
    assert_eq!(old()?, current()?);
    assert_eq!(MOVED_V1.len(), MOVED_V2.len());
    Ok(Measured::ratio(&Rounds::of_calls(scale, old, current), ("old", "current")))
}

/// As `old_vs_current`, of an event that is derived and holds a type of the user's.
pub(crate) fn derive_old_vs_current(scale: Scale) -> Outcome {
    let old = || events::derived::Moved::decode(1, 1, black_box(MOVED_V1));
    let current = || events::derived::Moved::decode(2, 1, black_box(MOVED_V2));
    assert_eq!(old()?, current()?);
    assert_eq!(format!("{:?}", old()?.attendee), "Attendee(\"ada@lovelace.example\")");
    Ok(Measured::ratio(&Rounds::of_calls(scale, old, current), ("old", "current")))
}

pub(crate) fn old_vs_handwritten(scale: Scale) -> Outcome {
    let ours = || Reserved::decode(1, 1, black_box(RESERVED_V1));
    let by_hand = || serde_json::from_slice(black_box(RESERVED_V1.as_bytes())).map(by_hand);
    assert_eq!(RESERVED_V1.len(), 110);
    assert_eq!(format!("{:?}", ours()?), format!("{:?}", by_hand()?));
    Ok(Measured::ratio(&Rounds::of_calls(scale, ours, by_hand), ("ours", "by hand")))
}

fn by_hand(old: peers::ReservedV1) -> peers::Reserved {
    old.into()
}

pub(crate) fn old_vs_cqrs_es(scale: Scale) -> Outcome {
    let row = StoredRow::reserved(1, RESERVED_V1);
    let upcasters = peers::upcasters();
    let theirs = || {
        let mut event = black_box(&row).serialized()?;
        for upcaster in &upcasters {
            if upcaster.can_upcast(&event.event_type, &event.event_version) {
                event = upcaster.upcast(event);
            }
        }
        EventEnvelope::<peers::Room>::try_from(event)
    };
    let recorded = recorded();
    let ours = || RoomEvent::decode(black_box(&recorded));
    let Decoded::One(RoomEvent::Reserved(event)) = ours()? else { return Err("not one event".into()) };
    assert_eq!(format!("{:?}", theirs()?.payload), format!("Reserved({event:?})"));
    Ok(Measured::ratio(&Rounds::of_calls(scale, theirs, ours), ("cqrs-es", "ours")))
}

fn recorded() -> Recorded<'static> {
    Recorded {
        id: Uuid::nil(),
        stream: "room.Room-1",
        version: 1,
        position: 1,
        event_type: "room.Reserved",
        schema_version: 1,
        readable_from: 1,
        recorded_at: factum::Timestamp::UNIX_EPOCH,
        correlation_id: Some(Uuid::NAMESPACE_OID),
        causation_id: None,
        depth: 0,
        actor: None,
        raw_headers: None,
        payload: RESERVED_V1,
    }
}

pub(crate) fn fold_1000(scale: Scale) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let rows = Rows((1..=1000).map(|sequence| StoredRow::reserved(sequence, RESERVED_V1)).collect());
    let theirs = PersistedEventStore::<Rows, peers::Room>::new_event_store(rows).with_upcasters(peers::upcasters());
    let store = MemoryStore::new();
    let metadata = Metadata { correlation_id: Some(CORRELATION_ID.parse()?), ..Metadata::default() };
    let new = |_| NewEvent { metadata: metadata.clone(), ..NewEvent::new("room.Reserved", 1, RESERVED_V1) };
    let stream = "room.Room-1".parse()?;
    runtime.block_on(store.append_events(&stream, ExpectedVersion::None, (0..1000).map(new).collect()))?;
    let ours = Repository::<Room, _>::new(store);
    let id = "1".to_owned();
    let load_theirs = || runtime.block_on(theirs.load_events(black_box("1")));
    let load_ours = || runtime.block_on(ours.load(black_box(&id)));
    let all = load_theirs()?;
    assert!(all.iter().all(|event| matches!(&event.payload, peers::RoomEvent::Reserved(event) if event.quantity == 4)));
    assert_eq!((all.len(), load_ours()?.state.seats), (1000, 4000));
    Ok(Measured::ratio(&Rounds::of_calls(scale, load_theirs, load_ours), ("cqrs-es", "ours")))
}

pub(crate) fn versions_100_vs_1(scale: Scale) -> Outcome {
    let hundred = || events::hundred::Measured::decode(1, 1, black_box(MEASURED_V1));
    let single = || events::single::Measured::decode(1, 1, black_box(MEASURED));
    let newest = events::hundred::Measured::decode(100, 100, MEASURED)?;
    assert_eq!(format!("{:?}", single()?), format!("{newest:?}"));
    assert_eq!(hundred()?, newest);
    Ok(Measured::ratio(&Rounds::of_calls(scale, hundred, single), ("of 100 versions", "of 1")))
}

/// As `old_vs_handwritten`, where the bytes are known to be UTF-8.
pub(crate) fn old_vs_handwritten_str(scale: Scale) -> Outcome {
    let ours = || Reserved::decode(1, 1, black_box(RESERVED_V1));
    let by_hand = || serde_json::from_str(black_box(RESERVED_V1)).map(by_hand);
    assert_eq!(format!("{:?}", ours()?), format!("{:?}", by_hand()?));
    Ok(Measured::ratio(&Rounds::of_calls(scale, ours, by_hand), ("ours", "by hand")))
}

pub(crate) fn current_vs_derived(scale: Scale) -> Outcome {
    let ours = || Reserved::decode(3, 1, black_box(RESERVED));
    let derived = || serde_json::from_slice::<peers::Reserved>(black_box(RESERVED.as_bytes()));
    assert_eq!(format!("{:?}", ours()?), format!("{:?}", derived()?));
    Ok(Measured::ratio(&Rounds::of_calls(scale, ours, derived), ("ours", "derived")))
}

pub(crate) fn encode_vs_derived(scale: Scale) -> Outcome {
    let (event, peer) = (Reserved::decode(3, 1, RESERVED)?, serde_json::from_str::<peers::Reserved>(RESERVED)?);
    let ours = || black_box(&event).encode();
    let derived = || serde_json::to_string(black_box(&peer));
    assert_eq!(ours()?.payload, derived()?);
    Ok(Measured::ratio(&Rounds::of_calls(scale, ours, derived), ("ours", "derived")))
}
