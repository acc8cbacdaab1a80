//! `copy`: a store into a new one, old events as their current versions.

use std::future::{Future, ready};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use factum::copy::{Copied, CopyError, Feed, RewriteError, Rewritten, copy_with, verify_with};
use factum::store::Page;
use factum::{ReadError, Recorded};
use factum_model::Schema;
use factum_model::value::{Event, carried_over};
use factum_sqlite::{Scan, SqliteStore};
use futures_executor::block_on;
use indicatif::HumanCount;

use super::{reviewed, sqlite_file, verify};
use crate::args::{Cli, Copy};
use crate::counted::counted;
use crate::progress::Bar;
use crate::stored::{Index, Outcome, Store, Tally};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Copy, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (old, new) = (sqlite_file(&arguments.store)?, sqlite_file(&arguments.into)?);
    let (old, new) = (world.directory.join(old), world.directory.join(new));
    refuse_the_same(&old, &new)?;
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let mut events = Store::open(&old)?;
    let (tally, shown) = verify::read(&checked, &arguments.store, &mut events, arguments.failures, world)?;
    if tally.has_failures() || tally.total().by_hand > 0 && !arguments.keep_by_hand {
        return refuse(&tally, shown, world);
    }
    let indices: Vec<Index<'_>> = checked.iter().map(|checked| Index::of(checked.schema())).collect();
    let copied = made(&old, &new, &indices, arguments, world)?;
    let mut told = format!("{} to {}", counted(copied.written, "event"), arguments.into);
    for (count, what) in [(copied.repeated, "there already"), (copied.left_out, "read as nothing")] {
        if count > 0 {
            told = format!("{told}, {} {what}", HumanCount(count));
        }
    }
    world.done("Copied", told)?;
    Ok(Exit::Clean)
}

/// Nothing can be copied onto itself, whatever it is called.
fn refuse_the_same(old: &Path, new: &Path) -> Result<(), Failure> {
    let is_same = old.canonicalize().is_ok_and(|old| new.canonicalize().is_ok_and(|new| old == new));
    if !is_same {
        return Ok(());
    }
    let message = "the store to copy and the new one are the same file".to_owned();
    Err(Failure::Unknown { message, help: Some("name a file that does not exist with `--into`".to_owned()) })
}

fn refuse(tally: &Tally, shown: u64, world: &mut World<'_>) -> Result<Exit, Failure> {
    world.print(verify::report(tally, shown))?;
    world.fault("nothing was copied")?;
    if !tally.has_failures() {
        let help = "steps that you write in Rust only your program can do: call `factum::copy::copy` there, or say \
                    `--keep-by-hand` to copy these events as they are stored";
        world.help(help)?;
    }
    Ok(Exit::Findings)
}

fn made(old: &Path, new: &Path, indices: &[Index<'_>], arguments: &Copy, world: &World<'_>) -> Result<Copied, Failure> {
    let failed = |what: &str, message: String| Failure::Stored { what: what.to_owned(), message };
    let mut scan = Scan::open(old)?;
    let last = scan.last_position().map_err(|error| failed(&arguments.store, error.to_string()))?;
    let source = Source(Mutex::new(scan));
    let target = block_on(SqliteStore::open(new))?;
    let bar = Bar::new(world.live, Some(last));
    let rewrite = |recorded: &Recorded<'_>| rewritten(indices, recorded);
    let done = block_on(async {
        let copied = copy_with(&source, &target, rewrite, |copied| bar.set(copied.position, copied.read)).await?;
        verify_with(&source, &target, copied.position, rewrite).await?;
        Ok::<_, CopyError>(copied)
    });
    block_on(target.close());
    drop(bar);
    done.map_err(|error| failed(&arguments.into, explained(&error)))
}

/// What was said, and what may be behind it.
fn explained(error: &CopyError) -> String {
    match error {
        CopyError::Append { .. } | CopyError::Differs { .. } => {
            format!("{error}; if another program writes to the new store too, let it end first, and copy again")
        }
        _ => error.to_string(),
    }
}

/// What the schemas make of a stored event; as it is stored, where a step on its way is written by hand.
fn rewritten(indices: &[Index<'_>], recorded: &Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> {
    let Some(index) = Index::knowing(indices, recorded.event_type) else {
        return Err(RewriteError::Other("there is no schema".into()));
    };
    match index.judge(&(*recorded).into()) {
        Outcome::Read(events) => Ok(current(index.schema(), &events, recorded)),
        Outcome::ByHand(_) => Ok(vec![Rewritten::as_stored(recorded)]),
        Outcome::Failed(reason) => Err(RewriteError::Other(reason.into())),
    }
}

/// Events as their current versions store them.
fn current(schema: &Schema, events: &[Event], recorded: &Recorded<'_>) -> Vec<Rewritten> {
    let rewritten = |event: &Event| {
        let newest = schema.events.get(event.event.0 as usize)?.current();
        Some(Rewritten {
            event_type: newest.wire_type.clone().into(),
            schema_version: newest.number,
            readable_from: newest.readable_from,
            payload: carried_over(schema, event),
        })
    };
    let all = events.iter().filter_map(rewritten);
    let is_one = events.len() == 1;
    all.map(|event| if is_one { event.unless_current(recorded) } else { event }).collect()
}

/// A store's file that is only read.
struct Source(Mutex<Scan>);

impl Feed for Source {
    fn page(&self, from: u64) -> impl Future<Output = Result<Page, ReadError>> + Send {
        ready(self.0.lock().unwrap_or_else(PoisonError::into_inner).page(from))
    }
}
