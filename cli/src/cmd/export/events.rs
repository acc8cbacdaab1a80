//! `export events`: a store's events as lines of CloudEvents.

use std::io::{BufWriter, Write};

use factum::ReadError;
use factum::cloudevents::{Export, ExportError, Exported, Exporter};
use factum::store::StreamQuery;
use factum_sqlite::Scan;

use crate::args::{Cli, Events};
use crate::catalog::{CatalogError, check, find, shown};
use crate::cmd::{no_stream, sqlite_file, stream_name};
use crate::counted::counted;
use crate::output::Replacement;
use crate::progress::Bar;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, wanted: &Events, world: &mut World<'_>) -> Result<Exit, Failure> {
    if let (Some(from), Some(up_to)) = (wanted.from, wanted.up_to)
        && from > up_to
    {
        let message = format!("no position is {from} or behind it, and {up_to} or before it");
        return Err(Failure::Unknown { message, help: Some("`--from` is where an export begins".to_owned()) });
    }
    let mut store = Store::open(wanted, world)?;
    store.refuse_unknown(cli, wanted, world)?;
    let exported = write(&mut store, wanted, world)?;
    if exported.events == 0 {
        let Store { what, stored, .. } = &store;
        let why = match wanted.from.filter(|from| from > stored) {
            Some(_) => format!("the last event in {what} is at position {stored}"),
            None => format!("no event in {what} is what was asked for"),
        };
        world.warning(format_args!("nothing was exported: {why}"))?;
    }
    Ok(Exit::Clean)
}

fn write(store: &mut Store, wanted: &Events, world: &mut World<'_>) -> Result<Exported, Failure> {
    let bar = Bar::new(world.live, Some(store.last));
    let out = wanted.out.as_deref().filter(|out| out.as_os_str() != "-");
    let Some(out) = out else {
        return Ok(store.write(BufWriter::new(&mut *world.out), &bar, Failure::Output)?.1);
    };
    let file = Replacement::begin(&world.directory.join(out))?;
    for draft in file.left_behind() {
        let name = shown(&world.directory, &draft);
        world.warning(format_args!("{name} was left behind by an export that was killed"))?;
        world.help("remove it")?;
    }
    let target = file.target().to_path_buf();
    let (file, exported) = store.write(file, &bar, |source| Failure::Write { path: target.clone(), source })?;
    file.finish()?;
    drop(bar);
    let (count, name) = (counted(exported.events, "event"), shown(&world.directory, &target));
    world.done("Wrote", format_args!("{count} to {name}"))?;
    Ok(exported)
}

/// The store, and what is wanted of it.
struct Store {
    what: String,
    scan: Scan,
    /// The position of its last event.
    stored: u64,
    /// The last one that is wanted.
    last: u64,
    wanted: Export,
}

impl Store {
    fn open(wanted: &Events, world: &World<'_>) -> Result<Self, Failure> {
        let what = sqlite_file(&wanted.store)?.to_owned();
        let failed = |message: String| Failure::Stored { what: what.clone(), message };
        let mut scan = Scan::open(world.directory.join(&what))?;
        let stored = scan.last_position().map_err(|error| failed(error.to_string()))?;
        let last = wanted.up_to.unwrap_or(stored).min(stored);
        Ok(Self { what, scan, stored, last, wanted: export(wanted, last) })
    }

    /// Refuses a name that nobody knows: it is mistyped, and nothing would be exported for it.
    fn refuse_unknown(&mut self, cli: &Cli, wanted: &Events, world: &World<'_>) -> Result<(), Failure> {
        let Self { what, scan, .. } = self;
        let failed = |error: ReadError| Failure::Stored { what: what.clone(), message: error.to_string() };
        if !wanted.types.is_empty() || !wanted.contexts.is_empty() {
            let mut types = scan.event_types().map_err(failed)?;
            types.extend(declared(cli, world)?);
            let contexts: Vec<&str> =
                types.iter().map(|name| name.rsplit_once('.').map_or(&**name, |(of, _)| of)).collect();
            let types: Vec<&str> = types.iter().map(String::as_str).collect();
            refuse_unknown("event type", &wanted.types, &types)?;
            refuse_unknown("context", &wanted.contexts, &contexts)?;
        }
        for stream in &wanted.streams {
            let query = StreamQuery { limit: 1, ..StreamQuery::new(stream_name(stream)?) };
            if scan.stream_page(&query).map_err(failed)?.stream_version().is_none() {
                return Err(no_stream(stream, what));
            }
        }
        Ok(())
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

fn refuse_unknown(noun: &str, asked: &[String], known: &[&str]) -> Result<(), Failure> {
    match asked.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Failure::no_such(noun, name, known.iter().copied())),
        None => Ok(()),
    }
}

/// The wire types of the schemas around here, if there are any: of what they declare nothing may be stored yet.
fn declared(cli: &Cli, world: &World<'_>) -> Result<Vec<String>, Failure> {
    let catalogs = match find(&world.directory, &cli.catalog) {
        Err(CatalogError::None { .. }) => return Ok(Vec::new()),
        catalogs => catalogs?,
    };
    let reviewed = check(catalogs.iter().map(|catalog| &catalog.contents));
    let checked = reviewed.catalogs.iter().filter_map(|outcome| outcome.checked.as_ref());
    let versions = checked.flat_map(|checked| checked.schema().events.iter().flat_map(|event| &event.versions));
    Ok(versions.map(|version| version.wire_type.clone()).collect())
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
