//! Why a text is no YAML. The parser tells where it gave up; the cause is often some lines above. Each cause that people
//! run into has a function, which sees the text up to there.

use core::ops::Range;

use super::load::Page;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;

/// What is said of it.
pub(super) fn diagnostic(page: &mut Page<'_>, at: usize, info: &str) -> Diagnostic {
    let spot = Spot::new(page.text, at, info);
    if let Some(cause) = CAUSES.iter().find_map(|cause| cause(&spot)) {
        let origin = page.origin(cause.range);
        let message = format!("this is not valid YAML: {}", cause.message);
        let diagnostic = Diagnostic::error(Code::Syntax, origin, message).help(cause.help);
        return match cause.noticed {
            Some(range) => diagnostic.related(page.origin(range), "noticed here"),
            None => diagnostic,
        };
    }
    let origin = page.origin(spot.character(spot.at));
    let message = format!("this is not valid YAML: {info}");
    let help = "a text that contains one of `: { } [ ] , & * # ? | > ! % @` or starts with a quote needs quotes";
    Diagnostic::error(Code::Syntax, origin, message).help(help)
}

/// In this order: what comes first explains what would come later.
const CAUSES: &[fn(&Spot<'_>) -> Option<Cause>] = &[
    unclosed_quote,
    text_behind_a_quote,
    unknown_escape,
    bracket,
    missing_comma,
    long_key,
    missing_space,
    missing_colon,
    colon_in_a_text,
    text_behind_a_bracket,
    value_and_entries,
    indentation,
    no_element,
];

/// A fault, and what to do about it.
struct Cause {
    range: Range<usize>,
    message: String,
    help: String,
    /// Where the parser gave up, if that is elsewhere.
    noticed: Option<Range<usize>>,
}

impl Cause {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into(), noticed: None }
    }
}

/// Where the parser gave up, and what is around.
struct Spot<'a> {
    text: &'a str,
    at: usize,
    info: &'a str,
    line: Line<'a>,
    /// The last line before it with something in it.
    before: Option<Line<'a>>,
}

/// A line of the text.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    indent: usize,
    /// What is on it, without blanks and comments.
    written: &'a str,
}

impl<'a> Spot<'a> {
    fn new(text: &'a str, at: usize, info: &'a str) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = lines(&text[..start]).last();
        Self { text, at, info, line: Line::new(start, text[start..].lines().next().unwrap_or_default()), before }
    }

    fn says(&self, words: &str) -> bool {
        self.info.contains(words)
    }

    /// Whether a line begins that belongs to no mapping above it.
    fn begins_a_strange_line(&self) -> bool {
        self.says("did not find expected key") && self.at <= self.line.range().start
    }

    fn character(&self, at: usize) -> Range<usize> {
        at..self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8())
    }

    /// The line before, and this one as far as it was understood.
    fn nearby(&self) -> impl Iterator<Item = Line<'a>> {
        self.before.into_iter().chain([self.line])
    }
}

impl<'a> Line<'a> {
    fn new(start: usize, whole: &'a str) -> Self {
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        let rest = &whole[indent..];
        let rest = if rest.starts_with('#') { "" } else { rest.split(" #").next().unwrap_or_default() };
        Self { start, indent, written: rest.trim_end() }
    }

    /// The bytes of what is on it.
    fn range(&self) -> Range<usize> {
        let start = self.start + self.indent;
        start..start + self.written.len()
    }

    /// The key and the value of `key: value`, also behind a `- `.
    fn entry(&self) -> Option<(&'a str, &'a str)> {
        let written = self.written.strip_prefix("- ").unwrap_or(self.written);
        let (key, value) = written.split_once(": ").or_else(|| Some((written.strip_suffix(':')?, "")))?;
        is_word(key).then_some((key, value.trim()))
    }
}

/// The lines with something in them.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let all = text.split_inclusive('\n').map(move |whole| {
        let line = Line::new(start, whole.trim_end_matches(['\n', '\r']));
        start += whole.len();
        line
    });
    all.filter(|line| !line.written.is_empty())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// `doc: "Seats, and who holds them.`
fn unclosed_quote(spot: &Spot<'_>) -> Option<Cause> {
    let unclosed =
        ["invalid indentation in quoted scalar", "unexpected end of stream", "unexpected document indicator"];
    unclosed.iter().any(|words| spot.says(words)).then_some(())?;
    let mark = spot.text[spot.at..].chars().next().filter(|c| ['"', '\''].contains(c))?;
    let help = format!("close it where the text ends: `{mark}...{mark}`");
    Some(Cause::new(spot.character(spot.at), "this quote is never closed", help))
}

