//! Keys that follow from names, so that the input can speak of names.

use std::collections::BTreeMap;

use factum::Uuid;
use uuid::uuid;

const NAMES: Uuid = uuid!("83ca8f06-ecba-5326-915e-28f14a000207");

/// The key of a mission.
#[must_use]
pub fn mission(name: &str) -> Uuid {
    Uuid::new_v5(&NAMES, format!("mission {name}").as_bytes())
}

/// The key of the contract that follows from a mission.
#[must_use]
pub fn contract_of(mission: Uuid) -> Uuid {
    Uuid::new_v5(&mission, b"contract")
}

/// The key of a candidate.
#[must_use]
pub fn candidate(name: &str) -> Uuid {
    Uuid::new_v5(&NAMES, format!("candidate {name}").as_bytes())
}

/// Whose key is whose, to show names again. In events there are keys alone: a name is personal.
#[derive(Debug, Clone)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Everybody and everything that the input speaks of.
    pub fn new<'a>(candidates: impl IntoIterator<Item = &'a str>, missions: impl IntoIterator<Item = &'a str>) -> Self {
        let candidates = candidates.into_iter().map(|name| (candidate(name), name.to_owned()));
        let missions = missions.into_iter().flat_map(|name| {
            let key = mission(name);
            [(key, name.to_owned()), (contract_of(key), name.to_owned())]
        });
        Self(candidates.chain(missions).map(|(key, name)| (key.to_string(), name)).collect())
    }

    /// The text with a name in the place of every key that has one.
    #[must_use]
    pub fn in_place_of_keys(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (key, name)| text.replace(key, name))
    }
}
