//! `export events`: a store's events as lines of CloudEvents.

use std::io::{BufWriter, Write};

use factum::cloudevents::{Export, ExportError, Exported, Exporter};
use factum_sqlite::Scan;

use crate::args::Events;
use crate::catalog::shown;
use crate::cmd::sqlite_file;
use crate::counted::counted;
use crate::output::Replacement;
use crate::progress::Bar;
use crate::{Exit, Failure, World};

pub(super) fn run(wanted: &Events, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut store = Store::open(wanted, world)?;
    let bar = Bar::new(world.live, Some(store.last));
    let out = wanted.out.as_deref().filter(|out| out.as_os_str() != "-");
    let Some(out) = out else {
        store.write(BufWriter::new(&mut *world.out), &bar, Failure::Output)?;
        return Ok(Exit::Clean);
    };
    let file = Replacement::begin(&world.directory.join(out))?;
    let target = file.target().to_path_buf();
    let (file, exported) = store.write(file, &bar, |source| Failure::Write { path: target.clone(), source })?;
    file.finish()?;
    drop(bar);
    let (count, name) = (counted(exported.events, "event"), shown(&world.directory, &target));
    world.done("Wrote", format_args!("{count} to {name}"))?;
    Ok(Exit::Clean)
}

/// The store, and what is wanted of it.
struct Store {
    what: String,
    scan: Scan,
    last: u64,
    wanted: Export,
}

impl Store {
    fn open(wanted: &Events, world: &World<'_>) -> Result<Self, Failure> {
        let what = sqlite_file(&wanted.store)?.to_owned();
        let failed = |message: String| Failure::Stored { what: what.clone(), message };
        let mut scan = Scan::open(world.directory.join(&what)).map_err(|error| failed(error.to_string()))?;
        let stored = scan.last_position().map_err(|error| failed(error.to_string()))?;
        let last = wanted.up_to.unwrap_or(stored).min(stored);
        Ok(Self { what, scan, last, wanted: export(wanted, last) })
    }

    fn write<W: Write>(
        &mut self,
        output: W,
        bar: &Bar,
        closed: impl Fn(std::io::Error) -> Failure,
    ) -> Result<(W, Exported), Failure> {
        let failed = |what: &str, error: ExportError| match error {
            ExportError::Write { source, .. } => closed(source),
            error => Failure::Stored { what: what.to_owned(), message: error.to_string() },
        };
        let mut exporter = Exporter::new(self.wanted.clone(), output);
        while let Some(from) = exporter.next_position() {
            let position = exporter.done().position;
            let page = self.scan.page(from).map_err(|source| ExportError::Read { position, source });
            page.and_then(|page| exporter.page(&page)).map_err(|error| failed(&self.what, error))?;
            bar.set(exporter.done().position, exporter.done().events);
        }
        exporter.finish().map_err(|error| failed(&self.what, error))
    }
}

fn export(wanted: &Events, last: u64) -> Export {
    let Events { types, streams, contexts, .. } = wanted;
    let mut export = Export::new().from(wanted.from.unwrap_or(1)).up_to(last);
    if !types.is_empty() {
        export = export.types(types);
    }
    if !streams.is_empty() {
        export = export.streams(streams);
    }
    if !contexts.is_empty() {
        export = export.contexts(contexts);
    }
    export
}
