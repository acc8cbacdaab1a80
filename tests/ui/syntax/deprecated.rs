//! A deprecation says since when.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", deprecated(use = SeatsHeld))]
struct SeatsReserved;

#[derive(Event)]
#[event(context = "conference", deprecated(since = 2))]
struct SeatsFreed;

#[derive(Event)]
#[event(context = "conference", deprecated(since = 1, instead = SeatsHeld))]
struct SeatsOpened;

fn main() {}
