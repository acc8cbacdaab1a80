//! Sets of one event each, of which one thing is written in several ways.

/// A set of one event about a type, which each of these modules writes in its own way.
macro_rules! about {
    ($($(#[$doc:meta])* $name:ident { $($item:item)* })*) => { $(
        $(#[$doc])*
        pub(crate) mod $name {
            use factum::{Event, EventSet};
            #[allow(unused_imports)]
            use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
            #[allow(unused_imports)]
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            $($item)*

            #[derive(Debug, Clone, PartialEq, Event)]
            #[event(context = "bank")]
            pub(crate) struct Opened {
                about: About,
            }

            #[derive(Debug, Clone, PartialEq, EventSet)]
            pub(crate) enum BankEvent {
                Opened(Opened),
            }
        }
    )* };
}

about! {
    /// A number, written as one, as its JSON Schema says.
    plain {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub(crate) struct About(#[schemars(range(min = 1))] u32);
    }
    /// Its JSON Schema says a number, and it is written as a text, from which it is read again.
    written_otherwise {
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct About(u32);

        impl JsonSchema for About {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "About".into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "integer", "minimum": 1, "maximum": 9 })
            }
        }

        impl Serialize for About {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for About {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
                let number = number.and_then(|number| u32::try_from(number).ok());
                number.map(Self).ok_or_else(|| serde::de::Error::custom("no number"))
            }
        }
    }
    /// Its JSON Schema says any text, and it is only read with a point in it.
    read_otherwise {
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub(crate) struct About(String);

        impl<'de> Deserialize<'de> for About {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                if text.contains('.') { Ok(Self(text)) } else { Err(serde::de::Error::custom("no point in it")) }
            }
        }
    }
    /// What is written is not what was read, each time more.
    never_the_same {
        #[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub(crate) struct About(u64);

        impl Serialize for About {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0 / 2)
            }
        }
    }
    /// As `plain`, but that it is written as another number than it was.
    changed_silently {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(from = "Wire", into = "Wire")]
        pub(crate) struct About(u32);

        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub(crate) struct Wire(#[schemars(range(min = 1))] u32);

        impl From<Wire> for About {
            fn from(wire: Wire) -> Self {
                Self(wire.0.min(1_000))
            }
        }

        impl From<About> for Wire {
            fn from(about: About) -> Self {
                Self(about.0)
            }
        }
    }
    /// Nothing can be made of what its JSON Schema says.
    no_sample {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub(crate) struct About {
            #[schemars(regex(pattern = "^[A-Z]{2}[0-9]{20}$"))]
            iban: String,
        }
    }
    /// As `no_sample`, with an example.
    with_example {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[schemars(example = serde_json::json!({ "iban": "DE00000000000000000000" }))]
        pub(crate) struct About {
            #[schemars(regex(pattern = "^[A-Z]{2}[0-9]{20}$"))]
            iban: String,
        }
    }
    /// Read with or without a field that is always written.
    read_and_written {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub(crate) struct About {
            #[serde(default)]
            number: u8,
            #[serde(flatten)]
            more: Kind,
        }

        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "is")]
        pub(crate) enum Kind {
            Person { name: Option<String> },
            Company,
        }
    }
}

/// A step by hand, that makes something.
macro_rules! by_hand {
    ($($name:ident: $total:expr;)*) => { $(
        pub(crate) mod $name {
            use factum::{Event, EventSet, Upcast, UpcastError};

            #[derive(Debug, Clone, PartialEq, Event)]
            #[event(context = "bank", version = 2, upcast(2, by_hand))]
            pub(crate) struct Paid {
                parts: Vec<u8>,
                #[event(added(2))]
                total: u32,
            }

            impl Upcast<PaidV1> for PaidV2 {
                fn upcast(old: PaidV1) -> Result<Self, UpcastError> {
                    let total: fn(&[u8]) -> u32 = $total;
                    Ok(Self { total: total(&old.parts), parts: old.parts })
                }
            }

            #[derive(Debug, Clone, PartialEq, EventSet)]
            pub(crate) enum BankEvent {
                Paid(Paid),
            }
        }
    )* };
}

by_hand! {
    sums: |parts| parts.iter().map(|part| u32::from(*part)).sum();
    counts: |parts| u32::try_from(parts.len()).unwrap_or(u32::MAX);
}

/// An event that holds a derived value, directly and within a type of the user's.
macro_rules! holds {
    ($($name:ident: $(#[$history:meta])* { $($field:tt)* })*) => { $(
        pub(crate) mod $name {
            use factum::{Event, EventSet, Value};
            use schemars::JsonSchema;
            use serde::{Deserialize, Serialize};

            #[derive(Debug, Clone, PartialEq, Value)]
            $(#[$history])*
            pub(crate) struct Price {
                $($field)*
            }

            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
            pub(crate) struct Offer {
                price: Price,
            }

            #[derive(Debug, Clone, PartialEq, Event)]
            #[event(context = "bank")]
            pub(crate) struct Offered {
                price: Price,
                offers: Vec<Offer>,
            }

            #[derive(Debug, Clone, PartialEq, EventSet)]
            pub(crate) enum OfferEvent {
                Offered(Offered),
            }
        }
    )* };
}

holds! {
    value: { cents: i64, }
    value_moved_on: #[value(version = 2)] {
        cents: i64,
        #[value(added(2))]
        note: Option<String>,
    }
    value_edited: { cents: i64, note: Option<String>, }
}
