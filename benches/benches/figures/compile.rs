//! What generated code costs whoever compiles it: `cargo check`, and the generator in a build script.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use factum_benches::pair::{Rounds, Scale};
use factum_benches::sources::{Catalog, by_hand, derived, generated, schema};

use crate::{Measured, Outcome};

const EVENTS: usize = 1000;

/// How many events a crate derives.
const DERIVED: usize = 300;

pub(crate) fn check_generated_vs_derived(scale: Scale) -> Outcome {
    check(scale, Catalog::Current)
}

pub(crate) fn check_history_vs_hand(scale: Scale) -> Outcome {
    check(scale, Catalog::History)
}

fn check(scale: Scale, catalog: Catalog) -> Outcome {
    let events = scale.pick(EVENTS, 3);
    let ours = generated(&schema(catalog, events))?;
    let theirs = by_hand(catalog, events);
    assert_eq!(structs(&ours)?, structs(&theirs)?);
    if scale == Scale::Smoke {
        let rounds = Rounds::run(1, "characters", || Ok::<_, String>(length(&ours)), || Ok(length(&theirs)))?;
        return Ok(Measured::ratio(&rounds, ("generated", "by hand")));
    }
    checked(&format!("{catalog:?}"), ("generated", &ours), &theirs)
}

pub(crate) fn derive_check_vs_serde(scale: Scale) -> Outcome {
    let events = scale.pick(DERIVED, 3);
    let (ours, theirs) = (derived(events), by_hand(Catalog::History, events));
    if scale == Scale::Smoke {
        // What is written down differs by the old versions, which the derive makes.
        let newest = |text: &str| structs(text).map(|all| all.into_iter().filter(|(name, _)| !name.contains('V')));
        assert!(newest(&ours)?.eq(newest(&theirs)?));
        let rounds = Rounds::run(1, "characters", || Ok::<_, String>(length(&ours)), || Ok(length(&theirs)))?;
        return Ok(Measured::ratio(&rounds, ("derived", "by hand")));
    }
    checked("Derived", ("derived", &ours), &theirs)
}

/// `cargo check` of both, in turns.
fn checked(workspace: &str, ours: (&'static str, &str), theirs: &str) -> Outcome {
    let workspace = Workspace::make(workspace)?;
    let first = workspace.add(ours.0, ours.1, FACTUM)?;
    let second = workspace.add("by_hand", theirs, SERDE)?;
    let rounds = Rounds::run(3, "s", || workspace.check(&first), || workspace.check(&second))?;
    Ok(Measured::ratio(&rounds, (ours.0, "by hand")))
}

fn length(text: &str) -> f64 {
    f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX))
}

/// The structs of a file, inside modules or not, and their fields, sorted by name.
fn structs(text: &str) -> syn::Result<Vec<(String, Vec<String>)>> {
    let mut found = Vec::new();
    let mut items = syn::parse_file(text)?.items;
    while let Some(item) = items.pop() {
        match item {
            syn::Item::Mod(module) => items.extend(module.content.into_iter().flat_map(|(_, items)| items)),
            syn::Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
                found.push((item.ident.to_string(), fields.map(ToString::to_string).collect()));
            }
            _ => {}
        }
    }
    found.sort();
    Ok(found)
}

const FACTUM: &str = concat!("factum = { path = \"", env!("CARGO_MANIFEST_DIR"), "/../runtime\" }");
const SERDE: &str =
    "serde = { version = \"1\", features = [\"derive\"] }\nuuid = { version = \"1\", features = [\"serde\"] }";

/// A workspace under `target`, of the crates that are checked. It has the lock file of ours.
struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    fn make(name: &str) -> Result<Self, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("check_{name}"));
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("Cargo.toml"),
            "[workspace]\nresolver = \"3\"\nmembers = [\"*/\"]\nexclude = [\"target\"]\n",
        )?;
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder })
    }

    /// Adds a crate, and builds what it depends on. Answers its library's file.
    fn add(&self, name: &str, text: &str, dependencies: &str) -> Result<PathBuf, Box<dyn Error>> {
        let folder = self.folder.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let package = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        fs::write(folder.join("Cargo.toml"), format!("{package}\n[dependencies]\n{dependencies}\n"))?;
        let library = folder.join("src/lib.rs");
        fs::write(&library, "")?;
        self.check(&library)?;
        fs::write(&library, text)?;
        Ok(library)
    }

    /// Checks a crate as if it had been changed, and nothing of it were known from before. Answers the seconds of
    /// processor time that took, which a busy machine changes little; where there is no /proc, those of the clock.
    fn check(&self, library: &Path) -> Result<f64, Box<dyn Error>> {
        File::open(library)?.set_modified(SystemTime::now())?;
        let (before, start) = (children_seconds(), Instant::now());
        let manifest = library.with_file_name("../Cargo.toml");
        let status = cargo()
            .args(["check", "--quiet", "--manifest-path"])
            .arg(manifest)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .status()?;
        if !status.success() {
            return Err(format!("{} does not compile", library.display()).into());
        }
        let processor = before.zip(children_seconds()).map(|(before, after)| after - before);
        Ok(processor.unwrap_or_else(|| start.elapsed().as_secs_f64()))
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The processor time, the system's on our behalf included, of all child processes that have ended, and of theirs.
pub(crate) fn children_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name, in parentheses, may hold spaces. Fields 16 and 17, counted from 1, in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let hundredths = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((hundredths(13)? + hundredths(14)?) / 100.0)
}

pub(crate) fn generate_1000_types(scale: Scale) -> Outcome {
    // In both profiles: run as it is here; measured as a build script is built.
    let mut command = match scale {
        Scale::Full => cargo(),
        Scale::Smoke => Command::new(env!("CARGO_BIN_EXE_generate")),
    };
    if scale == Scale::Full {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        command.args(["run", "--quiet", "--manifest-path", manifest, "--bin", "generate", "--"]);
    }
    let (events, rounds) = (scale.pick(EVENTS, 3), scale.pick(9, 1));
    let output = command.args([events, rounds].map(|number| number.to_string())).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let costs = lines.map(|(whole, alone)| Ok((whole.parse()?, alone.parse()?)));
    let costs = costs.collect::<Result<Vec<(f64, f64)>, std::num::ParseFloatError>>()?;
    Ok(Measured::ratio(&Rounds::of(costs, "ms"), ("all of it", "syn and prettyplease alone")))
}
