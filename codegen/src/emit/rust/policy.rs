//! Policies: the trait that the user implements, the commands and who executes them, and what wires both.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::record::eq;
use super::scalar::shown;
use super::value::{doc, head, ident, listed_by_schema, seen, ty};
use crate::items::{Issued, Key, Policy, Reaction, RustType, Target, Timeout};

pub(super) fn policy(item: &Policy) -> TokenStream {
    let parts = [
        commands(item),
        timers(item),
        reactions_trait(item),
        wrapper(item),
        wiring(item),
        dispatcher(item),
        dispatch(item),
    ];
    let reactions = item.reactions.iter().flat_map(|reaction| issues(item, &reaction.event, &reaction.issues));
    let timeouts = item.timeouts.iter().flat_map(|timeout| issues(item, &local(&timeout.name), &timeout.issues));
    let rejected = issues(item, &local(&item.rejections), &item.rejected);
    parts.into_iter().chain(reactions).chain(timeouts).chain(rejected).collect()
}

fn local(name: &crate::items::Ident) -> RustType {
    RustType { path: name.0.clone(), arguments: Vec::new() }
}

/// The set of commands: whom, and what.
fn commands(item: &Policy) -> TokenStream {
    let (policy, name, eq) = (&item.name.0, ident(&item.commands), eq(item.eq));
    let usual = quote! { ::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq };
    let Some((derives, visibility)) = head(&item.definition, &usual) else { return TokenStream::new() };
    let docs = format!(" What the policy [`{policy}`] asks for: whom, and what.");
    let lints = listed_by_schema();
    let variants = item.targets.iter().map(|target| {
        let (variant, id, commands) = (ident(&target.variant), ty(&target.id), ty(&target.commands));
        let docs = format!(" Of a `{}`.", target.variant.0);
        quote! { #[doc = #docs] #variant(#id, #commands) }
    });
    quote! {
        #[doc = #docs]
        #lints
        #derives
        #visibility enum #name { #(#variants),* }
    }
}

/// That a command may be issued because of this.
fn issues(item: &Policy, because: &RustType, issued: &[Issued]) -> Vec<TokenStream> {
    let (because, set) = (ty(because), ident(&item.commands));
    let one = |issued: &Issued| {
        let Some(target) = item.targets.get(issued.target) else { return TokenStream::new() };
        let (command, member) = (ty(&issued.command), ident(&issued.member));
        let (variant, id, commands) = (ident(&target.variant), ty(&target.id), ty(&target.commands));
        quote! {
            #[automatically_derived]
            impl ::factum::policy::Issues<#set, #command> for #because {
                type Id = #id;
                fn command(id: #id, command: #command) -> #set {
                    #set::#variant(id, #commands::#member(command))
                }
            }
        }
    };
    issued.iter().map(one).collect()
}

fn timers(item: &Policy) -> TokenStream {
    let set = ident(&item.commands);
    let (unused, visibility) = seen(&item.definition);
    let timer = |timeout: &Timeout| {
        let (docs, name, text) = (doc(&timeout.doc), ident(&timeout.name), &timeout.text);
        quote! {
            #docs
            #[allow(clippy::doc_markdown)]
            #unused
            #[derive(
                ::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq, ::core::cmp::Eq
            )]
            #visibility struct #name;
            #[automatically_derived]
            impl ::factum::policy::Timer<#set> for #name {
                const NAME: &'static ::core::primitive::str = #text;
            }
        }
    };
    item.timeouts.iter().map(timer).collect()
}

fn reactions_trait(item: &Policy) -> TokenStream {
    let (name, policy) = (ident(&item.reactions_trait), &item.name.0);
    let (unused, visibility) = seen(&item.definition);
    let docs = format!(" What the policy [`{policy}`] does about each event and each timer: yours to write, and pure.");
    let (reactions, timeouts) = (item.reactions.iter().map(|reaction| on_event(item, reaction)), item.timeouts.iter());
    let timeouts = timeouts.map(|timeout| on_timeout(item, timeout));
    let (rejected, earlier_state) = (rejected(item), earlier_state(item));
    quote! {
        #[doc = #docs]
        // Words are the schema's.
        #[allow(clippy::doc_markdown)]
        #unused
        #visibility trait #name: ::core::marker::Send + ::core::marker::Sync + 'static {
            #(#reactions)*
            #(#timeouts)*
            #rejected
            #earlier_state
        }
    }
}

fn on_event(item: &Policy, reaction: &Reaction) -> TokenStream {
    let (docs, method, event) = (doc(&reaction.doc), ident(&reaction.method), ty(&reaction.event));
    let (state, commands) = (ident(&item.state), ident(&item.commands));
    quote! {
        #docs
        ///
        /// # Errors
        /// Whatever keeps it from being done: the correlation is parked.
        fn #method(
            &self,
            state: &mut #state,
            event: &#event,
            recorded: &::factum::Recorded<'_>,
            reactions: &mut ::factum::policy::Issuing<'_, #commands, #event>,
        ) -> ::factum::store::ViewResult;
    }
}

