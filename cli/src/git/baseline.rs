//! What a branch is compared with: the catalogs at the commit from which it came, and the lock at the tip of the other.

use std::collections::BTreeSet;
use std::path::Path;

use super::Repository;
use super::commit::Commit;
use super::error::GitError;
use super::objects::ObjectId;
use crate::catalog::{Contents, File, all_below, contexts, released};

/// What catalogs are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baselines {
    /// What each one is compared with, in their order.
    pub each: Vec<Baseline>,
    /// Catalogs that are gone, with those of their contexts that nobody claims any more.
    pub lost: Vec<Taken>,
}

/// What one catalog is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// What messages call it.
    pub source: Source,
    /// The catalog as it was; empty if it was not there.
    pub contents: Contents,
    /// Where it was then, from the repository's top, if that was somewhere else.
    pub moved_from: Option<String>,
    /// The lock at the tip of the other branch: what was released meanwhile.
    pub tip_lock: Option<File>,
    /// Catalogs that had contexts which are this one's now.
    pub taken: Vec<Taken>,
    /// Contexts that it had, and that are other catalogs' now.
    pub given: BTreeSet<String>,
}

/// Contexts that a catalog took over from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub contexts: BTreeSet<String>,
    /// Where the other catalog was, from the repository's top.
    pub from: String,
    /// Where the one is that has them now; empty where none does.
    pub to: String,
    /// The other catalog as it was.
    pub contents: Contents,
    /// Its lock at the tip of the other branch.
    pub tip_lock: Option<File>,
}

/// Where a baseline came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As it was asked for.
    pub revision: String,
    /// The commit from which both came.
    pub base: ObjectId,
    /// The newest commit of the other branch.
    pub tip: ObjectId,
}

/// A catalog of the worktree, of which the baseline is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Its root, from the repository's top, with `/`.
    pub root: &'a str,
    /// Whether that is one schema file.
    pub is_file: bool,
    /// What is in it now.
    pub contents: &'a Contents,
}

/// The catalogs of the worktree that are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// Those of which the baselines are wanted.
    pub wanted: &'a [Wanted<'a>],
    /// The folders, from the repository's top, below which those are all. What is elsewhere nobody asked for.
    pub scope: &'a [String],
}

/// The baselines of catalogs against a revision.
///
/// # Errors
/// [`GitError`].
pub fn baseline(repository: &Repository, revision: &str, looked: Looked<'_>) -> Result<Baselines, GitError> {
    let tip = repository.commit(revision)?;
    let base = repository.merge_base(revision, &tip)?;
    let source = Source { revision: revision.to_owned(), base, tip };
    let then = Commit::read(repository, &source.base)?;
    let newest = if source.tip == source.base { None } else { Some(Commit::read(repository, &source.tip)?) };
    let of = |wanted: &Wanted<'_>| {
        let (contents, moved_from) = then.find(wanted)?;
        let tip_lock = match &newest {
            None => contents.lock.clone(),
            Some(newest) => newest.find(wanted)?.0.lock,
        };
        let taken = taken(wanted, (&contents, moved_from.as_deref()), &then, newest.as_ref())?;
        let (source, given) = (source.clone(), BTreeSet::new());
        Ok(Baseline { source, contents, moved_from, tip_lock, taken, given })
    };
    let mut each: Vec<Baseline> = looked.wanted.iter().map(of).collect::<Result<_, GitError>>()?;
    let others = looked.others(repository);
    give(looked.wanted, &others, &mut each);
    let lost = lost(looked, &others, &each, &then)?;
    Ok(Baselines { each, lost })
}

impl Looked<'_> {
    /// The catalogs of the worktree that nobody asked for: what they claim is theirs.
    fn others(&self, repository: &Repository) -> Vec<Contents> {
        // Below the top is all that there is.
        if self.scope.iter().any(String::is_empty) {
            return Vec::new();
        }
        let is_wanted = |root: &String| self.wanted.iter().any(|wanted| wanted.root == root);
        let others = all_below(repository.top()).into_iter();
        let others = others.filter(|other| !repository.within(&other.root).is_some_and(|root| is_wanted(&root)));
        others.map(|other| other.contents).collect()
    }

    fn is_in_scope(&self, root: &str) -> bool {
        self.scope.iter().any(|folder| Path::new(root).starts_with(folder))
    }
}

/// What a catalog took over: what it claims, and another catalog had.
fn taken(
    wanted: &Wanted<'_>,
    (contents, moved_from): (&Contents, Option<&str>),
    then: &Commit<'_>,
    newest: Option<&Commit<'_>>,
) -> Result<Vec<Taken>, GitError> {
    let layout = then.layout();
    let own = moved_from.unwrap_or(wanted.root);
    let mut others = layout.roots().iter().filter(|root| **root != own).peekable();
    let mut taken = Vec::new();
    if others.peek().is_none() {
        return Ok(taken);
    }
    let had = released(contents);
    let missing: BTreeSet<String> = contexts(wanted.contents).difference(&had).cloned().collect();
    for root in others.filter(|_| !missing.is_empty()) {
        let contents = then.contents(&layout, root, false)?;
        let here: BTreeSet<String> = released(&contents).intersection(&missing).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let tip_lock = match newest {
            None => contents.lock.clone(),
            Some(newest) => newest.contents(&newest.layout(), root, false)?.lock,
        };
        taken.push(Taken { contexts: here, from: (*root).to_owned(), to: wanted.root.to_owned(), contents, tip_lock });
    }
    Ok(taken)
}

/// What catalogs had, and do not claim any more, while another one does, is that one's.
fn give(wanted: &[Wanted<'_>], others: &[Contents], baselines: &mut [Baseline]) {
    if wanted.len() + others.len() < 2 {
        return;
    }
    let claimed: Vec<BTreeSet<String>> = wanted.iter().map(|wanted| contexts(wanted.contents)).collect();
    let by_others: BTreeSet<String> = others.iter().flat_map(contexts).collect();
    for (baseline, own) in baselines.iter_mut().zip(&claimed) {
        let is_given = |context: &String| {
            !own.contains(context)
                && (by_others.contains(context) || claimed.iter().any(|claimed| claimed.contains(context)))
        };
        baseline.given = released(&baseline.contents).into_iter().filter(is_given).collect();
    }
}

/// What was released in catalogs that are gone, and that no catalog claims any more.
fn lost(
    looked: Looked<'_>,
    others: &[Contents],
    baselines: &[Baseline],
    then: &Commit<'_>,
) -> Result<Vec<Taken>, GitError> {
    let layout = then.layout();
    let is_followed = |root: &str| baselines.iter().any(|baseline| baseline.moved_from.as_deref() == Some(root));
    let gone = layout.roots().iter().filter(|root| looked.is_in_scope(root) && !is_followed(root));
    let gone: Vec<&str> = gone.copied().filter(|root| then.is_gone(root)).collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let now = looked.wanted.iter().map(|wanted| wanted.contents).chain(others);
    let claimed: BTreeSet<String> = now.flat_map(contexts).collect();
    let mut all = Vec::new();
    for root in gone {
        let contents = then.contents(&layout, root, false)?;
        // Without a lock nothing was released.
        if contents.lock.is_none() || then.is_left_out(root)? {
            continue;
        }
        let unclaimed: BTreeSet<String> = released(&contents).difference(&claimed).cloned().collect();
        if !unclaimed.is_empty() {
            all.push(Taken { contexts: unclaimed, from: root.to_owned(), to: String::new(), contents, tip_lock: None });
        }
    }
    Ok(all)
}
