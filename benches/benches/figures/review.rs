//! What `cargo factum` costs: a whole review beside what git takes to show the same files, and `verify` beside parsing.
//!
//! The program is a process of its own, built as the benchmarks are, with the allocator that it is installed with.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use factum_benches::pair::{Rounds, Scale};
use factum_benches::sources::{Catalog, schema};
use tempfile::TempDir;

use crate::compile::children_seconds;
use crate::{Measured, Outcome};

/// `cargo-factum`, built as this is.
const PROGRAM: &str = env!("CARGO_BIN_EXE_program");

const EVENTS: usize = 1000;

fn factum(folder: &Path, arguments: &[&str]) -> Result<Output, Box<dyn Error>> {
    Ok(Command::new(PROGRAM).args(arguments).current_dir(folder).output()?)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, Box<dyn Error>> {
    let who = ["-c", "user.name=Ines", "-c", "user.email=ines@example.com"];
    let output = Command::new("git").args(who).args(arguments).current_dir(folder).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(output)
}

/// A folder with a catalog of so many events with two old versions each.
fn catalog(events: usize) -> Result<TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    fs::write(folder.path().join("factum.toml"), "")?;
    fs::write(folder.path().join("many.yaml"), schema(Catalog::History, events))?;
    Ok(folder)
}

/// A branch that adds an event to a thousand. All files of the other side are read, and both locks.
pub(crate) fn check_1000_events(scale: Scale) -> Outcome {
    let folder = catalog(scale.pick(EVENTS, 3))?;
    let path = folder.path();
    git(path, &["init", "--quiet", "--initial-branch=main"])?;
    factum(path, &["lock"])?;
    git(path, &["add", "--all"])?;
    git(path, &["commit", "--quiet", "--message", "released"])?;
    git(path, &["switch", "--quiet", "--create", "branch"])?;
    fs::write(path.join("more.yaml"), "factum: 1\ncontext: more\nevents:\n  Added: { note: string? }\n")?;
    factum(path, &["lock"])?;
    git(path, &["add", "--all"])?;
    git(path, &["commit", "--quiet", "--message", "one more"])?;
    let check = || {
        let start = Instant::now();
        let output = factum(path, &["check", "--against", "main"])?;
        let cost = start.elapsed().as_secs_f64() * 1e3;
        let text = String::from_utf8(output.stdout)?;
        let events = format!("{} events 1 new against main", scale.pick(EVENTS, 3) + 1);
        if output.status.success() && text.replace(',', "").contains(&events) { Ok(cost) } else { Err(text.into()) }
    };
    let show = || {
        let start = Instant::now();
        let output = git(path, &["show", "main:factum.toml", "main:factum.lock", "main:many.yaml"])?;
        let cost = start.elapsed().as_secs_f64() * 1e3;
        assert!(output.stdout.len() > scale.pick(EVENTS, 3) * 400);
        Ok::<_, Box<dyn Error>>(cost)
    };
    let rounds = Rounds::run(scale.pick(21, 1), "ms", check, show)?;
    Ok(Measured::ratio(&rounds, ("the whole check", "git show")))
}

/// Stored events of all versions of all events, one in a line.
fn lines(folder: &Path, events: usize, count: usize) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join(format!("events_{count}.ndjson"));
    let mut file = BufWriter::new(File::create(&path)?);
    let mut line = String::new();
    for index in 0..count {
        line.clear();
        let (number, version) = (index / 3 % events, index % 3 + 1);
        let _ = write!(
            line,
            r#"{{"specversion":"1.0","id":"01976f60-3d20-7000-8000-{index:012x}","source":"many","type":"many.Happened{number:04}","subject":"many.Thing-{}","time":"2026-01-31T12:00:00Z","datacontenttype":"application/json","streamversion":"{}","schemaversion":"{version}","data":{}}}"#,
            index % 5000,
            index / 5000 + 1,
            payload(index, version),
        );
        line.push('\n');
        file.write_all(line.as_bytes())?;
    }
    file.flush()?;
    Ok(path)
}

fn payload(index: usize, version: usize) -> String {
    let title = if version == 1 { "name" } else { "title" };
    let note = if version == 1 { "" } else { r#","note":"by the window, if there is one""# };
    let last = if version == 3 { r#""channel":"phone""# } else { r#""legacy":"kept for the old reports""# };
    let id = format!("01976f60-3d20-7000-9000-{index:012x}");
    format!(
        r#"{{"id":"{id}","{title}":"Row {index}, seat {version}","amount":{},"active":true,"rank":-3,"sizes":[3,5,8]{note},{last}}}"#,
        index % 100_000
    )
}

fn verified(folder: &Path, file: &Path, count: usize) -> Result<Output, Box<dyn Error>> {
    let output = factum(folder, &["verify", "--events", &file.to_string_lossy()])?;
    let text = String::from_utf8_lossy(&output.stdout);
    let plain = text.replace(',', "");
    if output.status.success() && plain.contains(&format!("{count} events {count} read")) {
        return Ok(output);
    }
    Err(text.chars().take(2_000).collect::<String>().into())
}

/// Events per second: of `verify` to those of a parser that looks at nothing.
pub(crate) fn verify_vs_parse(scale: Scale) -> Outcome {
    let (events, count) = (scale.pick(EVENTS, 3), scale.pick(300_000, 30));
    let folder = catalog(events)?;
    let file = lines(folder.path(), events, count)?;
    let parse = || {
        let (before, start) = (children_seconds(), Instant::now());
        let output = Command::new(PROGRAM).arg("--parse").arg(&file).output()?;
        assert_eq!(String::from_utf8(output.stdout)?.trim(), count.to_string());
        Ok::<_, Box<dyn Error>>(seconds(before, start))
    };
    let verify = || {
        let (before, start) = (children_seconds(), Instant::now());
        verified(folder.path(), &file, count)?;
        Ok(seconds(before, start))
    };
    let rounds = Rounds::run(scale.pick(9, 1), "s", parse, verify)?;
    Ok(Measured::ratio(&rounds, ("parsing alone", "verify")))
}

/// Of processor time, which a busy machine changes little; by the clock where that is not known, or too little to tell.
fn seconds(before: Option<f64>, start: Instant) -> f64 {
    let processor = before.zip(children_seconds()).map(|(before, after)| after - before);
    processor.filter(|seconds| *seconds > 0.0).unwrap_or_else(|| start.elapsed().as_secs_f64())
}

/// The most memory that `verify` held over many events, and over few.
pub(crate) fn verify_rss_1m_vs_10k(scale: Scale) -> Outcome {
    let events = scale.pick(EVENTS, 3);
    let folder = catalog(events)?;
    let path = folder.path();
    let peak = |count: usize| -> Result<_, Box<dyn Error>> {
        let file = lines(path, events, count)?;
        Ok(move || {
            let output = verified(path, &file, count)?;
            Ok::<f64, Box<dyn Error>>(String::from_utf8(output.stderr)?.trim().parse()?)
        })
    };
    let (many, few) = (peak(scale.pick(1_000_000, 300))?, peak(scale.pick(10_000, 30))?);
    let rounds = Rounds::run(scale.pick(3, 1), "KiB", many, few)?;
    Ok(Measured::ratio(&rounds, ("many events", "few")))
}
