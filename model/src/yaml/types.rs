//! Declared types.

use super::items::spanned;
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
        self.type_version(&mut keyed);
        let whole = self.diagnostics.count() == before;
        let body = self.body(&mut keyed, &name, whole);
        TypeDecl { name, doc, body: if whole { body } else { TypeBody::Broken } }
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
                .help("the other kinds are `{ fields: { .. } }` and `{ enum: [ .. ] }`"),
        );
    }

    /// Version 1 may be stated; later ones cannot be read yet.
    fn type_version(&mut self, keyed: &mut Keyed) {
        let Some(entry) = keyed.take(keys::VERSION) else { return };
        let Some(version) = self.number(entry.value) else { return };
        if version.value != 1 {
            let message = "a type with a history of its own is not supported yet";
            let help =
                "declare the changed type under a new name, and give events that hold it a field of the new type";
            self.diagnostics
                .push(Diagnostic::error(Code::UnsupportedTypeHistory, entry.key.origin, message).help(help));
        }
    }

    fn body(&mut self, keyed: &mut Keyed, name: &Spanned<String>, whole: bool) -> TypeBody {
        let fields = keyed.take(keys::FIELDS);
        let newtype = keyed.take(keys::NEWTYPE);
        let values = keyed.take(keys::ENUM);
        let union = keyed.take(keys::UNION);
        match (fields, newtype, values, union) {
            (_, _, _, Some(entry)) => {
                let message = "unions are not supported yet";
                let help = "declare a struct with an enum that says which kind it is, and optional fields";
                self.diagnostics.push(Diagnostic::error(Code::UnsupportedUnion, entry.key.origin, message).help(help));
                TypeBody::Broken
            }
            (Some(entry), None, None, None) => {
                let what = format!("`fields` of `{}`", name.value);
                TypeBody::Struct(self.fields(entry.value, &what, &keys::TYPE_FIELD))
            }
            (None, Some(entry), None, None) => TypeBody::Newtype(self.ty(entry.value)),
            (None, None, Some(entry), None) => self.values(entry),
            (None, None, None, None) => {
                if whole {
                    self.no_kind(name);
                }
                TypeBody::Broken
            }
            (_, Some(second), _, None) | (_, _, Some(second), None) => {
                let message = format!("`{}` is declared as two kinds of type", name.value);
                let help = "keep one of `fields`, `newtype` and `enum`";
                self.diagnostics.push(Diagnostic::error(Code::WrongShape, second.key.origin, message).help(help));
                TypeBody::Broken
            }
        }
    }

    fn no_kind(&mut self, name: &Spanned<String>) {
        let message = format!("`{}` does not say what kind of type it is", name.value);
        let help = format!("a struct is `{}: {{ fields: {{ name: type }} }}`", name.value);
        let other = "the other kinds are `{ newtype: type }` and `{ enum: [a, b] }`";
        self.diagnostics.push(Diagnostic::error(Code::MissingKey, name.origin, message).help(help).help(other));
    }

    /// `enum: [web, phone]`, or a mapping from values to what is said of them.
    fn values(&mut self, entry: Entry) -> TypeBody {
        let origin = entry.key.origin;
        let before = self.diagnostics.count();
        let variants: Vec<Variant> = match entry.value.kind {
            Kind::List(_) => {
                let texts = self.texts(entry.value, "`enum`");
                texts.into_iter().map(|name| Variant { name, doc: None }).collect()
            }
            Kind::Map(entries) => entries.into_iter().map(|entry| self.variant(entry)).collect(),
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
    fn variant(&mut self, entry: Entry) -> Variant {
        let name = spanned(&entry.key);
        if entry.value.is_missing() {
            return Variant { name, doc: None };
        }
        let what = format!("the value `{}`", name.value);
        let entries = self.mapping(entry.value, &what, &format!("{}:", name.value)).unwrap_or_default();
        let mut keyed = self.keyed(entries, &keys::VARIANT);
        let doc = keyed.take(keys::DOC).and_then(|entry| self.prose(entry));
        Variant { name, doc }
    }
}
