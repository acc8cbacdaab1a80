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
//!
//! If there is a `factum.lock` beside the schemas, what is in it has to be as it is there: a version that was released and
//! edited since fails the build. What the lock has not yet is a warning: `cargo factum lock` writes it.
//!
//! A folder is a catalog with all that is below it, whether it has a `factum.toml` or not. A `factum.toml` further down
//! makes that folder a catalog of its own; [`generate_all`] takes several.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use factum_codegen::options::{Builtin, Foreign, Kind, Visibility};
use factum_codegen::options::{Choice, Options, Which};
use factum_model::lock::{LockedFiles, check_locked};
use factum_model::{Checked, Diagnostic, Diagnostics, Level, Sources, config, render, rules};

mod files;

/// What the generated file is called, in `OUT_DIR`, but for `.rs`; `factum::include_schemas!()` knows it too.
const OUTPUT: &str = "factum";

/// Generates `$OUT_DIR/factum.rs` from a schema, or from all schemas (`*.yaml`, `*.yml`) in a folder and the folders below,
/// but for those below another `factum.toml`.
///
/// `path` is relative to the crate's folder, as Cargo runs build scripts there. It tells Cargo to run the build script
/// again when any of these files, its `factum.toml`, its `factum.lock` or a folder changes; the output is written only if
/// it changed.
///
/// Meant to be what `main` returns: what is wrong has been written to standard error, which Cargo shows.
#[must_use]
pub fn generate(path: impl AsRef<Path>) -> ExitCode {
    Generator::new(path).generate()
}

/// What [`generate`] does, for several catalogs at once, each with an output of its own. No two of them may claim one
/// context: what is stored under its names would be checked, locked and reviewed in two places.
///
/// ```no_run
/// use factum_build::{Generator, generate_all};
///
/// fn main() -> std::process::ExitCode {
///     generate_all([
///         Generator::new("schemas/shop").output("shop"), // factum::include_schemas!("shop");
///         Generator::new("schemas/halls").output("halls"),
///     ])
/// }
/// ```
#[must_use]
pub fn generate_all(generators: impl IntoIterator<Item = Generator>) -> ExitCode {
    let generators: Vec<Generator> = generators.into_iter().collect();
    let output = env::var_os("OUT_DIR");
    let mut instructions = String::new();
    let result = run(&generators, output, &mut instructions);
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
    output: String,
    options: Options,
}

impl Generator {
    /// For the schemas that [`generate`] finds at `path`.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_path_buf(), output: OUTPUT.to_owned(), options: Options::new() }
    }

    /// The generated file is `$OUT_DIR/<name>.rs`, which `factum::include_schemas!("<name>")` takes in.
    pub fn output(self, name: impl Into<String>) -> Self {
        Self { output: name.into(), ..self }
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
        self.choose(Choice::JsonSchema(wanted))
    }

    #[track_caller]
    fn choose(mut self, choice: Choice) -> Self {
        self.options.choose(choice, Some(Location::caller().to_string()));
        self
    }

    /// Generates, as [`generate`] does.
    #[must_use]
    pub fn generate(self) -> ExitCode {
        generate_all([self])
    }
}

/// A catalog that was found.
struct Found<'g> {
    generator: &'g Generator,
    /// What its schemas are called in the output.
    names: Vec<String>,
    files: LockedFiles,
    /// What the script chose, and what the `factum.toml` chose beside.
    options: Options,
}

