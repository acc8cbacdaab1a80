//! `check`: the schemas against what was released.

use super::against::{Compared, compared};
use crate::args::{Check, Cli};
use crate::review::{Review, run};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Check, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut whole = Review::default();
    for Compared { catalog, released, findings } in compared(cli, arguments.against.as_deref(), world)? {
        let mut found = run::review(&catalog.contents, &released, true).review;
        found.findings.extend(findings);
        whole.baseline = found.baseline;
        whole.findings.extend(found.findings);
        whole.changes.extend(found.changes);
        whole.events += found.events;
    }
    whole.sort();
    world.print(arguments.format.report(&whole))?;
    Ok(Exit::findings(whole.fails(arguments.fail_on)))
}
