//! `bump`: writes what a type's new version asks of everything released that holds it.

use std::path::PathBuf;

use factum_model::yaml::{self, BumpError, Bumped};
use factum_model::{Diagnostics, Lock, Sources, render};

use super::against::{compared, released};
use crate::args::{Bump, Cli};
use crate::catalog::Contents;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Bump, world: &mut World<'_>) -> Result<Exit, Failure> {
    let name = arguments.ty.as_str();
    let (mut known, mut is_event) = (Vec::new(), false);
    let mut found = Vec::new();
    for compared in compared(cli, arguments.against.as_deref(), world)? {
        let (mut locks, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let lock = released(&compared, &mut locks, &mut diagnostics);
        if diagnostics.has_errors() {
            world.tell(render(&diagnostics.into_vec(), &locks, true))?;
            return Ok(Exit::Findings);
        }
        let released = lock.as_ref().map(Lock::released).unwrap_or_default();
        let mut sources = sources(&compared.catalog.contents);
        match yaml::bump(&mut sources, &released, name) {
            Ok(bumped) => found.push((sources, bumped)),
            Err(BumpError::Unknown { types, is_event: of_this }) => {
                known.extend(types);
                is_event |= of_this;
            }
            Err(BumpError::Unreadable(said)) => {
                world.tell(render(&said, &sources, true))?;
                return Ok(Exit::Findings);
            }
            Err(BumpError::Wrong(said, sources)) => return wrong(name, &render(&said, &sources, true), world),
        }
    }
    if found.is_empty() {
        return Err(if is_event {
            of_event(name)
        } else {
            Failure::no_such("type", name, known.iter().map(String::as_str))
        });
    }
    write(&found, world)?;
    tell(name, &found, world)?;
    Ok(Exit::findings(found.iter().any(|(_, bumped)| !bumped.left.is_empty())))
}

/// Events hold types, and nothing holds an event.
fn of_event(name: &str) -> Failure {
    Failure::Unknown {
        message: format!("`{name}` is an event, and no type"),
        help: Some(format!(
            "name the type that went on: `bump` gives the events that hold it their new versions. What else changes of \
             `{name}` you write yourself"
        )),
    }
}

fn sources(contents: &Contents) -> Sources {
    let mut sources = Sources::new();
    for file in &contents.schemas {
        sources.add(file.name.clone(), file.bytes.clone());
    }
    sources
}

/// The files of all catalogs, or none of them.
fn write(found: &[(Sources, Bumped)], world: &World<'_>) -> Result<(), Failure> {
    let texts = found.iter().flat_map(|(sources, bumped)| {
        bumped.files.iter().map(|(file, text)| (world.directory.join(sources.name(*file)), text.as_str()))
    });
    let texts: Vec<(PathBuf, &str)> = texts.collect();
    let texts: Vec<_> = texts.iter().map(|(path, text)| (path.as_path(), *text)).collect();
    Ok(factum_files::replace_all(&texts)?)
}

fn tell(name: &str, found: &[(Sources, Bumped)], world: &mut World<'_>) -> Result<(), Failure> {
    for (sources, bumped) in found {
        for (file, _) in &bumped.files {
            world.done("Wrote", sources.name(*file))?;
        }
        for (holder, version) in &bumped.versions {
            world.more(format_args!("{holder} goes on with version {version}"))?;
        }
    }
    let (mut written, mut is_right) = (false, true);
    for (_, bumped) in found {
        world.tell(render(&bumped.left, &bumped.again, true))?;
        written |= !bumped.files.is_empty();
        is_right &= bumped.left.is_empty();
    }
    if !written && is_right {
        world.done("Fresh", format_args!("whatever was released with `{name}` says which version it holds"))?;
        world.help(format_args!("to change `{name}`, write its new version first: its lines and `version:`"))?;
    }
    Ok(())
}

/// Nothing was written.
fn wrong(name: &str, said: &str, world: &mut World<'_>) -> Result<Exit, Failure> {
    world.tell(said)?;
    world.fault(format_args!("nothing was written: with the lines that `{name}` asks for, this would be wrong"))?;
    Ok(Exit::Findings)
}
