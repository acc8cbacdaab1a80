//! How a review is told: one file per format.

mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

use clap::ValueEnum;
use factum_model::printable::printable;

pub(crate) use json::schema;

use crate::review::Review;

/// How a review is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in the look of rustc.
    Text,
    /// Annotations of a GitHub workflow.
    Github,
    /// A comment on a pull request.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, as GitLab and others show it.
    Junit,
    /// JSON, for programs.
    Json,
}

impl Format {
    /// Whether whoever reads it looks for files from the repository's top, wherever it was run.
    #[must_use]
    pub const fn is_of_repository(self) -> bool {
        match self {
            Self::Github | Self::Sarif => true,
            Self::Text | Self::Markdown | Self::Junit | Self::Json => false,
        }
    }

    /// The report. Only the one for people has styles.
    #[must_use]
    pub fn report(self, review: &Review) -> String {
        match self {
            Self::Text => text::report(review),
            Self::Github => github::report(review),
            Self::Markdown => markdown::report(review),
            Self::Sarif => sarif::report(review),
            Self::Junit => junit::report(review),
            Self::Json => json::report(review),
        }
    }
}

/// A text in one line, with nothing in it that would disturb a log or a page.
fn in_one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\r', '\t'], " ")).to_string()
}
