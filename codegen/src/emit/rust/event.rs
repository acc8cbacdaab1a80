//! Events, their versions, and sets of them.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::value::{doc, ident, sized_by_schema, ty, visible};
use crate::items::{Alias, ChildEvent, Compensation, Event, EventSet, Ident, Outcome, Range, Reader};

pub(super) fn event(item: &Event) -> TokenStream {
    let (name, wire_type) = (ident(&item.name), &item.wire_type);
    let [version, readable_from] = [item.version, item.readable_from].map(Literal::u32_unsuffixed);
    let earlier = earlier(&item.earlier);
    quote! {
        #[automatically_derived]
        impl ::factum::Event for #name {
            const TYPE: &'static ::core::primitive::str = #wire_type;
            const VERSION: ::core::primitive::u32 = #version;
            const READABLE_FROM: ::core::primitive::u32 = #readable_from;
            #earlier
        }
    }
}

/// What is older than the record's tables passes through the first of these, and then from one to the next.
fn earlier(passage: &[Ident]) -> Option<TokenStream> {
    let (first, later) = passage.split_first()?;
    let passage: Vec<TokenStream> = passage.iter().map(|struct_| ident(struct_).to_token_stream()).collect();
    let (first, steps) = (ident(first), upcasts(&passage));
    debug_assert!(!later.is_empty(), "the last of them is the struct itself");
    Some(quote! {
        fn decode_earlier(
            version: ::core::primitive::u32,
            payload: &::core::primitive::str,
        ) -> ::core::result::Result<Self, ::factum::DecodeFault> {
            let event = <#first as ::factum::Event>::decode(version, version, payload)?;
            #steps
            ::core::result::Result::Ok(event)
        }
    })
}

/// `event` goes from each struct of the chain to the next.
fn upcasts(chain: &[TokenStream]) -> TokenStream {
    let steps = chain.windows(2).map(|pair| {
        let (from, to) = (&pair[0], &pair[1]);
        quote! { let event = <#to as ::factum::Upcast<#from>>::upcast(event)?; }
    });
    quote! { #(#steps)* }
}

pub(super) fn alias(item: &Alias) -> TokenStream {
    let (docs, name, of) = (doc(&item.doc), ident(&item.name), ident(&item.of));
    let visibility = visible(&item.definition);
    // In a program, and not in a library, nobody needs to name it.
    quote! {
        #docs
        #[allow(dead_code)]
        #visibility type #name = #of;
    }
}

pub(super) fn event_set(item: &EventSet) -> TokenStream {
    let name = ident(&item.name);
    let variants = item.variants.iter().map(ident);
    let types = item.readers.iter().map(|reader| &reader.wire_type);
    let readers = item.readers.iter().map(reader);
    let lints = sized_by_schema();
    let streams = item.streams.as_ref().map(|streams| {
        quote! {
            const STREAMS: ::core::option::Option<&'static ::core::primitive::str> =
                ::core::option::Option::Some(#streams);
        }
    });
    let compensations = compensations(&item.compensations);
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::EventSet for #name {
            const TYPES: &'static [&'static ::core::primitive::str] = &[#(#types),*];
            const READERS: &'static [::factum::event::Reader<Self>] = &[#(#readers),*];
            #streams
            fn encode(&self) -> ::core::result::Result<::factum::Encoded, ::factum::EncodeError> {
                match *self {
                    #(Self::#variants(ref event) => ::factum::Event::encode(event),)*
                }
            }
            #compensations
        }
    }
}

/// Which events of a set take back which; a set without any says nothing of it.
fn compensations(items: &[Compensation]) -> Option<TokenStream> {
    if items.is_empty() {
        return None;
    }
    let taken_back: BTreeSet<_> = items.iter().map(|item| ident(&item.other)).collect();
    let arms = items.iter().map(|item| {
        let (event, other) = (ident(&item.event), ident(&item.other));
        if item.by.is_empty() {
            return quote! { (Self::#event(_), Self::#other(_)) => true, };
        }
        let equal = item.by.iter().map(|field| {
            let field = ident(field);
            quote! { ::core::cmp::PartialEq::eq(&event.#field, &earlier.#field) }
        });
        quote! { (Self::#event(event), Self::#other(earlier)) => #(#equal)&&*, }
    });
    let taken_back = taken_back.into_iter();
    Some(quote! {
        fn is_compensable(&self) -> ::core::primitive::bool {
            ::core::matches!(*self, #(Self::#taken_back(_))|*)
        }
        #[allow(clippy::match_like_matches_macro)]
        fn compensates(&self, earlier: &Self) -> ::core::primitive::bool {
            match (self, earlier) {
                #(#arms)*
                _ => false,
            }
        }
    })
}

fn reader(reader: &Reader) -> TokenStream {
    let (wire_type, event, variant) = (&reader.wire_type, ty(&reader.event), ident(&reader.variant));
    let versions = reader.versions.iter().map(range);
    let outcome = match &reader.outcome {
        Outcome::One => quote! { ::factum::Decoded::One(Self::#variant(event)) },
        Outcome::Nothing => quote! {{
            let _ = event;
            ::factum::Decoded::None
        }},
        Outcome::Several(children) => several(&event, children),
    };
    quote! {
        ::factum::event::Reader {
            event_type: #wire_type,
            versions: &[#(#versions),*],
            newest: <#event as ::factum::Event>::VERSION,
            read: |version, readable_from, payload| {
                let event = <#event as ::factum::Event>::decode(version, readable_from, payload)?;
                ::core::result::Result::Ok(#outcome)
            },
        }
    }
}

/// The first and the last of some versions.
pub(super) fn range((first, last): &Range) -> TokenStream {
    let first = Literal::u32_unsuffixed(*first);
    let last = last
        .map_or_else(|| quote!(::core::primitive::u32::MAX), |last| Literal::u32_unsuffixed(last).to_token_stream());
    quote! { (#first, #last) }
}

fn several(parent: &TokenStream, children: &[ChildEvent]) -> TokenStream {
    let (mut checked, mut events) = (Vec::new(), Vec::new());
    for child in children {
        let chain: Vec<TokenStream> = child.chain.iter().map(ty).collect();
        let Some(first) = chain.first() else { continue };
        let steps = upcasts(&chain);
        let event = quote! {
            let event = <#first as ::factum::Upcast<#parent>>::upcast(::core::clone::Clone::clone(&event))?;
            #steps
        };
        match child.variant.as_ref().map(ident) {
            Some(variant) => events.push(quote! {{ #event Self::#variant(event) }}),
            None => checked.push(quote! {{ #event let _ = event; }}),
        }
    }
    let events = quote! { ::factum::Decoded::Several(<[_]>::into_vec(::std::boxed::Box::new([#(#events),*]))) };
    if checked.is_empty() {
        events
    } else {
        quote! {{ #(#checked)* #events }}
    }
}
