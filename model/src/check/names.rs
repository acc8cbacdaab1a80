//! Rules about names.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::ast::{Document, Field, TypeBody, Variant};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::resolve::Catalog;
use crate::schema::EventId;
use crate::source::Spanned;

/// A name, and what it names.
struct Named<'a> {
    name: &'a Spanned<String>,
    noun: &'static str,
}

/// Fields (also their earlier names), enum values and contexts are in `snake_case`; types, events, commands, rejections
/// and aggregates are in `UpperCamelCase`.
pub(super) fn names_have_their_casing(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents {
        for Named { name, noun } in small(document).filter(|named| !names::is_snake_case(&named.name.value)) {
            if !names::is_impossible_in_rust(&name.value) {
                let better = between_words(&names::snake_case(&name.value).replace('-', "_"));
                diagnostics.push(casing(name, noun, "snake_case", &better, names::is_snake_case(&better)));
            }
        }
        for Named { name, noun } in
            large(document).chain(large_within(document)).filter(|named| !names::is_upper_camel_case(&named.name.value))
        {
            if !names::is_impossible_in_rust(&name.value) {
                let better = names::upper_camel_case(&name.value.replace('-', "_"));
                diagnostics.push(casing(name, noun, "UpperCamelCase", &better, names::is_upper_camel_case(&better)));
            }
        }
    }
}

fn casing(name: &Spanned<String>, noun: &str, case: &str, better: &str, possible: bool) -> Diagnostic {
    let message = format!("the name of {noun} is in `{case}`, and `{}` is not", names::shortened(&name.value));
    let diagnostic = Diagnostic::error(Code::NameCasing, name.origin, message);
    if possible && !names::is_impossible_in_rust(better) {
        return diagnostic.help(format!("write `{better}`"));
    }
    let joined = if case == "snake_case" { ", with one `_` between words" } else { "" };
    diagnostic.help(format!("names are made of the letters a to z and digits{joined}, and begin with a letter"))
}

