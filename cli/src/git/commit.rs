//! A commit as a tree of files, and the catalogs in it.

use std::path::Path;

use super::Repository;
use super::baseline::Wanted;
use super::error::GitError;
use super::objects::{Entry, ObjectId};
use crate::catalog::{CONFIG, Contents, File, LOCK, Layout, beside, contexts};

/// The files of a commit.
pub(super) struct Commit<'r> {
    repository: &'r Repository,
    name: String,
    entries: Vec<Entry>,
}

impl<'r> Commit<'r> {
    pub(super) fn read(repository: &'r Repository, commit: &ObjectId) -> Result<Self, GitError> {
        Ok(Self { repository, name: commit.short().to_owned(), entries: repository.tree(commit)? })
    }

    pub(super) fn layout(&self) -> Layout<'_> {
        Layout::new(self.entries.iter().map(|entry| entry.path.as_str()))
    }

    /// The catalog at the same place; else the one that moved from elsewhere to it.
    pub(super) fn find(&self, wanted: &Wanted<'_>) -> Result<(Contents, Option<String>), GitError> {
        let layout = self.layout();
        let here = self.contents(&layout, wanted.root, wanted.is_file)?;
        let is_something = !here.schemas.is_empty() || here.lock.is_some();
        if is_something && !was_of_another(&layout, wanted, &here) {
            return Ok((here, None));
        }
        let now = contexts(wanted.contents);
        for root in layout.roots().iter().filter(|root| self.is_gone(root)) {
            let contents = self.contents(&layout, root, false)?;
            if !contexts(&contents).is_disjoint(&now) {
                return Ok((contents, Some((*root).to_owned())));
            }
        }
        // What belonged to a catalog that is still there is taken over from that one.
        Ok((Contents::default(), None))
    }

    /// Whether the worktree has no such catalog any more. Where a link leads elsewhere, it has that one.
    pub(super) fn is_gone(&self, root: &str) -> bool {
        let folder = self.repository.top().join(root);
        !folder.join(CONFIG).exists() || self.repository.within(&folder).as_deref() != Some(root)
    }

    /// Whether the worktree is sparse, and a catalog is not in it for that reason alone.
    pub(super) fn is_left_out(&self, root: &str) -> Result<bool, GitError> {
        let tagged = self.repository.ask(&["ls-files", "-t", "--", &beside(root, false, CONFIG)])?;
        Ok(tagged.is_some_and(|tagged| tagged.starts_with('S')))
    }

    pub(super) fn contents(&self, layout: &Layout<'_>, root: &str, is_file: bool) -> Result<Contents, GitError> {
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

/// Whether the schemas at a place were those of a catalog above it: it has become a catalog since.
fn was_of_another(layout: &Layout<'_>, wanted: &Wanted<'_>, here: &Contents) -> bool {
    let is_catalog = !wanted.is_file && wanted.contents.config.is_some();
    let was_catalog = here.config.is_some() || here.lock.is_some();
    is_catalog && !was_catalog && layout.roots().iter().any(|root| Path::new(wanted.root).starts_with(root))
}
