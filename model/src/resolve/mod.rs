//! From [`ast`](crate::ast) to [`Schema`]: names become ids, the lives of fields become versions with steps.
//!
//! What depends on names alone is judged by [`crate::check`]; here a name that does not resolve is passed over in
//! silence, so that one cause is one message. Histories, values and messages are judged while they are resolved.

mod aggregates;
mod catalog;
mod chains;
mod compensation;
mod cycles;
mod depths;
mod events;
mod fate;
pub(crate) mod groups;
mod history;
mod judge;
mod policies;
mod types;

pub(crate) use catalog::{Catalog, Names};
#[cfg(feature = "lock")]
pub(crate) use depths::types as held_types;
pub(crate) use history::{Change, Life};

use crate::ast::Document;
use crate::diagnostic::Diagnostics;
use crate::schema::{AggregateDef, AggregateId, Context, EventDef, Schema};
use crate::shared::shared;
use crate::source::Spanned;
use crate::upcast;

/// The types with the shapes of their versions; types that hold themselves without end lose theirs.
pub(crate) fn catalog<'a>(documents: &'a [Document], diagnostics: &mut Diagnostics) -> Catalog<'a> {
    let mut catalog = Catalog::new(documents, diagnostics.dialect());
    catalog.groups = groups::groups(&catalog);
    catalog.newest = types::newest(&catalog, diagnostics);
    catalog.shapes = types::shapes(&catalog);
    cycles::refuse(&mut catalog, diagnostics);
    chains::refuse(&mut catalog, diagnostics);
    depths::refuse(&catalog, diagnostics);
    catalog
}

/// The whole schema. Without errors in `diagnostics` afterwards, all of it is there.
pub(crate) fn schema(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Schema {
    let mut events = all_events(catalog, diagnostics);
    compensation::compensations(&mut events, catalog, diagnostics);
    let policies = policies::policies(&events, catalog, diagnostics);
    let mut events = fate::with_fates(events, catalog, diagnostics);
    let types: Vec<_> =
        catalog.type_ids().filter_map(|found| types::declared_type(found, catalog, diagnostics)).collect();
    for event in &mut events {
        upcast::set_readable_from(&mut event.versions, &types);
    }
    let aggregates: Vec<AggregateDef> = (0..)
        .map(AggregateId)
        .zip(&catalog.aggregates)
        .filter_map(|(id, document)| aggregates::aggregate(id, document, catalog, diagnostics))
        .collect();
    let contexts = catalog.contexts.keys().map(|name| context(name, catalog)).collect();
    Schema { contexts, types, events, aggregates, policies }
}

/// The events, each by itself; `None` for one of which something is not right.
fn all_events(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Vec<Option<EventDef>> {
    let parts = shared(&catalog.events, |events| {
        let mut found = Diagnostics::in_dialect(catalog.dialect);
        let events: Vec<_> = events.iter().map(|event| events::event(event, catalog, &mut found)).collect();
        (events, found)
    });
    let mut all = Vec::with_capacity(catalog.events.len());
    for (events, found) in parts {
        all.extend(events);
        found.into_vec().into_iter().for_each(|found| diagnostics.push(found));
    }
    all
}

fn context(name: &str, catalog: &Catalog<'_>) -> Context {
    let documents = || catalog.documents.iter().filter(|document| document.context.value == name);
    let docs: Vec<&str> =
        documents().filter_map(|document| document.doc.as_ref().map(|doc| doc.value.as_str())).collect();
    let origin = documents().next().map(|document| document.context.origin).unwrap_or_default();
    Context {
        name: Spanned::new(name.to_owned(), origin),
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
pub(crate) fn text(doc: Option<&Spanned<String>>) -> Option<String> {
    doc.map(|doc| doc.value.clone())
}
