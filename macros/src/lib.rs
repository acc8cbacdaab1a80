//! Derives for `factum`, which re-exports them: use them from there.
//!
//! Each reads the user's item into what YAML is read into, and goes on as YAML does: the same checks, the same generator.

use proc_macro::TokenStream;

mod attributes;
mod event;
mod fields;
mod front;
mod generate;
mod places;
mod report;
mod stubs;
mod types;
mod values;

/// An event, with its history.
#[proc_macro_derive(Event, attributes(event))]
pub fn event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}
