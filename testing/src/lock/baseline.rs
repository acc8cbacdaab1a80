//! What was released, as git knows it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use factum_model::Lock;
use factum_model::catalog::LOCK;

use super::LockError;
use super::file::parsed;

/// Variables of git's with which a hook would speak of another repository.
const OF_A_HOOK: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// The branches that others merge into, the likeliest first.
const DEFAULTS: &[&str] = &["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// What was released.
#[derive(Debug)]
pub(super) enum Baseline {
    /// What these locks say, and in words, where they are.
    Locks(Lock, String),
    /// There is no git to ask.
    Unknown,
}

/// What was released of a set's events, wherever its lock was then: the locks where the branch came from the default branch,
/// and those that are there now.
pub(super) fn of(path: &Path, own: &Lock) -> Result<Baseline, LockError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let git = Git { folder };
    let Some(top) = git.ask(&["rev-parse", "--show-toplevel"])? else { return Ok(Baseline::Unknown) };
    let git = Git { folder: Path::new(&top) };
    let Some(head) = git.commit("HEAD")? else {
        return Ok(Baseline::Locks(Lock::default(), "Nothing was committed yet, so nothing was released.".to_owned()));
    };
    let mut default = None;
    for name in DEFAULTS {
        if default.is_none() {
            default = git.commit(name)?.map(|commit| (*name, commit));
        }
    }
    let (commits, said) = match default {
        Some((name, tip)) => match git.ask(&["merge-base", &head, &tip])? {
            Some(base) => {
                (vec![base, tip], format!("Released is what a lock has in {name}, or had where this branch began."))
            }
            // As in a shallow clone. HEAD has at least what was there where the branch began.
            None => {
                (vec![head, tip], format!("Released is what a lock has in {name} or HEAD: git knows no common commit."))
            }
        },
        None => (vec![head], "Released is what a lock has in HEAD: git knows no default branch.".to_owned()),
    };
    let mut released = Lock::default();
    let same = own.same_events();
    for commit in &commits {
        for (name, lock) in git.locks(commit)? {
            let mut events = lock.events.iter();
            if is_at(Path::new(&top), &name, path) || events.any(|(name, event)| same.has(name, &event.value)) {
                released = union(released, lock);
            }
        }
    }
    Ok(Baseline::Locks(released, said))
}

/// Whether a name in a commit is that of a file here.
fn is_at(top: &Path, name: &str, path: &Path) -> bool {
    let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
    folder(&top.join(name)).is_some_and(|there| Some(there) == folder(path))
}

/// Everything of both; the second one is newer.
fn union(mut older: Lock, newer: Lock) -> Lock {
    for (name, event) in newer.events {
        let known = older.events.entry(name).or_insert_with(|| event.clone());
        let known = Arc::make_mut(&mut known.value);
        known.versions.extend(event.value.versions.clone());
        known.end = event.value.end.clone().or(known.end.take());
    }
    for (name, ty) in newer.types {
        let known = older.types.entry(name).or_insert_with(|| ty.clone());
        Arc::make_mut(&mut known.value).versions.extend(ty.value.versions.clone());
    }
    older.aggregates.extend(newer.aggregates);
    older
}

struct Git<'p> {
    folder: &'p Path,
}

impl Git<'_> {
    /// What git prints; `None` if it says that there is nothing, which it does by failing, or if there is no git.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, LockError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments).stdin(Stdio::null());
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        for variable in OF_A_HOOK {
            command.env_remove(variable);
        }
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(LockError::Git { said: error.to_string() }),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        // Of whom the repository is not, git says nothing, and then nobody knows what was released.
        if said.contains("dubious ownership") {
            return Err(LockError::Git { said: said.trim().to_owned() });
        }
        let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }

    fn commit(&self, name: &str) -> Result<Option<String>, LockError> {
        self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
    }

    /// The locks of a commit, by their names from the top.
    fn locks(&self, commit: &str) -> Result<Vec<(String, Lock)>, LockError> {
        let names = self.ask(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit])?.unwrap_or_default();
        let mut locks = Vec::new();
        for name in names.split('\0').filter(|name| name.rsplit('/').next() == Some(LOCK)) {
            let text = self.ask(&["cat-file", "blob", &format!("{commit}:{name}")])?;
            let text = text.ok_or_else(|| LockError::Git { said: format!("{commit}:{name} cannot be read") })?;
            locks.push((name.to_owned(), parsed(&format!("{name} of {commit}"), text.into_bytes())?));
        }
        Ok(locks)
    }
}
