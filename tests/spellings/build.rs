//! Finds the schemas of all examples, generates from them, and writes a table with every version of every event twice: as
//! it was generated, and as `src/derived` spells it. An event that is missing there does not compile.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use factum_model::schema::{EventDef, Schema};
use factum_model::{Checked, Sources, check, render};
use factum_test_kit::glue;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new("../..");
    let mut catalogs = shared(&root.join("schemas"))?;
    for example in entries(&root.join("examples"))? {
        let mut files = Vec::new();
        collect(&example, &mut files)?;
        if !files.is_empty() {
            catalogs.insert(stem(&example), files);
        }
    }
    let [mut modules, mut methods, mut tables] = [(); 3].map(|()| TokenStream::new());
    for (name, files) in &catalogs {
        let checked = checked(files)?;
        let module = format_ident!("{name}");
        let generated = factum_codegen::tokens(&checked);
        methods.extend(glue::aggregates(&checked, &quote!(yaml::#module)));
        modules.extend(quote! {
            #[doc = #name]
            pub mod #module { #generated }
        });
        tables.extend(catalog(name, files, checked.schema()));
    }
    let all = quote! {
        /// What is generated from the schemas.
        pub mod yaml { #modules }
        mod methods {
            use crate::yaml;
            #methods
        }
        /// The table.
        pub mod cases {
            use crate::{derived, spelling, yaml};
            /// Every event of every example, in both spellings.
            pub const CATALOGS: &[spelling::Catalog] = &[#tables];
        }
    };
    let text = factum_codegen::pretty(all, ["the examples' schemas"])?;
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("spellings.rs"), text)?;
    Ok(())
}

/// A catalog for each file in the folder.
fn shared(folder: &Path) -> Result<BTreeMap<String, Vec<PathBuf>>, Box<dyn Error>> {
    let files = entries(folder)?.into_iter().filter(|path| path.extension() == Some(OsStr::new("yaml")));
    Ok(files.map(|path| (stem(&path), vec![path])).collect())
}

/// What is in a folder, sorted. Cargo asks again when something changes there.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    entries.sort();
    Ok(entries)
}

/// Every schema below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension() == Some(OsStr::new("yaml")) && fs::read_to_string(&path)?.contains("factum: 1") {
            files.push(path);
        }
    }
    Ok(())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn checked(files: &[PathBuf]) -> Result<Checked, Box<dyn Error>> {
    let mut sources = Sources::new();
    for path in files {
        sources.add(path.display().to_string(), fs::read(path)?);
    }
    let outcome = check(&mut sources);
    let checked = outcome.checked.ok_or_else(|| render(&outcome.diagnostics, &sources, false))?;
    let contexts = checked.schema().contexts.len();
    if contexts == 1 { Ok(checked) } else { Err(format!("{contexts} contexts: give each a module here").into()) }
}

fn catalog(name: &str, files: &[PathBuf], schema: &Schema) -> TokenStream {
    let files = files.iter().map(|path| path.display().to_string());
    let events = schema.events.iter().map(|event| {
        let (text, yaml, derived) = (&event.name.value, quote!(yaml), quote!(derived));
        let [yaml, derived] = [yaml, derived].map(|spelling| {
            let module = format_ident!("{name}");
            one(schema, event, &quote!(#spelling::#module))
        });
        quote!(spelling::Event { name: #text, yaml: #yaml, derived: #derived },)
    });
    quote! {
        spelling::Catalog {
            name: #name,
            files: &[#((#files, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", #files)))),*],
            events: &[#(#events)*],
        },
    }
}

/// An event in one of its spellings, whose types are at `path`.
fn one(schema: &Schema, event: &EventDef, path: &TokenStream) -> TokenStream {
    let set = event.aggregate.map(|id| format_ident!("{}Event", schema.aggregates[id.0 as usize].name.value));
    let set = set.map_or_else(|| quote!(None), |set| quote!(Some(spelling::set::<#path::#set>())));
    let of = |number: u32| format_ident!("{}V{number}", event.name.value);
    let versions = event.versions.iter().enumerate().map(|(index, version)| {
        let (own, number) = (of(version.number), Literal::u32_unsuffixed(version.number));
        let steps = event.versions[index + 1..].iter().map(|later| {
            let later = of(later.number);
            quote! { let value = <#path::#later as ::factum::Upcast<_>>::upcast(value)?; }
        });
        quote! {
            spelling::version::<#path::#own>(|payload| {
                let value = <#path::#own as ::factum::Event>::decode(#number, #number, payload)?;
                #(#steps)*
                spelling::written(&value)
            })
        }
    });
    quote!(spelling::Spelling { set: #set, versions: &[#(#versions),*] })
}
