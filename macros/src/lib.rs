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

/// An event, with its history.
///
/// On the struct, in `#[event(..)]`: `context = ".."` (required), `version = 4`, `renamed(2, "OldName")`,
/// `removed(4, name: Type, ..)` for a field that is no more, with its own earlier history behind it,
/// `upcast(4, by_hand)`, `upcast(3, join(from(a, b), into(c), with = " "))` and likewise `split`, `nest`, `flatten`,
/// `retired(5)`, `retired(5, nothing)`, `becomes(5, [SeatsHeldV1])`, `deprecated(since = 3, use = Other)`,
/// `personal(clerk)`, and `derives(Debug, Clone)`: what the structs of older versions derive.
///
/// On a field: `added(3)`, `default = <expression>`, `renamed(2, "old_name")`, `retyped(3, OldType)`,
/// `retyped(4, f64, via = scale(100))`.
// `serde` is theirs too, so that refusing it is the only message.
#[proc_macro_derive(Event, attributes(event, serde))]
pub fn event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}

/// A struct, a newtype, an enum or a union that events hold, with a history of its own.
///
/// On the item, in `#[value(..)]`: `version = 2`, `removed(2, name: Type, ..)` of a struct, `removed(2, Fax, becomes = Phone)`
/// of an enum, `removed(2, Garage { what: String }, becomes = SafePlace)` of a union, `retyped(2, u32)` of a newtype,
/// `derives(..)`. On fields: as for events. On variants: `added(2)`,
/// `renamed(2, "old")`, `fallback`.
#[proc_macro_derive(Value, attributes(value, serde))]
pub fn value(input: TokenStream) -> TokenStream {
    value::expand(input.into()).into()
}

/// A set of events, one per variant. Also makes the trait `Apply<Set>`, with a method `on_<variant>` for each.
///
/// `#[event_set(ended(Old))]` lists events that are read as none, or as others of the set.
#[proc_macro_derive(EventSet, attributes(event_set))]
pub fn event_set(input: TokenStream) -> TokenStream {
    sets::events(input.into()).into()
}

/// A set of commands, one per variant. Also makes the trait `Handle<Set>`, with a method for each.
#[proc_macro_derive(CommandSet)]
pub fn command_set(input: TokenStream) -> TokenStream {
    sets::commands(input.into()).into()
}

/// An aggregate, folded by `Apply<Set>` and asked by `Handle<Set>`.
///
/// `#[aggregate(context = "..", id = Type, events = Set, commands = Set, rejection = Type)]`; `name = ".."` if the streams
/// are not called like the struct.
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn aggregate(input: TokenStream) -> TokenStream {
    aggregate::expand(input.into()).into()
}

#[cfg(test)]
mod tests;
