//! The lock of a catalog, as a file.

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use factum::lock::LockedSet;
use factum_model::catalog::{CONFIG, LOCK, is_entered};
use factum_model::lock::read;
use factum_model::{Code, Diagnostics, Lock, Sources};

use super::LockError;
use super::baseline::{self, Baseline};
use super::compare::Found;
use super::error::told;

/// How deep below a crate's folder a catalog is looked for.
const DEEPEST: usize = 4;

/// The lock of one catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    path: PathBuf,
}

impl LockFile {
    /// The lock of the catalog in this folder, whether there is a file yet or not.
    pub fn at(folder: impl AsRef<Path>) -> Self {
        Self { path: folder.as_ref().join(LOCK) }
    }

    /// The lock of the catalog that the crate under test is in: beside the nearest `factum.toml`, in its folder or above it.
    /// If there is none, beside the only one below.
    ///
    /// # Errors
    /// [`LockError::NoCatalog`].
    pub fn of_crate() -> Result<Self, LockError> {
        // Cargo says where the crate is, and runs its tests there.
        let directory = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let directory = directory.map_or_else(env::current_dir, Ok);
        Self::around(&directory.map_err(|source| LockError::File { path: PathBuf::from("."), source })?)
    }

    /// As [`LockFile::of_crate`], of a crate in `directory`.
    ///
    /// # Errors
    /// [`LockError::NoCatalog`].
    pub fn around(directory: &Path) -> Result<Self, LockError> {
        if let Some(folder) = directory.ancestors().find(|folder| folder.join(CONFIG).is_file()) {
            return Ok(Self::at(folder));
        }
        let mut found = Vec::new();
        below(directory, 0, &mut found);
        match &found[..] {
            [only] => Ok(Self::at(only)),
            _ => Err(LockError::NoCatalog { directory: directory.to_owned() }),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Compares the events of a set with the lock, and what their code does with what it did.
    ///
    /// # Errors
    /// [`LockError::Differs`], or another one if it cannot be compared.
    pub fn check<S: for<'a> LockedSet<'a>>(&self) -> Result<(), LockError> {
        let found = Found::of(S::NAME, &S::events())?;
        let lock = self.read()?.unwrap_or_default();
        found.declared(&lock)?;
        let told = found.differences(&lock);
        if told.is_empty() {
            return Ok(());
        }
        Err(LockError::Differs { path: self.path.clone(), set: found.set, told })
    }

    /// Writes what the events of a set are into the lock, and leaves all else in it. What was released stays: that is what
    /// the lock has where the branch came from the default branch, or has there now; without git, all that is in the file.
    /// What else the file says of the set are proposals of before.
    ///
    /// Says whether the file changed.
    ///
    /// # Errors
    /// [`LockError::Released`] if the set is not what was released, or another one if there is no lock for it.
    pub fn update<S: for<'a> LockedSet<'a>>(&self) -> Result<bool, LockError> {
        let found = Found::of(S::NAME, &S::events())?;
        let _guard = self.alone()?;
        let baseline = baseline::of(&self.path, &found.lock)?;
        let file = match (self.read(), &baseline) {
            (Ok(lock), _) => lock.unwrap_or_default(),
            // What a merge left is made again, from what was released.
            (Err(LockError::Broken { .. }), Baseline::Locks(released, _)) => released.clone(),
            (Err(error), _) => return Err(error),
        };
        let (released, said) = match &baseline {
            Baseline::Locks(released, said) => (released, said.as_str()),
            Baseline::Unknown => (&file, "Without git, all that is in the lock counts as released."),
        };
        found.declared(&file)?;
        found.declared(released)?;
        let told = found.changed(released);
        if !told.is_empty() {
            let released = said.to_owned();
            return Err(LockError::Released { path: self.path.clone(), set: found.set, told, released });
        }
        self.write(&merged(&found, &file))
    }

    fn read(&self) -> Result<Option<Lock>, LockError> {
        match factum_files::read(&self.path) {
            Ok(bytes) => parsed(&self.path.display().to_string(), bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.path.is_symlink() => Ok(None),
            Err(source) => Err(LockError::File { path: self.path.clone(), source }),
        }
    }

    /// Replaces the file whole, if it says something else, and only by what is read as what was meant.
    fn write(&self, lock: &Lock) -> Result<bool, LockError> {
        let text = lock.to_string();
        let again = parsed("the new lock", text.clone().into_bytes());
        if again.as_ref().ok() != Some(lock) {
            let told = again.err().map(|error| error.to_string()).into_iter().collect();
            return Err(LockError::Unexpected { what: "the new lock", told });
        }
        if factum_files::read(&self.path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(false);
        }
        let written = factum_files::replace(&self.path, &text);
        written.map(|()| true).map_err(LockError::file)
    }

    /// Tests of several sets run at once, in threads and processes.
    fn alone(&self) -> Result<File, LockError> {
        let path =
            self.path.parent().and_then(|folder| folder.canonicalize().ok()).unwrap_or_else(|| self.path.clone());
        let name = factum_model::lock::Fingerprint::of(&path.to_string_lossy());
        let guard = env::temp_dir().join(format!("factum-{name}.lock"));
        let locked = File::options().create(true).truncate(false).write(true).open(&guard);
        let locked = locked.and_then(|file| file.lock().map(|()| file));
        locked.map_err(|source| LockError::File { path: guard, source })
    }
}

/// The file with the set's own entries in the place of those of before.
fn merged(found: &Found, file: &Lock) -> Lock {
    let mut lock = file.clone();
    let held = held_by_own(found, file);
    for name in found.gone(file) {
        lock.events.remove(name);
    }
    let before = file.same_events();
    for (name, event) in &found.lock.events {
        let old = before.of(name, &event.value);
        let mut event = event.clone();
        if let Some((old, locked)) = old {
            lock.events.remove(old);
            // An event that several sets list stays with the first.
            if locked.derived.is_some() {
                Arc::make_mut(&mut event.value).derived.clone_from(&locked.derived);
            }
        }
        lock.events.insert(name.clone(), event);
    }
    lock.types.extend(found.lock.types.clone());
    let still = all_held(&lock, lock.events.keys().map(String::as_str));
    lock.types.retain(|name, _| !held.contains(name) || still.contains(name) || found.lock.types.contains_key(name));
    lock
}

/// The derived values that the set's entries of before hold.
fn held_by_own(found: &Found, file: &Lock) -> BTreeSet<String> {
    let own = file.events.iter().filter(|(_, event)| event.value.derived.as_deref() == Some(&found.set));
    let mut held = all_held(file, own.map(|(name, _)| name.as_str()));
    held.retain(|name| file.types.get(name).is_some_and(|ty| ty.value.derived));
    held
}

/// The types that these events hold, and those that these hold.
fn all_held<'n>(lock: &Lock, events: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
    let part = |events, types| Lock { events, types, ..Lock::default() }.released().versions.into_values().flatten();
    let events = events.filter_map(|name| Some((name.to_owned(), lock.events.get(name)?.clone()))).collect();
    let mut open: Vec<String> = part(events, [].into()).map(|pin| pin.name).collect();
    let mut held = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(ty) = lock.types.get(&name).filter(|_| held.insert(name.clone())) {
            open.extend(part([].into(), [(name, ty.clone())].into()).map(|pin| pin.name));
        }
    }
    held
}

/// Reads a lock.
pub(super) fn parsed(name: &str, bytes: Vec<u8>) -> Result<Lock, LockError> {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add(name, bytes);
    let lock = read(&mut sources, file, &mut diagnostics);
    lock.ok_or_else(|| {
        let found = diagnostics.into_vec();
        let (name, told) = (name.to_owned(), told(&found));
        let newer = found.iter().any(|found| found.code == Code::LockFormat);
        if newer { LockError::Newer { name, told } } else { LockError::Broken { name, told } }
    })
}

/// The catalogs below a folder.
fn below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if folder.join(CONFIG).is_file() {
        found.push(folder.to_owned());
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok).filter(|_| depth < DEEPEST) {
        let enters = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if enters && entry.file_name().to_str().is_some_and(is_entered) {
            below(&entry.path(), depth + 1, found);
        }
    }
}
