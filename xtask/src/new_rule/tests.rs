use std::path::{Path, PathBuf};
use std::{env, fs, process};

use factum_model::Sources;

use super::{LIST, MARK, PAIR, free_number, run, stub};
use crate::tidy::sources::marks;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder with the list of the rules as it is.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("factum-{name}-{}", process::id()));
    fs::create_dir_all(folder.join("model/src/rules")).unwrap();
    fs::copy(repository().join(LIST), folder.join(LIST)).unwrap();
    folder
}

/// The stub is what a rule looks like: with its marks filled in it is a rule of this repository, to the letter.
#[test]
fn a_stub_that_is_filled_in_is_a_rule() {
    let rule = fs::read_to_string(repository().join("model/src/rules/declared.rs")).unwrap();
    let mut stub = stub("declared", 160).replace("Kind::Declared", "Kind::Added");
    let said = rule.lines().filter(|line| line.starts_with("    /// ") && !line.starts_with("    /// # "));
    let said = said.chain(rule.lines().filter(|line| line.trim_start().starts_with("message: ")));
    for line in said {
        let (start, _) = stub.match_indices(&MARK.concat()).next().expect("a mark for each text");
        let start = stub[..start].rfind('\n').unwrap() + 1;
        let end = start + stub[start..].find('\n').unwrap();
        stub.replace_range(start..end, line);
    }
    assert_eq!(stub, rule);
}

#[test]
fn a_rule_is_begun_and_what_is_left_is_said() {
    let folder = folder("begun");
    let (text, well) = run(&folder, "seat-lost");
    assert!(well, "{text}");
    assert!(text.contains("`Kind::SeatLost`") && text.contains("wrote tests/rules/seat-lost/old.yaml"), "{text}");
    let rule = fs::read_to_string(folder.join("model/src/rules/seat_lost.rs")).unwrap();
    assert!(syn::parse_file(&rule).is_ok(), "{rule}");
    assert!(rule.contains(&format!("    {}, \"seat-lost\",\n    Kind::SeatLost => ", free_number())), "{rule}");
    assert_eq!(marks(&rule).len(), 5, "tidy finds what is left");
    // The list is what it was, with two lines more, each in its place.
    let [before, after] = [&repository(), &folder].map(|root| fs::read_to_string(root.join(LIST)).unwrap());
    let lines: Vec<&str> = after.lines().filter(|line| !line.contains("seat_lost")).collect();
    assert_eq!(lines, before.lines().collect::<Vec<_>>());
    assert_eq!(after.lines().count(), lines.len() + 2);
    let modules: Vec<&str> = after.lines().filter(|line| line.starts_with("mod ")).collect();
    assert!(modules.contains(&"mod seat_lost;") && modules.is_sorted(), "{after}");
    assert!(after.ends_with("    &seat_lost::RULE,\n];\n"), "{after}");
    // A second one of the same name is none, and writes nothing.
    let (text, well) = run(&folder, "seat-lost");
    assert!(!well && text.contains("is there already"), "{text}");
    assert_eq!(fs::read_to_string(folder.join(LIST)).unwrap(), after);
    // The first and the last of the modules have a place too.
    assert!(run(&folder, "abacus-lost").1 && run(&folder, "zoo-lost").1);
    let list = fs::read_to_string(folder.join(LIST)).unwrap();
    assert!(list.contains("mod abacus_lost;\nmod aggregate_renamed;"), "{list}");
    assert!(list.contains("mod version_without_change;\nmod zoo_lost;\n"), "{list}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_no_name_is_refused() {
    let folder = folder("refused");
    for name in ["SeatLost", "seat_lost", "", "seat-", "-seat", "../seat", "1-seat"] {
        let (text, well) = run(&folder, name);
        assert!(!well && text.contains("is no name of a rule"), "{name}: {text}");
    }
    fs::write(folder.join(LIST), "mod one;\n").unwrap();
    assert!(run(&folder, "seat-lost").0.contains("finds no place"));
    assert!(!folder.join("model/src/rules/seat_lost.rs").exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_pair_begins_with_a_right_schema() {
    let mut sources = Sources::new();
    sources.add("old.yaml", PAIR.as_bytes().to_vec());
    assert!(factum_model::check(&mut sources).checked.is_some());
}
