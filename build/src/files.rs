//! Finds the files of a catalog, and replaces what was generated.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use factum_model::catalog::{CONFIG, LOCK, Layout};

/// The files of a catalog.
#[derive(Debug)]
pub(super) struct Files {
    /// Its `factum.toml`, if it has one.
    pub(super) config: Option<PathBuf>,
    /// Its `factum.lock`, if it has one.
    pub(super) lock: Option<PathBuf>,
    /// Its schemas, in the order of their names.
    pub(super) schemas: Vec<PathBuf>,
    /// Catalogs of their own further down, whose schemas are not its own.
    pub(super) inner: Vec<PathBuf>,
}

/// The files of the catalog at `path`, a folder or one schema, each entered for Cargo to watch.
pub(super) fn find(path: &Path, instructions: &mut String) -> Result<Files, String> {
    if !path.is_dir() {
        let [config, lock] = around(path, instructions);
        return Ok(Files { config, lock, schemas: vec![watched(path.to_path_buf(), instructions)], inner: Vec::new() });
    }
    let paths = factum_files::walk(path, &mut |folder| drop(watched(folder.to_path_buf(), instructions)));
    let paths = paths.map_err(|error| unreadable(&error.path, &error.source))?;
    let layout = Layout::new(paths.iter().map(String::as_str));
    let schemas: Vec<PathBuf> = layout.schemas("").map(|schema| watched(path.join(schema), instructions)).collect();
    let inner: Vec<PathBuf> =
        layout.roots().iter().filter(|root| !root.is_empty()).map(|root| path.join(root)).collect();
    if schemas.is_empty() {
        return Err(none(path, &inner));
    }
    let there = |name: &&str| layout.has(name);
    let [config, lock] =
        [CONFIG, LOCK].map(|name| Some(name).filter(there).map(|name| watched(path.join(name), instructions)));
    Ok(Files { config, lock, schemas, inner })
}

fn none(path: &Path, others: &[PathBuf]) -> String {
    let others: Vec<String> = others.iter().map(|other| format!("`{}`", other.display())).collect();
    let none = format!("there is no schema (*.yaml) in {}", path.display());
    if others.is_empty() {
        return format!("{none}\n");
    }
    format!("{none}, but catalogs of their own (they have a {CONFIG}): name one, {}\n", others.join(" or "))
}

/// The `factum.toml` and the lock beside a schema that is named by itself. They are watched, if they are there: of what is
/// not, Cargo would say in every build that it changed.
fn around(schema: &Path, instructions: &mut String) -> [Option<PathBuf>; 2] {
    let folder = schema.parent().unwrap_or(Path::new(""));
    let there = |name: &str| Some(folder.join(name)).filter(|path| path.symlink_metadata().is_ok());
    [CONFIG, LOCK].map(|name| there(name).map(|path| watched(path, instructions)))
}

fn watched(path: PathBuf, instructions: &mut String) -> PathBuf {
    let _ = writeln!(instructions, "cargo::rerun-if-changed={}", path.display());
    path
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}\n", path.display())
}

/// An unchanged file keeps its time, so that nothing that depends on it is built again.
pub(super) fn write_if_changed(target: &Path, text: &str) -> Result<(), String> {
    if factum_files::read(target).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    factum_files::replace(target, text)
        .map_err(|error| format!("cannot write {}: {}\n", error.path.display(), error.source))
}
