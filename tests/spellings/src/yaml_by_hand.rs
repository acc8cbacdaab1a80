//! The steps by hand of `schemas/parcels.yaml`.

use crate::yaml::parcels::{
    ParcelAcceptedV5, ParcelAcceptedV6, ParcelExchangedV1, ParcelReturnedV1, ParcelSentAgainV1, Size,
};

#[path = "../../../examples/evolution/src/by_hand.rs"]
mod parcels;
