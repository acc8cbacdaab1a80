//! What happened to each event of a branch, in a real repository: told in the verdict, and counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use cargo_factum::Exit;
use factum_model::{Diagnostics, Lock, Sources, check, lock};
use serde_json::{Value, json};

use crate::support::{Folder, git};

const RELEASED: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Asked: { seats: u32 }
  Booked: { seats: u32 }
  Closed: { note: string? }
  Edited: { seats: u32 }
  Given: { seats: u32 }
  Held: { place: Place }
  Left: { seats: u32 }
  Looked: { seats: u32 }
  Moved: { to: string }
  Named: { seats: u32 }
  Shut: { seats: u32 }
  Stopped: { version: 2, retired: 2, fields: { seats: u32 } }
types:
  Place: { fields: { row: u32 } }
";

const BRANCH: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Asked: { version: 2, fields: { seats: u32, note: { type: string?, added: 2 } } }
  Booked: { version: 3, becomes: { 3: [Given@1, Left@1] }, fields: { seats: u32, note: { type: string?, added: 2 } } }
  Edited: { seats: string }
  Given: { doc: Somebody has seats now., fields: { seats: u32 } }
  Held: { place: Place }
  Left: { seats: u32 }
  Looked: { version: 2, retired: { 2: nothing }, fields: { seats: u32 } }
  Called: { version: 2, renamed: { 2: Named }, fields: { seats: u32 } }
  Shut: { version: 2, retired: 2, fields: { seats: u32 } }
  Stopped: { seats: u32 }
  Told: { seats: u32 }
types:
  Place: { fields: { row: string } }
";

/// What the lock test writes of an event that is declared in Rust.
fn with_derived(folder: &Folder, ty: &str) {
    let mut sources = Sources::new();
    let schema = format!("factum: 1\ncontext: bank\nevents:\n  Paid: {{ cents: {ty} }}\n");
    sources.add("bank.yaml", schema.into_bytes());
    let mut derived = Lock::of(check(&mut sources).checked.unwrap().schema());
    Arc::make_mut(&mut derived.events.get_mut("bank.Paid").unwrap().value).derived = Some("BankEvent".to_owned());
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add("factum.lock", folder.read("schemas/factum.lock").into_bytes());
    let mut own = lock::read(&mut sources, file, &mut diagnostics).unwrap();
    own.events.remove("bank.Paid");
    folder.write("schemas/factum.lock", &own.with_derived(Some(&derived)).to_string());
}

fn branch() -> Folder {
    let folder = Folder::with(RELEASED);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    with_derived(&folder, "u32");
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/seats.yaml", BRANCH);
    folder.write("schemas/more.yaml", "factum: 1\ncontext: seats\nevents:\n  Moved: { to: string }\n");
    with_derived(&folder, "u64");
    folder
}

fn said(folder: &Folder, format: &str) -> String {
    let ran = folder.factum(&["check", "--against", "main", "--format", format]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, ""), "{}", ran.out);
    ran.out
}

#[test]
fn of_each_event_it_is_told_what_happened_to_it() {
    let report: Value = serde_json::from_str(&said(&branch(), "json")).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let told: BTreeMap<&str, (&Value, &Value)> = changes
        .iter()
        .map(|change| (change["event"].as_str().unwrap(), (&change["happened"], &change["becomes"])))
        .collect();
    let (nothing, given_and_left, none) = (json!(null), json!(["seats.Given@1", "seats.Left@1"]), json!([]));
    let expected = [
        ("bank.Paid", json!(["edited"]), &nothing),
        ("seats.Asked", json!(["new_version"]), &nothing),
        ("seats.Booked", json!(["new_version", "becomes"]), &given_and_left),
        ("seats.Called", json!(["new_version", "renamed"]), &nothing),
        ("seats.Closed", json!(["gone"]), &nothing),
        ("seats.Edited", json!(["edited"]), &nothing),
        ("seats.Given", json!(["reported"]), &nothing),
        ("seats.Held", json!(["edited"]), &nothing),
        ("seats.Looked", json!(["becomes"]), &none),
        ("seats.Moved", json!(["moved"]), &nothing),
        ("seats.Shut", json!(["retired"]), &nothing),
        ("seats.Stopped", json!(["restored"]), &nothing),
        ("seats.Told", json!(["new"]), &nothing),
    ];
    assert_eq!(told.len(), changes.len(), "each event once");
    let expected: BTreeMap<&str, (&Value, &Value)> =
        expected.iter().map(|(event, happened, becomes)| (*event, (happened, *becomes))).collect();
    assert_eq!(told, expected, "and `seats.Left`, to which nothing happened, is not there");
    let counts = json!({
        "gone": 1, "edited": 3, "new": 1, "new_version": 3, "renamed": 1, "moved": 1, "retired": 1, "becomes": 2,
        "restored": 1, "reported": 1,
    });
    assert_eq!((&report["happened"], &report["events"]), (&counts, &json!(13)));
}

#[test]
fn the_comment_shows_it_in_its_table() {
    let folder = branch();
    let text = said(&folder, "markdown");
    let table: Vec<&str> = text.lines().filter(|line| line.starts_with('|') || line.contains(" events, ")).collect();
    let base = git(&folder.path, &["rev-parse", "--short=10", "main"]);
    insta::assert_snapshot!("table", table.join("\n").replace(&base, "BASE"));
    let summaries: Vec<&str> = text.lines().filter(|line| line.contains("<summary><code>")).collect();
    insta::assert_snapshot!("summaries", summaries.join("\n"));
    assert!(text.contains("A stored event is read as no event:"), "{text}");
}

#[test]
fn every_format_counts_what_happened() {
    let folder = branch();
    let counted = "13 events, 1 gone, 3 edited, 1 new, 3 with a new version, 1 renamed, 1 moved, 1 retired, \
                   2 read as others or none, 1 not retired any more, 1 unchanged but reported, against main";
    for format in ["text", "github", "markdown"] {
        assert!(said(&folder, format).contains(counted), "{format}: {}", said(&folder, format));
    }
    let sarif: Value = serde_json::from_str(&said(&folder, "sarif")).unwrap();
    let json: Value = serde_json::from_str(&said(&folder, "json")).unwrap();
    let of_run = &sarif["runs"][0]["properties"];
    assert_eq!((&of_run["happened"], &of_run["events"]), (&json["happened"], &json["events"]));
    let happened =
        |changes: &Value| changes.as_array().unwrap().iter().map(|one| one["happened"].clone()).collect::<Vec<_>>();
    assert_eq!(happened(&of_run["changes"]), happened(&json["changes"]));
}

/// What another context took over is no new event: what is stored under the old name is read by nobody.
#[test]
fn an_event_of_another_context_moved() {
    let folder = Folder::with("factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32 }\n");
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.write("schemas/seats.yaml", "factum: 1\ncontext: seating\nevents:\n  Opened: { capacity: u32 }\n");
    let text = said(&folder, "markdown");
    assert!(text.contains("| `seating.Opened` | 1 | moved | \u{274c} not read as it was |"), "{text}");
}
