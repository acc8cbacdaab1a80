//! Schemas that show a problem, as small as they can be.

use core::fmt::Write as _;

/// A schema that shows a kind of problem.
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// One file.
    File(&'static str),
    /// Several files, each with its name.
    Files(&'static [(&'static str, &'static str)]),
    /// One file that nobody would want to read: what it is, and how it is made.
    Made(&'static str, fn() -> Vec<u8>),
    /// A file as it was when it was released, and as it is now.
    Released {
        /// When it was released.
        before: &'static str,
        /// Now.
        now: &'static str,
    },
}

/// What files are called that have no name of their own.
#[cfg(feature = "yaml")]
const NAME: &str = "schema.yaml";

#[cfg(feature = "yaml")]
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
            Self::Released { before, now } => {
                let released = checked(&[(NAME, before)], None).0.checked;
                let released = released.map(|checked| crate::Released::all_of(checked.schema()));
                checked(&[(NAME, now)], released.as_ref())
            }
            Self::Made(_, make) => {
                let mut sources = crate::Sources::new();
                sources.add(NAME, make());
                (crate::check(&mut sources), sources)
            }
        }
    }
}

#[cfg(feature = "yaml")]
fn checked(files: &[(&str, &str)], released: Option<&crate::Released>) -> (crate::Outcome, crate::Sources) {
    let mut sources = crate::Sources::new();
    for (name, text) in files {
        sources.add(*name, text.as_bytes().to_vec());
    }
    (crate::check_released(&mut sources, released), sources)
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

pub(super) fn of_four_hundred_versions() -> Vec<u8> {
    let mut text = format!("{HEAD}events:\n  SeatingOpened:\n    version: 400\n    fields:\n");
    for version in 2..=400 {
        let _ = writeln!(text, "      field_{version}: {{ type: u32?, added: {version} }}");
    }
    text.into_bytes()
}