fn on_timeout(item: &Policy, timeout: &Timeout) -> TokenStream {
    let (docs, method, timer) = (doc(&timeout.method_doc), ident(&timeout.method), ident(&timeout.name));
    let (state, commands) = (ident(&item.state), ident(&item.commands));
    quote! {
        #docs
        ///
        /// # Errors
        /// Whatever keeps it from being done: the correlation is parked.
        fn #method(
            &self,
            state: &mut #state,
            reactions: &mut ::factum::policy::Issuing<'_, #commands, #timer>,
        ) -> ::factum::store::ViewResult;
    }
}

fn rejected(item: &Policy) -> TokenStream {
    let (state, commands, rejections) = (ident(&item.state), ident(&item.commands), ident(&item.rejections));
    quote! {
        /// What is done about a command that was refused.
        ///
        /// # Errors
        /// The rejection, if there is nothing to do about it, as unless written otherwise: the step is tried again, and in
        /// the end the correlation is parked.
        fn rejected(
            &self,
            state: &mut #state,
            command: &#commands,
            rejection: #rejections,
            reactions: &mut ::factum::policy::Issuing<'_, #commands, #rejections>,
        ) -> ::core::result::Result<(), #rejections> {
            let _ = (state, command, reactions);
            ::core::result::Result::Err(rejection)
        }
    }
}

fn earlier_state(item: &Policy) -> TokenStream {
    let (state, key) = (ident(&item.state), &item.key);
    quote! {
        /// A state that was stored in an earlier version of it.
        ///
        /// # Errors
        /// Whatever keeps it from being read: the correlation is parked. Unless written otherwise no earlier state can be.
        fn earlier_state(&self, version: ::core::primitive::u32, json: &::core::primitive::str)
            -> ::factum::store::ViewResult<#state>
        {
            ::factum::policy::no_earlier_state(#key, version, json)
        }
    }
}

fn wrapper(item: &Policy) -> TokenStream {
    let (docs, name, reactions) = (doc(&item.doc), ident(&item.name), &item.reactions_trait.0);
    let (unused, visibility) = seen(&item.definition);
    let around = format!(" It is yours to write, as [`{reactions}`], and stands in this.");
    quote! {
        #docs
        ///
        #[doc = #around]
        #[allow(clippy::doc_markdown)]
        #unused
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #visibility struct #name<P>(pub P);
    }
}

fn wiring(item: &Policy) -> TokenStream {
    let [name, reactions, state, events] = [&item.name, &item.reactions_trait, &item.state, &item.events].map(ident);
    let [commands, rejections] = [&item.commands, &item.rejections].map(ident);
    let (key, version) = (&item.key, Literal::u32_unsuffixed(item.state_version));
    let (correlate, react, timeout) = (correlate(item), react(item), timeout(item));
    quote! {
        #[automatically_derived]
        impl<P_: #reactions> ::factum::policy::Policy for #name<P_> {
            type Events = #events;
            type State = #state;
            type Command = #commands;
            type Rejection = #rejections;
            const NAME: &'static ::core::primitive::str = #key;
            const STATE_VERSION: ::core::primitive::u32 = #version;
            #correlate
            #react
            #timeout
            fn rejected(
                &self,
                state: &mut #state,
                command: &#commands,
                rejection: #rejections,
                reactions: &mut ::factum::policy::Reactions<#commands>,
            ) -> ::core::result::Result<(), #rejections> {
                <P_ as #reactions>::rejected(
                    &self.0, state, command, rejection, &mut ::factum::policy::Issuing::new(reactions)
                )
            }
            fn earlier_state(&self, version: ::core::primitive::u32, json: &::core::primitive::str)
                -> ::factum::store::ViewResult<#state>
            {
                <P_ as #reactions>::earlier_state(&self.0, version, json)
            }
        }
    }
}

