//! Catalogs on disk: which are meant, and what is in them.

use std::io;
use std::path::{Component, Path, PathBuf};

use factum_model::catalog::is_of_catalog;

use super::{CONFIG, Catalog, Contents, File, LOCK, Layout};

/// There is no catalog, or it cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// There is none.
    #[error("there is no factum.toml in {}, in a folder above or in one below", directory.display())]
    None {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// There is one, and nothing in it.
    #[error("there is no schema (*.yaml) in {}", root.display())]
    Empty {
        /// The catalog's folder.
        root: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl CatalogError {
    /// How to go on.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::None { .. } => {
                Some("a catalog is the folder tree below a factum.toml, which may be empty: run `cargo factum init`, or name a folder with `--catalog`".to_owned())
            }
            Self::Empty { .. } => Some("a schema begins with `factum: 1` and `context: ...`".to_owned()),
            Self::Unreadable { path, .. } => path.file_name().filter(|name| is_of_catalog(&name.to_string_lossy())).map(
                |_| "what is called *.yaml, factum.toml or factum.lock in a catalog is read: mend this one, or take it out".to_owned(),
            ),
        }
    }
}

/// The catalogs that are meant: those at `chosen`, else the one that `directory` is in and those below it.
///
/// # Errors
/// [`CatalogError`].
pub fn find(directory: &Path, chosen: &[PathBuf]) -> Result<Vec<Catalog>, CatalogError> {
    let mut roots = Vec::new();
    if chosen.is_empty() {
        roots.extend(directory.ancestors().find(|folder| folder.join(CONFIG).is_file()).map(Path::to_owned));
        roots.extend(roots_below(directory)?);
    }
    for chosen in chosen {
        let path = direct(directory.join(chosen));
        let below = if path.is_dir() { roots_below(&path)? } else { Vec::new() };
        if below.is_empty() { roots.push(path) } else { roots.extend(below) }
    }
    roots.sort();
    roots.dedup();
    if roots.is_empty() {
        return Err(CatalogError::None { directory: directory.to_owned() });
    }
    roots.into_iter().map(|root| read(directory, root)).collect()
}

/// The catalogs below a directory, as far as they can be read: nobody asked for them, so nobody is told of them.
pub(crate) fn all_below(directory: &Path) -> Vec<Catalog> {
    let roots = roots_below(directory).unwrap_or_default().into_iter();
    roots.filter_map(|root| read(directory, root).ok()).collect()
}

/// Reads the catalog at `root`; messages name its files as seen from `directory`.
pub(crate) fn read(directory: &Path, root: PathBuf) -> Result<Catalog, CatalogError> {
    let is_file = root.is_file();
    let folder = if is_file { root.parent().unwrap_or(directory) } else { &root };
    let beside = |name: &str| -> Result<Option<File>, CatalogError> {
        let path = folder.join(name);
        // What is there has to be read, whatever it is: without its lock a catalog would look as if nothing was released.
        if path.symlink_metadata().is_ok() { file(directory, &path).map(Some) } else { Ok(None) }
    };
    let (config, lock) = (beside(CONFIG)?, beside(LOCK)?);
    let schemas = if is_file { vec![file(directory, &root)?] } else { schemas(directory, &root)? };
    // Events that are derived in Rust are in the lock alone.
    if schemas.is_empty() && lock.is_none() {
        return Err(CatalogError::Empty { root });
    }
    Ok(Catalog { contents: Contents { config, lock, schemas }, root })
}

fn schemas(directory: &Path, root: &Path) -> Result<Vec<File>, CatalogError> {
    let paths = walk(root)?;
    let layout = Layout::new(paths.iter().map(String::as_str));
    layout.schemas("").map(|path| file(directory, &root.join(path))).collect()
}

fn roots_below(directory: &Path) -> Result<Vec<PathBuf>, CatalogError> {
    let paths = walk(directory)?;
    let layout = Layout::new(paths.iter().map(String::as_str));
    // `join("")` would end the path with a slash, and it would not be equal to itself any more.
    let root = |root: &&str| if root.is_empty() { directory.to_owned() } else { directory.join(root) };
    Ok(layout.roots().iter().map(root).collect())
}

fn file(directory: &Path, path: &Path) -> Result<File, CatalogError> {
    let bytes = factum_files::read(path).map_err(|source| unreadable(path, source))?;
    Ok(File { name: shown(directory, path), bytes })
}

fn walk(folder: &Path) -> Result<Vec<String>, CatalogError> {
    factum_files::walk(folder, &mut |_| ()).map_err(|error| unreadable(&error.path, error.source))
}

fn unreadable(path: &Path, source: io::Error) -> CatalogError {
    CatalogError::Unreadable { path: path.to_owned(), source }
}

/// The same without ways up in it, if that leads to the same place: above a link it does not.
pub(crate) fn direct(path: PathBuf) -> PathBuf {
    let mut direct = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if direct.file_name().is_some() => {
                direct.pop();
            }
            Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                direct.push(part);
            }
        }
    }
    let same = path.canonicalize().ok().is_some_and(|path| direct.canonicalize().ok() == Some(path));
    if same { direct } else { path }
}

/// A path as seen from a directory, with `/`.
pub(crate) fn shown(directory: &Path, path: &Path) -> String {
    let common = directory.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    if common == 0 || directory.is_relative() != path.is_relative() {
        return slashes(path);
    }
    let up =
        directory.components().skip(common).filter(|part| *part != Component::CurDir).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(path.components().skip(common)).collect();
    slashes(&relative)
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_seen_from_the_directory() {
        let seen = |path: &str| shown(Path::new("/work/shop"), Path::new(path));
        assert_eq!(seen("/work/shop/schemas/a.yaml"), "schemas/a.yaml");
        assert_eq!(seen("/work/schemas/a.yaml"), "../schemas/a.yaml");
        assert_eq!(seen("a.yaml"), "a.yaml");
    }
}
