//! From [`ast`](crate::ast) to [`Schema`]: names become ids, the lives of fields become versions with steps.
//!
//! What depends on names alone is judged by [`crate::check`]; here a name that does not resolve is passed over in
//! silence, so that one cause is one message. Histories, values and messages are judged while they are resolved.

mod aggregates;
mod catalog;
mod chains;
mod cycles;
mod events;
mod history;

pub(crate) use catalog::{Catalog, Names};

use crate::ast::Document;
use crate::diagnostic::Diagnostics;
use crate::schema::{AggregateDef, AggregateId, Context, Schema, TypeDef, TypeVersion};

/// The types with their shapes; types that hold themselves without end lose theirs.
pub(crate) fn catalog<'a>(documents: &'a [Document], diagnostics: &mut Diagnostics) -> Catalog<'a> {
    let mut catalog = Catalog::new(documents);
    let shapes = catalog.types.iter().map(|declared| catalog.shape(declared)).collect();
    catalog.shapes = shapes;
    cycles::refuse(&mut catalog, diagnostics);
    chains::refuse(&mut catalog, diagnostics);
    catalog
}

/// The whole schema. Without errors in `diagnostics` afterwards, all of it is there.
pub(crate) fn schema(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Schema {
    let events = catalog.events.iter().filter_map(|event| events::event(event, catalog, diagnostics)).collect();
    let types = catalog.types.iter().zip(&catalog.shapes).filter_map(|(declared, shape)| {
        Some(TypeDef {
            name: declared.decl.name.clone(),
            context: declared.context.to_owned(),
            doc: text(declared.decl.doc.as_ref()),
            versions: vec![TypeVersion { number: 1, shape: shape.clone()? }],
        })
    });
    let types = types.collect();
    let aggregates: Vec<AggregateDef> = (0..)
        .map(AggregateId)
        .zip(&catalog.aggregates)
        .filter_map(|(id, document)| aggregates::aggregate(id, document, catalog, diagnostics))
        .collect();
    let contexts = catalog.contexts.keys().map(|name| context(name, catalog)).collect();
    Schema { contexts, types, events, aggregates }
}

fn context(name: &str, catalog: &Catalog<'_>) -> Context {
    let docs: Vec<&str> = catalog
        .documents
        .iter()
        .filter(|document| document.context.value == name)
        .filter_map(|document| document.doc.as_ref().map(|doc| doc.value.as_str()))
        .collect();
    Context {
        name: name.to_owned(),
        doc: (!docs.is_empty()).then(|| docs.join("\n\n")),
        types: catalog.type_ids().filter(|(_, declared)| declared.context == name).map(|(id, _)| id).collect(),
        events: catalog.event_ids().filter(|(_, event)| event.context == name).map(|(id, _)| id).collect(),
        aggregates: (0_u32..)
            .zip(&catalog.aggregates)
            .filter(|(_, document)| document.context.value == name)
            .map(|(id, _)| AggregateId(id))
            .collect(),
    }
}

/// A documentation text without its place.
pub(crate) fn text(doc: Option<&crate::source::Spanned<String>>) -> Option<String> {
    doc.map(|doc| doc.value.clone())
}
