//! Events as CloudEvents: what is read, what is refused, what comes back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod import;

use std::collections::BTreeMap;

use factum::cloudevents::{
    CloudEvent, CloudEventError, Export, ExportError, Exported, NdjsonError, NdjsonReader, import, to_json,
};
use factum::store::FeedQuery;
use factum::store::conformance::block_on;
use factum::{AppendError, EventStore, EventStoreExt, ExpectedVersion, MemoryStore, Metadata, NewEvent};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::import::try_import;

fn whole() -> Value {
    json!({
        "specversion": "1.0",
        "id": "01976f60-3d20-7000-8000-000000000001",
        "source": "shop",
        "type": "shop.Opened",
        "subject": "shop.Shop-1",
        "time": "2026-03-01T12:00:00.123456Z",
        "datacontenttype": "application/json",
        "streamversion": "3",
        "position": "17",
        "schemaversion": "2",
        "readablefrom": "1",
        "correlationid": "01976f60-3d20-7000-8000-000000000002",
        "causationid": "01976f60-3d20-7000-8000-000000000003",
        "depth": "4",
        "actor": "Ada",
        "headers": r#"{"till":"7"}"#,
        "data": {"name": "Corner"},
    })
}

/// The whole event with one attribute changed, or taken out.
fn with(name: &str, value: Option<Value>) -> String {
    let mut event = whole();
    let object = event.as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.remove(name),
    };
    event.to_string()
}

