//! What the tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::adapter::strip_str;
use cargo_factum::{Cli, Exit, World, run};
use clap::Parser as _;
use tempfile::TempDir;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in a directory, without a process of its own.
pub(crate) fn factum(directory: &Path, arguments: &[&str]) -> Ran {
    let Ran { exit, out, err } = styled(directory, arguments);
    Ran { exit, out: strip_str(&out).to_string(), err: strip_str(&err).to_string() }
}

/// The same, with all styles.
pub(crate) fn styled(directory: &Path, arguments: &[&str]) -> Ran {
    let cli = Cli::try_parse_from(["cargo-factum"].iter().chain(arguments)).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut world = World { directory: directory.to_owned(), out: &mut out, err: &mut err, live: false };
    let exit = run(&cli, &mut world);
    Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// A folder that is removed at the end of a test.
pub(crate) struct Folder {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        // Without links in it, so that git and the tests name it alike.
        let path = folder.path().canonicalize().unwrap();
        Self { _folder: folder, path }
    }

    /// With a catalog in `schemas`.
    pub(crate) fn with(schema: &str) -> Self {
        let folder = Self::new();
        folder.write("schemas/factum.toml", "").write("schemas/seats.yaml", schema);
        folder
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path.join(path)).unwrap()
    }

    pub(crate) fn factum(&self, arguments: &[&str]) -> Ran {
        factum(&self.path, arguments)
    }

    /// Runs git here, as on a machine where nobody has configured anything.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.path, arguments)
    }

    /// Makes this a repository whose branch is called `main`.
    pub(crate) fn init(&self) -> &Self {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self
    }

    /// Commits all that is here.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = git_command(directory).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Git as on a machine where nobody has configured anything.
pub(crate) fn git_command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ines").env(format!("GIT_{who}_EMAIL"), "ines@example.com");
        command.env(format!("GIT_{who}_DATE"), "2026-01-31T12:00:00Z");
    }
    command
}

/// A schema of one event with one field.
pub(crate) const SEATS: &str = "factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32 }\n";

/// The same with a second version.
pub(crate) const WITH_CHANNEL: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields: { capacity: u32, channel: { type: string, added: 2, default: web } }
";

/// A repository whose `main` has released version 1.
pub(crate) fn released() -> Folder {
    let folder = Folder::with(SEATS);
    folder.init().commit("a schema");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("its lock");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder
}

/// Writes the schema of [`Folder::with`] anew.
pub(crate) fn schema(folder: &Folder, text: &str) {
    folder.write("schemas/seats.yaml", text);
}

/// `check --against main`: the exit code, and all that was said.
pub(crate) fn check(folder: &Folder) -> (Exit, String) {
    told(folder.factum(&["check", "--against", "main"]))
}

pub(crate) fn told(ran: Ran) -> (Exit, String) {
    (ran.exit, ran.out + &ran.err)
}

/// The id that `check` shows of a finding.
pub(crate) fn id(said: &str, rule: &str) -> String {
    let (_, rest) = said.split_once(rule).unwrap();
    let (_, rest) = rest.split_once("(id ").unwrap();
    rest.split(')').next().unwrap().to_owned()
}
