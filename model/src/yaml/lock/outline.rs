//! Where the parts of a lock stand in its text, told by how lines are indented.

use core::ops::Range;

use crate::lock::Lock;

/// Below which keys parts stand, in the order in which they are written.
const SECTIONS: [&str; 3] = ["aggregates", "events", "types"];

/// The parts of each section, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Outline<'t> {
    pub(super) sections: [Vec<Part<'t>>; 3],
}

/// The lines of one aggregate, event or type.
#[derive(Debug)]
pub(super) struct Part<'t> {
    pub(super) name: &'t str,
    pub(super) lines: &'t str,
    /// Where they stand.
    pub(super) range: Range<usize>,
}

impl<'t> Outline<'t> {
    /// The outline of a text that looks as if it had been written by `cargo factum lock`. `None` if it does not.
    ///
    /// What is inside of a part is not looked at, and texts in quotes may have several lines. So whoever knows what the
    /// file says compares the names with it.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let head = Lock::default().to_string();
        let body = text.strip_prefix(&head)?;
        let (mut outline, mut left) = (Self::default(), SECTIONS.iter().enumerate());
        let mut open: Option<usize> = None;
        let mut at = head.len();
        for line in body.split_inclusive('\n') {
            let start = at;
            at += line.len();
            if line.starts_with("    ") {
                let part = outline.sections[open?].last_mut()?;
                part.range.end = at;
                part.lines = &text[part.range.clone()];
            } else if let Some(key) = line.strip_prefix("  ") {
                let parts = &mut outline.sections[open?];
                let name = name(key)?;
                if parts.last().is_some_and(|last| last.name >= name) {
                    return None;
                }
                parts.push(Part { name, lines: line, range: start..at });
            } else {
                let section = line.strip_suffix(":\n")?;
                open = Some(left.find(|(_, known)| **known == section)?.0);
            }
        }
        Some(outline)
    }

    /// Whether these are the parts of a lock.
    pub(super) fn is_of(&self, lock: &Lock) -> bool {
        let [aggregates, events, types] = &self.sections;
        names(aggregates).eq(lock.aggregates.keys())
            && names(events).eq(lock.events.keys())
            && names(types).eq(lock.types.keys())
    }
}

fn names<'t>(parts: &[Part<'t>]) -> impl Iterator<Item = &'t str> {
    parts.iter().map(|part| part.name)
}

/// The name that a line begins a part of.
fn name(line: &str) -> Option<&str> {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    line.strip_suffix(":\n").filter(|name| !name.is_empty() && name.bytes().all(is_of_name))
}
