//! Which events a subscription or an export wants.

use std::collections::HashSet;

use crate::cloudevents::context_of;
use crate::envelope::Recorded;

/// Conditions that must all hold; `None`: no condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Filter {
    /// Wire types. The store looks at these.
    pub(crate) types: Option<Vec<String>>,
    pub(crate) streams: Option<HashSet<String>>,
    pub(crate) contexts: Option<HashSet<String>>,
}

impl Filter {
    /// Whether an event fits all conditions.
    pub(crate) fn wants(&self, recorded: &Recorded<'_>) -> bool {
        let is_named = |types: &Vec<String>| types.iter().any(|name| name == recorded.event_type);
        self.types.as_ref().is_none_or(is_named) && self.fits(recorded)
    }

    /// Whether an event that has one of the types fits the other conditions.
    pub(crate) fn fits(&self, recorded: &Recorded<'_>) -> bool {
        self.streams.as_ref().is_none_or(|streams| streams.contains(recorded.stream))
            && self.contexts.as_ref().is_none_or(|contexts| contexts.contains(context_of(recorded.event_type)))
    }
}
