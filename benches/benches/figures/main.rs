//! `cargo bench -p factum-benches`: every figure, each beside what it is compared with.
//!
//! `cargo bench -p factum-benches -- --only old_vs` measures those whose names begin so.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are for whoever runs this to read")]

mod compile;
mod decode;
mod events;
mod memory;
mod peers;
mod review;
mod sqlite;
mod views;

use std::error::Error;
use std::process::ExitCode;

use factum_benches::pair::{Bar, Rounds, Scale};

/// A figure as it was measured.
struct Measured {
    ratio: f64,
    /// Both sides, for who wants to know more.
    told: String,
}

impl Measured {
    /// The first's cost as a multiple of the second's.
    fn ratio(rounds: &Rounds, names: (&str, &str)) -> Self {
        Self { ratio: rounds.ratio(), told: rounds.told(names) }
    }
}

type Outcome = Result<Measured, Box<dyn Error>>;

/// A figure: its name, what it must reach, and how it is measured.
struct Figure(&'static str, Option<Bar>, fn(Scale) -> Outcome);

/// Every figure, in the order in which they are told.
const FIGURES: &[Figure] = &[
    Figure("old_vs_current", Some(Bar::AtMost(1.03)), decode::old_vs_current),
    Figure("derive_old_vs_current", Some(Bar::AtMost(1.03)), decode::derive_old_vs_current),
    Figure("old_vs_handwritten", Some(Bar::AtMost(1.05)), decode::old_vs_handwritten),
    Figure("old_vs_cqrs_es", Some(Bar::AtLeast(2.0)), decode::old_vs_cqrs_es),
    Figure("fold_1000", Some(Bar::AtLeast(6.0)), decode::fold_1000),
    Figure("versions_100_vs_1", Some(Bar::AtMost(1.03)), decode::versions_100_vs_1),
    Figure("check_generated_vs_derived", Some(Bar::AtMost(0.45)), compile::check_generated_vs_derived),
    Figure("check_history_vs_hand", Some(Bar::AtMost(0.5)), compile::check_history_vs_hand),
    Figure("derive_check_vs_serde", Some(Bar::AtMost(0.8)), compile::derive_check_vs_serde),
    Figure("generate_1000_types", Some(Bar::AtMost(2.0)), compile::generate_1000_types),
    Figure("sqlite_one_writer_vs_raw_commits", Some(Bar::AtLeast(0.8)), sqlite::one_writer_vs_raw_commits),
    Figure("sqlite_64_writers_vs_one", Some(Bar::AtLeast(5.0)), sqlite::writers_64_vs_one),
    Figure("sqlite_64_writers_vs_one_3m", Some(Bar::AtLeast(5.0)), sqlite::writers_64_vs_one_3m),
    Figure("sqlite_read_vs_raw_rows", Some(Bar::AtLeast(0.4)), sqlite::read_vs_raw_rows),
    Figure("projection_vs_raw_sql", Some(Bar::AtMost(1.5)), views::projection_vs_raw_sql),
    Figure("subscription_catch_up_vs_read", Some(Bar::AtMost(1.3)), views::subscription_catch_up_vs_read),
    Figure("snapshot_load", Some(Bar::AtMost(2.0)), views::snapshot_load),
    Figure("rebuild_rss_1m_vs_10k", Some(Bar::AtMost(1.2)), memory::rebuild_rss_1m_vs_10k),
    Figure("rss_1m_vs_10k", Some(Bar::AtMost(1.2)), memory::rss_1m_vs_10k),
    Figure("check_1000_events", Some(Bar::AtMost(10.0)), review::check_1000_events),
    Figure("verify_vs_parse", Some(Bar::AtLeast(0.3)), review::verify_vs_parse),
    Figure("verify_rss_1m_vs_10k", Some(Bar::AtMost(1.2)), review::verify_rss_1m_vs_10k),
    Figure("old_vs_handwritten_str", None, decode::old_vs_handwritten_str),
    Figure("current_vs_derived", None, decode::current_vs_derived),
    Figure("encode_vs_derived", None, decode::encode_vs_derived),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let scale = if arguments.iter().any(|argument| argument == "--bench") { Scale::Full } else { Scale::Smoke };
    match &arguments[..] {
        [child, path, key] if child == memory::LOAD => {
            return exit(memory::load(path, key).map(|answer| println!("{answer}")));
        }
        [child, path] if child == memory::REBUILD => {
            return exit(memory::rebuild(path).map(|answer| println!("{answer}")));
        }
        _ => {}
    }
    let mut only = arguments.iter().skip_while(|argument| *argument != "--only").skip(1);
    exit(run(scale, only.next().map_or("", String::as_str)))
}

fn exit(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(scale: Scale, only: &str) -> Result<(), Box<dyn Error>> {
    let mut lines = Vec::new();
    for Figure(name, bar, measure) in FIGURES.iter().filter(|figure| figure.0.starts_with(only)) {
        let measured = measure(scale).map_err(|error| format!("{name}: {error}"))?;
        println!("{name}: {}", measured.told);
        lines.push(line(name, *bar, measured.ratio));
    }
    if scale == Scale::Full {
        println!("\n{}", lines.join("\n"));
    }
    Ok(())
}

fn line(name: &str, bar: Option<Bar>, ratio: f64) -> String {
    let verdict = match bar {
        None => return format!("info {name} {ratio:.3}"),
        Some(bar) if bar.holds(ratio) => format!("bar {bar}"),
        Some(bar) => format!("bar {bar} MISSED"),
    };
    format!("ratio {name} {ratio:.3} {verdict}")
}
