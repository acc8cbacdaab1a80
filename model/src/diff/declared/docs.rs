//! Documentation: what it says counts, and not where its lines break.

use super::super::{Change, Kind, Of};
use super::Member;
use crate::ast::{Document, Event, Field, Policy, QualifiedName, TypeBody, TypeDecl, Variant};
use crate::source::{Origin, Spanned};

/// What can have documentation.
pub(super) struct Part {
    /// Where it is in what it belongs to: `Card.last4`, empty for the whole; then where it was.
    paths: Vec<String>,
    /// What is said of it, in one line; may be empty.
    doc: String,
    origin: Origin,
}

/// One change for all parts that are there before and after.
pub(super) fn changed(of: &Of, before: &[Part], now: &[Part], changes: &mut Vec<Change>) {
    let same = |part: &Part| before.iter().find(|old| part.paths.contains(&old.paths[0]));
    let pairs = now.iter().filter_map(|part| Some((same(part)?, part)));
    let differing: Vec<(&Part, &Part)> = pairs.filter(|(old, new)| old.doc != new.doc).collect();
    let Some((_, first)) = differing.first() else { return };
    let [old, new]: [Vec<String>; 2] = [
        differing.iter().filter_map(|(old, _)| old.line()).collect(),
        differing.iter().filter_map(|(_, new)| new.line()).collect(),
    ];
    changes.push(of.at(None, first.origin, Kind::DocChanged, old.join("; "), new.join("; ")));
}

impl Part {
    fn line(&self) -> Option<String> {
        match (self.paths[0].as_str(), &self.doc) {
            (_, doc) if doc.is_empty() => None,
            ("", doc) => Some(doc.clone()),
            (path, doc) => Some(format!("{path}: {doc}")),
        }
    }
}

pub(super) fn of_aggregate(document: &Document) -> Vec<Part> {
    let name = document.aggregate.as_ref().map_or(document.context.origin, |name| name.origin);
    let mut parts = vec![whole(document.doc.as_ref(), name)];
    fields(&[String::new()], document.state.as_ref().map_or(&[], |state| &state.value), &mut parts);
    for command in document.commands.as_ref().map_or(&[][..], |commands| &commands.value) {
        let own = within(&[String::new()], &[&command.name.value]);
        fields(&own, &command.fields, &mut parts);
        parts.push(part(own, command.doc.as_ref(), command.name.origin));
    }
    for rejection in document.rejections.as_ref().map_or(&[][..], |rejections| &rejections.value) {
        let own = within(&[String::new()], &[&rejection.name.value]);
        fields(&own, &rejection.fields, &mut parts);
        parts.push(part(own, rejection.doc.as_ref(), rejection.name.origin));
    }
    parts
}

pub(super) fn of_policy(policy: &Policy) -> Vec<Part> {
    let mut parts = vec![whole(policy.doc.as_ref(), policy.name.origin)];
    fields(&[String::new()], &policy.state, &mut parts);
    for reaction in &policy.on {
        let QualifiedName { context, name } = &reaction.event;
        let context = context.as_ref().map(|context| context.value.as_str());
        let path = context.into_iter().chain([name.value.as_str()]).collect::<Vec<_>>().join(".");
        parts.push(part(vec![path], reaction.doc.as_ref(), name.origin));
    }
    for timeout in &policy.timeouts {
        parts.push(part(vec![timeout.name.value.clone()], timeout.doc.as_ref(), timeout.name.origin));
    }
    parts
}

pub(super) fn of_event(event: &Event) -> Vec<Part> {
    let mut parts = vec![whole(event.doc.as_ref(), event.name.origin)];
    fields(&[String::new()], &event.fields, &mut parts);
    parts
}

pub(super) fn of_type(ty: &TypeDecl) -> Vec<Part> {
    let mut parts = vec![whole(ty.doc.as_ref(), ty.name.origin)];
    match &ty.body {
        TypeBody::Struct(all) => fields(&[String::new()], all, &mut parts),
        TypeBody::Enum(all) | TypeBody::Union(all) => variants(&all.value, &mut parts),
        TypeBody::Newtype { .. } | TypeBody::Broken => {}
    }
    parts
}

fn variants(all: &[Variant], parts: &mut Vec<Part>) {
    for variant in all.iter().filter(|variant| !variant.is_gone()) {
        let own = within(&[String::new()], &variant.names());
        fields(&own, &variant.fields, parts);
        parts.push(part(own, variant.doc.as_ref(), variant.name.origin));
    }
}

fn fields(of: &[String], all: &[Field], parts: &mut Vec<Part>) {
    for field in all.iter().filter(|field| !field.is_gone()) {
        parts.push(part(within(of, &field.names()), field.doc.as_ref(), field.name.origin));
    }
}

/// Every name in every place, those of now first.
fn within(places: &[String], names: &[&str]) -> Vec<String> {
    let path = |place: &String, name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    places.iter().flat_map(|place| names.iter().map(move |name| path(place, name))).collect()
}

fn whole(doc: Option<&Spanned<String>>, name: Origin) -> Part {
    part(vec![String::new()], doc, name)
}

/// Where there is no documentation, the place is that of the name.
fn part(paths: Vec<String>, doc: Option<&Spanned<String>>, name: Origin) -> Part {
    let line = doc.map(|doc| doc.value.split_whitespace().collect::<Vec<_>>().join(" "));
    Part { paths, doc: line.unwrap_or_default(), origin: doc.map_or(name, |doc| doc.origin) }
}