/// `doc: 'It's here'`
fn text_behind_a_quote(spot: &Spot<'_>) -> Option<Cause> {
    spot.says("trailing content after").then_some(())?;
    let help = "put the whole text into quotes; inside of `'...'` a `'` is written `''`, inside of `\"...\"` a `\"` is \
                written `\\\"`";
    Some(Cause::new(spot.character(spot.at), "the quoted text ends before this", help))
}

/// `doc: "\d"`
fn unknown_escape(spot: &Spot<'_>) -> Option<Cause> {
    spot.says("unknown escape character").then_some(())?;
    let help = "write `\\\\` for the backslash itself, or put the text into `'...'`, where it is nothing special";
    Some(Cause::new(
        spot.character(spot.at),
        "inside of `\"...\"` a `\\` begins an escape, and there is none like this",
        help,
    ))
}

/// A bracket that is never closed, or was never opened.
fn bracket(spot: &Spot<'_>) -> Option<Cause> {
    let open = open_brackets(&spot.text[..spot.at]);
    let next = spot.text[spot.at..].chars().next();
    let here = spot.character(spot.at);
    if let Some(close @ ('}' | ']')) = next {
        let opener = if close == '}' { '{' } else { '[' };
        if open.iter().all(|(_, bracket)| *bracket != opener) {
            let message = format!("this `{close}` closes nothing");
            return Some(Cause::new(here, message, format!("take it out, or open a `{opener}` before it")));
        }
        return open.last().filter(|(_, bracket)| *bracket != opener).map(|last| unclosed(*last, here));
    }
    let (at, bracket) = *open.last()?;
    let start = spot.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let opened = Line::new(start, spot.text[start..].lines().next().unwrap_or_default());
    let close = if bracket == '{' { '}' } else { ']' };
    if spot.says("invalid indentation") && spot.text[spot.at..].contains(close) {
        return None;
    }
    // What begins at the same indentation again is not inside any more.
    let outside = spot.line.start > start && (next.is_none() || spot.line.indent <= opened.indent);
    outside.then(|| unclosed((at, bracket), here))
}

fn unclosed((at, bracket): (usize, char), noticed: Range<usize>) -> Cause {
    let close = if bracket == '{' { '}' } else { ']' };
    let help = format!("write a `{close}` where what it opens ends; what stands inside is indented deeper");
    Cause {
        // At the end of a file there is nothing to point at.
        noticed: (!noticed.is_empty()).then_some(noticed),
        ..Cause::new(at..at + 1, format!("this `{bracket}` is never closed"), help)
    }
}

/// The brackets that are open behind a text, with their offsets. What stands in quotes or in a comment is text.
fn open_brackets(text: &str) -> Vec<(usize, char)> {
    let mut open = Vec::new();
    let mut quoted_by = None;
    let mut comment = false;
    let mut before = ' ';
    let mut begins_a_value = true;
    for (at, c) in text.char_indices() {
        if comment {
            comment = c != '\n';
        } else if let Some(mark) = quoted_by {
            if mark == '"' && before == '\\' {
                before = ' '; // an escaped character, also a backslash
                continue;
            }
            quoted_by = (c != mark).then_some(mark);
        } else if ['"', '\''].contains(&c) && !before.is_alphanumeric() {
            quoted_by = Some(c);
        } else if c == '#' {
            comment = before.is_whitespace();
        } else if ['}', ']'].contains(&c) {
            open.pop();
        } else if ['{', '['].contains(&c) && (begins_a_value || !open.is_empty()) {
            open.push((at, c)); // inside of a plain text a bracket is a letter, unless brackets are open anyway
        }
        begins_a_value = match c {
            '\n' => true,
            ' ' => begins_a_value || [':', '-'].contains(&before),
            _ => false,
        };
        before = c;
    }
    open
}

/// `{ first: string last: string }`
fn missing_comma(spot: &Spot<'_>) -> Option<Cause> {
    let (_, bracket) = *open_brackets(&spot.text[..spot.at]).last()?;
    let wanted = spot.says("did not find expected ','") || spot.says("expected ',' or") || spot.says("':' indicator");
    wanted.then_some(())?;
    let word = spot.text[..spot.at].trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let form = if bracket == '{' { "{ a: 1, b: 2 }" } else { "[a, b]" };
    let help = format!("a comma separates what stands in brackets: `{form}`; a text with `: ` in it needs quotes");
    Some(Cause::new(word..spot.character(spot.at).end, "a comma is missing before this", help))
}

