//! What a test needs to call generated code of which it knows no name: a table of functions per event and version, and
//! the newest version once more, with serde's own derives.

use factum_codegen::options::{Choice, Options};
use factum_model::Checked;
use factum_model::names::snake_case;
use factum_model::schema::{
    AggregateDef, EventDef, EventFate, Record, Schema, Type, TypeDef, TypeId, TypeShape, TypeVersion, VersionDef,
};
use factum_model::types::Builtin;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use crate::by_hand;

/// The module `name` with the glue of a schema of one context. `generated` is the path of what factum generates from it.
/// The glue expects `Case`, `EventCase`, `VersionCase`, `read`, `written`, `through`, `usual`, `next`, `by_serde` and `Own`
/// in `super::support`.
#[must_use]
pub fn module(name: &str, yaml: &str, checked: &Checked, options: &Options, generated: &TokenStream) -> TokenStream {
    let schema = checked.schema();
    let module = Ident::new(name, Span::call_site());
    let described = options.settings.iter().any(|setting| setting.choice == Choice::JsonSchema(true));
    let events = schema.events.iter().map(|event| event_case(schema, event, described));
    let (mirrors, aggregates) = (mirrors(schema), aggregates(checked, &quote!(generated)));
    let by_hand = by_hand::impls(schema);
    quote! {
        pub mod #module {
            use super::super::support;
            use #generated as generated;
            #mirrors
            #aggregates
            #by_hand
            pub const CASE: support::Case = support::Case { name: #name, yaml: #yaml, events: &[#(#events),*] };
        }
    }
}