fn read(text: &str) -> CloudEvent {
    CloudEvent::from_json(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_attribute_has_its_place() {
    let read = read(&whole().to_string());
    assert_eq!((read.stream.as_str(), read.stream_version, read.position), ("shop.Shop-1", Some(3), Some(17)));
    assert_eq!(read.expected(), ExpectedVersion::Exact(2));
    let due = NewEvent {
        id: Uuid::from_u128(0x0197_6f60_3d20_7000_8000_0000_0000_0001),
        event_type: "shop.Opened".into(),
        schema_version: 2,
        readable_from: 1,
        payload: r#"{"name":"Corner"}"#.to_owned(),
        recorded_at: Some("2026-03-01T12:00:00.123456Z".parse().unwrap()),
        metadata: Metadata {
            correlation_id: Some(Uuid::from_u128(0x0197_6f60_3d20_7000_8000_0000_0000_0002)),
            causation_id: Some(Uuid::from_u128(0x0197_6f60_3d20_7000_8000_0000_0000_0003)),
            depth: 4,
            actor: Some("Ada".to_owned()),
            headers: [("till".to_owned(), "7".to_owned())].into(),
        },
    };
    assert_eq!(read.event, due);
}

#[test]
fn what_may_be_missing_may_be_null() {
    let optional =
        ["time", "datacontenttype", "streamversion", "position", "readablefrom", "correlationid", "causationid"];
    for name in optional.into_iter().chain(["depth", "actor", "headers"]) {
        assert_eq!(read(&with(name, None)), read(&with(name, Some(Value::Null))), "{name}");
    }
    let bare = read(&with("readablefrom", None));
    assert_eq!(bare.event.readable_from, 2, "only readers of its own version are known to read it");
    assert_eq!(read(&with("streamversion", None)).expected(), ExpectedVersion::Any);
}

#[test]
fn what_must_be_there_must_be_there() {
    for name in ["specversion", "id", "source", "type", "subject", "schemaversion", "data"] {
        let error = CloudEvent::from_json(&with(name, None)).unwrap_err();
        assert!(matches!(error, CloudEventError::Missing { name: missing } if missing == name), "{name}: {error}");
    }
}

#[test]
fn a_payload_of_null_is_a_payload() {
    assert_eq!(read(&with("data", Some(Value::Null))).event.payload, "null");
}

#[test]
fn the_payload_is_kept_byte_for_byte() {
    let payload = r#"{ "b" : 1.50, "a": 123456789012345678901234567890, "b":"\u0000\u00e9" }"#;
    let text = with("data", Some(json!("PAYLOAD"))).replace("\"PAYLOAD\"", payload);
    assert_eq!(read(&text).event.payload, payload);
}

#[test]
fn integers_are_read_as_their_strings_are() {
    for name in ["streamversion", "position", "schemaversion", "readablefrom", "depth"] {
        assert_eq!(read(&with(name, Some(json!(2)))), read(&with(name, Some(json!("2")))), "{name}");
    }
}

#[test]
fn wrong_values_are_refused_by_name() {
    let cases = [
        ("id", json!("17")),
        ("id", json!(17)),
        ("source", json!("")),
        ("type", json!({})),
        ("subject", json!("")),
        ("subject", json!("line\nbreak")),
        ("time", json!("yesterday")),
        ("time", json!("2026-03-01T12:00:00")),
        ("datacontenttype", json!("text/xml")),
        ("datacontenttype", json!("application/jsonp")),
        ("streamversion", json!("0")),
        ("streamversion", json!("-1")),
        ("streamversion", json!("+1")),
        ("streamversion", json!(1.5)),
        ("streamversion", json!("")),
        ("position", json!("18446744073709551616")),
        ("schemaversion", json!("4294967296")),
        ("schemaversion", json!(true)),
        ("correlationid", json!("x")),
        ("actor", json!(["Ada"])),
        ("headers", json!({"till": "7"})),
        ("headers", json!("7")),
        ("headers", json!(r#"{"till":7}"#)),
        ("headers", json!(r#"{"till":"7","till":"8"}"#)),
    ];
    for (name, value) in cases {
        let error = CloudEvent::from_json(&with(name, Some(value.clone()))).unwrap_err();
        let blamed = matches!(error, CloudEventError::Attribute { name: blamed, .. } if blamed == name);
        assert!(blamed, "{name} = {value}: {error}");
    }
}

#[test]
fn what_is_no_cloudevent_1_0_is_refused() {
    for version in ["0.3", "1.1", "1"] {
        let error = CloudEvent::from_json(&with("specversion", Some(json!(version)))).unwrap_err();
        assert!(matches!(error, CloudEventError::SpecVersion { found } if found == version));
    }
    for text in ["", "[]", "null", "{", "{}x", "\"text\""] {
        assert!(CloudEvent::from_json(text).is_err(), "{text}");
    }
    let binary = with("data_base64", Some(json!("AAAA")));
    assert!(matches!(CloudEvent::from_json(&binary), Err(CloudEventError::BinaryData)));
}

#[test]
fn an_attribute_that_stands_there_twice_is_refused() {
    for (name, twice) in
        [("actor", r#"{"actor":"Eve","#), ("data", r#"{"data":1,"#), ("depth", r#"{"d\u0065pth":"4","#)]
    {
        let text = whole().to_string().replacen('{', twice, 1);
        let error = CloudEvent::from_json(&text).unwrap_err();
        assert!(matches!(&error, CloudEventError::Duplicate { name: found } if found == name), "{error}");
    }
}

#[test]
fn nothing_is_dropped() {
    let kept = |name: &str, value: Value| read(&with(name, Some(value))).event.metadata.headers;
    let and = |name: &str, value: &str| -> BTreeMap<String, String> {
        [("till".to_owned(), "7".to_owned()), (name.to_owned(), value.to_owned())].into()
    };
    assert_eq!(kept("traceparent", json!("00-4bf9")), and("ce-traceparent", "00-4bf9"));
    assert_eq!(kept("sampled", json!(true)), and("ce-sampled", "true"));
    assert_eq!(
        kept("dataschema", json!("https://example.org/opened")),
        and("ce-dataschema", "https://example.org/opened")
    );
    assert_eq!(kept("source", json!("/shops/7")), and("ce-source", "/shops/7"));
    let merge_patch = json!("application/merge-patch+json; charset=utf-8");
    assert_eq!(
        kept("datacontenttype", merge_patch),
        and("ce-datacontenttype", "application/merge-patch+json; charset=utf-8")
    );
    let taken =
        with("headers", Some(json!(r#"{"ce-source":"mine"}"#))).replace(r#""source":"shop""#, r#""source":"/x""#);
    assert!(matches!(CloudEvent::from_json(&taken), Err(CloudEventError::HeaderTaken { name }) if name == "source"));
}

fn export(store: &MemoryStore) -> String {
    exported(store, Export::new()).0
}

/// The lines, and what was said of them.
fn exported(store: &MemoryStore, what: Export) -> (String, Exported) {
    let mut seen = Vec::new();
    let (lines, exported) = block_on(what.write(store, Vec::new(), |progress| seen.push(*progress))).unwrap();
    assert!(seen.is_sorted_by_key(|progress| (progress.position, progress.events)));
    assert_eq!(exported.bytes, lines.len() as u64);
    (String::from_utf8(lines).unwrap(), exported)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", any::<String>().prop_map(|text| text.chars().take(20).collect())]
}

prop_compose! {
    fn any_metadata()(
        correlation_id in any::<Option<u128>>(),
        causation_id in any::<Option<u128>>(),
        depth in any::<u32>(),
        actor in proptest::option::of(any_text()),
        headers in proptest::collection::btree_map(any_text(), any_text(), 0..3),
    ) -> Metadata {
        let (correlation_id, causation_id) = (correlation_id.map(Uuid::from_u128), causation_id.map(Uuid::from_u128));
        Metadata { correlation_id, causation_id, depth, actor, headers }
    }
}

prop_compose! {
    fn any_event()(
        id in 1..u128::MAX,
        event_type in "[a-zé.\" ]{0,8}[a-zA-Z]",
        (schema_version, readable_from) in (1..=u32::MAX).prop_flat_map(|version| (Just(version), 1..=version)),
        payload in prop_oneof![
            any_text().prop_map(|text| json!(text).to_string()),
            any::<f64>().prop_map(|number| format!("[ {number:?} ]").replace("NaN", "0").replace("inf", "1")),
            any::<i64>().prop_map(|number| format!("{{\"a\" : {number}00000000000000000000}}")),
            Just("null".to_owned()),
        ],
        metadata in any_metadata(),
    ) -> NewEvent {
        let event_type = event_type.into();
        let id = Uuid::from_u128(id);
        NewEvent { id, event_type, schema_version, readable_from, payload, recorded_at: None, metadata }
    }
}

proptest! {
    #[test]
    fn any_envelope_comes_back(events in proptest::collection::vec((any_event(), "[a-cé ]"), 1..8), seconds in any::<i32>()) {
        let time = jiff::Timestamp::new(i64::from(seconds), 0).unwrap();
        let store = MemoryStore::with_clock(move || time);
        for (event, stream) in events {
            let appended = block_on(store.append_events(&stream.parse().unwrap(), ExpectedVersion::Any, vec![event]));
            let stored = appended.is_ok() || matches!(appended, Err(AppendError::IdReused { .. }));
            prop_assert!(stored);
        }
        let exported = export(&store);
        let copy = MemoryStore::new();
        block_on(import(&copy, NdjsonReader::new(exported.as_bytes()), |_| ())).unwrap();
        prop_assert_eq!(export(&copy), exported);
    }

    #[test]
    fn reading_never_panics(text in any::<String>(), cut in 0..600_usize) {
        let _ = CloudEvent::from_json(&text);
        let whole = whole().to_string();
        let _ = CloudEvent::from_json(whole.get(..cut).unwrap_or(&whole));
    }
}

/// A store of events of three streams, more than fit in a page.
fn filled() -> MemoryStore {
    let store = MemoryStore::new();
    let text: String = (0..2_400).map(|index| line(["a", "b", "c"][index % 3], index as u64 / 3 + 1)).collect();
    assert_eq!(try_import(&store, &text).unwrap(), (2_400, 0));
    let other = NewEvent::new("hall.Opened", 1, "{}");
    block_on(store.append_events(&"d".parse().unwrap(), ExpectedVersion::None, vec![other])).unwrap();
    store
}

#[test]
fn an_export_goes_on_where_another_ended() {
    let store = filled();
    let (whole, all) = exported(&store, Export::new());
    assert_eq!((all.events, all.position), (2_401, 2_401));
    for cut in [0, 1, 999, 1_000, 1_001, 2_400, 2_401] {
        let (mut lines, first) = exported(&store, Export::new().up_to(cut));
        assert_eq!((first.events, first.position), (cut, cut), "{cut}");
        let (rest, second) = exported(&store, Export::new().from(first.position + 1));
        assert_eq!((second.events, second.position), (2_401 - cut, 2_401), "{cut}");
        lines.push_str(&rest);
        assert_eq!(lines, whole, "{cut}");
    }
    assert_eq!(exported(&store, Export::new().up_to(u64::MAX)).1, all);
}

#[test]
fn an_export_is_of_what_was_asked_for() {
    let store = filled();
    let of = |what| exported(&store, what).1.events;
    assert_eq!(of(Export::new().types(["hall.Opened"])), 1);
    assert_eq!(of(Export::new().types(["shop.Opened"]).streams(["a", "d"])), 800);
    assert_eq!(of(Export::new().contexts(["hall"])), 1);
    assert_eq!(of(Export::new().contexts(["shop"]).from(2_400)), 1);
    let none = exported(&store, Export::new().types(["shop.Closed"])).1;
    assert_eq!((none.events, none.position), (0, 2_401), "all has been looked at");
    assert_eq!(exported(&MemoryStore::new(), Export::new()).1, Exported::default());
}

#[test]
fn an_export_whose_output_is_full_says_how_far_it_came() {
    let store = filled();
    let (whole, _) = exported(&store, Export::new());
    let whole = whole.as_bytes();
    let mut room = vec![0; whole.len() / 2];
    let error = block_on(Export::new().write(&store, &mut room[..], |_| ())).unwrap_err();
    let ExportError::Write { position, .. } = error else { panic!("{error}") };
    assert!(whole.starts_with(&room));
    let (rest, _) = exported(&store, Export::new().from(position + 1));
    let written = whole.len() - rest.len();
    assert!(whole.ends_with(rest.as_bytes()) && written <= room.len(), "all up to there was written");
}

/// An imported event that another one of its kind was left out before gets another position; nothing else differs.
#[test]
fn only_positions_differ_in_a_copy() {
    let store = filled();
    let (lines, _) = exported(&store, Export::new().streams(["b", "d"]));
    let copy = MemoryStore::new();
    block_on(import(&copy, NdjsonReader::new(lines.as_bytes()), |_| ())).unwrap();
    let without_position = |lines: &str| -> Vec<Value> {
        let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.map(|mut event| (event["position"].take(), event).1).collect()
    };
    let again = export(&copy);
    assert_ne!(again, lines);
    assert_eq!(without_position(&again), without_position(&lines));
}

#[test]
fn what_is_written_is_one_line_in_rfc_order() {
    let store = MemoryStore::new();
    block_on(store.append_events(&"s".parse().unwrap(), ExpectedVersion::Any, vec![read(&whole().to_string()).event]))
        .unwrap();
    let page = block_on(store.read_all(FeedQuery::default())).unwrap();
    let text = to_json(&page.iter().next().unwrap()).unwrap();
    let expected = concat!(
        r#"{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"shop","type":"shop.Opened","#,
        r#""subject":"s","time":"2026-03-01T12:00:00.123456Z","datacontenttype":"application/json","#,
        r#""streamversion":"1","position":"1","schemaversion":"2","readablefrom":"1","#,
        r#""correlationid":"01976f60-3d20-7000-8000-000000000002","causationid":"01976f60-3d20-7000-8000-000000000003","#,
        r#""depth":"4","actor":"Ada","headers":"{\"till\":\"7\"}","data":{"name":"Corner"}}"#,
    );
    assert_eq!(text, expected);
}

#[test]
fn a_payload_with_line_breaks_is_written_as_one_line() {
    let store = MemoryStore::new();
    let event = NewEvent::new("shop.Opened", 1, "{\r\n  \"a\": \"b\\n\"\n}");
    block_on(store.append_events(&"s".parse().unwrap(), ExpectedVersion::Any, vec![event])).unwrap();
    let text = export(&store);
    assert_eq!(text.matches('\n').count(), 1);
    assert!(text.ends_with("\"data\":{    \"a\": \"b\\n\" }}\n"), "{text}");
}

/// A line for the n-th event of a stream.
fn line(stream: &str, version: u64) -> String {
    let id = Uuid::new_v5(&Uuid::max(), format!("{stream}-{version}").as_bytes());
    let mut event = whole();
    event["id"] = json!(id);
    event["subject"] = json!(stream);
    event["streamversion"] = json!(version.to_string());
    format!("{event}\n")
}

fn lines(events: &[(&str, u64)]) -> String {
    events.iter().map(|(stream, version)| line(stream, *version)).collect()
}

#[test]
fn lines_are_read_however_they_end() {
    let (one, two) = (line("a", 1), line("a", 2));
    let text = format!("\u{feff}{}\r\n\n  \t\r\n{}", one.trim_end(), two.trim_end());
    let read: Vec<(u64, u64)> =
        NdjsonReader::new(text.as_bytes()).map(|line| line.unwrap()).map(|line| (line.number, line.bytes)).collect();
    assert_eq!(read, [(1, one.len() as u64 + 4), (4, text.len() as u64)]);
}

#[test]
fn a_line_that_is_no_event_is_named_and_the_next_is_read() {
    let mut text = line("a", 1).into_bytes();
    text.extend(b"{\"specversion\":\"1.0\"}\n\xff\xfe\n");
    text.extend(line("a", 2).into_bytes());
    let read: Vec<_> = NdjsonReader::new(&*text).collect();
    assert!(
        matches!(
            &read[..],
            [
                Ok(_),
                Err(NdjsonError::Event { line: 2, source: CloudEventError::Missing { name: "id" | "subject" } }),
                Err(NdjsonError::NotUtf8 { line: 3 }),
                Ok(_),
            ]
        ),
        "{read:?}"
    );
}

#[test]
fn a_line_may_have_so_many_bytes_and_no_more() {
    let text = line("a", 1);
    let bytes = text.trim_end().len();
    for end in ["", "\n", "\r\n"] {
        for start in ["", "\u{feff}"] {
            let text = format!("{start}{}{end}", text.trim_end());
            assert!(matches!(NdjsonReader::new(text.as_bytes()).max_line(bytes).next(), Some(Ok(_))));
            let mut reader = NdjsonReader::new(text.as_bytes()).max_line(bytes - 1);
            assert!(matches!(reader.next(), Some(Err(NdjsonError::TooLong { line: 1, .. }))));
            assert!(reader.next().is_none());
        }
    }
}

#[test]
fn behind_a_line_that_is_too_long_reading_goes_on() {
    let next = line("a", 2);
    let text = format!("{}\n{next}{}", "x".repeat(next.len() + 300), "y".repeat(next.len() + 300));
    // A buffer smaller than a line, as files have.
    let mut reader =
        NdjsonReader::new(std::io::BufReader::with_capacity(16, text.as_bytes())).max_line(next.trim_end().len());
    assert!(matches!(reader.next(), Some(Err(NdjsonError::TooLong { line: 1, .. }))));
    assert!(matches!(reader.next(), Some(Ok(line)) if line.number == 2));
    assert!(matches!(reader.next(), Some(Err(NdjsonError::TooLong { line: 3, .. }))));
    assert!(reader.next().is_none());
    assert_eq!(reader.bytes(), text.len() as u64);
}
