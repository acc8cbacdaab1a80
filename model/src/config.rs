//! `factum.toml`: what makes a folder a catalog, and what is set for all of it. It may be empty.

use core::ops::Range;

use toml_edit::Document;

use crate::source::{Content, FileId, Places};
use crate::{Code, Diagnostic, Diagnostics, Sources};

/// What a `factum.toml` sets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Config {}

/// Every key that may stand at its top. There is nothing to be set yet: what makes the file useful is that it is there.
const KEYS: &[&str] = &[];

/// Reads a `factum.toml`. What is wrong goes to `diagnostics`; the rest counts.
pub fn read(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Config {
    let (content, places) = sources.reading(file);
    let mut reader = Reader { file, places, diagnostics };
    match content {
        Content::Text(text) => reader.text(text),
        Content::NotUtf8 { first, .. } => {
            let at = *first..*first;
            reader.says(Code::NotUtf8, at, "the file is not UTF-8", "save it as UTF-8");
        }
    }
    Config::default()
}

struct Reader<'a> {
    file: FileId,
    places: &'a mut Places,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let at = error.span().unwrap_or(0..0);
                let message = format!("not valid TOML: {}", error.message().trim());
                return self.says(Code::ConfigSyntax, at, message, "a factum.toml may be empty");
            }
        };
        let table = document.as_table();
        for (key, _) in table {
            if !KEYS.contains(&key) {
                let at = table.key(key).and_then(toml_edit::Key::span).unwrap_or(0..0);
                self.unknown(key, at);
            }
        }
    }

    fn unknown(&mut self, key: &str, at: Range<usize>) {
        let origin = self.places.add(self.file, at);
        let diagnostic = Diagnostic::error(Code::UnknownSetting, origin, format!("there is no key `{key}`"));
        let diagnostic = diagnostic.suggest(key, KEYS.iter().copied());
        let diagnostic = if KEYS.is_empty() {
            diagnostic.help("remove it: there is nothing to be set here yet")
        } else {
            diagnostic
        };
        self.diagnostics.push(diagnostic);
    }

    fn says(&mut self, code: Code, at: Range<usize>, message: impl Into<String>, help: &str) {
        let origin = self.places.add(self.file, at);
        self.diagnostics.push(Diagnostic::error(code, origin, message).help(help));
    }
}
