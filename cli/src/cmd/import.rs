//! `import`: lines of CloudEvents into a store.

use std::io::{BufReader, Read};

use factum::cloudevents::{Imported, NdjsonReader, import};
use factum_sqlite::SqliteStore;
use futures_executor::block_on;
use indicatif::HumanCount;

use super::{reviewed, sqlite_file, verify};
use crate::args::{Cli, Import};
use crate::counted::counted;
use crate::progress::Bar;
use crate::stored::Order;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Import, world: &mut World<'_>) -> Result<Exit, Failure> {
    let path = sqlite_file(&arguments.store)?;
    let from_input = arguments.file.as_os_str() == "-";
    if !arguments.unchecked && (from_input || !all_are_read(cli, arguments, world)?) {
        return if from_input { Err(read_once()) } else { Ok(Exit::Findings) };
    }
    let imported = if from_input {
        take(std::io::stdin(), None, arguments, world)?
    } else {
        let (file, bytes) = verify::open_file(&arguments.file, world)?;
        take(file, Some(bytes), arguments, world)?
    };
    let there = match imported.repeated {
        0 => String::new(),
        repeated => format!(", {} there already", HumanCount(repeated)),
    };
    world.done("Imported", format_args!("{} to {path}{there}", counted(imported.stored, "event")))?;
    Ok(Exit::Clean)
}

/// Whether the schema reads every line, and the store takes it. If not, it is said.
fn all_are_read(cli: &Cli, arguments: &Import, world: &mut World<'_>) -> Result<bool, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(false) };
    let (file, bytes) = verify::open_file(&arguments.file, world)?;
    let store = sqlite_file(&arguments.store)?;
    let order = Order::of(&world.directory.join(store));
    let mut order = order.map_err(|message| Failure::Stored { what: store.to_owned(), message })?;
    let lines = verify::lines(file, Some(bytes));
    let (what, mut lines) = (arguments.file.display().to_string(), lines.checked_by(move |line| order.check(line)));
    let (tally, shown) = verify::read(&checked, &what, &mut lines, arguments.failures, world)?;
    if !tally.has_failures() {
        return Ok(true);
    }
    world.print(verify::report(&tally, shown))?;
    world.fault("nothing was imported")?;
    Ok(false)
}

fn read_once() -> Failure {
    Failure::Unknown {
        message: "standard input can be read only once, and all lines are read with the schema first".to_owned(),
        help: Some("import from a file, or say `--unchecked`".to_owned()),
    }
}

fn take(
    input: impl Read + Send,
    total: Option<u64>,
    arguments: &Import,
    world: &World<'_>,
) -> Result<Imported, Failure> {
    let path = sqlite_file(&arguments.store)?;
    let failed = |what: &str, message: String| Failure::Stored { what: what.to_owned(), message };
    let store = block_on(SqliteStore::open(world.directory.join(path)))?;
    let bar = Bar::new(world.live, total);
    let lines = NdjsonReader::new(BufReader::with_capacity(1 << 18, input));
    let imported = block_on(import(&store, lines, |progress| bar.set(progress.bytes, progress.events)));
    block_on(store.close());
    imported.map_err(|error| {
        let stays = "lines around it may be in the store; mend it (if another program writes to the store too, let it end \
                     first) and import the file again, what is there is not stored twice";
        failed(&arguments.file.display().to_string(), format!("{error}; {stays}"))
    })
}
