//! How text is emphasised. It is always written with styles; the output strips them where nobody sees them.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// What is wrong.
pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// What to look at.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What to know, and how to go on.
pub(crate) const HELP: Style = AnsiColor::BrightCyan.on_default().bold();
/// What a text is about.
pub(crate) const STRONG: Style = Style::new().bold();
/// What need not be read.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// `what` in a style.
pub(crate) fn styled(style: Style, what: impl fmt::Display) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{style}{what}{style:#}"))
}
