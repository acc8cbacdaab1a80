//! Diagnostics as text, in the look of rustc.

use core::fmt::Write as _;
use core::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Label, Level};
use crate::printable::{printable, printable_lines, printable_styled};
use crate::source::{FileId, Place, Sources};

/// More than these nobody reads; the rest is counted.
const SHOWN: usize = 100;

/// How much of a line is shown at most to each side of a place.
const MARGIN: usize = 2_000;

/// How much of a place in one line is marked at most.
const MARKED: usize = 200;

/// One message with its places: what a diagnostic says, or what a review found.
#[derive(Debug, Clone, Copy)]
pub struct Message<'m> {
    /// How bad it is.
    pub level: Level,
    /// `E0103`
    pub code: &'m str,
    /// In one sentence.
    pub text: &'m str,
    /// Where it is.
    pub primary: &'m Label,
    /// Other places that belong to it.
    pub related: &'m [Label],
    /// What is known about it.
    pub notes: &'m [String],
    /// What to write instead.
    pub helps: &'m [String],
}

/// Shows one message with the lines that it speaks of.
#[must_use]
pub fn render_message(message: &Message<'_>, sources: &Sources, color: bool) -> String {
    let text = renderer(color).render(&[group(message, sources)]);
    // It knows fewer characters that disturb, in what it quotes.
    printable_styled(&text).to_string()
}

/// Shows one diagnostic with the lines that it speaks of.
#[must_use]
pub fn render_one(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let code = diagnostic.code.to_string();
    render_message(&message(diagnostic, &code), sources, color)
}

/// Shows diagnostics with the lines they speak of, and ends with a line that counts them.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        out.push_str(&render_one(diagnostic, sources, color));
        out.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        out.push_str(&renderer(color).render(&[summary(diagnostics)]));
        out.push('\n');
    }
    out
}

const fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

fn message<'a>(diagnostic: &'a Diagnostic, code: &'a str) -> Message<'a> {
    let Diagnostic { level, message, primary, related, helps, .. } = diagnostic;
    Message { level: *level, code, text: message, primary, related, notes: &[], helps }
}

fn group<'a>(message: &Message<'a>, sources: &'a Sources) -> Group<'a> {
    let mut group = Group::with_title(level(message.level).primary_title(message.text).id(message.code));
    for window in windows(message, sources) {
        group = match sources.text(window.file) {
            Some(text) => group.element(snippet(&window, text, sources)),
            None => group.element(bare_origin(&window, sources)),
        };
    }
    let notes = message.notes.iter().map(|note| (annotate_snippets::Level::NOTE, note));
    let all = notes.chain(message.helps.iter().map(|help| (annotate_snippets::Level::HELP, help)));
    // Of these two, of labels and of paths it believes that their styles are ours.
    group.elements(all.map(|(level, text)| level.message(printable_lines(text).to_string())))
}

fn level(level: Level) -> annotate_snippets::Level<'static> {
    match level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
        Level::Info => annotate_snippets::Level::INFO,
    }
}

/// A part of a file that is shown in one piece, with what is said there.
struct Window {
    file: FileId,
    range: Range<usize>,
    notes: Vec<(AnnotationKind, Range<usize>, String)>,
}

/// The primary place's window first; places near each other share one.
fn windows(message: &Message<'_>, sources: &Sources) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let primary = core::iter::once((AnnotationKind::Primary, message.primary));
    let related = message.related.iter().map(|label| (AnnotationKind::Context, label));
    for (kind, label) in primary.chain(related) {
        let Some(place) = sources.place(label.origin) else { continue };
        let text = sources.text(place.file).unwrap_or_default();
        let place = marked(place, text);
        let range = shown(&place, text);
        let note = (kind, place.range, printable(&label.text).to_string());
        let near = |window: &&mut Window| {
            window.file == place.file && gap(&window.range, &range) < 100_000 && !far(&window.range, &range, text)
        };
        match windows.iter_mut().find(near) {
            Some(window) => {
                window.range = window.range.start.min(range.start)..window.range.end.max(range.end);
                window.notes.push(note);
            }
            None => windows.push(Window { file: place.file, range, notes: vec![note] }),
        }
    }
    windows
}

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
}

/// The beginning of what nobody would read to its end.
fn marked(place: Place, text: &str) -> Place {
    let start = place.range.start.min(text.len());
    let is_line = |range: &Range<usize>| text.get(range.clone()).is_some_and(|text| !text.contains('\n'));
    if place.range.len() <= MARKED || !is_line(&place.range) {
        return place;
    }
    Place { range: start..text.floor_char_boundary(start + MARKED), ..place }
}

/// Whether two windows are so far from each other in one line that both would not be seen.
fn far(a: &Range<usize>, b: &Range<usize>, text: &str) -> bool {
    let between = a.end.min(b.end)..a.start.max(b.start);
    text.get(between).is_some_and(|between| between.len() > MARKED && !between.contains('\n'))
}

/// The whole lines of a place, as far as they are of a bearable length.
fn shown(place: &Place, text: &str) -> Range<usize> {
    let start = place.range.start.min(text.len());
    let end = place.range.end.min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text[end..].lines().next().unwrap_or_default(); // without a carriage return
    let line_end = end + rest.len();
    let from = text.ceil_char_boundary(line_start.max(start.saturating_sub(MARGIN)));
    let to = text.floor_char_boundary(line_end.min(end.saturating_add(MARGIN)));
    from.min(start)..to.max(end)
}

fn snippet<'a>(window: &Window, text: &'a str, sources: &'a Sources) -> Snippet<'a, Annotation<'a>> {
    let (first_line, _) = sources.line_and_column(&Place { file: window.file, range: window.range.clone() });
    let annotations = window.notes.iter().map(|(kind, range, label)| {
        let start = range.start.min(text.len()) - window.range.start;
        let end = range.end.min(text.len()) - window.range.start;
        let label = Some(label).filter(|label| !label.is_empty());
        kind.span(start..end).label(label.cloned())
    });
    Snippet::source(&text[window.range.clone()])
        .path(printable(sources.name(window.file)).to_string())
        .line_start(first_line)
        .annotations(annotations)
}

/// Where no text can be shown since the file has none.
fn bare_origin<'a>(window: &Window, sources: &'a Sources) -> annotate_snippets::Origin<'a> {
    let place = Place { file: window.file, range: window.range.clone() };
    let (line, _) = sources.line_and_column(&place);
    annotate_snippets::Origin::path(printable(sources.name(window.file)).to_string()).line(line)
}

/// `error: 2 errors and 1 warning in the schema`.
fn summary(diagnostics: &[Diagnostic]) -> Group<'static> {
    let mut counts = Vec::new();
    for (level, word) in [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "note")] {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        if count > 0 {
            counts.push((level, counted(count, word)));
        }
    }
    let worst = counts.first().map_or(Level::Info, |(level, _)| *level);
    let mut text = counts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" and ");
    if diagnostics.len() > SHOWN {
        let _ = write!(text, "; the first {SHOWN} are shown");
    }
    Group::with_title(level(worst).primary_title(format!("{text} in the schema")))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
