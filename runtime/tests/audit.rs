//! Who did what, when and why.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use factum::history::{AuditEntry, Current, Reading};
use factum::{
    Context, EventStoreExt, ExpectedVersion, MemoryStore, Metadata, NewEvent, Repository, StreamName, Timestamp, Uuid,
    event_id,
};
use serde_json::{Value, json};
use support::{Jar, JarCommand, JarEvent};

const ID: &str = "blue";

type Jars = Repository<Jar, MemoryStore>;

fn stream() -> StreamName {
    Jars::stream_of(ID.to_owned()).unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn stored(number: u128, event_type: &'static str, payload: &str) -> NewEvent {
    let recorded_at = Timestamp::from_second(1_800_000_000 + i64::try_from(number).unwrap()).unwrap();
    NewEvent { id: id(number), recorded_at: Some(recorded_at), ..NewEvent::new(event_type, 1, payload) }
}

async fn jars(events: Vec<NewEvent>) -> Jars {
    let store = MemoryStore::new();
    store.append_events(&stream(), ExpectedVersion::None, events).await.unwrap();
    Jars::new(store)
}

/// What an audit shows, as texts and as JSON.
async fn audited(jars: &Jars) -> (Vec<String>, Vec<Value>) {
    let (mut texts, mut json) = (Vec::new(), Vec::new());
    let visit = |entry: &AuditEntry<'_>| {
        texts.push(entry.to_string());
        json.push(serde_json::to_value(entry).unwrap());
    };
    assert_eq!(jars.audit(ID.to_owned(), visit).await.unwrap(), texts.len() as u64);
    (texts, json)
}

#[tokio::test]
async fn who_when_why_and_what_is_stored_are_told() {
    let metadata = Metadata {
        correlation_id: Some(id(100)),
        causation_id: Some(id(101)),
        depth: 2,
        actor: Some("Ines".to_owned()),
        headers: [("channel".to_owned(), "phone".to_owned())].into(),
    };
    let payload = r#"{ "marbles" :4}"#;
    let jars = jars(vec![NewEvent { metadata, readable_from: 1, ..stored(1, "toys.MarblesPut", payload) }]).await;
    let (texts, json) = audited(&jars).await;
    assert_eq!(
        texts,
        ["toys.Jar-blue version 1 (position 1), 2027-01-15T08:00:01Z\n  \
          who        Ines\n  \
          event      01900000-0000-7000-8000-000000000001\n  \
          caused by  event 01900000-0000-7000-8000-000000000065, 2 in the chain\n  \
          part of    01900000-0000-7000-8000-000000000064 (correlation)\n  \
          header     channel = phone\n  \
          stored as  toys.MarblesPut version 1\n             { \"marbles\" :4}\n  \
          read as    toys.MarblesPut version 1\n             {\"marbles\":4}\n"]
    );
    let due = json!({
        "stream": "toys.Jar-blue", "version": 1, "position": 1, "id": id(1), "recorded_at": "2027-01-15T08:00:01Z",
        "actor": "Ines", "command_id": null, "causation_id": id(101), "correlation_id": id(100), "depth": 2,
        "headers": { "channel": "phone" }, "type": "toys.MarblesPut", "schema_version": 1, "readable_from": 1,
        "payload": payload, "hidden": false,
        "read_as": [{ "type": "toys.MarblesPut", "schema_version": 1, "payload": { "marbles": 4 } }],
    });
    assert_eq!(json, [due], "the payload is what is stored, byte by byte");
}

