//! Values as a schema spells them, read as the type that is expected.

mod bytes;
mod collections;
mod json;
mod numbers;
mod print;
mod times;

pub use print::spelled;

use crate::ast::{Value, ValueKind};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::{FieldDef, Literal, Record, Type, TypeId, TypeShape, UnionVariant};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;

/// Why a text is no value of a builtin type.
pub(crate) enum Fault {
    /// It is not of the form.
    Form(&'static str),
    /// It is of the form, but no value of the type.
    Range(String),
}

/// Where the shapes of named types are known, and what messages call them.
pub(crate) trait Shapes {
    /// The shape of a declared type in one version, as far as it is known.
    fn shape_of(&self, id: TypeId, version: u32) -> Option<&TypeShape>;

    /// A declared type's name.
    fn name_of(&self, id: TypeId) -> &str;

    /// A type as its reader spells it.
    fn spell(&self, ty: &Type) -> String;
}

/// The value of type `ty`; `None` if it is none, which a diagnostic says.
pub(crate) fn read(value: &Value, ty: &Type, catalog: &dyn Shapes, diagnostics: &mut Diagnostics) -> Option<Literal> {
    Reader { catalog, diagnostics }.value(value, ty)
}

/// A value as one could write it for this type, for help lines.
pub(crate) fn example(ty: &Type, catalog: &dyn Shapes) -> String {
    example_within(ty, catalog, 0)
}

/// How deep the fields of structs are written out, and how many at most.
const EXAMPLE: (usize, usize) = (3, 8);

fn example_within(ty: &Type, catalog: &dyn Shapes, depth: usize) -> String {
    match ty {
        Type::Builtin(builtin) => builtin.row().example.to_owned(),
        Type::Optional(_) => "null".to_owned(),
        Type::List(_) | Type::Set(_) => "[]".to_owned(),
        Type::Map(..) => "{}".to_owned(),
        Type::Opaque(_) => "...".to_owned(),
        Type::Named(id, version) => match catalog.shape_of(*id, *version) {
            Some(TypeShape::Newtype(inner)) if depth < EXAMPLE.0 => example_within(inner, catalog, depth + 1),
            Some(TypeShape::Enum(variants)) => variants.first().map_or("...", |first| &first.name.value).to_owned(),
            Some(TypeShape::Union(kinds)) => {
                format!("{{ kind: {}, ... }}", kinds.first().map_or("...", |first| &first.name.value))
            }
            Some(TypeShape::Struct(record)) if depth < EXAMPLE.0 && record.fields.len() <= EXAMPLE.1 => {
                let field = |field: &FieldDef| {
                    format!("{}: {}", field.name.value, example_within(&field.ty, catalog, depth + 1))
                };
                let fields = record.fields.iter().map(field).collect::<Vec<_>>().join(", ");
                if fields.is_empty() { "{}".to_owned() } else { format!("{{ {fields} }}") }
            }
            Some(TypeShape::Struct(_) | TypeShape::Newtype(_)) | None => "{ ... }".to_owned(),
        },
    }
}

/// A key and its value, as written.
type Entry = (Spanned<String>, Value);

/// The key that says which kind of a union a value is.
const KIND: &str = "kind";

pub(super) struct Reader<'a> {
    catalog: &'a dyn Shapes,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn value(&mut self, value: &Value, ty: &Type) -> Option<Literal> {
        if let ValueKind::Opaque(value) = &value.kind {
            return Some(Literal::Opaque(value.clone()));
        }
        match ty {
            Type::Optional(_) if matches!(value.kind, ValueKind::Null) => Some(Literal::Null),
            Type::Optional(inner) => self.value(value, inner).map(|inner| Literal::Present(Box::new(inner))),
            Type::Builtin(Builtin::Json) => self.json(value),
            Type::Builtin(builtin) => self.builtin(value, *builtin),
            Type::List(inner) => self.list(value, inner, ty),
            Type::Set(inner) => self.set(value, inner, ty),
            Type::Map(key, inner) => self.map(value, key, inner, ty),
            Type::Named(id, version) => self.named(value, *id, *version),
            Type::Opaque(_) => {
                self.ill_typed(value, ty);
                None
            }
        }
    }

    fn builtin(&mut self, value: &Value, builtin: Builtin) -> Option<Literal> {
        let ValueKind::Text(text) = &value.kind else {
            self.ill_typed(value, &Type::Builtin(builtin));
            return None;
        };
        match text_as(text, builtin) {
            Ok(literal) => Some(literal),
            Err(fault) => {
                let diagnostic = faulty(text, builtin, fault, value);
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn json(&mut self, value: &Value) -> Option<Literal> {
        let text = match &value.kind {
            ValueKind::Null => "null",
            ValueKind::List(values) if values.is_empty() => "[]",
            ValueKind::Map(entries) if entries.is_empty() => "{}",
            ValueKind::Text(text) if json::is_valid(text) => text,
            ValueKind::Text(text) if text.starts_with(['{', '[', '"']) => {
                self.diagnostics.push(Diagnostic::error(Code::IllTyped, value.origin, "this is not JSON").help(
                    "write the JSON as one quoted text: `default: '{\"seats\": [1, 2]}'`, or `default: '\"text\"'`",
                ));
                return None;
            }
            ValueKind::Text(_) | ValueKind::List(_) | ValueKind::Map(_) | ValueKind::Opaque(_) => {
                let message = "`json` is written as one text, in quotes";
                let help = format!("write `default: '{}'`", json::spelled(value).replace('\'', "''"));
                self.diagnostics.push(Diagnostic::error(Code::IllTyped, value.origin, message).help(help));
                return None;
            }
        };
        Some(Literal::Json(text.to_owned()))
    }

    fn named(&mut self, value: &Value, id: TypeId, version: u32) -> Option<Literal> {
        let catalog = self.catalog;
        match catalog.shape_of(id, version)? {
            TypeShape::Newtype(inner) => {
                self.value(value, inner).map(|inner| Literal::Newtype(id, version, Box::new(inner)))
            }
            TypeShape::Struct(record) => {
                let ValueKind::Map(entries) = &value.kind else {
                    self.ill_typed(value, &Type::Named(id, version));
                    return None;
                };
                let entries: Vec<&Entry> = entries.iter().collect();
                let fields = self.record(value, &entries, catalog.name_of(id), record)?;
                Some(Literal::Struct(id, version, fields))
            }
            TypeShape::Enum(values) => {
                let ValueKind::Text(text) = &value.kind else {
                    self.ill_typed(value, &Type::Named(id, version));
                    return None;
                };
                // A fallback is last and has no text, so the index is that of the value.
                let known: Vec<&str> =
                    values.iter().filter(|value| !value.fallback).map(|value| value.name.value.as_str()).collect();
                let index = self.one_of(text, &known, (catalog.name_of(id), "value"), value.origin)?;
                Some(Literal::Variant(id, version, index))
            }
            TypeShape::Union(kinds) => self.union(value, id, version, kinds),
        }
    }

    /// `{ kind: Card, last4: "0000" }`.
    fn union(&mut self, value: &Value, id: TypeId, version: u32, kinds: &[UnionVariant]) -> Option<Literal> {
        let ValueKind::Map(entries) = &value.kind else {
            self.ill_typed(value, &Type::Named(id, version));
            return None;
        };
        let name = self.catalog.name_of(id);
        let known: Vec<&str> = kinds.iter().map(|kind| kind.name.value.as_str()).collect();
        let Some((_, Value { kind: ValueKind::Text(written), origin })) =
            entries.iter().find(|(key, _)| key.value == KIND)
        else {
            let message = format!("this value of `{name}` does not say which kind it is");
            let help = format!(
                "write `kind: {}` in it; its kinds are `{}`",
                known.first().unwrap_or(&"..."),
                known.join("`, `")
            );
            self.diagnostics.push(Diagnostic::error(Code::StructFields, value.origin, message).help(help));
            return None;
        };
        let index = self.one_of(written, &known, (name, "kind"), *origin)?;
        let fields: Vec<&Entry> = entries.iter().filter(|(key, _)| key.value != KIND).collect();
        let kind = kinds.get(index)?;
        let fields = self.record(value, &fields, &format!("{name}.{}", kind.name.value), &kind.shape)?;
        Some(Literal::Union(id, version, index, fields))
    }

    /// Where a text is among the known ones.
    fn one_of(&mut self, text: &str, known: &[&str], (name, what): (&str, &str), origin: Origin) -> Option<usize> {
        let index = known.iter().position(|name| *name == text);
        if index.is_none() {
            let message = format!("`{name}` has no {what} `{}`", shown(text));
            let listed: Vec<&str> = known.iter().take(20).copied().collect();
            self.diagnostics.push(
                Diagnostic::error(Code::IllTyped, origin, message)
                    .suggest(text, known.iter().copied())
                    .help(format!("its {what}s are `{}`", listed.join("`, `"))),
            );
        }
        index
    }

    /// A value of a struct or of a union's kind has each field, in whatever order.
    fn record(&mut self, value: &Value, entries: &[&Entry], name: &str, record: &Record) -> Option<Vec<Literal>> {
        self.no_unknown_fields(entries, name, record)?;
        let mut fields = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            fields.push(match entries.iter().find(|(key, _)| key.value == field.name.value) {
                Some((_, value)) => self.value(value, &field.ty),
                None if matches!(field.ty, Type::Optional(_)) => Some(Literal::Null),
                None => {
                    let message = format!("this value of `{name}` does not give `{}`", field.name.value);
                    let help = format!("write `{}: {}` in it", field.name.value, example(&field.ty, self.catalog));
                    self.diagnostics.push(Diagnostic::error(Code::StructFields, value.origin, message).help(help));
                    None
                }
            });
        }
        fields.into_iter().collect()
    }

    /// A misspelled field is also a missing one, so these are told first, and alone.
    fn no_unknown_fields(&mut self, entries: &[&Entry], name: &str, record: &Record) -> Option<()> {
        let known = || record.fields.iter().map(|field| field.name.value.as_str());
        let unknown: Vec<_> = entries.iter().filter(|(key, _)| !known().any(|name| name == key.value)).collect();
        for (key, _) in &unknown {
            let message = format!("`{name}` has no field `{}`", key.value);
            let listed: Vec<&str> = known().take(20).collect();
            self.diagnostics.push(
                Diagnostic::error(Code::StructFields, key.origin, message)
                    .suggest(&key.value, known())
                    .help(format!("its fields are `{}`", listed.join("`, `"))),
            );
        }
        unknown.is_empty().then_some(())
    }

    fn ill_typed(&mut self, value: &Value, ty: &Type) {
        let spelled = self.catalog.spell(ty);
        let found = match &value.kind {
            ValueKind::Null => "null",
            ValueKind::Text(_) => "a text",
            ValueKind::List(_) => "a list",
            ValueKind::Map(_) => "a mapping",
            ValueKind::Opaque(_) => "an expression",
        };
        let message = format!("expected a value of type `{spelled}`, found {found}");
        let diagnostic = Diagnostic::error(Code::IllTyped, value.origin, message);
        let example = example(ty, self.catalog);
        self.diagnostics.push(match &value.kind {
            ValueKind::Null => {
                diagnostic.help(format!("only `{spelled}?` can be null; `{spelled}` is written like `{example}`"))
            }
            ValueKind::Text(_) | ValueKind::List(_) | ValueKind::Map(_) | ValueKind::Opaque(_) => {
                diagnostic.help(format!("`{spelled}` is written like `{example}`"))
            }
        });
    }
}

/// A text as a value of a builtin type.
fn text_as(text: &str, builtin: Builtin) -> Result<Literal, Fault> {
    match builtin {
        Builtin::Bool => match text {
            "true" => Ok(Literal::Bool(true)),
            "false" => Ok(Literal::Bool(false)),
            _ => Err(Fault::Form("`true` or `false`")),
        },
        Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => numbers::integer(text, builtin),
        Builtin::F32 => numbers::single(text),
        Builtin::F64 => numbers::double(text),
        Builtin::String => Ok(Literal::Text(text.to_owned())),
        Builtin::Bytes => bytes::base64(text),
        Builtin::Uuid => bytes::uuid(text),
        Builtin::Timestamp => times::timestamp(text),
        Builtin::Date => times::date(text),
        Builtin::Duration => times::duration(text),
        Builtin::Decimal(scale) => numbers::decimal(text, scale),
        Builtin::Json => Err(Fault::Form("JSON")),
    }
}

fn faulty(text: &str, builtin: Builtin, fault: Fault, value: &Value) -> Diagnostic {
    match fault {
        Fault::Form(form) => {
            let message = format!("`{}` is not of type `{builtin}`", shown(text));
            Diagnostic::error(Code::IllTyped, value.origin, message)
                .help(format!("`{builtin}` is written as {form}, like `{}`", builtin.row().example))
        }
        Fault::Range(why) => {
            let message = format!("`{}` is not in the range of `{builtin}`", shown(text));
            Diagnostic::error(Code::OutOfRange, value.origin, message).help(why)
        }
    }
}

/// At most the first forty characters of a text.
fn shown(text: &str) -> String {
    names::shortened(text)
}
