//! Events and types of any front end as text of the schema language, and back.
//!
//! A front end that sees one item at a time, such as a derive, keeps what it read for somebody who sees more: what it hands
//! on is plain text. A type that only the front end understands stands there as a number, `Rust0`, beside which
//! [`Spelled::types`] has what it was; an expression of the front end's as `{ rust: "..." }`. So such a front end declares
//! no types of these names. What only people read, documentation and deprecations, is left out.

use core::fmt::Write as _;

use crate::Opaque;
use crate::ast::{
    Change, Document, Event, Field, Operation, Retyping, StructuralStep, TypeBody, TypeDecl, TypeExpr, TypeKind,
    UpcastHow, Value, ValueKind, Variant, Via,
};
use crate::source::Spanned;

/// How a number begins that stands for a type of the front end's.
const OPAQUE: &str = "Rust";

/// The key of an expression of the front end's.
const EXPRESSION: &str = "rust";

/// A document as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spelled {
    /// The schema, in one line.
    pub text: String,
    /// What the numbers in it stand for.
    pub types: Vec<Opaque>,
}

/// The events and the types of a document.
#[must_use]
pub fn spell(document: &Document) -> Spelled {
    let mut speller = Speller::default();
    let events = document.events.iter().map(|event| (quoted(&event.name.value), speller.event(event).to_string()));
    let events = events.collect::<Vec<_>>();
    let types = document.types.iter().map(|ty| (quoted(&ty.name.value), speller.declared(ty).to_string()));
    let types = types.collect::<Vec<_>>();
    let mut whole = Mapping::default();
    whole.put("factum", 1).put("context", quoted(&document.context.value));
    whole.put_some("events", events).put_some("types", types);
    Spelled { text: whole.to_string(), types: speller.types }
}

/// `{ key: value, .. }`.
#[derive(Default)]
struct Mapping(Vec<(String, String)>);

impl Mapping {
    #[expect(clippy::needless_pass_by_value, reason = "what is put is made for it")]
    fn put(&mut self, key: &str, value: impl ToString) -> &mut Self {
        self.0.push((key.to_owned(), value.to_string()));
        self
    }

    fn put_if(&mut self, key: &str, value: Option<impl ToString>) -> &mut Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    /// A mapping, if there is anything in it.
    fn put_some(&mut self, key: &str, entries: Vec<(String, String)>) -> &mut Self {
        if !entries.is_empty() {
            self.put(key, Self(entries));
        }
        self
    }
}

impl core::fmt::Display for Mapping {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let entries = self.0.iter().map(|(key, value)| format!("{key}: {value}"));
        write!(f, "{{{}}}", entries.collect::<Vec<_>>().join(", "))
    }
}

fn list(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(", "))
}

fn texts(texts: &[Spanned<String>]) -> String {
    list(texts.iter().map(|text| quoted(&text.value)))
}

fn number(version: Option<&Spanned<u32>>) -> Option<u32> {
    version.map(|version| version.value)
}

fn renamed(changes: &[Change<Spanned<String>>]) -> Vec<(String, String)> {
    changes.iter().map(|change| (change.version.value.to_string(), quoted(&change.from.value))).collect()
}

#[derive(Default)]
struct Speller {
    types: Vec<Opaque>,
}

impl Speller {
    fn event(&mut self, event: &Event) -> Mapping {
        let mut map = Mapping::default();
        map.put_if("version", number(event.version.as_ref())).put_some("renamed", renamed(&event.renamed));
        if !event.personal.is_empty() {
            map.put("personal", texts(&event.personal));
        }
        map.put("fields", self.fields(&event.fields));
        let upcasts = event.upcast.iter().map(|upcast| (upcast.version.value.to_string(), how(&upcast.how)));
        map.put_some("upcast", upcasts.collect());
        map.put_if(
            "retired",
            event.retired.as_ref().map(|retired| match (retired.version.value, retired.nothing) {
                (version, false) => version.to_string(),
                (version, true) => format!("{{{version}: nothing}}"),
            }),
        );
        map.put_if(
            "becomes",
            event.becomes.as_ref().map(|becomes| {
                let children = becomes.children.iter();
                let children = children.map(|child| quoted(&format!("{}@{}", child.event.value, child.version.value)));
                format!("{{{}: {}}}", becomes.version.value, list(children))
            }),
        );
        map
    }

