//! The verbs, one file each.

mod against;
mod allow;
#[cfg(feature = "sqlite")]
mod audit;
mod bump;
mod check;
mod completions;
#[cfg(feature = "sqlite")]
mod copy;
mod diff;
mod explain;
mod export;
mod fmt;
mod generate;
#[cfg(feature = "sqlite")]
mod import;
mod init;
mod lock;
mod show;
mod verify;

pub(crate) use explain::{about, code_name};

use crate::args::{Cli, Verb};
use crate::catalog::{self, Catalog, Reviewed, find};
use crate::{Exit, Failure, World};

/// Does what was asked for.
pub(crate) fn run(cli: &Cli, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &cli.verb {
        Verb::Check(arguments) => check::run(cli, arguments, world),
        Verb::Allow(arguments) => allow::run(cli, arguments, world),
        Verb::Lock(arguments) => lock::run(cli, arguments, world),
        Verb::Bump(arguments) => bump::run(cli, arguments, world),
        Verb::Fmt(arguments) => fmt::run(cli, arguments, world),
        Verb::Export(arguments) => export::run(cli, arguments, world),
        #[cfg(feature = "sqlite")]
        Verb::Copy(arguments) => copy::run(cli, arguments, world),
        #[cfg(feature = "sqlite")]
        Verb::Import(arguments) => import::run(cli, arguments, world),
        Verb::Diff(arguments) => diff::run(cli, arguments, world),
        Verb::Init(arguments) => init::run(arguments, world),
        Verb::Show(arguments) => show::run(cli, arguments, world),
        Verb::Explain(arguments) => explain::run(arguments, world),
        Verb::Generate(arguments) => generate::run(cli, arguments, world),
        #[cfg(feature = "sqlite")]
        Verb::Audit(arguments) => audit::run(cli, arguments, world),
        Verb::Verify(arguments) => verify::run(cli, arguments, world),
        Verb::Completions(arguments) => completions::run(arguments, world),
    }
}

/// The catalogs that are meant, read and checked. What is wrong with them has been shown.
fn reviewed(cli: &Cli, world: &mut World<'_>) -> Result<(Vec<Catalog>, Reviewed), Failure> {
    let catalogs = find(&world.directory, &cli.catalog)?;
    let reviewed = catalog::check(catalogs.iter().map(|catalog| &catalog.contents));
    world.tell(reviewed.rendered())?;
    Ok((catalogs, reviewed))
}

/// The name of a stream, as somebody wrote it.
#[cfg(feature = "sqlite")]
fn stream_name(name: &str) -> Result<factum::StreamName, Failure> {
    let refused =
        |error: factum::envelope::InvalidStreamName| Failure::Unknown { message: error.to_string(), help: None };
    name.parse().map_err(refused)
}

/// There is no such stream in a store.
#[cfg(feature = "sqlite")]
fn no_stream(stream: &str, store: &str) -> Failure {
    Failure::Unknown {
        message: format!("there is no stream `{stream}` in {store}"),
        help: Some("a stream is called `<context>.<Aggregate>-<id>`, as in `seats.Hall-1`".to_owned()),
    }
}

/// The file that `--store` names.
fn sqlite_file(store: &str) -> Result<&str, Failure> {
    store.strip_prefix("sqlite:").ok_or_else(|| Failure::Unknown {
        message: format!("no store is known as `{store}`"),
        help: Some("write `--store sqlite:FILE`".to_owned()),
    })
}
