//! Derives for `factum`, which re-exports them: use them from there.
//!
//! Each reads the user's item into what YAML is read into, and goes on as YAML does: the same checks, the same generator.

use proc_macro::TokenStream;

mod aggregate;
mod attributes;
mod event;
mod fields;
mod fill;
mod front;
mod generate;
mod places;
mod report;
mod sets;
mod stubs;
mod types;
mod value;
mod values;

#[doc = include_str!("../docs/event.md")]
// `serde` is theirs too, so that refusing it is the only message.
#[proc_macro_derive(Event, attributes(event, serde))]
pub fn event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}

#[doc = include_str!("../docs/value.md")]
///
/// With factum's feature `schemars` each of its versions has a JSON Schema of what is on the wire: do not derive
/// `schemars::JsonSchema` for it. (The lock test of `factum-testing` turns that feature on.)
#[proc_macro_derive(Value, attributes(value, serde))]
pub fn value(input: TokenStream) -> TokenStream {
    value::expand(input.into()).into()
}

#[doc = include_str!("../docs/event_set.md")]
#[proc_macro_derive(EventSet, attributes(event_set))]
pub fn event_set(input: TokenStream) -> TokenStream {
    sets::events(input.into()).into()
}

#[doc = include_str!("../docs/command_set.md")]
#[proc_macro_derive(CommandSet)]
pub fn command_set(input: TokenStream) -> TokenStream {
    sets::commands(input.into()).into()
}

#[doc = include_str!("../docs/aggregate.md")]
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn aggregate(input: TokenStream) -> TokenStream {
    aggregate::expand(input.into()).into()
}

/// The examples of the language's guide.
#[cfg(doctest)]
#[doc = include_str!("../../docs/language.md")]
mod guide {}

#[cfg(test)]
mod tests;
