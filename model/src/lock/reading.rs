//! What stored events are read as once their event has ended.

use super::{Event, Lock, Reading, Step};
use crate::source::Spanned;

/// Since which version, and as what.
pub(crate) type ReadAs<'l> = (u32, Vec<ReadChild<'l>>);

/// The name under which a version is stored, its number, and how its fields come about.
pub(crate) type ReadChild<'l> = (&'l str, u32, Option<&'l [Spanned<Step>]>);

impl Lock {
    /// As what the stored events of one are read since it ended; `None`: as themselves. What they are read as goes by the
    /// names under which it is stored, so another name for one of them is no change.
    pub(crate) fn read_as<'l>(&'l self, event: &'l Event) -> Option<ReadAs<'l>> {
        let end = event.end.as_ref()?;
        let children = match &end.reading {
            Reading::Itself => return None,
            Reading::Nothing => Vec::new(),
            Reading::Others(children) => {
                let wire_type = |name: &'l str, version: u32| {
                    let stored = self.events.get(name).and_then(|event| event.value.versions.get(&version));
                    stored.map_or(name, |version| &version.value.wire_type.value)
                };
                let child = |child: &'l super::Child| {
                    (wire_type(&child.event.value, child.version), child.version, child.steps.as_deref())
                };
                children.iter().map(child).collect()
            }
        };
        Some((end.version, children))
    }
}

impl Event {
    /// The name under which it was stored last.
    pub(crate) fn wire_type(&self) -> &str {
        self.versions.values().next_back().map_or("", |version| &version.value.wire_type.value)
    }
}
