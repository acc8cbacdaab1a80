//! The steps that the schema leaves to us: `upcast: { 6: by_hand }` of a parcel's dimensions, and what an exchange is read
//! as. Pure functions of what was stored; the compiler names each that is missing.

use factum::{Upcast, UpcastError};

use super::{ParcelAcceptedV5, ParcelAcceptedV6, ParcelExchangedV1, ParcelReturnedV1, ParcelSentAgainV1, Size};

/// The counters wrote `30 x 20 x 10 cm`, or `30x20x10`, which are centimetres too.
impl Upcast<ParcelAcceptedV5> for ParcelAcceptedV6 {
    fn upcast(old: ParcelAcceptedV5) -> Result<Self, UpcastError> {
        Ok(Self {
            size: size(&old.dimensions)?,
            number: old.number,
            weight: old.weight,
            service: old.service,
            accepted_at: old.accepted_at,
            fragile: old.fragile,
            note: old.note,
            extras: old.extras,
            insured: old.insured,
            tags: old.tags,
            sender: old.sender,
            origin: old.origin,
            destination: old.destination,
            charge: old.charge,
            address: old.address,
            stops: old.stops,
            fees: old.fees,
        })
    }
}

fn size(dimensions: &str) -> Result<Size, UpcastError> {
    let refused = || UpcastError::new(format!("{dimensions:?} are no three lengths in centimetres"));
    let millimetres = |part: &str| part.trim().parse::<u16>().ok()?.checked_mul(10);
    let parts: Option<Vec<u16>> = dimensions.trim_end_matches(" cm").split('x').map(millimetres).collect();
    match parts.as_deref() {
        Some(&[length, width, height]) => Ok(Size { length, width, height }),
        Some(_) | None => Err(refused()),
    }
}

/// The first of the two events that an exchange was.
impl Upcast<ParcelExchangedV1> for ParcelReturnedV1 {
    fn upcast(old: ParcelExchangedV1) -> Result<Self, UpcastError> {
        let damaged = old.complaint.contains("broken");
        Ok(Self { complaint: old.complaint, damaged })
    }
}

/// The second. Whoever complained got the other parcel free of charge.
impl Upcast<ParcelExchangedV1> for ParcelSentAgainV1 {
    fn upcast(_: ParcelExchangedV1) -> Result<Self, UpcastError> {
        Ok(Self { free_of_charge: true })
    }
}