/// Without `_` at the edges, and one where there are several.
fn between_words(name: &str) -> String {
    name.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// A few names are refused by Rust in any form. (Keywords like `type` are not: they become raw identifiers.)
pub(super) fn names_are_possible_in_rust(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents {
        let commands = document.commands.iter().flat_map(|commands| &commands.value);
        // What becomes of a name that is in the wrong casing is told when it is in the right one.
        let commands = commands.map(|command| &command.name).filter(|name| names::is_upper_camel_case(&name.value));
        let methods = commands.map(|name| (name, names::snake_case(&name.value)));
        let values = values(document).filter(|name| names::is_snake_case(&name.value));
        let values = values.map(|name| (name, names::upper_camel_case(&name.value)));
        let plain = small(document)
            .chain(large(document))
            .chain(large_within(document))
            .map(|named| (named.name, named.name.value.clone()));
        let mut told = Vec::new();
        for (name, rust) in plain.chain(methods).chain(values) {
            let missing = name.origin == crate::source::Origin::default();
            if names::is_impossible_in_rust(&rust) && !missing && !told.contains(&name.origin) {
                told.push(name.origin);
                let message = if rust == name.value {
                    format!("Rust has no place for the name `{rust}`")
                } else {
                    format!("`{}` becomes `{rust}`, and Rust has no place for that name", name.value)
                };
                let help = "choose another name: `self`, `Self`, `super`, `crate` and `_` cannot be used";
                diagnostics.push(Diagnostic::error(Code::ImpossibleName, name.origin, message).help(help));
            }
        }
    }
}

/// Names are unique in a context, over all its files, in any casing: its items share one Rust module.
pub(super) fn names_are_unique(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let mut seen: HashMap<(&str, String), Named<'_>> = HashMap::new();
    for document in catalog.documents.iter().filter(|document| !document.context.value.is_empty()) {
        for named in large(document) {
            let key = (document.context.value.as_str(), named.name.value.to_ascii_lowercase());
            let Some(first) = seen.get(&key) else {
                seen.insert(key, named);
                continue;
            };
            let (name, context) = (&named.name.value, &document.context.value);
            let (code, message) = if first.name.value == *name {
                (Code::DuplicateName, format!("`{name}` is declared twice in the context `{context}`"))
            } else {
                let message = format!("`{name}` and `{}` differ only in casing", first.name.value);
                (Code::NamesEqualAfterCasing, message)
            };
            diagnostics.push(
                Diagnostic::error(code, named.name.origin, message)
                    .label(format!("{} here", named.noun))
                    .related(first.name.origin, format!("{} here", first.noun))
                    .help("all that a context declares shares one Rust module: rename one"),
            );
        }
    }
}

/// Around the declared names others are generated; no declared name may be one of them.
pub(super) fn generated_names_are_free(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let mut generated: HashMap<(&str, String), (String, &Spanned<String>)> = HashMap::new();
    for (context, owner, name, what) in catalog.documents.iter().flat_map(generated_around) {
        match generated.entry((context, name)) {
            Entry::Occupied(entry) => {
                let (what, origin) = entry.get();
                diagnostics.push(taken(&Spanned::new(entry.key().1.clone(), owner.origin), what, origin));
            }
            Entry::Vacant(entry) => {
                entry.insert((format!("{what} of `{}`", owner.value), owner));
            }
        }
    }
    let events = catalog.events.iter().map(|found| (found.context, &found.event.name, found.event.version.as_ref()));
    let types = catalog.types.iter().map(|found| (found.context, &found.decl.name, found.decl.version.as_ref()));
    let versions: HashMap<(&str, &str), (u32, &Spanned<String>)> = events
        .chain(types)
        .map(|(context, name, version)| {
            ((context, name.value.as_str()), (version.map_or(1, |version| version.value), name))
        })
        .collect();
    for document in catalog.documents {
        let context = document.context.value.as_str();
        for Named { name, .. } in large(document) {
            if let Some((what, origin)) = generated.get(&(context, name.value.clone())) {
                diagnostics.push(taken(name, what, origin));
            }
            let historic = version_suffix(&name.value).and_then(|(event, number)| {
                let (newest, origin) = versions.get(&(context, event))?;
                (number <= *newest).then(|| (format!("version {number} of `{event}`"), *origin))
            });
            if let Some((what, origin)) = historic {
                diagnostics.push(taken(name, &what, origin));
            }
        }
    }
}

fn taken(name: &Spanned<String>, what: &str, by: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(Code::GeneratedNameTaken, name.origin, format!("`{}` is also the name of {what}", name.value))
        .related(by.origin, "for which it is generated")
        .help("both would be items of one Rust module: choose another name")
}

/// What is generated around the declarations of a file: the context, what is declared, and the name and the kind of an item.
fn generated_around(document: &Document) -> Vec<(&str, &Spanned<String>, String, &'static str)> {
    let context = document.context.value.as_str();
    let mut all = Vec::new();
    let mut add = |owner, names: Vec<(String, &'static str)>| {
        all.extend(names.into_iter().map(|(name, what)| (context, owner, name, what)));
    };
    if let Some(aggregate) = &document.aggregate {
        add(aggregate, around_an_aggregate(&aggregate.value).into());
    }
    for policy in &document.policies {
        add(&policy.name, around_a_policy(&policy.name.value).into());
    }
    let commands = document.commands.iter().flat_map(|commands| &commands.value);
    for command in commands.filter(|command| command.emits.is_some()) {
        add(&command.name, vec![(format!("{}Event", command.name.value), "the set of what it emits, that")]);
    }
    all
}

/// What is generated for a policy.
fn around_a_policy(name: &str) -> [(String, &'static str); 6] {
    [
        (format!("{name}State"), "the state"),
        (format!("{name}Event"), "the set of events"),
        (format!("{name}Command"), "the set of commands"),
        (format!("{name}Rejection"), "the set of rejections"),
        (format!("{name}Policy"), "the trait with a method for each event"),
        (format!("{name}Dispatcher"), "the dispatcher of commands"),
    ]
}

/// What is generated for an aggregate.
fn around_an_aggregate(name: &str) -> [(String, &'static str); 6] {
    [
        (format!("{name}Event"), "the set of events"),
        (format!("{name}Command"), "the set of commands"),
        (format!("{name}Rejection"), "the set of rejections"),
        (format!("Apply{name}Event"), "the trait with a method for each event"),
        (format!("Project{name}Event"), "the trait of projections, with a method for each event"),
        (format!("Handle{name}Command"), "the trait with a method for each command"),
    ]
}

/// `SeatsReserved` and 3 for `SeatsReservedV3`.
fn version_suffix(name: &str) -> Option<(&str, u32)> {
    let (event, number) = name.rsplit_once('V')?;
    let plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| plain).map(|number| (event, number))
}

/// The values of an enum become variants in `UpperCamelCase`, and have to stay different.
pub(super) fn enum_values_stay_apart_in_rust(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for declared in &catalog.types {
        let TypeBody::Enum(variants) = &declared.decl.body else { continue };
        let mut seen: HashMap<String, (usize, &Spanned<String>)> = HashMap::new();
        for (owner, name) in variants.value.iter().enumerate().flat_map(|(owner, variant)| texts(owner, variant)) {
            let rust = names::upper_camel_case(&name.value);
            let (first_owner, first) = *seen.entry(rust.clone()).or_insert((owner, name));
            // Renamed back, or a name that belongs to another, which the history says.
            let earlier = |index: usize| variants.value.get(index).is_some_and(|variant| !variant.renamed.is_empty());
            let told = first.value == name.value && (earlier(owner) || earlier(first_owner));
            if first.origin == name.origin || first_owner == owner || told {
                continue;
            }
            let (code, message) = if first.value == name.value {
                (Code::DuplicateName, format!("the value `{}` is listed twice", name.value))
            } else {
                let message = format!("`{}` and `{}` are both `{rust}` in Rust", first.value, name.value);
                (Code::NamesEqualAfterCasing, message)
            };
            diagnostics.push(
                Diagnostic::error(code, name.origin, message)
                    .related(first.origin, "first here")
                    .help("take one of the two out, or choose another name"),
            );
        }
    }
}

/// A value's texts in all versions, with the place of the value.
fn texts(owner: usize, variant: &Variant) -> impl Iterator<Item = (usize, &Spanned<String>)> {
    let earlier = variant.renamed.iter().map(|change| &change.from);
    core::iter::once(&variant.name).chain(earlier).map(move |name| (owner, name))
}

fn large(document: &Document) -> impl Iterator<Item = Named<'_>> {
    let named = |noun| move |name| Named { name, noun };
    let commands = document.commands.iter().flat_map(|all| &all.value).map(|command| &command.name);
    let rejections = document.rejections.iter().flat_map(|all| &all.value).map(|rejection| &rejection.name);
    let aggregate = document.aggregate.iter().map(named("an aggregate"));
    aggregate
        .chain(commands.map(named("a command")))
        .chain(rejections.map(named("a rejection")))
        .chain(document.events.iter().map(|event| &event.name).map(named("an event")))
        .chain(document.policies.iter().map(|policy| &policy.name).map(named("a policy")))
        .chain(
            document
                .policies
                .iter()
                .flat_map(|policy| &policy.timeouts)
                .map(|timeout| &timeout.name)
                .map(named("a timeout")),
        )
        .chain(document.types.iter().map(|decl| &decl.name).map(named("a type")))
}

/// Names in `UpperCamelCase` that are no items of the context: an event's earlier names, and the kinds of unions.
fn large_within(document: &Document) -> impl Iterator<Item = Named<'_>> {
    let earlier = document.events.iter().flat_map(|event| &event.renamed).map(|change| &change.from);
    let kinds = document.types.iter().flat_map(|decl| match &decl.body {
        TypeBody::Union(kinds) => kinds.value.as_slice(),
        TypeBody::Struct(_) | TypeBody::Newtype { .. } | TypeBody::Enum(_) | TypeBody::Broken => &[],
    });
    let kinds = kinds.flat_map(|kind| texts(0, kind)).map(|(_, name)| name);
    let named = |noun| move |name| Named { name, noun };
    earlier.map(named("an event")).chain(kinds.map(named("a kind of a union")))
}

