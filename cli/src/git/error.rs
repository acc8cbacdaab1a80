//! What git could not do, and the command that mends it.

use std::fmt;
use std::io;
use std::process::Output;

/// Git could not be asked, or had no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no such program.
    #[error("`git` was not found: the baseline is read through it")]
    Missing,
    /// It could not be run.
    #[error("`git` could not be run: {0}")]
    NotRun(#[source] io::Error),
    /// It failed for a reason that it says itself.
    #[error("`git {arguments}` failed: {said}")]
    Failed {
        /// What it was asked.
        arguments: String,
        /// What it wrote to standard error.
        said: String,
    },
    /// There is no repository around the directory.
    #[error("`{revision}` is a revision, and this is no git repository with a worktree")]
    NoRepository {
        /// What was asked for.
        revision: String,
    },
    /// There is nothing here yet to compare with.
    #[error("this repository has no commit yet")]
    NoCommit,
    /// No commit is called so.
    #[error("there is no commit `{revision}` in this clone")]
    UnknownRevision {
        /// What was asked for.
        revision: String,
        /// How to get it.
        remedy: Remedy,
    },
    /// No commit from which both came is known.
    #[error("no commit is known from which both HEAD and `{revision}` came{}", if *shallow { ": this clone is shallow" } else { "" })]
    NoMergeBase {
        /// What was compared with.
        revision: String,
        /// Whether the history here was cut off.
        shallow: bool,
        /// How to get it.
        remedy: Remedy,
    },
    /// There is more than this clone has, and nobody said which branch that is on.
    #[error(
        "no default branch is known in this clone: what was released there would not be missed if the lock here lost it"
    )]
    NoDefaultBranch {
        /// How to get it.
        remedy: Remedy,
    },
    /// An object that the commit names is not here.
    #[error("`git cat-file` has no object {object}: this clone is not complete")]
    MissingObject {
        /// Its id.
        object: String,
        /// How to get it.
        remedy: Remedy,
    },
    /// Git answered something else than it promises.
    #[error("`git {command}` answered what was not expected: {what}")]
    Unexpected {
        /// What it was asked.
        command: &'static str,
        /// What is strange.
        what: String,
    },
}

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Run this.
    Run(String),
    /// Run this, or do that instead.
    RunOr(String, &'static str),
    /// There is nothing to fetch it from: this is to be checked.
    Look(String),
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(command) => write!(f, "run `{command}`"),
            Self::RunOr(command, instead) => write!(f, "run `{command}`; or {instead}"),
            Self::Look(what) => f.write_str(what),
        }
    }
}

impl GitError {
    pub(super) fn not_run(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Missing } else { Self::NotRun(error) }
    }

    pub(super) fn failed(arguments: &[&str], output: &Output) -> Self {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Self::Failed { arguments: arguments.join(" "), said }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::UnknownRevision { remedy, .. }
            | Self::NoMergeBase { remedy, .. }
            | Self::NoDefaultBranch { remedy }
            | Self::MissingObject { remedy, .. } => Some(remedy.clone()),
            Self::Missing => Some(Remedy::Look("install git, or compare with a file: `--against factum.lock`".into())),
            Self::NoRepository { .. } => {
                Some(Remedy::Look("compare with a file or a folder instead: `--against PATH`".into()))
            }
            Self::NoCommit => Some(Remedy::Run("git commit".into())),
            Self::NotRun(_) | Self::Failed { .. } | Self::Unexpected { .. } => None,
        }
    }
}
