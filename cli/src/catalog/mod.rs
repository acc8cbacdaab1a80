//! Catalogs: a `factum.toml` and the schemas below it, on disk or in a commit.

mod disk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use factum_model::ast::Document;
use factum_model::config::Config;
use factum_model::lock::{self, LockedFiles};
use factum_model::{Checked, Diagnostic, Diagnostics, Sources, config, render, yaml};

pub use disk::{CatalogError, find};
pub(crate) use disk::{all_below, direct, read, shown};
pub(crate) use factum_model::catalog::beside;
pub use factum_model::catalog::{CONFIG, LOCK, Layout};

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What messages call it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of one catalog, wherever they came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The `factum.toml`; `None` where a folder or a file was named that has none.
    pub config: Option<File>,
    /// The `factum.lock`.
    pub lock: Option<File>,
    /// The schemas, in the order of their names.
    pub schemas: Vec<File>,
}

/// A catalog on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// Its folder, or the one schema file that was named.
    pub root: PathBuf,
    /// Its files.
    pub contents: Contents,
}

impl Catalog {
    /// Where its `factum.toml` and its `factum.lock` are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        if self.root.is_file() { self.root.parent().unwrap_or(&self.root) } else { &self.root }
    }
}

/// Catalogs that were read and checked together.
#[derive(Debug)]
pub struct Reviewed {
    /// The texts of all of them, and where things are in them.
    pub sources: Sources,
    /// What became of each, in their order.
    pub catalogs: Vec<Outcome>,
}

/// What became of a catalog.
#[derive(Debug)]
pub struct Outcome {
    /// What it means; `None` if there are errors.
    pub checked: Option<Checked>,
    /// Every problem.
    pub diagnostics: Vec<Diagnostic>,
    /// What the files say, if all of them could be read.
    pub documents: Vec<Document>,
    /// What the `factum.toml` sets.
    pub config: Config,
}

impl Contents {
    /// What the `factum.toml` sets. What is wrong with it is said where it is reviewed.
    #[must_use]
    pub fn settings(&self) -> Config {
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let mut settings = |file: &File| {
            let file = sources.add(file.name.clone(), file.bytes.clone());
            config::read(&mut sources, file, &mut diagnostics)
        };
        self.config.as_ref().map(&mut settings).unwrap_or_default()
    }
}

/// Reads and checks each `factum.toml` and the schemas by themselves, whatever was released, and that no two catalogs
/// claim one context.
#[must_use]
pub fn check<'c>(catalogs: impl IntoIterator<Item = &'c Contents>) -> Reviewed {
    read_and_check(catalogs.into_iter().map(|contents| (contents, None, false)))
}

/// The same, and that what is in the lock beside the schemas is as it is there.
#[must_use]
pub fn check_locked(catalogs: &[Catalog]) -> Reviewed {
    let contents = catalogs.iter().map(|catalog| (&catalog.contents, catalog.root.is_file()));
    read_and_check(contents.map(|(contents, partial)| (contents, contents.lock.as_ref(), partial)))
}

fn read_and_check<'c>(catalogs: impl Iterator<Item = (&'c Contents, Option<&'c File>, bool)>) -> Reviewed {
    let mut sources = Sources::new();
    let (mut read, mut files) = (Vec::new(), Vec::new());
    for (contents, lock, partial) in catalogs {
        let mut diagnostics = Diagnostics::new();
        let add = |file: &File, sources: &mut Sources| sources.add(file.name.clone(), file.bytes.clone());
        let config = contents.config.as_ref().map(|file| {
            let file = add(file, &mut sources);
            config::read(&mut sources, file, &mut diagnostics)
        });
        let schemas = contents.schemas.iter().map(|file| add(file, &mut sources)).collect();
        files.push(LockedFiles { schemas, lock: lock.map(|file| add(file, &mut sources)), partial });
        read.push((config.unwrap_or_default(), diagnostics));
    }
    let outcomes = lock::check_locked(&mut sources, &files);
    let catalogs = read.into_iter().zip(outcomes).map(|((config, found), outcome)| {
        let checked = outcome.checked.filter(|_| !found.has_errors());
        let diagnostics = found.into_vec().into_iter().chain(outcome.diagnostics).collect();
        Outcome { checked, diagnostics, documents: outcome.documents, config }
    });
    let catalogs = catalogs.collect();
    Reviewed { sources, catalogs }
}

impl Reviewed {
    /// What is wrong, in the look of rustc. Styled.
    #[must_use]
    pub fn rendered(&self) -> String {
        self.catalogs.iter().map(|outcome| render(&outcome.diagnostics, &self.sources, true)).collect()
    }

    /// What all of them mean, in their order; `None` if there is an error in one.
    #[must_use]
    pub fn checked(&self) -> Option<Vec<&Checked>> {
        self.catalogs.iter().map(|outcome| outcome.checked.as_ref()).collect()
    }
}

/// The contexts that a catalog claims, whatever else may be wrong with it: a catalog of another time may have mistakes.
/// What is derived in Rust is in the lock alone.
pub(crate) fn contexts(contents: &Contents) -> BTreeSet<String> {
    let claimed = in_schemas(contents);
    // Without a schema all of it is.
    let derived = if claimed.is_empty() { lock::contexts } else { lock::derived_contexts };
    claimed.into_iter().chain(in_lock(contents, derived)).collect()
}

/// The contexts of which something was released.
pub(crate) fn released(contents: &Contents) -> BTreeSet<String> {
    if contents.lock.is_some() { in_lock(contents, lock::contexts) } else { in_schemas(contents) }
}

fn in_lock(contents: &Contents, which: fn(&str) -> BTreeSet<String>) -> BTreeSet<String> {
    let text = contents.lock.as_ref().map(|file| String::from_utf8_lossy(&file.bytes));
    text.map(|text| which(&text)).unwrap_or_default()
}

fn in_schemas(contents: &Contents) -> BTreeSet<String> {
    let mut sources = Sources::new();
    let read = |file: &File| {
        let file = sources.add(file.name.clone(), file.bytes.clone());
        let document = yaml::read(&mut sources, file, &mut Diagnostics::new())?;
        Some(document.context.value).filter(|context| !context.is_empty())
    };
    contents.schemas.iter().filter_map(read).collect()
}
