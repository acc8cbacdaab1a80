//! What the output looks like.

use std::fmt::{self, Display};
use std::io::{self, Write};

use clap::builder::styling::Style;
use factum::Uuid;

/// Where the program writes: at most [`Screen::WIDTH`] columns, emphasis on a terminal only.
#[derive(Debug)]
pub struct Screen<W> {
    out: W,
    terminal: bool,
}

impl<W: Write> Screen<W> {
    /// The columns that every line keeps to.
    pub const WIDTH: usize = 100;

    /// Writes to `out`; `terminal` says whether somebody watches.
    pub const fn new(out: W, terminal: bool) -> Self {
        Self { out, terminal }
    }

    /// Whether somebody watches, so that progress is worth showing.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// A heading with an empty line above.
    pub(crate) fn heading(&mut self, text: impl Display) -> io::Result<()> {
        let bold = self.style(Style::new().bold());
        writeln!(self.out, "\n{bold}{text}{bold:#}")
    }

    /// What a table's columns are called.
    pub(crate) fn columns(&mut self, text: impl Display) -> io::Result<()> {
        let faint = self.style(Style::new().dimmed());
        writeln!(self.out, "  {faint}{text}{faint:#}")
    }

    /// A line under a heading.
    pub(crate) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "  {text}")
    }

    /// An empty line.
    pub(crate) fn space(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// What was written so far is seen before something slow begins.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// `style` where it is shown and wanted, else none.
    fn style(&self, style: Style) -> Style {
        let wanted = self.terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if wanted { style } else { Style::new() }
    }
}

/// A number with its thousands set apart: `6,012`.
pub(crate) fn number(value: impl Into<u64>) -> String {
    let digits = value.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 seat`, `2 seats`.
pub(crate) fn counted(value: impl Into<u64>, unit: &str) -> String {
    let value = value.into();
    format!("{} {unit}{}", number(value), if value == 1 { "" } else { "s" })
}

/// The end of an id, which tells it apart for a reader.
pub(crate) struct Short(pub(crate) Uuid);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.simple().to_string();
        f.pad(text.get(24..).unwrap_or(&text))
    }
}

/// `text` in at most `width` columns.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let written = [0_u64, 7, 999, 1_000, 64_000, 1_234_567].map(number);
        assert_eq!(written, ["0", "7", "999", "1,000", "64,000", "1,234,567"]);
        assert_eq!([counted(1_u32, "seat"), counted(0_u32, "seat")], ["1 seat", "0 seats"]);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fit("Grand Symposium", 15), "Grand Symposium");
        assert_eq!(fit("Grand Symposium", 6), "Grand…");
    }

    #[test]
    fn only_a_terminal_gets_emphasis() {
        let mut out = Vec::new();
        Screen::new(&mut out, false).heading("Seats").unwrap();
        assert_eq!(out, b"\nSeats\n");
    }
}
