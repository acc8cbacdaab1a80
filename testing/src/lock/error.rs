//! Why the lock test fails.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use factum_files::FileError;
use factum_model::Diagnostic;

/// Why events are not what the lock says, or why nobody can tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// The program is not what its lock says.
    #[error("{set} is not what {} says{}\n  help: what was not released yet, `FACTUM_LOCK=update cargo test` writes into the lock; of what was released, take the change back, and make it in a new version", path.display(), listed(told))]
    Differs {
        /// The lock.
        path: PathBuf,
        /// The set.
        set: String,
        /// What differs.
        told: Vec<String>,
    },
    /// The program is not what was released, so there is no lock for it.
    #[error("{set} is not what was released, so {} stays as it is{}\n  help: stored events have what was released: take the change back, and make it in a new version. {}", path.display(), listed(told), released)]
    Released {
        /// The lock.
        path: PathBuf,
        /// The set.
        set: String,
        /// What differs.
        told: Vec<String>,
        /// What counts as released.
        released: String,
    },
    /// The code of a version and what the JSON Schemas of its types say do not agree.
    #[error(
        "version {version} of {event} is not read and written as its types look: the sample `{sample}`\n  {payload}\n  {fault}{}\n  help: say in the JSON Schema what is read and written, or read and write what it says",
        looks(types)
    )]
    Disagrees {
        /// The event.
        event: String,
        /// The version.
        version: u32,
        /// What the sample is called.
        sample: String,
        /// The sample.
        payload: String,
        /// What happened to it.
        fault: String,
        /// The types of the user's in the version, and what their JSON Schemas say.
        types: Vec<(String, String)>,
    },
    /// Nothing that a type's JSON Schema takes could be made.
    #[error(
        "no value of `{ty}` can be made from its JSON Schema\n  {says}\n  help: give it one, as in `#[schemars(example = ...)]`"
    )]
    NoSample {
        /// The type, as it is spelled.
        ty: String,
        /// Its JSON Schema.
        says: String,
    },
    /// A type's JSON Schema is none.
    #[error("the JSON Schema of `{ty}` is none: {fault}")]
    JsonSchema {
        /// The type, as it is spelled.
        ty: String,
        /// What is wrong.
        fault: String,
    },
    /// Two types that derive `Value` have one name.
    #[error(
        "events of one context hold two values called `{name}`, and a lock has one of that name\n  help: rename one of them"
    )]
    SameName {
        /// Their name.
        name: String,
    },
    /// An event becomes one that is not in the set, or that is of another context.
    #[error("{event} becomes {child}, which is no event of the set and of the same context")]
    NotInSet {
        /// The event that ended.
        event: String,
        /// What it becomes.
        child: String,
    },
    /// A schema file declares what the set has too.
    #[error(
        "{name} is declared in a schema file too\n  help: a name belongs to one of them: rename it here, or take it out there and run `cargo factum lock`"
    )]
    Declared {
        /// The name.
        name: String,
    },
    /// There is no catalog for the lock.
    #[error("there is no factum.toml in {}, above it, or once below it\n  help: the lock lies beside it: write one, it may be empty", directory.display())]
    NoCatalog {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}\n  help: it has to be a file that this test can read, and write if it updates it", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A lock cannot be read.
    #[error("{name} is no lock that can be read{}", listed(told))]
    Broken {
        /// What it is called.
        name: String,
        /// What is wrong with it.
        told: Vec<String>,
    },
    /// A newer release of factum wrote the lock.
    #[error("{name} was written by a newer release{}", listed(told))]
    Newer {
        /// What it is called.
        name: String,
        /// What is said of it.
        told: Vec<String>,
    },
    /// Schema files are wrong.
    #[error("{name} is wrong{}", listed(told))]
    Schema {
        /// What they are called.
        name: String,
        /// What is wrong.
        told: Vec<String>,
    },
    /// Git does not say what was released.
    #[error("git does not say what was released: {said}")]
    Git {
        /// What it says instead.
        said: String,
    },
    /// What cannot be, unless factum has a mistake or its crates are of different releases.
    #[error("{what} is not understood; are all crates of factum of one release?{}", listed(told))]
    Unexpected {
        /// What.
        what: &'static str,
        /// Why.
        told: Vec<String>,
    },
}

impl LockError {
    pub(super) fn unexpected(what: &'static str, found: &[Diagnostic]) -> Self {
        Self::Unexpected { what, told: told(found) }
    }

    pub(super) fn file(FileError { path, source }: FileError) -> Self {
        Self::File { path, source }
    }
}

/// What diagnostics say.
pub(super) fn told(found: &[Diagnostic]) -> Vec<String> {
    let helps = |found: &Diagnostic| found.helps.iter().flat_map(|help| ["\n  help: ", help]).collect::<String>();
    found.iter().map(|found| format!("{}{}", found.message, helps(found))).collect()
}

fn listed(told: &[String]) -> String {
    let mut text = String::new();
    for told in told {
        let _ = write!(text, "\n\n  {}", told.trim_end().replace('\n', "\n  "));
    }
    text + "\n"
}

fn looks(types: &[(String, String)]) -> String {
    types.iter().flat_map(|(ty, says)| ["\n  the JSON Schema of `", ty, "`: ", says]).collect()
}
