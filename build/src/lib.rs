//! Generates Rust from factum event schemas in a build script.
//!
//! The whole `build.rs`:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     factum_build::generate("schemas")
//! }
//! ```
//!
//! and in the crate, `factum::include_schemas!();`.
//!
//! A schema with mistakes fails the build, and what Cargo shows is the mistakes: each at its line, with what to write
//! instead.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, DirEntry};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use factum_model::{Sources, check, render};

/// What the generated file is called, in `OUT_DIR`; `factum::include_schemas!()` knows it too.
const OUTPUT: &str = "factum.rs";

/// Generates `$OUT_DIR/factum.rs` from a schema, or from all schemas (`*.yaml`, `*.yml`) in a folder and the folders below.
///
/// `path` is relative to the crate's folder, as Cargo runs build scripts there. It tells Cargo to run the build script
/// again when any of these files, or the folder, changes; the output is written only if it changed.
///
/// Meant to be what `main` returns: what is wrong has been written to standard error, which Cargo shows.
#[must_use]
pub fn generate(path: impl AsRef<Path>) -> ExitCode {
    let output = env::var_os("OUT_DIR");
    let mut instructions = String::new();
    let result = run(path.as_ref(), output, &mut instructions);
    // Cargo wants to know what to watch even when the schema is wrong: its next version may be right.
    let _ = io::stdout().write_all(instructions.as_bytes());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = io::stderr().write_all(message.as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run(path: &Path, output: Option<OsString>, instructions: &mut String) -> Result<(), String> {
    let output = output.ok_or("OUT_DIR is not set: call factum_build::generate from a build script\n")?;
    let files = schemas(path, instructions)?;
    let mut sources = Sources::new();
    for file in &files {
        let bytes = fs::read(file).map_err(|error| unreadable(file, &error))?;
        sources.add(file.display().to_string(), bytes);
    }
    let outcome = check(&mut sources);
    let rendered = render(&outcome.diagnostics, &sources, false);
    let Some(checked) = outcome.checked else { return Err(rendered) };
    let warnings = rendered.lines().filter(|line| !line.is_empty());
    instructions.extend(warnings.map(|line| format!("cargo::warning={line}\n")));
    let names = files.iter().filter_map(|file| file.file_name()).filter_map(|name| name.to_str());
    let text =
        factum_codegen::text(&checked, names).map_err(|error| format!("factum made no valid Rust: {error}\n"))?;
    let target = Path::new(&output).join(OUTPUT);
    write_if_changed(&target, &text).map_err(|error| format!("cannot write {}: {error}\n", target.display()))
}

/// The schema files at `path`, in the order of their names, each entered for Cargo to watch.
fn schemas(path: &Path, instructions: &mut String) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(next) = folders.pop() {
        let _ = writeln!(instructions, "cargo::rerun-if-changed={}", next.display());
        if next.is_dir() {
            let entries = fs::read_dir(&next).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let entries = entries.map_err(|error| unreadable(&next, &error))?;
            // A folder that is a link may lead back to where it is; what begins with a point is some editor's.
            let visible = entries.into_iter().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
            let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
            let below = visible.filter(|entry| is_folder(entry) || is_schema(&entry.path()));
            folders.extend(below.map(|entry| entry.path()));
        } else {
            files.push(next);
        }
    }
    files.sort();
    if files.is_empty() { Err(format!("there is no schema (*.yaml) in {}\n", path.display())) } else { Ok(files) }
}

fn is_schema(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}\n", path.display())
}

/// An unchanged file keeps its time, so that nothing that depends on it is built again. A changed one is replaced
/// whole: whoever reads meanwhile sees the old or the new.
fn write_if_changed(target: &Path, text: &str) -> io::Result<()> {
    if fs::read(target).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let new = target.with_extension("rs.new");
    fs::write(&new, text)?;
    fs::rename(&new, target)
}

#[cfg(test)]
mod tests;
