//! A tree with what a layout has to know of it: what stands in brackets, where each thing ends, and the blocks of text.

use core::ops::Range;

use super::super::load::{BLANKS, Page};
use super::super::tree::{Kind, Node};

/// A node.
pub(super) enum Piece {
    /// Nothing was written behind this.
    Missing(usize),
    /// A text in quotes or in none.
    Scalar(Range<usize>),
    /// A block of text.
    Block(Block),
    /// Several nodes.
    List { brackets: Option<Range<usize>>, items: Vec<Item> },
    /// Several nodes by name.
    Map { brackets: Option<Range<usize>>, pairs: Vec<Pair> },
}

/// A node in a list.
pub(super) struct Item {
    /// Its dash, or where it begins itself.
    pub(super) at: usize,
    /// Where the search for it began: behind the dash.
    pub(super) from: usize,
    pub(super) value: Piece,
}

/// A node with a name.
pub(super) struct Pair {
    pub(super) key: Range<usize>,
    pub(super) value: Piece,
}

/// `|` or `>`, and the lines that belong to it.
pub(super) struct Block {
    /// `|`, `>-`, `|2+`
    pub(super) header: Range<usize>,
    /// Where its lines are, with their indentation.
    pub(super) lines: Range<usize>,
    /// How deep they stand.
    pub(super) indent: usize,
}

impl Piece {
    /// The byte behind it.
    pub(super) fn end(&self) -> usize {
        match self {
            Self::Missing(at) => *at,
            Self::Scalar(range)
            | Self::List { brackets: Some(range), .. }
            | Self::Map { brackets: Some(range), .. } => range.end,
            Self::Block(block) => block.lines.end.max(block.header.end),
            Self::List { brackets: None, items } => items.last().map_or(0, |item| item.value.end().max(item.from)),
            Self::Map { brackets: None, pairs } => pairs.last().map_or(0, |pair| pair.value.end().max(pair.key.end)),
        }
    }

    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        match self {
            Self::Missing(at) => *at,
            Self::Scalar(range)
            | Self::List { brackets: Some(range), .. }
            | Self::Map { brackets: Some(range), .. } => range.start,
            Self::Block(block) => block.header.start,
            Self::List { brackets: None, items } => items.first().map_or(0, |item| item.at),
            Self::Map { brackets: None, pairs } => pairs.first().map_or(0, |pair| pair.key.start),
        }
    }
}

/// The outline of a document, and where its `---` is, if it has one.
pub(super) fn outline(root: &Node, page: &Page<'_>) -> (Option<usize>, Piece) {
    let marker = marker(page.text);
    (marker, Outliner { page }.piece(root, marker.map_or(0, |at| at + 3)))
}

/// The `---`: only comments and directives stand above it.
fn marker(text: &str) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim();
        if line.starts_with("---") && line[3..].starts_with(|c: char| c.is_whitespace()) {
            return Some(start);
        }
        if !(written.is_empty() || written.starts_with('#') || line.starts_with('%')) {
            return None;
        }
        start += line.len();
    }
    None
}

struct Outliner<'a, 'p> {
    page: &'a Page<'p>,
}

impl Outliner<'_, '_> {
    /// What begins somewhere behind `from`, with nothing but signs and comments before it.
    fn piece(&self, node: &Node, from: usize) -> Piece {
        if node.is_missing() {
            return Piece::Missing(from);
        }
        let range = self.page.range(node.origin);
        let in_brackets = self.page.text[range.start..].starts_with(['{', '[']);
        match &node.kind {
            Kind::Scalar(_) => match self.header(from, range.start) {
                Some(header) => Piece::Block(self.block(header, range.start)),
                None => Piece::Scalar(range.start..self.text_end(&range)),
            },
            Kind::List(nodes) => {
                let mut end = range.start.max(from);
                let items = nodes.iter().map(|node| {
                    let item = self.item(node, end, in_brackets);
                    end = item.value.end().max(item.from);
                    item
                });
                let items: Vec<Item> = items.collect();
                let brackets = in_brackets.then(|| range.start..self.closed(']', end.max(range.start + 1)));
                Piece::List { brackets, items }
            }
            Kind::Map(entries) => {
                let pair = |entry: &super::super::tree::Entry| {
                    let key = self.page.range(entry.key.origin);
                    Pair { value: self.piece(&entry.value, key.end), key }
                };
                let pairs: Vec<Pair> = entries.iter().map(pair).collect();
                let end = pairs.last().map_or(range.start + 1, |pair| pair.value.end().max(pair.key.end));
                let brackets = in_brackets.then(|| range.start..self.closed('}', end));
                Piece::Map { brackets, pairs }
            }
        }
    }

