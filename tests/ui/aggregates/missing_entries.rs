//! All that is missing is told at once.

use factum::Aggregate;

#[derive(Default, Aggregate)]
struct Seats;

#[derive(Default, Aggregate)]
#[aggregate(context = "conference", id = u64)]
struct Halls;

fn main() {}
