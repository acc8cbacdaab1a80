//! What catalogs are compared with: a revision of the repository, a lock, a folder that has one, or their own locks.

use std::collections::BTreeMap;
use std::iter;
use std::path::{Path, PathBuf};

use factum_model::{Diagnostics, Lock, Sources, lock};

use crate::args::Cli;
use crate::catalog::{Catalog, CatalogError, File, LOCK, direct, find, read, shown};
use crate::git::{Baseline, Baselines, GitError, Looked, Repository, Taken, Wanted, baseline};
use crate::review::Mode;
use crate::review::run::{Against, Compared};
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

/// Every catalog that is meant, with what it is compared with: what was asked for, else what its `factum.toml` says,
/// else the default branch, else its own lock if there is nothing else that could know more.
pub(super) fn compared(cli: &Cli, against: Option<&str>, world: &World<'_>) -> Result<Vec<Compared>, Failure> {
    let repository = match Repository::discover(&where_it_is(cli, world)) {
        // Without git there is still the lock, unless a revision was asked for.
        Err(GitError::Missing) if against.is_none() => None,
        found => found?,
    };
    let found = match (find(&world.directory, &cli.catalog), &repository) {
        (Err(none @ CatalogError::None { .. }), Some(repository)) => {
            return Err(all_gone(none, against, world, repository)?);
        }
        (found, _) => found?,
    };
    let scope = repository.as_ref().map(|repository| scope(cli, repository, world)).unwrap_or_default();
    let mut by_baseline: BTreeMap<With, Vec<Catalog>> = BTreeMap::new();
    for catalog in found {
        let said = || catalog.contents.settings().baseline.map(|baseline| (baseline, catalog.folder().to_owned()));
        let asked = against.map(|against| (against.to_owned(), world.directory.clone())).or_else(said);
        let with = match (asked, &repository) {
            (Some((name, from)), repository) => named(name, &from, repository.as_ref())?,
            (None, Some(repository)) => repository.default_baseline()?.map_or(With::Itself, With::Revision),
            (None, None) => With::Itself,
        };
        by_baseline.entry(with).or_default().push(catalog);
    }
    let mut all = Vec::new();
    for (with, catalogs) in by_baseline {
        all.extend(match (with, &repository) {
            (With::Path(path), _) => with_file(catalogs, &path, world)?,
            (With::Revision(revision), Some(repository)) => with_revision(catalogs, &revision, repository, &scope)?,
            (With::Revision(revision), None) => return Err(GitError::NoRepository { revision }.into()),
            (With::Itself, _) => catalogs.into_iter().map(with_own_lock).collect(),
        });
    }
    all.sort_by(|a, b| a.catalog.root.cmp(&b.catalog.root));
    Ok(all)
}

/// Where the repository is looked for: around the catalog that was named, wherever this runs.
fn where_it_is(cli: &Cli, world: &World<'_>) -> PathBuf {
    let chosen = cli.catalog.first().map(|chosen| world.directory.join(chosen));
    let folder = chosen.and_then(|path| path.ancestors().find(|path| path.is_dir()).map(Path::to_owned));
    folder.unwrap_or_else(|| world.directory.clone())
}

/// The folders below which every catalog is looked at, from the repository's top.
fn scope(cli: &Cli, repository: &Repository, world: &World<'_>) -> Vec<String> {
    if cli.catalog.is_empty() {
        return repository.within(&world.directory).into_iter().collect();
    }
    let chosen = cli.catalog.iter().map(|chosen| direct(world.directory.join(chosen)));
    chosen.filter_map(|path| repository.within(&path)).collect()
}

/// There is no catalog. There was one, if what is compared with has it.
fn all_gone(
    none: CatalogError,
    against: Option<&str>,
    world: &World<'_>,
    repository: &Repository,
) -> Result<Failure, Failure> {
    let asked = against.map(|name| named(name.to_owned(), &world.directory, Some(repository))).transpose()?;
    let revision = match asked {
        Some(With::Revision(revision)) => Some(revision),
        Some(With::Path(_) | With::Itself) => None,
        None => repository.default_branch()?,
    };
    let Some(revision) = revision else { return Ok(none.into()) };
    let scope: Vec<String> = repository.within(&world.directory).into_iter().collect();
    let lost = baseline(repository, &revision, Looked { wanted: &[], scope: &scope })?.lost;
    let Some(lock) = lost.first().and_then(|lost| lost.contents.lock.as_ref()) else { return Ok(none.into()) };
    Ok(Failure::Unknown {
        message: format!("{none}, and {} says what was released on {revision}", lock.name),
        help: Some(
            "put it back: schemas that are gone leave nobody to read what is stored; `--catalog` names another folder"
                .to_owned(),
        ),
    })
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
fn with_own_lock(catalog: Catalog) -> Compared {
    let against = Against { lock: catalog.contents.lock.clone(), ..Against::default() };
    Compared { catalog, against }
}

fn with_file(catalogs: Vec<Catalog>, named: &Path, world: &World<'_>) -> Result<Vec<Compared>, Failure> {
    let is_folder = named.is_dir();
    let path = if is_folder { named.join(LOCK) } else { named.to_owned() };
    let name = shown(&world.directory, &path);
    let bytes = std::fs::read(&path).map_err(|error| Failure::Unknown {
        message: format!("cannot read {name}: {error}"),
        help: Some("`--against` takes a revision, a factum.lock, or a folder that has one".to_owned()),
    })?;
    let file = File { name: name.clone(), bytes };
    let schemas = if is_folder { read(&world.directory, named.to_owned())?.contents.schemas } else { Vec::new() };
    let against = Against { source: Some(name), lock: Some(file), schemas, ..Against::default() };
    let one = |catalog| Compared { catalog, against: against.clone() };
    Ok(catalogs.into_iter().map(one).collect())
}

fn with_revision(
    catalogs: Vec<Catalog>,
    revision: &str,
    repository: &Repository,
    scope: &[String],
) -> Result<Vec<Compared>, Failure> {
    let root = |catalog: &Catalog| repository.within(&catalog.root).unwrap_or_default();
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
    Ok(catalogs.into_iter().zip(&baselines).map(|(catalog, baseline)| with_baseline(catalog, baseline)).collect())
}

fn with_baseline(catalog: Catalog, baseline: &Baseline) -> Compared {
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
    let against = Against {
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
    };
    Compared { catalog, against }
}