fn correlate(item: &Policy) -> TokenStream {
    let events = ident(&item.events);
    let arms = item.reactions.iter().map(|reaction| {
        let variant = ident(&reaction.variant);
        let correlation = if reaction.starts { quote!(Starts) } else { quote!(Continues) };
        let correlation = quote! { ::factum::policy::Correlation::#correlation };
        match &reaction.key {
            Key::Stream(streams) => quote! {
                #events::#variant(_) => ::core::option::Option::map(
                    ::factum::policy::aggregate_id(recorded, #streams), #correlation
                ),
            },
            Key::Field(field, how) => {
                let field = ident(field);
                let key = shown(how, &quote!(&event.#field));
                quote! {
                    #events::#variant(ref event) =>
                        ::core::option::Option::Some(#correlation(::std::string::ToString::to_string(#key))),
                }
            }
            Key::OptionalField(field, how) => {
                let (field, key) = (ident(field), shown(how, &quote!(key)));
                quote! {
                    #events::#variant(ref event) => ::core::option::Option::map(
                        ::core::option::Option::as_ref(&event.#field),
                        |key| #correlation(::std::string::ToString::to_string(#key)),
                    ),
                }
            }
        }
    });
    quote! {
        // Each event says for itself whose business it is.
        #[allow(clippy::match_same_arms)]
        fn correlate(&self, event: &#events, recorded: &::factum::Recorded<'_>)
            -> ::core::option::Option<::factum::policy::Correlation>
        {
            let _ = recorded;
            match *event { #(#arms)* }
        }
    }
}

fn react(item: &Policy) -> TokenStream {
    let [reactions, state, events, commands] =
        [&item.reactions_trait, &item.state, &item.events, &item.commands].map(ident);
    let arms = item.reactions.iter().map(|reaction| {
        let (variant, method) = (ident(&reaction.variant), ident(&reaction.method));
        quote! {
            #events::#variant(ref event) => <P_ as #reactions>::#method(
                &self.0, state, event, recorded, &mut ::factum::policy::Issuing::new(reactions)
            ),
        }
    });
    quote! {
        fn react(
            &self,
            state: &mut #state,
            event: &#events,
            recorded: &::factum::Recorded<'_>,
            reactions: &mut ::factum::policy::Reactions<#commands>,
        ) -> ::factum::store::ViewResult {
            match *event { #(#arms)* }
        }
    }
}

/// A policy without timers knows none, as is so unless written otherwise.
fn timeout(item: &Policy) -> Option<TokenStream> {
    if item.timeouts.is_empty() {
        return None;
    }
    let [reactions, state, commands] = [&item.reactions_trait, &item.state, &item.commands].map(ident);
    let key = &item.key;
    let arms = item.timeouts.iter().map(|timeout| {
        let (text, method) = (&timeout.text, ident(&timeout.method));
        quote! {
            #text => <P_ as #reactions>::#method(
                &self.0, state, &mut ::factum::policy::Issuing::new(reactions)
            ),
        }
    });
    Some(quote! {
        fn timeout(
            &self,
            state: &mut #state,
            timer: &::core::primitive::str,
            reactions: &mut ::factum::policy::Reactions<#commands>,
        ) -> ::factum::store::ViewResult {
            let _ = (&state, &reactions);
            match timer {
                #(#arms)*
                _ => ::core::result::Result::Err(::factum::policy::unknown_timer(#key, timer)),
            }
        }
    })
}

/// The names of the type parameters: an aggregate whose state is in Rust is the user's, so each may be.
fn parameters(item: &Policy) -> Vec<proc_macro2::Ident> {
    item.targets.iter().map(|target| quote::format_ident!("{}_", target.variant.0.trim_start_matches("r#"))).collect()
}

fn dispatcher(item: &Policy) -> TokenStream {
    let (name, policy, parameters) = (ident(&item.dispatcher), &item.name.0, parameters(item));
    let (unused, visibility) = seen(&item.definition);
    let docs = format!(" Executes the commands of the policy [`{policy}`] with a repository for each aggregate.");
    let fields = item.targets.iter().zip(&parameters).map(|(target, aggregate)| {
        let field = ident(&target.field);
        let docs = format!(" Each `{}`.", target.variant.0);
        quote! { #[doc = #docs] pub #field: ::factum::Repository<#aggregate, S_> }
    });
    let store = (!item.targets.is_empty()).then(|| quote!(S_));
    quote! {
        #[doc = #docs]
        #[allow(clippy::doc_markdown)]
        #unused
        #[derive(::core::fmt::Debug)]
        #visibility struct #name<#(#parameters: ::factum::Aggregate,)* #store> { #(#fields),* }
    }
}

fn dispatch(item: &Policy) -> TokenStream {
    let [name, policy, reactions, commands, rejections] =
        [&item.dispatcher, &item.name, &item.reactions_trait, &item.commands, &item.rejections].map(ident);
    let parameters = parameters(item);
    let bounds = item.targets.iter().zip(&parameters).map(|(target, aggregate)| bound(target, aggregate));
    let arms = item.targets.iter().map(|target| {
        let (variant, field) = (ident(&target.variant), ident(&target.field));
        quote! {
            #commands::#variant(id, command) => {
                ::factum::Repository::execute_with(&self.#field, id, command, context).await?;
            }
        }
    });
    let (store, body) = if item.targets.is_empty() {
        (None, quote! { let _ = context; match command {} })
    } else {
        (Some(quote!(S_)), quote! { match command { #(#arms)* } ::core::result::Result::Ok(()) })
    };
    let store_bound = store.as_ref().map(|store| quote! { #store: ::factum::store::EventStore, });
    quote! {
        #[automatically_derived]
        impl<P_, #(#parameters,)* #store> ::factum::policy::Dispatcher<#policy<P_>> for #name<#(#parameters,)* #store>
        where
            P_: #reactions,
            #(#bounds,)*
            #store_bound
        {
            async fn dispatch(&self, command: #commands, context: ::factum::Context)
                -> ::core::result::Result<(), ::factum::policy::DispatchError<#rejections>>
            {
                #body
            }
        }
    }
}

fn bound(target: &Target, aggregate: &proc_macro2::Ident) -> TokenStream {
    let (id, commands, rejections) = (ty(&target.id), ty(&target.commands), ty(&target.rejections));
    quote! { #aggregate: ::factum::Aggregate<Id = #id, Command = #commands, Rejection = #rejections> }
}
