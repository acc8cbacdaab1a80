//! The plain lines that locks and most schemas are made of, without a YAML parser: several times faster, and a lock is long.
//!
//! What is taken: `key:`, `key: value`, `- value` and comments, in blocks; `{ key: value }` and `[value]` within a line;
//! texts without quotes, or with quotes and without escapes. Of anything else, right or wrong, there is no answer, and
//! the parser is asked. So this never has a message, and what it answers is the tree that the parser makes; tests hold
//! the two against each other.

use core::cmp::Ordering;
use core::ops::Range;

use super::load::Page;
use super::tree::{Entry, Key, Kind, Node, Scalar};

/// How deep is read here.
const MAX_DEPTH: usize = 32;

/// So many keys are compared with each other without sorting them.
const FEW: usize = 8;

/// The longest key that is read here: YAML has a limit, too.
const MAX_KEY: usize = 512;

/// The tree of a text; `None` if the parser has to be asked.
pub(super) fn load(page: &mut Page<'_>) -> Option<Node> {
    let mark = page.mark();
    let root = Lines::of(page).and_then(Lines::root);
    if root.is_none() {
        page.forget(mark);
    }
    root
}

/// The entry of a mapping that these bytes of the text are; `None` if the parser has to be asked, or if it is none.
#[cfg(feature = "lock")]
pub(super) fn entry(page: &mut Page<'_>, range: Range<usize>) -> Option<Entry> {
    let text = &page.text[..range.end];
    let mut lines = Lines { page, text, at: range.start, end: range.start, indent: 0, depth: 1 };
    lines.go_to(range.start)?;
    let entry = lines.entry(lines.indent)?;
    (lines.at == range.end).then_some(entry)
}

/// The text from a place on.
struct Lines<'a, 'p> {
    page: &'a mut Page<'p>,
    text: &'p str,
    /// Up to here it was read.
    at: usize,
    /// Where the line ends.
    end: usize,
    /// How far it is indented.
    indent: usize,
    depth: usize,
}

impl<'a, 'p> Lines<'a, 'p> {
    fn of(page: &'a mut Page<'p>) -> Option<Self> {
        let text = page.text;
        let mut lines = Self { page, text, at: 0, end: 0, indent: 0, depth: 0 };
        lines.go_to(0)?;
        Some(lines)
    }

    fn root(mut self) -> Option<Node> {
        let root = match self.rest().bytes().next()? {
            _ if self.indent > 0 => None,
            b'-' => self.list(0, true),
            _ if self.key().is_some() => self.map(0),
            _ => self.value(),
        }?;
        (self.at == self.text.len()).then_some(root)
    }

