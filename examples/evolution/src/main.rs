//! Prints every stored event before and after: `cargo run -p evolution`, or only one event, `cargo run -p evolution --
//! ParcelDelivered`, or only one version of it, `-- ParcelDelivered 3`.
#![allow(clippy::print_stderr)] // a program says what went wrong

use std::io::Write as _;
use std::process::ExitCode;

use evolution::{Error, page, schema, stored};

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match pages(&wanted) {
        Ok(pages) if pages.is_empty() => {
            eprintln!("nothing was stored of {}", wanted.join(" "));
            ExitCode::FAILURE
        }
        Ok(pages) => {
            // Whoever has read enough closes the pipe.
            let _ = writeln!(std::io::stdout().lock(), "{}", pages.join("\n").trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn pages(wanted: &[String]) -> Result<Vec<String>, Error> {
    let schema = schema()?;
    let event = wanted.first();
    let version = wanted.get(1);
    let all = stored(&schema)?.into_iter().filter(|stored| {
        event.is_none_or(|event| *event == stored.event.name.value)
            && version.is_none_or(|version| *version == stored.version.number.to_string())
    });
    all.map(|stored| page(&schema, &stored)).collect()
}
