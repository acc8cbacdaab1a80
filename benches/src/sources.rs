//! Schemas of many events, and what a person would write by hand in place of what is generated from them.

use std::fmt::Write as _;

use factum_codegen::text;
use factum_model::{Checked, Sources, check, render};

/// Which events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalog {
    /// Of one version.
    Current,
    /// With two old versions each: a field renamed, one retyped, two added, one removed.
    History,
}

const CURRENT: &str = "
    fields:
      id: uuid
      title: string
      amount: u64
      active: bool
      rank: i64
      note: string?
      sizes: list<u32>
      channel: string
";

const HISTORY: &str = "
    version: 3
    fields:
      id: uuid
      title: { type: string, renamed: { 2: name } }
      amount: { type: u64, retyped: { 3: u32 } }
      active: bool
      rank: i64
      note: { type: string?, added: 2 }
      sizes: list<u32>
      channel: { type: string, added: 3, default: web }
      legacy: { type: string, removed: 3 }
";

/// The schema of so many events of eight fields.
#[must_use]
pub fn schema(catalog: Catalog, events: usize) -> String {
    let event = match catalog {
        Catalog::Current => CURRENT,
        Catalog::History => HISTORY,
    };
    let mut yaml = "factum: 1\ncontext: many\nevents:\n".to_owned();
    for number in 0..events {
        let _ = write!(yaml, "  Happened{number:04}:{event}");
    }
    yaml
}

/// What the schema means.
///
/// # Errors
/// What is wrong with it: nothing.
pub fn checked(yaml: &str) -> Result<Checked, String> {
    let mut sources = Sources::new();
    sources.add("many.yaml", yaml.as_bytes().to_vec());
    let outcome = check(&mut sources);
    outcome.checked.ok_or_else(|| render(&outcome.diagnostics, &sources, false))
}

/// The generated Rust of a schema.
///
/// # Errors
/// None is expected.
pub fn generated(yaml: &str) -> Result<String, String> {
    text(&checked(yaml)?, ["many.yaml"]).map_err(|error| error.to_string())
}

/// The same events written by hand, with serde's derives and, where there is history, `From` between neighbours.
#[must_use]
pub fn by_hand(catalog: Catalog, events: usize) -> String {
    let event = match catalog {
        Catalog::Current => BY_HAND.to_owned(),
        Catalog::History => [BY_HAND_V1, BY_HAND_V2, BY_HAND].concat(),
    };
    let events = (0..events).map(|number| event.replace("Happened", &format!("Happened{number:04}")));
    events.collect()
}

/// The events with two old versions each, derived: as [`Catalog::History`] has them.
#[must_use]
pub fn derived(events: usize) -> String {
    (0..events).map(|number| DERIVED.replace("Happened", &format!("Happened{number:04}"))).collect()
}

const DERIVED: &str = "
#[derive(Debug, Clone, PartialEq, Eq, factum::Event)]
#[event(context = \"many\", version = 3, removed(3, legacy: String))]
pub struct Happened {
    pub id: factum::Uuid,
    #[event(renamed(2, \"name\"))]
    pub title: String,
    #[event(retyped(3, u32))]
    pub amount: u64,
    pub active: bool,
    pub rank: i64,
    #[event(added(2))]
    pub note: Option<String>,
    pub sizes: Vec<u32>,
    #[event(added(3), default = String::from(\"web\"))]
    pub channel: String,
}
";

const BY_HAND: &str = "
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Happened {
    pub id: uuid::Uuid,
    pub title: String,
    pub amount: u64,
    pub active: bool,
    pub rank: i64,
    pub note: Option<String>,
    pub sizes: Vec<u32>,
    pub channel: String,
}
";

const BY_HAND_V1: &str = "
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HappenedV1 {
    pub id: uuid::Uuid,
    pub name: String,
    pub amount: u32,
    pub active: bool,
    pub rank: i64,
    pub sizes: Vec<u32>,
    pub legacy: String,
}

impl From<HappenedV1> for HappenedV2 {
    fn from(old: HappenedV1) -> Self {
        let HappenedV1 { id, name, amount, active, rank, sizes, legacy } = old;
        Self { id, title: name, amount, active, rank, note: None, sizes, legacy }
    }
}
";

const BY_HAND_V2: &str = "
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HappenedV2 {
    pub id: uuid::Uuid,
    pub title: String,
    pub amount: u32,
    pub active: bool,
    pub rank: i64,
    pub note: Option<String>,
    pub sizes: Vec<u32>,
    pub legacy: String,
}

impl From<HappenedV2> for Happened {
    fn from(old: HappenedV2) -> Self {
        let HappenedV2 { id, title, amount, active, rank, note, sizes, legacy: _ } = old;
        Self { id, title, amount: amount.into(), active, rank, note, sizes, channel: \"web\".to_owned() }
    }
}
";
