//! `#[derive(Value)]`: structs, newtypes, enums and unions with a history of their own.

use factum_codegen::lower::Derived;
use factum_model::ast::{Document, Field, TypeBody, TypeDecl, Variant};
use factum_model::names::{is_impossible_in_rust, snake_case, upper_camel_case};
use factum_model::source::Spanned;
use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Ident, Result, Token, Type};

use crate::attributes::{Known, assigned, many, once, skip_to_comma, within};
use crate::front::Front;
use crate::generate::{self, Names};
use crate::stubs;

const VERSION: Known = once("version", "version = 2");
const REMOVED: Known = many("removed", "removed(2, fax: String)");
const RETYPED: Known = many("retyped", "retyped(2, u32)");
const DERIVES: Known = once("derives", "derives(Debug, Clone)");
pub(crate) const ENTRIES: &[Known] = &[VERSION, REMOVED, RETYPED, DERIVES];

const ADDED: Known = once("added", "added(2)");
const RENAMED: Known = many("renamed", "renamed(2, \"telephone\")");
const FALLBACK: Known = once("fallback", "fallback");
pub(crate) const LIFE: &[Known] = &[ADDED, RENAMED, FALLBACK];
pub(crate) const REMOVED_LIFE: &[Known] = &[ADDED, RENAMED, once("becomes", "becomes = Phone")];

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    let (decl, derived) = read(&mut front, &item);
    // A value's wire form does not say where it belongs, so any context will do.
    let document = Document {
        context: Spanned { value: "value".to_owned(), ..Spanned::default() },
        types: vec![decl],
        ..Document::default()
    };
    let names = Names::of(&item, &front);
    generate::beside(front, &document, derived, &names).unwrap_or_else(|errors| {
        let stubs = stubs::value(&item);
        quote::quote! { #errors #stubs }
    })
}

fn read(front: &mut Front, item: &DeriveInput) -> (TypeDecl, Derived) {
    front.no_generics(&item.generics, "a value");
    front.no_serde(&item.attrs, "take it out");
    let owner = item.ident.unraw().to_string();
    let mut decl = TypeDecl { name: front.name(&item.ident), doc: front.doc(&item.attrs), ..TypeDecl::default() };
    decl.body = match &item.data {
        Data::Struct(data) => structure(front, &owner, &data.fields),
        Data::Enum(data) => choices(front, &owner, data),
        Data::Union(data) => {
            front.report.error(data.union_token.span, "a value is a struct or an enum");
            TypeBody::Broken
        }
    };
    let mut derived = Derived { derives: generate::usual_derives(), ..Derived::default() };
    let before = front.count();
    front.attributes(&item.attrs, "value", ENTRIES, &mut |front, name, input| {
        entry(front, &mut decl, &mut derived, (name, &owner), input)
    });
    decl.broken = front.count() > before;
    (decl, derived)
}

fn entry(
    front: &mut Front,
    decl: &mut TypeDecl,
    derived: &mut Derived,
    (name, owner): (&Ident, &str),
    input: ParseStream<'_>,
) -> Result<()> {
    if name == VERSION.name {
        input.parse::<Token![=]>()?;
        decl.version = Some(front.version(input)?);
    } else if name == DERIVES.name {
        derived.derives = generate::derives(front, input)?;
    } else if name == REMOVED.name {
        match &mut decl.body {
            TypeBody::Struct(fields) => fields.push(within(input, |input| front.removed(owner, input))?),
            TypeBody::Enum(values) => {
                // A fallback stays the last.
                let fallback = values.value.iter().position(|value| value.fallback.is_some());
                let place = fallback.unwrap_or(values.value.len());
                values.value.insert(place, within(input, |input| removed(front, owner, input, false))?);
            }
            TypeBody::Union(kinds) => kinds.value.push(within(input, |input| removed(front, owner, input, true))?),
            TypeBody::Newtype { .. } => {
                let message =
                    "a newtype has one field, which stays\n  help: of another type before it is `retyped(2, u32)`";
                return Err(Error::new(name.span(), message));
            }
            TypeBody::Broken => skip_to_comma(input)?,
        }
    } else {
        match &mut decl.body {
            TypeBody::Newtype { retyped, .. } => retyped.push(within(input, |input| front.retyped(input))?.0),
            TypeBody::Struct(_) | TypeBody::Enum(_) | TypeBody::Union(_) => {
                let message = "only a newtype is retyped as a whole\n  help: say it at the field that had another type";
                return Err(Error::new(name.span(), message));
            }
            TypeBody::Broken => skip_to_comma(input)?,
        }
    }
    Ok(())
}

fn structure(front: &mut Front, owner: &str, fields: &Fields) -> TypeBody {
    match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            unread(front, &fields.unnamed[0], "above the struct, as in `#[value(version = 2, retyped(2, u32))]`");
            TypeBody::Newtype { ty: front.ty(&fields.unnamed[0].ty), retyped: Vec::new() }
        }
        Fields::Unnamed(fields) => {
            let message = "the fields of a value have names on the wire\n  help: write `struct Name { field: Type }`";
            front.report.error(fields.span(), message);
            TypeBody::Broken
        }
        Fields::Named(_) | Fields::Unit => TypeBody::Struct(named(front, owner, fields)),
    }
}

/// What has no name has no line of its own.
fn unread(front: &mut Front, field: &syn::Field, instead: &str) {
    front.unread(&field.attrs, "value", instead);
    front.no_serde(&field.attrs, "take it out");
}

