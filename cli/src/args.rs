//! What can be asked of the program.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Style};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::report::Format;
use crate::review::{Level, Mode};

/// Reviews, generates and verifies event schemas.
///
/// Works on the catalog that the current directory is in, or on those below it. A catalog is the folder tree below a
/// `factum.toml`.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-factum",
    bin_name = "cargo factum",
    version,
    styles = STYLES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 all is well, 1 something is wrong with the schema or with what is stored, 2 could not run, 141 the output \
        was closed."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,

    /// The folder of a catalog, or one schema file. May be given several times.
    #[arg(long, global = true, value_name = "PATH")]
    pub catalog: Vec<PathBuf>,

    /// When to use colours. `NO_COLOR` is respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: Color,
}

/// The verbs, in the order in which help lists them.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Checks the schemas, and that nothing that was released changed.
    Check(Check),
    /// Approves one thing that `check` found, in factum.toml, with a reason.
    Allow(Allow),
    /// Writes factum.lock, which says what was released and what this branch proposes.
    Lock(Lock),
    /// Writes the lines that a type's new version asks of everything released that holds it.
    Bump(Bump),
    /// Lays out schema files in one way, with all of their comments.
    Fmt(Fmt),
    /// Shows what changed, without any judgement.
    Diff(Diff),
    /// Shows an event: its fields, their history, and what each version stored.
    Show(Show),
    /// Explains a code or a rule of the review, for example E0401 or `event-deleted`; without one it lists them all.
    Explain(Explain),
    /// Writes the generated Rust to files that are committed.
    Generate(Generate),
    /// Tells who did what to one aggregate, when and why, what is stored, and what the schema reads it as.
    #[cfg(feature = "sqlite")]
    Audit(Audit),
    /// Reads every stored event with the schema, and says which cannot be read. Writes nothing.
    Verify(Verify),
    /// Prints schemas, or a store's events, for other programs.
    Export(Export),
    /// Takes CloudEvents, one in a line, into a store.
    #[cfg(feature = "sqlite")]
    Import(Import),
    /// Copies a store into a new one, old events rewritten as their current versions. The old store is not changed.
    #[cfg(feature = "sqlite")]
    Copy(Copy),
    /// Starts a catalog in a folder.
    Init(Init),
    /// Prints a completion script for a shell.
    Completions(Completions),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// What to compare with: a revision (where HEAD and it parted), a factum.lock, or a folder that has one. Without it
    /// the default branch, and without git the lock beside the schemas.
    #[arg(long, value_name = "REF|FILE|DIR")]
    pub against: Option<String>,
    /// What may not break: that new code reads what is stored, that deployed code reads what is new, or both.
    /// Without it what factum.toml says, and else `backward`.
    #[arg(long, value_name = "MODE")]
    pub mode: Option<Mode>,
    /// The level from which on the exit code is 1.
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub fail_on: Level,
    /// How to tell what was found.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Arguments of `allow`.
#[derive(Debug, Args)]
pub struct Allow {
    /// The id that `check` shows.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why: whoever reads factum.toml later wants to know.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The last day on which it holds, or `never`: it holds for good. Without it, as long as an approval of before does.
    #[arg(long, value_name = "YYYY-MM-DD|never")]
    pub until: Option<String>,
    /// As for `check`.
    #[arg(long, value_name = "REF|FILE|DIR")]
    pub against: Option<String>,
}

/// Arguments of `lock`.
#[derive(Debug, Args)]
pub struct Lock {
    /// As for `check`.
    #[arg(long, value_name = "REF|FILE|DIR")]
    pub against: Option<String>,
    /// Write nothing; fail if the lock is not what would be written.
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `bump`.
#[derive(Debug, Args)]
#[command(after_help = BUMP_EXAMPLE)]
pub struct Bump {
    /// The type that has a new version: `Money`, or `billing.Money`.
    #[arg(value_name = "TYPE")]
    pub ty: String,
    /// As for `check`.
    #[arg(long, value_name = "REF|FILE|DIR")]
    pub against: Option<String>,
}

const BUMP_EXAMPLE: &str = "\
A released event holds `Money` as it was. When Money goes on to version 2, the event does too, and says so:

    Paid:
      version: 2
      fields:
        price: { type: Money, retyped: { 2: Money@1 } }

Write the new version of the type first; `bump` writes these lines, and those of whatever holds its holders.";

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct Fmt {
    /// Write nothing; show what would change, and fail if anything would.
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// As for `check`.
    #[arg(long, value_name = "REF|FILE|DIR")]
    pub against: Option<String>,
    /// How to tell what changed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: DiffFormat,
}

/// How changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// JSON, for programs.
    Json,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the schemas.
    #[arg(value_name = "FOLDER", default_value = "schemas")]
    pub path: PathBuf,
    /// The bounded context, small letters and `_`. Without it the current directory's name.
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// What to print.
    #[command(subcommand)]
    pub what: What,
}

/// What can be exported.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// The JSON Schemas of what events store, in each version, for other services.
    #[command(name = "json-schema")]
    JsonSchema(JsonSchema),
    /// The events of a store as CloudEvents, one in a line. The store is not changed.
    #[cfg(feature = "sqlite")]
    Events(Events),
    /// SQL views, one for each event, over the SQLite store: old events as the current version, for your own tool.
    Sql(Sql),
    /// The JSON Schema of `check --format json`.
    #[command(name = "report-schema")]
    Report,
    /// The JSON Schema of `diff --format json`.
    #[command(name = "diff-schema")]
    Diff,
    /// The JSON Schema of each line of `audit --format json`.
    #[cfg(feature = "sqlite")]
    #[command(name = "audit-schema")]
    Audit,
}

/// Arguments of `export json-schema`.
#[derive(Debug, Clone, Args)]
pub struct JsonSchema {
    /// One event: `SeatsReserved`, or `conference.SeatsReserved`. Without it all of them, in one document.
    #[arg(value_name = "EVENT")]
    pub event: Option<String>,
    /// One version.
    #[arg(long, value_name = "VERSION")]
    pub at: Option<u32>,
    /// A folder that gets a file for each version, `conference.SeatsReserved.v2.json`.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Arguments of `export sql`.
#[derive(Debug, Clone, Args)]
#[command(after_help = SQL)]
pub struct Sql {
    /// The file to write. Without it standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

const SQL: &str = "\
The views are temporary: they belong to one connection, and nothing is written to the store's file. With SQLite's own tool:

    cargo factum export sql --out views.sql
    sqlite3 -readonly store.db -init views.sql

What SQL cannot do (steps written by hand, some conversions) is listed; those versions have views of their own.";

/// Arguments of `export events`.
#[cfg(feature = "sqlite")]
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "What was written last says its position: an export that was interrupted goes on with `--from`."
)]
pub struct Events {
    /// The store: `sqlite:FILE`. It is opened for reading only.
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// The file to write; what it was is replaced when all is written. Without it standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Only events at this position and behind it.
    #[arg(long, value_name = "POSITION")]
    pub from: Option<u64>,
    /// Only events at this position and before it. Without it up to the last one that there is at the beginning.
    #[arg(long, value_name = "POSITION")]
    pub up_to: Option<u64>,
    /// Only events that were stored as this type, `conference.SeatsReserved`. May be given several times.
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only the events of this stream. May be given several times.
    #[arg(long = "stream", value_name = "STREAM")]
    pub streams: Vec<String>,
    /// Only the events of this bounded context. May be given several times.
    #[arg(long = "context", value_name = "CONTEXT")]
    pub contexts: Vec<String>,
}

/// Arguments of `import`.
#[cfg(feature = "sqlite")]
#[derive(Debug, Args)]
#[command(after_help = IMPORT)]
pub struct Import {
    /// The file of CloudEvents; `-` for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The store: `sqlite:FILE`. It is made if there is none.
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// Do not read the lines first: neither with the schema, nor whether the store takes them.
    #[arg(long)]
    pub unchecked: bool,
    /// Print at most so many failures. Without it all are printed.
    #[arg(long, value_name = "NUMBER", default_value_t = u64::MAX, hide_default_value = true)]
    pub failures: u64,
}

