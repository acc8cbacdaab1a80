//! Writes an outline, and each comment where it was.

use core::ops::Range;

use super::super::keys;
use super::super::load::BLANKS;
use super::comments::Comment;
use super::outline::{Block, Item, Pair, Piece};

/// How far a line may go before what is in brackets becomes a block.
const WIDTH: usize = 120;

pub(super) struct Writer<'a, 't> {
    text: &'t str,
    /// Those that have not been written yet.
    comments: &'a [Comment<'t>],
    out: String,
    /// Where the lines of the text begin.
    lines: Vec<usize>,
    /// Up to here the text has been written: an empty line before this is part of something.
    done: usize,
}

/// What a value stands behind.
struct Behind {
    /// Its key or its dash.
    at: usize,
    /// The byte behind that.
    from: usize,
    /// How deep that is written.
    indent: usize,
    /// Whether it is a dash: what has several lines can begin beside it.
    dash: bool,
    /// What is before this belongs to it.
    limit: usize,
}

impl<'a, 't> Writer<'a, 't> {
    pub(super) fn new(text: &'t str, comments: &'a [Comment<'t>]) -> Self {
        let lines = core::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, comments, out: String::new(), lines, done: 0 }
    }

    /// A whole file.
    pub(super) fn document(mut self, marker: Option<usize>, root: &Piece) -> String {
        if let Some(marker) = marker {
            self.lead(marker, 0, true);
            self.out.push_str("---");
            self.trailing(marker + 3);
        }
        let limit = self.text.len();
        match self.flat_if_fits(root) {
            Some(flat) => {
                self.lead(root.start(), 0, true);
                self.out.push_str(&flat);
                self.trailing(root.end());
            }
            None => match root {
                Piece::List { .. } | Piece::Map { .. } => self.children(root, 0, false, limit),
                Piece::Missing(_) | Piece::Scalar(_) | Piece::Block(_) => {
                    self.lead(root.start(), 0, true);
                    let behind = Behind { at: 0, from: root.start(), indent: 0, dash: true, limit };
                    self.text_value(root, &behind);
                }
            },
        }
        while let Some(comment) = self.take(limit) {
            self.own_line(&comment, 0, false);
        }
        self.out.push('\n');
        self.out
    }

    /// What is inside of a list or a mapping, one below the other. The first may stand where the writer is.
    fn children(&mut self, piece: &Piece, indent: usize, beside: bool, limit: usize) {
        match piece {
            Piece::Map { pairs, .. } => {
                for (index, Pair { key, value }) in pairs.iter().enumerate() {
                    if index > 0 || !beside {
                        self.lead(key.start, indent, index == 0);
                    }
                    self.out.push_str(&self.key(key));
                    self.out.push(':');
                    self.done = key.end;
                    let limit = pairs.get(index + 1).map_or(limit, |next| next.key.start);
                    self.value(value, &Behind { at: key.start, from: key.end, indent, dash: false, limit });
                }
            }
            Piece::List { items, .. } => {
                for (index, Item { at, from, value }) in items.iter().enumerate() {
                    if index > 0 || !beside {
                        self.lead(*at, indent, index == 0);
                    }
                    self.out.push('-');
                    self.done = *from;
                    let limit = items.get(index + 1).map_or(limit, |next| next.at);
                    self.value(value, &Behind { at: *at, from: *from, indent, dash: true, limit });
                }
            }
            Piece::Missing(_) | Piece::Scalar(_) | Piece::Block(_) => {}
        }
    }

    fn value(&mut self, piece: &Piece, behind: &Behind) {
        if let Some(flat) = self.flat_if_fits(piece) {
            self.gap(behind, piece.start());
            self.out.push_str(&flat);
            self.done = piece.end();
            return self.trailing(piece.end());
        }
        match piece {
            Piece::Missing(_) => self.trailing(behind.from),
            Piece::Scalar(_) | Piece::Block(_) => {
                self.gap(behind, piece.start());
                self.text_value(piece, behind);
            }
            Piece::List { brackets, items: _ } | Piece::Map { brackets, pairs: _ } => {
                let first = match piece {
                    Piece::List { items, .. } => items.first().map(|item| item.at),
                    Piece::Map { pairs, .. } => pairs.first().map(|pair| pair.key.start),
                    Piece::Missing(_) | Piece::Scalar(_) | Piece::Block(_) => None,
                };
                let beside = behind.dash && self.next(first.unwrap_or(0)).is_none();
                if beside {
                    self.out.push(' ');
                } else {
                    self.beside(behind.from);
                }
                self.children(piece, behind.indent + 2, beside, behind.limit);
                self.tail(behind, brackets.as_ref().map_or(0, |range| range.end));
            }
        }
    }

