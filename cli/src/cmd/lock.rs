//! `lock`: writes `factum.lock`. What was released stays in it as it was released.

use super::against::reviewed;
use crate::args::{Cli, Lock};
use crate::catalog::{LOCK, shown};
use crate::report::Format;
use crate::review::Level;
use crate::review::run::{How, Reviewed};
use crate::world::today;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Lock, world: &mut World<'_>) -> Result<Exit, Failure> {
    let how = How { mode: None, today: &today(), locks: false };
    let (catalogs, reviewed) = reviewed(cli, arguments.against.as_deref(), how, world)?;
    let mut exit = Exit::Clean;
    for (catalog, Reviewed { review, lock, forgotten }) in catalogs.iter().zip(reviewed) {
        let (Some(lock), false) = (lock, review.fails(Level::Error)) else {
            world.tell(Format::Text.report(&review))?;
            if !arguments.check {
                let name = shown(&world.directory, &catalog.folder().join(LOCK));
                world.help(format_args!("{name} was not written"))?;
            }
            exit = Exit::Findings;
            continue;
        };
        let path = catalog.folder().join(LOCK);
        let name = shown(&world.directory, &path);
        let text = lock.to_string();
        if catalog.contents.lock.as_ref().is_some_and(|old| old.bytes == text.as_bytes()) {
            world.done("Fresh", format_args!("{name} is what the schemas say"))?;
        } else if arguments.check {
            world.fault(format_args!("{name} is not what the schemas say"))?;
            world.help("run `cargo factum lock`, and commit it")?;
            exit = Exit::Findings;
        } else {
            factum_files::replace(&path, &text)?;
            world.done("Wrote", &name)?;
            if forgotten {
                forgot(&name, world)?;
            }
        }
    }
    Ok(exit)
}

/// What was written says of all that it is new.
fn forgot(name: &str, world: &mut World<'_>) -> Result<(), Failure> {
    let why = "could not be read, and nothing else says what was released: all of it counts as new";
    world.warning(format_args!("{name} {why}"))?;
    world.help("if anything was released, put the file of that time back, and run `cargo factum lock` again")
}
