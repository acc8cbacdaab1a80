//! Items become Rust tokens: one small function per item, no decisions.

mod aggregate;
mod event;
mod json_schema;
mod locked;
mod policy;
mod record;
mod scalar;
mod set;
mod stored;
mod union;
mod upcast;
mod value;

use proc_macro2::TokenStream;
use quote::quote;

use crate::items::{File, Item, Module, Visibility};

/// The tokens of a file.
#[must_use]
pub fn file(file: &File) -> TokenStream {
    file.modules.iter().map(|module| self::module(module, file.visibility)).collect()
}

/// The tokens of items that stand beside an item of the user's, with placeholders in them.
#[must_use]
pub fn items(items: &[Item]) -> TokenStream {
    items.iter().map(item).collect()
}

fn module(module: &Module, visibility: Visibility) -> TokenStream {
    let items: TokenStream = module.items.iter().map(item).collect();
    match &module.header {
        Some((name, doc)) => {
            let (name, doc, access) = (value::ident(name), value::doc(doc), value::access(visibility));
            quote! { #doc #[allow(clippy::doc_markdown)] #access mod #name { #items } }
        }
        None => items,
    }
}

fn item(item: &Item) -> TokenStream {
    match item {
        Item::Record(item) => record::record(item),
        Item::Event(item) => event::event(item),
        Item::Stored(item) => stored::stored(item),
        Item::Alias(item) => event::alias(item),
        Item::Upcast(item) => upcast::upcast(item),
        Item::Otherwise(item) => upcast::otherwise(item),
        Item::Union(item) => union::union(item),
        Item::Newtype(item) => scalar::newtype(item),
        Item::Choice(item) => scalar::choice(item),
        Item::Set(item) => set::set(item).unwrap_or_default(),
        Item::EventSet(item) => event::event_set(item),
        Item::JsonSchema(item) => json_schema::json_schema(item),
        Item::Locked(item) => locked::locked(item),
        Item::Message(item) => set::message(item),
        Item::Messages(item) => set::messages(item),
        Item::Initial(item) => aggregate::initial(item),
        Item::Dispatch(item) => aggregate::dispatch(item),
        Item::Aggregate(item) => aggregate::aggregate(item),
        Item::Subset(item) => set::subset(item),
        Item::Policy(item) => policy::policy(item),
    }
}
