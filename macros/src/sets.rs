//! `#[derive(EventSet)]` and `#[derive(CommandSet)]`: enums with one variant per type, called like the user likes.

use std::collections::HashSet;

use factum_model::names::snake_case;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result, Token, Type};

use crate::attributes::{Known, once, within};
use crate::front::Front;
use crate::places::spelling;
use crate::stubs;

const ENDED: Known = once("ended", "ended(SeatsBooked)");
const STREAMS: Known = once("streams", "streams = \"conference.SeatAvailability\"");

/// An enum as far as a set is one.
struct Set {
    name: Ident,
    visibility: TokenStream,
    members: Vec<Member>,
    /// Whether it has mistakes: then its methods do nothing, so that only these are told.
    broken: bool,
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
    let mut set = read(&mut front, &item, "a set of events");
    let mut ended: Vec<Path> = Vec::new();
    let mut streams = None;
    front.attributes(&item.attrs, "event_set", &[ENDED, STREAMS], &mut |_, key, input| {
        if key == STREAMS.name {
            streams = Some(assigned_streams(input)?);
        } else {
            ended.extend(within(input, Punctuated::<Path, Token![,]>::parse_terminated)?);
        }
        Ok(())
    });
    once_each(&mut front, &mut set.members, &ended);
    set.broken = front.count() > 0;
    let errors = front.report.into_tokens();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let members: TokenStream = set.members.iter().map(|member| holds(&set.name, member)).collect();
    let reading = if set.broken { stubs::event_set(&item) } else { event_set(&set, &ended, streams.as_ref()) };
    let dispatch = apply_trait(&set);
    let projected = project_trait(&set);
    let project = streams.map(|_| project(&set));
    let no_circles = (!set.broken).then(|| no_circles(&set.members));
    let locked = (!set.broken).then(|| locked(&set, &ended));
    quote! { #errors #reading #members #dispatch #projected #project #no_circles #locked }
}

/// `= "conference.SeatAvailability"`.
fn assigned_streams(input: ParseStream<'_>) -> Result<LitStr> {
    input.parse::<Token![=]>()?;
    let streams: LitStr = input.parse()?;
    let text = streams.value();
    let parts = text.split_once('.').filter(|(context, name)| !context.is_empty() && !name.is_empty());
    if parts.is_none() {
        let message =
            "streams are named after a context and an aggregate\n  help: write `streams = \"context.Aggregate\"`";
        return Err(Error::new(streams.span(), message));
    }
    Ok(streams)
}

/// A set of commands.
pub(crate) fn commands(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    let mut set = read(&mut front, &item, "a set of commands");
    once_each(&mut front, &mut set.members, &[]);
    set.broken = front.count() > 0;
    let errors = front.report.into_tokens();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let from: TokenStream = set.members.iter().map(|member| from(&set.name, member, &TokenStream::new())).collect();
    let dispatch = handle_trait(&set);
    quote! { #errors #from #dispatch }
}

/// A type that is listed twice would be read as one or as the other.
fn once_each(front: &mut Front, members: &mut Vec<Member>, ended: &[Path]) {
    let mut met = HashSet::new();
    let mut first = |ty: TokenStream| {
        let written = spelling(ty.clone());
        let message = format!("`{written}` is listed twice\n  help: take one of the two out");
        let first = met.insert(written);
        if !first {
            front.report.error(ty.span(), message);
        }
        first
    };
    members.retain(|member| first(member.ty.to_token_stream()));
    for ty in ended {
        first(ty.to_token_stream());
    }
}

fn read(front: &mut Front, item: &DeriveInput, what: &str) -> Set {
    front.no_generics(&item.generics, what);
    let mut members: Vec<Member> = Vec::new();
    match &item.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                let within = variant.fields.iter().map(|field| &field.attrs);
                for attributes in within.chain([&variant.attrs]) {
                    front.unread(attributes, "event_set", "above the enum");
                }
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
        Data::Struct(data) => no_set(front, data.struct_token.span, what),
        Data::Union(data) => no_set(front, data.union_token.span, what),
    }
    Set { name: item.ident.clone(), visibility: item.vis.to_token_stream(), members, broken: false }
}

fn no_set(front: &mut Front, span: Span, what: &str) {
    let message =
        format!("{what} is an enum\n  help: write `enum Name {{ Type(Type) }}`, with a variant for each type");
    front.report.error(span, message);
}

fn event_set(set: &Set, ended: &[Path], streams: Option<&LitStr>) -> TokenStream {
    let Set { name, members, .. } = set;
    let (variants, types): (Vec<_>, Vec<_>) = members.iter().map(|member| (&member.name, &member.ty)).unzip();
    let kept = types.iter().map(|ty| {
        (ty.to_token_stream(), quote_spanned!(ty.span() => <#ty as ::factum::event::Stored>::read_held::<Self>))
    });
    let gone = ended
        .iter()
        .map(|ty| (ty.to_token_stream(), quote_spanned!(ty.span() => ::factum::event::read_ended::<#ty, Self>)));
    // Each asks `Stored` of the type, at the type: of one that is no event, that is said once.
    let readers = kept.chain(gone).map(|(ty, read)| {
        quote_spanned! { ty.span() =>
            (<#ty as ::factum::event::Stored>::NAMES, <#ty as ::factum::event::Stored>::NEWEST, #read)
        }
    });
    let names = types.iter().map(ToTokens::to_token_stream).chain(ended.iter().map(ToTokens::to_token_stream));
    let names = names.map(|ty| quote_spanned!(ty.span() => <#ty as ::factum::event::Stored>::NAMES));
    let count = quote! { { ::factum::event::count(&[#(#names),*]) } };
    let encode = if members.is_empty() {
        quote! { match *self {} }
    } else {
        let encoded =
            types.iter().map(|ty| quote_spanned!(ty.span() => <#ty as ::factum::event::Stored>::encoded(event)));
        quote! { match self { #(Self::#variants(event) => #encoded,)* } }
    };
    let compensations = compensations(members);
    let streams = streams.map(|streams| {
        quote! {
            const STREAMS: ::core::option::Option<&'static ::core::primitive::str> =
                ::core::option::Option::Some(#streams);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::factum::EventSet for #name {
            #streams
            const TYPES: &'static [&'static ::core::primitive::str] =
                &::factum::event::types::<Self, #count>(<Self as ::factum::EventSet>::READERS);
            const READERS: &'static [::factum::event::Reader<Self>] =
                &::factum::event::readers::<Self, #count>(&[#(#readers),*]);
            fn encode(&self) -> ::core::result::Result<::factum::Encoded, ::factum::EncodeError> {
                #encode
            }
            #compensations
        }
    }
}

/// What takes back what: each event says it of itself, and does not see the others.
fn compensations(members: &[Member]) -> Option<TokenStream> {
    if members.is_empty() {
        return None;
    }
    let (variants, types): (Vec<_>, Vec<_>) = members.iter().map(|member| (&member.name, &member.ty)).unzip();
    let taken_back = types.iter().map(|ty| quote_spanned!(ty.span() => <#ty as ::factum::event::Stored>::COMPENSATED));
    let compensates = types
        .iter()
        .map(|ty| quote_spanned!(ty.span() => <#ty as ::factum::event::Stored>::compensates(event, earlier)));
    Some(quote! {
        fn is_compensable(&self) -> ::core::primitive::bool {
            let own = match self { #(Self::#variants(_) => <#types as ::factum::event::Stored>::NAME,)* };
            <[_]>::contains(&[#(#taken_back),*], &::core::option::Option::Some(own))
        }
        fn compensates(&self, earlier: &Self) -> ::core::primitive::bool {
            let earlier: &dyn ::core::any::Any = match earlier { #(Self::#variants(event) => event,)* };
            match self { #(Self::#variants(event) => #compensates,)* }
        }
    })
}

/// What takes back something that takes back, and so on, ends with an event that happened first. The names are not known
/// before types are, so the compiler looks.
fn no_circles(members: &[Member]) -> TokenStream {
    let events = members.iter().map(|Member { ty, .. }| {
        quote_spanned! { ty.span() =>
            (<#ty as ::factum::event::Stored>::NAME, <#ty as ::factum::event::Stored>::COMPENSATED)
        }
    });
    let asserted = members.iter().enumerate().map(|(index, Member { ty, .. })| {
        let message = format!(
            "`{}` takes back an event that in the end takes it back\n  help: one of them is what happened first: it takes nothing back",
            spelling(ty.to_token_stream())
        );
        quote_spanned! { ty.span() => ::core::assert!(!::factum::event::is_circle(EVENTS, #index), #message); }
    });
    quote! {
        #[allow(deprecated)]
        const _: () = {
            const EVENTS: &[(&::core::primitive::str, ::core::option::Option<&::core::primitive::str>)] = &[#(#events),*];
            #(#asserted)*
        };
    }
}

/// What the set tells the lock test.
fn locked(set: &Set, ended: &[Path]) -> TokenStream {
    let name = &set.name;
    let text = name.unraw().to_string();
    let types: Vec<TokenStream> = set
        .members
        .iter()
        .map(|member| member.ty.to_token_stream())
        .chain(ended.iter().map(ToTokens::to_token_stream))
        .collect();
    quote! {
        ::factum::__lock! {
            #[automatically_derived]
        #[allow(deprecated)]
            impl<'a_> ::factum::lock::LockedSet<'a_> for #name where #(for<'b_> #types: ::factum::lock::Locked<'b_>,)* {
                const NAME: &'static ::core::primitive::str = #text;
                fn events() -> ::std::vec::Vec<::factum::lock::LockedEvent> {
                    <[_]>::into_vec(::std::boxed::Box::new([#(::factum::lock::LockedEvent::of::<#types>()),*]))
                }
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
        #[allow(deprecated)]
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
        #[allow(deprecated)]
        impl ::core::convert::From<#ty> for #set #bound {
            fn from(value: #ty) -> Self {
                Self::#name(value)
            }
        }
    }
}

fn apply_trait(set: &Set) -> TokenStream {
    let Set { name, visibility, members, .. } = set;
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
    let body = dispatched(set, &quote!(*self), &arms.collect());
    quote! {
        #[doc = #doc]
        #[allow(deprecated)]
        #visibility trait #dispatch { #(#methods)* }
        #[allow(deprecated)]
        impl #name {
            /// Calls the aggregate's method for this event.
            #visibility fn apply_to<A_: #dispatch>(&self, aggregate: &mut A_) {
                #body
            }
        }
    }
}

fn project_trait(set: &Set) -> TokenStream {
    let Set { name, visibility, members, .. } = set;
    let trait_name = project_trait_name(set);
    let doc = format!("What each event of [`{}`] changes in the rows of a projection: yours to write.", name.unraw());
    let methods = members.iter().map(|member| {
        let (method, ty) = (member.method("on_"), &member.ty);
        let doc = format!("[`{}`] has happened.", member.name.unraw());
        quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// Whatever keeps the rows from being changed: then nothing of this event's batch is.
            fn #method(
                &self,
                tx: &mut <Self as ::factum::Projection>::Tx,
                event: &#ty,
                recorded: &::factum::Recorded<'_>,
            ) -> ::factum::store::ViewResult;
        }
    });
    quote! {
        #[doc = #doc]
        #[allow(dead_code, deprecated)]
        #visibility trait #trait_name: ::factum::Projection { #(#methods)* }
    }
}

fn project_trait_name(set: &Set) -> Ident {
    format_ident!("Project{}", set.name.unraw(), span = set.name.span())
}

/// How a set whose streams are known calls a projection.
fn project(set: &Set) -> TokenStream {
    let (name, trait_name) = (&set.name, project_trait_name(set));
    let arms = set.members.iter().map(|member| {
        let (variant, method) = (&member.name, member.method("on_"));
        quote! { Self::#variant(event) => projection.#method(tx, event, recorded), }
    });
    let arms: TokenStream = if set.broken {
        quote! { _ => loop {} }
    } else {
        arms.collect()
    };
    let matched = if set.members.is_empty() { quote!(*event) } else { quote!(event) };
    quote! {
        // A set without events asks nothing of anybody.
        #[allow(deprecated, unused_variables)]
        #[automatically_derived]
        impl<P_: #trait_name> ::factum::projection::Project<P_> for #name {
            fn project(
                projection: &P_,
                tx: &mut <P_ as ::factum::Projection>::Tx,
                event: &Self,
                recorded: &::factum::Recorded<'_>,
            ) -> ::factum::store::ViewResult {
                match #matched { #arms }
            }
        }
    }
}

/// Each member to its method. `value` is a set without members.
fn dispatched(set: &Set, value: &TokenStream, arms: &TokenStream) -> TokenStream {
    if set.broken {
        quote! { loop {} }
    } else if set.members.is_empty() {
        quote! { let _ = aggregate; match #value {} }
    } else {
        quote! { match self { #arms } }
    }
}

fn handle_trait(set: &Set) -> TokenStream {
    let Set { name, visibility, members, .. } = set;
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
    let body = dispatched(set, &quote!(self), &arms.collect());
    quote! {
        #[doc = #doc]
        #[allow(clippy::result_large_err, deprecated)]
        #visibility trait #dispatch: ::factum::Aggregate { #(#methods)* }
        #[allow(clippy::result_large_err, deprecated)]
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
