//! `check`: the schemas against what was released.

use super::against::reviewed;
use crate::args::{Check, Cli};
use crate::git::Repository;
use crate::report::Format;
use crate::review::Review;
use crate::review::run::How;
use crate::world::today;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Check, world: &mut World<'_>) -> Result<Exit, Failure> {
    let how = How { mode: arguments.mode, today: &today(), locks: true };
    let (_, reviewed) = reviewed(cli, arguments.against.as_deref(), how, world)?;
    let mut whole = Review::default();
    for reviewed in reviewed {
        whole.add(reviewed.review);
    }
    // Without git there is no other top than this.
    let repository = Some(arguments.format).filter(|format| format.is_of_repository());
    let repository = repository.and_then(|_| Repository::discover(&world.directory).ok().flatten());
    if let Some(repository) = repository {
        whole.rename_files(|file| repository.within(&world.directory.join(file)));
    }
    let report = arguments.format.report(&whole);
    match arguments.format {
        Format::Text => world.print(report)?,
        Format::Github | Format::Markdown | Format::Sarif | Format::Junit | Format::Json => world.hand_over(report)?,
    }
    Ok(Exit::findings(whole.fails(arguments.fail_on)))
}
