use super::{derives, directions, generated, manifests, model, readme, sources};

#[test]
fn a_forbidden_import_is_found() {
    let edges = |imports: &[&str]| imports.iter().map(|import| (*import).to_owned()).collect::<Vec<_>>();
    let wrong = [
        ("factum".to_owned(), edges(&["factum-codegen"])),
        ("factum-model".to_owned(), edges(&["factum"])),
        ("factum-codegen".to_owned(), edges(&["factum-model"])),
        ("factum-stranger".to_owned(), edges(&[])),
    ];
    assert_eq!(
        directions::forbidden(&wrong),
        [
            "factum imports factum-codegen, which it may not",
            "factum-model imports factum, which it may not",
            "factum-stranger is not in the table of xtask/src/tidy/directions.rs",
        ]
    );
}

#[test]
fn what_derives_would_wait_for_is_found() {
    let tree = "factum-macros v0.1.0 (proc-macro)\nsyn v3.0.1\nprettyplease v0.3.0\nprettyplease v0.3.0 (*)\n";
    assert_eq!(derives::foreign(tree), ["factum-macros brings prettyplease, for which every derive would wait"]);
}

#[test]
fn files_clocks_and_tokens_in_the_model_are_found() {
    let wrong = "use std::{collections::BTreeMap, fs::{self, File as Handle}};\n\
                 use proc_macro2::Span;\n\
                 fn now() -> std::time::Instant { std::time::Instant::now() }\n\
                 struct Place { file: PathBuf }\n";
    assert_eq!(
        model::forbidden(wrong),
        [
            "names `PathBuf`",
            "names `proc_macro2::Span`",
            "names `std::fs::File`",
            "names `std::fs::self`",
            "names `std::time::Instant::now`",
            "names `std::time::Instant`",
        ]
    );
    assert!(model::forbidden("use std::collections::BTreeMap; /// Not std::fs.\nstruct FileId(u32);").is_empty());
}

#[test]
fn foreign_roots_in_generated_code_are_found() {
    let wrong = "#[derive(::core::fmt::Debug, ::serde::Serialize)] impl ::factum::Event for A {\n\
                 const A: &'static ::alloc::string::String = ::std::vec::Vec::<u8>::new(); }";
    assert_eq!(generated::roots(wrong), ["alloc", "core", "factum", "serde", "std"]);
    assert_eq!(generated::roots("fn f() -> Self { <A as ::factum::B>::c(super::d::e, F::g) }"), ["factum"]);
}

#[test]
fn a_manifest_without_the_lints_is_found() {
    assert!(manifests::takes_lints("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"));
    assert!(!manifests::takes_lints("[package]\nname = \"a\"\n"));
    assert!(!manifests::takes_lints("[lints.rust]\nunsafe_code = \"allow\"\n"));
}

#[test]
fn marks_of_unfinished_work_are_found() {
    let (mark, call) = (["TO", "DO"].concat(), ["todo", "!"].concat());
    let text = format!("// {mark}: later\nfn a() {{ {call}() }}\nconst AUTODOC: u8 = 0;\n");
    assert_eq!(sources::marks(&text), [(1, mark), (2, call)]);
}

#[test]
fn long_files_are_noted() {
    let files = [("a.rs".to_owned(), "\n".repeat(501)), ("tests/golden/a/expected.rs".to_owned(), "\n".repeat(9_000))];
    assert_eq!(sources::long(&files), [("a.rs", 501)]);
}

#[test]
fn commands_of_the_readme_that_cannot_work_are_found() {
    let readme =
        "```sh\ncargo run -p conference   # see it\ncargo run -p nothing\ncargo xtask dance\n```\ncargo run -p prose\n";
    assert_eq!(
        readme::wrong(readme, &["conference"]),
        [
            "`cargo run -p nothing`: there is no package nothing",
            "`cargo xtask dance`: xtask knows only tidy and codegen",
            "it does not say `cargo test`",
        ]
    );
}
