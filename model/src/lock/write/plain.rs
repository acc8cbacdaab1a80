//! What is written, as the lines that the YAML library would write, where none of them needs quotes or more lines than
//! one. A lock is long, and of most this is true; tests hold the two against each other.

use core::fmt::Write as _;

use super::Out;
use crate::shared::shared;

/// The longest key that is written here: the library writes longer ones otherwise.
const MAX_KEY: usize = 120;

/// Texts that are something else to a YAML parser, in any case.
const WORDS: [&str; 3] = ["null", "true", "false"];

/// The text of what is written; `None` if the library has to be asked.
pub(super) fn text(write: impl FnOnce(&mut Lines)) -> Option<String> {
    let mut lines = Lines::default();
    write(&mut lines);
    (!lines.needs_library).then_some(lines.text)
}

#[derive(Default)]
pub(super) struct Lines {
    text: String,
    indent: usize,
    /// Whether the next key stands behind a dash.
    first: bool,
    needs_library: bool,
}

impl Lines {
    fn key(&mut self, key: &str) {
        self.needs_library |= key.len() > MAX_KEY || !is_plain(key);
        self.begin();
        self.text.extend([key, ":"]);
    }

    fn number_key(&mut self, key: u32) {
        self.begin();
        let _ = write!(self.text, "{key}:");
    }

    fn begin(&mut self) {
        if self.first {
            self.first = false;
        } else {
            self.text.extend(core::iter::repeat_n(' ', self.indent));
        }
    }

    /// Writes the entries below a key, or that there are none.
    fn below(&mut self, entries: impl FnOnce(&mut Self)) {
        let at = self.text.len();
        self.text.push('\n');
        self.indent += 2;
        entries(self);
        self.indent -= 2;
        self.unless_empty(at, " {}\n");
    }

    /// Whether nothing but the end of the line was written since.
    fn unless_empty(&mut self, at: usize, empty: &str) {
        if self.text.len() == at + 1 {
            self.text.truncate(at);
            self.text.push_str(empty);
        }
    }
}

impl Out for Lines {
    fn text(&mut self, key: &str, value: &str) {
        self.needs_library |= !is_plain(value);
        self.key(key);
        self.text.extend([" ", value, "\n"]);
    }

    fn number(&mut self, key: &str, value: u32) {
        self.key(key);
        let _ = writeln!(self.text, " {value}");
    }

    fn is_true(&mut self, key: &str) {
        self.key(key);
        self.text.push_str(" true\n");
    }

    fn texts<T: AsRef<str>>(&mut self, key: &str, values: impl ExactSizeIterator<Item = T>) {
        self.key(key);
        let at = self.text.len();
        self.text.push('\n');
        for value in values {
            let value = value.as_ref();
            self.needs_library |= !is_plain(value);
            self.begin();
            self.text.extend(["- ", value, "\n"]);
        }
        self.unless_empty(at, " []\n");
    }

    fn parts<T: Sync>(&mut self, key: &str, parts: &[(&String, &T)], entries: impl Fn(&mut Self, &T) + Sync) {
        self.key(key);
        self.text.push('\n');
        let indent = self.indent + 2;
        let written = shared(parts, |parts| {
            let mut lines = Self { indent, ..Self::default() };
            for (name, part) in parts {
                lines.map(name, |lines| entries(lines, part));
            }
            lines
        });
        for lines in written {
            self.text.push_str(&lines.text);
            self.needs_library |= lines.needs_library;
        }
    }

    fn map(&mut self, key: &str, entries: impl FnOnce(&mut Self)) {
        self.key(key);
        self.below(entries);
    }

    fn numbered(&mut self, key: u32, entries: impl FnOnce(&mut Self)) {
        self.number_key(key);
        self.below(entries);
    }

    fn maps<T>(&mut self, key: u32, all: &[T], entries: impl Fn(&mut Self, &T)) {
        self.number_key(key);
        let at = self.text.len();
        self.text.push('\n');
        for one in all {
            self.begin();
            self.text.push_str("- ");
            self.first = true;
            self.indent += 2;
            entries(self, one);
            self.indent -= 2;
        }
        self.unless_empty(at, " []\n");
    }
}

/// Whether a text needs no quotes wherever it stands in a block: it begins as no number and no other node does, and has
/// nothing in it that begins a value or a comment.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let begins = first.is_ascii_alphabetic() || *first == b'_' || is_fingerprint(bytes);
    let is_word = bytes.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    let inside = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b':' && *byte != b'#';
    begins && *last != b' ' && !is_word && bytes.iter().all(inside)
}

/// Whether it is one that cannot be taken for a number: those have no such digits.
fn is_fingerprint(bytes: &[u8]) -> bool {
    bytes.len() == 32
        && bytes.iter().all(u8::is_ascii_hexdigit)
        && bytes.iter().any(|byte| matches!(byte, b'a' | b'c' | b'd' | b'f'))
}
