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
//! instead. So does a choice that does not fit the schema; [`Generator`] has what can be chosen.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use factum_codegen::options::{Builtin, Foreign, Kind, Visibility};
use factum_codegen::options::{Choice, Options, Which};
use factum_model::{Sources, check, render};

mod files;

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
    Generator::new(path).generate()
}

/// What [`generate`] does, with choices about the Rust that comes out. What is stored, and what can be read, stays what the
/// schema says.
///
/// ```no_run
/// use factum_build::{Builtin, Foreign, Generator, Kind, Visibility};
///
/// fn main() -> std::process::ExitCode {
///     Generator::new("schemas")
///         .builtin(Builtin::Timestamp, "::chrono::DateTime<::chrono::Utc>") // with the feature `chrono` of factum
///         .builtin(Builtin::Decimal, Foreign::new("::bigdecimal::BigDecimal").adapter("crate::Exact").not_copy())
///         .derive_for(Kind::Commands, "::validator::Validate")
///         .module("conference", "seats")
///         .visibility(Visibility::Crate)
///         .json_schema(true) // with the feature `schemars` of factum
///         .generate()
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is generated until `generate` is called"]
pub struct Generator {
    path: PathBuf,
    options: Options,
}

impl Generator {
    /// For the schemas that [`generate`] finds at `path`.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_path_buf(), options: Options::new() }
    }

    /// Fields of `builtin` have another Rust type, wherever they are. It implements `factum::foreign::Foreign`, or an
    /// adapter does for it.
    #[track_caller]
    pub fn builtin(self, builtin: Builtin, foreign: impl Into<Foreign>) -> Self {
        self.choose(Choice::Builtin(builtin, foreign.into()))
    }

    /// All generated structs and enums derive a trait too, named by the absolute path of its derive macro.
    #[track_caller]
    pub fn derive(self, path: impl Into<String>) -> Self {
        self.choose(Choice::Derive(Which::All, path.into()))
    }

    /// Those of a kind derive a trait too.
    #[track_caller]
    pub fn derive_for(self, kind: Kind, path: impl Into<String>) -> Self {
        self.choose(Choice::Derive(Which::Kind(kind), path.into()))
    }

    /// What the schema calls `name`, `SeatsReserved` or `conference.SeatsReserved`, derives a trait too, in all versions.
    #[track_caller]
    pub fn derive_on(self, name: impl Into<String>, path: impl Into<String>) -> Self {
        self.choose(Choice::Derive(Which::Named(name.into()), path.into()))
    }

    /// A context's items are in a module of this name. Without, they are in one of the context's name, or in none if the
    /// schema has one context alone.
    #[track_caller]
    pub fn module(self, context: impl Into<String>, name: impl Into<String>) -> Self {
        self.choose(Choice::Module { context: context.into(), name: name.into() })
    }

    /// Who sees what is generated: everybody, if nobody says otherwise.
    #[track_caller]
    pub fn visibility(self, visibility: Visibility) -> Self {
        self.choose(Choice::Visibility(visibility))
    }

    /// Whether what has a wire form implements `schemars::JsonSchema`, and says there what is on the wire.
    #[track_caller]
    pub fn json_schema(self, wanted: bool) -> Self {
        if wanted { self.choose(Choice::JsonSchema) } else { self }
    }

    #[track_caller]
    fn choose(mut self, choice: Choice) -> Self {
        self.options.choose(choice, Some(Location::caller().to_string()));
        self
    }

    /// Generates, as [`generate`] does.
    #[must_use]
    pub fn generate(self) -> ExitCode {
        let output = env::var_os("OUT_DIR");
        let mut instructions = String::new();
        let result = run(&self, output, &mut instructions);
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
}

fn run(generator: &Generator, output: Option<OsString>, instructions: &mut String) -> Result<(), String> {
    let output = output.ok_or("OUT_DIR is not set: call factum_build from a build script\n")?;
    let files = files::schemas(&generator.path, instructions)?;
    let mut sources = Sources::new();
    for file in &files {
        let bytes = fs::read(file).map_err(|error| files::unreadable(file, &error))?;
        sources.add(file.display().to_string(), bytes);
    }
    let outcome = check(&mut sources);
    let rendered = render(&outcome.diagnostics, &sources, false);
    let Some(checked) = outcome.checked else { return Err(rendered) };
    let warnings = rendered.lines().filter(|line| !line.is_empty());
    instructions.extend(warnings.map(|line| format!("cargo::warning={line}\n")));
    let names = files.iter().filter_map(|file| file.file_name()).filter_map(|name| name.to_str());
    let tokens = factum_codegen::tokens_with(&checked, &generator.options).map_err(|error| error.to_string())?;
    let text =
        factum_codegen::pretty(tokens, names).map_err(|error| format!("factum made no valid Rust: {error}\n"))?;
    let target = Path::new(&output).join(OUTPUT);
    files::write_if_changed(&target, &text).map_err(|error| format!("cannot write {}: {error}\n", target.display()))
}

#[cfg(test)]
mod tests;