    /// What lies between a key and its value: a blank, or comments.
    fn gap(&mut self, behind: &Behind, start: usize) {
        if self.next(start).is_none() {
            self.out.push(' ');
            return;
        }
        self.trailing(behind.from);
        self.lead(start, behind.indent + 2, true);
    }

    fn text_value(&mut self, piece: &Piece, behind: &Behind) {
        match piece {
            Piece::Scalar(range) => self.scalar(&self.text[range.clone()], behind.indent + 2),
            Piece::Block(block) => self.block(block, behind.indent + 2),
            Piece::Missing(_) | Piece::List { .. } | Piece::Map { .. } => {}
        }
        self.done = piece.end();
        if let Piece::Scalar(range) = piece
            && !self.would_cut(behind, range)
        {
            self.trailing(piece.end());
        }
    }

    /// Whether a comment that stood behind a bracket would come to stand behind a text that is not quoted: the text is
    /// read as if it went on there.
    fn would_cut(&self, behind: &Behind, text: &Range<usize>) -> bool {
        let key = self.text[behind.at..behind.from].trim_end().trim_end_matches(':').trim_matches(['"', '\'']);
        let quoted = self.text[text.clone()].starts_with(['"', '\'']);
        let between = |comment: &Comment<'_>| self.text.get(text.end..comment.at);
        let bracket = self.comments.first().and_then(between).is_some_and(|between| !between.trim().is_empty());
        [keys::DOC, keys::MESSAGE].contains(&key) && !quoted && bracket
    }

    /// YAML folds the lines of such a text, whatever their indentation.
    fn scalar(&mut self, text: &str, indent: usize) {
        let in_double_quotes = text.starts_with('"');
        for (index, line) in text.split('\n').enumerate() {
            // In double quotes a blank at the end of a line may be escaped.
            let line = if in_double_quotes { line.trim_end_matches('\r') } else { line.trim_end_matches(BLANKS) };
            let line = if index > 0 { line.trim_start_matches(BLANKS) } else { line };
            if index > 0 {
                self.out.push('\n');
                self.spaces(if line.is_empty() { 0 } else { indent });
            }
            self.out.push_str(line);
        }
    }

    fn block(&mut self, block: &Block, indent: usize) {
        // An indentation that is stated is counted from what the block belongs to.
        let header = &self.text[block.header.clone()];
        self.out.extend(header.chars().map(|sign| if sign.is_ascii_digit() { '2' } else { sign }));
        self.trailing(block.header.end);
        for line in self.text[block.lines.clone()].split_inclusive('\n') {
            let line = line.trim_end_matches(['\r', '\n']);
            let content = line.get(block.indent..).unwrap_or_default();
            self.out.push('\n');
            self.spaces(if content.is_empty() { 0 } else { indent });
            self.out.push_str(content);
        }
    }

    /// What is in brackets, if it fits on this line.
    fn flat_if_fits(&self, piece: &Piece) -> Option<String> {
        let (Piece::List { brackets, .. } | Piece::Map { brackets, .. }) = piece else { return None };
        let brackets = brackets.as_ref()?;
        let empty = match piece {
            Piece::List { items, .. } => items.is_empty(),
            Piece::Map { pairs, .. } => pairs.is_empty(),
            Piece::Missing(_) | Piece::Scalar(_) | Piece::Block(_) => false,
        };
        let inside = self.comments.iter().find(|comment| comment.at >= brackets.start);
        if !empty && inside.is_some_and(|comment| comment.at < brackets.end) {
            return None;
        }
        let line = self.out.rsplit('\n').next().unwrap_or_default().chars().count();
        self.flat(piece).filter(|flat| empty || line + 1 + flat.chars().count() <= WIDTH)
    }

