//! A policy that does not say what it does about each of its events and timers. The schema is that of a golden.

#[allow(dead_code)]
#[path = "../../golden/policies/expected.rs"]
mod generated;

struct Unfinished;

impl generated::contracts::ArchivePolicy for Unfinished {}

impl generated::staffing::PlacementPolicy for Unfinished {}

fn main() {}
