//! `#[derive(Aggregate)]`: wires the traits of two sets into an aggregate.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Error, Ident, LitStr, Result, Token, Type};

use crate::attributes::{Known, assigned, once};
use crate::front::Front;

pub(crate) const ENTRIES: &[Known] = &[
    once("context", "context = \"conference\""),
    once("name", "name = \"SeatAvailability\""),
    once("id", "id = Uuid"),
    once("events", "events = SeatEvent"),
    once("commands", "commands = SeatCommand"),
    once("rejection", "rejection = SeatRejection"),
];

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    front.no_generics(&item.generics, "an aggregate");
    for attributes in within(&item.data) {
        front.unread(attributes, "aggregate", "above the item");
    }
    let mut said: [Option<TokenStream>; 6] = Default::default();
    front.attributes(&item.attrs, "aggregate", ENTRIES, &mut |_, entry, input| {
        let index = ENTRIES.iter().position(|known| entry == known.name).unwrap_or_default();
        said[index] = Some(if index < 2 {
            assigned::<LitStr>(input)?.to_token_stream()
        } else {
            assigned_type(input)?.to_token_stream()
        });
        Ok(())
    });
    let own = item.ident.unraw().to_string();
    said[1].get_or_insert_with(|| own.to_token_stream());
    let missing = ENTRIES.iter().zip(&said).filter(|(_, said)| said.is_none());
    let missing: Vec<&str> = missing.map(|(known, _)| known.example).collect();
    if !missing.is_empty() && front.count() == 0 {
        let message = format!("an aggregate has more to say\n  help: write `#[aggregate({})]`", missing.join(", "));
        front.report.error(item.ident.span(), message);
    }
    let broken = front.count() > 0;
    let errors = front.report.into_tokens();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let implementation = implementation(&item.ident, said, broken);
    quote! { #errors #implementation }
}

/// The attributes of all that an item consists of.
fn within(data: &Data) -> Vec<&Vec<Attribute>> {
    match data {
        Data::Struct(data) => data.fields.iter().map(|field| &field.attrs).collect(),
        Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| variant.fields.iter().map(|field| &field.attrs));
            fields.chain(data.variants.iter().map(|variant| &variant.attrs)).collect()
        }
        Data::Union(data) => data.fields.named.iter().map(|field| &field.attrs).collect(),
    }
}

/// `= SeatEvent`.
fn assigned_type(input: ParseStream<'_>) -> Result<Type> {
    input.parse::<Token![=]>()?;
    let span = input.span();
    // syn would list every token that a type can begin with.
    input.parse().map_err(|_| Error::new(span, "expected a type"))
}

/// The aggregate; of one with mistakes the methods do nothing, and what it does not say is anything.
fn implementation(name: &Ident, said: [Option<TokenStream>; 6], broken: bool) -> TokenStream {
    let [context, stream, id, events, commands, rejection] = said;
    let anything = || quote!(::factum::event::Anything);
    let [id, events, commands, rejection] = [id, events, commands, rejection].map(|said| said.unwrap_or_else(anything));
    let context = context.unwrap_or_else(|| quote!(""));
    let (handle, apply) = if broken {
        (quote! { let _ = command; loop {} }, quote! { let _ = event; })
    } else {
        // What a set lacks is told at the set.
        let at = |set: &TokenStream| Span::call_site().located_at(set.span());
        (
            quote_spanned! { at(&commands) => command.handle_by(self) },
            quote_spanned! { at(&events) => event.apply_to(self); },
        )
    };
    let same_streams = (!broken).then(|| {
        quote_spanned! { Span::call_site().located_at(events.span()) =>
            const _: () = ::core::assert!(
                ::factum::event::knows_its_streams::<#name>(),
                "the set's `#[event_set(streams = ..)]` is not this aggregate's `context.Name`",
            );
        }
    });
    // What the struct lacks is told at its name, once.
    quote_spanned! { Span::call_site().located_at(name.span()) =>
        #same_streams
        #[automatically_derived]
        impl ::factum::Aggregate for #name {
            const CONTEXT: &'static ::core::primitive::str = #context;
            const NAME: &'static ::core::primitive::str = #stream;
            type Id = #id;
            type Event = #events;
            type Command = #commands;
            type Rejection = #rejection;
            fn handle(&self, command: #commands) -> ::core::result::Result<::std::vec::Vec<#events>, #rejection> {
                #handle
            }
            fn apply(&mut self, event: &#events) {
                #apply
            }
        }
    }
}
