//! What catalogs are compared with: a revision of the repository, a lock, a folder that has one, or their own locks.

use std::path::Path;

use factum_model::lock::Lock;

use crate::args::Cli;
use crate::catalog::{Catalog, File, LOCK, find, shown};
use crate::git::{Baseline, GitError, Repository, Wanted, baseline};
use crate::review::Finding;
use crate::review::run::{Released, read_lock};
use crate::{Failure, World};

/// A catalog, and what was released of it.
pub(super) struct Compared {
    pub(super) catalog: Catalog,
    pub(super) released: Released,
    /// What is wrong with the locks that were compared with.
    pub(super) findings: Vec<Finding>,
}

/// Every catalog that is meant, with its baseline.
pub(super) fn compared(cli: &Cli, against: Option<&str>, world: &World<'_>) -> Result<Vec<Compared>, Failure> {
    let catalogs = find(&world.directory, &cli.catalog)?;
    let repository = match Repository::discover(&world.directory) {
        // Without git there is still the lock, unless a revision was asked for.
        Err(GitError::Missing) if against.is_none() => None,
        found => found?,
    };
    let revision = match (against, &repository) {
        (Some(against), _) if is_path(against, &world.directory, repository.as_ref())? => {
            return with_file(catalogs, against, world);
        }
        (Some(against), Some(_)) => Some(against.to_owned()),
        (Some(against), None) => return Err(GitError::NoRepository { revision: against.to_owned() }.into()),
        (None, Some(repository)) => repository.default_branch()?,
        (None, None) => None,
    };
    match (revision, repository) {
        (Some(revision), Some(repository)) => with_revision(catalogs, &revision, &repository),
        (Some(_) | None, _) => Ok(catalogs.into_iter().map(with_own_lock).collect()),
    }
}

/// A name that is a revision is one, unless it is written as a path.
fn is_path(against: &str, directory: &Path, repository: Option<&Repository>) -> Result<bool, Failure> {
    if !directory.join(against).exists() {
        return Ok(false);
    }
    let written_as_path = against.starts_with('.') || against.starts_with('/');
    let is_revision = match repository {
        Some(repository) => repository.find(against)?.is_some(),
        None => false,
    };
    Ok(written_as_path || !is_revision)
}

/// Everything in a lock is released where there is nothing else to ask.
fn with_own_lock(catalog: Catalog) -> Compared {
    // What is wrong with it the review says itself.
    let lock = catalog.contents.lock.as_ref().and_then(|file| read_lock(file, &mut Vec::new()));
    Compared { catalog, released: Released { source: None, before: lock.clone(), lock }, findings: Vec::new() }
}

fn with_file(catalogs: Vec<Catalog>, against: &str, world: &World<'_>) -> Result<Vec<Compared>, Failure> {
    let named = world.directory.join(against);
    let path = if named.is_dir() { named.join(LOCK) } else { named };
    let name = shown(&world.directory, &path);
    let bytes = std::fs::read(&path).map_err(|error| Failure::Unknown {
        message: format!("cannot read {name}: {error}"),
        help: Some("`--against` takes a revision, a factum.lock, or a folder that has one".to_owned()),
    })?;
    let file = File { name: name.clone(), bytes };
    let mut findings = Vec::new();
    let lock = read_lock(&file, &mut findings);
    let released = Released { source: Some(name), before: lock.clone(), lock };
    let one = |catalog| Compared { catalog, released: released.clone(), findings: findings.clone() };
    Ok(catalogs.into_iter().map(one).collect())
}

fn with_revision(catalogs: Vec<Catalog>, revision: &str, repository: &Repository) -> Result<Vec<Compared>, Failure> {
    let root = |catalog: &Catalog| repository.within(&catalog.root).unwrap_or_default();
    let roots: Vec<String> = catalogs.iter().map(root).collect();
    let wanted = catalogs.iter().zip(&roots).map(|(catalog, root)| Wanted {
        root,
        is_file: catalog.root.is_file(),
        contents: &catalog.contents,
    });
    let baselines = baseline(repository, revision, &wanted.collect::<Vec<_>>())?;
    Ok(catalogs.into_iter().zip(&baselines).map(|(catalog, baseline)| with_baseline(catalog, baseline)).collect())
}

fn with_baseline(catalog: Catalog, baseline: &Baseline) -> Compared {
    let mut findings = Vec::new();
    let base = baseline.contents.lock.as_ref().and_then(|file| read_lock(file, &mut findings));
    let tip = baseline.tip_lock.as_ref().filter(|tip| Some(*tip) != baseline.contents.lock.as_ref());
    let tip = tip.and_then(|file| read_lock(file, &mut findings));
    let proposed = catalog.contents.lock.as_ref().and_then(|file| read_lock(file, &mut Vec::new()));
    let before = base.clone();
    let lock = match (base, tip) {
        (base, None) => base,
        (base, Some(tip)) => Some(released_meanwhile(base.unwrap_or_default(), &tip, proposed.as_ref())),
    };
    let source = format!("{} (from {} on)", baseline.source.revision, baseline.source.base.short());
    Compared { catalog, released: Released { source: Some(source), before, lock }, findings }
}

/// What the other branch released since both came from one commit. Of that only those versions matter here whose number
/// this branch took as well: the others come with the next merge, and are not gone.
fn released_meanwhile(mut base: Lock, tip: &Lock, proposed: Option<&Lock>) -> Lock {
    let Some(proposed) = proposed else { return base };
    for (name, event) in &tip.events {
        let Some(own) = proposed.events.get(name) else { continue };
        let new = event.value.versions.iter().filter(|(number, _)| own.value.versions.contains_key(number));
        let known = base.events.entry(name.clone()).or_insert_with(|| {
            let mut known = event.clone();
            known.value.versions.clear();
            known
        });
        for (number, version) in new {
            known.value.versions.entry(*number).or_insert_with(|| version.clone());
        }
    }
    for (name, ty) in &tip.types {
        let Some(own) = proposed.types.get(name) else { continue };
        let known = base.types.entry(name.clone()).or_default();
        for (number, version) in ty.value.versions.iter().filter(|(number, _)| own.value.versions.contains_key(number))
        {
            known.value.versions.entry(*number).or_insert_with(|| version.clone());
        }
    }
    base
}
