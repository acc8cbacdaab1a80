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
        let outside = outside(body).map(|at| head.len() + at).chain([text.len()]);
        let mut outside = outside.peekable();
        if outside.peek() != Some(&head.len()) {
            return None;
        }
        while let Some(start) = outside.next() {
            let Some(end) = outside.peek().copied() else { break };
            let (line, _) = text[start..end].split_once('\n')?;
            if let Some(key) = line.strip_prefix("  ") {
                let parts = &mut outline.sections[open?];
                let name = name(key)?;
                if parts.last().is_some_and(|last| last.name >= name) {
                    return None;
                }
                parts.push(Part { name, lines: &text[start..end], range: start..end });
            } else {
                let is_alone = line.len() + 1 == end - start;
                let section = line.strip_suffix(':').filter(|_| is_alone)?;
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

/// Where those lines begin that are no line of a part, but its name, or the name of a section: a lock is long, and most
/// of it is indented deeper.
fn outside(body: &str) -> impl Iterator<Item = usize> {
    let bytes = body.as_bytes();
    let starts = core::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
    starts.filter(|start| *start < bytes.len() && !bytes[*start..].starts_with(b"    "))
}

/// The name that a line begins a part of.
fn name(line: &str) -> Option<&str> {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    line.strip_suffix(':').filter(|name| !name.is_empty() && name.bytes().all(is_of_name))
}

/// Whether they say the same, wherever they stand.
impl PartialEq for Part<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}
