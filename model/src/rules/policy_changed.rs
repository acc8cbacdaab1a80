//! policy-changed

use super::{Level, Verdict};
use crate::diff::{Edit, Kind, Subject};

rule! {
    /// # What it does
    /// Tells that a policy is gone, or reacts to other events, has other timers, or may issue other commands. The schemas of
    /// the baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing that is stored in streams. But an event to which it did not react before, and that it has passed already, is
    /// not reacted to any more; an instance that has set a timer which is gone is parked when that is due; and what a policy
    /// that is gone has begun nobody ends.
    ///
    /// # Example
    /// `MissionClosed: []` is added below `on`.
    ///
    /// # What to do instead
    /// Nothing, where no instance waits for what is gone. Otherwise leave it until none does.
    166, "policy-changed",
    Kind::Gone, Subject::Policy(_) => told("the policy `{name}` is gone"),
    Kind::PolicyChanged { edit: Edit::Added } => told("the policy `{name}` has more: `{after}`"),
    Kind::PolicyChanged { edit: Edit::Gone } => told("the policy `{name}` has less: `{before}` is gone"),
    Kind::PolicyChanged { edit: Edit::Changed } => told("`{before}` of the policy `{name}` became `{after}`"),
}

const fn told(message: &'static str) -> Verdict {
    Verdict { breaks: &[], level: Level::Info, covered: false, message, help: "" }
}
