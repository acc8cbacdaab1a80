//! What is accepted validates.

use std::fs;
use std::path::{Path, PathBuf};

use factum_test_kit::schema::schemas_with_policies;
use proptest::prelude::*;

use super::{root, said};

/// The schemas of the repository; those that are refused on purpose lie in folders of their own.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "refused"].contains(&name.as_str()) && !name.starts_with('.') {
                files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn every_schema_of_the_repository_validates() {
    let mut found = Vec::new();
    for folder in ["schemas", "examples", "benches", "tests", "model/tests/accepted"] {
        let before = found.len();
        files(&root().join(folder), &mut found);
        assert!(found.len() > before, "no schema in {folder}");
    }
    for file in found {
        let said = said(&fs::read_to_string(&file).unwrap());
        assert!(said.is_empty(), "{}: {said:#?}", file.display());
    }
}

#[test]
fn every_schema_of_the_documentation_validates() {
    for page in ["README.md", "docs/language.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
        let schemas: Vec<&str> = blocks.filter(|block| block.contains("factum: 1")).collect();
        assert!(!schemas.is_empty(), "{page} shows no schema");
        for schema in schemas {
            assert!(said(schema).is_empty(), "{page}: {:#?}\n{schema}", said(schema));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn every_random_schema_validates(schema in schemas_with_policies()) {
        let yaml = schema.to_string();
        prop_assert!(said(&yaml).is_empty(), "{:#?}\n{yaml}", said(&yaml));
    }
}

/// A scalar is text to the reader, whatever an editor takes it for.
#[test]
fn texts_that_look_like_something_else_validate() {
    let yaml = "\
factum: \"1\"
context: true
doc: 1.10
aggregate: Switch
id: string
snapshot: \"3\"
state: { on: { type: bool, default: true }, off: { type: string, default: ~ }, rate: { type: f64, default: 1e3 } }
rejections: { TooLate: { message: 12, fields: {} } }
events:
  Switched:
    doc: false
    version: \"2\"
    renamed: { \"2\": Turned }
    fields:
      no: { type: string, added: \"2\", default: yes }
      level: { type: decimal, added: 2, default: 1.10 }
      at: { type: date, added: 2, default: 2026-01-31 }
types:
  Position: { enum: [on, off, true, false, no, null_position] }
";
    assert!(factum_test_kit::checked(yaml).is_ok(), "{}", factum_test_kit::checked(yaml).unwrap_err());
    assert_eq!(said(yaml), Vec::<String>::new());
}
