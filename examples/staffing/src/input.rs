//! What people do in March, as the file says it.

use std::fs;
use std::path::Path;

use factum::{Date, Timestamp};
use serde::Deserialize;

use crate::Error;

/// Somebody does something about a mission, or the contract that followed from it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Action {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Which mission, by name.
    pub mission: String,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

/// What somebody does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
pub enum Deed {
    /// The front desk takes in what a client needs.
    Post {
        /// Who needs somebody.
        client: String,
        /// As what.
        role: String,
        /// From when on.
        first_day: Date,
        /// What is paid.
        cents_an_hour: u32,
        /// Who may be asked, by name, in this order.
        shortlist: Vec<String>,
    },
    /// A candidate takes the mission.
    Accept {
        /// Who, by name.
        candidate: String,
    },
    /// A candidate does not take it.
    Decline {
        /// Who, by name.
        candidate: String,
        /// Why.
        reason: String,
    },
    /// The client says how long somebody worked.
    Report {
        /// When.
        day: Date,
        /// How long, in hundredths of an hour.
        hundredths: u16,
        /// Where.
        site: Option<String>,
    },
    /// What was reported of a day was wrong.
    TakeBack {
        /// Of which day.
        day: Date,
        /// Why.
        reason: String,
    },
    /// The work is done.
    End,
}

/// Reads what people do, a line each, in the order in which they do it.
///
/// # Errors
/// [`Error::Input`] with the line that cannot be read.
pub fn actions(path: &Path) -> Result<Vec<Action>, Error> {
    let unreadable = |line, reason: String| Error::Input { path: path.to_owned(), line, reason };
    let text = fs::read_to_string(path).map_err(|error| unreadable(0, error.to_string()))?;
    let read = |(index, line)| serde_json::from_str(line).map_err(|error| unreadable(index + 1, error.to_string()));
    text.lines().enumerate().map(read).collect()
}
