//! command-changed

use super::{Level, Verdict};
use crate::diff::{Edit, Kind};

rule! {
    /// # What it does
    /// Tells that a command, or a rejection that may answer one, is new, gone or has other fields, or that a command may
    /// make other events happen (`emits`). The schemas of the baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing that is stored: commands and rejections are not. Callers have to be changed with it.
    ///
    /// # Example
    /// `Reserve: { seats: u32, channel: string }` was `Reserve: { seats: u32 }`.
    ///
    /// # What to do instead
    /// Nothing, where all callers are compiled with it. Others want a field that may be null.
    164, "command-changed",
    Kind::CommandChanged { edit: Edit::Added } => told("the command `{after}` of `{name}` is new"),
    Kind::CommandChanged { edit: Edit::Gone } => told("the command `{before}` of `{name}` is gone"),
    Kind::CommandChanged { edit: Edit::Changed } => told("the command `{before}` of `{name}` became `{after}`"),
    Kind::RejectionChanged { edit: Edit::Added } => told("the rejection `{after}` of `{name}` is new"),
    Kind::RejectionChanged { edit: Edit::Gone } => told("the rejection `{before}` of `{name}` is gone"),
    Kind::RejectionChanged { edit: Edit::Changed } => told("the rejection `{before}` of `{name}` became `{after}`"),
}

const fn told(message: &'static str) -> Verdict {
    Verdict { breaks: &[], level: Level::Info, covered: false, message, help: "" }
}
