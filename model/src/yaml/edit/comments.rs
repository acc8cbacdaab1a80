//! The comments of a text. The parser of YAML does not tell them.

use core::ops::Range;

use super::outline::Piece;

/// A comment.
#[derive(Clone, Copy)]
pub(super) struct Comment<'t> {
    /// Its `#`.
    pub(super) at: usize,
    /// From there to the end of the line.
    pub(super) text: &'t str,
    /// Whether nothing stands before it.
    pub(super) own_line: bool,
}

/// All comments, in order: a `#` at the beginning of a line or behind a blank, unless it is in a text.
pub(super) fn comments<'t>(text: &'t str, outline: &Piece) -> Vec<Comment<'t>> {
    let mut texts = Vec::new();
    collect(outline, &mut texts);
    let mut comments = Vec::new();
    let mut at = 0;
    for range in texts.into_iter().chain(core::iter::once(text.len()..text.len())) {
        while let Some(comment) = text.get(at..range.start).and_then(|_| first(text, at..range.start)) {
            at = comment.at + comment.text.len();
            comments.push(comment);
        }
        at = at.max(range.end);
    }
    comments
}

fn first(text: &str, between: Range<usize>) -> Option<Comment<'_>> {
    let signs = text[between.clone()].match_indices('#').map(|(at, _)| between.start + at);
    let begins = |at: &usize| text[..*at].chars().next_back().is_none_or(char::is_whitespace);
    let at = signs.into_iter().find(begins)?;
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[at..].lines().next().unwrap_or_default();
    Some(Comment { at, text: line.trim_end(), own_line: text[line_start..at].trim().is_empty() })
}

/// Where texts stand, in order: what looks like a comment in them is none.
fn collect(piece: &Piece, texts: &mut Vec<Range<usize>>) {
    match piece {
        Piece::Missing(_) => {}
        Piece::Scalar(range) => texts.push(range.clone()),
        Piece::Block(block) => texts.extend([block.header.clone(), block.lines.clone()]),
        Piece::List { items, .. } => items.iter().for_each(|item| collect(&item.value, texts)),
        Piece::Map { pairs, .. } => pairs.iter().for_each(|pair| {
            texts.push(pair.key.clone());
            collect(&pair.value, texts);
        }),
    }
}
