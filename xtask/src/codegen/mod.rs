//! Committed files that a program writes. One file per output; each makes its text from data of the crates, and nothing
//! else knows it.

mod diagnostics;
mod editor;
mod rules;

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// Where a file is, from the root, and what has to be in it.
type Output = (&'static str, fn() -> String);

/// Every file that is written. The goldens of the tests are none of these: they are what tests expect, and `FACTUM_BLESS`
/// writes them.
const OUTPUTS: &[Output] = &[
    ("docs/diagnostics.md", diagnostics::page),
    ("docs/rules.md", rules::page),
    ("schemas/factum.schema.json", editor::schema),
];

/// Writes every file that is not what it should be; to `check` is only to say which. The text for the terminal, and
/// whether all is well.
pub(crate) fn run(root: &Path, check: bool) -> (String, bool) {
    let mut text = String::new();
    let mut well = true;
    for (path, make) in OUTPUTS {
        let said = match compare(&root.join(path), &make(), check) {
            Ok(State::Same) => "ok   ",
            Ok(State::Written) => "wrote",
            Ok(State::Stale(line)) => {
                well = false;
                let _ = writeln!(text, "STALE {path} from line {line} on: run `cargo xtask codegen`");
                continue;
            }
            Err(error) => {
                well = false;
                let _ = writeln!(text, "FAIL  {path}: {error}");
                continue;
            }
        };
        let _ = writeln!(text, "{said} {path}");
    }
    (text, well)
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Same,
    Written,
    /// The first line that differs.
    Stale(usize),
}

fn compare(path: &Path, wanted: &str, check: bool) -> io::Result<State> {
    let found = match fs::read_to_string(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if found == wanted {
        return Ok(State::Same);
    }
    if check {
        let same = found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count();
        return Ok(State::Stale(same + 1));
    }
    fs::write(path, wanted)?;
    Ok(State::Written)
}

#[cfg(test)]
mod tests;