    /// What is left of the line, and all that follows.
    fn rest(&self) -> &'p str {
        &self.text[self.at..]
    }

    /// To the first line from here on that says something; there is an end of the text after the last one.
    fn go_to(&mut self, mut at: usize) -> Option<()> {
        loop {
            let rest = &self.text[at..];
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            let said = line.trim_start_matches(' ');
            let end = at + line.len();
            if said.is_empty() || said.starts_with('#') {
                is_clean(said).then_some(())?;
                if end == self.text.len() {
                    (self.at, self.end, self.indent) = (end, end, 0);
                    return Some(());
                }
                at = end + 1;
            } else {
                (self.at, self.end, self.indent) = (end - said.len(), end, line.len() - said.len());
                return Some(());
            }
        }
    }

    /// To the next line. On this one there may be a comment.
    fn end_line(&mut self) -> Option<()> {
        let left = self.line();
        let comment = left.trim_start_matches(' ');
        let is_comment = comment.starts_with('#') && left.starts_with(' ');
        (comment.is_empty() || is_comment).then_some(())?;
        is_clean(left).then_some(())?;
        self.go_to(if self.end == self.text.len() { self.end } else { self.end + 1 })
    }

    /// Whether a line of a block at this indentation comes next; `None` if one comes that belongs to no block.
    fn goes_on(&self, indent: usize, list: bool) -> Option<bool> {
        if self.at == self.text.len() || self.indent < indent {
            return Some(false);
        }
        let is_element = self.rest().starts_with("- ");
        match (self.indent > indent, is_element == list) {
            (true, _) => None,
            (false, true) => Some(true),
            // Behind a list that is not indented its mapping goes on.
            (false, false) => list.then_some(false),
        }
    }

    fn map(&mut self, indent: usize) -> Option<Node> {
        let start = self.at;
        let mut entries = Vec::new();
        let entry = self.entry(indent)?;
        entries.push(entry);
        while self.goes_on(indent, false)? {
            let entry = self.entry(indent)?;
            entries.push(entry);
        }
        Some(self.block(start, Kind::Map(once_each(entries)?)))
    }

    /// For the parser, a list that is not indented begins behind its first dash.
    fn list(&mut self, indent: usize, indented: bool) -> Option<Node> {
        let start = self.at;
        let mut nodes = Vec::new();
        while self.goes_on(indent, true)? {
            self.at += 2;
            let node = if self.key().is_some() { self.nested(|inner| inner.map(indent + 2)) } else { self.value() };
            nodes.push(node?);
        }
        Some(self.block(start + if indented { 0 } else { 2 }, Kind::List(nodes)))
    }

    /// A block ends with what is last visible before the next one.
    fn block(&mut self, start: usize, kind: Kind) -> Node {
        let end = start + self.text[start..self.at].trim_end().len();
        Node { kind, origin: self.page.origin(start..end) }
    }

    fn entry(&mut self, indent: usize) -> Option<Entry> {
        let key = self.take_key()?;
        let value = match self.line().trim_start_matches(' ') {
            said if said.is_empty() || said.starts_with('#') => {
                self.end_line()?;
                self.below(indent)
            }
            _ => {
                self.eat(" ")?;
                self.value()
            }
        };
        Some(Entry { key, value: value? })
    }

    /// The block that stands below a key.
    fn below(&mut self, indent: usize) -> Option<Node> {
        let (is_list, deeper) = (self.rest().starts_with("- "), self.indent);
        match (deeper.cmp(&indent), is_list) {
            _ if self.at == self.text.len() => None,
            (Ordering::Greater, false) => self.nested(|inner| inner.map(deeper)),
            (Ordering::Greater, true) => self.nested(|inner| inner.list(deeper, true)),
            (Ordering::Equal, true) => self.nested(|inner| inner.list(deeper, false)),
            (Ordering::Equal, false) | (Ordering::Less, _) => None,
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Node>) -> Option<Node> {
        self.depth += 1;
        let node = if self.depth < MAX_DEPTH { read(self) } else { None };
        self.depth -= 1;
        node
    }

    /// The key that comes next, if one does: a colon and a space follow it, or the end of the line.
    fn key(&self) -> Option<Range<usize>> {
        let line = self.line();
        let length = line.bytes().position(|byte| !is_of_key(byte))?;
        let begins = line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let behind = line[length..].strip_prefix(':')?;
        let ends = behind.is_empty() || behind.starts_with(' ');
        (begins && ends && length <= MAX_KEY).then_some(self.at..self.at + length)
    }

    fn take_key(&mut self) -> Option<Key> {
        let range = self.key()?;
        self.at = range.end + 1;
        Some(Key { text: self.text[range.clone()].to_owned(), origin: self.page.origin(range) })
    }

    /// What stands in the rest of a line.
    fn value(&mut self) -> Option<Node> {
        let node = match self.rest().bytes().next()? {
            // For the parser the place of such a value goes on to the end of a comment.
            b'{' | b'[' | b'\'' | b'"' => self.within_line().filter(|_| !self.line().contains('#')),
            _ => self.plain(without_comment(self.line())?.trim_end_matches(' ')),
        }?;
        self.end_line()?;
        Some(node)
    }

    /// `{ key: value }`, `[value]`, or a text between their commas.
    fn within_line(&mut self) -> Option<Node> {
        match self.rest().bytes().next()? {
            b'{' => self.nested(|inner| {
                let (start, mut entries) = (inner.at, Vec::new());
                inner.separated("{", "}", |inner| {
                    let key = inner.take_key()?;
                    inner.eat(" ")?;
                    inner.blanks();
                    let value = inner.within_line()?;
                    entries.push(Entry { key, value });
                    Some(())
                })?;
                Some(inner.bracket(start, Kind::Map(once_each(entries)?)))
            }),
            b'[' => self.nested(|inner| {
                let (start, mut nodes) = (inner.at, Vec::new());
                inner.separated("[", "]", |inner| {
                    nodes.push(inner.within_line()?);
                    Some(())
                })?;
                Some(inner.bracket(start, Kind::List(nodes)))
            }),
            b'\'' | b'"' => self.quoted(),
            _ => {
                let line = self.line();
                let text = &line[..line.find([',', '}', ']'])?];
                (!text.contains([':', '#', '{', '[']) && !text.contains(" -")).then_some(())?;
                self.plain(text.trim_end_matches(' '))
            }
        }
    }

    /// Any number of parts, with commas between them.
    fn separated(&mut self, open: &str, close: &str, mut part: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.eat(open)?;
        self.blanks();
        if self.eat(close).is_some() {
            return Some(());
        }
        loop {
            part(self)?;
            self.blanks();
            if self.eat(close).is_some() {
                return Some(());
            }
            self.eat(",")?;
            self.blanks();
        }
    }

    fn bracket(&mut self, start: usize, kind: Kind) -> Node {
        Node { kind, origin: self.page.origin(start..self.at) }
    }

    /// A text in quotes, as it stands there.
    fn quoted(&mut self) -> Option<Node> {
        let line = self.line();
        let sign = line.chars().next()?;
        let text = line[1..].split(sign).next()?;
        let behind = &line[1..][text.len()..];
        let escapes = if sign == '"' { text.contains('\\') } else { behind.starts_with("''") };
        if escapes || !behind.starts_with(sign) {
            return None;
        }
        let inner = self.at + 1..self.at + 1 + text.len();
        self.scalar(text, false, inner.start - 1..inner.end + 1, inner)
    }

    /// A text without quotes, which begins as no other node does.
    fn plain(&mut self, text: &str) -> Option<Node> {
        let first = text.strip_prefix('-').unwrap_or(text).chars().next()?;
        (first.is_alphanumeric() || first == '_').then_some(())?;
        let range = self.at..self.at + text.len();
        self.scalar(text, true, range.clone(), range)
    }

    fn scalar(&mut self, text: &str, plain: bool, whole: Range<usize>, verbatim: Range<usize>) -> Option<Node> {
        is_clean(text).then_some(())?;
        self.at = whole.end;
        let scalar = Scalar { text: text.to_owned(), plain, verbatim: Some(verbatim) };
        Some(Node { kind: Kind::Scalar(scalar), origin: self.page.origin(whole) })
    }

    /// What is left of the line.
    fn line(&self) -> &'p str {
        &self.text[self.at..self.end]
    }

    fn eat(&mut self, text: &str) -> Option<()> {
        self.at += self.rest().starts_with(text).then_some(text.len())?;
        Some(())
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }
}

/// A text up to a comment; `None` if it has a colon that would end a key.
fn without_comment(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'#' if at > 0 && bytes[at - 1] == b' ' => return Some(&line[..at]),
            b':' if bytes.get(at + 1).is_none_or(|next| *next == b' ') => return None,
            _ => {}
        }
    }
    Some(line)
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.@-".contains(&byte)
}

/// Without anything that a parser may take for the end of a line, or may refuse.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || text.chars().all(|c| matches!(c, ' '..='~') || c.is_alphanumeric())
}

fn once_each(entries: Vec<Entry>) -> Option<Vec<Entry>> {
    let key = |index: usize| entries[index].key.text.as_str();
    if entries.len() <= FEW {
        let twice = (1..entries.len()).any(|index| (0..index).any(|before| key(before) == key(index)));
        return (!twice).then_some(entries);
    }
    let mut keys: Vec<&str> = entries.iter().map(|entry| entry.key.text.as_str()).collect();
    keys.sort_unstable();
    let twice = keys.windows(2).any(|pair| pair[0] == pair[1]);
    (!twice).then_some(entries)
}

#[cfg(test)]
mod tests;
