//! What the tests that span crates have in common: generated code, compiled, and tables of its functions.

pub mod agreement;
pub mod chosen;
pub mod foreign;
pub mod golden;
pub mod support;
pub mod version;

/// What the build script generated, and how to call it.
#[allow(
    missing_docs,
    unused_imports,
    clippy::struct_excessive_bools,
    clippy::type_complexity,
    clippy::zero_sized_map_values
)] // Nobody reads the glue.
pub mod cases {
    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}
