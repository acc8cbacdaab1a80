//! Commits: what a name means, and where two histories met.

use super::error::{GitError, Remedy};
use super::objects::ObjectId;
use super::{Repository, command};

const ANOTHER: &str =
    "name another branch (`git branch --all` lists what there is), or compare with a lock: `--against FILE`";

impl Repository {
    /// The commit that a revision names.
    ///
    /// # Errors
    /// [`GitError::UnknownRevision`] with the command that fetches it; [`GitError::NoCommit`] if there is none at all.
    pub fn commit(&self, revision: &str) -> Result<ObjectId, GitError> {
        if let Some(commit) = self.find(revision)? {
            return Ok(commit);
        }
        self.find("HEAD")?.ok_or(GitError::NoCommit)?;
        Err(GitError::UnknownRevision { revision: revision.to_owned(), remedy: self.fetch(revision) })
    }

    /// The commit that a revision names; `None` if there is none.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn find(&self, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let name = format!("{revision}^{{commit}}");
        let found = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        Ok(found.map(ObjectId))
    }

    /// The commit from which both HEAD and `tip` came.
    ///
    /// Continuous integration often checks out a merge that it made for the purpose, and fetches nothing else. Then
    /// `tip` is that merge's first parent, and is what both came from, which needs no history to be known.
    ///
    /// # Errors
    /// [`GitError::NoMergeBase`] with the command that fetches the history.
    pub fn merge_base(&self, revision: &str, tip: &ObjectId) -> Result<ObjectId, GitError> {
        if let Some(base) = self.ask(&["merge-base", "HEAD", &tip.0])? {
            return Ok(ObjectId(base));
        }
        let head = self.find("HEAD")?.ok_or(GitError::NoCommit)?;
        if let [first, _, ..] = &self.parents(&head)?[..]
            && first == tip
        {
            return Ok(first.clone());
        }
        Err(GitError::NoMergeBase {
            revision: revision.to_owned(),
            shallow: self.shallow,
            // What is whole and has nothing in common will not have it after a fetch.
            remedy: if self.shallow { self.fetch(revision) } else { Remedy::Look(ANOTHER.to_owned()) },
        })
    }

    /// The parents that a commit names, also those that a shallow clone has not got.
    fn parents(&self, commit: &ObjectId) -> Result<Vec<ObjectId>, GitError> {
        let text = self.read(&["cat-file", "commit", &commit.0])?;
        let header = text.lines().take_while(|line| !line.is_empty());
        Ok(header.filter_map(|line| line.strip_prefix("parent ")).map(|id| ObjectId(id.to_owned())).collect())
    }

    /// The branch that others merge into, as far as this clone knows.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn default_branch(&self) -> Result<Option<String>, GitError> {
        if let Some(branch) = self.default_of("origin")? {
            return Ok(Some(branch));
        }
        for remote in self.remotes().iter().filter(|remote| *remote != "origin") {
            if let Some(branch) = self.default_of(remote)? {
                return Ok(Some(branch));
            }
        }
        self.first_of(["main", "master"].map(str::to_owned))
    }

    fn default_of(&self, remote: &str) -> Result<Option<String>, GitError> {
        match self.ask(&["symbolic-ref", "--quiet", "--short", &format!("refs/remotes/{remote}/HEAD")])? {
            Some(branch) => Ok(Some(branch)),
            None => self.first_of(["main", "master"].map(|branch| format!("{remote}/{branch}"))),
        }
    }

    fn first_of(&self, branches: [String; 2]) -> Result<Option<String>, GitError> {
        for branch in branches {
            if self.find(&branch)?.is_some() {
                return Ok(Some(branch));
            }
        }
        Ok(None)
    }

    /// The default branch; `None` where this repository is all that there is, and so nothing was released elsewhere.
    ///
    /// # Errors
    /// [`GitError::NoDefaultBranch`] where others have what this clone lacks, with the command that gets it.
    pub fn default_baseline(&self) -> Result<Option<String>, GitError> {
        let branch = self.default_branch()?;
        if branch.is_some() || self.find("HEAD")?.is_none() {
            return Ok(branch);
        }
        let remedy = match self.remotes().first() {
            Some(remote) => self.fetch_all(remote),
            None if self.shallow => Remedy::Look(ANOTHER.to_owned()),
            None => return Ok(None),
        };
        Err(GitError::NoDefaultBranch { remedy })
    }

    /// How to get all branches of a remote, and to know which one is its default: here nobody knows its name.
    fn fetch_all(&self, remote: &str) -> Remedy {
        let all = quoted(&format!("+refs/heads/*:refs/remotes/{remote}/*"));
        let unshallow = self.unshallow();
        Remedy::RunOr(
            format!("git fetch {unshallow}{remote} {all} && git remote set-head {remote} --auto"),
            "name a branch, or a lock if that alone is meant: `--against factum.lock`",
        )
    }

    fn remotes(&self) -> Vec<String> {
        let remotes = self.ask(&["remote"]).ok().flatten().unwrap_or_default();
        remotes.lines().map(str::to_owned).collect()
    }

    fn unshallow(&self) -> &'static str {
        if self.shallow { "--unshallow " } else { "" }
    }

    /// How to get a revision with its history.
    fn fetch(&self, revision: &str) -> Remedy {
        let remotes = self.remotes();
        let of_remote = |remote: &str| {
            let branch = revision.strip_prefix("refs/remotes/").unwrap_or(revision);
            branch.strip_prefix(remote).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned)
        };
        let unshallow = self.unshallow();
        let found = remotes.iter().find_map(|remote| of_remote(remote).map(|branch| (remote, branch)));
        match (found, remotes.first()) {
            // Said in full, since a clone of one branch would not keep what it fetched under this name.
            (Some((remote, branch)), _) => Remedy::Run(format!(
                "git fetch {unshallow}{remote} {}",
                quoted(&format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}"))
            )),
            (None, Some(remote)) if is_id(revision) => Remedy::Run(format!("git fetch {unshallow}{remote} {revision}")),
            (None, Some(remote)) => Remedy::Run(format!(
                "git fetch {unshallow}{remote} {}",
                quoted(&format!("+refs/heads/{revision}:refs/heads/{revision}"))
            )),
            (None, None) => Remedy::Look(format!(
                "this repository has no remote to fetch `{revision}` from: `git branch --all` lists what there is"
            )),
        }
    }

    /// How to complete a clone that lacks objects.
    pub(super) fn refetch(&self) -> Remedy {
        self.remotes().first().map_or_else(
            || Remedy::Run("git fsck".to_owned()),
            |remote| Remedy::Run(format!("git fetch --refetch {remote}")),
        )
    }

    /// A `git` command in this repository.
    pub(super) fn command(&self) -> std::process::Command {
        command(&self.top)
    }
}

fn is_id(revision: &str) -> bool {
    revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// As a shell takes it.
fn quoted(argument: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-_./:@".contains(&byte);
    if argument.bytes().all(plain) { argument.to_owned() } else { format!("'{}'", argument.replace('\'', r"'\''")) }
}
