//! The story, from the recorded events to the last question.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use factum::Timestamp;
use factum::cloudevents::{NdjsonReader, import};
use factum::projection::Projector;
use factum_sqlite::{Options as StoreOptions, SqliteStore};
use tempfile::TempDir;

use crate::clock::StoryClock;
use crate::input::{Action, Deed, actions};
use crate::march::March;
use crate::people::Names;
use crate::views::{Candidates, Openings, Payroll};
use crate::{Error, Options, audit, rebuild, table, what_if};

/// When the program is stopped once: a candidate has been asked by then, and has not answered.
const STOP: Timestamp = Timestamp::constant(1_772_496_000, 0);

/// Runs the story on a new store. `watched` says whether somebody watches standard error, so that progress is worth
/// showing.
///
/// # Errors
/// [`Error`].
pub async fn run<W: Write>(options: &Options, watched: bool, out: &mut W) -> Result<(), Error> {
    let place = Place::of(options)?;
    let actions = actions(&options.actions)?;
    let names = names(&actions);
    let clock = StoryClock::default();
    let open = || StoreOptions::new().clock(clock.clone()).open(place.file());

    heading(out, "What earlier releases recorded")?;
    let store = open().await?;
    let imported = import_recorded(&store, &options.recorded).await?;
    writeln!(out, "  {imported} events of two releases, from January and February")?;

    heading(out, "March")?;
    let mut march = March::of(&store, &clock, &names).await?;
    let tuesday = actions.partition_point(|action| action.at < STOP);
    march.go_on(&actions, 0..tuesday, out).await?;
    store.close().await;
    writeln!(out, "  (The program ends, and starts again. What it waits for is in the store.)")?;
    let store = open().await?;
    let mut march = March::of(&store, &clock, &names).await?;
    march.go_on(&actions, tuesday..actions.len(), out).await?;

    views(&store, &names, out).await?;

    heading(out, "The payroll by months: a new version of the view")?;
    rebuild::run(&store, watched, out).await?;
    let sql =
        "SELECT month, candidate, client, hundredths / 100.0, cents / 100.0 FROM payroll ORDER BY month, candidate";
    writeln!(out)?;
    table::print(&store, &["month", "candidate", "client", "hours", "euros"], sql, &names, out).await?;
    heading(out, "What if?")?;
    what_if::run(&store, &names, out).await?;

    heading(out, "The audit trail of the stocktaking's contract, as earlier releases stored it")?;
    audit::trail(&store, "stocktaking", &names, out).await?;
    heading(out, "The audit trail of the warehouse's contract")?;
    audit::trail(&store, "warehouse", &names, out).await?;
    audit::not_taken_back(&store, "warehouse", out).await?;
    store.close().await;
    Ok(())
}

/// Where the store is: a file that the user named, or one that goes when the program does.
enum Place {
    Named(PathBuf),
    Temporary(TempDir),
}

impl Place {
    fn of(options: &Options) -> Result<Self, Error> {
        match &options.db {
            Some(file) if file.exists() => Err(Error::Exists(file.clone())),
            Some(file) => Ok(Self::Named(file.clone())),
            None => Ok(Self::Temporary(TempDir::with_prefix("staffing-")?)),
        }
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Named(file) => file.clone(),
            Self::Temporary(folder) => folder.path().join("staffing.db"),
        }
    }
}

fn heading(out: &mut impl Write, text: &str) -> Result<(), Error> {
    Ok(writeln!(out, "\n{text}\n")?)
}

/// Everybody whom the recorded events and the input speak of.
fn names(actions: &[Action]) -> Names {
    const RECORDED: [&str; 4] = ["stocktaking", "ice rink", "canteen", "trade fair"];
    let shortlists = actions.iter().flat_map(|action| match &action.deed {
        Deed::Post { shortlist, .. } => shortlist.iter().map(String::as_str).collect(),
        Deed::Accept { .. } | Deed::Decline { .. } | Deed::Report { .. } | Deed::TakeBack { .. } | Deed::End => {
            Vec::new()
        }
    });
    let missions = actions.iter().map(|action| action.mission.as_str()).chain(RECORDED);
    Names::new(shortlists, missions)
}

async fn import_recorded(store: &SqliteStore, path: &Path) -> Result<u64, Error> {
    let unreadable = |error: std::io::Error| Error::Input { path: path.to_owned(), line: 0, reason: error.to_string() };
    let lines = NdjsonReader::new(BufReader::new(File::open(path).map_err(unreadable)?));
    let imported = import(store, lines, |_| ()).await;
    Ok(imported.map_err(|source| Error::Import { path: path.to_owned(), source })?.stored)
}

/// Three views, each brought up to date and asked one question.
async fn views<W: Write>(store: &SqliteStore, names: &Names, out: &mut W) -> Result<(), Error> {
    Projector::new(store.clone(), Openings).catch_up(|_| ()).await?;
    Projector::new(store.clone(), Candidates).catch_up(|_| ()).await?;
    Projector::new(store.clone(), Payroll).catch_up(|_| ()).await?;

    heading(out, "Which missions are there? (the view `openings`)")?;
    let sql = "SELECT client, role, first_day, standing, asked, candidate FROM openings ORDER BY first_day, client";
    table::print(store, &["client", "role", "first day", "standing", "asked", "candidate"], sql, names, out).await?;

    heading(out, "On whom can we count? (the view `candidates`)")?;
    let sql = "SELECT candidate, asked, accepted, declined, lapsed FROM candidates ORDER BY accepted DESC, asked";
    table::print(store, &["candidate", "asked", "accepted", "declined", "lapsed"], sql, names, out).await?;

    heading(out, "Who is to be paid what? (the view `payroll`)")?;
    let sql = "SELECT candidate, client, sum(hundredths) / 100.0, (sum(hundredths) * cents_an_hour + 50) / 100 / 100.0
               FROM payroll JOIN payroll_v1_days USING (contract) GROUP BY contract ORDER BY candidate, client";
    table::print(store, &["candidate", "client", "hours", "euros"], sql, names, out).await
}
