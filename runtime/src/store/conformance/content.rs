//! What is stored is what was given, byte for byte.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::harness::{Bench, Kept, StoreFactory, Violation, ensure_eq, event, stream, typed};
use crate::envelope::{Metadata, NewEvent, Recorded};
use crate::store::validate::LIMITS;
use crate::store::{Page, StreamQuery};

/// Payloads that a store which parses, prints or collates would change.
const PAYLOADS: [&str; 15] = [
    "{}",
    "null",
    "\"\"",
    " { \"b\" : 1 ,\n\t\"a\" : [ ] } ",
    r#"{"a":1,"a":2}"#,
    r#"{"large":123456789012345678901234567890,"exact":0.1000000000000000055511151231257827}"#,
    r#"{"exponent":1E400,"zero":-0.0,"one":1.0}"#,
    r#"{"nul":"\u0000","bell":"\u0007","escaped":"\u00e9\/"}"#,
    r#"{"unicode":"žluťoučký kůň 馬 🐎 \ud83d\udc0e"}"#,
    "{\"combining\":\"e\u{301}\",\"composed\":\"\u{e9}\",\"bom\":\"\u{feff}\"}",
    "{\"separators\":\"\u{2028}\u{2029}\"}",
    "{\"quotes\":\"it's; DROP TABLE events; --\"}",
    r#"{"int":9223372036854775808,"negative":-9223372036854775809}"#,
    "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
    r#"["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"["]"#,
];

fn one<F: StoreFactory>(bench: &Bench<'_, F>, new: &NewEvent) -> Result<Kept, Violation> {
    let stream = stream(&new.id.to_string())?;
    bench.push(&stream, std::slice::from_ref(new))?;
    bench.stream(&stream)?.pop().ok_or_else(|| Violation::new("the event is not there"))
}

/// A payload is kept byte for byte: blanks, key order, duplicate keys, the text of numbers, escapes, unicode.
///
/// # Errors
/// [`Violation`].
pub fn payloads_are_kept_byte_for_byte<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for payload in PAYLOADS {
        let kept = one(&bench, &NewEvent { payload: payload.to_owned(), ..event(0) })?;
        ensure_eq!(kept.payload, payload, "the payload");
    }
    Ok(())
}

/// However often, in whichever way events are read: what is stored stays as it is.
///
/// # Errors
/// [`Violation`].
pub fn reading_changes_nothing<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let batch: Vec<NewEvent> =
        PAYLOADS.iter().map(|payload| NewEvent { payload: (*payload).to_owned(), ..event(0) }).collect();
    bench.push(&stream, &batch)?;
    let first = bench.everything()?;
    for limit in 1..=PAYLOADS.len() {
        ensure_eq!(
            bench.walk(&StreamQuery { limit, ..StreamQuery::new(stream.clone()) })?,
            first,
            "what is read again"
        );
        ensure_eq!(bench.everything()?, first, "the feed afterwards");
    }
    Ok(())
}

/// Correlation, causation, depth, actor and headers come back as they were given.
///
/// # Errors
/// [`Violation`].
pub fn metadata_is_kept<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let headers: BTreeMap<String, String> = [("ip", "::1"), ("žena", "🐎\u{0}\"'\n"), ("", "no name"), ("empty", "")]
        .map(|(k, v)| (k.into(), v.into()))
        .into();
    let metadata = Metadata {
        correlation_id: Some(Uuid::from_u128(1)),
        causation_id: Some(Uuid::max()),
        depth: 7,
        actor: Some("Ada \u{0} Łovelace".to_owned()),
        headers: headers.clone(),
    };
    let new = NewEvent { schema_version: 3, readable_from: 2, metadata: metadata.clone(), ..event(4) };
    bench.push(&stream, std::slice::from_ref(&new))?;
    let page: Page = bench.page(&StreamQuery::new(stream.clone()))?;
    let Some(kept) = page.iter().next() else { return Err(Violation::new("the event is not there")) };
    ensure_eq!((kept.id, kept.stream, kept.version), (new.id, stream.as_str(), 1), "id, stream and version");
    ensure_eq!((kept.schema_version, kept.readable_from), (3, 2), "schema version and readable_from");
    ensure_eq!(kept_metadata(&kept)?, metadata, "the metadata");
    Ok(())
}

fn kept_metadata(kept: &Recorded<'_>) -> Result<Metadata, Violation> {
    Ok(Metadata {
        correlation_id: kept.correlation_id,
        causation_id: kept.causation_id,
        depth: kept.depth,
        actor: kept.actor.map(ToOwned::to_owned),
        headers: kept.headers()?,
    })
}

/// No actor is not an empty actor; no headers are no text at all.
///
/// # Errors
/// [`Violation`].
pub fn absent_is_not_empty<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for actor in [None, Some(String::new())] {
        let mut new = event(0);
        new.metadata.actor.clone_from(&actor);
        let kept = one(&bench, &new)?;
        ensure_eq!(kept.actor, actor, "the actor");
        ensure_eq!(kept.raw_headers, None, "the headers' text");
        ensure_eq!((kept.correlation_id, kept.causation_id, kept.depth), (None, None, 0), "what was not given");
    }
    Ok(())
}

/// The largest and smallest of every field come back: ids, versions, depth, lengths.
///
/// # Errors
/// [`Violation`].
pub fn extreme_values_are_kept<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for id in [Uuid::from_u128(1), Uuid::max(), Uuid::from_u128(1 << 127), Uuid::from_u128(u128::MAX >> 1)] {
        ensure_eq!(one(&bench, &NewEvent { id, ..event(0) })?.id, id, "the id");
    }
    let mut new = NewEvent {
        schema_version: u32::MAX,
        readable_from: u32::MAX,
        event_type: "é".repeat(LIMITS.event_type / 2).into(),
        ..typed("", 0)
    };
    new.metadata.depth = u32::MAX;
    new.metadata.actor = Some("x".repeat(LIMITS.actor));
    let kept = one(&bench, &new)?;
    ensure_eq!((kept.schema_version, kept.readable_from), (u32::MAX, u32::MAX), "the schema versions");
    ensure_eq!(kept.depth, u32::MAX, "the depth");
    ensure_eq!((&*kept.event_type, kept.actor), (&*new.event_type, new.metadata.actor), "the type and the actor");
    Ok(())
}

/// Payloads of 1 MiB, and one larger than a page, come back whole.
///
/// # Errors
/// [`Violation`].
pub fn large_payloads_are_kept<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for bytes in [1 << 20, 3 * Page::MAX_BYTES] {
        let payload = format!("\"{}\"", "é".repeat(bytes / 2));
        let kept = one(&bench, &NewEvent { payload: payload.clone(), ..event(0) })?;
        ensure_eq!(kept.payload.len(), payload.len(), "the payload's length");
        ensure_eq!(kept.payload == payload, true, "whether the payload is the same");
    }
    Ok(())
}
