//! What catalogs are compared with: a revision of the repository, a lock, a folder that has one, or their own locks.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::{iter, thread};

use factum_model::{Diagnostics, Lock, Sources, lock};

use crate::args::Cli;
use crate::catalog::{Catalog, CatalogError, File, LOCK, direct, find, read, shown};
use crate::git::{Baseline, Baselines, GitError, Looked, Repository, Taken, Wanted, baseline};
use crate::review::Mode;
use crate::review::run::{Against, Compared, How, Reviewed, review};
use crate::{Failure, World};

/// What a catalog is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum With {
    /// Its own lock.
    Itself,
    /// A lock, or a folder that has one.
    Path(PathBuf),
    /// Where HEAD and this revision parted.
    Revision(String),
}

/// Every catalog that is meant, with what it is compared with.
pub(super) fn compared(cli: &Cli, against: Option<&str>, world: &World<'_>) -> Result<Vec<Compared>, Failure> {
    let found = find(&world.directory, &cli.catalog);
    let against = asked(cli, against, &world.directory, &found)?;
    let compared = found?.into_iter().zip(against);
    Ok(compared.map(|(catalog, against)| Compared { catalog, against }).collect())
}

/// Every catalog that is meant, and what a review of it found. The schemas are read while git is asked.
pub(super) fn reviewed(
    cli: &Cli,
    against: Option<&str>,
    how: How<'_>,
    world: &World<'_>,
) -> Result<(Vec<Catalog>, Vec<Reviewed>), Failure> {
    let directory = &world.directory;
    let found = find(directory, &cli.catalog);
    let reviewed = thread::scope(|scope| {
        let asked = scope.spawn(|| asked(cli, against, directory, &found));
        let against = || asked.join().unwrap_or_else(|panic| resume_unwind(panic));
        review(found.as_deref().unwrap_or_default(), against, how)
    })?;
    Ok((found?, reviewed))
}

/// What each catalog is compared with: what was asked for, else what its `factum.toml` says, else the default branch, else
/// its own lock if there is nothing else that could know more.
fn asked(
    cli: &Cli,
    against: Option<&str>,
    directory: &Path,
    found: &Result<Vec<Catalog>, CatalogError>,
) -> Result<Vec<Against>, Failure> {
    let repository = match Repository::discover(&where_it_is(cli, directory)) {
        // Without git there is still the lock, unless a revision was asked for.
        Err(GitError::Missing) if against.is_none() => None,
        found => found?,
    };
    let found = match (found, &repository) {
        (Ok(found), _) => found,
        (Err(none @ CatalogError::None { .. }), Some(repository)) => {
            return match all_gone(none, against, directory, repository)? {
                Some(gone) => Err(gone),
                None => Ok(Vec::new()),
            };
        }
        (Err(_), _) => return Ok(Vec::new()),
    };
    let scope = repository.as_ref().map(|repository| scope(cli, repository, directory)).unwrap_or_default();
    let mut by_baseline: BTreeMap<With, Vec<usize>> = BTreeMap::new();
    for (index, catalog) in found.iter().enumerate() {
        let said = || catalog.contents.settings().baseline.map(|baseline| (baseline, catalog.folder().to_owned()));
        let asked = against.map(|against| (against.to_owned(), directory.to_owned())).or_else(said);
        let with = match (asked, &repository) {
            (Some((name, from)), repository) => named(name, &from, repository.as_ref())?,
            (None, Some(repository)) => repository.default_baseline()?.map_or(With::Itself, With::Revision),
            (None, None) => With::Itself,
        };
        by_baseline.entry(with).or_default().push(index);
    }
    let mut all = BTreeMap::new();
    for (with, indices) in by_baseline {
        let catalogs: Vec<&Catalog> = indices.iter().filter_map(|index| found.get(*index)).collect();
        let against = match (with, &repository) {
            (With::Path(path), _) => with_file(&catalogs, &path, directory)?,
            (With::Revision(revision), Some(repository)) => with_revision(&catalogs, &revision, repository, &scope)?,
            (With::Revision(revision), None) => return Err(GitError::NoRepository { revision }.into()),
            (With::Itself, _) => catalogs.into_iter().map(with_own_lock).collect(),
        };
        all.extend(indices.into_iter().zip(against));
    }
    Ok(all.into_values().collect())
}

/// Where the repository is looked for: around the catalog that was named, wherever this runs.
fn where_it_is(cli: &Cli, directory: &Path) -> PathBuf {
    let chosen = cli.catalog.first().map(|chosen| directory.join(chosen));
    let folder = chosen.and_then(|path| path.ancestors().find(|path| path.is_dir()).map(Path::to_owned));
    folder.unwrap_or_else(|| directory.to_owned())
}

/// The folders below which every catalog is looked at, from the repository's top.
fn scope(cli: &Cli, repository: &Repository, directory: &Path) -> Vec<String> {
    if cli.catalog.is_empty() {
        return repository.within(directory).into_iter().collect();
    }
    let chosen = cli.catalog.iter().map(|chosen| direct(directory.join(chosen)));
    chosen.filter_map(|path| repository.within(&path)).collect()
}

