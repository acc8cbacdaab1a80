//! What a verb may touch of what is around it.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use factum_model::printable::{printable, printable_lines, printable_styled};

use crate::Failure;
use crate::style::{ERROR, GOOD, HELP, STRONG, WARNING, styled};

/// What a verb may touch of what is around it, so that a test can be the world.
#[allow(missing_debug_implementations, reason = "outputs have nothing to show")]
pub struct World<'w> {
    /// Where relative paths begin.
    pub directory: PathBuf,
    /// Where results go. Styled text is written to it; whatever it is strips the styles if need be.
    pub out: &'w mut dyn Write,
    /// Where messages go.
    pub err: &'w mut dyn Write,
    /// Whether somebody watches: a progress bar is shown on standard error.
    pub live: bool,
}

impl World<'_> {
    /// Writes a result for people. Whatever somebody put into a name or an event, it disturbs no terminal.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub fn print(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        write!(self.out, "{}", printable_styled(text.as_ref())).map_err(Failure::Output)
    }

    /// Writes a result for programs, as it is.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub fn hand_over(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.out.write_all(text.as_ref().as_bytes()).map_err(Failure::Output)
    }

    /// Writes a message, as [`World::print`] does.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub fn tell(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        write!(self.err, "{}", printable_styled(text.as_ref())).map_err(Failure::Output)
    }

    /// Says that something is done.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn done(&mut self, word: &str, what: impl fmt::Display) -> Result<(), Failure> {
        self.tell(format!("{} {}\n", styled(GOOD, format_args!("{word:>8}")), printable(&what.to_string())))
    }

    /// Says more of what is done.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn more(&mut self, what: impl fmt::Display) -> Result<(), Failure> {
        self.tell(format!("{:9}{}\n", "", printable(&what.to_string())))
    }

    /// Says that something is wrong.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn fault(&mut self, what: impl fmt::Display) -> Result<(), Failure> {
        let what = format!(": {}", printable_lines(&what.to_string()));
        self.tell(format!("{}{}\n", styled(ERROR, "error"), styled(STRONG, what)))
    }

    /// Says where that is.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn place(&mut self, place: impl fmt::Display) -> Result<(), Failure> {
        self.tell(format!(" --> {}\n", printable(&place.to_string())))
    }

    /// Says that something should be looked at.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn warning(&mut self, what: impl fmt::Display) -> Result<(), Failure> {
        let what = format!(": {}", printable_lines(&what.to_string()));
        self.tell(format!("{}{}\n", styled(WARNING, "warning"), styled(STRONG, what)))
    }

    /// Says how to go on.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn help(&mut self, how: impl fmt::Display) -> Result<(), Failure> {
        self.tell(format!("  {} {}\n", styled(HELP, "= help:"), printable_lines(&how.to_string())))
    }

    /// Sees to it that all that was written has gone out.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().and_then(|()| self.err.flush()).map_err(Failure::Output)
    }
}

/// The day, by the clock of Greenwich, `YYYY-MM-DD`: the same for all who review the same change.
pub(crate) fn today() -> String {
    jiff::Timestamp::now().strftime("%F").to_string()
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and nothing to complain of.
    Clean,
    /// 1: done, and something is wrong with what was looked at.
    Findings,
    /// 2: it could not be done.
    CouldNotRun,
    /// 141: whoever read the output did not want the rest, as of a program that the system ends for that.
    Closed = 141,
}

impl Exit {
    /// Findings, if there are any.
    #[must_use]
    pub const fn findings(any: bool) -> Self {
        if any { Self::Findings } else { Self::Clean }
    }

    /// The worse of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if (self as u8) < (other as u8) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
