//! Rules about types.

use super::names::unstored_fields;
use crate::ast::{TypeExpr, TypeKind};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::groups::spelled;
use crate::resolve::{Catalog, Names};
use crate::schema::TypeId;
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
    each_type(catalog, &mut |ty, speller| {
        let TypeKind::Named { context: other, name, .. } = &ty.kind else { return };
        let context = speller.context;
        if let Some(other) = other.as_ref().filter(|other| !catalog.contexts.contains_key(other.value.as_str())) {
            diagnostics.push(catalog.unknown_context(other));
        } else if catalog.type_id(other.as_ref(), &name.value, context).is_none() {
            diagnostics.push(unknown(catalog, other.as_ref(), name, context));
        }
    });
}

/// A pin names a version that the type has; and pins stand in what is stored, since only that keeps its shape.
pub(super) fn pins_are_versions(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, speller| {
        let TypeKind::Named { context: other, name, version: Some(version) } = &ty.kind else { return };
        let Some(id) = catalog.type_id(other.as_ref(), &name.value, speller.context) else { return };
        let plain = &name.value;
        let newest = catalog.current(id);
        let found = if !catalog.may_have_version(id, version.value) {
            let message = format!("`{plain}` has no version {}", version.value);
            let help = if newest == 1 {
                format!("it has one version: write `{plain}`")
            } else {
                format!("it has the versions 1 to {newest}: write one of them, or `{plain}` for the newest")
            };
            Diagnostic::error(Code::UnknownVersion, version.origin, message).help(help)
        } else if !speller.stored {
            let message = "only what is stored keeps the versions of its types";
            let help = format!("here it is always the current one: write `{plain}`");
            Diagnostic::error(Code::NeedlessPin, version.origin, message).help(help)
        } else if let Some(holder) = speller.holder.filter(|holder| catalog.hold_each_other(*holder, id)) {
            let message = if holder == id {
                format!("`{plain}` holds itself at its own version")
            } else {
                format!("`{}` and `{plain}` share one version number", catalog.name_of(holder))
            };
            let help = format!("types that hold each other go from version to version together: write `{plain}`");
            Diagnostic::error(Code::NeedlessPin, version.origin, message).help(help)
        } else {
            return;
        };
        diagnostics.push(found);
    });
}

/// Types that hold each other have one version number.
pub(super) fn types_that_hold_each_other_share_a_version(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for group in catalog.groups_of_several() {
        let stated = |id: &TypeId| {
            let decl = catalog.types[id.0 as usize].decl;
            (decl, decl.version.as_ref().map_or(1, |version| version.value))
        };
        let newest = group.iter().map(|id| stated(id).1).max().unwrap_or(1);
        let names: Vec<&str> = group.iter().take(8).map(|id| catalog.name_of(*id)).collect();
        for (decl, version) in group.iter().map(stated).filter(|(_, version)| *version != newest) {
            let origin = decl.version.as_ref().map_or(decl.name.origin, |version| version.origin);
            let name = &decl.name.value;
            let message =
                format!("`{name}` has version {version}, and a type that it holds and that holds it has {newest}");
            diagnostics.push(Diagnostic::error(Code::SharedVersion, origin, message).help(format!(
                "`{}` go from version to version together: write `version: {newest}`",
                names.join("`, `")
            )));
        }
    }
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
    each_type(catalog, &mut |ty, Speller { context, .. }| {
        let (inner, what) = match &ty.kind {
            TypeKind::Map(key, _) => (key, "the key of a map"),
            TypeKind::Set(element) => (element, "an element of a set"),
            TypeKind::Builtin(_)
            | TypeKind::Named { .. }
            | TypeKind::Optional(_)
            | TypeKind::List(_)
            | TypeKind::Opaque(_)
            | TypeKind::Broken => {
                return;
            }
        };
        if let Some(found) = catalog.resolve(inner, context).filter(|found| !catalog.can_be_key(found)) {
            let message = format!("`{}` cannot be {what}", catalog.spell(&found));
            let refused = Diagnostic::error(Code::KeyType, inner.origin, message).help(catalog.dialect.either(
                "it can be `string`, `uuid`, an integer, a newtype of these, or an enum",
                "it can be `String`, `Uuid`, an integer, or a type of your own whose wire form is one of these",
            ));
            let instead = if matches!(ty.kind, TypeKind::Set(_)) {
                format!("or, if elements may repeat, write `{}`", catalog.dialect.list(&catalog.spell(&found)))
            } else {
                "or keep a list of a type of your own, which has the key as one of its fields".to_owned()
            };
            diagnostics.push(refused.help(instead));
        }
    });
}

/// `?` is refused on what can be null by itself: null would have two meanings.
pub(super) fn null_has_one_meaning(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    each_type(catalog, &mut |ty, Speller { context, .. }| {
        let TypeKind::Optional(inner) = &ty.kind else { return };
        if let Some(found) = catalog.resolve(inner, context).filter(|found| catalog.can_be_null(found)) {
            let spelled = catalog.spell(&found);
            let optional = catalog.dialect.either("`?`", "an `Option` of it");
            let message = format!("`{spelled}` can be null by itself, so {optional} would give null a second meaning");
            let help = format!("write `{spelled}`");
            diagnostics.push(Diagnostic::error(Code::OptionalOfNullable, ty.origin, message).help(help));
        }
    });
}

/// Who spells a type.
#[derive(Clone, Copy)]
struct Speller<'a> {
    context: &'a str,
    /// Whether it is stored, so that it has versions.
    stored: bool,
    /// The declared type that spells it, if it is one.
    holder: Option<TypeId>,
}

/// What is asked about each type.
type Judge<'j> = &'j mut dyn FnMut(&TypeExpr, Speller<'_>);

/// Each type that is spelled anywhere, the outer before the inner.
fn each_type(catalog: &Catalog<'_>, judge: Judge<'_>) {
    for document in catalog.documents {
        let speller = Speller { context: &document.context.value, stored: false, holder: None };
        let not_stored = unstored_fields(document).map(|field| &field.ty);
        for ty in document.id.iter().map(|id| &id.value).chain(not_stored) {
            each_part(ty, speller, judge);
        }
        for field in document.events.iter().flat_map(|event| &event.fields) {
            let earlier = field.retyped.iter().map(|change| &change.from.from);
            for ty in core::iter::once(&field.ty).chain(earlier) {
                each_part(ty, Speller { stored: true, ..speller }, judge);
            }
        }
    }
    for (id, declared) in catalog.type_ids() {
        let speller = Speller { context: declared.context, stored: true, holder: Some(id) };
        for ty in spelled(declared.decl) {
            each_part(ty, speller, judge);
        }
    }
}

fn each_part(ty: &TypeExpr, speller: Speller<'_>, judge: Judge<'_>) {
    judge(ty, speller);
    match &ty.kind {
        TypeKind::Builtin(_) | TypeKind::Named { .. } | TypeKind::Opaque(_) | TypeKind::Broken => {}
        TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => each_part(inner, speller, judge),
        TypeKind::Map(key, value) => {
            each_part(key, speller, judge);
            each_part(value, speller, judge);
        }
    }
}
