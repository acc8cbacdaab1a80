//! `init`, `diff` and `export`: what begins a catalog, what changed in it, and what others are told of it.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_factum::Exit;
use factum_model::value::sample::{Edge, Sampler, edge};
use factum_model::{Sources, check};
use serde_json::{Value, json};

use crate::support::{Folder, SEATS};

#[test]
fn a_catalog_is_started_and_is_right() {
    let folder = Folder::new();
    let ran = folder.factum(&["init", "--context", "seats"]);
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::Clean, "   Wrote schemas/factum.toml\n   Wrote schemas/seats.yaml\n")
    );
    insta::assert_snapshot!(ran.out);
    assert_eq!(folder.factum(&["fmt", "--check"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["generate", "--out", "src"]).exit, Exit::Clean);
    let ran = folder.factum(&["show", "SomethingHappened"]);
    assert!(ran.out.starts_with("seats.SomethingHappened, version 1 of 1\nschemas/seats.yaml:"), "{}", ran.out);
    // The line that a comment shows is right, too.
    let schema = folder.read("schemas/seats.yaml").replace("# where", "where");
    folder.write("schemas/seats.yaml", &schema.replace("    fields:", "    version: 2\n    fields:"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let folder = Folder::new();
    folder.write("events/factum.toml", "# mine\n");
    let ran = folder.factum(&["init", "events", "--context", "seats"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.starts_with("error: events/factum.toml is there already\n"), "{}", ran.err);
    assert_eq!(folder.read("events/factum.toml"), "# mine\n");
    assert!(!folder.path.join("events/seats.yaml").exists());
    fs::remove_file(folder.path.join("events/factum.toml")).unwrap();
    folder.write("events/seats.yaml", SEATS);
    assert_eq!(folder.factum(&["init", "events", "--context", "seats"]).exit, Exit::CouldNotRun);
    assert!(!folder.path.join("events/factum.toml").exists());
    let ran = folder.factum(&["init", "other", "--context", "My Seats"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("--> other/My Seats.yaml:2:10"), "{}", ran.err);
    assert!(!folder.path.join("other").exists());
}

#[test]
fn without_a_name_the_context_is_the_folders() {
    for (name, context) in [("My-Shop 2", "my_shop_2"), ("2nd", "shop")] {
        let folder = Folder::new();
        folder.write(&format!("{name}/README.md"), "");
        let ran = crate::support::factum(&folder.path.join(name), &["init"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        assert!(folder.read(&format!("{name}/schemas/{context}.yaml")).contains(&format!("context: {context}\n")));
    }
}

const BEFORE: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Opened: { capacity: u16, by: string, hall: string, channel: Channel }
  Closed: { at: timestamp }
  Moved: { to: string }
types:
  Channel: { enum: [web, phone] }
";
const AFTER: &str = "factum: 1
context: seats
aggregate: Hall
id: uuid
events:
  Opened:
    version: 2
    personal: [by]
    fields:
      seats: { type: u32, renamed: { 2: capacity }, retyped: { 2: u16 } }
      by: string
      room: { type: string, renamed: { 2: hall } }
      channel: { type: Channel, retyped: { 2: Channel@1 } }
      note: { type: string?, added: 2 }
  Moved: { to: string, from: string }
  Emptied: {}
types:
  Channel: { version: 2, enum: { web, phone, fax: { added: 2 } } }
";

/// A branch on which much changed.
fn changed() -> Folder {
    let folder = Folder::with(BEFORE);
    folder.init();
    folder.factum(&["lock"]);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/seats.yaml", AFTER);
    folder
}

#[test]
fn all_changes_are_shown_and_none_is_judged() {
    let folder = changed();
    let ran = folder.factum(&["diff"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
    let commit = folder.git(&["rev-parse", "main"]);
    insta::assert_snapshot!(ran.out.replace(&commit[..10], "0123456789"));
    folder.write("schemas/seats.yaml", &format!("# Nothing but a comment.\n{BEFORE}"));
    let ran = folder.factum(&["diff", "--against", "main"]);
    assert!(ran.out.starts_with("nothing changed, against main"), "{}", ran.out);
    folder.write("schemas/seats.yaml", "factum: 1");
    assert_eq!(folder.factum(&["diff"]).exit, Exit::Findings);
    assert_eq!(folder.factum(&["diff", "--against", "nowhere"]).exit, Exit::CouldNotRun);
}

#[test]
fn programs_are_told_what_their_schema_says() {
    let folder = changed();
    let schema: Value = serde_json::from_str(&folder.factum(&["export", "diff-schema"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report: Value = serde_json::from_str(&folder.factum(&["diff", "--format", "json"]).out).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let changes = report["changes"].as_array().unwrap();
    let names: Vec<&str> = changes.iter().map(|change| change["change"].as_str().unwrap()).collect();
    for name in ["gone", "added", "shape-edited", "field-added", "field-renamed", "field-converted", "variant-added"] {
        assert!(names.contains(&name), "no {name} in {names:?}");
    }
    let added = changes.iter().find(|change| change["change"] == "field-added").unwrap();
    assert_eq!(
        (&added["name"], &added["part"], &added["version"]),
        (&json!("seats.Opened"), &json!("note"), &json!(2))
    );
    assert_eq!(added["place"]["file"], "schemas/seats.yaml");
    let mut wrong = report.clone();
    wrong["changes"][0]["name"] = json!(7);
    assert!(!validator.is_valid(&wrong), "the schema can say no");
}

/// Schemas with everything that the language has.
fn schemas() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let golden = ["every_builtin", "types", "history", "containers"].map(|case| root.join("tests/golden").join(case));
    let mut files = vec![root.join("schemas/conference.yaml"), root.join("schemas/parcels.yaml")];
    for folder in golden {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")));
    }
    files
}

/// What every version of every event stores fits the JSON Schema of that version.
#[test]
fn what_is_stored_fits_the_json_schema_of_its_version() {
    let (mut versions, mut payloads, mut refused, mut sets) = (0, 0, 0, 0);
    for path in schemas() {
        let text = fs::read_to_string(&path).unwrap();
        let folder = Folder::with(&text);
        let ran = folder.factum(&["export", "json-schema", "--out", "json"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        let all: Value = serde_json::from_str(&folder.factum(&["export", "json-schema"]).out).unwrap();
        let mut sources = Sources::new();
        sources.add("schema.yaml", text.into_bytes());
        let checked = check(&mut sources).checked.unwrap();
        let schema = checked.schema();
        for (event, version) in schema.events.iter().flat_map(|event| event.versions.iter().map(move |v| (event, v))) {
            let file = folder.read(&format!("json/{}.v{}.json", version.wire_type, version.number));
            let alone: Value = serde_json::from_str(&file).unwrap();
            let name = format!("{}@{}", version.wire_type, version.number);
            let within = json!({ "$ref": format!("#/$defs/{name}"), "$defs": all["$defs"] });
            versions += 1;
            for document in [alone, within] {
                assert!(jsonschema::meta::is_valid(&document), "{document}");
                // Samples may have an element of a set twice: that is read, and never written.
                let text = document.to_string().replace("\"uniqueItems\":true", "\"uniqueItems\":false");
                sets += text.matches("uniqueItems").count();
                let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
                let mut sampler = Sampler::new(schema, 7);
                let random = (0..20).filter_map(|_| sampler.event(event, version.number));
                let edges = Edge::ALL.iter().map(|kind| edge(schema, &version.shape, *kind));
                for payload in random.chain(edges) {
                    let payload: Value = serde_json::from_str(&payload.to_string()).unwrap();
                    let errors: Vec<String> = validator.iter_errors(&payload).map(|error| error.to_string()).collect();
                    assert!(errors.is_empty(), "{name} {payload}\n{errors:#?}");
                    payloads += 1;
                    // Without a field that is always there it fits no more.
                    let Value::Object(mut fields) = payload else { continue };
                    let required = document["required"].as_array().and_then(|names| names.first()?.as_str());
                    if let Some(name) = required {
                        fields.remove(name);
                        assert!(!validator.is_valid(&Value::Object(fields)), "{name}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(
        versions > 50 && payloads > 2_000 && refused > 1_000 && sets > 10,
        "{versions} {payloads} {refused} {sets}"
    );
}

#[test]
fn one_version_is_a_document_of_its_own() {
    let folder = Folder::with(AFTER);
    let ran = folder.factum(&["export", "json-schema", "Opened", "--at", "2"]);
    insta::assert_snapshot!(ran.out);
    let ran = folder.factum(&["export", "json-schema", "seats.Opened", "--at", "3"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::CouldNotRun, "error: `seats.Opened` has no version 3\n"));
    let ran = folder.factum(&["export", "json-schema", "Openes"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("did you mean `Opened`?"), "{}", ran.err);
}
