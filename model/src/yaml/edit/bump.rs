//! The lines that a type's new version asks of what was released and holds it, written into the schemas.

use core::ops::Range;

use super::super::load::{self, Page};
use super::layout::layout;
use super::outline::{Pair, Piece, outline};
use crate::check::pins::{self, Cascade, Line};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::full_name;
use crate::source::{FileId, Origin, Sources};
use crate::{Code, Level, Outcome, Released, ast, check_released, resolve};

/// What came of it.
#[derive(Debug)]
pub struct Bumped {
    /// The files that change, with their new texts. Empty: whatever holds the type says so already.
    pub files: Vec<(FileId, String)>,
    /// The events and types that get a new version, each with that, in the order of the lines.
    pub versions: Vec<(String, u32)>,
    /// What was wrong before, and still is: it has nothing to do with the type.
    pub left: Vec<Diagnostic>,
    /// All files as they are with the new texts, for the places of what is left.
    pub again: Sources,
}

/// Why nothing can be written.
#[derive(Debug)]
pub enum BumpError {
    /// A file could not be read, which these say.
    Unreadable(Vec<Diagnostic>),
    /// No type is called so.
    Unknown {
        /// Those that there are, with their contexts if one was asked for.
        types: Vec<String>,
        /// Whether an event is.
        is_event: bool,
    },
    /// With the lines this would be wrong that was not before. Its places are in the second.
    Wrong(Vec<Diagnostic>, Sources),
}

/// Writes what [`Code::PinForgotten`] asks for where the type `name` (`Money`, or `billing.Money`) went on: its lines in
/// all files. The texts are read again before they are handed out.
///
/// # Errors
/// [`BumpError`].
pub fn bump(sources: &mut Sources, released: &Released, name: &str) -> Result<Bumped, BumpError> {
    let files: Vec<FileId> = sources.files().collect();
    let mut diagnostics = Diagnostics::new();
    let Some(documents) = crate::read(sources, &files, &mut diagnostics) else {
        return Err(BumpError::Unreadable(diagnostics.into_vec()));
    };
    is_declared(&documents, name)?;
    let cascades = cascades(&documents, released, name);
    let holders = || cascades.iter().flat_map(|cascade| &cascade.holders);
    let versions = holders().filter_map(|holder| Some((holder.name.value.clone(), holder.version?))).collect();
    let mut texts = Vec::new();
    for file in files {
        let mut edits = Edits::of(sources, file);
        for holder in holders() {
            if let Some(version) = holder.version {
                edits.version(holder.name.origin, version);
            }
            holder.parts.iter().for_each(|line| edits.line(line));
        }
        texts.extend(edits.applied().map(|text| (file, text)));
    }
    let texts: Vec<_> = texts.into_iter().map(|(file, text)| (file, as_before(sources, file, text))).collect();
    let (left, again) = judged(sources, released, &texts, name)?;
    Ok(Bumped { files: texts, versions, left, again })
}

/// What is forgotten where this type went on. What else is wrong with the schemas is judged when they are read again.
fn cascades(documents: &[ast::Document], released: &Released, name: &str) -> Vec<Cascade> {
    let catalog = resolve::catalog(documents, &mut Diagnostics::new());
    let meant = |found: &Cascade| found.name == name || found.name.rsplit('.').next() == Some(name);
    pins::cascades(&catalog, released).into_iter().filter(meant).collect()
}

fn is_declared(documents: &[ast::Document], name: &str) -> Result<(), BumpError> {
    let with_context = name.contains('.');
    let called = |document: &ast::Document, declared: &str| {
        if with_context { full_name(&document.context.value, declared) } else { declared.to_owned() }
    };
    let in_each = |names: fn(&ast::Document) -> Vec<&str>| -> Vec<String> {
        let all = documents.iter().flat_map(|document| names(document).into_iter().map(move |one| (document, one)));
        all.map(|(document, declared)| called(document, declared)).collect()
    };
    let types = in_each(|document| document.types.iter().map(|decl| decl.name.value.as_str()).collect());
    if types.iter().any(|known| known == name) {
        return Ok(());
    }
    let events = in_each(|document| document.events.iter().map(|event| event.name.value.as_str()).collect());
    Err(BumpError::Unknown { types, is_event: events.iter().any(|known| known == name) })
}

