//! Whatever others put into schemas, names and events: no terminal is disturbed by it, and programs get what is meant.

use cargo_factum::{Exit, World};
use factum::history::{AuditEntry, Reading};
use factum::store::EventStoreExt as _;
use factum::store::conformance::block_on;
use factum::{ExpectedVersion, NewEvent};
use factum_model::printable::{is_disturbing, printable};
use factum_sqlite::{Scan, SqliteStore};
use serde_json::Value;

use crate::support::{Folder, SEATS, styled};

/// Clears the screen in two ways, is red, and turns what follows.
const EVIL: &str = "\u{1b}[2J\u{9b}2J\u{1b}[31m\u{202e}x\u{2066}";

/// In YAML.
const IN_YAML: &str = r"\e[2J\x9b2J\e[31m\u202ex\u2066";

fn schema() -> String {
    format!(
        "factum: 1
context: seats
events:
  Opened:
    doc: \"Says {IN_YAML}.\"
    version: 3
    upcast: {{ 3: by_hand }}
    fields:
      capacity: {{ type: u32, doc: \"Of {IN_YAML}.\" }}
      note: {{ type: string, added: 2, default: \"{IN_YAML}\" }}
  Closed: {{ version: 2, fields: {{ note: {{ type: string, added: 2, default: \"{IN_YAML}\" }} }} }}
"
    )
}

fn folder() -> Folder {
    let folder = Folder::with(&schema());
    let stored = |name: &'static str, version, json| NewEvent::new(name, version, json);
    let unreadable = serde_json::json!({ "capacity": EVIL, "note": 1 }).to_string();
    let odd = "seats.\u{202e}Odd";
    let events = vec![
        stored("seats.Closed", 1, "{}".to_owned()),
        stored("seats.Closed", 2, unreadable),
        stored(odd, 1, "{}".to_owned()),
    ];
    let store = block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap();
    block_on(store.append_events(&"seats.Hall-\u{202e}1".parse().unwrap(), ExpectedVersion::None, events)).unwrap();
    block_on(store.close());
    let line = |event: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"seats","type":"{event}","subject":"seats.Hall-1","schemaversion":"1","data":{{}}}}"#
        )
    };
    folder.write("events.ndjson", &line(r"se\u001b[31m\u009b2J\u202eats.X"));
    folder
}

/// All that is said but for the styles that are factum's own, which are never so red.
fn said(folder: &Folder, arguments: &[&str]) -> String {
    let ran = styled(&folder.path, arguments);
    let all = ran.out + &ran.err;
    assert!(!all.contains("\u{1b}[31m"), "{arguments:?}: {all:?}");
    let plain = anstream::adapter::strip_str(&all.replace("\u{1b}[2J", "(cleared)")).to_string();
    assert!(!plain.contains("(cleared)"), "{arguments:?}: {all:?}");
    assert!(!plain.contains(|c| c != '\n' && is_disturbing(c)), "{arguments:?}: {all:?}");
    plain
}

#[test]
fn no_verb_lets_it_through_to_a_terminal() {
    let folder = folder();
    let escaped = printable(EVIL).to_string();
    for (arguments, shown) in [
        (&["show", "Opened"][..], &*escaped),
        (&["verify", "--store", "sqlite:seats.db"], r"seats.Hall-\u{202e}1"),
        (&["verify", "--events", "events.ndjson"], r"se\u{1b}[31m\u{9b}2J\u{202e}ats.X"),
        (&["import", "events.ndjson", "--store", "sqlite:new.db"], r"se\u{1b}[31m"),
        (&["copy", "--store", "sqlite:seats.db", "--into", "sqlite:new.db"], r"seats.\u{202e}Odd"),
        (&["audit", "seats.Hall-\u{202e}1", "--store", "sqlite:seats.db"], r"seats.Hall-\u{202e}1"),
        (&["audit", EVIL, "--store", "sqlite:seats.db"], r"\u{1b}[31m"),
        (&["audit", "a-\u{202e}", "--store", "sqlite:seats.db"], r"`a-\u{202e}`"),
        (&["show", EVIL], &*escaped),
        (&["explain", EVIL], &*escaped),
        (&["verify", "--events", EVIL], &*escaped),
        (&["verify", "--store", EVIL], &*escaped),
        (&["check", "--against", EVIL], r"\u{1b}[31m"),
        (&["generate", "--out", "gen\u{1b}[31m\u{202e}"], r"gen\u{1b}[31m\u{202e}"),
        (&["export", "sql"], &*escaped),
    ] {
        let said = said(&folder, arguments);
        assert!(said.contains(shown), "{arguments:?}: {said}");
    }
}

/// The model's sources are shown with their mistakes, and names of files with them.
#[test]
fn no_mistake_lets_it_through() {
    let folder = Folder::with(SEATS);
    folder.write(
        "schemas/b\u{202e}\u{1b}[31m.yaml",
        &schema().replace("u32", &format!("\"{IN_YAML}\"")).replace(r"\u202e", "\u{202e}"),
    );
    for format in ["text", "github", "markdown", "sarif", "junit", "json"] {
        let said = said(&folder, &["check", "--format", format]);
        assert!(said.contains("E0"), "{format}: {said}");
    }
    said(&folder, &["fmt", "--check"]);
}

#[test]
fn what_changed_lets_it_through_in_no_format() {
    let folder = Folder::with(SEATS);
    folder.init().commit("a schema");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("its lock");
    folder.write("schemas/seats.yaml", &schema());
    for format in ["text", "json"] {
        let said = said(&folder, &["diff", "--against", "main", "--format", format]);
        assert!(said.contains(r"\u{202e}x") || said.contains(r"\u202ex"), "{format}: {said}");
    }
    for format in ["text", "github", "markdown", "sarif", "junit", "json"] {
        said(&folder, &["check", "--against", "main", "--format", format]);
    }
}

/// Also what no verb has thought of, but for what looks like a style.
#[test]
fn only_what_is_handed_over_to_a_program_is_as_it_is() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut world = World { directory: ".".into(), out: &mut out, err: &mut err, live: false };
    world.print("\u{1b}[2J\u{1b}[1m\u{202e}\n").unwrap();
    world.tell("\u{9b}2J").unwrap();
    world.hand_over("\u{1b}[2J").unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "\\u{1b}[2J\u{1b}[1m\\u{202e}\n\u{1b}[2J");
    assert_eq!(String::from_utf8(err).unwrap(), "\\u{9b}2J");
}

/// A program reads what is stored, and not how it was escaped.
#[test]
fn programs_get_what_is_meant() {
    let folder = folder();
    let ran = folder.factum(&["audit", "seats.Hall-\u{202e}1", "--store", "sqlite:seats.db", "--format", "json"]);
    assert!(!ran.out.contains(|c| c != '\n' && is_disturbing(c)), "{:?}", ran.out);
    let entries: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries[0]["stream"], "seats.Hall-\u{202e}1");
    assert_eq!(entries[0]["read_as"][0]["payload"]["note"], EVIL);
    let sql = styled(&folder.path, &["export", "sql"]).out;
    let database = rusqlite::Connection::open(folder.path.join("seats.db")).unwrap();
    database.execute_batch(&sql).unwrap();
    let note: String =
        database.query_row("SELECT note FROM Closed WHERE _schema_version = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(note, EVIL);
    let events = styled(&folder.path, &["export", "events", "--store", "sqlite:seats.db"]).out;
    assert!(events.contains("seats.Hall-\u{202e}1"), "byte by byte as it is stored");
}

/// The generator and the runtime share no code, and say this alike.
#[test]
fn an_audit_of_the_program_escapes_alike() {
    let folder = folder();
    let page = Scan::open(folder.path.join("seats.db")).unwrap().page(1).unwrap();
    let recorded = page.iter().next().unwrap();
    let all: String = ('\0'..='\u{ffff}').filter(|c| is_disturbing(*c)).collect();
    let told = AuditEntry::new(&recorded, Reading::Unreadable(all.clone())).to_string();
    assert!(told.ends_with(&format!(" {}\n", printable(&all))), "{told}");
    let others: String = ('\0'..=char::MAX).filter(|c| !is_disturbing(*c)).collect();
    let told = AuditEntry::new(&recorded, Reading::Unreadable(others.clone())).to_string();
    assert!(told.ends_with(&format!(" {others}\n")), "nothing else is escaped");
}
