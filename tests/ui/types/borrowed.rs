//! What is stored owns its data.

use std::borrow::Cow;

use factum::Event;

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    clerk: &'static str,
    note: Cow<'static, str>,
    how: fn(u32) -> u32,
    who: Box<dyn Send + Sync>,
}

fn main() {}
