//! Rules about types.

use super::names::fields;
use crate::ast::{Document, TypeBody, TypeExpr, TypeKind};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::{Catalog, Names};
use crate::source::Spanned;
use crate::types::{Builtin, MAX_SCALE};

/// What people write who come from elsewhere, and what it is called here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["int", "integer", "Int", "Integer", "int32", "Int32"], "i32` or `i64"),
    (&["uint", "uint32", "UInt32"], "u32"),
    (&["long", "Long", "int64", "Int64", "bigint"], "i64"),
    (&["uint64", "UInt64", "usize"], "u64"),
    (&["isize"], "i64"),
    (&["float", "Float", "double", "Double", "number", "Number"], "f64` or `decimal"),
    (&["str", "text", "Text", "String", "char"], "string"),
    (&["boolean", "Boolean", "Bool"], "bool"),
    (&["Uuid", "UUID", "guid", "Guid"], "uuid"),
    (&["datetime", "DateTime", "Timestamp", "time", "instant", "Instant"], "timestamp"),
    (&["binary", "blob", "Bytes"], "bytes"),
    (&["object", "any", "Value", "JSON", "Json"], "json"),
    (&["Decimal", "money"], "decimal"),
    (&["list", "array", "List", "Vec"], "list<T>"),
];

/// Each name in a type is a builtin type or a declared one; of another context only with that context's name.
pub(super) fn types_are_known(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, context| {
        let TypeKind::Named { context: other, name, version } = &ty.kind else { return };
        if let Some(other) = other.as_ref().filter(|other| !catalog.contexts.contains_key(other.value.as_str())) {
            let message = format!("there is no context `{}`", other.value);
            let known = catalog.contexts.keys().copied().filter(|name| !name.is_empty());
            diagnostics.push(
                Diagnostic::error(Code::UnknownContext, other.origin, message)
                    .suggest(&other.value, known.clone())
                    .help(format!("the contexts are `{}`", known.take(20).collect::<Vec<_>>().join("`, `"))),
            );
        } else if catalog.type_id(other.as_ref(), &name.value, context).is_none() {
            diagnostics.push(unknown(catalog, other.as_ref(), name, context));
        } else if let Some(version) = version {
            let message = "a pinned version of a type is not supported yet";
            let help = format!("types have one version in this release: write `{}`", name.value);
            diagnostics.push(Diagnostic::error(Code::UnsupportedPin, version.origin, message).help(help));
        }
    });
}

fn unknown(
    catalog: &Catalog<'_>,
    other: Option<&Spanned<String>>,
    name: &Spanned<String>,
    context: &str,
) -> Diagnostic {
    let searched = other.map_or(context, |other| other.value.as_str());
    let message = format!("there is no type `{}`", name.value);
    let diagnostic = Diagnostic::error(Code::UnknownType, name.origin, message);
    let foreign = ELSEWHERE.iter().find(|(words, _)| words.contains(&name.value.as_str()));
    if let Some((_, ours)) = foreign.filter(|_| other.is_none()) {
        return diagnostic.help(format!("here it is called `{ours}`"));
    }
    let elsewhere = catalog.contexts.iter().find(|(_, names)| names.types.contains_key(name.value.as_str()));
    if let Some((context, _)) = elsewhere {
        return diagnostic.help(format!("the context `{context}` declares one: write `{context}.{}`", name.value));
    }
    let mut known: Vec<&str> = catalog.contexts.get(searched).map_or_else(Vec::new, declared_in);
    known.sort_unstable();
    if other.is_none() {
        for builtin in crate::type_expr::known_names() {
            known.push(builtin);
        }
    }
    let suggested = diagnostic.suggest(&name.value, known);
    if suggested.helps.is_empty() {
        return suggested.help(format!("declare it below `types:`, as in `{}: {{ newtype: string }}`", name.value));
    }
    suggested
}

fn declared_in<'a>(names: &Names<'a>) -> Vec<&'a str> {
    names.types.keys().copied().collect()
}