/// There is no catalog. There was one, if what is compared with has it; then this says so.
fn all_gone(
    none: &CatalogError,
    against: Option<&str>,
    directory: &Path,
    repository: &Repository,
) -> Result<Option<Failure>, Failure> {
    let asked = against.map(|name| named(name.to_owned(), directory, Some(repository))).transpose()?;
    let revision = match asked {
        Some(With::Revision(revision)) => Some(revision),
        Some(With::Path(_) | With::Itself) => None,
        None => repository.default_branch()?,
    };
    let Some(revision) = revision else { return Ok(None) };
    let scope: Vec<String> = repository.within(directory).into_iter().collect();
    let lost = baseline(repository, &revision, Looked { wanted: &[], scope: &scope })?.lost;
    let lock = lost.first().and_then(|lost| lost.contents.lock.as_ref());
    Ok(lock.map(|lock| Failure::Unknown {
        message: format!("{none}, and {} says what was released on {revision}", lock.name),
        help: Some(
            "put it back: schemas that are gone leave nobody to read what is stored; `--catalog` names another folder"
                .to_owned(),
        ),
    }))
}

/// What a name means: seen from a directory, a path; else a revision.
fn named(name: String, from: &Path, repository: Option<&Repository>) -> Result<With, Failure> {
    let path = is_path(&name, from, repository)?;
    Ok(if path { With::Path(from.join(name)) } else { With::Revision(name) })
}

/// What was released where the branch began; what is wrong with that lock goes to the diagnostics.
pub(super) fn released(compared: &Compared, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Lock> {
    let mut read = |file: &File| {
        let id = sources.add(file.name.clone(), file.bytes.clone());
        lock::read(sources, id, diagnostics)
    };
    let own = compared.against.lock.as_ref().and_then(&mut read);
    compared.against.settled(own, |taken| taken.contents.lock.as_ref().and_then(&mut read))
}

/// A name that is a revision is one, unless it is written as a path, or is a lock's.
fn is_path(against: &str, directory: &Path, repository: Option<&Repository>) -> Result<bool, Failure> {
    let is_lock = Path::new(against).file_name().is_some_and(|name| name == LOCK);
    if is_lock || against.starts_with('.') || against.starts_with('/') {
        return Ok(true);
    }
    if !directory.join(against).exists() {
        return Ok(false);
    }
    let is_revision = match repository {
        Some(repository) => repository.find(against)?.is_some(),
        None => false,
    };
    Ok(!is_revision)
}

/// Everything in a lock is released where there is nothing else to ask.
fn with_own_lock(catalog: &Catalog) -> Against {
    Against { lock: catalog.contents.lock.clone(), ..Against::default() }
}

fn with_file(catalogs: &[&Catalog], named: &Path, directory: &Path) -> Result<Vec<Against>, Failure> {
    let is_folder = named.is_dir();
    let path = if is_folder { named.join(LOCK) } else { named.to_owned() };
    let name = shown(directory, &path);
    let bytes = std::fs::read(&path).map_err(|error| Failure::Unknown {
        message: format!("cannot read {name}: {error}"),
        help: Some("`--against` takes a revision, a factum.lock, or a folder that has one".to_owned()),
    })?;
    let file = File { name: name.clone(), bytes };
    let schemas = if is_folder { read(directory, named.to_owned())?.contents.schemas } else { Vec::new() };
    let against = Against { source: Some(name), lock: Some(file), schemas, ..Against::default() };
    Ok(catalogs.iter().map(|_| against.clone()).collect())
}

fn with_revision(
    catalogs: &[&Catalog],
    revision: &str,
    repository: &Repository,
    scope: &[String],
) -> Result<Vec<Against>, Failure> {
    let root = |catalog: &&Catalog| repository.within(&catalog.root).unwrap_or_default();
    let roots: Vec<String> = catalogs.iter().map(root).collect();
    let wanted = catalogs.iter().zip(&roots).map(|(catalog, root)| Wanted {
        root,
        is_file: catalog.root.is_file(),
        contents: &catalog.contents,
    });
    let wanted: Vec<Wanted<'_>> = wanted.collect();
    let Baselines { each: mut baselines, lost } = baseline(repository, revision, Looked { wanted: &wanted, scope })?;
    // What nobody has taken over somebody has to answer for: there it is told, and there it can be approved.
    if let (Some(first), Some(root)) = (baselines.first_mut(), roots.first()) {
        first.taken.extend(lost.into_iter().map(|lost| Taken { to: root.clone(), ..lost }));
    }
    Ok(baselines.iter().map(with_baseline).collect())
}

fn with_baseline(baseline: &Baseline) -> Against {
    let all = || iter::once(&baseline.contents).chain(baseline.taken.iter().map(|taken| &taken.contents));
    // Schemas alone release nothing, so there is nothing that they could break: who reads the verdict has to know.
    let is_unlocked =
        all().any(|contents| !contents.schemas.is_empty()) && all().all(|contents| contents.lock.is_none());
    let unlocked = if is_unlocked { ", where no factum.lock says what was released" } else { "" };
    let lock = baseline.contents.lock.clone();
    // Each is called by its commit; what matters is whether they say the same.
    let is_same = |tip: &File| lock.as_ref().is_some_and(|lock| lock.bytes == tip.bytes);
    let tip = baseline.tip_lock.as_ref().filter(|tip| !is_same(tip)).cloned();
    // What only the tip has is not gone: it comes with the merge, and until then nothing is compared with it.
    let moved = if tip.is_some() { "; its lock has changed since: merge it first" } else { "" };
    let source = format!("{} (from {} on{unlocked}{moved})", baseline.source.revision, baseline.source.base.short());
    let allowances = all().flat_map(|contents| contents.settings().allowances);
    Against {
        source: Some(source),
        lock,
        tip,
        schemas: all().flat_map(|contents| contents.schemas.clone()).collect(),
        mode: all()
            .find(|contents| contents.config.is_some())
            .map(|contents| contents.settings().mode.map_or(Mode::Backward, Mode::from)),
        allowed: Some(allowances.map(|allowance| allowance.id).collect()),
        taken: baseline.taken.clone(),
        given: baseline.given.clone(),
    }
}
