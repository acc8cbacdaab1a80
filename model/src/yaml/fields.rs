//! Fields, their types, their history and their defaults.

use super::keys::{self, Form};
use super::reader::{Keyed, Reader};
use super::tree::{Entry, Kind, Node, Scalar};
use crate::ast::{Change, Field, Retyping, TypeExpr, Value, ValueKind, Via};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{Origin, Spanned};
use crate::{template, type_expr, via};

impl Reader<'_, '_> {
    pub(super) fn state_field(&mut self, entry: Entry) -> Field {
        self.field(entry, &keys::STATE_FIELD)
    }

    /// The fields of an event, a command, a rejection or a type.
    pub(super) fn fields(&mut self, node: Node, what: &str, form: &Form) -> Vec<Field> {
        let entries = self.mapping(node, what, "fields: {}").unwrap_or_default();
        self.fields_of(entries, form)
    }

    pub(super) fn fields_of(&mut self, entries: Vec<Entry>, form: &Form) -> Vec<Field> {
        entries.into_iter().map(|entry| self.field(entry, form)).collect()
    }

    /// `name: type`, or `name: { type: .., .. }`.
    fn field(&mut self, entry: Entry, form: &Form) -> Field {
        let name = Spanned::new(entry.key.text, entry.key.origin);
        let before = self.diagnostics.count();
        let mut field = match entry.value.kind {
            Kind::Map(entries) => {
                let keyed = self.keyed(entries, form);
                self.long_field(keyed, &name)
            }
            Kind::Scalar(_) | Kind::List(_) => Field { ty: self.ty(entry.value), ..Field::default() },
        };
        field.name = name;
        field.broken = self.diagnostics.count() > before;
        field
    }

    fn long_field(&mut self, mut keyed: Keyed, name: &Spanned<String>) -> Field {
        let doc = keyed.take(keys::DOC).and_then(|entry| self.prose(entry));
        let ty = match keyed.take(keys::TYPE) {
            Some(entry) => self.ty(entry.value),
            None => self.missing_type(name),
        };
        Field {
            doc,
            ty,
            added: keyed.take(keys::ADDED).and_then(|entry| self.number(entry.value)),
            removed: keyed.take(keys::REMOVED).and_then(|entry| self.number(entry.value)),
            default: keyed.take(keys::DEFAULT).and_then(|entry| self.given(entry)),
            renamed: keyed.take(keys::RENAMED).map(|entry| self.renamed(entry.value)).unwrap_or_default(),
            retyped: keyed.take(keys::RETYPED).map(|entry| self.retyped(entry.value)).unwrap_or_default(),
            ..Field::default()
        }
    }

    fn missing_type(&mut self, name: &Spanned<String>) -> TypeExpr {
        let message = format!("the field `{}` has no `type`", name.value);
        let help = format!("write `{}: {{ type: <type>, ... }}`, or short `{}: <type>`", name.value, name.value);
        self.diagnostics.push(Diagnostic::error(Code::MissingKey, name.origin, message).help(help));
        TypeExpr::broken(name.origin)
    }

    /// A type.
    pub(super) fn ty(&mut self, node: Node) -> TypeExpr {
        self.ty_of(node, None)
    }

    /// Of a newtype of this name, or of something else.
    pub(super) fn ty_of(&mut self, node: Node, newtype: Option<&str>) -> TypeExpr {
        let origin = node.origin;
        if let Kind::List(_) | Kind::Map(_) = node.kind {
            self.not_a_type(&node, newtype);
            return TypeExpr::broken(origin);
        }
        let Some(scalar) = self.scalar(node, "a type") else { return TypeExpr::broken(origin) };
        let verbatim = scalar.verbatim.map_or(0, |range| range.start);
        let letters = has_places(&scalar.text, verbatim, self.page.text);
        let page = &mut *self.page;
        let mut place = |range: core::ops::Range<usize>| {
            if letters { page.origin(verbatim + range.start..verbatim + range.end) } else { origin }
        };
        type_expr::parse(&scalar.text, &mut place, self.diagnostics)
    }

