//! Every version of every event that was generated.

use factum_model::Checked;
use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::Json;
use factum_model::value::sample::{Dice, Sampler};
use factum_test_kit::checked;

use crate::cases::CASES;
use crate::support::{Case, EventCase, VersionCase};

/// A version of an event, and what it looks like.
#[derive(Debug, Clone)]
pub struct Version<'a> {
    /// Its schema's case.
    pub case: &'a Case,
    /// What the schema means.
    pub schema: &'a Schema,
    /// The event's case.
    pub event: &'a EventCase,
    /// What the schema says of the event.
    pub def: &'a EventDef,
    /// Its place among the event's versions.
    pub index: usize,
}

impl Version<'_> {
    /// Its case.
    #[must_use]
    pub fn this(&self) -> &VersionCase {
        &self.event.versions[self.index]
    }

    /// The case of the newest.
    ///
    /// # Panics
    /// Never: every event has a version.
    #[must_use]
    pub fn newest(&self) -> &VersionCase {
        self.event.versions.last().expect("an event has a version")
    }

    /// Whether it is the newest.
    #[must_use]
    pub fn is_newest(&self) -> bool {
        self.index + 1 == self.event.versions.len()
    }

    /// The event.
    ///
    /// # Panics
    /// The schema does not declare it.
    #[must_use]
    pub fn id(&self) -> EventId {
        let index = self.schema.events.iter().position(|def| def.name == self.def.name).expect("the event is declared");
        EventId(u32::try_from(index).expect("a schema of few events"))
    }

    /// A payload as it was stored.
    ///
    /// # Panics
    /// Never: the event has this version.
    #[must_use]
    pub fn sample(&self, seed: u64) -> Json {
        Sampler::new(self.schema, self.seed(seed))
            .event(self.def, self.this().number)
            .expect("the event has this version")
    }

    /// Dice of its own.
    #[must_use]
    pub fn dice(&self, seed: u64) -> Dice {
        Dice::new(self.seed(seed).rotate_left(17))
    }

    fn seed(&self, seed: u64) -> u64 {
        let name = self.case.name.bytes().chain(self.event.name.bytes());
        let name = name.fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        name.wrapping_mul(31).wrapping_add(self.this().number.into())
    }

    /// Every name that a field has in any version.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let fields = self.def.versions.iter().flat_map(|version| &version.shape.fields);
        let mut names: Vec<String> = fields.map(|field| field.name.value.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// For messages.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}.{} version {}", self.case.name, self.event.name, self.this().number)
    }
}

/// Calls `judge` with every version of every event.
///
/// # Panics
/// A schema is refused.
pub fn each_version(mut judge: impl FnMut(&Version<'_>)) {
    for case in CASES {
        each_of(case, checked_case(case).schema(), &mut judge);
    }
}

/// Every version of every event, for whoever keeps them as long as the process runs.
///
/// # Panics
/// A schema is refused.
#[must_use]
pub fn versions() -> Vec<Version<'static>> {
    let mut versions = Vec::new();
    for case in CASES {
        let checked: &'static Checked = Box::leak(Box::new(checked_case(case)));
        each_of(case, checked.schema(), |version| versions.push(version.clone()));
    }
    versions
}

#[expect(clippy::panic, reason = "it was not refused when it was compiled")]
fn checked_case(case: &Case) -> Checked {
    checked(case.yaml).unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

fn each_of<'a>(case: &'a Case, schema: &'a Schema, mut judge: impl FnMut(&Version<'a>)) {
    for event in case.events {
        let def = schema.events.iter().find(|def| def.name.value == event.name).expect("the event is declared");
        for index in 0..event.versions.len() {
            judge(&Version { case, schema, event, def, index });
        }
    }
}
