//! Writes `data/recorded.ndjson` anew: a year of a box office, played with seeded dice.

use std::fs::File;
use std::io::{self, BufWriter};

fn main() -> io::Result<()> {
    let file = File::create(conference::Options::recorded())?;
    conference::record::write(BufWriter::new(file)).map(drop)
}
