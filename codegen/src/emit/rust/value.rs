//! Names, types, values and docs.

use proc_macro2::{Ident as Token, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

use crate::items::{Argument, Definition, Doc, Expr, Ident, RustType, Visibility};
use crate::placeholder;

pub(super) fn ident(name: &Ident) -> Token {
    match name.0.strip_prefix("r#") {
        Some(raw) => Token::new_raw(raw, Span::call_site()),
        None => Token::new(&name.0, Span::call_site()),
    }
}

/// `#[doc]` attributes, each line with the blank that `///` has before it.
pub(super) fn doc(doc: &Doc) -> TokenStream {
    let lines = doc.0.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}

/// `::a::b` or `a::b`.
pub(super) fn path(text: &str) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (index, segment) in text.split("::").enumerate() {
        if index > 0 {
            tokens.extend(quote!(::));
        }
        match segment {
            "" => {}
            "super" => tokens.extend(quote!(super)),
            name => ident(&Ident(name.to_owned())).to_tokens(&mut tokens),
        }
    }
    tokens
}

pub(super) fn ty(ty: &RustType) -> TokenStream {
    let path = path(&ty.path);
    if ty.arguments.is_empty() {
        return path;
    }
    let arguments = ty.arguments.iter().map(argument);
    quote! { #path<#(#arguments),*> }
}

fn argument(argument: &Argument) -> TokenStream {
    match argument {
        Argument::Type(inner) => ty(inner),
        Argument::Const(number) => {
            signed(*number < 0, Literal::u64_unsuffixed(number.unsigned_abs()).to_token_stream())
        }
    }
}

pub(super) fn expr(value: &Expr) -> TokenStream {
    match value {
        Expr::Bool(value) => quote!(#value),
        Expr::Integer(value) => signed(*value < 0, grouped(value.unsigned_abs()).to_token_stream()),
        Expr::Bits(bits) => bits_literal(*bits).to_token_stream(),
        Expr::Float(value) => signed(value.is_sign_negative(), float(value.abs()).to_token_stream()),
        Expr::Str(text) => quote!(#text),
        Expr::Bytes(bytes) => Literal::byte_string(bytes).to_token_stream(),
        Expr::Path(text) => path(text),
        Expr::Call(function, arguments) => {
            let (function, arguments) = (path(function), arguments.iter().map(expr));
            quote! { #function(#(#arguments),*) }
        }
        Expr::Array(elements) => {
            let elements = elements.iter().map(expr);
            quote! { [#(#elements),*] }
        }
        Expr::Tuple(elements) => {
            let elements = elements.iter().map(expr);
            quote! { (#(#elements),*) }
        }
        Expr::Struct(name, fields) => structure(&path(name), fields),
        Expr::Field(value, field) => {
            let (value, field) = (expr(value), ident(field));
            quote!(#value.#field)
        }
        Expr::Inner(value) => {
            let value = expr(value);
            quote!(#value.0)
        }
        Expr::Single(value) => signed(value.is_sign_negative(), Literal::f32_unsuffixed(value.abs()).to_token_stream()),
        Expr::Bound(name) => ident(name).to_token_stream(),
        Expr::Reference(value) => {
            let value = expr(value);
            quote!(&#value)
        }
        Expr::Try(value) => {
            let value = expr(value);
            quote!(#value?)
        }
        Expr::Convert(conversion, value) => {
            let (conversion, value) = (ty(conversion), expr(value));
            quote! { <#conversion as ::factum::de::Conversion>::convert(#value)? }
        }
    }
}

fn signed(negative: bool, number: TokenStream) -> TokenStream {
    if negative { quote!(-#number) } else { number }
}

/// `1_234_567`: three digits a group, so that it can be read.
fn grouped(value: u128) -> Literal {
    let digits = value.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    number(&groups.join("_"), value)
}

/// `0.5`, or `5e-324` where that is shorter.
fn float(value: f64) -> Literal {
    format!("{value:?}").parse().unwrap_or_else(|_| Literal::f64_unsuffixed(value))
}

/// `0x0123_4567_...`: sixteen bits a group.
fn bits_literal(bits: u128) -> Literal {
    let groups: Vec<String> = (0..8).rev().map(|group| format!("{:04x}", (bits >> (group * 16)) & 0xffff)).collect();
    number(&format!("0x{}", groups.join("_")), bits)
}

/// The number, spelled so.
fn number(spelled: &str, value: u128) -> Literal {
    spelled.parse().unwrap_or_else(|_| Literal::u128_unsuffixed(value))
}

/// The attributes and the visibility of a type that is defined here.
pub(super) fn head(definition: &Definition, usual: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    match definition {
        Definition::Generated { visibility, derives } => {
            let (derives, unused) = (derives.iter().map(|derive| path(derive)), unused(*visibility));
            Some((quote! { #[derive(#usual #(, #derives)*)] #unused }, access(*visibility)))
        }
        Definition::Beside(derives) => {
            let derives = derives.iter().map(|derive| path(derive));
            Some((quote! { #[derive(#(#derives),*)] }, visibility()))
        }
        Definition::Users => None,
    }
}

/// Who sees what is generated.
pub(super) fn visible(definition: &Definition) -> TokenStream {
    match definition {
        Definition::Generated { visibility, .. } => access(*visibility),
        Definition::Beside(_) | Definition::Users => visibility(),
    }
}

/// As the user chose.
pub(super) fn access(visibility: Visibility) -> TokenStream {
    match visibility {
        Visibility::Public => quote!(pub),
        Visibility::Crate => quote!(pub(crate)),
    }
}

/// What everybody sees is somebody's. Of the rest, who includes it may need less than the schema says.
fn unused(visibility: Visibility) -> Option<TokenStream> {
    match visibility {
        Visibility::Public => None,
        Visibility::Crate => Some(quote! { #[allow(dead_code)] }),
    }
}

/// As [`visible`], with what has to be said of what may be unused.
pub(super) fn seen(definition: &Definition) -> (Option<TokenStream>, TokenStream) {
    let unused = match definition {
        Definition::Generated { visibility, .. } => unused(*visibility),
        Definition::Beside(_) | Definition::Users => None,
    };
    (unused, visible(definition))
}

/// As visible as the user's item.
pub(super) fn visibility() -> TokenStream {
    Token::new(placeholder::VISIBILITY, Span::call_site()).to_token_stream()
}

/// For code whose length and numbers are the schema's: clippy would count its lines and its digits.
pub(super) fn sized_by_schema() -> TokenStream {
    quote! { #[allow(
        clippy::approx_constant, clippy::excessive_precision, clippy::too_many_lines,
        clippy::unreadable_literal, clippy::zero_sized_map_values
    )] }
}

/// For structs whose words, names and fields are the schema's.
pub(super) fn worded_by_schema() -> TokenStream {
    quote! {
        #[allow(
            clippy::doc_markdown, clippy::struct_excessive_bools, clippy::struct_field_names,
            clippy::type_complexity, clippy::upper_case_acronyms, clippy::zero_sized_map_values
        )]
    }
}

/// For enums whose words, names and members are the schema's.
pub(super) fn listed_by_schema() -> TokenStream {
    quote! {
        #[allow(
            clippy::doc_markdown, clippy::enum_variant_names, clippy::large_enum_variant,
            clippy::upper_case_acronyms, clippy::zero_sized_map_values
        )]
    }
}

/// `Name { field: value }`.
pub(super) fn structure(name: &TokenStream, fields: &[(Ident, Expr)]) -> TokenStream {
    let (names, values): (Vec<_>, Vec<_>) = fields.iter().map(|(name, value)| (ident(name), expr(value))).unzip();
    quote! { #name { #(#names: #values),* } }
}
