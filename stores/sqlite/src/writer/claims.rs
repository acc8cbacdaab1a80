//! Which subscriptions are open, and which policies run.
//!
//! In a file's store each name has a lock of the operating system, in a file beside the store's: it is free again as soon
//! as whoever held it is gone, however that came about.

use std::any::Any;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::lock;
use crate::failure::{Cause, Failure};

/// The names that are taken.
pub(super) enum Claims {
    /// Among all processes that have the store at this path open.
    Beside(PathBuf),
    /// In the store in memory, which nobody else can reach.
    Here(Arc<Mutex<HashSet<String>>>),
}

impl Claims {
    pub(super) fn of(database: Option<&Path>) -> Self {
        database.map_or_else(|| Self::Here(Arc::default()), |path| Self::Beside(path.to_owned()))
    }

    /// Takes the name of a subscription or a policy, whose `suffix` says which, if it is free: that it is again when the answer is
    /// dropped.
    pub(super) fn take(&self, suffix: &str, name: &str) -> Result<Option<Box<dyn Any + Send + Sync>>, Failure> {
        let name = format!(".{name}{suffix}");
        match self {
            Self::Beside(database) => {
                let failed = |path: &Path, error| {
                    Failure::NotBegun(Cause::Lock(format!("the lock {}: {error}", path.display())))
                };
                let (path, file) = lock::open(database, &name).map_err(|(path, error)| failed(&path, error))?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(Box::new(Locked(file)))),
                    Err(TryLockError::WouldBlock) => Ok(None),
                    Err(TryLockError::Error(error)) => Err(failed(&path, error)),
                }
            }
            Self::Here(taken) => {
                let free = taken.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
                Ok(free.then(|| Box::new(Taken { name, taken: Arc::clone(taken) }) as _))
            }
        }
    }
}

/// A lock that is held until this is dropped. To close the file would not do: a process that is just being started may
/// have it open as well, until it has become another program.
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        // Cannot fail for a lock that is held; if it did, the lock would end with the process.
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "cannot release the lock of a name");
        }
    }
}

/// A name that is taken until this is dropped.
struct Taken {
    name: String,
    taken: Arc<Mutex<HashSet<String>>>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
