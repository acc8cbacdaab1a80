//! Finds the files of a catalog, and replaces what was generated.

use std::fmt::Write as _;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// The schema files at `path`, in the order of their names, each entered for Cargo to watch.
pub(super) fn schemas(path: &Path, instructions: &mut String) -> Result<Vec<PathBuf>, String> {
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