    /// What stands where a type should, and how that would be written.
    fn not_a_type(&mut self, node: &Node, newtype: Option<&str>) {
        let whole = self.page.text[self.page.range(node.origin)].trim_end();
        let whole = if whole.contains('\n') || whole.len() > 60 { "{ .. }" } else { whole };
        let declared = |body: String| match newtype {
            Some(name) => format!("write `{name}: {body}`"),
            None => format!("declare it below `types:`, as `Name: {body}`, and write `Name` here"),
        };
        let help = match (&node.kind, only(node)) {
            (Kind::List(_), Some(ty)) => format!("a list is `list<{ty}>`, a set `set<{ty}>`"),
            (_, Some(ty)) => format!("write the type alone: `{ty}`"),
            (Kind::List(_), None) => declared(format!("{{ enum: {whole} }}")),
            (_, None) if declares(node) => declared(whole.to_owned()),
            (_, None) => declared(format!("{{ fields: {whole} }}")),
        };
        let message = format!("expected a type, but this is {}", node.noun());
        let origin = self.visible(node);
        self.diagnostics.push(Diagnostic::error(Code::WrongShape, origin, message).help(help));
    }

    /// A rejection's message.
    pub(super) fn message(&mut self, entry: Entry) -> Option<Vec<crate::ast::TemplatePart>> {
        if matches!(entry.value.kind, Kind::Map(_)) {
            let origin = self.visible(&entry.value);
            let message = "expected a text, but an unquoted `{` starts a mapping";
            let help = "quote the message: `message: \"{field} ...\"`";
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, origin, message).help(help));
            return None;
        }
        let verbatim = match &entry.value.kind {
            Kind::Scalar(Scalar { verbatim: Some(range), .. }) => Some(range.start),
            Kind::Scalar(_) | Kind::List(_) | Kind::Map(_) => None,
        };
        let text = self.prose(entry)?;
        let page = &mut *self.page;
        let mut place = |range: core::ops::Range<usize>| match verbatim {
            Some(start) => page.origin(start + range.start..start + range.end),
            None => text.origin,
        };
        template::parse(&text.value, &mut place, self.diagnostics)
    }

    /// `renamed: { 2: old }`.
    pub(super) fn renamed(&mut self, node: Node) -> Vec<Change<Spanned<String>>> {
        let entries = self.mapping(node, "`renamed`", "renamed: {}").unwrap_or_default();
        let change = |entry: Entry| {
            let version = self.version_key(&entry.key);
            let from = self.text(entry.value, "the name before that version");
            Some(Change { version: version?, from: from? })
        };
        entries.into_iter().filter_map(change).collect()
    }

    /// `retyped: { 2: u32 }`.
    pub(super) fn retyped(&mut self, node: Node) -> Vec<Change<Retyping>> {
        let entries = self.mapping(node, "`retyped`", "retyped: {}").unwrap_or_default();
        let change = |entry: Entry| {
            let version = self.version_key(&entry.key);
            let from = self.earlier_type(entry);
            Some(Change { version: version?, from })
        };
        entries.into_iter().filter_map(change).collect()
    }

    /// A type, or `{ from: type, via: conversion }`.
    fn earlier_type(&mut self, entry: Entry) -> Retyping {
        let Entry { key, value } = entry;
        match value.kind {
            Kind::Map(entries) => {
                let mut keyed = self.keyed(entries, &keys::RETYPING);
                let via = keyed.take(keys::VIA).and_then(|entry| self.via(entry.value));
                let from = if let Some(entry) = keyed.take(keys::FROM) {
                    self.ty(entry.value)
                } else {
                    let message = "the earlier type is missing";
                    let help = format!("write `{}: {{ from: <type>, via: <conversion> }}`", key.text);
                    self.diagnostics.push(Diagnostic::error(Code::MissingKey, key.origin, message).help(help));
                    TypeExpr::broken(key.origin)
                };
                Retyping { from, via }
            }
            Kind::Scalar(_) | Kind::List(_) => Retyping { from: self.ty(value), via: None },
        }
    }

    /// `scale(100)`, or `{ or: value }` where the value is more than a text.
    fn via(&mut self, node: Node) -> Option<Spanned<Via>> {
        let origin = node.origin;
        match node.kind {
            Kind::Map(entries) => {
                let mut keyed = self.keyed(entries, &keys::VIA_OR);
                let Some(entry) = keyed.take(keys::OR) else {
                    if !keyed.broken() {
                        let help = "write `via: { or: <value> }`, or one of the other conversions as a text";
                        let message = "`via` does not say which conversion is meant";
                        self.diagnostics.push(Diagnostic::error(Code::MissingKey, origin, message).help(help));
                    }
                    return None;
                };
                Some(Spanned::new(Via::Or(self.given(entry)?), origin))
            }
            Kind::Scalar(_) | Kind::List(_) => {
                let text = self.text(node, "a conversion")?;
                via::parse(&text, self.diagnostics).map(|via| Spanned::new(via, origin))
            }
        }
    }

    /// The value of `default` and the like.
    fn given(&mut self, entry: Entry) -> Option<Value> {
        if entry.value.is_missing() {
            let message = format!("`{}` has no value", entry.key.text);
            let help = "the empty text is `\"\"`, the empty list `[]`, the empty map `{}`, null is `null`";
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, entry.key.origin, message).help(help));
            return None;
        }
        Some(self.value(entry.value))
    }

    pub(super) fn value(&mut self, node: Node) -> Value {
        let origin = node.origin;
        let kind = match node.kind {
            Kind::Scalar(scalar) if scalar.plain && scalar.text == "null" => ValueKind::Null,
            Kind::Scalar(scalar) => {
                self.refuse_empty(&scalar, origin);
                ValueKind::Text(scalar.text)
            }
            Kind::List(nodes) => ValueKind::List(nodes.into_iter().map(|node| self.value(node)).collect()),
            Kind::Map(entries) => ValueKind::Map(entries.into_iter().map(|entry| self.member(entry)).collect()),
        };
        Value { kind, origin }
    }

    fn member(&mut self, entry: Entry) -> (Spanned<String>, Value) {
        let name = Spanned::new(entry.key.text, entry.key.origin);
        if entry.value.is_missing() {
            let message = format!("the key `{}` has no value", name.value);
            let help = "the empty text is `\"\"`, null is `null`";
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, name.origin, message).help(help));
            return (name, Value { kind: ValueKind::Null, origin: entry.value.origin });
        }
        (name, self.value(entry.value))
    }

    fn refuse_empty(&mut self, scalar: &Scalar, origin: Origin) {
        if scalar.plain && scalar.text.is_empty() {
            let message = "an element without value";
            let help = "the empty text is `\"\"`, null is `null`";
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, origin, message).help(help));
        }
    }
}

/// Whether the text stands at this offset of the file, letter by letter.
fn has_places(text: &str, start: usize, file: &str) -> bool {
    file.get(start..).is_some_and(|rest| rest.starts_with(text))
}

/// The only text in it: of a list its element, of a mapping what its `type` is.
fn only(node: &Node) -> Option<&str> {
    let found = match &node.kind {
        Kind::Scalar(_) => None,
        Kind::List(elements) => elements.first().filter(|_| elements.len() == 1),
        Kind::Map(entries) => entries.iter().find(|entry| entry.key.text == keys::TYPE).map(|entry| &entry.value),
    };
    match &found?.kind {
        Kind::Scalar(scalar) => Some(scalar.text.as_str()).filter(|text| !text.is_empty()),
        Kind::List(_) | Kind::Map(_) => None,
    }
}

/// Whether it is what stands behind the name of a declared type.
fn declares(node: &Node) -> bool {
    let kinds = [keys::FIELDS, keys::NEWTYPE, keys::ENUM, keys::UNION];
    matches!(&node.kind, Kind::Map(entries) if entries.iter().any(|entry| kinds.contains(&entry.key.text.as_str())))
}