#[cfg(feature = "sqlite")]
const IMPORT: &str = "\
All lines are first read with the schema, as `verify` does, and compared with the store: whether each stream goes on with \
the version and the time that come next, and whether what is there already is the same. If one line is wrong, nothing is \
imported.

Events keep their ids, times and versions, and get new positions. If the import stops (a full disk, somebody else who \
writes to the same streams) what was imported before stays, and the same file can be imported again: events that are \
there already are found by their ids and not stored twice.

However many there are, it takes about 100 MiB of memory at most: 64 MiB of that are SQLite's cache of the store's pages.";

/// Arguments of `copy`.
#[cfg(feature = "sqlite")]
#[derive(Debug, Args)]
#[command(after_help = COPY)]
pub struct Copy {
    /// The store to copy: `sqlite:FILE`. It is opened for reading only.
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// The new store: `sqlite:FILE`. It is made if there is none.
    #[arg(long, value_name = "STORE")]
    pub into: String,
    /// Copy events as they are stored where a step on their way is written by hand.
    #[arg(long)]
    pub keep_by_hand: bool,
    /// Print at most so many failures. Without it all are printed.
    #[arg(long, value_name = "NUMBER", default_value_t = u64::MAX, hide_default_value = true)]
    pub failures: u64,
}

#[cfg(feature = "sqlite")]
const COPY: &str = "\
All events are first read with the schema, as `verify` does: if one cannot be read, or versions of a stream are missing, \
nothing is copied. At the end both stores are compared.

Events keep their ids, times and metadata; the header `copied-from` says where each one stood (position/version/index), for an \
event may become none or several, and the positions behind it shift. A copy that was interrupted goes on if it is started again.

Snapshots, views and subscriptions are not copied. However many events there are, a copy takes about 100 MiB of memory at most: \
64 MiB of that are SQLite's cache of the new store's pages.";

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The event: `SeatsReserved`, or `conference.SeatsReserved`. An old wire name will do.
    #[arg(value_name = "EVENT")]
    pub event: String,
    /// As it was in this version.
    #[arg(long, value_name = "VERSION")]
    pub at: Option<u32>,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A code or a rule's name.
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// A folder, in which `mod.rs` is written, or a file ending in `.rs`.
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Write nothing; fail if what is there is not what would be written.
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("stored").required(true).args(["store", "events"])))]
pub struct Verify {
    /// The store: `sqlite:FILE`. It is opened for reading only.
    #[arg(long, value_name = "STORE")]
    pub store: Option<String>,
    /// A file of CloudEvents, one in a line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Print at most so many failures; all are counted. Without it all are printed.
    #[arg(long, value_name = "NUMBER", default_value_t = u64::MAX, hide_default_value = true)]
    pub failures: u64,
}

/// Arguments of `audit`.
#[cfg(feature = "sqlite")]
#[derive(Debug, Args)]
pub struct Audit {
    /// The stream: `seats.Hall-1` has the events of the aggregate `Hall` of `seats` with the id 1.
    #[arg(value_name = "STREAM")]
    pub stream: String,
    /// The store: `sqlite:FILE`. It is opened for reading only.
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// Only what was stored up to this version of the stream.
    #[arg(long, value_name = "VERSION")]
    pub at_version: Option<u64>,
    /// Only what was recorded up to this time, as in `2026-01-31T12:00:00Z`.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<jiff::Timestamp>,
    /// Put values out of sight that the schema calls personal; of events that have any, also members that they no longer have.
    #[arg(long)]
    pub hide_personal: bool,
    /// How to tell it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: AuditFormat,
}

/// How an audit is told.
#[cfg(feature = "sqlite")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For people.
    Text,
    /// JSON, for programs: an object in a line for each event.
    Json,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    pub(crate) const fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

/// Cargo's own look.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightGreen.on_default().bold())
    .usage(AnsiColor::BrightGreen.on_default().bold())
    .literal(AnsiColor::BrightCyan.on_default().bold())
    .placeholder(Style::new().fg_color(Some(clap::builder::styling::Color::Ansi(AnsiColor::Cyan))));