fn small(document: &Document) -> impl Iterator<Item = Named<'_>> {
    let context =
        core::iter::once(&document.context).filter(|context| context.origin != crate::source::Origin::default());
    let fields = fields(document).flat_map(|field| {
        let earlier = field.renamed.iter().map(|change| &change.from);
        core::iter::once(&field.name).chain(earlier)
    });
    context
        .map(|name| Named { name, noun: "a context" })
        .chain(fields.map(|name| Named { name, noun: "a field" }))
        .chain(values(document).map(|name| Named { name, noun: "a value of an enum" }))
}

/// The values of enums, with their earlier texts.
fn values(document: &Document) -> impl Iterator<Item = &Spanned<String>> {
    let values = document.types.iter().flat_map(|decl| match &decl.body {
        TypeBody::Enum(values) => values.value.as_slice(),
        TypeBody::Struct(_) | TypeBody::Newtype { .. } | TypeBody::Union(_) | TypeBody::Broken => &[],
    });
    values.flat_map(|value| texts(0, value)).map(|(_, name)| name)
}

/// The fields of everything that a file declares.
fn fields(document: &Document) -> impl Iterator<Item = &Field> {
    let events = document.events.iter().flat_map(|event| &event.fields);
    let types = document.types.iter().flat_map(|decl| -> Vec<&Field> {
        match &decl.body {
            TypeBody::Struct(fields) => fields.iter().collect(),
            TypeBody::Union(kinds) => kinds.value.iter().flat_map(|kind| &kind.fields).collect(),
            TypeBody::Newtype { .. } | TypeBody::Enum(_) | TypeBody::Broken => Vec::new(),
        }
    });
    unstored_fields(document).chain(events).chain(types)
}

