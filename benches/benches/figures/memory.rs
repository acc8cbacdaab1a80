//! The memory that reading takes: a process of its own reads and folds a stream, and tells the most it ever held.

use std::error::Error;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use factum::Repository;
use factum_benches::memory::peak_of_this;
use factum_benches::pair::{Rounds, Scale};
use factum_sqlite::Options;
use tokio::runtime::Runtime;

use crate::events::room::Room;
use crate::sqlite::{LONG, Large, SHORT};
use crate::{Measured, Outcome, views};

/// The arguments with which this program is asked to be such a process: to load the stream of a key in a file, or to
/// build the view of a file anew.
pub(crate) const LOAD: &str = "--load";
pub(crate) const REBUILD: &str = "--rebuild";

pub(crate) fn rss_1m_vs_10k(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let large = Large::open(scale, &runtime)?;
    runtime.block_on(large.store.close());
    let (long, short) = (scale.pick(1_000_000, 3000), scale.pick(10_000, 30));
    let peak = |key: &'static str, events: usize| {
        let path = large.path.clone();
        move || peak(&[LOAD.as_ref(), path.as_os_str(), key.as_ref()], events)
    };
    let rounds = Rounds::run(scale.pick(5, 1), "KiB", peak(LONG, long), peak(SHORT, short))?;
    Ok(Measured::ratio(&rounds, ("long", "short")))
}

pub(crate) fn rebuild_rss_1m_vs_10k(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let (many, few) = (scale.pick(1_000_000, 3000), scale.pick(10_000, 1000));
    let (large, small) = (views::file_of(scale, &runtime, many)?, views::file_of(scale, &runtime, few)?);
    let peak = |path: &PathBuf, events: usize| {
        let path = path.clone();
        move || peak(&[REBUILD.as_ref(), path.as_os_str()], events)
    };
    let rounds = Rounds::run(scale.pick(5, 1), "KiB", peak(&large, many), peak(&small, few))?;
    std::fs::remove_file(large)?;
    std::fs::remove_file(small)?;
    Ok(Measured::ratio(&rounds, ("1,000,000 events", "10,000 events")))
}

/// What a child process held at most, in KiB. Each event is of four seats.
fn peak(arguments: &[&OsStr], events: usize) -> Result<f64, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
    let text = String::from_utf8(output.stdout)?;
    let answer = text.split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    assert_eq!(answer.0.parse::<usize>()?, events * 4);
    Ok(answer.1.trim().parse()?)
}

/// Loads an aggregate as any program would, and prints its seats and the most memory that was held.
pub(crate) fn load(path: &str, key: &str) -> Result<String, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Options::new().must_exist(true).open(path))?;
    let loaded = runtime.block_on(Repository::<Room, _>::new(store).load(key.to_owned()))?;
    Ok(format!("{} {}", loaded.state.seats, peak_of_this()?))
}

/// The same of a view that is built anew.
pub(crate) fn rebuild(path: &str) -> Result<String, Box<dyn Error>> {
    let seats = views::rebuild(path)?;
    Ok(format!("{seats} {}", peak_of_this()?))
}
