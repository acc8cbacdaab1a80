//! Generates what the tests compile: a batch of random schemas, and for them and the goldens the glue to call it.
//!
//! `FACTUM_RANDOM_SEED` and `FACTUM_RANDOM_COUNT` ask for another batch. With `FACTUM_BLESS=1` the goldens are written
//! anew; here and not in a test, since a test could not even be compiled with goldens from before a change.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use factum_codegen::options::Options;
use factum_test_kit::golden::{self, goldens};
use factum_test_kit::{checked, glue, schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

const SEED: u64 = 1;
const COUNT: usize = 20;
/// Of every so many random schemas, one has other Rust types for its builtins.
const MAPPED: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=golden");
    let blessing = variable("FACTUM_BLESS").is_some();
    let mut modules = Vec::new();
    let mut names = Vec::new();
    for golden in goldens(Path::new("golden"))? {
        if blessing {
            golden.bless(&golden.generated()?)?;
        }
        let name = format_ident!("{}", golden.name);
        let (checked, path) = (golden.checked()?, quote!(crate::golden::#name));
        if let [(_, yaml)] = golden.schemas.as_slice() {
            modules.push(glue::module(&golden.name, yaml, &checked, &golden.options(), &path));
            names.push(name);
        } else {
            modules.push(glue::aggregates(&checked, &path));
        }
    }
    let seed = variable("FACTUM_RANDOM_SEED").map_or(Ok(SEED), |seed| seed.parse())?;
    let count = variable("FACTUM_RANDOM_COUNT").map_or(Ok(COUNT), |count| count.parse())?;
    for (index, schema) in schema::batch(seed, count).iter().enumerate() {
        let name = format!("random_{index}");
        let options = if index % MAPPED == 0 { golden::mapped() } else { Options::new() };
        modules.push(random(&name, &schema.to_string(), &options)?);
        names.push(format_ident!("{name}"));
    }
    let all = quote! {
        #(#modules)*
        /// Every golden of one context, and every random schema.
        pub const CASES: &[super::support::Case] = &[#(#names::CASE),*];
    };
    let text = prettyplease::unparse(&syn::parse2(all)?);
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("cases.rs"), text)?;
    Ok(())
}

fn variable(name: &str) -> Option<String> {
    println!("cargo::rerun-if-env-changed={name}");
    env::var(name).ok()
}

/// What factum generates from a random schema, with warnings denied, and the glue to call it.
fn random(name: &str, yaml: &str, options: &Options) -> Result<TokenStream, String> {
    let checked = checked(yaml)?;
    let generated = golden::generated(&checked, options)?;
    let module = format_ident!("{name}_generated");
    let glue = glue::module(name, yaml, &checked, options, &quote!(super::#module));
    Ok(quote! {
        /// Generated.
        #[deny(warnings)]
        pub mod #module { #generated }
        #glue
    })
}
