//! `check`: the schemas against what was released.

use super::against::compared;
use crate::args::{Check, Cli};
use crate::review::Review;
use crate::review::run::{How, review};
use crate::world::today;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Check, world: &mut World<'_>) -> Result<Exit, Failure> {
    let compared = compared(cli, arguments.against.as_deref(), world)?;
    let mut whole = Review::default();
    for reviewed in review(&compared, How { mode: arguments.mode, today: &today(), locks: true }) {
        whole.add(reviewed.review);
    }
    world.print(arguments.format.report(&whole))?;
    Ok(Exit::findings(whole.fails(arguments.fail_on)))
}
