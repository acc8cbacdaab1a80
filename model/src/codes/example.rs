//! Schemas that show a problem, as small as they can be.

use core::fmt::Write as _;
#[cfg(feature = "lock")]
use std::collections::BTreeSet;

/// A schema that shows a kind of problem.
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// One file.
    File(&'static str),
    /// Several files, each with its name.
    Files(&'static [(&'static str, &'static str)]),
    /// Several files, each in a catalog of its own.
    Catalogs(&'static [(&'static str, &'static str)]),
    /// One file that nobody would want to read: what it is, and how it is made.
    Made(&'static str, fn() -> Vec<u8>),
    /// A file as it was when it was released, and as it is now.
    Released {
        /// When it was released.
        before: &'static str,
        /// Now.
        now: &'static str,
    },
    /// A `factum.toml`.
    Config(&'static str),
    /// A `factum.lock`.
    Lock(&'static str),
    /// A file as it was when the lock was written, and as it is now.
    Locked {
        /// When the lock was written.
        before: &'static str,
        /// Now.
        now: &'static str,
    },
    /// A file as it was when it was released, as it is now, and the `factum.toml` beside it.
    Allowed {
        /// What was released.
        released: &'static str,
        /// Now.
        now: &'static str,
        /// The `factum.toml`.
        config: &'static str,
    },
    /// A file on the default branch, as a branch proposed it before, and as it is there now.
    Proposed {
        /// What was released.
        released: &'static str,
        /// What the lock of the branch says.
        proposed: &'static str,
        /// Now.
        now: &'static str,
    },
}

impl Example {
    /// Its texts, each with a few words that stand before it; none where it is made.
    #[must_use]
    pub fn texts(&self) -> Vec<(String, &'static str)> {
        let one = |title: &str, text| vec![(title.to_owned(), text)];
        let two = |first: &str, before, second: &str, now| vec![(first.to_owned(), before), (second.to_owned(), now)];
        match self {
            Self::File(text) => one("For example:", *text),
            Self::Files(files) | Self::Catalogs(files) => {
                files.iter().map(|(name, text)| (format!("`{name}`:"), *text)).collect()
            }
            Self::Made(..) => Vec::new(),
            Self::Released { before, now } => two("Released was:", *before, "and now there is:", *now),
            Self::Config(text) => one("In `factum.toml`:", *text),
            Self::Lock(text) => one("In `factum.lock`:", *text),
            Self::Locked { before, now } => two("The lock was written of:", *before, "and now there is:", *now),
            Self::Allowed { released, now, config } => {
                let mut texts = two("Released was:", *released, "and now there is:", *now);
                texts.push(("and in `factum.toml`:".to_owned(), *config));
                texts
            }
            Self::Proposed { released, proposed, now } if proposed == now => {
                two("Released was meanwhile:", *released, "and the branch proposes:", *now)
            }
            Self::Proposed { released, now, .. } => two("Released was:", *released, "and now there is:", *now),
        }
    }
}

/// What files are called that have no name of their own.
#[cfg(feature = "lock")]
const NAME: &str = "schema.yaml";

#[cfg(feature = "lock")]
impl Example {
    /// What is said about it.
    ///
    /// ```
    /// use factum_model::codes::CODES;
    ///
    /// let row = CODES.iter().find(|row| row.number == 201).unwrap();
    /// let (outcome, _) = row.example.check();
    /// assert_eq!(outcome.diagnostics[0].code, row.code);
    /// ```
    #[must_use]
    pub fn check(&self) -> (crate::Outcome, crate::Sources) {
        match self {
            Self::File(text) => checked(&[(NAME, text)], None),
            Self::Files(files) => checked(files, None),
            Self::Catalogs(files) => {
                let mut sources = crate::Sources::new();
                let mut catalog = |(name, text): &(&str, &str)| vec![sources.add(*name, text.as_bytes().to_vec())];
                let catalogs: Vec<_> = files.iter().map(&mut catalog).collect();
                let outcomes = crate::check_catalogs(&mut sources, &catalogs, |_, _, _| None);
                let diagnostics = outcomes.into_iter().flat_map(|outcome| outcome.diagnostics).collect();
                (crate::Outcome { diagnostics, ..crate::Outcome::default() }, sources)
            }
            Self::Released { before, now } => {
                let released = checked(&[(NAME, before)], None).0.checked;
                let released = released.map(|checked| crate::Lock::of(checked.schema()).released());
                checked(&[(NAME, now)], released.as_ref())
            }
            Self::Made(_, make) => {
                let mut sources = crate::Sources::new();
                sources.add(NAME, make());
                (crate::check(&mut sources), sources)
            }
            Self::Config(text) => {
                let (mut sources, mut diagnostics) = (crate::Sources::new(), crate::Diagnostics::new());
                let file = sources.add(crate::catalog::CONFIG, text.as_bytes().to_vec());
                let _ = crate::config::read(&mut sources, file, &mut diagnostics);
                (crate::Outcome { diagnostics: diagnostics.into_vec(), ..crate::Outcome::default() }, sources)
            }
            Self::Lock(text) => {
                let (mut sources, mut diagnostics) = (crate::Sources::new(), crate::Diagnostics::new());
                let file = sources.add(crate::catalog::LOCK, text.as_bytes().to_vec());
                let _ = crate::lock::read(&mut sources, file, &mut diagnostics);
                (crate::Outcome { diagnostics: diagnostics.into_vec(), ..crate::Outcome::default() }, sources)
            }
            Self::Locked { before, now } => {
                let lock = lock_of(before);
                with_lock(now, |current| {
                    let wanted = crate::Lock::of(current.schema());
                    crate::lock::stale(&wanted, Some(&lock)).into_iter().collect()
                })
            }
            Self::Allowed { released, now, config } => allowed(&lock_of(released), now, config),
            Self::Proposed { released, proposed, now } => {
                let (released, proposed, accepted) = (lock_of(released), lock_of(proposed), BTreeSet::new());
                with_lock(now, |current| {
                    let (baseline, branch) = (Some(&released), Some(&proposed));
                    let current = &crate::Lock::of(current.schema());
                    let proposal = crate::lock::Proposal { current, baseline, branch, accepted: &accepted };
                    crate::lock::propose(&proposal).err().unwrap_or_default()
                })
            }
        }
    }
}

/// What is said of the approvals in a `factum.toml`; what they speak of is said elsewhere.
#[cfg(feature = "lock")]
fn allowed(released: &crate::Lock, now: &str, config: &str) -> (crate::Outcome, crate::Sources) {
    const TODAY: &str = "2026-06-01";
    let (outcome, mut sources) = checked(&[(NAME, now)], None);
    let mut diagnostics = crate::Diagnostics::new();
    let file = sources.add(crate::catalog::CONFIG, config.as_bytes().to_vec());
    let allowances = crate::config::read(&mut sources, file, &mut diagnostics).allowances;
    let mut said = diagnostics.into_vec();
    said.extend(outcome.checked.iter().flat_map(|current| {
        let review = crate::rules::review(released, current, crate::rules::Mode::Backward, &allowances, TODAY);
        review.of_allowances(&allowances, &|_| false)
    }));
    (crate::Outcome { diagnostics: said, ..crate::Outcome::default() }, sources)
}

#[cfg(feature = "lock")]
fn checked(files: &[(&str, &str)], released: Option<&crate::Released>) -> (crate::Outcome, crate::Sources) {
    let mut sources = crate::Sources::new();
    for (name, text) in files {
        sources.add(*name, text.as_bytes().to_vec());
    }
    (crate::check_released(&mut sources, released), sources)
}

#[cfg(feature = "lock")]
fn lock_of(text: &str) -> crate::Lock {
    let checked = checked(&[(NAME, text)], None).0.checked;
    checked.map(|checked| crate::Lock::of(checked.schema())).unwrap_or_default()
}

/// What is said of a right schema beside a lock.
#[cfg(feature = "lock")]
fn with_lock(text: &str, said: impl Fn(&crate::Checked) -> Vec<crate::Diagnostic>) -> (crate::Outcome, crate::Sources) {
    let (mut outcome, sources) = checked(&[(NAME, text)], None);
    outcome.diagnostics.extend(outcome.checked.iter().flat_map(said));
    (outcome, sources)
}

const HEAD: &str = "factum: 1\ncontext: seats\n";

pub(super) fn of_more_than_four_mebibytes() -> Vec<u8> {
    b"# nothing yet\n".repeat(300_000)
}

pub(super) fn in_latin_1() -> Vec<u8> {
    [HEAD.as_bytes(), b"doc: Der gro\xdfe Saal\n"].concat()
}

pub(super) fn of_seventy_lists() -> Vec<u8> {
    format!("{HEAD}doc: {}{}\n", "[".repeat(70), "]".repeat(70)).into_bytes()
}

pub(super) fn of_seventy_newtypes() -> Vec<u8> {
    let mut text = format!("{HEAD}types:\n  T70: {{ newtype: u32 }}\n");
    for number in (0..70).rev() {
        let _ = writeln!(text, "  T{number}: {{ newtype: T{} }}", number + 1);
    }
    text.into_bytes()
}

pub(super) fn of_a_hundred_structs() -> Vec<u8> {
    let mut text = format!("{HEAD}types:\n  T100: {{ fields: {{ a: u32 }} }}\n");
    for number in (0..100).rev() {
        let _ = writeln!(text, "  T{number}: {{ fields: {{ a: T{} }} }}", number + 1);
    }
    text.into_bytes()
}

pub(super) fn of_too_many_fields() -> Vec<u8> {
    let mut text = format!("{HEAD}events:\n  SeatingOpened:\n    fields:\n");
    for number in 0..=2_000 {
        let _ = writeln!(text, "      field_{number}: u32");
    }
    text.into_bytes()
}

pub(super) fn of_four_hundred_versions() -> Vec<u8> {
    let mut text = format!("{HEAD}events:\n  SeatingOpened:\n    version: 400\n    fields:\n");
    for version in 2..=400 {
        let _ = writeln!(text, "      field_{version}: {{ type: u32?, added: {version} }}");
    }
    text.into_bytes()
}