/// A file that was laid out as `fmt` does it still is.
fn as_before(sources: &mut Sources, file: FileId, text: String) -> String {
    let old = sources.text(file).map(str::to_owned);
    if layout(sources, file, &mut Diagnostics::new()).ok() != old {
        return text;
    }
    let mut new = Sources::new();
    let file = new.add("", text.clone().into_bytes());
    layout(&mut new, file, &mut Diagnostics::new()).unwrap_or(text)
}

/// Nothing may be wrong with the new texts that is not wrong with the old ones, and nothing may be forgotten any more.
/// What else is wrong with them, and where.
fn judged(
    sources: &Sources,
    released: &Released,
    texts: &[(FileId, String)],
    name: &str,
) -> Result<(Vec<Diagnostic>, Sources), BumpError> {
    let read = |text: &dyn Fn(FileId) -> String| {
        let mut again = Sources::new();
        for file in sources.files() {
            again.add(sources.name(file), text(file).into_bytes());
        }
        let Outcome { diagnostics, .. } = check_released(&mut again, Some(released));
        (diagnostics, again)
    };
    let old = |file| sources.text(file).unwrap_or_default().to_owned();
    let (before, _) = read(&old);
    let new = |file| texts.iter().find(|(of, _)| *of == file).map_or_else(|| old(file), |(_, text)| text.clone());
    let (after, mut again) = read(&new);
    let files: Vec<FileId> = again.files().collect();
    let documents = crate::read(&mut again, &files, &mut Diagnostics::new()).unwrap_or_default();
    let forgotten = !cascades(&documents, released, name).is_empty();
    let is_new = |found: &Diagnostic| {
        let same = |known: &Diagnostic| known.code == found.code && known.message == found.message;
        let still = forgotten && found.code == Code::PinForgotten;
        still || !before.iter().any(same)
    };
    let errors = after.into_iter().filter(|found| found.level == Level::Error);
    let (wrong, left): (Vec<_>, Vec<_>) = errors.partition(is_new);
    if wrong.is_empty() { Ok((left, again)) } else { Err(BumpError::Wrong(wrong, again)) }
}

/// What is to be changed in one file.
struct Edits<'s> {
    sources: &'s Sources,
    file: FileId,
    text: String,
    root: Option<Piece>,
    replaced: Vec<(Range<usize>, String)>,
    /// Lines that go two blanks to the right.
    deeper: Vec<Range<usize>>,
}

/// A named node, and whether it stands in brackets.
#[derive(Clone, Copy)]
struct Spot<'p> {
    pair: &'p Pair,
    in_brackets: bool,
}

impl<'s> Edits<'s> {
    fn of(sources: &'s mut Sources, file: FileId) -> Self {
        let text = sources.text(file).unwrap_or_default().to_owned();
        let mut places = crate::source::Places::default();
        let mut page = Page::new(file, &text, &mut places);
        let root = load::load(&mut page, &mut Diagnostics::new()).map(|root| outline(&root, &page).1);
        let text = page.text.to_owned();
        Self { sources, file, text, root, replaced: Vec::new(), deeper: Vec::new() }
    }

    /// Where something is, if it is in this file. A byte order mark is not counted here.
    fn place(&self, origin: Origin) -> Option<Range<usize>> {
        let place = self.sources.place(origin).filter(|place| place.file == self.file)?;
        let mark = self.sources.text(self.file)?.len() - self.text.len();
        Some(place.range.start - mark..place.range.end - mark)
    }

