//! Rules about the values of enums and the kinds of unions.

use crate::ast::{TypeBody, TypeDecl, Variant};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::schema::TypeId;

/// A fallback stands for all other texts: there is one, after all values, for good, and no stored text is its name.
pub(super) fn a_fallback_is_the_last_value(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let shown = |value: &Variant| catalog.dialect.value(&value.name.value);
    for declared in &catalog.types {
        let TypeBody::Enum(values) = &declared.decl.body else { continue };
        let mut fallbacks = values.value.iter().filter(|value| value.fallback.is_some());
        let Some(first) = fallbacks.next() else { continue };
        let origin = first.fallback.unwrap_or_default();
        if let Some(second) = fallbacks.next() {
            let message = format!("`{}` and `{}` would both stand for every unknown text", shown(first), shown(second));
            diagnostics.push(
                Diagnostic::error(Code::Fallback, second.fallback.unwrap_or_default(), message)
                    .related(origin, "the first one")
                    .help("an enum has one fallback: take `fallback` out of the others"),
            );
            continue;
        }
        let last = values.value.last().is_some_and(|last| last.fallback.is_some());
        if !last {
            let message = format!("the fallback `{}` is not the last value", shown(first));
            let help = "write it after all others: it stands for what they are not";
            diagnostics.push(Diagnostic::error(Code::Fallback, origin, message).help(help));
        }
        let ends = first.removed.as_ref().map(|removed| ("removed", removed.origin));
        let renamed = first.renamed.first().map(|change| ("renamed", change.version.origin));
        for (verb, place) in ends.into_iter().chain(renamed) {
            let message = format!("the fallback `{}` cannot be {verb}", shown(first));
            let help = match verb {
                "removed" => "texts that it kept are stored, and nothing else could hold them: take `removed` out",
                _ => "its name is not on the wire: change it without further words",
            };
            diagnostics
                .push(Diagnostic::error(Code::Fallback, place, message).related(origin, "declared here").help(help));
        }
    }
}

/// What is removed becomes something that is there, since stored ones remain; and only that becomes something.
pub(super) fn a_removed_value_becomes_another(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for (id, declared) in catalog.type_ids() {
        let (TypeBody::Enum(variants) | TypeBody::Union(variants)) = &declared.decl.body else { continue };
        let shown = |name: &str| catalog.dialect.value(name);
        for variant in &variants.value {
            let found = match (&variant.removed, &variant.becomes) {
                (Some(removed), None) if variant.fallback.is_none() => {
                    let name = shown(&variant.name.value);
                    let message = format!("`{name}` is removed, and stored ones become nothing");
                    let example =
                        variants.value.iter().find(|other| other.removed.is_none() && other.fallback.is_none());
                    let example = example.map_or("<another>".to_owned(), |other| shown(&other.name.value));
                    let fields = if variant.fields.is_empty() { "" } else { " { .. }" };
                    let help = catalog.dialect.either(
                        format!("`{name}: {{ removed: {}, becomes: {example} }}`", removed.value),
                        format!("`removed({}, {name}{fields}, becomes = {example})`", removed.value),
                    );
                    let help = format!("say what they are read as: {help}");
                    Some(Diagnostic::error(Code::VariantUnfilled, removed.origin, message).help(help))
                }
                (None | Some(_), None) => None,
                (None, Some(becomes)) => {
                    let message = format!("`{}` is still there, so it becomes nothing else", variant.name.value);
                    let help = "say since when it is not: `removed: <version>`; a new name is `renamed`";
                    Some(Diagnostic::error(Code::UnknownBecomes, becomes.origin, message).help(help))
                }
                (Some(removed), Some(becomes)) => {
                    unknown_target(catalog, id, declared.decl, (variant, removed.value), becomes)
                }
            };
            if let Some(found) = found {
                diagnostics.push(found);
            }
        }
    }
}

fn unknown_target(
    catalog: &Catalog<'_>,
    id: TypeId,
    decl: &TypeDecl,
    (variant, version): (&Variant, u32),
    becomes: &crate::source::Spanned<String>,
) -> Option<Diagnostic> {
    use crate::schema::TypeShape;
    let known: Vec<&str> = match catalog.shape_of(id, version)? {
        TypeShape::Enum(values) => {
            values.iter().filter(|value| !value.fallback).map(|value| value.name.value.as_str()).collect()
        }
        TypeShape::Union(kinds) => kinds.iter().map(|kind| kind.name.value.as_str()).collect(),
        TypeShape::Struct(_) | TypeShape::Newtype(_) => return None,
    };
    if known.contains(&becomes.value.as_str()) {
        return None;
    }
    let shown = |name: &str| catalog.dialect.value(name);
    let (written, known) = (shown(&becomes.value), known.into_iter().map(shown).collect::<Vec<_>>());
    let message = format!(
        "version {version} of `{}` has no `{written}` that `{}` could become",
        decl.name.value,
        shown(&variant.name.value)
    );
    let diagnostic = Diagnostic::error(Code::UnknownBecomes, becomes.origin, message)
        .suggest(&written, known.iter().map(String::as_str));
    Some(diagnostic.help(format!("it has `{}` in that version", known.join("`, `"))))
}

/// In each version there is a value that could be stored.
pub(super) fn every_version_has_a_value(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for (id, declared) in catalog.type_ids() {
        let (kind, variants, example) = match &declared.decl.body {
            TypeBody::Enum(values) => ("enum", values, "enum: [first, second]"),
            TypeBody::Union(kinds) => ("union", kinds, "union: { First: {}, Second: {} }"),
            TypeBody::Struct(_) | TypeBody::Newtype { .. } | TypeBody::Broken => continue,
        };
        let name = &declared.decl.name.value;
        if variants.value.is_empty() {
            let message = format!("the {kind} `{name}` has no values, so nothing could hold one");
            let help = catalog.dialect.either(
                format!("list them: `{name}: {{ {example} }}`"),
                format!("list them: `enum {name} {{ First, Second }}`"),
            );
            diagnostics.push(Diagnostic::error(Code::EmptyEnum, variants.origin, message).help(help));
            continue;
        }
        if catalog.is_empty_in(id, 1) {
            let message = format!("version 1 of the {kind} `{name}` has no values, so nothing could hold one");
            let help = "what is there from the start has no `added`";
            diagnostics.push(Diagnostic::error(Code::EmptyEnum, variants.origin, message).help(help));
        } else if catalog.has_only_a_fallback_in(id, 1) {
            let message =
                format!("the enum `{name}` begins with a fallback and nothing else, so every text is unknown");
            let help = catalog.dialect.either(
                format!(
                    "list a value that is there from the start, or let it be any text: `{name}: {{ newtype: string }}`"
                ),
                format!("add a value that is there from the start, or let it be any text: `struct {name}(String);`"),
            );
            diagnostics.push(Diagnostic::error(Code::Fallback, variants.origin, message).help(help));
        }
    }
}

/// `{"kind": "Card", ...}`: the key `kind` is taken.
pub(super) fn no_field_is_called_kind(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for declared in &catalog.types {
        let TypeBody::Union(kinds) = &declared.decl.body else { continue };
        for field in kinds.value.iter().flat_map(|kind| &kind.fields) {
            let earlier = field.renamed.iter().map(|change| &change.from);
            for name in core::iter::once(&field.name).chain(earlier).filter(|name| name.value == "kind") {
                let message = "`kind` says which kind of the union it is, so no field can be called that";
                let help = "choose another name, for example `type_of_card`";
                diagnostics.push(Diagnostic::error(Code::KindField, name.origin, message).help(help));
            }
        }
    }
}
