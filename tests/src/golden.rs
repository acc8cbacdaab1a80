//! The goldens, compiled. As files and not through `include!`, so that clippy reads them as it reads code of our own.

/// The state is the user's own type.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/aggregate_without_state/expected.rs"]
pub mod aggregate_without_state;

/// What a user may choose, but for other types. For the crate alone, so nobody needs the module but this test.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/chosen/expected.rs"]
pub mod chosen;

/// The example's schema.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/conference/expected.rs"]
pub mod conference;

/// `?`, list, set and map.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/containers/expected.rs"]
pub mod containers;

/// Docs with everything that rustdoc could take for something else.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/docs/expected.rs"]
pub mod docs;

/// Every builtin type.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/every_builtin/expected.rs"]
pub mod every_builtin;

/// What can happen to fields, in many versions.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/history/expected.rs"]
pub mod history;

/// Everything that the language can say of the past.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/language/expected.rs"]
pub mod language;

/// Names that Rust or the generated code has other plans for.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/keywords/expected.rs"]
pub mod keywords;

/// Other Rust types for the builtins, and JSON Schemas.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/mapped/expected.rs"]
pub mod mapped;

/// Empty sets.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/small/expected.rs"]
pub mod small;

/// A state that snapshots keep.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/snapshot/expected.rs"]
pub mod snapshot;

/// Policies, also across contexts, and commands that say what they emit.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/policies/expected.rs"]
pub mod policies;

/// A module for each context.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/two_contexts/expected.rs"]
pub mod two_contexts;

/// Declared types in each other.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/types/expected.rs"]
pub mod types;

/// More fields than a word has bits.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/wide/expected.rs"]
pub mod wide;

/// Names and fields that clippy would have something to say about, had a person chosen them.
#[deny(warnings)]
#[rustfmt::skip]
#[path = "../golden/lints/expected.rs"]
pub mod lints;