/// The fields that have no history.
pub(super) fn unstored_fields(document: &Document) -> impl Iterator<Item = &Field> {
    let state = document.state.iter().flat_map(|state| &state.value);
    let state = state.chain(document.policies.iter().flat_map(|policy| &policy.state));
    let commands = document.commands.iter().flat_map(|all| &all.value).flat_map(|command| &command.fields);
    let rejections = document.rejections.iter().flat_map(|all| &all.value).flat_map(|rejection| &rejection.fields);
    state.chain(commands).chain(rejections)
}

/// A wire name that an event ever had in a context belongs to it for good.
pub(super) fn wire_names_are_for_good(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let mut owners: HashMap<(&str, &str), (EventId, &Spanned<String>)> = HashMap::new();
    let current = catalog.event_ids().map(|(id, found)| (id, found.context, &found.event.name));
    let earlier = catalog
        .event_ids()
        .flat_map(|(id, found)| found.event.renamed.iter().map(move |change| (id, found.context, &change.from)));
    for (id, context, name) in current.chain(earlier) {
        let (owner, first) = *owners.entry((context, name.value.as_str())).or_insert((id, name));
        let declared = |id: EventId| &catalog.events[id.0 as usize].event.name;
        if owner == id || declared(id).value == declared(owner).value {
            continue; // its own, or one that is declared twice, which has been said
        }
        let (later, other) = (&declared(id).value, &declared(owner).value);
        let message =
            format!("the name `{}` belongs to the event `{other}`, so `{later}` cannot have had it", name.value);
        diagnostics.push(
            Diagnostic::error(Code::NameReused, name.origin, message)
                .related(first.origin, "the same name here")
                .help("stored events still carry the name: give the newer event a name that was never used"),
        );
    }
}
