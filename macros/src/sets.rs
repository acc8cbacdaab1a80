//! `#[derive(EventSet)]` and `#[derive(CommandSet)]`: enums with one variant per type, called like the user likes.

use factum_model::names::snake_case;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, Ident, Path, Token, Type};

use crate::attributes::{Known, once, within};
use crate::front::Front;

const ENDED: Known = once("ended", "ended(SeatsBooked)");

/// An enum as far as a set is one.
struct Set {
    name: Ident,
    visibility: TokenStream,
    members: Vec<Member>,
}

/// A variant and the type that it holds.
struct Member {
    name: Ident,
    ty: Type,
}

impl Member {
    fn method(&self, prefix: &str) -> Ident {
        format_ident!("{prefix}{}", snake_case(&self.name.unraw().to_string()), span = self.name.span())
    }
}

/// A set of events.
pub(crate) fn events(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    let set = read(&mut front, &item, "a set of events");
    let mut ended: Vec<Path> = Vec::new();
    front.attributes(&item.attrs, "event_set", &[ENDED], &mut |_, _, input| {
        ended.extend(within(input, Punctuated::<Path, Token![,]>::parse_terminated)?);
        Ok(())
    });
    let errors = (front.count() > 0).then(|| front.report.into_tokens());
    let members: TokenStream = set.members.iter().map(|member| holds(&set.name, member)).collect();
    let (reading, dispatch) = (event_set(&set, &ended), apply_trait(&set));
    quote! { #errors #reading #members #dispatch }
}

/// A set of commands.
pub(crate) fn commands(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    let set = read(&mut front, &item, "a set of commands");
    let errors = (front.count() > 0).then(|| front.report.into_tokens());
    let from: TokenStream = set.members.iter().map(|member| from(&set.name, member, &TokenStream::new())).collect();
    let dispatch = handle_trait(&set);
    quote! { #errors #from #dispatch }
}

fn read(front: &mut Front, item: &DeriveInput, what: &str) -> Set {
    front.no_generics(&item.generics, what);
    let mut members = Vec::new();
    match &item.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                match &variant.fields {
                    Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                        let ty = fields.unnamed[0].ty.clone();
                        members.push(Member { name: variant.ident.clone(), ty });
                    }
                    Fields::Unnamed(_) | Fields::Named(_) | Fields::Unit => {
                        let name = &variant.ident;
                        let message = format!("a variant of {what} holds one type\n  help: write `{name}({name})`");
                        front.report.error(variant.span(), message);
                    }
                }
            }
        }
        Data::Struct(data) => front.report.error(data.struct_token.span, format!("{what} is an enum")),
        Data::Union(data) => front.report.error(data.union_token.span, format!("{what} is an enum")),
    }
    Set { name: item.ident.clone(), visibility: item.vis.to_token_stream(), members }
}

