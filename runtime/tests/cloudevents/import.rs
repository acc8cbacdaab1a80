//! What an import does.

use factum::cloudevents::{ImportError, NdjsonError, NdjsonReader, import};
use factum::store::conformance::block_on;
use factum::store::{FeedQuery, Page, StreamQuery};
use factum::{AppendError, EventStore, EventStoreExt, MemoryStore, ReadError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{line, lines};

pub(crate) fn try_import(store: &MemoryStore, text: &str) -> Result<(u64, u64), ImportError> {
    let imported = block_on(import(store, NdjsonReader::new(text.as_bytes()), |_| ()))?;
    Ok((imported.stored, imported.repeated))
}

#[test]
fn an_import_keeps_order_and_time_and_counts() {
    let store = MemoryStore::new();
    let text = lines(&[("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2)]);
    let mut seen = Vec::new();
    let imported = block_on(import(&store, NdjsonReader::new(text.as_bytes()), |progress| {
        seen.push((progress.events, progress.lines));
    }))
    .unwrap();
    assert_eq!((imported.stored, imported.repeated, imported.lines, imported.position), (5, 0, 5, Some(5)));
    assert_eq!(imported.bytes, text.len() as u64);
    assert!(seen.is_sorted());
    assert_eq!(seen.last(), Some(&(5, 5)));
    let page: Page = block_on(store.read_all(FeedQuery::default())).unwrap();
    let places: Vec<(&str, u64)> = page.iter().map(|event| (event.stream, event.version)).collect();
    assert_eq!(places, [("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2)]);
    assert!(page.iter().all(|event| event.recorded_at == "2026-03-01T12:00:00.123456Z".parse().unwrap()));
}

#[test]
fn an_import_again_finds_what_is_there_wherever_it_ended() {
    let events: Vec<(&str, u64)> = (1..=7).map(|version| ("a", version)).collect();
    for ended in 0..=7 {
        let store = MemoryStore::new();
        assert_eq!(try_import(&store, &lines(&events[..ended])).unwrap(), (ended as u64, 0));
        assert_eq!(try_import(&store, &lines(&events)).unwrap(), (7 - ended as u64, ended as u64));
        assert_eq!(try_import(&store, &lines(&events)).unwrap(), (0, 7));
        let versions = block_on(store.stream_version(&"a".parse().unwrap())).unwrap();
        assert_eq!(versions, Some(7));
    }
}

#[test]
fn a_long_run_is_appended_in_batches() {
    let store = MemoryStore::new();
    let events: Vec<(&str, u64)> = (1..=1201).map(|version| ("a", version)).collect();
    assert_eq!(try_import(&store, &lines(&events)).unwrap(), (1201, 0));
    let page = block_on(store.read_stream(StreamQuery::new("a".parse().unwrap()))).unwrap();
    assert_eq!(page.stream_version(), Some(1201));
}

/// Many appends are under way at once, and none overtakes another, whether it says its version or not.
#[test]
fn interleaved_streams_keep_their_order() {
    let events: Vec<(&str, u64)> = (0..1500).map(|index| (["a", "b", "c"][index % 3], index as u64 / 3 + 1)).collect();
    let with_versions = lines(&events);
    let without_versions = with_versions.replace(r#""streamversion":"#, r#""x":"#);
    assert_ne!(with_versions, without_versions);
    for text in [with_versions, without_versions] {
        let store = MemoryStore::new();
        assert_eq!(try_import(&store, &text).unwrap(), (1500, 0));
        let mut places = Vec::new();
        let visited = block_on(store.for_each_in_feed(FeedQuery::default(), |event| {
            places.push((event.stream.to_owned(), event.version));
            Ok::<(), ReadError>(())
        }));
        visited.unwrap();
        let expected: Vec<(String, u64)> =
            events.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect();
        assert_eq!(places, expected);
        assert_eq!(try_import(&store, &text).unwrap(), (0, 1500));
    }
}

#[test]
fn a_version_that_does_not_follow_is_named_with_its_line() {
    let store = MemoryStore::new();
    let error = try_import(&store, &lines(&[("a", 1), ("a", 3)])).unwrap_err();
    assert!(matches!(error, ImportError::Gap { line: 2, expected: 2, found: 3, .. }), "{error}");
    let error = try_import(&store, &lines(&[("b", 1), ("c", 2)])).unwrap_err();
    let conflict = matches!(error, ImportError::Append { line: 2, source: AppendError::Conflict { actual: 0, .. } });
    assert!(conflict, "{error}");
}

#[test]
fn what_the_store_refuses_is_named_with_its_line() {
    let store = MemoryStore::new();
    let text = format!("\n{}{}", line("a", 1), line("a", 2).replace(r#""readablefrom":"1""#, r#""readablefrom":"9""#));
    let error = try_import(&store, &text).unwrap_err();
    assert!(matches!(error, ImportError::Append { line: 3, source: AppendError::Invalid { .. } }), "{error}");
    assert!(error.to_string().starts_with("line 3: it says readable from version 9"), "{error}");
    let error = try_import(&store, "\n\n{}").unwrap_err();
    assert!(matches!(error, ImportError::Line(NdjsonError::Event { line: 3, .. })), "{error}");
}

/// Whatever differs, and whether the event is found alone or among others.
#[test]
fn what_is_there_already_must_be_what_its_line_says() {
    let text = lines(&[("a", 1), ("a", 2), ("a", 3)]);
    let changes = [
        ("subject", json!("b"), "stream"),
        ("streamversion", json!("4"), "version"),
        ("type", json!("conference.Closed"), "type"),
        ("schemaversion", json!("3"), "schema version"),
        ("readablefrom", json!("2"), "lowest version that reads it"),
        ("data", json!({}), "payload"),
        ("time", json!("2026-03-02T12:00:00Z"), "time"),
        ("correlationid", json!(Uuid::max()), "correlation id"),
        ("causationid", Value::Null, "causation id"),
        ("depth", json!("7"), "depth"),
        ("actor", json!("Bob"), "actor"),
        ("headers", json!("{}"), "header"),
    ];
    for (name, value, due) in changes {
        for among in [false, true] {
            let store = MemoryStore::new();
            try_import(&store, &text).unwrap();
            let mut last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
            last[name] = value.clone();
            let before = if among { lines(&[("a", 1), ("a", 2)]) } else { String::new() };
            match try_import(&store, &format!("{before}{last}\n")) {
                Err(ImportError::Differs { line, position: 3, what }) => {
                    assert_eq!((line, what), (if among { 3 } else { 1 }, due));
                }
                // A version that does not follow is told before the store is asked.
                Err(ImportError::Gap { line: 3, .. }) => assert!(among && name == "streamversion"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    // What a line does not say is not compared.
    let store = MemoryStore::new();
    try_import(&store, &text).unwrap();
    let silent = text.replace(r#""time":"#, r#""x":"#).replace(r#""streamversion":"#, r#""y":"#);
    assert!(matches!(try_import(&store, &silent), Err(ImportError::Differs { what: "header", .. })));
    let mut first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    for name in ["time", "streamversion"] {
        first[name] = Value::Null;
    }
    assert_eq!(try_import(&store, &format!("{first}\n")).unwrap(), (0, 1));
}
