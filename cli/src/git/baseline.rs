//! What a branch is compared with: the catalogs at the commit from which it came, and the lock at the tip of the other.

use super::error::GitError;
use super::objects::{Entry, ObjectId};
use super::{Path, Repository};
use std::collections::BTreeSet;

use crate::catalog::{CONFIG, Contents, File, LOCK, Layout, beside, contexts, released};

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
    /// Where the one is that has them now.
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

/// The baselines of catalogs against a revision, in their order.
///
/// # Errors
/// [`GitError`].
pub fn baseline(repository: &Repository, revision: &str, wanted: &[Wanted<'_>]) -> Result<Vec<Baseline>, GitError> {
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
    let mut baselines: Vec<Baseline> = wanted.iter().map(of).collect::<Result<_, GitError>>()?;
    give(wanted, &mut baselines);
    Ok(baselines)
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
        let contexts: BTreeSet<String> = released(&contents).intersection(&missing).cloned().collect();
        if contexts.is_empty() {
            continue;
        }
        let tip_lock = match newest {
            None => contents.lock.clone(),
            Some(newest) => newest.contents(&newest.layout(), root, false)?.lock,
        };
        taken.push(Taken { contexts, from: (*root).to_owned(), to: wanted.root.to_owned(), contents, tip_lock });
    }
    Ok(taken)
}

/// What catalogs had, and do not claim any more, while another one does, is that one's.
fn give(wanted: &[Wanted<'_>], baselines: &mut [Baseline]) {
    if wanted.len() < 2 {
        return;
    }
    let claimed: Vec<BTreeSet<String>> = wanted.iter().map(|wanted| contexts(wanted.contents)).collect();
    for (index, baseline) in baselines.iter_mut().enumerate() {
        let is_given = |context: &String| {
            let by_others = claimed.iter().enumerate().any(|(other, all)| other != index && all.contains(context));
            by_others && !claimed[index].contains(context)
        };
        baseline.given = released(&baseline.contents).into_iter().filter(is_given).collect();
    }
}

/// The files of a commit.
struct Commit<'r> {
    repository: &'r Repository,
    name: String,
    entries: Vec<Entry>,
}

impl<'r> Commit<'r> {
    fn read(repository: &'r Repository, commit: &ObjectId) -> Result<Self, GitError> {
        Ok(Self { repository, name: commit.short().to_owned(), entries: repository.tree(commit)? })
    }

    fn layout(&self) -> Layout<'_> {
        Layout::new(self.entries.iter().map(|entry| entry.path.as_str()))
    }

    /// The catalog at the same place; else the one that moved from elsewhere to it.
    fn find(&self, wanted: &Wanted<'_>) -> Result<(Contents, Option<String>), GitError> {
        let layout = self.layout();
        let here = self.contents(&layout, wanted.root, wanted.is_file)?;
        if !here.schemas.is_empty() || here.lock.is_some() {
            return Ok((here, None));
        }
        let now = contexts(wanted.contents);
        for root in layout.roots().iter().filter(|root| self.is_gone(root)) {
            let contents = self.contents(&layout, root, false)?;
            if !contexts(&contents).is_disjoint(&now) {
                return Ok((contents, Some((*root).to_owned())));
            }
        }
        Ok((here, None))
    }

    /// Whether the worktree has no such catalog any more.
    fn is_gone(&self, root: &str) -> bool {
        !self.repository.top().join(Path::new(root)).join(CONFIG).exists()
    }

    fn contents(&self, layout: &Layout<'_>, root: &str, is_file: bool) -> Result<Contents, GitError> {
        let (config, lock) = (beside(root, is_file, CONFIG), beside(root, is_file, LOCK));
        let around = [config.as_str(), lock.as_str()].into_iter().filter(|path| layout.has(path));
        let paths: Vec<&str> = around.chain(layout.schemas(root)).collect();
        let mut contents = Contents::default();
        for file in self.files(&paths)? {
            let path = file.name.split_once(':').map_or("", |(_, path)| path).to_owned();
            match path {
                path if path == config => contents.config = Some(file),
                path if path == lock => contents.lock = Some(file),
                _ => contents.schemas.push(file),
            }
        }
        Ok(contents)
    }

    /// Files, called `<commit>:<path>` as git calls them.
    fn files(&self, paths: &[&str]) -> Result<Vec<File>, GitError> {
        let entry = |path: &&str| {
            let index = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
            self.entries.get(index)
        };
        let entries: Vec<&Entry> = paths.iter().filter_map(entry).collect();
        let objects: Vec<ObjectId> = entries.iter().map(|entry| entry.object.clone()).collect();
        let blobs = self.repository.blobs(&objects)?.into_iter();
        let file = |(entry, bytes): (&Entry, Vec<u8>)| File { name: format!("{}:{}", self.name, entry.path), bytes };
        Ok(entries.into_iter().zip(blobs).map(file).collect())
    }
}
