//! policy-state-changed

use core::cmp::Ordering;

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a policy whose `state` has other fields, or another `state_version`, or holds a declared type, however deep,
    /// that looks otherwise than before. The schemas of the baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Instances are stored with their state and its version, and what a state holds is stored as the newest version of each
    /// type: no event pins it, and no step reads an older one. Under the same version an old state is read as the new one,
    /// and what cannot be read parks its instance; with a smaller version so does every state that was stored under the
    /// greater one.
    ///
    /// # Example
    /// `state: { asked: list<uuid> }` becomes `state: { asked: list<Asked> }`.
    ///
    /// # What to do instead
    /// Raise `state_version`, and say in `earlier_state` what an older state is read as.
    167, "policy-state-changed",
    Kind::PolicyStateChanged { version: Ordering::Less } => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "the state of the policy `{name}` was `{before}`, and goes back to `{after}`",
        help: "raise `state_version`, also to take a change back: what is stored under the greater one could not be read",
    },
    Kind::PolicyStateChanged { version: Ordering::Equal } => Verdict {
        breaks: &[P],
        level: Level::Warning,
        covered: false,
        message: "the state of the policy `{name}` changed, and kept its version: `{before}` became `{after}`",
        help: "raise `state_version`, and say in `earlier_state` what an older state is read as",
    },
    Kind::PolicyStateChanged { version: Ordering::Greater } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "the state of the policy `{name}` has a new version: `{before}` became `{after}`",
        help: "",
    },
}
