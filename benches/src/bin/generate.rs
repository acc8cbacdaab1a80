//! Measures the generator. Run by the benchmark `figures`, which has it built as build scripts are.
fn main() {}
