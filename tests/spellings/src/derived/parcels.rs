//! `schemas/parcels.yaml`, which has everything that the language has for the past.

use std::collections::{BTreeMap, BTreeSet};

use factum::{Decimal, Event, EventSet, Fixed, Timestamp, Upcast, UpcastError, Uuid, Value};

#[path = "../../../../examples/evolution/src/by_hand.rs"]
mod by_hand;

/// A parcel was taken in at a counter.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 8, renamed(3, "ParcelBooked"), renamed(5, "ParcelTakenIn"))]
#[event(personal(sender, sender_first, sender_last, clerk))]
#[event(removed(4, clerk: String))]
#[event(removed(3, sender_first: String), removed(3, sender_last: String))]
#[event(removed(4, route: String))]
#[event(removed(5, cents: i64, renamed(4, "price"), retyped(4, f64, via = scale(100))))]
#[event(removed(5, currency: String, added(2), default = String::from("EUR")))]
#[event(removed(5, street: String), removed(5, city: String))]
#[event(removed(6, dimensions: String), removed(8, size: Size, added(6)))]
#[event(upcast(3, join(from(sender_first, sender_last), into(sender), with = " ")))]
#[event(upcast(4, split(from(route), into(origin, destination), with = "-")))]
#[event(upcast(5, nest(from(cents, currency), into(charge)), nest(from(street, city), into(address))))]
#[event(upcast(6, by_hand))]
#[event(upcast(8, flatten(from(size), into(length, width, height))))]
pub struct ParcelAccepted {
    /// On the label.
    #[event(retyped(3, u16), retyped(8, u32, via = to_string))]
    pub number: String,
    /// In grams. Once in kilograms, and for a while its name said so.
    #[event(renamed(2, "weight"), renamed(5, "weight_kg"), retyped(4, f32), retyped(7, f64, via = scale(1000)))]
    pub weight: u32,
    /// How fast.
    #[event(retyped(4, ServiceV1), retyped(7, ServiceV2))]
    pub service: Service,
    /// When.
    #[event(renamed(3, "booked_at"), retyped(5, i64, via = epoch_seconds))]
    pub accepted_at: Timestamp,
    /// With care.
    #[event(added(2), default = false)]
    pub fragile: bool,
    /// Whatever else there is to say.
    #[event(added(2), retyped(7, Option<String>, via = or("none".to_owned())))]
    pub note: String,
    /// What more is asked for.
    #[event(added(2), default = BTreeSet::new(), retyped(7, BTreeSet<ExtraV1>))]
    pub extras: BTreeSet<Extra>,
    /// Up to this value.
    #[event(added(3), retyped(7, Option<MoneyV1>))]
    pub insured: Option<Money>,
    /// Any.
    #[event(renamed(4, "tag"), retyped(4, String))]
    pub tags: Vec<String>,
    /// Who sends it.
    #[event(added(3))]
    pub sender: String,
    /// The depot that has it first.
    #[event(added(4))]
    pub origin: String,
    /// The depot that delivers it.
    #[event(added(4))]
    pub destination: String,
    /// What it costs.
    #[event(added(5), retyped(7, MoneyV1))]
    pub charge: Money,
    /// Where to.
    #[event(added(5), retyped(7, AddressV1))]
    pub address: Address,
    /// Other doors to try.
    #[event(added(5), default = Vec::new(), retyped(7, Vec<AddressV1>))]
    pub stops: Vec<Address>,
    /// What else it costs.
    #[event(added(5), default = BTreeMap::new(), retyped(7, BTreeMap<String, MoneyV1>))]
    pub fees: BTreeMap<String, Money>,
    /// In millimetres.
    #[event(added(8))]
    pub length: u16,
    /// In millimetres.
    #[event(added(8))]
    pub width: u16,
    /// In millimetres.
    #[event(added(8))]
    pub height: u16,
}

/// Somebody, or something, has the parcel now.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 8, personal(receiver), removed(6, gps: String))]
#[event(upcast(6, split(from(gps), into(latitude, longitude), with = ",")))]
pub struct ParcelDelivered {
    /// When.
    #[event(retyped(2, i64, via = epoch_millis))]
    pub at: Timestamp,
    /// Who signed for it.
    #[event(retyped(3, String))]
    pub receiver: Option<String>,
    /// How high.
    #[event(retyped(4, String, via = parse))]
    pub floor: i8,
    /// Where it was left.
    #[event(retyped(5, PlaceV1))]
    pub place: Place,
    /// That it was.
    #[event(retyped(5, ProofIdV1))]
    pub proof: ProofId,
    /// North.
    #[event(added(6), retyped(7, String, via = parse))]
    pub latitude: Decimal,
    /// East.
    #[event(added(6), retyped(7, String, via = parse))]
    pub longitude: Decimal,
    /// In degrees; of cooled parcels.
    #[event(added(3), default = 0, retyped(8, i16, via = scale(0.1)))]
    pub temperature: Fixed<1>,
    /// When an empty box is collected, in seconds since 1970.
    #[event(added(2), retyped(8, Option<Timestamp>, via = epoch_seconds))]
    pub back_by: Option<i64>,
}

