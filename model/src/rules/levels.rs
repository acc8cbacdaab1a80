//! What a team makes of rules.

use std::collections::BTreeMap;

use super::review::{by_level, forbidden};
use super::{Level, Mode, Review, Status};

impl Review {
    /// The same with other levels for some rules, by their names. What the mode forbids stays an error: one such change
    /// is approved by its id, and none by its rule.
    #[must_use]
    pub fn with_levels(mut self, mode: Mode, levels: &BTreeMap<String, Level>) -> Self {
        for finding in &mut self.findings {
            let decided =
                forbidden(finding.breaks, finding.covered, mode) || matches!(finding.status, Status::Allowed(_));
            if let Some(level) = levels.get(finding.name).filter(|_| !decided) {
                finding.level = *level;
            }
        }
        self.findings.sort_by(by_level);
        self
    }
}
