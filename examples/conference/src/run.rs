//! The program, from the first line to the last.

use std::io::Write;
use std::time::Instant;

use factum::SnapshotPolicy;
use factum::cloudevents::Imported;
use factum_sqlite::SqliteStore;

use crate::screen::{counted, number};
use crate::{Error, Options, Screen, Seats, commands, conferences, database, history, import, overview, sale, view};

/// Runs the example on the store that `options` name.
///
/// # Errors
/// [`Error`].
pub async fn run<W: Write>(options: &Options, screen: &mut Screen<W>) -> Result<(), Error> {
    let found = options.db.exists() && !options.fresh;
    let store = database::open(options).await?;
    let result = tour(&store, options, found, screen).await;
    store.close().await;
    result
}

async fn tour<W: Write>(
    store: &SqliteStore,
    options: &Options,
    found: bool,
    screen: &mut Screen<W>,
) -> Result<(), Error> {
    let (what, db) = (if found { "Found" } else { "Made" }, options.db.display());
    screen.heading(format_args!("{what} {db}"))?;
    screen.flush()?;
    let started = Instant::now();
    let imported = import::recorded(store, &options.recorded, screen.is_terminal()).await?;
    screen.line(says(&imported, started.elapsed().as_secs_f64()))?;

    let seats: Seats<SqliteStore> = Seats::new(store.clone()).snapshots(SnapshotPolicy::every(100));
    let all = conferences(&seats).await?;
    screen.heading(format_args!("{}, rebuilt from their events", counted(all.len() as u64, "conference")))?;
    overview::show(&all, screen)?;

    let name = commands::next_name(&all);
    screen.heading(format_args!("New commands: {name}"))?;
    let conference = commands::run(&seats, &name, screen).await?;

    screen.heading(format_args!("64 buyers, all at once, for the last seats of {name}"))?;
    sale::run(&seats, conference, screen).await?;

    if let Some(conference) = history::most_telling(&all) {
        let id = conference.id;
        screen.heading(format_args!("The history of {}, {id}", conference.seats.name))?;
        history::show(&seats, conference, screen).await?;
    }
    screen.heading("The seats held through each channel, in a view that is built anew")?;
    view::run(store, screen).await?;
    screen.space()?;
    screen.line(format_args!("Run it again: it goes on with {db}. With --fresh it begins anew."))?;
    screen.flush()?;
    Ok(())
}

/// What the import did.
fn says(imported: &Imported, seconds: f64) -> String {
    let Imported { stored, repeated, .. } = *imported;
    let stored_text = counted(stored, "event");
    match (stored, repeated) {
        (0, _) => format!(
            "All {} of three earlier releases are in it: nothing is imported twice.",
            counted(repeated, "event")
        ),
        (_, 0) => format!("Imported {stored_text} as three earlier releases stored them, in {seconds:.1} s."),
        (..) => format!("Imported {stored_text}; {} were in it from an import that was interrupted.", number(repeated)),
    }
}
