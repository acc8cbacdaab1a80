//! What schemas say beside what is stored: documentation, deprecations, the order of fields and values, commands and
//! rejections. A lock has none of it, so documents are compared.

mod docs;
mod order;
mod requests;

use std::collections::BTreeMap;

use super::{Change, Kind, Of, Subject};
use crate::ast::{Deprecated, Document, Event, Field, TypeBody, TypeDecl, Variant};
use crate::names::full_name;
use crate::source::Spanned;

/// What changed in what only schemas say, by name: of what is in both. What is new or gone is told of the locks.
///
/// Of `old` it may be only the files that differ; `new` are all.
///
/// ```
/// use factum_model::diff::{Kind, declared};
/// use factum_model::{CatalogFiles, Sources, check_catalogs};
///
/// let documents = |doc: &str| {
///     let mut sources = Sources::new();
///     let text = format!("factum: 1\ncontext: seats\nevents:\n  Opened: {{ doc: {doc}, fields: {{ capacity: u32 }} }}\n");
///     let files = vec![sources.add("seats.yaml", text.into_bytes())];
///     check_catalogs(&mut sources, &[CatalogFiles { files, released: None }]).remove(0).documents
/// };
/// let changes = declared(&documents("A hall."), &documents("A hall opened."));
/// assert_eq!(changes[0].kind, Kind::DocChanged);
/// assert_eq!(changes[0].after, "A hall opened.");
/// ```
#[must_use]
pub fn declared(old: &[Document], new: &[Document]) -> Vec<Change> {
    let now = Declarations::of(new);
    let mut changes = Vec::new();
    for document in old {
        let context = document.context.value.as_str();
        if let Some((name, now)) = named(document).and_then(|name| Some((name, *now.aggregates.get(&(context, name))?)))
        {
            aggregate(name, document, now, &mut changes);
        }
        for before in &document.events {
            if let Some(now) = now.events.get(&(context, before.name.value.as_str())) {
                event(context, before, now, &mut changes);
            }
        }
        for before in &document.types {
            if let Some(now) = now.types.get(&(context, before.name.value.as_str())) {
                named_type(context, before, now, &mut changes);
            }
        }
    }
    changes.sort_by(|a, b| a.subject.cmp(&b.subject));
    changes
}

fn named(document: &Document) -> Option<&str> {
    document.aggregate.as_ref().map(|name| name.value.as_str())
}

/// Everything that documents declare, by context and name.
#[derive(Default)]
struct Declarations<'d> {
    aggregates: BTreeMap<(&'d str, &'d str), &'d Document>,
    /// Also by the names that they had.
    events: BTreeMap<(&'d str, &'d str), &'d Event>,
    types: BTreeMap<(&'d str, &'d str), &'d TypeDecl>,
}

impl<'d> Declarations<'d> {
    fn of(documents: &'d [Document]) -> Self {
        let mut all = Self::default();
        for document in documents {
            let context = document.context.value.as_str();
            all.aggregates.extend(named(document).map(|name| ((context, name), document)));
            all.events.extend(document.events.iter().map(|event| ((context, event.name.value.as_str()), event)));
            all.types.extend(document.types.iter().map(|ty| ((context, ty.name.value.as_str()), ty)));
        }
        for document in documents {
            for event in &document.events {
                for earlier in &event.renamed {
                    let key = (document.context.value.as_str(), earlier.from.value.as_str());
                    all.events.entry(key).or_insert(event);
                }
            }
        }
        all
    }
}

fn aggregate(name: &str, before: &Document, now: &Document, changes: &mut Vec<Change>) {
    let Some(declared) = now.aggregate.as_ref().filter(|_| !before.broken && !now.broken) else { return };
    let full = full_name(&before.context.value, name);
    let of = Of { subject: Subject::Aggregate(full.clone()), was: Some(full), origin: declared.origin };
    docs::changed(&of, &docs::of_aggregate(before), &docs::of_aggregate(now), changes);
    requests::commands(&of, before, now, changes);
    requests::rejections(&of, before, now, changes);
}

fn event(context: &str, before: &Event, now: &Event, changes: &mut Vec<Change>) {
    if before.broken || now.broken {
        return;
    }
    let full = |event: &Event| full_name(context, &event.name.value);
    let of = Of { subject: Subject::Event(full(now)), was: Some(full(before)), origin: now.name.origin };
    docs::changed(&of, &docs::of_event(before), &docs::of_event(now), changes);
    let [old, new] = [before, now].map(|event| event.deprecated.as_ref().map(deprecation).unwrap_or_default());
    if old != new {
        let kind = if new.is_empty() { Kind::DeprecationLifted } else { Kind::Deprecated };
        changes.push(of.change(kind, old, new));
    }
    order::changed(&of, "", &order::of_fields(&before.fields), &order::of_fields(&now.fields), changes);
}

fn deprecation(deprecated: &Deprecated) -> String {
    let instead = deprecated.instead.as_ref().map_or_else(String::new, |event| format!(", use `{}`", event.value));
    format!("since version {}{instead}", deprecated.since.value)
}

fn named_type(context: &str, before: &TypeDecl, now: &TypeDecl, changes: &mut Vec<Change>) {
    if before.broken || now.broken {
        return;
    }
    let full = full_name(context, &now.name.value);
    let of = Of { subject: Subject::Type(full.clone()), was: Some(full), origin: now.name.origin };
    docs::changed(&of, &docs::of_type(before), &docs::of_type(now), changes);
    match (&before.body, &now.body) {
        (TypeBody::Struct(before), TypeBody::Struct(now)) => {
            order::changed(&of, "", &order::of_fields(before), &order::of_fields(now), changes);
        }
        (TypeBody::Enum(before), TypeBody::Enum(now)) => {
            order::changed(&of, "", &order::of_variants(&before.value), &order::of_variants(&now.value), changes);
        }
        (TypeBody::Union(before), TypeBody::Union(now)) => order::of_kinds(&of, &before.value, &now.value, changes),
        (
            TypeBody::Struct(_) | TypeBody::Newtype { .. } | TypeBody::Enum(_) | TypeBody::Union(_) | TypeBody::Broken,
            _,
        ) => {}
    }
}

/// What has a name and had others, and may be gone.
trait Member {
    fn name(&self) -> &Spanned<String>;
    fn earlier(&self) -> impl Iterator<Item = &str>;
    fn is_gone(&self) -> bool;

    /// Its name now, then those before.
    fn names(&self) -> Vec<&str> {
        core::iter::once(self.name().value.as_str()).chain(self.earlier()).collect()
    }
}

impl Member for Field {
    fn name(&self) -> &Spanned<String> {
        &self.name
    }

    fn earlier(&self) -> impl Iterator<Item = &str> {
        self.renamed.iter().map(|change| change.from.value.as_str())
    }

    fn is_gone(&self) -> bool {
        self.removed.is_some()
    }
}

impl Member for Variant {
    fn name(&self) -> &Spanned<String> {
        &self.name
    }

    fn earlier(&self) -> impl Iterator<Item = &str> {
        self.renamed.iter().map(|change| change.from.value.as_str())
    }

    fn is_gone(&self) -> bool {
        self.removed.is_some()
    }
}
