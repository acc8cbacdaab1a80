//! Every kind of change as `diff` says it: in words, with what it was and what it is where that can be read.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use cargo_factum::Exit;
use factum_model::lock::Fingerprint;
use factum_model::{Lock, Sources, check};
use serde_json::Value;

use crate::support::{Folder, SEATS, factum};

/// What a rule's pair of schemas, or of locks, is told as.
fn told(pair: &Path) -> String {
    let folder = Folder::new();
    for side in ["old", "new"] {
        folder.write(&format!("{side}/factum.toml"), "");
        for (from, to) in [(".yaml", "a.yaml"), ("_more.yaml", "b.yaml"), (".lock", "factum.lock")] {
            if let Ok(text) = fs::read_to_string(pair.join(format!("{side}{from}"))) {
                folder.write(&format!("{side}/{to}"), &text);
            }
        }
    }
    if !pair.join("old.lock").exists() {
        assert_eq!(factum(&folder.path.join("old"), &["lock"]).exit, Exit::Clean);
    }
    let ran = folder.factum(&["diff", "--catalog", "new", "--against", "old"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{}", pair.display());
    ran.out
}

fn has_fingerprint(text: &str) -> bool {
    let digits = |word: &&str| word.len() >= 16 && word.chars().all(|c| c.is_ascii_hexdigit());
    text.split(|c: char| !c.is_alphanumeric()).any(|word| digits(&word))
}

#[test]
fn every_kind_of_change_is_said_in_words() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/rules");
    let mut pairs: Vec<_> = fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()).collect();
    pairs.sort();
    assert!(pairs.len() > 40, "{pairs:?}");
    let mut all = String::new();
    for pair in pairs {
        let _ = write!(all, "# {}\n\n{}\n", pair.file_name().unwrap().display(), told(&pair));
    }
    assert!(!has_fingerprint(&all), "{all}");
    insta::assert_snapshot!(all);
}

/// A lock knows of a state only whether it changed.
#[test]
fn a_state_is_shown_as_far_as_it_is_known() {
    let hall = |state: &str| {
        let place = "types:\n  Place: { fields: { row: u32, seat: u32 } }\n";
        format!(
            "factum: 1\ncontext: seats\naggregate: Hall\nid: uuid\nstate: {state}\nevents:\n  Opened: {{}}\n{place}"
        )
    };
    let folder = Folder::with(&hall("{ taken: list<Place> }"));
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.write("schemas/seats.yaml", &hall("{ taken: list<Place>, left: { type: u32, default: 7 } }"));
    let said = |against: &str| {
        let out = folder.factum(&["diff", "--against", against]).out;
        out.lines().find(|line| line.contains("another state")).unwrap().trim_end().to_owned()
    };
    let is = "{ left: u32 = 7, taken: list<seats.Place> }  schemas/seats.yaml:3";
    let known = format!("  ~             has another state: {{ taken: list<seats.Place> }} -> {is}");
    assert_eq!(said("main"), known);
    assert_eq!(said("./schemas/factum.lock"), format!("  ~             has another state: {is}"));
    let json = folder.factum(&["diff", "--against", "./schemas/factum.lock", "--format", "json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["changes"][0]["before"], Value::Null, "no fingerprint");
    let place = ["row: u32, seat: u32", "row: u32, seat: { type: u64, retyped: { 2: u32 } }"];
    let newer = hall("{ taken: list<Place> }").replace("Place: {", "Place: { version: 2,").replace(place[0], place[1]);
    folder.write("schemas/seats.yaml", &newer);
    let said = folder.factum(&["diff", "--against", "main"]).out;
    let lines = "another state  schemas/seats.yaml:3
                - { taken: list<seats.Place> }, seats.Place { row: u32, seat: u32 }
                + { taken: list<seats.Place> }, seats.Place { row: u32, seat: u64 }\n";
    assert!(said.contains(lines), "{said}");
}

/// What a step by hand makes of samples has no other form than a fingerprint.
#[test]
fn other_code_is_told_without_what_it_makes() {
    let derived = |made: &str| {
        let mut sources = Sources::new();
        let schema = "factum: 1\ncontext: bank\nevents:\n  Paid: { version: 2, fields: { cents: u32 }, upcast: { 2: by_hand } }\n";
        sources.add("bank.yaml", schema.as_bytes().to_vec());
        let mut lock = Lock::of(check(&mut sources).checked.unwrap().schema());
        lock.set_outputs("bank.Paid", 2, vec![Fingerprint::of(made)]).unwrap();
        Arc::make_mut(&mut lock.events.get_mut("bank.Paid").unwrap().value).derived = Some("BankEvent".to_owned());
        lock.to_string()
    };
    let folder = Folder::new();
    folder.write("factum.toml", "").write("seats.yaml", SEATS).write("factum.lock", &derived("one")).init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.write("factum.lock", &derived("another"));
    let said = folder.factum(&["diff", "--against", "main"]).out;
    let line =
        "event bank.Paid\n  ~ version 2   is made by hand as before, and the code makes something else of samples";
    assert!(said.contains(line) && !has_fingerprint(&said), "{said}");
}
