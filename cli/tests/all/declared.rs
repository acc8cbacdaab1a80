//! What no lock has: documentation, deprecations, order, commands. The schemas of the baseline have it.

use cargo_factum::Exit;

use crate::support::{Folder, check, schema, told};

const BEFORE: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
commands:
  Reserve: { seats: u32 }
events:
  Opened: { seats: u32, hall: string }
  Shut: { note: string }
";

const AFTER: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
commands:
  Reserve: { seats: u16 }
events:
  Opened: { hall: string, seats: { doc: How many., type: u32 } }
  Shut: { deprecated: { since: 1 }, fields: { note: string } }
";

const RULES: [&str; 4] = ["doc-changed", "deprecated", "field-order", "command-changed"];

/// A branch that only changed what no lock has.
fn branch() -> Folder {
    let folder = Folder::with(BEFORE);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    schema(&folder, AFTER);
    folder
}

fn found(said: &str) -> Vec<&'static str> {
    RULES.into_iter().filter(|rule| said.contains(rule)).collect()
}

fn as_json(folder: &Folder, against: &str) -> String {
    told(folder.factum(&["check", "--against", against, "--format", "json"])).1
}

#[test]
fn it_is_told_where_the_baseline_has_schemas() {
    let folder = branch();
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    let shown = [
        "info[E0161]: the event `seats.Opened` is documented otherwise\n --> schemas/seats.yaml:8:41",
        "info[E0162]: `seats.Shut` is deprecated since version 1\n --> schemas/seats.yaml:9:3",
        "info[E0163]: `seats, hall` of `seats.Opened` became `hall, seats`: only the order changed\n --> schemas/seats.yaml:8:27",
        "info[E0164]: the command `Reserve { seats: u32 }` of `seats.Hall` became `Reserve { seats: u16 }`\n --> schemas/seats.yaml:6:3",
    ];
    for shown in shown {
        assert!(said.replace("  -->", " -->").contains(shown), "no {shown:?} in {said}");
    }
    assert_eq!(found(&as_json(&folder, "main")), RULES);
    // Another folder has schemas too; a lock alone has none, and neither have the files beside it.
    let other = Folder::with(BEFORE);
    assert_eq!(other.factum(&["lock"]).exit, Exit::Clean);
    let path = other.path.join("schemas");
    assert_eq!(found(&as_json(&folder, path.to_str().unwrap())), RULES);
    let lock = path.join("factum.lock");
    assert_eq!(found(&as_json(&folder, lock.to_str().unwrap())), [""; 0]);
    folder.write("schemas/factum.toml", "[levels]\nfield-order = \"error\"\n");
    assert_eq!(check(&folder).0, Exit::Findings);
}

/// What is only written otherwise, or somewhere else, is told by no rule.
#[test]
fn another_look_is_no_change() {
    let folder = branch();
    schema(&folder, &format!("# Halls.\n{}", BEFORE.replace('\n', "\r\n").replace("seats: u32", "seats:   'u32'")));
    assert_eq!(found(&as_json(&folder, "main")), [""; 0]);
    let (head, shut) = BEFORE.split_once("  Shut").unwrap();
    let shut = format!("factum: 1\ncontext: seats\nevents:\n  Shut{shut}");
    folder.write("schemas/seats.yaml", head).write("schemas/more/shut.yaml", &shut);
    assert_eq!(found(&as_json(&folder, "main")), [""; 0]);
}

/// Policies are in no lock: what is new or gone is told of the schemas too, and of all of them.
#[test]
fn policies_are_told_of_all_files() {
    let folder = Folder::with(BEFORE);
    let policy = |name: &str| {
        format!("factum: 1\ncontext: seats\npolicies:\n  {name}: {{ on: {{ Opened: {{ starts: true }} }} }}\n")
    };
    folder.write("schemas/first.yaml", &policy("First")).write("schemas/second.yaml", &policy("Second"));
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let told = |against: &str| -> Vec<(String, String)> {
        let said: serde_json::Value = serde_json::from_str(&as_json(&folder, against)).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let all = said["findings"].as_array().unwrap().iter();
        all.map(|found| (text(&found["rule"]), text(&found["subject"]))).collect()
    };
    // A file that stays has what it had, wherever the others go.
    folder.git(&["mv", "schemas/second.yaml", "schemas/other.yaml"]);
    assert_eq!(told("main"), []);
    folder.write("schemas/other.yaml", &policy("Third"));
    let found = |rule: &str, name: &str| (rule.to_owned(), name.to_owned());
    let mut both = told("main");
    both.sort();
    assert_eq!(both, [found("declared", "seats.Third"), found("policy-changed", "seats.Second")]);
    let said = folder.factum(&["diff", "--against", "main"]).out;
    assert!(said.contains("policy seats.Second\n  - ") && said.contains("policy seats.Third\n  + "), "{said}");
    assert_eq!(told("./schemas/factum.lock"), []);
}

/// A state is stored as the newest version of what it holds, so its policy is concerned, although its file did not change.
#[test]
fn what_a_policy_holds_is_looked_for_in_all_files() {
    let folder = Folder::with(BEFORE);
    let policy = "factum: 1\ncontext: seats\npolicies:\n  Asking: { state: { asked: \"list<Asked>\" }, on: { Opened: { starts: true } } }\n";
    let types = "factum: 1\ncontext: seats\ntypes:\n  Asked: { fields: { seats: u32 } }\n";
    folder.write("schemas/policy.yaml", policy).write("schemas/types.yaml", types);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.write("schemas/types.yaml", &types.replace("u32", "u32, by: string"));
    let (exit, said) = check(&folder);
    let shown = "warning[E0167]: the state of the policy `seats.Asking` changed, and kept its version: `version 1 { asked: \
                 list<seats.Asked> }, seats.Asked { seats: u32 }` became `version 1 { asked: list<seats.Asked> }, \
                 seats.Asked { by: string, seats: u32 }`\n --> schemas/policy.yaml:4:3";
    assert_eq!((exit, said.contains(shown)), (Exit::Clean, true), "{said}");
    folder.write("schemas/policy.yaml", &policy.replace("Asking: {", "Asking: { state_version: 2,"));
    let (_, said) = check(&folder);
    assert!(said.contains("info[E0167]: the state of the policy `seats.Asking` has a new version"), "{said}");
}

/// Mistakes of another commit are nobody's to mend: what the lock has is compared all the same.
#[test]
fn a_baseline_with_mistakes_is_not_compared() {
    let folder = branch();
    folder.git(&["switch", "--quiet", "main"]);
    schema(&folder, &BEFORE.replace("note: string", "note: string, note: u8"));
    folder.commit("a mistake");
    folder.git(&["switch", "--quiet", "--create", "mended"]);
    schema(&folder, AFTER);
    let said = as_json(&folder, "main");
    assert_eq!(found(&said), [""; 0], "{said}");
    assert_eq!(check(&folder).0, Exit::Clean);
}

#[test]
fn the_difference_has_it_with_its_texts() {
    let folder = branch();
    let said = folder.factum(&["diff", "--against", "main"]).out;
    let (changes, _) = said.split_once(", against main").unwrap();
    insta::assert_snapshot!(changes);
}
