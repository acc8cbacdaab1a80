//! Two programs that differ in which of two fields an ended event is read as.

/// What an event is read as takes one of two fields of a type.
macro_rules! taking {
    ($name:ident: $field:ident) => {
        pub(crate) mod $name {
            use factum::{Event, EventSet, Upcast, UpcastError};

            #[derive(Debug, Clone, PartialEq, Event)]
            #[event(context = "shop", version = 2, becomes(2, [Paid]))]
            pub(crate) struct Sold {
                price: u64,
                fee: u64,
            }

            #[derive(Debug, Clone, PartialEq, Event)]
            #[event(context = "shop")]
            pub(crate) struct Paid {
                amount: u64,
            }

            impl Upcast<SoldV1> for Paid {
                fn upcast(old: SoldV1) -> Result<Self, UpcastError> {
                    Ok(Self { amount: old.$field })
                }
            }

            #[derive(Debug, Clone, PartialEq, EventSet)]
            #[event_set(ended(Sold))]
            pub(crate) enum SaleEvent {
                Paid(Paid),
            }
        }
    };
}

taking!(price: price);
taking!(fee: fee);