    fn declared(&mut self, ty: &TypeDecl) -> Mapping {
        let mut map = Mapping::default();
        map.put_if("version", number(ty.version.as_ref()));
        match &ty.body {
            TypeBody::Struct(fields) => drop(map.put("fields", self.fields(fields))),
            TypeBody::Newtype { ty, retyped } => {
                map.put("newtype", self.quoted_type(ty)).put_some("retyped", self.retyped(retyped));
            }
            TypeBody::Enum(values) => drop(map.put("enum", self.variants(&values.value, false))),
            TypeBody::Union(kinds) => drop(map.put("union", self.variants(&kinds.value, true))),
            TypeBody::Broken => {}
        }
        map
    }

    fn variants(&mut self, variants: &[Variant], with_fields: bool) -> Mapping {
        let mut all = Mapping::default();
        for variant in variants {
            let mut map = Mapping::default();
            map.put_if("added", number(variant.added.as_ref())).put_if("removed", number(variant.removed.as_ref()));
            map.put_if("becomes", variant.becomes.as_ref().map(|text| quoted(&text.value)));
            map.put_some("renamed", renamed(&variant.renamed)).put_if("fallback", variant.fallback.map(|_| true));
            if with_fields {
                map.put("fields", self.fields(&variant.fields));
            }
            all.put(&quoted(&variant.name.value), map);
        }
        all
    }

    fn fields(&mut self, fields: &[Field]) -> Mapping {
        let mut all = Mapping::default();
        for field in fields {
            let mut map = Mapping::default();
            map.put("type", self.quoted_type(&field.ty));
            map.put_if("added", number(field.added.as_ref())).put_if("removed", number(field.removed.as_ref()));
            map.put_if("default", field.default.as_ref().map(value)).put_some("renamed", renamed(&field.renamed));
            map.put_some("retyped", self.retyped(&field.retyped));
            all.put(&quoted(&field.name.value), map);
        }
        all
    }

    fn retyped(&mut self, changes: &[Change<Retyping>]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for change in changes {
            let mut map = Mapping::default();
            map.put("from", self.quoted_type(&change.from.from));
            map.put_if("via", change.from.via.as_ref().map(|found| via(&found.value)));
            all.push((change.version.value.to_string(), map.to_string()));
        }
        all
    }

    fn quoted_type(&mut self, ty: &TypeExpr) -> String {
        quoted(&self.ty(ty))
    }

    fn ty(&mut self, ty: &TypeExpr) -> String {
        match &ty.kind {
            TypeKind::Builtin(builtin) => builtin.to_string(),
            TypeKind::Named { context, name, version } => {
                let context = context.as_ref().map(|context| format!("{}.", context.value)).unwrap_or_default();
                let version = version.as_ref().map(|version| format!("@{}", version.value)).unwrap_or_default();
                format!("{context}{}{version}", name.value)
            }
            TypeKind::Optional(inner) => format!("{}?", self.ty(inner)),
            TypeKind::List(inner) => format!("list<{}>", self.ty(inner)),
            TypeKind::Set(inner) => format!("set<{}>", self.ty(inner)),
            TypeKind::Map(key, inner) => format!("map<{}, {}>", self.ty(key), self.ty(inner)),
            TypeKind::Opaque(ty) => {
                let known = self.types.iter().position(|known| known == ty);
                let number = known.unwrap_or_else(|| {
                    self.types.push(ty.clone());
                    self.types.len() - 1
                });
                format!("{OPAQUE}{number}")
            }
            TypeKind::Broken => String::new(),
        }
    }
}

fn how(how: &UpcastHow) -> String {
    match how {
        UpcastHow::ByHand => "by_hand".to_owned(),
        UpcastHow::Steps(steps) => list(steps.iter().map(step)),
    }
}

fn step(step: &StructuralStep) -> String {
    let name = match step.operation.value {
        Operation::Join => "join",
        Operation::Split => "split",
        Operation::Nest => "nest",
        Operation::Flatten => "flatten",
    };
    let mut map = Mapping::default();
    map.put("from", texts(&step.from)).put("into", texts(&step.into));
    map.put_if("with", step.with.as_ref().map(|with| quoted(&with.value)));
    format!("{{{name}: {map}}}")
}