    /// On one line, if nothing in it has several.
    fn flat(&self, piece: &Piece) -> Option<String> {
        match piece {
            Piece::Missing(_) => Some(String::new()),
            Piece::Scalar(range) => {
                Some(self.text[range.clone()].to_owned()).filter(|text| !text.contains(['\n', '\r']))
            }
            Piece::Block(_) => None,
            Piece::List { items, .. } => {
                let parts = items.iter().map(|item| self.flat(&item.value)).collect::<Option<Vec<_>>>()?;
                let airy =
                    items.iter().any(|item| matches!(&item.value, Piece::Map { pairs, .. } if !pairs.is_empty()));
                let parts = parts.join(", ");
                Some(if airy { format!("[ {parts} ]") } else { format!("[{parts}]") })
            }
            Piece::Map { pairs, .. } if pairs.is_empty() => Some("{}".to_owned()),
            Piece::Map { pairs, .. } => {
                let pair = |Pair { key, value }: &Pair| {
                    let key = self.key(key);
                    Some(match value {
                        Piece::Missing(_) => key,
                        value => format!("{key}: {}", self.flat(value)?),
                    })
                };
                let parts = pairs.iter().map(pair).collect::<Option<Vec<_>>>()?;
                Some(format!("{{ {} }}", parts.join(", ")))
            }
        }
    }

    /// Inside of brackets a key may go over several lines, which YAML folds; elsewhere it may not.
    fn key(&self, key: &Range<usize>) -> String {
        self.text[key.clone()].lines().map(|line| line.trim_matches(BLANKS)).collect::<Vec<_>>().join(" ")
    }

    /// Begins the line of what starts here, below the comments above it.
    fn lead(&mut self, start: usize, indent: usize, first: bool) {
        let mut first = first;
        while let Some(comment) = self.take(start) {
            self.own_line(&comment, indent, first);
            first = false;
        }
        let blank = !first && self.is_blank_before(start);
        self.line(indent, blank);
    }

    /// The comment behind what ends here, also if a colon or a bracket is between them. What stands behind a later thing of
    /// the same line belongs to that.
    fn trailing(&mut self, end: usize) {
        self.take_beside(end, |gap| {
            gap.chars().all(|sign| sign != '\n' && (sign.is_whitespace() || ":}],".contains(sign)))
        });
    }

    /// The comment of a line that becomes several: it stands behind the first of them.
    fn beside(&mut self, end: usize) {
        self.take_beside(end, |gap| !gap.contains('\n'));
    }

    fn take_beside(&mut self, end: usize, is_near: impl Fn(&str) -> bool) {
        let near = |comment: &Comment<'_>| self.text.get(end..comment.at).is_some_and(&is_near);
        let Some((comment, rest)) = self.comments.split_first().filter(|(comment, _)| near(comment)) else {
            return;
        };
        self.comments = rest;
        self.out.push(' ');
        self.out.push_str(comment.text);
    }

    /// The comments below what is inside of something: those before its bracket, and those that stand deeper than it does.
    fn tail(&mut self, behind: &Behind, bracket: usize) {
        let column = self.column(behind.at);
        while let Some(comment) = self.next(behind.limit) {
            if comment.at >= bracket && comment.own_line && self.column(comment.at) <= column {
                break;
            }
            if let Some(comment) = self.take(behind.limit) {
                self.own_line(&comment, behind.indent + 2, false);
            }
        }
    }

    fn own_line(&mut self, comment: &Comment<'t>, indent: usize, first: bool) {
        let blank = !first && self.is_blank_before(comment.at);
        self.line(indent, blank);
        self.out.push_str(comment.text);
        self.done = comment.at + comment.text.len();
    }

    fn line(&mut self, indent: usize, blank: bool) {
        if !self.out.is_empty() {
            self.out.push_str(if blank { "\n\n" } else { "\n" });
        }
        self.spaces(indent);
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(core::iter::repeat_n(' ', count));
    }

    fn next(&self, before: usize) -> Option<&Comment<'t>> {
        self.comments.first().filter(|comment| comment.at < before)
    }

    fn take(&mut self, before: usize) -> Option<Comment<'t>> {
        let (comment, rest) = self.comments.split_first().filter(|(comment, _)| comment.at < before)?;
        self.comments = rest;
        Some(*comment)
    }

    fn line_start(&self, at: usize) -> usize {
        let next = self.lines.partition_point(|start| *start <= at);
        next.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0)
    }

    fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Whether the line above is empty, and nothing but blanks before this.
    fn is_blank_before(&self, at: usize) -> bool {
        let start = self.line_start(at);
        let Some(above) = start.checked_sub(1) else { return false };
        let above = self.line_start(above)..above;
        self.text[start..at].trim().is_empty() && above.start >= self.done && self.text[above].trim().is_empty()
    }
}
