//! `#[derive(Aggregate)]`: wires the traits of two sets into an aggregate.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{DeriveInput, LitStr, Type};

use crate::attributes::{Known, assigned, once};
use crate::front::Front;

const ENTRIES: &[Known] = &[
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
    let mut said: [Option<TokenStream>; 6] = Default::default();
    front.attributes(&item.attrs, "aggregate", ENTRIES, &mut |_, entry, input| {
        let index = ENTRIES.iter().position(|known| entry == known.name).unwrap_or_default();
        said[index] = Some(if index < 2 {
            assigned::<LitStr>(input)?.to_token_stream()
        } else {
            assigned::<Type>(input)?.to_token_stream()
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
    if front.count() > 0 {
        return front.report.into_tokens();
    }
    let [context, stream, id, events, commands, rejection] = said.map(Option::unwrap_or_default);
    let name = &item.ident;
    quote! {
        #[automatically_derived]
        impl ::factum::Aggregate for #name {
            const CONTEXT: &'static ::core::primitive::str = #context;
            const NAME: &'static ::core::primitive::str = #stream;
            type Id = #id;
            type Event = #events;
            type Command = #commands;
            type Rejection = #rejection;
            fn handle(&self, command: #commands) -> ::factum::Decision<Self> {
                command.handle_by(self)
            }
            fn apply(&mut self, event: &#events) {
                event.apply_to(self);
            }
        }
    }
}
