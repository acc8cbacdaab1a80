//! Where the parts of a lock stand in its text, told by how lines are indented.

use core::iter::Peekable;
use core::ops::Range;
use core::slice;

use crate::lock::Lock;

/// Below which keys parts stand, in the order in which they are written.
const SECTIONS: [&str; 3] = ["aggregates", "events", "types"];

/// What the lines of a part begin with, behind the one that has its name.
const BELOW: &str = "    ";

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
    /// The outline of a text that looks as if it had been written by `cargo factum lock`. `None` if it does not. Lines that
    /// are a part of a known text are one here too, and need not be looked at.
    ///
    /// What is inside of a part is not looked at, and texts in quotes may have several lines. So whoever knows what the
    /// file says compares the names with it.
    pub(super) fn of(text: &'t str, known: &[&Outline<'_>]) -> Option<Self> {
        let head = Lock::default().to_string();
        let mut at = text.strip_prefix(&head).map(|_| head.len())?;
        let (mut outline, mut left) = (Self::default(), SECTIONS.iter().enumerate());
        while let Some((line, _)) = text[at..].split_once('\n') {
            let section = line.strip_suffix(':')?;
            let (index, _) = left.find(|(_, known)| **known == section)?;
            at += line.len() + 1;
            let mut known: Vec<Ahead<'_>> = known.iter().map(|known| known.sections[index].iter().peekable()).collect();
            let parts = &mut outline.sections[index];
            while text[at..].starts_with("  ") {
                let part = part(text, at, &mut known)?;
                if parts.last().is_some_and(|last: &Part<'_>| last.name >= part.name) {
                    return None;
                }
                at = part.range.end;
                parts.push(part);
            }
        }
        (at == text.len()).then_some(outline)
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

/// What comes next in a section of a known text.
type Ahead<'k> = Peekable<slice::Iter<'k, Part<'k>>>;

/// The part that begins here.
fn part<'t>(text: &'t str, start: usize, known: &mut [Ahead<'_>]) -> Option<Part<'t>> {
    let rest = &text[start..];
    let (line, _) = rest.split_once('\n')?;
    let name = line.strip_prefix("  ")?.strip_suffix(':').filter(|name| is_name(name))?;
    let mut length = None;
    for ahead in known {
        while ahead.next_if(|other| other.name < name).is_some() {}
        let same = ahead.next_if(|other| other.name == name).filter(|other| is_part(rest, other.lines));
        length = length.or(same.map(|same| same.lines.len()));
    }
    let length = length.unwrap_or_else(|| line.len() + 1 + below(&rest[line.len() + 1..]));
    Some(Part { name, lines: &rest[..length], range: start..start + length })
}

/// Whether a text begins with these lines, all of them ended, and nothing stands below them.
fn is_part(text: &str, lines: &str) -> bool {
    lines.ends_with('\n') && text.strip_prefix(lines).is_some_and(|rest| !rest.starts_with(BELOW))
}

/// How long the lines of a part are that stand below its name.
fn below(text: &str) -> usize {
    let mut starts = core::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
    starts.find(|start| !text.as_bytes()[*start..].starts_with(BELOW.as_bytes())).unwrap_or(text.len())
}

fn is_name(name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    !name.is_empty() && name.bytes().all(is_of_name)
}

/// Whether they say the same, wherever they stand.
impl PartialEq for Part<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}
