//! Finds the files of a catalog, and replaces what was generated.

use std::fmt::Write as _;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use factum_model::catalog::CONFIG;

/// The schema files at `path`, in the order of their names, each entered for Cargo to watch. A folder further below that
/// has a `factum.toml` is a catalog of its own.
pub(super) fn schemas(path: &Path, instructions: &mut String) -> Result<Vec<PathBuf>, String> {
    let (mut files, mut others) = (Vec::new(), Vec::new());
    let mut folders = vec![path.to_path_buf()];
    while let Some(next) = folders.pop() {
        if next != path && next.join(CONFIG).is_file() {
            others.push(next);
            continue;
        }
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
    if files.is_empty() { Err(none(path, &others)) } else { Ok(files) }
}

fn none(path: &Path, others: &[PathBuf]) -> String {
    let others: Vec<String> = others.iter().map(|other| format!("`{}`", other.display())).collect();
    let none = format!("there is no schema (*.yaml) in {}", path.display());
    if others.is_empty() {
        return format!("{none}\n");
    }
    format!("{none}, but catalogs of their own (they have a {CONFIG}): name one, {}\n", others.join(" or "))
}

fn is_schema(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
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
