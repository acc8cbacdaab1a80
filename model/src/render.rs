//! Diagnostics as text, in the look of rustc.

use core::fmt::Write as _;
use core::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Label, Level};
use crate::source::{FileId, Place, Sources};

/// More than these nobody reads; the rest is counted.
const SHOWN: usize = 100;

/// How much of a line is shown at most to each side of a place.
const MARGIN: usize = 2_000;

/// Shows diagnostics with the lines they speak of, and ends with a line that counts them.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        out.push_str(&renderer.render(&[group(diagnostic, sources)]));
        out.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        out.push_str(&renderer.render(&[summary(diagnostics)]));
        out.push('\n');
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let title = level(diagnostic.level).primary_title(&diagnostic.message).id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    for window in windows(diagnostic, sources) {
        group = match sources.text(window.file) {
            Some(text) => group.element(snippet(&window, text, sources)),
            None => group.element(bare_origin(&window, sources)),
        };
    }
    group.elements(diagnostic.helps.iter().map(|help| annotate_snippets::Level::HELP.message(help)))
}

fn level(level: Level) -> annotate_snippets::Level<'static> {
    match level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
    }
}

/// A part of a file that is shown in one piece, with what is said there.
struct Window<'a> {
    file: FileId,
    range: Range<usize>,
    notes: Vec<(AnnotationKind, Range<usize>, &'a str)>,
}

/// The primary place's window first; places near each other share one.
fn windows<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Vec<Window<'a>> {
    let mut windows: Vec<Window<'a>> = Vec::new();
    let primary = core::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let related = diagnostic.related.iter().map(|label| (AnnotationKind::Context, label));
    for (kind, label) in primary.chain(related) {
        let Some(place) = sources.place(label.origin) else { continue };
        let range = shown(&place, sources.text(place.file).unwrap_or_default());
        let note = (kind, place.range, label_text(label));
        let near = |window: &&mut Window<'a>| window.file == place.file && gap(&window.range, &range) < 100_000;
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

fn label_text(label: &Label) -> &str {
    &label.text
}

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
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

fn snippet<'a>(window: &Window<'a>, text: &'a str, sources: &'a Sources) -> Snippet<'a, Annotation<'a>> {
    let first_line = text[..window.range.start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let annotations = window.notes.iter().map(|(kind, range, label)| {
        let start = range.start.min(text.len()) - window.range.start;
        let end = range.end.min(text.len()) - window.range.start;
        let label = (!label.is_empty()).then_some(*label);
        kind.span(start..end).label(label)
    });
    Snippet::source(&text[window.range.clone()])
        .path(sources.name(window.file))
        .line_start(first_line)
        .annotations(annotations)
}

/// Where no text can be shown since the file has none.
fn bare_origin<'a>(window: &Window<'a>, sources: &'a Sources) -> annotate_snippets::Origin<'a> {
    let place = Place { file: window.file, range: window.range.clone() };
    let (line, _) = sources.line_and_column(&place);
    annotate_snippets::Origin::path(sources.name(window.file)).line(line)
}

/// `error: 2 errors and 1 warning in 1 file`.
fn summary(diagnostics: &[Diagnostic]) -> Group<'static> {
    let count = |level: Level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let mut text = String::new();
    if errors > 0 {
        text.push_str(&counted(errors, "error"));
    }
    if warnings > 0 {
        let joint = if errors > 0 { " and " } else { "" };
        let _ = write!(text, "{joint}{}", counted(warnings, "warning"));
    }
    if diagnostics.len() > SHOWN {
        let _ = write!(text, "; the first {SHOWN} are shown");
    }
    let worst = if errors > 0 { Level::Error } else { Level::Warning };
    Group::with_title(level(worst).primary_title(format!("{text} in the schema")))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
