//! The goldens, compiled. As files and not through `include!`, so that clippy reads them as it reads code of our own.

/// The state is the user's own type.
#[deny(warnings)]
#[path = "../golden/aggregate_without_state/expected.rs"]
pub mod aggregate_without_state;

/// The example's schema.
#[deny(warnings)]
#[path = "../golden/conference/expected.rs"]
pub mod conference;

/// `?`, list, set and map.
#[deny(warnings)]
#[path = "../golden/containers/expected.rs"]
pub mod containers;

/// Docs with everything that rustdoc could take for something else.
#[deny(warnings)]
#[path = "../golden/docs/expected.rs"]
pub mod docs;

/// Every builtin type.
#[deny(warnings)]
#[path = "../golden/every_builtin/expected.rs"]
pub mod every_builtin;

/// What can happen to fields, in many versions.
#[deny(warnings)]
#[path = "../golden/history/expected.rs"]
pub mod history;

/// Names that Rust or the generated code has other plans for.
#[deny(warnings)]
#[path = "../golden/keywords/expected.rs"]
pub mod keywords;

/// Empty sets.
#[deny(warnings)]
#[path = "../golden/small/expected.rs"]
pub mod small;

/// A module for each context.
#[deny(warnings)]
#[path = "../golden/two_contexts/expected.rs"]
pub mod two_contexts;

/// Declared types in each other.
#[deny(warnings)]
#[path = "../golden/types/expected.rs"]
pub mod types;

/// More fields than a word has bits.
#[deny(warnings)]
#[path = "../golden/wide/expected.rs"]
pub mod wide;