/// A key whose colon YAML does not look for any more.
fn long_key(spot: &Spot<'_>) -> Option<Cause> {
    const LONGEST: usize = 1024;
    spot.says("simple key").then_some(())?;
    let (key, _) = spot.line.entry().filter(|(key, _)| key.len() > LONGEST)?;
    let start = spot.line.range().end - spot.line.written.trim_start_matches("- ").len();
    let message = format!("the key `{key}` has more than {LONGEST} letters");
    Some(Cause::new(start..start + key.len(), message, "give it a name that is read to its end"))
}

/// `quantity:u32`
fn missing_space(spot: &Spot<'_>) -> Option<Cause> {
    (spot.says("simple key") || spot.says("mapping values are not allowed")).then_some(())?;
    spot.nearby().find_map(|line| {
        let written = line.written.strip_prefix("- ").unwrap_or(line.written);
        let (key, value) = written.split_once(':')?;
        (is_word(key) && !value.is_empty() && !value.starts_with([' ', ':', '/'])).then_some(())?;
        let colon = line.range().end - value.len() - 1;
        let help = format!("write `{key}: {}`", crate::names::shortened(value));
        Some(Cause::new(colon..colon + 1, "a space is missing behind this colon", help))
    })
}

/// A key on a line of its own, without its colon.
fn missing_colon(spot: &Spot<'_>) -> Option<Cause> {
    (spot.says("simple key") || spot.says("mapping values are not allowed")).then_some(())?;
    let line = spot.before.filter(|line| is_word(line.written))?;
    let help = format!("write `{}:` if it is the key of what follows", line.written);
    Some(Cause::new(line.range(), "a colon is missing behind this", help))
}

/// `doc: Seats: who holds them`
fn colon_in_a_text(spot: &Spot<'_>) -> Option<Cause> {
    spot.says("mapping values are not allowed").then_some(())?;
    let (key, value) = spot.line.entry()?;
    let range = spot.line.range().end - value.len()..spot.line.range().end;
    range.contains(&spot.at).then_some(())?;
    let help = format!("put the text into quotes: `{key}: \"...\"`");
    Some(Cause::new(range, "there is a `: ` in this text", help))
}

/// `message: {left} seats left`
fn text_behind_a_bracket(spot: &Spot<'_>) -> Option<Cause> {
    spot.says("did not find expected key").then_some(())?;
    let (key, value) = spot.line.entry().filter(|(_, value)| value.starts_with(['{', '[']))?;
    let range = spot.line.range().end - value.len()..spot.line.range().end;
    range.contains(&spot.at).then_some(())?;
    let help = format!("put the text into quotes: `{key}: \"...\"`");
    Some(Cause::new(range, "this text begins with a bracket, so YAML reads a mapping or a list", help))
}

/// A line that is indented below one that has its value already.
fn value_and_entries(spot: &Spot<'_>) -> Option<Cause> {
    (spot.says("mapping values are not allowed") || spot.begins_a_strange_line()).then_some(())?;
    let before = spot.before.filter(|before| spot.line.indent > before.indent)?;
    let (key, value) = before.entry().filter(|(_, value)| !value.is_empty())?;
    let message = format!("this is indented below `{key}`, which has its value `{}`", crate::names::shortened(value));
    let help = format!("indent it as far as `{key}`: {}", spaces(before.indent));
    Some(Cause::new(spot.line.range(), message, help))
}

/// A line that begins where none above it begins.
fn indentation(spot: &Spot<'_>) -> Option<Cause> {
    if spot.says("invalid indentation") && !open_brackets(&spot.text[..spot.at]).is_empty() {
        let help = "what stands in brackets is indented deeper than the line on which they open";
        return Some(Cause::new(spot.line.range(), "this is indented too little", help));
    }
    spot.begins_a_strange_line().then_some(())?;
    let mut above: Vec<usize> = Vec::new();
    for line in lines(&spot.text[..spot.line.start]) {
        above.retain(|indent| *indent < line.indent);
        above.push(line.indent);
    }
    (!above.contains(&spot.line.indent)).then_some(())?;
    let nearest: Vec<String> = above.iter().rev().take(2).map(|indent| spaces(*indent)).collect();
    let message = format!("no line that this could belong to is indented by {}", spaces(spot.line.indent));
    let help = format!("the lines of one mapping are indented alike: here by {}", nearest.join(", or by "));
    Some(Cause::new(spot.line.range(), message, help))
}

fn spaces(count: usize) -> String {
    match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        _ => format!("{count} spaces"),
    }
}

/// An entry below the elements of a list.
fn no_element(spot: &Spot<'_>) -> Option<Cause> {
    spot.says("did not find expected '-'").then_some(())?;
    let help = "either all of these lines begin with `- `, or none";
    Some(Cause::new(spot.line.range(), "this stands among the elements of a list, and is none", help))
}
