//! `generate`: the generated Rust as a file that is committed.

use std::io;
use std::path::{Path, PathBuf};

use factum_codegen::options::{Options, OptionsError, Problem};

use crate::args::{Cli, Generate};
use crate::catalog::{Catalog, check_locked, find, shown};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Generate, world: &mut World<'_>) -> Result<Exit, Failure> {
    let catalogs = find(&world.directory, &cli.catalog)?;
    let reviewed = check_locked(&catalogs);
    world.tell(reviewed.rendered())?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let ([catalog], [outcome], [checked]) = (&catalogs[..], &reviewed.catalogs[..], &checked[..]) else {
        return Err(several(&catalogs, world));
    };
    let target = target(&world.directory.join(&arguments.out));
    let options = Options::of(&outcome.config.rust, &reviewed.sources);
    let tokens = match factum_codegen::tokens_with(checked, &options) {
        Ok(tokens) => tokens,
        Err(refused) => return tell_refused(&refused, world),
    };
    let names = catalog.contents.schemas.iter().map(|file| file.name.rsplit('/').next().unwrap_or_default());
    let text = factum_codegen::pretty(tokens, names).map_err(|error| Failure::Generator(error.to_string()))?;
    let name = shown(&world.directory, &target);
    let old = match factum_files::read(&target) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        // Below a file there is nothing, which is said where something is to be written.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => None,
        Err(source) => return Err(Failure::Write { path: target, source }),
    };
    if old.as_deref() == Some(text.as_bytes()) {
        world.done("Fresh", format_args!("{name} is what the schema says"))?;
        return Ok(Exit::Clean);
    }
    if arguments.check {
        let what = if old.is_some() { "is not what the schema says" } else { "is not there" };
        world.fault(format_args!("{name} {what}"))?;
        world.help(format_args!("run `cargo factum generate --out {}`", arguments.out.display()))?;
        return Ok(Exit::Findings);
    }
    write(&target, &text)?;
    world.done("Wrote", name)?;
    Ok(Exit::Clean)
}

fn several(catalogs: &[Catalog], world: &World<'_>) -> Failure {
    let roots = catalogs.iter().map(|catalog| shown(&world.directory, &catalog.root));
    let help = roots.map(|root| format!("`--catalog {root}`")).collect::<Vec<_>>().join(" or ");
    Failure::Unknown { message: "several catalogs, and one output".to_owned(), help: Some(help) }
}

/// A folder is a module, whose file is `mod.rs`.
fn target(out: &Path) -> PathBuf {
    if out.extension().is_some_and(|extension| extension == "rs") { out.to_owned() } else { out.join("mod.rs") }
}

/// What `[rust]` chooses does not fit the schema.
fn tell_refused(refused: &OptionsError, world: &mut World<'_>) -> Result<Exit, Failure> {
    for Problem { message, place, help } in &refused.problems {
        world.fault(message)?;
        if let Some(place) = place {
            world.place(place)?;
        }
        world.help(help)?;
    }
    Ok(Exit::Findings)
}

fn write(target: &Path, text: &str) -> Result<(), Failure> {
    target.parent().map_or(Ok(()), factum_files::make_folder)?;
    Ok(factum_files::replace(target, text)?)
}
