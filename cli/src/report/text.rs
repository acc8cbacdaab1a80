//! For people: each finding in the look of rustc, and a line that sums up.

use std::fmt::Write as _;

use factum_model::printable::printable;

use crate::review::{Finding, Level, Review};
use crate::style::{ERROR, GOOD, WARNING, styled};

pub(super) fn report(review: &Review) -> String {
    let mut text = String::new();
    for finding in &review.findings {
        self::finding(&mut text, finding);
    }
    let style = match review.findings.iter().map(|finding| finding.level).min() {
        Some(Level::Error) => ERROR,
        Some(Level::Warning) => WARNING,
        Some(Level::Info) | None => GOOD,
    };
    let _ = write!(text, "{}: ", styled(style, review.verdict()));
    let extent = review.extent().map_or_else(String::new, |extent| extent + ", ");
    let _ = writeln!(text, "{extent}{}", printable(&review.against()));
    text
}

fn finding(text: &mut String, finding: &Finding) {
    let _ = writeln!(text, "{}", finding.rendered.trim_end());
    text.push('\n');
}
