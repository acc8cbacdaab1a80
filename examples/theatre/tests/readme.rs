//! What the README shows is what there is: its files are this crate's, its schema is right, and its mistake is reported
//! in just these words.

use factum_model::{Sources, check, render};

const README: &str = include_str!("../../../README.md");
const SCHEMA: &str = include_str!("../schemas/theatre.yaml");

/// The README's code blocks in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(&fence).skip(1).filter_map(|rest| rest.split_once("```").map(|(block, _)| block)).collect()
}

fn rendered(schema: &str) -> String {
    let mut sources = Sources::new();
    sources.add("schemas/theatre.yaml", schema.as_bytes().to_vec());
    let outcome = check(&mut sources);
    render(&outcome.diagnostics, &sources, false)
}

#[test]
fn every_schema_is_right() {
    let schemas: Vec<&str> = blocks("yaml").into_iter().filter(|block| block.starts_with("factum: 1\n")).collect();
    assert_eq!(schemas, [SCHEMA]);
    assert_eq!(rendered(SCHEMA), "");
}

#[test]
fn every_file_is_shown_as_it_is() {
    let files = [include_str!("../build.rs"), include_str!("../src/lib.rs"), include_str!("../src/main.rs")];
    let shown = ["rust", "rust,no_run", "rust,test_harness"].into_iter().flat_map(blocks);
    // The one block that is no file: what becomes of an old event.
    let (old_event, shown): (Vec<&str>, Vec<&str>) = shown.partition(|block| block.contains("::decode("));
    assert_eq!((old_event.len(), shown.len()), (1, files.len()));
    for block in shown {
        assert!(files.iter().any(|file| file.contains(block)), "no file of examples/theatre holds:\n{block}");
    }
}

#[test]
fn the_mistake_is_reported_in_these_words() {
    let mistaken = SCHEMA.replace(", default: web", "");
    assert_ne!(mistaken, SCHEMA);
    assert!(blocks("text").contains(&rendered(&mistaken).as_str()), "{}", rendered(&mistaken));
}
