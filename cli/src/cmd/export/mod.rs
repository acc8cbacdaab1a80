//! `export`: schemas and events for other programs.

#[cfg(feature = "sqlite")]
mod events;
mod json_schema;
mod sql;

#[cfg(feature = "sqlite")]
use super::audit;
use super::diff;
use crate::args::{Cli, Export, What};
use crate::{Exit, Failure, World, report};

pub(super) fn run(cli: &Cli, arguments: &Export, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &arguments.what {
        What::JsonSchema(wanted) => return json_schema::run(cli, wanted, world),
        What::Sql(wanted) => return sql::run(cli, wanted, world),
        #[cfg(feature = "sqlite")]
        What::Events(wanted) => return events::run(cli, wanted, world),
        What::Report => world.hand_over(report::schema())?,
        What::Diff => world.hand_over(diff::schema())?,
        #[cfg(feature = "sqlite")]
        What::Audit => world.hand_over(audit::schema())?,
    }
    Ok(Exit::Clean)
}
