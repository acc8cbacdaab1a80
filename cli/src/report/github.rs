//! Annotations of a GitHub workflow. What stands in a schema must not become a command of the workflow.

use std::fmt::Write as _;

use factum_model::printable::printable_lines;

use super::in_one_line;
use crate::counted::counted;
use crate::review::{Finding, Level, Place, Review};

/// GitHub shows no more of a step.
const SHOWN: usize = 10;

pub(super) fn report(review: &Review) -> String {
    let mut text = String::new();
    for finding in review.findings.iter().take(SHOWN) {
        let _ = writeln!(text, "{}", annotation(finding));
    }
    let rest = review.findings.get(SHOWN..).unwrap_or_default();
    if !rest.is_empty() {
        let _ = writeln!(text, "::group::{}", data(&format!("{} not annotated", counted(rest.len(), "finding"))));
        for finding in rest {
            let _ = writeln!(text, "{}", plain(finding));
        }
        text.push_str("::endgroup::\n");
    }
    let extent = review.extent().map_or_else(String::new, |extent| extent + ", ");
    let _ = writeln!(text, "{}", harmless(&format!("{}: {extent}{}", review.verdict(), review.against())));
    text
}

fn annotation(finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = finding.place.as_ref().map_or_else(String::new, place);
    let title = property(&format!("{} {}", finding.code, finding.rule));
    format!("::{command} {place}title={title}::{}", data(&message(finding)))
}

fn place(place: &Place) -> String {
    let Place { file, line, column, end_line, end_column } = place;
    let file = property(file);
    // GitHub takes columns only where they are in one line.
    if line == end_line {
        format!("file={file},line={line},col={column},endLine={end_line},endColumn={end_column},")
    } else {
        format!("file={file},line={line},endLine={end_line},")
    }
}

fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for note in finding.notes() {
        let _ = write!(text, "\nnote: {note}");
    }
    for help in &finding.helps {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}

fn plain(finding: &Finding) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" ({}:{})", place.file, place.line));
    harmless(&format!("- {}[{}]: {}{place}", finding.level.name(), finding.code, finding.message))
}

/// A line of the log that is no command: those begin with `::`, or have `##[` anywhere.
fn harmless(line: &str) -> String {
    let line = in_one_line(line).replace("##[", "## [");
    if line.trim_start().starts_with("::") { format!("- {line}") } else { line }
}

/// The text of a command.
fn data(text: &str) -> String {
    let text = printable_lines(text).to_string();
    text.replace('%', "%25").replace('\n', "%0A").replace("##[", "## [")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_a_property_or_a_line() {
        assert_eq!(property("a,b:c%0A\r\nd"), "a%2Cb%3Ac%250A\\r%0Ad");
        assert_eq!(data("a::b,c%\n::error::x"), "a::b,c%25%0A::error::x");
    }

    #[test]
    fn a_plain_line_is_no_command() {
        assert_eq!(harmless("  ::set-output name=a::b"), "-   ::set-output name=a::b");
        assert_eq!(harmless("x ##[error]y\n::error::z"), "x ## [error]y ::error::z");
    }
}
