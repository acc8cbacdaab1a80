//! `verify`: every stored event, read with the schema and without the user's program.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use factum_model::Checked;
use factum_model::printable::printable;
use indicatif::HumanCount;

use super::{reviewed, sqlite_file};
use crate::args::{Cli, Verify};
use crate::counted::counted;
use crate::progress::Bar;
use crate::stored::{Counts, Index, Item, Lines, Outcome, Place, Source, Stored, Tally};
use crate::style::{ERROR, FAINT, GOOD, STRONG, WARNING, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Verify, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let (what, mut source) = open(arguments, world)?;
    let (tally, shown) = read(&checked, &what, &mut *source, arguments.failures, world)?;
    world.print(report(&tally, shown))?;
    Ok(Exit::findings(tally.has_failures()))
}

/// Reads all events of `source` with the schemas. At most so many failures are printed; how many were, is answered.
pub(super) fn read(
    schemas: &[&Checked],
    what: &str,
    source: &mut dyn Source,
    most: u64,
    world: &mut World<'_>,
) -> Result<(Tally, u64), Failure> {
    let indices: Vec<Index<'_>> = schemas.iter().map(|checked| Index::of(checked.schema())).collect();
    let mut run = Run { indices, tally: Tally::default(), shown: 0, most };
    let bar = Bar::new(world.live, source.progress().total);
    loop {
        let mut lines = String::new();
        let more = source.visit(&mut |item| run.item(&item, &mut lines));
        if !lines.is_empty() {
            bar.suspend(|| world.print(&lines))?;
        }
        bar.set(source.progress().done, run.tally.total().total());
        match more {
            Ok(true) => {}
            Ok(false) => return Ok((run.tally, run.shown)),
            Err(message) => {
                drop(bar);
                world.print(table(&run.tally))?;
                return Err(Failure::Stored { what: what.to_owned(), message });
            }
        }
    }
}

fn open(arguments: &Verify, world: &World<'_>) -> Result<(String, Box<dyn Source>), Failure> {
    match (&arguments.store, &arguments.events) {
        (Some(store), _) => open_store(store, world),
        (None, Some(path)) if path.as_os_str() == "-" => {
            Ok(("standard input".to_owned(), Box::new(lines(std::io::stdin(), None))))
        }
        (None, Some(path)) => {
            let (file, total) = open_file(path, world)?;
            Ok((path.display().to_string(), Box::new(lines(file, Some(total)))))
        }
        (None, None) => Err(Failure::Unknown { message: "neither a store nor a file".to_owned(), help: None }),
    }
}

/// A file, and how many bytes are in it.
pub(super) fn open_file(path: &Path, world: &World<'_>) -> Result<(File, u64), Failure> {
    let failed =
        |error: std::io::Error| Failure::Stored { what: path.display().to_string(), message: error.to_string() };
    let file = File::open(world.directory.join(path)).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    Ok((file, total))
}

pub(super) fn lines<R: Read>(input: R, total: Option<u64>) -> Lines<BufReader<R>> {
    Lines::new(BufReader::with_capacity(1 << 18, input), total)
}

#[cfg(feature = "sqlite")]
fn open_store(store: &str, world: &World<'_>) -> Result<(String, Box<dyn Source>), Failure> {
    let path = sqlite_file(store)?;
    let opened = crate::stored::Store::open(&world.directory.join(path))?;
    Ok((path.to_owned(), Box::new(opened)))
}

#[cfg(not(feature = "sqlite"))]
fn open_store(store: &str, _: &World<'_>) -> Result<(String, Box<dyn Source>), Failure> {
    let path = sqlite_file(store)?;
    let message = "this program was built without the feature `sqlite`".to_owned();
    Err(Failure::Stored { what: path.to_owned(), message })
}

/// What was found so far.
struct Run<'s> {
    indices: Vec<Index<'s>>,
    tally: Tally,
    shown: u64,
    most: u64,
}

