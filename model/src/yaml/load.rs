//! YAML events to a [`Node`] tree. What the language does not take from YAML is refused here.

use core::ops::Range;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::tree::{Entry, Key, Kind, Node, Scalar};
use super::{faults, plain, repair};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Origin, Places};

/// The largest file.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What YAML takes for a blank or for the end of a line. Any other white space is text, wherever it stands.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// How deep mappings and lists may stand inside each other.
const MAX_DEPTH: usize = 64;

/// The text of a file, its offsets, and where its places are entered.
pub(super) struct Page<'a> {
    pub(super) text: &'a str,
    file: FileId,
    places: &'a mut Places,
    /// The byte offset of each character, where characters are not bytes.
    offsets: Option<Vec<u32>>,
    /// Bytes before the text: a byte order mark.
    before: usize,
}

impl<'a> Page<'a> {
    pub(super) fn new(file: FileId, whole: &'a str, places: &'a mut Places) -> Self {
        let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let offsets = (!text.is_ascii()).then(|| {
            let starts = text.char_indices().map(|(byte, _)| u32::try_from(byte).unwrap_or(u32::MAX));
            starts.chain([end]).collect()
        });
        Self { text, file, places, offsets, before: whole.len() - text.len() }
    }

    /// The origin of a range of bytes of the text.
    pub(super) fn origin(&mut self, range: Range<usize>) -> Origin {
        self.places.add(self.file, range.start + self.before..range.end + self.before)
    }

    /// How many places have been entered.
    pub(super) fn mark(&self) -> usize {
        self.places.len()
    }

    /// Takes out the places that were entered since.
    pub(super) fn forget(&mut self, mark: usize) {
        self.places.truncate(mark);
    }

    /// The bytes of a place of the text.
    pub(super) fn range(&self, origin: Origin) -> Range<usize> {
        let place = self.places.get(origin).map_or(0..0, |place| place.range);
        place.start.saturating_sub(self.before)..place.end.saturating_sub(self.before)
    }

    /// The byte offset of a character.
    fn byte(&self, character: usize) -> usize {
        let byte = match &self.offsets {
            None => character,
            Some(offsets) => offsets.get(character).map_or(self.text.len(), |byte| *byte as usize),
        };
        byte.min(self.text.len())
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }
}

/// Reads a document. `None` if there is no tree to go on with, which a diagnostic says.
pub(super) fn load(page: &mut Page<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    plain::load(page).or_else(|| parse(page, diagnostics))
}

/// Reads a document of any YAML.
pub(super) fn parse(page: &mut Page<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let text = page.text;
    let mut loader = Loader {
        page,
        diagnostics,
        open: Vec::new(),
        root: None,
        documents: 0,
        scalars: Vec::new(),
        aliases: false,
        stopped: false,
    };
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => loader.event(event, span),
            Err(error) => loader.syntax_error(&error),
        }
        if loader.stopped {
            return None;
        }
    }
    loader.refuse_tabs();
    let Loader { root, aliases, .. } = loader;
    if aliases {
        return None; // what stands in their place is not known, so nobody should judge it
    }
    if root.as_ref().is_none_or(Node::is_missing) {
        let origin = page.origin(0..0);
        let example = "start with `factum: 1` and `context: <name>`";
        diagnostics.push(Diagnostic::error(Code::EmptyFile, origin, "the file declares nothing").help(example));
        return None;
    }
    root
}

/// A mapping or list whose end has not come yet.
enum Open {
    List { start: usize, nodes: Vec<Node> },
    Map { start: usize, flow: bool, entries: Vec<Entry>, key: Option<Key>, seen: HashMap<String, Origin> },
}

struct Loader<'a, 'p> {
    page: &'a mut Page<'p>,
    diagnostics: &'a mut Diagnostics,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    /// Where scalars stand, in order: a tab in one of them is text.
    scalars: Vec<Range<usize>>,
    aliases: bool,
    stopped: bool,
}