fn run(generators: &[Generator], output: Option<OsString>, instructions: &mut String) -> Result<(), String> {
    let output = output.ok_or("OUT_DIR is not set: call factum_build from a build script\n")?;
    outputs_differ(generators)?;
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let mut found = Vec::with_capacity(generators.len());
    let mut allowances = Vec::new();
    for generator in generators {
        let files = files::find(&generator.path, instructions)?;
        for inner in files.inner.iter().filter(|inner| !is_generated(inner, generators)) {
            let inner = inner.display();
            instructions
                .push_str(&warning(&format!("{inner} has a factum.toml and is a catalog of its own, not of this one")));
        }
        let mut options = generator.options.clone();
        if let Some(path) = &files.config {
            let file = sources.add(path.display().to_string(), read(path)?);
            let config = config::read(&mut sources, file, &mut diagnostics);
            options = options.or(&Options::of(&config.rust, &sources));
            allowances.extend(config.allowances);
        }
        let mut add = |path: &PathBuf| Ok(sources.add(path.display().to_string(), read(path)?));
        let schemas = files.schemas.iter().map(&mut add).collect::<Result<_, String>>()?;
        let locked = LockedFiles {
            schemas,
            lock: files.lock.as_ref().map(&mut add).transpose()?,
            partial: !generator.path.is_dir(),
        };
        let names = files.schemas.iter().filter_map(|file| file.file_name()).filter_map(|name| name.to_str());
        found.push(Found { generator, names: names.map(str::to_owned).collect(), files: locked, options });
    }
    let catalogs: Vec<LockedFiles> = found.iter().map(|catalog| catalog.files.clone()).collect();
    let outcomes = check_locked(&mut sources, &catalogs);
    let mut diagnostics = diagnostics.into_vec();
    diagnostics.extend(outcomes.iter().flat_map(|outcome| outcome.diagnostics.iter().cloned()));
    // That the day of an approval is over is told by `cargo factum check`, and not by a build from one day to the next.
    let approval = |found: &Diagnostic| rules::approval(found, &allowances, "");
    diagnostics.retain(|found| !matches!(approval(found), Some((_, rules::Status::Allowed(_)))));
    let rendered = render(&diagnostics, &sources, false);
    if diagnostics.iter().any(|found| found.level == Level::Error) {
        return Err(rendered);
    }
    instructions.extend(rendered.lines().filter(|line| !line.is_empty()).map(warning));
    let checked = outcomes.iter().map(|outcome| outcome.checked.as_ref());
    let texts = found.iter().zip(checked).filter_map(|(catalog, checked)| Some((catalog, text(catalog, checked?))));
    let texts = texts.map(|(catalog, text)| Ok((catalog, text?))).collect::<Result<Vec<_>, String>>()?;
    texts.into_iter().try_for_each(|(catalog, text)| write(catalog, &text, &output))
}

fn outputs_differ(generators: &[Generator]) -> Result<(), String> {
    for (index, generator) in generators.iter().enumerate() {
        if generators[..index].iter().any(|before| before.output == generator.output) {
            let name = &generator.output;
            return Err(format!("two catalogs would be generated into {name}.rs: give each an `output` of its own\n"));
        }
    }
    Ok(())
}

/// Whether a catalog further down is generated from too.
fn is_generated(folder: &Path, generators: &[Generator]) -> bool {
    let same = |path: &Path| {
        path == folder || path.canonicalize().ok().zip(folder.canonicalize().ok()).is_some_and(|(a, b)| a == b)
    };
    generators.iter().any(|generator| same(&generator.path))
}

fn warning(line: &str) -> String {
    format!("cargo::warning={line}\n")
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    factum_files::read(path).map_err(|error| files::unreadable(path, &error))
}

fn text(catalog: &Found<'_>, checked: &Checked) -> Result<String, String> {
    let tokens = factum_codegen::tokens_with(checked, &catalog.options).map_err(|error| error.to_string())?;
    let names = catalog.names.iter().map(String::as_str);
    factum_codegen::pretty(tokens, names).map_err(|error| format!("factum made no valid Rust: {error}\n"))
}

fn write(catalog: &Found<'_>, text: &str, output: &OsString) -> Result<(), String> {
    let target = Path::new(output).join(format!("{}.rs", catalog.generator.output));
    files::write_if_changed(&target, text)
}

#[cfg(test)]
mod tests;
