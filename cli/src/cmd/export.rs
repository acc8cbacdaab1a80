//! `export`: schemas for other programs.

use crate::args::{Export, What};
use crate::{Exit, Failure, World, report};

pub(super) fn run(arguments: &Export, world: &mut World<'_>) -> Result<Exit, Failure> {
    match arguments.what {
        What::ReportSchema => world.print(report::schema())?,
    }
    Ok(Exit::Clean)
}
