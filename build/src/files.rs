//! Finds the files of a catalog, and replaces what was generated.

use std::fmt::Write as _;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use factum_model::catalog::{CONFIG, LOCK, Layout};

/// The files of a catalog.
#[derive(Debug)]
pub(super) struct Files {
    /// Its `factum.toml`, if it has one.
    pub(super) config: Option<PathBuf>,
    /// Its schemas, in the order of their names.
    pub(super) schemas: Vec<PathBuf>,
    /// Catalogs of their own further down, whose schemas are not its own.
    pub(super) inner: Vec<PathBuf>,
}

/// The files of the catalog at `path`, a folder or one schema, each entered for Cargo to watch.
pub(super) fn find(path: &Path, instructions: &mut String) -> Result<Files, String> {
    if !path.is_dir() {
        return Ok(Files {
            config: around(path, instructions),
            schemas: vec![watched(path.to_path_buf(), instructions)],
            inner: Vec::new(),
        });
    }
    let paths = walk(path, instructions)?;
    let layout = Layout::new(paths.iter().map(String::as_str));
    let schemas: Vec<PathBuf> = layout.schemas("").map(|schema| watched(path.join(schema), instructions)).collect();
    let inner: Vec<PathBuf> =
        layout.roots().iter().filter(|root| !root.is_empty()).map(|root| path.join(root)).collect();
    if schemas.is_empty() {
        return Err(none(path, &inner));
    }
    for name in [CONFIG, LOCK].into_iter().filter(|name| layout.has(name)) {
        watched(path.join(name), instructions);
    }
    Ok(Files { config: Some(path.join(CONFIG)).filter(|_| layout.has(CONFIG)), schemas, inner })
}

fn none(path: &Path, others: &[PathBuf]) -> String {
    let others: Vec<String> = others.iter().map(|other| format!("`{}`", other.display())).collect();
    let none = format!("there is no schema (*.yaml) in {}", path.display());
    if others.is_empty() {
        return format!("{none}\n");
    }
    format!("{none}, but catalogs of their own (they have a {CONFIG}): name one, {}\n", others.join(" or "))
}

/// The `factum.toml` beside a schema that is named by itself. It is watched, and so is the lock, if they are there: of what
/// is not, Cargo would say in every build that it changed.
fn around(schema: &Path, instructions: &mut String) -> Option<PathBuf> {
    let folder = schema.parent().unwrap_or(Path::new(""));
    let there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let [config, _] = [CONFIG, LOCK].map(|name| there(name).map(|path| watched(path, instructions)));
    config
}

fn watched(path: PathBuf, instructions: &mut String) -> PathBuf {
    let _ = writeln!(instructions, "cargo::rerun-if-changed={}", path.display());
    path
}

/// The files below a folder, relative to it, with `/`; each folder is entered for Cargo to watch.
fn walk(folder: &Path, instructions: &mut String) -> Result<Vec<String>, String> {
    let (mut files, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(below) = folders.pop() {
        // `join("")` would end the path with a slash.
        let path = if below.is_empty() { folder.to_path_buf() } else { folder.join(&below) };
        let path = watched(path, instructions);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(|error| unreadable(&path, &error))? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if !is_folder(&entry) {
                files.push(relative);
            } else if !name.starts_with('.') {
                folders.push(relative);
            }
        }
    }
    Ok(files)
}

/// A folder that is a link may lead back to where it is.
fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}\n", path.display())
}

/// An unchanged file keeps its time, so that nothing that depends on it is built again. A changed one is replaced
/// whole: whoever reads meanwhile sees the old or the new.
pub(super) fn write_if_changed(target: &Path, text: &str) -> io::Result<()> {
    if fs::read(target).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let new = target.with_extension("rs.new");
    fs::write(&new, text)?;
    fs::rename(&new, target)
}
