//! Commands, what they may make happen, and the rejections that answer them. None of it is stored, or has a history.

use std::collections::BTreeMap;

use super::super::{Change, Edit, Kind, Of};
use super::Member as _;
use super::names::Names;
use crate::ast::{Command, Document, Field, TemplatePart, TypeExpr, TypeKind};
use crate::names::full_name;
use crate::source::Origin;
use crate::spell::quoted;

/// By name, in one line each, and where it is.
pub(super) type Lines = BTreeMap<String, (String, Origin)>;

pub(super) fn commands(of: &Of, before: &Document, now: &Document, names: &Names<'_>, changes: &mut Vec<Change>) {
    compare(of, &commands_of(before, names), &commands_of(now, names), &|edit| Kind::CommandChanged { edit }, changes);
}

pub(super) fn rejections(of: &Of, before: &Document, now: &Document, changes: &mut Vec<Change>) {
    compare(of, &rejections_of(before), &rejections_of(now), &|edit| Kind::RejectionChanged { edit }, changes);
}

pub(super) fn compare(of: &Of, before: &Lines, now: &Lines, kind: &dyn Fn(Edit) -> Kind, changes: &mut Vec<Change>) {
    for (name, (new, origin)) in now {
        match before.get(name) {
            None => changes.push(of.at(None, *origin, kind(Edit::Added), "", new)),
            Some((old, _)) if old != new => changes.push(of.at(None, *origin, kind(Edit::Changed), old, new)),
            Some(_) => {}
        }
    }
    for (_, (old, _)) in before.iter().filter(|(name, _)| !now.contains_key(*name)) {
        changes.push(of.change(kind(Edit::Gone), old, ""));
    }
}

fn commands_of(document: &Document, names: &Names<'_>) -> Lines {
    let context = &document.context.value;
    let all = document.commands.as_ref().map_or(&[][..], |commands| &commands.value);
    let line = |command: &Command| {
        let emits = command.emits.as_ref().map(|emits| emits.iter().map(|event| names.local(context, &event.value)));
        let mut emits: Vec<String> = emits?.collect();
        emits.sort();
        Some(format!(" emits [{}]", emits.join(", ")))
    };
    let line = |command: &Command| {
        format!("{}{}{}", command.name.value, fields(&command.fields, context), line(command).unwrap_or_default())
    };
    all.iter().map(|command| (command.name.value.clone(), (line(command), command.name.origin))).collect()
}

fn rejections_of(document: &Document) -> Lines {
    let context = &document.context.value;
    let all = document.rejections.as_ref().map_or(&[][..], |rejections| &rejections.value);
    let all = all.iter().map(|rejection| {
        let message = rejection.message.as_ref().map_or_else(String::new, |parts| format!(" {}", message(parts)));
        let line = format!("{}{message}{}", rejection.name.value, fields(&rejection.fields, context));
        (rejection.name.value.clone(), (line, rejection.name.origin))
    });
    all.collect()
}

/// By name: who makes one names its fields. Nothing where there are none.
pub(super) fn fields<'f>(fields: impl IntoIterator<Item = &'f Field>, context: &str) -> String {
    let lines: BTreeMap<&str, String> =
        fields.into_iter().map(|field| (field.name().value.as_str(), spelled(&field.ty, context))).collect();
    let lines: Vec<String> = lines.into_iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    if lines.is_empty() { String::new() } else { format!(" {{ {} }}", lines.join(", ")) }
}

/// With the context of every declared type, so that it is the same however it is written.
pub(super) fn spelled(ty: &TypeExpr, own: &str) -> String {
    let inner = |ty: &TypeExpr| spelled(ty, own);
    match &ty.kind {
        TypeKind::Builtin(builtin) => builtin.to_string(),
        // What is not stored holds the newest version.
        TypeKind::Named { context, name, version: _ } => {
            full_name(context.as_ref().map_or(own, |context| &context.value), &name.value)
        }
        TypeKind::Optional(ty) => format!("{}?", inner(ty)),
        TypeKind::List(ty) => format!("list<{}>", inner(ty)),
        TypeKind::Set(ty) => format!("set<{}>", inner(ty)),
        TypeKind::Map(key, ty) => format!("map<{}, {}>", inner(key), inner(ty)),
        TypeKind::Opaque(ty) => ty.spelling.clone(),
        TypeKind::Broken => String::new(),
    }
}

fn message(parts: &[TemplatePart]) -> String {
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Field(name) => format!("{{{}}}", name.value),
    };
    quoted(&parts.iter().map(part).collect::<String>())
}
