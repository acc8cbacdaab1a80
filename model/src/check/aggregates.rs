//! Rules about a file's aggregate and its events.

use crate::ast::Document;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::source::Origin;

/// `id`, `state`, `snapshot`, `commands` and `rejections` are parts of an aggregate.
pub(super) fn parts_belong_to_an_aggregate(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents.iter().filter(|document| document.aggregate.is_none() && !document.broken) {
        let found: Vec<(&str, Origin)> = parts(document).collect();
        let Some((first, origin)) = found.first().copied() else { continue };
        let message = format!("`{first}` belongs to an aggregate, and this file has none");
        let diagnostic = Diagnostic::error(Code::AggregateMissing, origin, message)
            .help("name it at the top of the file: `aggregate: <Name>`");
        let others = found.iter().skip(1);
        diagnostics
            .push(others.fold(diagnostic, |told, (name, origin)| told.related(*origin, format!("`{name}` too"))));
    }
}

fn parts(document: &Document) -> impl Iterator<Item = (&'static str, Origin)> {
    let id = document.id.as_ref().map(|id| ("id", id.origin));
    let snapshot = document.snapshot.as_ref().map(|snapshot| ("snapshot", snapshot.origin));
    let state = document.state.as_ref().map(|state| ("state", state.origin));
    let commands = document.commands.as_ref().map(|commands| ("commands", commands.origin));
    let rejections = document.rejections.as_ref().map(|rejections| ("rejections", rejections.origin));
    [id, state, snapshot, commands, rejections].into_iter().flatten()
}

/// An aggregate says what its streams are told apart by.
pub(super) fn an_aggregate_has_an_id(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents.iter().filter(|document| document.id.is_none() && !document.broken) {
        let Some(aggregate) = &document.aggregate else { continue };
        let message = format!("the aggregate `{}` has no `id`", aggregate.value);
        let help = "say below `aggregate` what its streams are told apart by, for example `id: uuid`";
        diagnostics.push(Diagnostic::error(Code::IdMissing, aggregate.origin, message).help(help));
    }
}

/// The id is a part of the stream's name, so it is a string, a uuid, an integer, or a newtype of these.
pub(super) fn an_id_can_name_a_stream(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents {
        let Some(id) = &document.id else { continue };
        let resolved = catalog.resolve(&id.value, &document.context.value);
        if let Some(ty) = resolved.filter(|ty| !catalog.can_be_id(ty)) {
            let message = format!("`{}` cannot be the id of an aggregate", catalog.spell(&ty));
            let help =
                "the id becomes a part of the stream's name: `string`, `uuid`, an integer, or a newtype of these";
            diagnostics.push(Diagnostic::error(Code::IdType, id.value.origin, message).help(help));
        }
    }
}

/// The revision in `snapshot` is that of a state which the schema declares. A state in Rust brings its own.
pub(super) fn a_snapshot_has_a_state(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents.iter().filter(|document| document.state.is_none() && !document.broken) {
        let (Some(snapshot), Some(aggregate)) = (&document.snapshot, &document.aggregate) else { continue };
        let message = format!("`{}` has no `state` here that a snapshot could keep", aggregate.value);
        diagnostics.push(
            Diagnostic::error(Code::SnapshotWithoutState, snapshot.origin, message)
                .help("declare the `state`, or leave `snapshot` out")
                .help(format!(
                    "for a state in Rust write `impl factum::Snapshot for {}`, with its revision",
                    aggregate.value
                )),
        );
    }
}

/// `personal` names fields that the event has, or had under that name.
pub(super) fn personal_fields_exist(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for declared in &catalog.events {
        let fields = &declared.event.fields;
        let earlier = fields.iter().flat_map(|field| field.renamed.iter().map(|change| change.from.value.as_str()));
        let known: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).chain(earlier).collect();
        for name in declared.event.personal.iter().filter(|name| !known.contains(&name.value.as_str())) {
            let message = format!("`{}` has no field `{}` in any version", declared.event.name.value, name.value);
            diagnostics.push(
                Diagnostic::error(Code::UnknownPersonalField, name.origin, message)
                    .suggest(&name.value, known.iter().copied())
                    .help("a field that was removed keeps its line, with `removed`, so that it can be named here"),
            );
        }
    }
}