    /// The version of what is declared here.
    fn version(&mut self, name: Origin, version: u32) {
        let Some(key) = self.place(name) else { return };
        let declared = self.root.as_ref().and_then(|root| spot(root, &key, false));
        let Some(Piece::Map { brackets, pairs }) = declared.map(|declared| &declared.pair.value) else { return };
        let whole = declared.map_or(0..0, |declared| declared.pair.value.start()..declared.pair.value.end());
        if let Some(stated) = self.named(pairs, &["version"]) {
            self.replaced.push((stated.value.start()..stated.value.end(), version.to_string()));
        } else if let Some(body) = self.named(pairs, &["fields", "newtype", "enum", "union"]) {
            let at = body.key.start;
            let between = if brackets.is_some() { ", ".to_owned() } else { self.new_line(at) };
            self.replaced.push((at..at, format!("version: {version}{between}")));
        } else if brackets.is_some() {
            self.replaced.push((whole.start..whole.start, format!("{{ version: {version}, fields: ")));
            self.replaced.push((whole.end..whole.end, " }".to_owned()));
        } else {
            // The fields go below a key of their own, with all that stands between them.
            let (line, at) = (self.new_line(whole.start), self.line_end(key.end));
            self.replaced.push((at..at, format!("{line}version: {version}{line}fields:")));
            self.deepen(at..self.line_end(whole.end));
        }
    }

    fn deepen(&mut self, lines: Range<usize>) {
        let starts = self.text[lines.clone()].match_indices('\n').map(|(at, _)| lines.start + at + 1);
        let written = starts.filter(|at| !self.text[*at..].starts_with(['\n', '\r']));
        self.replaced.extend(written.map(|at| (at..at, "  ".to_owned())));
        self.deeper.push(lines);
    }

    /// What is said of a part.
    fn line(&mut self, line: &Line) {
        let edit = match line {
            Line::Retyped { part, version, pinned, .. } => {
                self.place(*part).and_then(|key| self.retyped(&key, *version, pinned))
            }
            Line::Instead { expr, pinned, .. } => self.place(*expr).and_then(|place| self.instead(&place, pinned)),
        };
        self.replaced.extend(edit);
    }

    fn retyped(&self, key: &Range<usize>, version: u32, pinned: &str) -> Option<(Range<usize>, String)> {
        let Spot { pair: part, in_brackets } = spot(self.root.as_ref()?, key, false)?;
        let Piece::Map { brackets, pairs } = &part.value else {
            let range = part.value.start()..part.value.end();
            let ty = self.text[range.clone()].lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let (ty, pinned) = (quoted(&ty, true), quoted(pinned, true));
            return Some((range, format!("{{ type: {ty}, retyped: {{ {version}: {pinned} }} }}")));
        };
        if let Some(retyped) = self.named(pairs, &["retyped"]) {
            let Piece::Map { brackets: inner, pairs } = &retyped.value else { return None };
            let in_brackets = in_brackets || brackets.is_some() || inner.is_some();
            let pinned = quoted(pinned, in_brackets);
            let Some(last) = pairs.last() else {
                return Some((retyped.value.start()..retyped.value.end(), format!("{{ {version}: {pinned} }}")));
            };
            return Some(self.behind(last, in_brackets, &format!("{version}: {pinned}")));
        }
        let in_brackets = in_brackets || brackets.is_some();
        let line = format!("retyped: {{ {version}: {} }}", quoted(pinned, true));
        let before = if in_brackets { pairs.last()? } else { self.named(pairs, &["type", "newtype"])? };
        Some(self.behind(before, in_brackets, &line))
    }

    /// The edit that writes an entry behind another one: below its line, and below the comment that ends it.
    fn behind(&self, pair: &Pair, in_brackets: bool, entry: &str) -> (Range<usize>, String) {
        let end = pair.value.end().max(pair.key.end);
        if in_brackets {
            return (end..end, format!(", {entry}"));
        }
        let line_end = self.line_end(end);
        let deeper = self.deeper.iter().any(|lines| lines.contains(&pair.key.start));
        let more = if deeper { "  " } else { "" };
        (line_end..line_end, format!("{}{more}{entry}", self.new_line(pair.key.start)))
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find(['\r', '\n']).map_or(self.text.len(), |end| at + end)
    }