impl Loader<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        let range = self.page.bytes(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => self.document(range),
            Event::Alias(_) => {
                self.refuse_alias(range.clone());
                self.close(Kind::Scalar(Scalar { text: String::new(), plain: false, verbatim: None }), range);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_properties(anchor != 0, tag.is_some(), &range);
                self.scalar(text.into_owned(), style, range);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_properties(anchor != 0, tag.is_some(), &range);
                self.start(Open::List { start: range.start, nodes: Vec::new() }, range);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_properties(anchor != 0, tag.is_some(), &range);
                let flow = self.page.text[range.start..].starts_with('{');
                let (entries, seen) = (Vec::new(), HashMap::new());
                self.start(Open::Map { start: range.start, flow, entries, key: None, seen }, range);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range),
        }
    }

    fn document(&mut self, range: Range<usize>) {
        self.documents += 1;
        if self.documents == 2 {
            let origin = self.page.origin(range);
            let message = "a second document starts here, and a schema file is one document";
            let help = "move it to a file of its own, or take the `---` out";
            self.diagnostics.push(Diagnostic::error(Code::SeveralDocuments, origin, message).help(help));
            self.stopped = true;
        }
    }

    fn start(&mut self, open: Open, range: Range<usize>) {
        if self.open.len() == MAX_DEPTH {
            let origin = self.page.origin(range);
            let message = format!("mappings and lists stand inside each other more than {MAX_DEPTH} deep");
            self.diagnostics
                .push(Diagnostic::error(Code::TooDeep, origin, message).help("a schema needs less than ten"));
            self.stopped = true;
            return;
        }
        self.open.push(open);
    }

    fn end(&mut self, range: Range<usize>) {
        match self.open.pop() {
            Some(Open::List { start, nodes }) => self.close(Kind::List(nodes), start..range.end.max(start)),
            Some(Open::Map { start, flow, entries, .. }) => {
                let entries = if flow { repair::flow_mapping(entries, self.page, self.diagnostics) } else { entries };
                self.close(Kind::Map(entries), start..range.end.max(start));
            }
            None => {}
        }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, range: Range<usize>) {
        // For the parser a text in quotes ends where the next token begins.
        let range = self.trimmed(range);
        if !range.is_empty() {
            self.scalars.push(range.clone());
        }
        let plain = style == ScalarStyle::Plain;
        let verbatim = [range.clone(), range.start + 1..range.end.saturating_sub(1).max(range.start + 1)]
            .into_iter()
            .find(|range| self.page.text.get(range.clone()) == Some(text.as_str()));
        self.close(Kind::Scalar(Scalar { text, plain, verbatim }), range);
    }

    /// A node is complete: it is a key, a value, an element, or the root.
    fn close(&mut self, kind: Kind, range: Range<usize>) {
        let range = self.trimmed(range);
        let origin = self.page.origin(range);
        let node = Node { kind, origin };
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { nodes, .. }) => nodes.push(node),
            Some(Open::Map { key: slot @ None, .. }) => *slot = Some(key_of(node, self.diagnostics)),
            Some(Open::Map { key: slot @ Some(_), entries, seen, .. }) => {
                if let Some(key) = slot.take() {
                    add_entry(key, node, entries, seen, self.diagnostics);
                }
            }
        }
    }

    /// The end of a block is where the next thing starts; its place ends with its last visible character.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let written = self.page.text.get(range.clone()).unwrap_or_default();
        range.start..range.start + written.trim_end_matches(BLANKS).len()
    }

    fn refuse_alias(&mut self, range: Range<usize>) {
        self.aliases = true;
        let origin = self.page.origin(range);
        let message = "an alias: what stands here is written elsewhere";
        self.diagnostics.push(Diagnostic::error(Code::Alias, origin, message).help("write it out"));
    }

    /// The parser tells that a node has an anchor or a tag, but not where: it stands before the node.
    fn refuse_properties(&mut self, anchor: bool, tag: bool, range: &Range<usize>) {
        if anchor {
            let origin = self.property('&', range);
            let help = "write the content out where it is needed, or give it a name below `types:`";
            let message = "an anchor: aliases and anchors are not part of the language";
            self.diagnostics.push(Diagnostic::error(Code::Alias, origin, message).help(help));
        }
        if tag {
            let origin = self.property('!', range);
            let message = "a tag: every scalar is text, typed by what is expected in its place";
            self.diagnostics.push(Diagnostic::error(Code::Tag, origin, message).help("take the tag out"));
        }
    }

    fn property(&mut self, sign: char, range: &Range<usize>) -> Origin {
        let text = self.page.text;
        let from = text.floor_char_boundary(range.start.saturating_sub(200));
        let start = text[from..range.start].rfind(sign).map_or(range.start, |at| from + at);
        let length = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
        self.page.origin(start..start + length)
    }

    fn syntax_error(&mut self, error: &ScanError) {
        self.stopped = true;
        let text = self.page.text;
        let at = self.page.byte(error.marker().index());
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        let indentation = text[line_start..line_end].chars().take_while(|c| *c == ' ').count();
        if text[line_start + indentation..].starts_with('\t') {
            self.refuse_tab(line_start + indentation, "a tab in the indentation", "indent with two spaces");
            return;
        }
        self.diagnostics.push(faults::diagnostic(self.page, at, error.info()));
    }

    /// The first tab that is neither in a scalar nor in a comment; one message is enough for a whole file.
    fn refuse_tabs(&mut self) {
        let text = self.page.text;
        let mut scalars = self.scalars.iter().peekable();
        let mut comment_until = 0;
        for (at, byte) in text.bytes().enumerate() {
            while scalars.next_if(|scalar| scalar.end <= at).is_some() {}
            let in_scalar = scalars.peek().is_some_and(|scalar| scalar.start <= at);
            if in_scalar || at < comment_until {
                continue;
            }
            match byte {
                b'#' => comment_until = text[at..].find('\n').map_or(text.len(), |newline| at + newline),
                b'\t' => return self.refuse_tab(at, "a tab between two words", "write a space"),
                _ => {}
            }
        }
    }

    fn refuse_tab(&mut self, at: usize, what: &str, help: &str) {
        let origin = self.page.origin(at..at + 1);
        let message = format!("{what}: YAML forbids some tabs, and the schema language all");
        self.diagnostics.push(Diagnostic::error(Code::Tab, origin, message).help(help));
    }
}

/// A key has to be a text; another node's place stands for it, so that reading can go on.
fn key_of(node: Node, diagnostics: &mut Diagnostics) -> Key {
    match node.kind {
        Kind::Scalar(scalar) => Key { text: scalar.text, origin: node.origin },
        Kind::List(_) | Kind::Map(_) => {
            let message = "a key has to be a name";
            let help = "a text that starts with `{` or `[` needs quotes";
            diagnostics.push(Diagnostic::error(Code::WrongShape, node.origin, message).help(help));
            Key { text: String::new(), origin: node.origin }
        }
    }
}

fn add_entry(
    key: Key,
    mut value: Node,
    entries: &mut Vec<Entry>,
    seen: &mut HashMap<String, Origin>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(first) = seen.get(&key.text) {
        let message = format!("the key `{}` appears twice", key.text);
        diagnostics.push(
            Diagnostic::error(Code::DuplicateKey, key.origin, message)
                .label("again here")
                .related(*first, "first here")
                .help("keep one of the two"),
        );
        return;
    }
    seen.insert(key.text.clone(), key.origin);
    if value.is_missing() {
        value.origin = key.origin; // there is nothing else to point at
    }
    entries.push(Entry { key, value });
}