/// The scales in the hall, which are gone.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 2, retired(2))]
pub struct ParcelWeighed {
    /// What they said.
    pub grams: u32,
}

/// Of interest to nobody any more.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 2, retired(2, nothing))]
pub struct LabelPrinted {
    /// Which one.
    pub printer: String,
}

/// Two things in one.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 2, becomes(2, [ParcelWrittenOffV1, ClaimOpenedV1]))]
pub struct ParcelLost {
    /// Why.
    pub reason: String,
    /// Which one.
    pub claim: Uuid,
    /// How much.
    pub amount: i64,
}

/// By name in YAML. A derive sees one event, so here it is written out.
impl Upcast<ParcelLostV1> for ParcelWrittenOffV1 {
    fn upcast(old: ParcelLostV1) -> Result<Self, UpcastError> {
        Ok(Self { reason: old.reason })
    }
}

impl Upcast<ParcelLostV1> for ClaimOpenedV1 {
    fn upcast(old: ParcelLostV1) -> Result<Self, UpcastError> {
        Ok(Self { claim: old.claim, amount: old.amount })
    }
}

/// Two things in one, too.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 2, becomes(2, [ParcelReturnedV1, ParcelSentAgainV1]))]
pub struct ParcelExchanged {
    /// What was wrong.
    pub complaint: String,
}

/// Nobody looks for it any more.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels", version = 2)]
pub struct ParcelWrittenOff {
    /// Why.
    pub reason: String,
    /// Whether anybody did.
    #[event(added(2), default = true)]
    pub searched: bool,
}

/// The sender is owed something.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels")]
pub struct ClaimOpened {
    /// Which one.
    pub claim: Uuid,
    /// How much.
    pub amount: i64,
}

/// It is on its way back.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels")]
pub struct ParcelReturned {
    /// Why.
    pub complaint: String,
    /// Whether it is broken.
    pub damaged: bool,
}

/// Another one is on its way.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "parcels")]
pub struct ParcelSentAgain {
    /// Whether somebody pays.
    pub free_of_charge: bool,
}

/// An amount.
#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
pub struct Money {
    /// In hundredths.
    #[value(renamed(2, "cents"))]
    pub amount: i64,
    /// Of what.
    pub currency: String,
    /// In percent.
    #[value(added(2), default = 19)]
    pub vat: u8,
}

/// A place with a door.
#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
pub struct Address {
    /// With the number of the house.
    pub street: String,
    /// With its code.
    pub city: String,
    /// Its two letters.
    #[value(added(2), default = String::from("DE"))]
    pub country: String,
}

/// In millimetres.
#[derive(Debug, Clone, PartialEq, Value)]
pub struct Size {
    /// The longest.
    pub length: u16,
    /// The next.
    pub width: u16,
    /// The last.
    pub height: u16,
}

/// How fast a parcel is.
#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 3, removed(3, SameDay, becomes = Express))]
pub enum Service {
    /// As always.
    #[value(renamed(2, "std"))]
    Standard,
    /// Faster.
    Express,
    /// By tomorrow.
    #[value(added(2))]
    Overnight,
    /// As somebody else calls it.
    #[value(fallback, added(2))]
    Other(String),
}

/// What more is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(version = 2, derives(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord))]
pub enum Extra {
    /// A picture of where it was left.
    #[value(renamed(2, "picture"))]
    Photo,
    /// Somebody's name.
    Signature,
    /// Somebody's age.
    #[value(added(2))]
    AgeCheck,
}

/// Where it was left.
#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2, removed(2, Garage { what: String }, becomes = SafePlace))]
pub enum Place {
    /// At the door.
    Door {},
    /// In a box of ours.
    Locker {
        /// Which one.
        #[value(renamed(2, "box"), retyped(2, u16))]
        number: u32,
    },
    /// With somebody else.
    Neighbour {
        /// With whom.
        name: String,
        /// And where.
        #[value(added(2))]
        house: Option<String>,
    },
    /// Wherever nobody sees it.
    #[value(added(2))]
    SafePlace {
        /// Where that is.
        what: String,
    },
}

/// A photo or a signature in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Value)]
#[value(version = 2, retyped(2, u32))]
pub struct ProofId(pub u64);

/// What happens to a parcel.
#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(LabelPrinted, ParcelLost, ParcelExchanged))]
#[expect(clippy::large_enum_variant, reason = "as it is generated from YAML")]
pub enum ParcelEvent {
    /// It was taken in.
    ParcelAccepted(ParcelAccepted),
    /// It was delivered.
    ParcelDelivered(ParcelDelivered),
    /// It was weighed.
    ParcelWeighed(ParcelWeighed),
    /// It is lost for good.
    ParcelWrittenOff(ParcelWrittenOff),
    /// Somebody wants to be paid for it.
    ClaimOpened(ClaimOpened),
    /// It comes back.
    ParcelReturned(ParcelReturned),
    /// Another one is sent.
    ParcelSentAgain(ParcelSentAgain),
}
