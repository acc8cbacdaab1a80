//! Rules about names.

use std::collections::HashMap;

use crate::ast::{Document, Field, TypeBody};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::resolve::Catalog;
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
                let better = names::snake_case(&name.value).replace('-', "_");
                diagnostics.push(casing(name, noun, "snake_case", &better, names::is_snake_case(&better)));
            }
        }
        for Named { name, noun } in large(document).filter(|named| !names::is_upper_camel_case(&named.name.value)) {
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
    if possible {
        return diagnostic.help(format!("write `{better}`"));
    }
    diagnostic.help("names are made of the letters a to z and digits, and begin with a letter")
}

/// A few names are refused by Rust in any form. (Keywords like `type` are not: they become raw identifiers.)
pub(super) fn names_are_possible_in_rust(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for document in catalog.documents {
        let commands = document.commands.iter().flat_map(|commands| &commands.value);
        let methods = commands.map(|command| (&command.name, names::snake_case(&command.name.value)));
        let values = variants(document).map(|name| (name, names::upper_camel_case(&name.value)));
        let plain = small(document).chain(large(document)).map(|named| (named.name, named.name.value.clone()));
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
                    .help("events, commands, rejections, types and aggregates of a context share one Rust module: rename one"),
            );
        }
    }
}

/// Around the declared names others are generated; no declared name may be one of them.
pub(super) fn generated_names_are_free(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let mut generated: HashMap<(&str, String), (String, &Spanned<String>)> = HashMap::new();
    for document in &catalog.aggregates {
        let Some(aggregate) = &document.aggregate else { continue };
        for (name, what) in around_an_aggregate(&aggregate.value) {
            let key = (document.context.value.as_str(), name);
            generated.entry(key).or_insert((format!("{what} of `{}`", aggregate.value), aggregate));
        }
    }
    let versions: HashMap<(&str, &str), (u32, &Spanned<String>)> = catalog
        .events
        .iter()
        .map(|found| {
            let newest = found.event.version.as_ref().map_or(1, |version| version.value);
            ((found.context, found.event.name.value.as_str()), (newest, &found.event.name))
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

/// What is generated for an aggregate.
fn around_an_aggregate(name: &str) -> [(String, &'static str); 5] {
    [
        (format!("{name}Event"), "the set of events"),
        (format!("{name}Command"), "the set of commands"),
        (format!("{name}Rejection"), "the set of rejections"),
        (format!("Apply{name}Event"), "the trait with a method for each event"),
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
        let mut seen: HashMap<String, &Spanned<String>> = HashMap::new();
        for variant in &variants.value {
            let name = &variant.name;
            let rust = names::upper_camel_case(&name.value);
            let Some(first) = seen.get(&rust) else {
                seen.insert(rust, name);
                continue;
            };
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

fn large(document: &Document) -> impl Iterator<Item = Named<'_>> {
    let named = |noun| move |name| Named { name, noun };
    let commands = document.commands.iter().flat_map(|all| &all.value).map(|command| &command.name);
    let rejections = document.rejections.iter().flat_map(|all| &all.value).map(|rejection| &rejection.name);
    let aggregate = document.aggregate.iter().map(named("an aggregate"));
    aggregate
        .chain(commands.map(named("a command")))
        .chain(rejections.map(named("a rejection")))
        .chain(document.events.iter().map(|event| &event.name).map(named("an event")))
        .chain(document.types.iter().map(|decl| &decl.name).map(named("a type")))
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
        .chain(variants(document).map(|name| Named { name, noun: "a value of an enum" }))
}

fn variants(document: &Document) -> impl Iterator<Item = &Spanned<String>> {
    document.types.iter().flat_map(|decl| match &decl.body {
        TypeBody::Enum(variants) => variants.value.iter().map(|variant| &variant.name).collect(),
        TypeBody::Struct(_) | TypeBody::Newtype(_) | TypeBody::Broken => Vec::new(),
    })
}

/// The fields of everything that a file declares.
pub(super) fn fields(document: &Document) -> impl Iterator<Item = &Field> {
    let state = document.state.iter().flat_map(|state| &state.value);
    let commands = document.commands.iter().flat_map(|all| &all.value).flat_map(|command| &command.fields);
    let rejections = document.rejections.iter().flat_map(|all| &all.value).flat_map(|rejection| &rejection.fields);
    let events = document.events.iter().flat_map(|event| &event.fields);
    let types = document.types.iter().flat_map(|decl| match &decl.body {
        TypeBody::Struct(fields) => fields.as_slice(),
        TypeBody::Newtype(_) | TypeBody::Enum(_) | TypeBody::Broken => &[],
    });
    state.chain(commands).chain(rejections).chain(events).chain(types)
}
