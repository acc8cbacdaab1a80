//! What schemas say beside what is stored: documentation, deprecations, the order of fields and values, commands and
//! rejections, policies, and what takes back what. A lock has none of it, so documents are compared.

mod docs;
mod names;
mod order;
mod policies;
mod requests;
mod states;

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Edit, Kind, Of, Subject};
use crate::ast::{Deprecated, Document, Event, Field, Policy, TypeBody, TypeDecl, Variant};
use crate::names::full_name;
use crate::source::{Origin, Spanned};
use names::Names;
use states::States;

pub use states::tell_states;

/// What changed in what only schemas say, by name: of what is in both, and policies that are new or gone. Of the rest that
/// is told of the locks.
///
/// Documents of `new` that are also among `old` did not change, so only what they hold of others is compared.
///
/// ```
/// use factum_model::diff::{Kind, declared};
/// use factum_model::{Sources, check};
///
/// let documents = |doc: &str| {
///     let mut sources = Sources::new();
///     let text = format!("factum: 1\ncontext: seats\nevents:\n  Opened: {{ doc: {doc}, fields: {{ capacity: u32 }} }}\n");
///     sources.add("seats.yaml", text.into_bytes());
///     check(&mut sources).documents
/// };
/// let changes = declared(&documents("A hall."), &documents("A hall opened."));
/// assert_eq!(changes[0].kind, Kind::DocChanged);
/// assert_eq!(changes[0].after, "A hall opened.");
/// ```
#[must_use]
pub fn declared<'d>(old: impl IntoIterator<Item = &'d Document>, new: &'d [Document]) -> Vec<Change> {
    let old: Vec<&Document> = old.into_iter().collect();
    let (now, states) = (Declarations::of(new), States::of(&old, new));
    let names = Names { events: &now.events };
    let mut changes = Vec::new();
    let mut policies: BTreeSet<(&str, &str)> = BTreeSet::new();
    for document in old {
        policies.extend(document.policies.iter().map(|policy| key(document, &policy.name)));
        of_policies(document, &now, &names, &states, &mut changes);
        if new.as_ptr_range().contains(&core::ptr::from_ref(document)) {
            continue;
        }
        let context = document.context.value.as_str();
        if let Some((name, now)) = named(document).and_then(|name| Some((name, *now.aggregates.get(&(context, name))?)))
        {
            aggregate(name, document, now, &names, &mut changes);
        }
        for before in &document.events {
            if let Some(now) = now.events.get(&(context, before.name.value.as_str())) {
                event(context, before, now, &names, &mut changes);
            }
        }
        for before in &document.types {
            if let Some(now) = now.types.get(&(context, before.name.value.as_str())) {
                named_type(context, before, now, &mut changes);
            }
        }
    }
    for (key, policy) in now.policies.iter().filter(|(key, _)| !policies.contains(*key)) {
        let of = policies::of((key.0, policy), false, policy.name.origin);
        changes.push(of.change(Kind::Added, "", of.subject.name()));
    }
    changes.sort_by(|a, b| a.subject.cmp(&b.subject));
    changes
}

/// Also of a document that did not change: what a state holds may be declared in another one.
fn of_policies<'d>(
    document: &'d Document,
    now: &Declarations<'d>,
    names: &Names<'_>,
    states: &States<'d>,
    changes: &mut Vec<Change>,
) {
    let context = document.context.value.as_str();
    for before in &document.policies {
        match now.policies.get(&key(document, &before.name)) {
            Some(now) => policies::changed(names, states, (context, before), (context, now), changes),
            None => changes.push(policies::of((context, before), true, Origin::default()).change(
                Kind::Gone,
                full_name(context, &before.name.value),
                "",
            )),
        }
    }
}

/// Its context, and a name in it.
fn key<'d>(document: &'d Document, name: &'d Spanned<String>) -> (&'d str, &'d str) {
    (&document.context.value, &name.value)
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
    policies: BTreeMap<(&'d str, &'d str), &'d Policy>,
}

impl<'d> Declarations<'d> {
    fn of(documents: &'d [Document]) -> Self {
        let mut all = Self::default();
        for document in documents {
            let context = document.context.value.as_str();
            all.aggregates.extend(named(document).map(|name| ((context, name), document)));
            all.events.extend(document.events.iter().map(|event| (key(document, &event.name), event)));
            all.types.extend(document.types.iter().map(|ty| (key(document, &ty.name), ty)));
            all.policies.extend(document.policies.iter().map(|policy| (key(document, &policy.name), policy)));
        }
        for document in documents {
            for event in &document.events {
                for earlier in &event.renamed {
                    all.events.entry(key(document, &earlier.from)).or_insert(event);
                }
            }
        }
        all
    }
}

fn aggregate(name: &str, before: &Document, now: &Document, names: &Names<'_>, changes: &mut Vec<Change>) {
    let Some(declared) = now.aggregate.as_ref().filter(|_| !before.broken && !now.broken) else { return };
    let full = full_name(&before.context.value, name);
    let of = Of { subject: Subject::Aggregate(full.clone()), was: Some(full), origin: declared.origin };
    docs::changed(&of, &docs::of_aggregate(before), &docs::of_aggregate(now), changes);
    requests::commands(&of, before, now, names, changes);
    requests::rejections(&of, before, now, changes);
}

fn event(context: &str, before: &Event, now: &Event, names: &Names<'_>, changes: &mut Vec<Change>) {
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
    let [old, new] = [before, now].map(|event| compensation(context, event, now, names));
    if old != new {
        let edit = Edit::between(&old, &new);
        changes.push(of.change(Kind::CompensationChanged { edit }, old, new));
    }
    order::changed(&of, "", &order::of_fields(&before.fields), &order::of_fields(&now.fields), changes);
}

/// What it takes back, in one line; empty where it takes back nothing.
fn compensation(context: &str, event: &Event, now: &Event, names: &Names<'_>) -> String {
    let Some(written) = &event.compensates else { return String::new() };
    let other = names.local(context, &written.event.value);
    let Some(by) = &written.by else { return other };
    let mut by: Vec<&str> = by.iter().map(|field| names::field(now, &field.value)).collect();
    by.sort_unstable();
    format!("{other} by [{}]", by.join(", "))
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
