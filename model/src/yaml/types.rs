//! Declared types.

use super::items::{Written, spanned};
use super::keys;
use super::reader::{Keyed, Reader};
use super::tree::{Entry, Kind, Node};
use crate::ast::{TypeBody, TypeDecl, Variant};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

impl Reader<'_, '_> {
    pub(super) fn declared_type(&mut self, entry: Entry) -> TypeDecl {
        let name = spanned(&entry.key);
        let Kind::Map(entries) = entry.value.kind else {
            self.not_a_declaration(&name, &entry.value);
            return TypeDecl { name, ..TypeDecl::default() };
        };
        let before = self.diagnostics.count();
        let mut keyed = self.keyed(entries, &keys::DECLARED_TYPE);
        let doc = keyed.take(keys::DOC).and_then(|entry| self.prose(entry));
        let version = keyed.take(keys::VERSION).and_then(|entry| self.number(entry.value));
        let whole = self.diagnostics.count() == before;
        let body = self.body(&mut keyed, &name, whole);
        TypeDecl { name, doc, version, body: if whole { body } else { TypeBody::Broken }, broken: !whole }
    }

    fn not_a_declaration(&mut self, name: &Spanned<String>, value: &Node) {
        let text = match &value.kind {
            Kind::Scalar(scalar) if !value.is_missing() => scalar.text.as_str(),
            Kind::Scalar(_) | Kind::List(_) | Kind::Map(_) => "<type>",
        };
        let message = format!("`{}` does not say what kind of type it is", name.value);
        self.diagnostics.push(
            Diagnostic::error(Code::WrongShape, name.origin, message)
                .help(format!("another type under a new name is `{}: {{ newtype: {text} }}`", name.value))
                .help("the other kinds are `{ fields: { .. } }`, `{ enum: [ .. ] }` and `{ union: { .. } }`"),
        );
    }

    fn body(&mut self, keyed: &mut Keyed, name: &Spanned<String>, whole: bool) -> TypeBody {
        let kinds = [keys::FIELDS, keys::NEWTYPE, keys::ENUM, keys::UNION];
        let mut found: Vec<Entry> = kinds.iter().filter_map(|kind| keyed.take(kind)).collect();
        let retyped = keyed.take(keys::RETYPED);
        if let Some(second) = found.get(1) {
            let message = format!("`{}` is declared as two kinds of type", name.value);
            let help = "keep one of `fields`, `newtype`, `enum` and `union`";
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, second.key.origin, message).help(help));
            return TypeBody::Broken;
        }
        let Some(Entry { key, value }) = found.pop() else {
            if whole {
                self.no_kind(name);
            }
            return TypeBody::Broken;
        };
        if key.text == keys::NEWTYPE {
            let ty = self.ty_of(value, Some(&name.value));
            let before = self.diagnostics.count();
            let retyped = retyped.map(|entry| self.retyped(entry.value)).unwrap_or_default();
            let whole = self.diagnostics.count() == before;
            return if whole { TypeBody::Newtype { ty, retyped } } else { TypeBody::Broken };
        }
        if let Some(retyped) = retyped {
            let message = format!("`retyped` stands beside `newtype`, and `{}` is none", name.value);
            let help = "what changed its type here is a field: say `retyped` in its line";
            self.diagnostics.push(Diagnostic::error(Code::UnknownKey, retyped.key.origin, message).help(help));
            return TypeBody::Broken;
        }
        match key.text.as_str() {
            keys::ENUM => self.values(Entry { key, value }),
            keys::UNION => self.kinds(Entry { key, value }),
            _ => TypeBody::Struct(self.fields(value, &format!("`fields` of `{}`", name.value), &keys::STORED_FIELD)),
        }
    }

    fn no_kind(&mut self, name: &Spanned<String>) {
        let message = format!("`{}` does not say what kind of type it is", name.value);
        let help = format!("a struct is `{}: {{ fields: {{ name: type }} }}`", name.value);
        let other = "the other kinds are `{ newtype: type }`, `{ enum: [a, b] }` and `{ union: { A: {}, B: {} } }`";
        self.diagnostics.push(Diagnostic::error(Code::MissingKey, name.origin, message).help(help).help(other));
    }

    /// `enum: [web, phone]`, or a mapping from values to what is said of them.
    fn values(&mut self, entry: Entry) -> TypeBody {
        let origin = entry.key.origin;
        let before = self.diagnostics.count();
        let variants: Vec<Variant> = match entry.value.kind {
            Kind::List(_) => {
                let texts = self.texts(entry.value, "`enum`");
                texts.into_iter().map(|name| Variant { name, ..Variant::default() }).collect()
            }
            Kind::Map(entries) => entries.into_iter().map(|entry| self.value_of_enum(entry)).collect(),
            Kind::Scalar(_) => {
                self.wrong_shape(&entry.value, "`enum` is a list of values, `[web, phone]`");
                return TypeBody::Broken;
            }
        };
        if self.diagnostics.count() > before {
            TypeBody::Broken
        } else {
            TypeBody::Enum(Spanned::new(variants, origin))
        }
    }

    /// The one place where a key may have no value.
    fn value_of_enum(&mut self, entry: Entry) -> Variant {
        let name = spanned(&entry.key);
        if entry.value.is_missing() {
            return Variant { name, ..Variant::default() };
        }
        let what = format!("the value `{}`", name.value);
        let entries = self.mapping(entry.value, &what, &format!("{}:", name.value)).unwrap_or_default();
        let mut keyed = self.keyed(entries, &keys::VALUE);
        let fallback = keyed.take(keys::FALLBACK).and_then(|entry| self.is_true(entry, "a value is a fallback"));
        Variant { fallback, ..self.variant(&mut keyed, name) }
    }

    /// `union: { Card: { last4: string }, Cash: {} }`.
    fn kinds(&mut self, entry: Entry) -> TypeBody {
        let origin = entry.key.origin;
        let Some(entries) = self.mapping(entry.value, "`union`", "union: {}") else { return TypeBody::Broken };
        let kinds: Vec<Variant> = entries.into_iter().map(|entry| self.kind(entry)).collect();
        if kinds.iter().any(|kind| kind.broken) {
            TypeBody::Broken
        } else {
            TypeBody::Union(Spanned::new(kinds, origin))
        }
    }

    fn kind(&mut self, entry: Entry) -> Variant {
        let name = spanned(&entry.key);
        match self.written(entry, &keys::KIND, &keys::STORED_FIELD) {
            Written::Short(fields) => Variant { name, fields, ..Variant::default() },
            Written::Broken => Variant { name, broken: true, ..Variant::default() },
            Written::Long(mut keyed) => {
                let before = self.diagnostics.count();
                let refused = keyed.broken();
                let mut kind = self.variant(&mut keyed, name);
                kind.broken = refused || self.diagnostics.count() > before;
                kind.fields = self.long_fields(&mut keyed, &kind.name.value, &keys::STORED_FIELD);
                kind
            }
        }
    }

    /// What values of enums and kinds of unions have in common.
    fn variant(&mut self, keyed: &mut Keyed, name: Spanned<String>) -> Variant {
        Variant {
            name,
            doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
            added: keyed.take(keys::ADDED).and_then(|entry| self.number(entry.value)),
            removed: keyed.take(keys::REMOVED).and_then(|entry| self.number(entry.value)),
            becomes: keyed.take(keys::BECOMES).and_then(|entry| self.text(entry.value, "a name")),
            renamed: keyed.take(keys::RENAMED).map(|entry| self.renamed(entry.value)).unwrap_or_default(),
            ..Variant::default()
        }
    }
}
