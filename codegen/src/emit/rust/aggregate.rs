//! The state, the traits that the user implements, and what wires them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::value::{doc, ident, seen, sized_by_schema, structure, ty};
use crate::items::{Aggregate, Dispatch, DispatchKind, Ident, Initial, Method, Snapshot};

pub(super) fn initial(item: &Initial) -> TokenStream {
    let name = ident(&item.name);
    let (mut value, lints) = (structure(&quote!(Self), &item.fields), sized_by_schema());
    if item.fallible {
        value = quote! {
            let initial = || -> ::core::result::Result<Self, ::factum::UpcastError> {
                ::core::result::Result::Ok(#value)
            };
            ::factum::foreign::initial(initial())
        };
    }
    quote! {
        #[automatically_derived]
        #lints
        impl ::core::default::Default for #name {
            fn default() -> Self {
                #value
            }
        }
    }
}

pub(super) fn dispatch(item: &Dispatch) -> TokenStream {
    let (docs, name) = (doc(&item.doc), ident(&item.name));
    let (methods, dispatcher) = match &item.kind {
        DispatchKind::Handle { events, rejections } => {
            let methods = item
                .methods
                .iter()
                .map(|method| handle_method(method, &decision(method.emits.as_ref().unwrap_or(events), rejections)));
            (methods.collect(), handle_by(item, &decision(events, rejections)))
        }
        DispatchKind::Apply => (item.methods.iter().map(apply_method).collect::<TokenStream>(), apply_to(item)),
        DispatchKind::Project => return project(item),
    };
    let (set, lints) = (ident(&item.set), sized_by_schema());
    let (unused, visibility) = seen(&item.definition);
    quote! {
        #docs
        // Words, names and sizes are the schema's.
        #[allow(
            clippy::doc_markdown, clippy::new_ret_no_self, clippy::result_large_err, clippy::wrong_self_convention
        )]
        #unused
        #visibility trait #name { #methods }
        #lints
        #[allow(clippy::result_large_err)]
        impl #set { #dispatcher }
    }
}

fn decision(events: &Ident, rejections: &Ident) -> TokenStream {
    let (events, rejections) = (ident(events), ident(rejections));
    quote! { ::core::result::Result<::std::vec::Vec<#events>, #rejections> }
}

fn handle_method(method: &Method, decision: &TokenStream) -> TokenStream {
    let (docs, name, of) = (doc(&method.doc), ident(&method.name), ident(&method.of));
    quote! {
        #docs
        ///
        /// # Errors
        /// The rejection.
        fn #name(&self, command: #of) -> #decision;
    }
}

fn apply_method(method: &Method) -> TokenStream {
    let (docs, name, of) = (doc(&method.doc), ident(&method.name), ident(&method.of));
    quote! {
        #docs
        fn #name(&mut self, event: &#of);
    }
}

fn handle_by(item: &Dispatch, decision: &TokenStream) -> TokenStream {
    let (unused, visibility) = seen(&item.definition);
    let (dispatch, aggregate) = (ident(&item.name), ident(&item.aggregate));
    let arms = item.methods.iter().map(|method| {
        let (of, name) = (ident(&method.of), ident(&method.name));
        if method.emits.is_none() {
            quote! { Self::#of(command) => #aggregate.#name(command), }
        } else {
            quote! { Self::#of(command) => ::factum::aggregate::widened(#aggregate.#name(command)), }
        }
    });
    quote! {
        /// Asks the aggregate's method for this command.
        ///
        /// # Errors
        /// The rejection.
        #unused
        #visibility fn handle_by<A: #dispatch>(self, #aggregate: &A) -> #decision {
            match self { #(#arms)* }
        }
    }
}

fn apply_to(item: &Dispatch) -> TokenStream {
    let (unused, visibility) = seen(&item.definition);
    let (dispatch, aggregate) = (ident(&item.name), ident(&item.aggregate));
    let arms = item.methods.iter().map(|method| {
        let (of, name) = (ident(&method.of), ident(&method.name));
        quote! { Self::#of(ref event) => { #aggregate.#name(event); } }
    });
    quote! {
        /// Calls the aggregate's method for this event.
        #unused
        #visibility fn apply_to<A: #dispatch>(&self, #aggregate: &mut A) {
            match *self { #(#arms)* }
        }
    }
}

/// The trait of projections, and how a set calls it.
fn project(item: &Dispatch) -> TokenStream {
    let (docs, name, set) = (doc(&item.doc), ident(&item.name), ident(&item.set));
    let (unused, visibility) = seen(&item.definition);
    let methods = item.methods.iter().map(project_method);
    let arms = item.methods.iter().map(|method| {
        let (of, name) = (ident(&method.of), ident(&method.name));
        quote! { Self::#of(ref event) => projection.#name(tx, event, recorded), }
    });
    quote! {
        #docs
        // Words are the schema's.
        #[allow(clippy::doc_markdown)]
        #unused
        #visibility trait #name: ::factum::Projection {
            #(#methods)*
        }
        // A set without events asks nothing of anybody.
        #[allow(unused_variables)]
        #[automatically_derived]
        impl<P: #name> ::factum::projection::Project<P> for #set {
            fn project(
                projection: &P,
                tx: &mut <P as ::factum::Projection>::Tx,
                event: &Self,
                recorded: &::factum::Recorded<'_>,
            ) -> ::factum::store::ViewResult {
                match *event { #(#arms)* }
            }
        }
    }
}

fn project_method(method: &Method) -> TokenStream {
    let (docs, name, of) = (doc(&method.doc), ident(&method.name), ident(&method.of));
    quote! {
        #docs
        ///
        /// # Errors
        /// Whatever keeps the rows from being changed: then nothing of this event's batch is.
        fn #name(
            &self,
            tx: &mut <Self as ::factum::Projection>::Tx,
            event: &#of,
            recorded: &::factum::Recorded<'_>,
        ) -> ::factum::store::ViewResult;
    }
}

pub(super) fn aggregate(item: &Aggregate) -> TokenStream {
    let (name, stream_name, context, id) = (ident(&item.name), &item.stream_name, &item.context, ty(&item.id));
    let (events, commands, rejections) = (ident(&item.events), ident(&item.commands), ident(&item.rejections));
    let snapshot = item.snapshot.map(|snapshot| self::snapshot(&item.name, snapshot));
    quote! {
        #snapshot
        #[automatically_derived]
        impl ::factum::Aggregate for #name {
            const CONTEXT: &'static ::core::primitive::str = #context;
            const NAME: &'static ::core::primitive::str = #stream_name;
            type Id = #id;
            type Event = #events;
            type Command = #commands;
            type Rejection = #rejections;
            fn handle(&self, command: #commands) -> ::factum::Decision<Self> {
                command.handle_by(self)
            }
            fn apply(&mut self, event: &#events) {
                event.apply_to(self);
            }
        }
    }
}

fn snapshot(name: &Ident, item: Snapshot) -> TokenStream {
    let (name, revision) = (ident(name), Literal::u32_unsuffixed(item.revision));
    let schema = Literal::u64_unsuffixed(item.schema);
    quote! {
        #[automatically_derived]
        #[allow(clippy::unreadable_literal)]
        impl ::factum::Snapshot for #name {
            const REVISION: ::core::primitive::u32 = #revision;
            const SCHEMA: ::core::primitive::u64 = #schema;
        }
    }
}