    /// The byte behind a text: of one with several lines the parser tells where the next thing is.
    fn text_end(&self, range: &Range<usize>) -> usize {
        let text = &self.page.text[range.clone()];
        let mut before = ' ';
        let mark = text.chars().next().filter(|sign| ['"', '\''].contains(sign));
        for (at, sign) in text.char_indices().skip(usize::from(mark.is_some())) {
            match mark {
                None if sign == '#' && BLANKS.contains(&before) => {
                    return range.start + text[..at].trim_end_matches(BLANKS).len();
                }
                Some('"') if before == '\\' => before = ' ',
                // A single quote that is doubled is one in the text.
                Some('\'') if sign == '\'' && before != '\'' && text[at + 1..].starts_with('\'') => before = sign,
                Some('\'') if sign == '\'' && before == '\'' => before = ' ',
                Some(mark) if sign == mark => return range.start + at + 1,
                None | Some(_) => before = sign,
            }
        }
        range.end
    }

    /// The byte behind a closing bracket: the parser tells where the next thing is.
    fn closed(&self, bracket: char, from: usize) -> usize {
        signs(self.page.text, from).find(|(_, sign)| *sign == bracket).map_or(from, |(at, _)| at + 1)
    }

    fn item(&self, node: &Node, from: usize, in_brackets: bool) -> Item {
        if in_brackets {
            let value = self.piece(node, from);
            return Item { at: value.start(), from: value.start(), value };
        }
        let at = signs(self.page.text, from).find(|(_, sign)| *sign == '-').map_or(from, |(at, _)| at);
        Item { at, from: at + 1, value: self.piece(node, at + 1) }
    }

    /// The sign before a block of text. Of an empty one the parser says where the sign is, of others where the text is.
    fn header(&self, from: usize, start: usize) -> Option<Range<usize>> {
        let is_header = |sign: char| sign == '|' || sign == '>';
        let text = self.page.text;
        let at = if text[start..].starts_with(is_header) {
            start
        } else {
            signs(text, from).take_while(|(at, _)| *at < start).find(|(_, sign)| is_header(*sign))?.0
        };
        let indicators = text[at..].bytes().take_while(|byte| b"|>+-0123456789".contains(byte)).count();
        Some(at..at + indicators)
    }

    fn block(&self, header: Range<usize>, start: usize) -> Block {
        let text = self.page.text;
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = if start == header.start { usize::MAX } else { start - line_start };
        let first = text[header.end..].find('\n').map_or(text.len(), |newline| header.end + newline + 1);
        let keeps = text[header.clone()].contains('+');
        let (mut end, mut at) = (first, first);
        for line in text[first..].split_inclusive('\n') {
            let written = line.trim_end_matches(['\r', '\n']);
            let spaces = written.len() - written.trim_start_matches(' ').len();
            let blank = spaces == written.len() && spaces <= indent;
            if !blank && spaces < indent {
                break;
            }
            at += line.len();
            if !blank || keeps {
                end = at;
            }
        }
        Block { header, lines: first..end, indent }
    }
}

/// What is written from somewhere on, without comments.
fn signs(text: &str, from: usize) -> impl Iterator<Item = (usize, char)> {
    let mut comment = false;
    let mut before = text[..from].chars().next_back().unwrap_or('\n');
    text[from..].char_indices().filter_map(move |(at, sign)| {
        comment = if comment { sign != '\n' } else { sign == '#' && before.is_whitespace() };
        before = sign;
        (!comment).then_some((from + at, sign))
    })
}