pub(crate) fn via(via: &Via) -> String {
    match via {
        Via::ToText => "to_string".to_owned(),
        Via::Parse => "parse".to_owned(),
        Via::Scale(power) => quoted(&format!("scale({})", crate::via::factor(*power))),
        Via::Epoch(1) => "epoch_seconds".to_owned(),
        Via::Epoch(_) => "epoch_millis".to_owned(),
        Via::Or(otherwise) => format!("{{or: {}}}", value(otherwise)),
    }
}

pub(crate) fn value(found: &Value) -> String {
    match &found.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Text(text) => quoted(text),
        ValueKind::List(values) => list(values.iter().map(value)),
        ValueKind::Map(entries) => {
            Mapping(entries.iter().map(|(key, found)| (quoted(&key.value), value(found))).collect()).to_string()
        }
        ValueKind::Opaque(expression) => format!("{{{EXPRESSION}: {}}}", quoted(&expression.spelling)),
    }
}

/// A text as both JSON and YAML quote it: what a reader could not see is escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => drop(write!(out, "\\u{:04x}", c as u32)),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What was spelled; the types have their number and these spellings.
///
/// # Errors
/// The text is none of [`spell`]'s.
#[cfg(feature = "yaml")]
pub fn read(text: &str, types: &[&str]) -> Result<Document, Vec<crate::Diagnostic>> {
    let mut sources = crate::Sources::new();
    let mut diagnostics = crate::Diagnostics::new();
    let file = sources.add("spelled", text.as_bytes().to_vec());
    let document = crate::yaml::read(&mut sources, file, &mut diagnostics);
    let Some(mut document) = document.filter(|_| !diagnostics.has_errors()) else { return Err(diagnostics.into_vec()) };
    let restore = Restore { types };
    for event in &mut document.events {
        restore.fields(&mut event.fields);
    }
    for ty in &mut document.types {
        match &mut ty.body {
            TypeBody::Struct(fields) => restore.fields(fields),
            TypeBody::Newtype { ty, retyped } => {
                restore.ty(ty);
                restore.retyped(retyped);
            }
            TypeBody::Enum(_) | TypeBody::Broken => {}
            TypeBody::Union(kinds) => kinds.value.iter_mut().for_each(|kind| restore.fields(&mut kind.fields)),
        }
    }
    Ok(document)
}

/// Puts back what only the front end understands.
#[cfg(feature = "yaml")]
struct Restore<'t> {
    types: &'t [&'t str],
}

#[cfg(feature = "yaml")]
impl Restore<'_> {
    fn fields(&self, fields: &mut [Field]) {
        for field in fields {
            self.ty(&mut field.ty);
            self.retyped(&mut field.retyped);
            field.default.as_mut().into_iter().for_each(expression);
        }
    }

    fn retyped(&self, changes: &mut [Change<Retyping>]) {
        for change in changes {
            self.ty(&mut change.from.from);
            if let Some(Spanned { value: Via::Or(value), .. }) = &mut change.from.via {
                expression(value);
            }
        }
    }

    fn ty(&self, ty: &mut TypeExpr) {
        match &mut ty.kind {
            TypeKind::Named { name, .. } => {
                let number = name.value.strip_prefix(OPAQUE).and_then(|number| number.parse::<u32>().ok());
                let known = number.and_then(|id| Some((id, *self.types.get(id as usize)?)));
                if let Some((id, spelling)) = known {
                    ty.kind = TypeKind::Opaque(Opaque { id, spelling: spelling.to_owned() });
                }
            }
            TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => self.ty(inner),
            TypeKind::Map(key, value) => {
                self.ty(key);
                self.ty(value);
            }
            TypeKind::Builtin(_) | TypeKind::Opaque(_) | TypeKind::Broken => {}
        }
    }
}

#[cfg(feature = "yaml")]
fn expression(value: &mut Value) {
    if let ValueKind::Map(entries) = &value.kind
        && let [(key, Value { kind: ValueKind::Text(spelling), .. })] = &entries[..]
        && key.value == EXPRESSION
    {
        value.kind = ValueKind::Opaque(Opaque { id: 0, spelling: spelling.clone() });
    }
}
