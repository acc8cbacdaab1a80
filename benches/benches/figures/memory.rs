//! The memory that reading takes: a process of its own reads and folds a stream, and tells the most it ever held.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use factum::Repository;
use factum_benches::pair::{Rounds, Scale};
use factum_sqlite::Options;
use tokio::runtime::Runtime;

use crate::events::room::Room;
use crate::sqlite::{LONG, Large, SHORT};
use crate::{Measured, Outcome};

/// The argument with which this program is asked to be such a process; the file and the stream's key follow.
pub(crate) const CHILD: &str = "--load";

pub(crate) fn rss_1m_vs_10k(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let large = Large::open(scale, &runtime)?;
    runtime.block_on(large.store.close());
    let (long, short) = (scale.pick(1_000_000, 3000), scale.pick(10_000, 30));
    let peak = |key: &'static str, events: usize| {
        let path = large.path.clone();
        move || peak(&path, key, events)
    };
    let rounds = Rounds::run(scale.pick(5, 1), "KiB", peak(LONG, long), peak(SHORT, short))?;
    Ok(Measured::ratio(&rounds, ("long", "short")))
}

/// What a child process held at most, in KiB. Each event of the stream is of four seats.
fn peak(path: &Path, key: &str, events: usize) -> Result<f64, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).arg(CHILD).arg(path).arg(key).output()?;
    let text = String::from_utf8(output.stdout)?;
    let answer = text.split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    assert_eq!(answer.0.parse::<usize>()?, events * 4);
    Ok(answer.1.trim().parse()?)
}

/// Loads an aggregate as any program would, and prints its seats and the most memory that was held.
pub(crate) fn child(path: &str, key: &str) -> Result<String, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Options::new().must_exist(true).open(path))?;
    let loaded = runtime.block_on(Repository::<Room, _>::new(store).load(key.to_owned()))?;
    Ok(format!("{} {}", loaded.state.seats, peak_of_this()?))
}

/// The most memory that this process held so far, in KiB.
pub(crate) fn peak_of_this() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(peak.trim().trim_end_matches(" kB").to_owned())
}