fn event_set(set: &Set, ended: &[Path]) -> TokenStream {
    let Set { name, members, .. } = set;
    let (variants, types): (Vec<_>, Vec<_>) = members.iter().map(|member| (&member.name, &member.ty)).unzip();
    let read = members.iter().map(|Member { name, ty }| {
        quote_spanned! { ty.span() =>
            (<#ty as ::factum::event::Stored>::NAMES, <#ty as ::factum::Event>::VERSION, |version, readable_from, payload| {
                let event = <#ty as ::factum::Event>::decode(version, readable_from, payload)?;
                ::core::result::Result::Ok(::factum::Decoded::One(Self::#name(event)))
            })
        }
    });
    let gone = ended.iter().map(|ty| {
        quote_spanned! { ty.span() =>
            (
                <#ty as ::factum::event::Stored>::NAMES,
                <#ty as ::factum::Event>::VERSION,
                ::factum::event::read_ended::<#ty, Self>,
            )
        }
    });
    let count = quote! {
        { ::factum::event::count(&[
            #(<#types as ::factum::event::Stored>::NAMES,)*
            #(<#ended as ::factum::event::Stored>::NAMES,)*
        ]) }
    };
    let encode = if members.is_empty() {
        quote! { match *self {} }
    } else {
        quote! { match self { #(Self::#variants(event) => ::factum::Event::encode(event),)* } }
    };
    quote! {
        #[automatically_derived]
        impl ::factum::EventSet for #name {
            const TYPES: &'static [&'static ::core::primitive::str] =
                &::factum::event::types::<Self, #count>(<Self as ::factum::EventSet>::READERS);
            const READERS: &'static [::factum::event::Reader<Self>] =
                &::factum::event::readers::<Self, #count>(&[#(#read,)* #(#gone,)*]);
            fn encode(&self) -> ::core::result::Result<::factum::Encoded, ::factum::EncodeError> {
                #encode
            }
        }
    }
}

/// The event becomes one of the set: where it is read, and, if it is still emitted, where it is emitted.
fn holds(set: &Ident, member: &Member) -> TokenStream {
    let Member { name, ty } = member;
    let emitted = quote_spanned! { ty.span() => where for<'a> #ty: ::factum::event::Emitted<'a> };
    let from = from(set, member, &emitted);
    quote! {
        #from
        #[automatically_derived]
        impl ::factum::event::Holds<#ty> for #set {
            fn hold(event: #ty) -> Self {
                Self::#name(event)
            }
        }
    }
}

fn from(set: &Ident, member: &Member, bound: &TokenStream) -> TokenStream {
    let Member { name, ty } = member;
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#ty> for #set #bound {
            fn from(value: #ty) -> Self {
                Self::#name(value)
            }
        }
    }
}

fn apply_trait(set: &Set) -> TokenStream {
    let Set { name, visibility, members } = set;
    let dispatch = format_ident!("Apply{}", name.unraw(), span = name.span());
    let doc = format!("What each event of [`{}`] changes: yours to write.", name.unraw());
    let methods = members.iter().map(|member| {
        let (method, ty) = (member.method("on_"), &member.ty);
        let doc = format!("[`{}`] has happened.", member.name.unraw());
        quote! { #[doc = #doc] fn #method(&mut self, event: &#ty); }
    });
    let arms = members.iter().map(|member| {
        let (variant, method) = (&member.name, member.method("on_"));
        quote! { Self::#variant(event) => aggregate.#method(event), }
    });
    let body = if members.is_empty() {
        quote! { let _ = aggregate; match *self {} }
    } else {
        quote! { match self { #(#arms)* } }
    };
    quote! {
        #[doc = #doc]
        #visibility trait #dispatch { #(#methods)* }
        impl #name {
            /// Calls the aggregate's method for this event.
            #visibility fn apply_to<A_: #dispatch>(&self, aggregate: &mut A_) {
                #body
            }
        }
    }
}

fn handle_trait(set: &Set) -> TokenStream {
    let Set { name, visibility, members } = set;
    let dispatch = format_ident!("Handle{}", name.unraw(), span = name.span());
    let doc = format!("What an aggregate does about each command of [`{}`]: yours to write.", name.unraw());
    let methods = members.iter().map(|member| {
        let (method, ty) = (member.method(""), &member.ty);
        let doc = format!("Answers [`{}`].", member.name.unraw());
        quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// The rejection.
            fn #method(&self, command: #ty) -> ::factum::Decision<Self>;
        }
    });
    let arms = members.iter().map(|member| {
        let (variant, method) = (&member.name, member.method(""));
        quote! { Self::#variant(command) => aggregate.#method(command), }
    });
    let body = if members.is_empty() {
        quote! { let _ = aggregate; match self {} }
    } else {
        quote! { match self { #(#arms)* } }
    };
    quote! {
        #[doc = #doc]
        #[allow(clippy::result_large_err)]
        #visibility trait #dispatch: ::factum::Aggregate { #(#methods)* }
        #[allow(clippy::result_large_err)]
        impl #name {
            /// Asks the aggregate's method for this command.
            ///
            /// # Errors
            /// The rejection.
            #visibility fn handle_by<A_: #dispatch>(self, aggregate: &A_) -> ::factum::Decision<A_> {
                #body
            }
        }
    }
}
