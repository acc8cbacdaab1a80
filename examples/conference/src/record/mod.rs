//! How `data/recorded.ndjson` came to be: a year of a box office, played with seeded dice.
//!
//! The same seed gives the same bytes, on every machine; a test holds the committed file to that. What is recorded is
//! what the domain lets happen, stored as the release of its day stored it: `releases` turns today's events into the
//! historic types, and those encode themselves.
//!
//! `cargo run -p conference --bin record` writes the file anew.

use std::io::{self, Write};

use factum::Recorded;
use factum::cloudevents::NdjsonWriter;

mod box_office;
mod dice;
mod releases;
mod season;

use box_office::{BoxOffice, Fact};

/// Writes a year of events, one event a line, in the order in which they happened.
///
/// # Errors
/// The output's.
pub fn write<W: Write>(out: W) -> io::Result<W> {
    let mut writer = NdjsonWriter::new(out);
    for (fact, position) in BoxOffice::open().year().iter().zip(1..) {
        writer.write(&recorded(fact, position)?)?;
    }
    writer.finish()
}

fn recorded(fact: &Fact, position: u64) -> io::Result<Recorded<'_>> {
    let Fact { stream, version, at, id, correlation_id, causation_id, depth, actor, headers, encoded } = fact;
    let encoded = encoded.as_ref().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Recorded {
        id: *id,
        stream,
        version: *version,
        position,
        event_type: encoded.event_type,
        schema_version: encoded.schema_version,
        readable_from: encoded.readable_from,
        recorded_at: *at,
        correlation_id: Some(*correlation_id),
        causation_id: *causation_id,
        depth: *depth,
        actor: Some(actor),
        raw_headers: headers.as_deref(),
        payload: &encoded.payload,
    })
}
