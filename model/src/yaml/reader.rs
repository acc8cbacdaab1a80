//! What is expected where: the file itself, and the small readers of texts, numbers, lists and mappings.

use super::keys::{self, Form, Keyword};
use super::load::Page;
use super::tree::{Entry, Key, Kind, Node, Scalar};
use crate::ast;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::source::{Origin, Spanned};

pub(super) struct Reader<'a, 'p> {
    pub(super) page: &'a mut Page<'p>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// The entries of a mapping by the keys of its form; unknown ones have been reported.
pub(super) struct Keyed {
    entries: Vec<Entry>,
    broken: bool,
}

impl Keyed {
    pub(super) fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key.text == key)?;
        Some(self.entries.swap_remove(at))
    }

    /// A key that nobody took.
    #[cfg(feature = "lock")]
    pub(super) fn left(&self) -> Option<&Key> {
        self.entries.first().map(|entry| &entry.key)
    }

    /// Whether keys were refused.
    pub(super) fn broken(&self) -> bool {
        self.broken
    }
}

impl Reader<'_, '_> {
    /// The whole file.
    pub(super) fn document(&mut self, root: Node) -> Option<ast::Document> {
        let origin = root.origin;
        let entries = self.mapping(root, "a schema file", "factum: 1")?;
        let before = self.diagnostics.count();
        let mut keyed = self.keyed(entries, &keys::FILE);
        self.language_version(keyed.take(keys::FACTUM), origin);
        let context = self.context(keyed.take(keys::CONTEXT), origin);
        let mut document = ast::Document {
            context,
            doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
            aggregate: keyed.take(keys::AGGREGATE).and_then(|entry| self.text(entry.value, "a name")),
            id: keyed.take(keys::ID).map(|entry| Spanned::new(self.ty(entry.value), entry.key.origin)),
            snapshot: keyed.take(keys::SNAPSHOT).and_then(|entry| self.number(entry.value)),
            ..ast::Document::default()
        };
        document.broken = self.diagnostics.count() > before;
        document.state = self.section(keyed.take(keys::STATE), Self::state_field);
        document.commands = self.section(keyed.take(keys::COMMANDS), Self::command);
        document.rejections = self.section(keyed.take(keys::REJECTIONS), Self::rejection);
        document.events = self.section(keyed.take(keys::EVENTS), Self::event).map_or_else(Vec::new, |all| all.value);
        document.policies =
            self.section(keyed.take(keys::POLICIES), Self::policy).map_or_else(Vec::new, |all| all.value);
        document.types =
            self.section(keyed.take(keys::TYPES), Self::declared_type).map_or_else(Vec::new, |all| all.value);
        Some(document)
    }

    fn language_version(&mut self, entry: Option<Entry>, file: Origin) {
        let Some(entry) = entry else {
            self.missing_head(keys::FACTUM, "`factum: 1`, the version of the schema language,", file);
            return;
        };
        let origin = entry.value.origin;
        let Some(written) = self.text(entry.value, "`1`") else { return };
        if written.value != "1" {
            let message = format!("this release reads version 1 of the schema language, not `{}`", written.value);
            let help = "write `factum: 1`";
            self.diagnostics.push(Diagnostic::error(Code::LanguageVersion, origin, message).help(help));
        }
    }

    fn context(&mut self, entry: Option<Entry>, file: Origin) -> Spanned<String> {
        let Some(entry) = entry else {
            let what = "`context: <name>`, which begins the wire type of every event,";
            self.missing_head(keys::CONTEXT, what, file);
            return Spanned::default();
        };
        self.text(entry.value, "a name").unwrap_or_default()
    }

    fn missing_head(&mut self, key: &str, what: &str, file: Origin) {
        let start = self.page.range(file).start;
        let origin = self.page.origin(start..start);
        let message = format!("the file has no `{key}`");
        let help = format!("{what} is required at the top of each file");
        self.diagnostics.push(Diagnostic::error(Code::MissingKey, origin, message).help(help));
    }

