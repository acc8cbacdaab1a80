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

#[test]
fn a_context_that_another_catalog_has_is_not_taken() {
    let folder = Folder::new();
    folder.write("shop/README.md", "").init();
    let run = |arguments: &[&str]| crate::support::factum(&folder.path.join("shop"), arguments);
    assert_eq!(run(&["init"]).exit, Exit::Clean);
    let ran = run(&["init", "billing"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert_eq!(
        ran.err,
        "   Wrote billing/factum.toml\n   Wrote billing/billing.yaml\n         \
         the context is `billing`, since `shop` belongs to the catalog schemas\n"
    );
    let ran = run(&["init", "more", "--context", "billing"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert_eq!(
        ran.err,
        "error: the context `billing` belongs to the catalog billing\n  \
         = help: a context has one catalog: name another with `--context NAME`\n"
    );
    // Neither is the one of a catalog elsewhere in the repository, nor twice the name of a folder.
    let ran = crate::support::factum(&folder.path, &["init", "shop/deep/shop", "--context", "shop"]);
    assert!(ran.err.contains("the context `shop` belongs to the catalog shop/schemas"), "{}", ran.err);
    let ran = run(&["init", "deep/billing"]);
    assert!(ran.err.contains("the context `shop` belongs to the catalog schemas"), "{}", ran.err);
    assert!(!folder.path.join("shop/deep").exists() && !folder.path.join("shop/more").exists());
}

#[test]
fn no_catalog_begins_in_another_one() {
    let folder = Folder::with(SEATS);
    fs::create_dir(folder.path.join("elsewhere")).unwrap();
    for path in ["schemas/halls", "elsewhere/../schemas/halls", "schemas/halls/deep"] {
        let ran = folder.factum(&["init", path, "--context", "halls"]);
        assert_eq!(ran.exit, Exit::CouldNotRun, "{path}");
        assert!(ran.err.contains(" is in the catalog schemas, which has all schemas below it"), "{}", ran.err);
    }
    assert!(!folder.path.join("schemas/halls").exists());
    let inside = crate::support::factum(&folder.path.join("schemas"), &["init", "../halls", "--context", "halls"]);
    assert_eq!(inside.exit, Exit::Clean, "{}", inside.err);
}

#[test]
fn where_a_file_is_no_folder_is_made() {
    let folder = Folder::with(SEATS);
    folder.write("notes", "mine");
    for arguments in
        [&["generate", "--out", "notes"][..], &["init", "notes/below"], &["export", "json-schema", "--out", "notes"]]
    {
        let ran = folder.factum(arguments);
        assert_eq!(ran.exit, Exit::CouldNotRun, "{}", ran.err);
        assert!(ran.err.ends_with("notes: it is a file, and a folder is wanted here\n"), "{}", ran.err);
    }
    fs::create_dir(folder.path.join("events.rs")).unwrap();
    let ran = folder.factum(&["generate", "--out", "events.rs"]);
    assert!(ran.err.ends_with("events.rs: it is a folder\n"), "{}", ran.err);
    assert_eq!(folder.read("notes"), "mine");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_readable_schema_is_named_and_not_waited_for() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    let at = |name: &OsStr, make: &dyn Fn(&Path)| {
        let folder = Folder::with(SEATS);
        let path = folder.path.join("schemas").join(name);
        let _ = fs::remove_file(&path);
        make(&path);
        for verb in ["check", "lock", "fmt"] {
            let ran = folder.factum(&[verb]);
            assert_eq!(ran.exit, Exit::CouldNotRun, "{verb}: {}", ran.err);
        }
        folder.factum(&["check"]).err
    };
    let pipe = |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    let link = |path: &Path| symlink("nowhere", path).unwrap();
    for name in ["p.yaml", "factum.lock", "factum.toml"] {
        let said = at(OsStr::new(name), &pipe);
        assert!(said.contains(&format!("schemas/{name}: it is no regular file\n  = help: ")), "{said}");
        let said = at(OsStr::new(name), &link);
        assert!(said.contains(&format!("schemas/{name}: it is a link that leads nowhere\n  = help: ")), "{said}");
    }
    let said = at(OsStr::from_bytes(b"caf\xe9.yaml"), &|path| fs::write(path, SEATS).unwrap());
    assert!(said.contains(": its path is not UTF-8, which messages and git name it by\n  = help: "), "{said}");
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
