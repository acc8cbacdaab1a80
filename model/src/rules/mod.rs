//! The rules of the review: what a change breaks. One file per rule; its documentation is its manual page.
//!
//! Rules look at [`Change`]s and never at schemas. A change that no rule speaks of is reported as an error.

/// A rule: its page, its number, its name, and what it says of which kinds of changes, where it matters also of whose.
macro_rules! rule {
    (
        $(#[doc = $page:literal])+ $number:literal, $name:literal,
        $($kind:pat $(, $subject:pat)? => $verdict:expr,)+
    ) => {
        $(#[doc = $page])+
        pub(super) static RULE: super::Rule = super::Rule {
            number: $number,
            name: $name,
            page: concat!($($page, "\n"),+),
            judge: |change| {
                $(if matches!(&change.kind, $kind) $(&& matches!(&change.subject, $subject))? {
                    return Some($verdict);
                })+
                None
            },
        };
    };
}

mod aggregate_renamed;
mod allowances;
mod becomes_added;
mod by_hand_added;
mod catalog_moved;
mod change_without_version;
mod collection_changed;
mod command_changed;
mod compensation_changed;
mod context_changed;
mod conversion_fallible;
mod conversion_lossy;
mod declared;
mod deprecated;
mod doc_changed;
mod event_deleted;
mod event_moved;
mod event_renamed;
mod event_retired;
mod fallback_removed;
mod field_added;
mod field_optional;
mod field_order;
mod field_removed;
mod field_renamed;
mod field_repinned;
mod field_retyped;
mod format_changed;
mod id_changed;
mod integer_precision;
mod levels;
mod personal_added;
mod personal_removed;
mod policy_changed;
mod policy_state_changed;
pub mod problems;
mod released_version_edited;
mod review;
mod snapshot_lowered;
mod state_changed;
#[cfg(test)]
mod tests;
mod type_renamed;
mod upcast_edited;
mod variant_added;
mod variant_removed;
mod variant_renamed;
mod version_deleted;
mod version_without_change;
#[cfg(feature = "json")]
pub mod witness;

pub use allowances::approval;
pub use review::{Allowance, Finding, Mode, Review, Status, review, review_changes};

use crate::diff::Change;

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// New code cannot read stored events, or reads them wrongly.
    B,
    /// Code that is still deployed, or another service, cannot read new events.
    F,
    /// Identity, projections or snapshots.
    P,
    /// Data is lost or exposed.
    D,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It should be known.
    Info,
    /// It should be looked at.
    Warning,
    /// It cannot be merged.
    Error,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// 103 for `E0103`. A number is never given to another rule.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Its manual page, in Markdown.
    pub page: &'static str,
    judge: fn(&Change) -> Option<Verdict>,
}

impl Rule {
    /// As shown: `E0103`.
    #[must_use]
    pub fn code(&self) -> String {
        format!("E{:04}", self.number)
    }
}

/// What a rule says of a change.
struct Verdict {
    breaks: &'static [Direction],
    /// In [`Mode::Backward`], where no direction of the mode is broken.
    level: Level,
    /// Whether a declared step reads old events.
    covered: bool,
    /// With `{name}`, `{noun}`, `{version}`, `{before}` and `{after}` in place of what changed, and `{instead}` of what
    /// could be said of it.
    message: &'static str,
    /// What to do; may be empty.
    help: &'static str,
}

/// What most rules of a field say.
const BECAME: &str = "`{before}` became `{after}` in version {version} of `{name}`";

/// Every rule, by number.
pub static RULES: &[&Rule] = &[
    &released_version_edited::RULE,
    &change_without_version::RULE,
    &event_deleted::RULE,
    &version_deleted::RULE,
    &upcast_edited::RULE,
    &version_without_change::RULE,
    &by_hand_added::RULE,
    &event_renamed::RULE,
    &aggregate_renamed::RULE,
    &event_moved::RULE,
    &id_changed::RULE,
    &context_changed::RULE,
    &catalog_moved::RULE,
    &type_renamed::RULE,
    &field_added::RULE,
    &field_removed::RULE,
    &field_renamed::RULE,
    &field_retyped::RULE,
    &field_repinned::RULE,
    &field_optional::RULE,
    &collection_changed::RULE,
    &format_changed::RULE,
    &conversion_lossy::RULE,
    &conversion_fallible::RULE,
    &personal_added::RULE,
    &personal_removed::RULE,
    &integer_precision::RULE,
    &variant_added::RULE,
    &variant_removed::RULE,
    &variant_renamed::RULE,
    &fallback_removed::RULE,
    &becomes_added::RULE,
    &event_retired::RULE,
    &state_changed::RULE,
    &declared::RULE,
    &doc_changed::RULE,
    &deprecated::RULE,
    &field_order::RULE,
    &command_changed::RULE,
    &snapshot_lowered::RULE,
    &policy_changed::RULE,
    &policy_state_changed::RULE,
    &compensation_changed::RULE,
];