    fn instead(&self, place: &Range<usize>, pinned: &str) -> Option<(Range<usize>, String)> {
        let (range, in_brackets) = text_at(self.root.as_ref()?, place.start, false)?;
        let pinned = match &self.text[range.clone()] {
            text if text.starts_with(['"', '\'']) => format!("\"{pinned}\""),
            _ => quoted(pinned, in_brackets),
        };
        Some((range, pinned))
    }

    /// The entry with one of these keys.
    fn named<'p>(&self, pairs: &'p [Pair], keys: &[&str]) -> Option<&'p Pair> {
        pairs.iter().find(|pair| keys.contains(&self.text[pair.key.clone()].trim_matches(['"', '\''])))
    }

    /// The end of a line, and the indentation of what stands somewhere.
    fn new_line(&self, at: usize) -> String {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        format!("{end}{}", " ".repeat(at - start))
    }

    /// The text with all that; `None`: nothing changes.
    fn applied(mut self) -> Option<String> {
        if self.replaced.is_empty() {
            return None;
        }
        self.replaced.sort_by_key(|(range, _)| (range.start, range.end));
        let whole = self.sources.text(self.file).unwrap_or_default();
        let mut text = whole[..whole.len() - self.text.len()].to_owned();
        let mut at = 0;
        for (range, new) in &self.replaced {
            text.push_str(self.text.get(at..range.start)?);
            text.push_str(new);
            at = range.end;
        }
        text.push_str(&self.text[at..]);
        Some(text)
    }
}

/// A type as a value. In brackets a comma would end it.
fn quoted(ty: &str, in_brackets: bool) -> String {
    let plain = !in_brackets || !ty.contains(',') || ty.starts_with(['"', '\'']);
    if plain { ty.to_owned() } else { format!("\"{ty}\"") }
}

/// The entry whose key is here.
fn spot<'p>(piece: &'p Piece, key: &Range<usize>, in_brackets: bool) -> Option<Spot<'p>> {
    match piece {
        Piece::Missing(_) | Piece::Scalar(_) | Piece::Block(_) => None,
        Piece::List { brackets, items } => {
            let in_brackets = in_brackets || brackets.is_some();
            items
                .iter()
                .filter(|item| holds(&item.value, key.start))
                .find_map(|item| spot(&item.value, key, in_brackets))
        }
        Piece::Map { brackets, pairs } => {
            let in_brackets = in_brackets || brackets.is_some();
            let found = pairs.iter().find(|pair| pair.key == *key).map(|pair| Spot { pair, in_brackets });
            let within = pairs.iter().filter(|pair| holds(&pair.value, key.start));
            found.or_else(|| within.into_iter().find_map(|pair| spot(&pair.value, key, in_brackets)))
        }
    }
}

/// Whether this is inside.
fn holds(piece: &Piece, at: usize) -> bool {
    (piece.start()..piece.end()).contains(&at)
}

/// The text that is here, and whether it stands in brackets.
fn text_at(piece: &Piece, at: usize, in_brackets: bool) -> Option<(Range<usize>, bool)> {
    match piece {
        Piece::Missing(_) | Piece::Block(_) => None,
        Piece::Scalar(range) => range.contains(&at).then(|| (range.clone(), in_brackets)),
        Piece::List { brackets, items } => {
            let in_brackets = in_brackets || brackets.is_some();
            items.iter().filter(|item| holds(&item.value, at)).find_map(|item| text_at(&item.value, at, in_brackets))
        }
        Piece::Map { brackets, pairs } => {
            let in_brackets = in_brackets || brackets.is_some();
            pairs.iter().filter(|pair| holds(&pair.value, at)).find_map(|pair| text_at(&pair.value, at, in_brackets))
        }
    }
}