/// A decimal has at most 28 digits behind the point.
pub(super) fn scales_exist(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, _| {
        if let TypeKind::Builtin(Builtin::Decimal(Some(scale))) = &ty.kind
            && *scale > MAX_SCALE
        {
            let message = format!("a decimal has no {scale} digits behind the point");
            let help = format!("write a scale of 0 to {MAX_SCALE}");
            diagnostics.push(Diagnostic::error(Code::DecimalScale, ty.origin, message).help(help));
        }
    });
}

/// The keys of maps and the elements of sets are strings, uuids, integers, newtypes of these, or enums: they are a JSON
/// object's keys, and have one order in each language.
pub(super) fn keys_are_keys(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, context| {
        let (inner, what) = match &ty.kind {
            TypeKind::Map(key, _) => (key, "the key of a map"),
            TypeKind::Set(element) => (element, "an element of a set"),
            TypeKind::Builtin(_)
            | TypeKind::Named { .. }
            | TypeKind::Optional(_)
            | TypeKind::List(_)
            | TypeKind::Broken => {
                return;
            }
        };
        if let Some(found) = catalog.resolve(inner, context).filter(|found| !catalog.can_be_key(found)) {
            let message = format!("`{}` cannot be {what}", catalog.spell(&found));
            diagnostics.push(
                Diagnostic::error(Code::KeyType, inner.origin, message)
                    .help("it can be `string`, `uuid`, an integer, a newtype of these, or an enum")
                    .help("if order does not matter and elements may repeat, a `list` holds any type"),
            );
        }
    });
}

/// `?` is refused on what can be null by itself: null would have two meanings.
pub(super) fn null_has_one_meaning(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, context| {
        let TypeKind::Optional(inner) = &ty.kind else { return };
        if let Some(found) = catalog.resolve(inner, context).filter(|found| catalog.can_be_null(found)) {
            let spelled = catalog.spell(&found);
            let message = format!("`{spelled}` can be null by itself, so `?` would give null a second meaning");
            let help = format!("write `{spelled}`");
            diagnostics.push(Diagnostic::error(Code::OptionalOfNullable, ty.origin, message).help(help));
        }
    });
}

/// An enum has at least one value.
pub(super) fn enums_have_values(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for declared in &catalog.types {
        if let TypeBody::Enum(variants) = &declared.decl.body
            && variants.value.is_empty()
        {
            let name = &declared.decl.name.value;
            let message = format!("the enum `{name}` has no values, so nothing could hold one");
            let help = format!("list them: `{name}: {{ enum: [first, second] }}`");
            diagnostics.push(Diagnostic::error(Code::EmptyEnum, variants.origin, message).help(help));
        }
    }
}

/// Each type that is spelled anywhere, the outer before the inner.
fn each_type(catalog: &Catalog<'_>, judge: &mut dyn FnMut(&TypeExpr, &str)) {
    for document in catalog.documents {
        let context = document.context.value.as_str();
        for ty in spelled(document) {
            each_part(ty, context, judge);
        }
    }
}

fn spelled(document: &Document) -> impl Iterator<Item = &TypeExpr> {
    let of_fields = fields(document).flat_map(|field| {
        let earlier = field.retyped.iter().map(|change| &change.from);
        core::iter::once(&field.ty).chain(earlier)
    });
    let newtypes = document.types.iter().filter_map(|decl| match &decl.body {
        TypeBody::Newtype(ty) => Some(ty),
        TypeBody::Struct(_) | TypeBody::Enum(_) | TypeBody::Broken => None,
    });
    document.id.iter().map(|id| &id.value).chain(of_fields).chain(newtypes)
}

fn each_part(ty: &TypeExpr, context: &str, judge: &mut dyn FnMut(&TypeExpr, &str)) {
    judge(ty, context);
    match &ty.kind {
        TypeKind::Builtin(_) | TypeKind::Named { .. } | TypeKind::Broken => {}
        TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => each_part(inner, context, judge),
        TypeKind::Map(key, value) => {
            each_part(key, context, judge);
            each_part(value, context, judge);
        }
    }
}
