//! The state, the traits that the user implements, and what wires them.

use proc_macro2::TokenStream;
use quote::quote;

use super::value::{doc, ident, structure, ty};
use crate::items::{Aggregate, Dispatch, DispatchKind, Initial, Method};

pub(super) fn initial(item: &Initial) -> TokenStream {
    let name = ident(&item.name);
    let value = structure(&quote!(Self), &item.fields);
    quote! {
        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                #value
            }
        }
    }
}

pub(super) fn dispatch(item: &Dispatch) -> TokenStream {
    let (docs, name) = (doc(&item.doc), ident(&item.name));
    let methods = item.methods.iter().map(|method| self::method(&item.kind, method));
    quote! {
        #docs
        pub trait #name { #(#methods)* }
    }
}

fn method(kind: &DispatchKind, method: &Method) -> TokenStream {
    let (docs, name, of) = (doc(&method.doc), ident(&method.name), ident(&method.of));
    match kind {
        DispatchKind::Handle { events, rejections } => {
            let (events, rejections) = (ident(events), ident(rejections));
            quote! {
                #docs
                ///
                /// # Errors
                /// The rejection.
                fn #name(
                    &self,
                    command: #of,
                ) -> ::core::result::Result<::std::vec::Vec<#events>, #rejections>;
            }
        }
        DispatchKind::Apply => quote! {
            #docs
            fn #name(&mut self, event: &#of);
        },
    }
}

pub(super) fn aggregate(item: &Aggregate) -> TokenStream {
    let (name, stream_name, context, id) = (ident(&item.name), &item.stream_name, &item.context, ty(&item.id));
    let (events, commands, rejections) = (ident(&item.events), ident(&item.commands), ident(&item.rejections));
    let (handle, apply) = (handle(item), apply(item));
    quote! {
        #[automatically_derived]
        impl ::factum::Aggregate for #name {
            const CONTEXT: &'static ::core::primitive::str = #context;
            const NAME: &'static ::core::primitive::str = #stream_name;
            type Id = #id;
            type Event = #events;
            type Command = #commands;
            type Rejection = #rejections;
            #handle
            #apply
        }
    }
}

fn handle(item: &Aggregate) -> TokenStream {
    let commands = ident(&item.commands);
    let (dispatch, methods) = (ident(&item.handle.0), &item.handle.1);
    let arms = methods.iter().map(|method| {
        let (of, name) = (ident(&method.of), ident(&method.name));
        quote! { #commands::#of(command) => <Self as #dispatch>::#name(self, command), }
    });
    quote! {
        fn handle(&self, command: #commands) -> ::factum::Decision<Self> {
            match command { #(#arms)* }
        }
    }
}

fn apply(item: &Aggregate) -> TokenStream {
    let events = ident(&item.events);
    let (dispatch, methods) = (ident(&item.apply.0), &item.apply.1);
    let arms = methods.iter().map(|method| {
        let (of, name) = (ident(&method.of), ident(&method.name));
        quote! { #events::#of(ref event) => <Self as #dispatch>::#name(self, event), }
    });
    quote! {
        fn apply(&mut self, event: &#events) {
            match *event { #(#arms)* }
        }
    }
}