impl Run<'_> {
    fn item(&mut self, item: &Item<'_>, lines: &mut String) {
        match item {
            Item::Broken(place, reason) => {
                self.tally.broken += 1;
                self.failure(lines, *place, "", reason);
            }
            Item::Misplaced(place, reason) => {
                self.tally.misplaced += 1;
                self.failure(lines, *place, "", reason);
            }
            Item::Event(stored) => {
                let outcome = self.judge(stored);
                self.tally.count(stored, &outcome);
                if let Outcome::Failed(reason) = outcome {
                    let version = stored.stream_version.map_or_else(String::new, |version| format!("@{version}"));
                    let what = format!(
                        "{} version {} in {}{version}: ",
                        printable(stored.event_type),
                        stored.schema_version,
                        printable(stored.stream)
                    );
                    self.failure(lines, stored.place, &what, &reason);
                }
            }
        }
    }

    /// The catalog that knows the event judges it.
    fn judge(&self, stored: &Stored<'_>) -> Outcome {
        let index = Index::knowing(&self.indices, stored.event_type);
        index.map_or_else(|| Outcome::Failed("there is no schema".to_owned()), |index| index.judge(stored))
    }

    fn failure(&mut self, lines: &mut String, place: Place, what: &str, reason: &str) {
        if self.shown < self.most {
            self.shown += 1;
            let _ = writeln!(lines, "{}: {place}: {what}{}", styled(ERROR, "error"), printable(reason));
        }
    }
}

pub(super) fn report(tally: &Tally, shown: u64) -> String {
    let mut text = String::new();
    let (unread, misplaced) = (tally.unread(), tally.misplaced);
    if shown < unread + misplaced {
        let more = HumanCount(unread + misplaced - shown);
        let _ = writeln!(text, "{}", styled(FAINT, format!("... and {more} more")));
    }
    if shown > 0 {
        text.push('\n');
    }
    text.push_str(&table(tally));
    let Counts { read, by_hand, .. } = tally.total();
    let total = tally.total().total() + tally.broken;
    let (style, verdict) = match (unread, misplaced) {
        (0, 0) => (GOOD, "all are read"),
        (0, _) => (ERROR, "all are read, but not all are in order"),
        (_, _) => (ERROR, "not all are read"),
    };
    let _ = write!(text, "{}: {}, {} read", styled(style, verdict), counted(total, "event"), HumanCount(read));
    if by_hand > 0 {
        let _ = write!(text, ", {} {}", HumanCount(by_hand), styled(WARNING, "left to your code"));
    }
    for (count, what) in [(unread, "cannot be read"), (misplaced, "out of order")] {
        if count > 0 {
            let _ = write!(text, ", {} {}", HumanCount(count), styled(ERROR, what));
        }
    }
    text.push('\n');
    text
}

fn table(tally: &Tally) -> String {
    let width =
        tally.rows().map(|(name, ..)| printable(name).to_string().chars().count()).max().unwrap_or_default().max(10);
    let head = format!("{:width$}  version  {:>11}  {:>14}  {:>11}", "event", "read", "need your code", "not read");
    let mut text = format!("{}\n", styled(STRONG, head.trim_end()));
    for (name, version, counts) in tally.rows() {
        let number = |count: u64| if count == 0 { "-".to_owned() } else { HumanCount(count).to_string() };
        let line = format!(
            "{:width$}  {version:>7}  {:>11}  {:>14}  {:>11}",
            printable(name).to_string(),
            number(counts.read),
            number(counts.by_hand),
            number(counts.failed)
        );
        let line = line.trim_end();
        let _ = if counts.failed > 0 { writeln!(text, "{}", styled(ERROR, line)) } else { writeln!(text, "{line}") };
    }
    if tally.broken > 0 {
        let _ = writeln!(text, "{}", styled(ERROR, format!("no event at all: {}", HumanCount(tally.broken))));
    }
    text.push('\n');
    text
}