#[tokio::test]
async fn no_event_stops_an_audit() {
    let events = vec![
        stored(1, "toys.MarblesPut", r#"{"marbles":4}"#),
        stored(2, "toys.JarDusted", "{}"),
        stored(3, "toys.JarShaken", "{}"),
        stored(4, "toys.JarPainted", "{}"),
        stored(5, "toys.MarblesPut", r#"{"marbles":"many"}"#),
    ];
    let jars = jars(events).await;
    assert!(jars.load(ID.to_owned()).await.is_err(), "a state is another matter");
    let (texts, json) = audited(&jars).await;
    let said = |index: usize, text: &str| assert!(texts[index].contains(text), "{}", texts[index]);
    said(0, "  who        not known\n");
    said(0, "  read as    it is stored\n");
    said(1, "  read as    nothing: it was retired\n");
    said(2, "  read as    toys.MarblesTaken version 1\n             {\"marbles\":1}\n  read as    toys.MarblesPut");
    said(3, "  not read   no event of this set has that type");
    said(4, "  not read   ");
    let reading = |index: usize| ["read_as", "unreadable"].map(|name| json[index].get(name).is_some());
    assert_eq!(
        [0, 1, 2, 3, 4].map(reading),
        [[true, false], [true, false], [true, false], [false, true], [false, true]]
    );
    assert_eq!((json[1]["read_as"].as_array().unwrap().len(), json[2]["read_as"].as_array().unwrap().len()), (0, 2));
}

#[tokio::test]
async fn the_command_is_told_where_it_began_the_transaction() {
    let jars = Jars::new(MemoryStore::new());
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let context = |command| Context::new().command_id(command);
    jars.execute_with(ID.to_owned(), JarCommand::Put(3), context(first)).await.unwrap();
    let part_of = context(second).correlation_id(first);
    jars.execute_with(ID.to_owned(), JarCommand::Take(1), part_of).await.unwrap();
    let history = jars.history(ID.to_owned()).await.unwrap();
    let commands: Vec<Option<Uuid>> = history.audit().map(|entry| entry.command_id).collect();
    assert_eq!(commands, [Some(first), Some(first), Some(first), None]);
    let (texts, _) = audited(&jars).await;
    assert!(texts[0].contains(&format!("  command    {first}\n")) && !texts[0].contains("part of"), "{}", texts[0]);
    assert!(texts[3].contains(&format!("  part of    {first} (correlation)\n")), "{}", texts[3]);
    assert_eq!(history.audit().map(|entry| entry.id).nth(2), Some(event_id(first, 2)));
}

#[tokio::test]
async fn where_nobody_asked_a_policy_did() {
    let sweeper = || Context::new().header("policy", "toys.Sweeper");
    let jars = Jars::new(MemoryStore::new());
    jars.execute_with(ID.to_owned(), JarCommand::Put(3), sweeper()).await.unwrap();
    jars.execute_with(ID.to_owned(), JarCommand::Take(1), sweeper().actor("Ines")).await.unwrap();
    let (texts, _) = audited(&jars).await;
    let (first, last) = (texts.first().unwrap(), texts.last().unwrap());
    assert!(first.contains("  who        the policy toys.Sweeper\n"), "{first}");
    assert!(last.contains("  who        Ines\n"), "{last}");
}

#[tokio::test]
async fn what_is_stored_moves_no_cursor() {
    let hostile = "\u{1b}[2J\u{7}\r\n\u{202e}\u{9b}x";
    let metadata = Metadata {
        actor: Some(hostile.to_owned()),
        headers: [(hostile.to_owned(), hostile.to_owned())].into(),
        ..Metadata::default()
    };
    // As text in JSON, control characters of C0 are escaped; these are not.
    let event =
        NewEvent { metadata, ..stored(1, "toys.MarblesPut", "{\"marbles\":4,\"note\":\"\u{202e}\u{9b}\u{7f}\"}") };
    let (texts, json) = audited(&jars(vec![event]).await).await;
    let lines = texts[0].lines().count();
    assert!(!texts[0].chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{:?}", texts[0]);
    assert_eq!(lines, 8, "nothing makes up a line: {}", texts[0]);
    assert_eq!(json[0]["actor"], hostile, "as data it is what it is");
}

#[test]
fn members_are_hidden_in_what_is_stored_and_in_what_it_is_read_as() {
    let current = |payload: &str| Current::new("toys.MarblesPut", 2, payload.to_owned()).unwrap();
    let shown = |payload: &str, reading: Reading, members: &[&str]| {
        let mut page = factum::store::PageBuilder::new(1);
        page.push(&factum::Recorded {
            id: id(1),
            stream: "toys.Jar-blue",
            version: 1,
            position: 1,
            event_type: "toys.MarblesPut",
            schema_version: 1,
            readable_from: 1,
            recorded_at: Timestamp::UNIX_EPOCH,
            correlation_id: None,
            causation_id: None,
            depth: 0,
            actor: None,
            raw_headers: None,
            payload,
        });
        let page = page.finish(None, None);
        let mut entry = AuditEntry::new(&page.get(0).unwrap(), reading);
        entry.hide(members);
        (entry.to_string(), entry.hidden)
    };
    let read = || Reading::ReadAs(vec![current(r#"{"name":"Ada","marbles":1}"#)]);
    let (text, hidden) = shown(r#"{"owner":"Ada","marbles":1}"#, read(), &["owner", "name"]);
    assert!(hidden && !text.contains("Ada"), "{text}");
    assert!(text.contains(r#"{"owner":"(hidden)","marbles":1}"#) && text.contains(r#""name":"(hidden)""#), "{text}");
    let (text, hidden) = shown(r#"{"owner":"Ada"}"#, read(), &[]);
    assert!(!hidden && text.contains(r#"{"owner":"Ada"}"#), "{text}");
    let (text, hidden) = shown(r#"[{"at":{"owner":["Ada"]}}]"#, read(), &["owner", "name"]);
    assert!(hidden && text.contains(r#"[{"at":{"owner":"(hidden)"}}]"#), "{text}");
    let long = r#"{"owner":"Ada", "of":{"z":12345678901234567890.1230,"a":1e400}}"#;
    let (text, hidden) = shown(long, read(), &["owner"]);
    assert!(
        hidden && text.contains(r#"{"owner":"(hidden)","of":{"z":12345678901234567890.1230,"a":1e400}}"#),
        "{text}"
    );
    let deep = format!(r#"{}{{"owner":"Ada"}}{}"#, "[".repeat(10_000), "]".repeat(10_000));
    for broken in [&*deep, r#"{"owner":"Ada""#, r#"{"owner":"Ada","owner":"Ada"}"#, "Ada"] {
        let unreadable = Reading::Unreadable("invalid value: \"Ada\"".to_owned());
        let (text, hidden) = shown(broken, unreadable, &["owner"]);
        assert!(hidden && !text.contains("Ada"), "{text}");
    }
    let (text, hidden) = shown(r#"{"marbles":1}"#, Reading::NeedsCode("MarblesPut version 2".to_owned()), &["owner"]);
    assert!(
        !hidden && text.contains("read as    what your code says: it does the step to MarblesPut version 2"),
        "{text}"
    );
}

#[test]
fn a_payload_may_be_hidden_as_a_whole() {
    let store = MemoryStore::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = runtime.block_on(async {
        let event = stored(1, "toys.JarPainted", r#"{"by":"Ada"}"#);
        store.append_events(&stream(), ExpectedVersion::None, vec![event]).await.unwrap();
        store.last_event(&stream()).await.unwrap()
    });
    let mut entry = AuditEntry::of::<JarEvent>(&page.get(0).unwrap());
    entry.hide_payload();
    let json = serde_json::to_string(&entry).unwrap();
    assert!(entry.hidden && !entry.to_string().contains("Ada") && !json.contains("Ada"), "{json}");
}

#[test]
fn an_entry_of_a_set_is_what_the_set_reads() {
    let stored = Reading::ReadAs(vec![Current::new("toys.MarblesPut", 1, r#"{"marbles":4}"#.to_owned()).unwrap()]);
    let store = MemoryStore::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let event = self::stored(1, "toys.MarblesPut", r#"{"marbles":4}"#);
        store.append_events(&stream(), ExpectedVersion::None, vec![event]).await.unwrap();
        let page = store.last_event(&stream()).await.unwrap();
        assert_eq!(AuditEntry::of::<JarEvent>(&page.get(0).unwrap()).reading, stored);
    });
}