/// What a user writes: the aggregates' methods. These decide nothing and change nothing.
#[must_use]
pub fn aggregates(checked: &Checked, generated: &TokenStream) -> TokenStream {
    let schema = checked.schema();
    let several = schema.contexts.len() > 1;
    let with_state = schema.aggregates.iter().filter(|aggregate| aggregate.state.is_some());
    with_state
        .map(|aggregate| {
            let context = several.then(|| ident(&aggregate.context)).map(|context| quote!(::#context));
            methods(schema, aggregate, &quote!(#generated #context))
        })
        .collect()
}

fn methods(schema: &Schema, aggregate: &AggregateDef, path: &TokenStream) -> TokenStream {
    let name = &aggregate.name.value;
    let (state, handle, apply) = (ident(name), format_ident!("Handle{name}Command"), format_ident!("Apply{name}Event"));
    let commands = aggregate.commands.iter().map(|command| {
        let (method, of) = (ident(&snake_case(&command.name.value)), ident(&command.name.value));
        let emitted = command.emits.is_some().then(|| format_ident!("{of}Event")).map(|event| quote!(, #path::#event));
        let decision = quote!(::factum::Decision<Self #emitted>);
        quote! { fn #method(&self, _: #path::#of) -> #decision { ::factum::nothing() } }
    });
    let events = aggregate.events.iter().map(|id| &schema.events[id.0 as usize]);
    let members = events.filter(|event| matches!(event.fate, EventFate::Current | EventFate::Retired(_)));
    let events = members.map(|event| {
        let name = &event.name.value;
        let (method, of) = (format_ident!("on_{}", snake_case(name)), ident(name));
        quote! { fn #method(&mut self, _: &#path::#of) {} }
    });
    quote! {
        impl #path::#handle for #path::#state { #(#commands)* }
        impl #path::#apply for #path::#state { #(#events)* }
    }
}

fn event_case(schema: &Schema, event: &EventDef, described: bool) -> TokenStream {
    let (text, name) = (&event.name.value, ident(&event.name.value));
    let set = event.aggregate.map(|id| format_ident!("{}Event", schema.aggregates[id.0 as usize].name.value));
    let through = set.map_or_else(|| quote!(None), |set| quote!(Some(support::through::<generated::#set>)));
    let versions = (0..event.versions.len()).map(|index| version_case(event, index, described));
    quote! {
        support::EventCase {
            name: #text,
            through: #through,
            by_serde: support::by_serde::<mirror::#name>,
            versions: &[#(#versions),*],
        }
    }
}

/// How its version at `index` is read: by itself, and along the chain of upcasts.
fn version_case(event: &EventDef, index: usize, described: bool) -> TokenStream {
    let version = &event.versions[index];
    let of = |version: &VersionDef| format_ident!("{}V{}", event.name.value, version.number);
    let (own, number) = (of(version), Literal::u32_unsuffixed(version.number));
    let steps = event.versions[index + 1..].iter().map(|later| {
        let later = of(later);
        quote! { let value = <generated::#later as ::factum::Upcast<_>>::upcast(value)?; }
    });
    let readable_from = Literal::u32_unsuffixed(version.readable_from);
    let json_schema = if described {
        quote!(Some(|| ::factum::json_schema::document::<generated::#own>().to_value()))
    } else {
        quote!(None)
    };
    quote! {
        support::VersionCase {
            number: #number,
            readable_from: #readable_from,
            read: support::read::<generated::#own>,
            chain: |text| {
                let value = <generated::#own as ::factum::Event>::decode(#number, #readable_from, text)?;
                #(#steps)*
                support::written(&value)
            },
            json_schema: #json_schema,
        }
    }
}

/// The newest version of every event and every declared type, as somebody would write them who has only serde.
fn mirrors(schema: &Schema) -> TokenStream {
    let events = schema.events.iter().map(|event| structure(schema, &event.name.value, &event.current().shape));
    let types = schema.types.iter().map(|def| declared(schema, def));
    quote! {
        pub mod mirror {
            use super::support::{self, Own};
            #(#events)*
            #(#types)*
        }
    }
}

fn derives(ordered: bool) -> TokenStream {
    let ordered = ordered.then(|| quote! { , PartialEq, Eq, PartialOrd, Ord });
    quote! {
        #[derive(Debug, Clone, ::factum::serde::Serialize, ::factum::serde::Deserialize #ordered)]
        #[serde(crate = "::factum::serde")]
    }
}

fn structure(schema: &Schema, name: &str, record: &Record) -> TokenStream {
    let (derives, name) = (derives(false), ident(name));
    let fields = record.fields.iter().map(|field| {
        let (text, name, ty) = (&field.name.value, ident(&field.name.value), ty(schema, &field.ty));
        quote! { #[serde(rename = #text)] pub #name: #ty }
    });
    quote! { #derives pub struct #name { #(#fields),* } }
}

fn declared(schema: &Schema, def: &TypeDef) -> TokenStream {
    let name = ident(&def.name.value);
    match def.versions.last().map(|version| &version.shape) {
        // serde has no derive that means the same: of a type with several versions, of one that holds itself, of
        // unknown texts that are kept, and of a `kind` among the fields.
        shape if def.versions.len() > 1 || shape.is_some_and(|shape| is_own(schema, shape)) => {
            def.versions.iter().map(|version| own(schema, def, version)).collect()
        }
        Some(TypeShape::Struct(record)) => structure(schema, &def.name.value, record),
        Some(TypeShape::Newtype(inner)) => {
            let (derives, inner) = (derives(is_key(schema, inner)), ty(schema, inner));
            quote! { #derives pub struct #name(pub #inner); }
        }
        Some(TypeShape::Enum(variants)) => {
            let derives = derives(true);
            let variants = variants.iter().enumerate().map(|(index, variant)| {
                let (text, name) = (&variant.name.value, format_ident!("Value{index}"));
                quote! { #[serde(rename = #text)] #name }
            });
            quote! { #derives pub enum #name { #(#variants),* } }
        }
        Some(TypeShape::Union(_)) | None => TokenStream::new(),
    }
}

/// The type with serde's own reading, where it means the same; else with factum's.
fn ty(schema: &Schema, of: &Type) -> TokenStream {
    match of {
        Type::Builtin(builtin) => self::builtin(*builtin),
        Type::Optional(inner) => {
            let inner = ty(schema, inner);
            quote!(Option<#inner>)
        }
        Type::List(inner) => {
            let inner = ty(schema, inner);
            quote!(Vec<#inner>)
        }
        Type::Set(inner) => {
            let inner = ty(schema, inner);
            quote!(std::collections::BTreeSet<#inner>)
        }
        Type::Map(key, value) => {
            let (key, value) = (ty(schema, key), ty(schema, value));
            quote!(std::collections::BTreeMap<#key, #value>)
        }
        Type::Named(id, version) => {
            let name = generated_name(&schema.types[id.0 as usize], *version);
            quote!(#name)
        }
        Type::Opaque(opaque) => unreachable!("YAML has no opaque types, and here is `{}`", opaque.spelling),
    }
}

fn builtin(of: Builtin) -> TokenStream {
    match of {
        // serde reads 1e39 as an infinite f32; events hold finite numbers.
        Builtin::F32 => quote!(support::FiniteF32),
        Builtin::String => quote!(String),
        Builtin::Uuid => quote!(::factum::Uuid),
        Builtin::Json => quote!(::factum::Json),
        // serde has no form of these, or another one.
        Builtin::Bytes => quote!(Own<::factum::Bytes>),
        Builtin::Timestamp => quote!(Own<::factum::Timestamp>),
        Builtin::Date => quote!(Own<::factum::Date>),
        Builtin::Duration => quote!(Own<::factum::Duration>),
        Builtin::Decimal(None) => quote!(Own<::factum::Decimal>),
        Builtin::Decimal(Some(scale)) => {
            let scale = Literal::u32_unsuffixed(scale);
            quote!(Own<::factum::Fixed<#scale>>)
        }
        _ => {
            let name = ident(&of.to_string());
            quote!(#name)
        }
    }
}

/// factum's own type. serde's derive asks a newtype for its value in a way that finds none in what is missing, even where
/// the value is optional, so a newtype is one here too.
fn own(schema: &Schema, def: &TypeDef, version: &TypeVersion) -> TokenStream {
    let name = generated_name(def, version.number);
    match &version.shape {
        TypeShape::Newtype(inner) => {
            let derives = derives(is_key(schema, inner));
            quote! { #derives pub struct #name(pub super::generated::#name); }
        }
        TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_) => quote! { pub use super::generated::#name; },
    }
}

/// What factum calls a version of a declared type.
fn generated_name(def: &TypeDef, version: u32) -> Ident {
    let newest = def.versions.last().map(|newest| newest.number);
    if newest == Some(version) { ident(&def.name.value) } else { format_ident!("{}V{version}", def.name.value) }
}

/// What a declared type looks like at a version.
fn shape(schema: &Schema, id: TypeId, version: u32) -> Option<&TypeShape> {
    let versions = &schema.types.get(id.0 as usize)?.versions;
    versions.iter().find(|known| known.number == version).map(|known| &known.shape)
}

fn is_own(schema: &Schema, shape: &TypeShape) -> bool {
    match shape {
        TypeShape::Union(_) => true,
        TypeShape::Enum(variants) => variants.iter().any(|variant| variant.fallback),
        TypeShape::Newtype(inner) => holds_itself(schema, &[inner]),
        TypeShape::Struct(record) => {
            holds_itself(schema, &record.fields.iter().map(|field| &field.ty).collect::<Vec<_>>())
        }
    }
}

/// Whether values of these types hold, not behind a list, set or map, a type that holds itself.
fn holds_itself(schema: &Schema, types: &[&Type]) -> bool {
    let mut open: Vec<(&Type, usize)> = types.iter().map(|ty| (*ty, 0)).collect();
    while let Some((ty, depth)) = open.pop() {
        match ty {
            // Deeper than there are types, one of them has come again.
            Type::Named(..) if depth > schema.types.len() => return true,
            Type::Named(id, version) => match shape(schema, *id, *version) {
                Some(TypeShape::Struct(record)) => {
                    open.extend(record.fields.iter().map(|field| (&field.ty, depth + 1)));
                }
                Some(TypeShape::Newtype(inner)) => open.push((inner, depth + 1)),
                Some(TypeShape::Union(_)) => return true,
                Some(TypeShape::Enum(_)) | None => {}
            },
            Type::Optional(inner) => open.push((inner, depth)),
            Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => {}
        }
    }
    false
}

fn is_key(schema: &Schema, ty: &Type) -> bool {
    match ty {
        Type::Builtin(builtin) => builtin.row().key,
        Type::Named(id, version) => match shape(schema, *id, *version) {
            Some(TypeShape::Newtype(inner)) => is_key(schema, inner),
            Some(TypeShape::Enum(_)) => true,
            Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => false,
        },
        Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
    }
}

pub(crate) fn ident(name: &str) -> Ident {
    const KEYWORDS: &[&str] = &[
        "type", "match", "fn", "struct", "enum", "impl", "let", "loop", "move", "mut", "pub", "ref", "return",
        "static", "trait", "use", "where", "while", "async", "await", "dyn", "abstract", "become", "box", "do",
        "final", "macro", "override", "priv", "try", "typeof", "unsized", "virtual", "yield", "gen", "as", "break",
        "const", "continue", "else", "extern", "false", "for", "if", "in", "mod", "true", "unsafe",
    ];
    if KEYWORDS.contains(&name) { Ident::new_raw(name, Span::call_site()) } else { Ident::new(name, Span::call_site()) }
}