fn named(front: &mut Front, owner: &str, fields: &Fields) -> Vec<Field> {
    let fields = fields.iter().filter_map(|field| Some((field.ident.as_ref()?, field)));
    fields.map(|(name, field)| front.field(owner, "value", name, field)).collect()
}

/// An enum whose variants have no fields is one of texts; else it is a union of kinds.
fn choices(front: &mut Front, owner: &str, data: &DataEnum) -> TypeBody {
    let union = data.variants.iter().any(|variant| matches!(variant.fields, Fields::Named(_)));
    let variants = data.variants.iter().map(|found| variant(front, owner, found, union)).collect();
    let variants = front.places.spanned(variants, data.enum_token.span);
    if union { TypeBody::Union(variants) } else { TypeBody::Enum(variants) }
}

fn variant(front: &mut Front, owner: &str, found: &syn::Variant, union: bool) -> Variant {
    let mut variant =
        Variant { name: text(front, &found.ident, union), doc: front.doc(&found.attrs), ..Variant::default() };
    front.no_serde(&found.attrs, "a name on the wire is said with `#[value(renamed(..))]`; else take it out");
    let before = front.count();
    front.attributes(&found.attrs, "value", LIFE, &mut |front, name, input| life(front, &mut variant, name, input));
    variant.fields = named(front, &format!("{owner}_{}", found.ident.unraw()), &found.fields);
    for field in found.fields.iter().filter(|field| field.ident.is_none()) {
        unread(front, field, "at the variant");
    }
    if front.count() == before {
        fits(front, &variant, found, union);
    }
    variant.broken = front.count() > before;
    variant
}

/// `added(2)`, `renamed(2, "old")`, `fallback`, `becomes = Other`.
fn life(front: &mut Front, variant: &mut Variant, name: &Ident, input: ParseStream<'_>) -> Result<()> {
    if name == ADDED.name {
        variant.added = Some(within(input, |input| front.version(input))?);
    } else if name == RENAMED.name {
        variant.renamed.push(within(input, |input| front.renamed(input))?);
    } else if name == FALLBACK.name {
        variant.fallback = Some(front.places.origin(name.span()));
    } else {
        let other: Ident = assigned(input)?;
        let union = variant.name.value.starts_with(char::is_uppercase);
        variant.becomes = Some(text(front, &other, union));
    }
    Ok(())
}

/// Whether a variant holds what one of its kind does.
fn fits(front: &mut Front, variant: &Variant, found: &syn::Variant, union: bool) {
    let text = |fields: &syn::FieldsUnnamed| {
        let [field] = fields.unnamed.iter().collect::<Vec<_>>()[..] else { return false };
        matches!(&field.ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "String"))
    };
    let told = match (&found.fields, variant.fallback) {
        (_, Some(_)) if union => {
            "a fallback stands for texts, and these are kinds with fields\n  help: take it out; a kind that is not known \
             is an error when it is read"
        }
        (Fields::Unnamed(fields), Some(_)) if text(fields) => return,
        (Fields::Unit | Fields::Unnamed(_), Some(_)) => {
            "a fallback holds the text that it stands for\n  help: write `Other(String)`"
        }
        (Fields::Unnamed(_), None) => {
            "the fields of a variant have names on the wire; only a fallback holds a text\n  help: write `Name { field: \
             Type }`, or `#[value(fallback)] Other(String)`"
        }
        (Fields::Unit, None) | (Fields::Named(_), _) => return,
    };
    let span = if matches!(found.fields, Fields::Unit) { found.ident.span() } else { found.fields.span() };
    front.report.error(span, told);
}

/// A kind's name is the variant's; a value's text is that in `snake_case`.
fn text(front: &mut Front, ident: &Ident, union: bool) -> Spanned<String> {
    let name = ident.unraw().to_string();
    if union {
        return front.places.spanned(name, ident.span());
    }
    let text = snake_case(&name);
    let back = upper_camel_case(&text);
    if back == name {
        return front.places.spanned(text, ident.span());
    }
    let fine = !is_impossible_in_rust(&back);
    let help = if fine { format!("call it `{back}`") } else { "choose another name".to_owned() };
    front.report.error(ident.span(), format!("`{name}` would be `{text}` on the wire\n  help: {help}"));
    // What the name is not blamed for again.
    front.places.spanned(if fine { snake_case(&back) } else { "unnamed".to_owned() }, ident.span())
}

/// `(2, Fax, becomes = Phone)`, `(2, Invoice { due: Date }, becomes = Card)`: with its own earlier history behind it.
fn removed(front: &mut Front, owner: &str, input: ParseStream<'_>, union: bool) -> Result<Variant> {
    let removed = front.version(input)?;
    input.parse::<Token![,]>()?;
    let found: syn::Variant = input.parse()?;
    front.named.entry(found.ident.to_string()).or_insert_with(|| found.ident.span());
    let mut variant = variant(front, owner, &found, union);
    variant.removed = Some(removed);
    if let (Fields::Named(fields), false) = (&found.fields, union) {
        return Err(Error::new(
            fields.span(),
            "the values of this enum have no fields\n  help: write `removed(2, Fax, becomes = Phone)`",
        ));
    }
    let before = front.count();
    front.rest(input, REMOVED_LIFE, &mut |front, name, input| life(front, &mut variant, name, input))?;
    variant.broken |= front.count() > before;
    Ok(variant)
}