    /// A mapping from names to parts; the place of the whole is its key's.
    pub(super) fn section<T>(
        &mut self,
        entry: Option<Entry>,
        mut read: impl FnMut(&mut Self, Entry) -> T,
    ) -> Option<Spanned<Vec<T>>> {
        let Entry { key, value } = entry?;
        let entries = self.mapping(value, &format!("`{}`", key.text), &format!("{}: {{}}", key.text));
        let parts = entries.unwrap_or_default().into_iter().map(|entry| read(self, entry)).collect();
        Some(Spanned::new(parts, key.origin))
    }

    /// The entries of what has to be a mapping; `empty` is how an empty one is written.
    pub(super) fn mapping(&mut self, node: Node, what: &str, empty: &str) -> Option<Vec<Entry>> {
        if node.is_missing() {
            let message = format!("{what} has no value");
            let help = format!("if it is meant to be empty, write `{empty}`");
            let origin = self.visible(&node);
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, origin, message).help(help));
            return None;
        }
        match node.kind {
            Kind::Map(entries) => Some(entries),
            Kind::Scalar(_) | Kind::List(_) => {
                let message = format!("{what} is a mapping, `key: value`, but this is {}", node.noun());
                let origin = self.visible(&node);
                let help = as_mapping(&node, empty);
                self.diagnostics.push(Diagnostic::error(Code::WrongShape, origin, message).help(help));
                None
            }
        }
    }

    /// Splits a mapping by the keys of its form, and reports the others.
    pub(super) fn keyed<K: Keyword>(&mut self, entries: Vec<Entry>, form: &Form<K>) -> Keyed {
        let before = self.diagnostics.count();
        let mut known = Vec::with_capacity(form.keys.len());
        let mut told = false;
        for entry in entries {
            if form.has(&entry.key.text) {
                known.push(entry);
            } else if form.refused.contains(&entry.key.text.as_str()) {
                if !told {
                    self.diagnostics.push(refused(&entry.key, form));
                }
                told = true; // one message is enough for all lines of a history
            } else {
                let message = format!("{} has no key `{}`", form.name, entry.key.text);
                let listed = form.names().collect::<Vec<_>>().join("`, `");
                self.diagnostics.push(
                    Diagnostic::error(Code::UnknownKey, entry.key.origin, message)
                        .suggest(&entry.key.text, form.names())
                        .help(format!("the keys here are `{listed}`")),
                );
            }
        }
        Keyed { entries: known, broken: self.diagnostics.count() > before }
    }

    /// A text; `what` says which kind.
    pub(super) fn text(&mut self, node: Node, what: &str) -> Option<Spanned<String>> {
        let origin = node.origin;
        self.scalar(node, what).map(|scalar| Spanned::new(scalar.text, origin))
    }

    pub(super) fn scalar(&mut self, node: Node, what: &str) -> Option<Scalar> {
        if node.is_missing() {
            let message = format!("{what} is missing after this key");
            let origin = self.visible(&node);
            let help = "write it behind the colon, or take the key out";
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, origin, message).help(help));
            return None;
        }
        match node.kind {
            Kind::Scalar(scalar) if scalar.plain && scalar.text == "null" => {
                let help = "if the text `null` is meant, quote it; else take the key out";
                let message = format!("expected {what}, found null");
                self.diagnostics.push(Diagnostic::error(Code::WrongShape, node.origin, message).help(help));
                None
            }
            Kind::Scalar(scalar) => Some(scalar),
            Kind::List(_) | Kind::Map(_) => {
                self.wrong_shape(&node, &format!("expected {what}"));
                None
            }
        }
    }

    /// `true`, where anything else would say nothing. The place is the key's.
    pub(super) fn is_true(&mut self, entry: Entry, what: &str) -> Option<Origin> {
        let origin = entry.key.origin;
        let text = self.text(entry.value, "`true`")?;
        if text.value != "true" {
            let message = format!("expected `true`, found `{}`", names::shortened(&text.value));
            let help = format!("{what}, `{}: true`, or does not speak of it", entry.key.text);
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, text.origin, message).help(help));
        }
        Some(origin)
    }

    /// A text for people, which must not have lost its end to a comment.
    pub(super) fn prose(&mut self, entry: Entry) -> Option<Spanned<String>> {
        let range = self.page.range(entry.value.origin);
        let plain = matches!(&entry.value.kind, Kind::Scalar(scalar) if scalar.plain);
        let text = self.text(entry.value, "a text")?;
        let line = self.page.text[range.end..].lines().next().unwrap_or_default();
        if plain && line.trim_start().starts_with('#') && line.starts_with(' ') {
            let origin = self.page.origin(range.start..range.end + line.trim_end().len());
            let message = format!("an unquoted `{}` ends at ` #`, where YAML starts a comment", entry.key.text);
            self.diagnostics.push(
                Diagnostic::error(Code::TextCutAtComment, origin, message)
                    .help(format!("quote the text: `{}: \"...\"`", entry.key.text))
                    .help("or put the comment on a line of its own"),
            );
            return None;
        }
        Some(text)
    }

    /// A plain decimal number.
    pub(super) fn number(&mut self, node: Node) -> Option<Spanned<u32>> {
        let text = self.text(node, "a number")?;
        self.plain_number(&text)
    }

    pub(super) fn plain_number(&mut self, text: &Spanned<String>) -> Option<Spanned<u32>> {
        let digits = text.value.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = text.value.len() > 1 && text.value.starts_with('0');
        let number = text.value.parse().ok().filter(|_| digits && !leading_zero);
        if number.is_none() {
            let message = format!("expected a plain decimal number, found `{}`", names::shortened(&text.value));
            let help = "write digits only: no sign, no leading zero, no underscore, at most 4294967295";
            self.diagnostics.push(Diagnostic::error(Code::NotPlainNumber, text.origin, message).help(help));
        }
        number.map(|number| Spanned::new(number, text.origin))
    }

    /// The version before which something was otherwise: a key.
    pub(super) fn version_key(&mut self, key: &Key) -> Option<Spanned<u32>> {
        self.plain_number(&Spanned::new(key.text.clone(), key.origin))
    }

    /// A list of names, of which a single one may stand alone.
    pub(super) fn one_or_more(&mut self, node: Node, what: &str) -> Vec<Spanned<String>> {
        match node.kind {
            Kind::List(_) => self.texts(node, what),
            Kind::Scalar(_) | Kind::Map(_) => self.text(node, "a name, or a list of names").into_iter().collect(),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, node: Node, what: &str) -> Vec<Spanned<String>> {
        if let Kind::List(nodes) = node.kind {
            return nodes.into_iter().filter_map(|node| self.text(node, "a name")).collect();
        }
        self.wrong_shape(&node, &format!("{what} is a list, `[a, b]`"));
        Vec::new()
    }

    pub(super) fn wrong_shape(&mut self, node: &Node, expected: &str) {
        let message = format!("{expected}, but this is {}", node.noun());
        let origin = self.visible(node);
        self.diagnostics.push(Diagnostic::error(Code::WrongShape, origin, message));
    }

    /// A node's place; of a node of many lines, its first one.
    pub(super) fn visible(&mut self, node: &Node) -> Origin {
        let range = self.page.range(node.origin);
        match self.page.text[range.clone()].find('\n') {
            None => node.origin,
            Some(newline) => self.page.origin(range.start..range.start + newline),
        }
    }
}

/// How that which is none would be written as a mapping.
fn as_mapping(node: &Node, empty: &str) -> String {
    let key = empty.split(':').next().unwrap_or_default();
    if [keys::RENAMED, keys::RETYPED, keys::UPCAST, keys::BECOMES].contains(&key) {
        return format!("its keys are versions, each with what changed in it: `{key}: {{ 2: .. }}`");
    }
    let first = if let Kind::List(elements) = &node.kind { elements.first() } else { None };
    match first.map(|first| &first.kind) {
        Some(Kind::Map(_)) => "take the dashes out: each name is a key, and what it is stands behind it".to_owned(),
        Some(Kind::Scalar(name)) => {
            format!("each name is a key, and what it is stands behind it: `{}: ..`", name.text)
        }
        Some(Kind::List(_)) | None => format!("if it is meant to be empty, write `{empty}`"),
    }
}

fn refused<K>(key: &Key, form: &Form<K>) -> Diagnostic {
    let message = format!("{} has no key `{}`", form.name, key.text);
    Diagnostic::error(Code::UnknownKey, key.origin, message).help(form.refusal)
}
