//! Payloads for every version of every event that was generated.

use std::env;

use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::Json;
use factum_model::value::sample::{Dice, Sampler};
use factum_test_kit::checked;
use factum_tests::cases::CASES;
use factum_tests::support::{Case, EventCase, VersionCase};

/// How many samples of each version; `FACTUM_RANDOM_SAMPLES` asks for more.
pub(crate) fn samples() -> u64 {
    env::var("FACTUM_RANDOM_SAMPLES").ok().map_or(24, |count| count.parse().expect("a number of samples"))
}

/// A version of an event, and what it looks like.
pub(crate) struct Version<'a> {
    pub(crate) case: &'a Case,
    pub(crate) schema: &'a Schema,
    pub(crate) event: &'a EventCase,
    pub(crate) def: &'a EventDef,
    pub(crate) index: usize,
}

impl Version<'_> {
    pub(crate) fn this(&self) -> &VersionCase {
        &self.event.versions[self.index]
    }

    pub(crate) fn newest(&self) -> &VersionCase {
        self.event.versions.last().expect("an event has a version")
    }

    pub(crate) fn is_newest(&self) -> bool {
        self.index + 1 == self.event.versions.len()
    }

    pub(crate) fn id(&self) -> EventId {
        let index = self.schema.events.iter().position(|def| def.name == self.def.name).expect("the event is declared");
        EventId(u32::try_from(index).expect("a schema of few events"))
    }

    /// A payload as it was stored.
    pub(crate) fn sample(&self, seed: u64) -> Json {
        Sampler::new(self.schema, self.seed(seed))
            .event(self.def, self.this().number)
            .expect("the event has this version")
    }

    pub(crate) fn dice(&self, seed: u64) -> Dice {
        Dice::new(self.seed(seed).rotate_left(17))
    }

    fn seed(&self, seed: u64) -> u64 {
        let name = self.case.name.bytes().chain(self.event.name.bytes());
        let name = name.fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        name.wrapping_mul(31).wrapping_add(self.this().number.into())
    }

    /// Every name that a field has in any version.
    pub(crate) fn names(&self) -> Vec<String> {
        let fields = self.def.versions.iter().flat_map(|version| &version.shape.fields);
        let mut names: Vec<String> = fields.map(|field| field.name.value.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// For messages.
    pub(crate) fn place(&self) -> String {
        format!("{}.{} version {}", self.case.name, self.event.name, self.this().number)
    }
}

/// Calls `judge` with every version of every event.
pub(crate) fn each_version(mut judge: impl FnMut(&Version<'_>)) {
    for case in CASES {
        let checked = checked(case.yaml).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let schema = checked.schema();
        for event in case.events {
            let def = schema.events.iter().find(|def| def.name.value == event.name).expect("the event is declared");
            for index in 0..event.versions.len() {
                judge(&Version { case, schema, event, def, index });
            }
        }
    }
}
