//! Measures the generator. Run by the benchmark `figures`, which has it built as build scripts are.
//!
//! `generate EVENTS ROUNDS` prints a line per round: the milliseconds that it takes to make Rust text of YAML text, and
//! those that syn and prettyplease take for the same output alone.
#![allow(clippy::print_stdout, reason = "its output is what it is run for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use factum_benches::sources::{Catalog, checked, generated, schema};

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let (Some(events), Some(rounds)) = (numbers.next().transpose()?, numbers.next().transpose()?) else {
        return Err("generate EVENTS ROUNDS".into());
    };
    let yaml = schema(Catalog::Current, events);
    let tokens = factum_codegen::tokens(&checked(&yaml)?);
    for _ in 0..rounds {
        let start = Instant::now();
        black_box(generated(black_box(&yaml))?);
        let whole = start.elapsed();
        let tokens = tokens.clone();
        let start = Instant::now();
        black_box(prettyplease::unparse(&syn::parse2(tokens)?));
        println!("{} {}", whole.as_secs_f64() * 1e3, start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}
