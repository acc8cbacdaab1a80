//! x
factum::include_schemas!();
fn main() {}
