//! The `git` program, asked for what a review needs of a repository. It reads; nothing is ever written.

mod baseline;
mod commit;
mod error;
mod objects;
mod revision;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use baseline::{Baseline, Baselines, Looked, Source, Taken, Wanted, baseline};
pub use error::{GitError, Remedy};
pub use objects::{Entry, ObjectId};

/// What a hook sets for the repository that it runs in. Here the directory alone says which one is meant: some of
/// these are relative to another directory, and in a linked worktree they would hide where the files are.
const OF_A_HOOK: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// A repository with a worktree.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The top of the worktree.
    top: PathBuf,
    /// Whether its history was cut off.
    shallow: bool,
}

impl Repository {
    /// The repository whose worktree `directory` is in; `None` if it is in none.
    ///
    /// # Errors
    /// [`GitError`] if there is no `git`, or if it refuses to work here.
    pub fn discover(directory: &Path) -> Result<Option<Self>, GitError> {
        let arguments = ["rev-parse", "--is-shallow-repository", "--show-toplevel"];
        let output = run(directory, &arguments)?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            // In no repository, or in one without a worktree.
            let none = said.contains("not a git repository") || said.contains("must be run in a work tree");
            return if none { Ok(None) } else { Err(GitError::failed(&arguments, &output)) };
        }
        let text = output.stdout;
        let (shallow, top) = match text.iter().position(|byte| *byte == b'\n') {
            Some(end) => text.split_at(end),
            None => return Err(GitError::failed(&arguments, &Output { stdout: text, ..output })),
        };
        let top = top.strip_prefix(b"\n").unwrap_or(top);
        Ok(Some(Self { top: path(top.strip_suffix(b"\n").unwrap_or(top)), shallow: shallow == b"true" }))
    }

    /// The top of the worktree.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// A path from the top, with `/`; `None` if it is outside.
    #[must_use]
    pub fn within(&self, path: &Path) -> Option<String> {
        // Git names the top without links, whatever led there.
        let path = path.canonicalize().ok()?;
        let top = self.top.canonicalize().ok()?;
        let below = path.strip_prefix(top).ok()?;
        Some(below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
    }

    /// What git prints, without the line's end.
    fn read(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = run(&self.top, arguments)?;
        if !output.status.success() {
            return Err(GitError::failed(arguments, &output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// What git prints; `None` if it says that there is nothing, which it does by failing.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = run(&self.top, arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }
}

fn run(directory: &Path, arguments: &[&str]) -> Result<Output, GitError> {
    command(directory).args(arguments).stdin(Stdio::null()).output().map_err(GitError::not_run)
}

/// Messages in English, since some are looked at; no locks taken for a refresh that nobody asked for.
fn command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--literal-pathspecs").arg("-C").arg(directory);
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    for variable in OF_A_HOOK {
        command.env_remove(variable);
    }
    command
}

/// A path as git prints it.
#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// A path as git prints it.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(String::from_utf8_lossy(bytes).as_ref()))
}
