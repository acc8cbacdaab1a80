//! SARIF 2.1.0, as GitHub's code scanning takes it.

use std::collections::BTreeMap;

use factum_model::printable::{printable_json, printable_lines};
use serde_json::{Value, json};

use crate::cmd::about;
use crate::review::{Change, Finding, Level, Place, Review, Status};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = "https://github.com/factum-rs/factum";

pub(super) fn report(review: &Review) -> String {
    let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in &review.findings {
        rules.entry(&finding.code).or_insert(finding);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-factum",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": HOME,
                "rules": rules.values().map(|finding| rule(finding)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "properties": {
                "baselines": review.baselines,
                "modes": review.modes,
                "events": review.events,
                "happened": review.happened(),
                "changes": review.changes.iter().map(change).collect::<Vec<_>>(),
            },
            "results": review.findings.iter().map(|finding| result(finding, &index)).collect::<Vec<_>>(),
        }],
    });
    printable_json(&format!("{log:#}\n"))
}

/// An event that changed, under the names that the format `json` has for it.
fn change(change: &Change) -> Value {
    json!({
        "event": change.event,
        "happened": change.happened,
        "becomes": change.becomes,
        "old_version": change.old,
        "new_version": change.new,
        "backward": change.backward,
        "forward": change.forward,
    })
}

fn rule(finding: &Finding) -> Value {
    let (sentence, page) = about(&finding.code).unwrap_or_default();
    json!({
        "id": finding.code,
        "name": finding.rule,
        "shortDescription": { "text": finding.rule },
        "fullDescription": { "text": sentence },
        "help": { "text": page },
        "defaultConfiguration": { "level": level(finding.level) },
    })
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": index.get(finding.code.as_str()),
        "level": level(finding.level),
        "message": { "text": message(finding) },
        // Code scanning takes no result without a place.
        "locations": [{ "physicalLocation": finding.place.as_ref().map_or_else(nowhere, location) }],
        "properties": {
            "subject": finding.subject,
            "breaks": finding.breaks,
            "status": finding.status,
            "witness": finding.witness,
            "sample": finding.sample,
        },
    });
    let mut put =
        |key: &str, value: Value| drop(result.as_object_mut().map(|fields| fields.insert(key.to_owned(), value)));
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(
            |related| json!({ "physicalLocation": location(&related.place), "message": { "text": related.text } }),
        );
        put("relatedLocations", related.collect());
    }
    if let Some(id) = &finding.id {
        put("partialFingerprints", json!({ "factumFinding/v1": id }));
    }
    if let Status::Allowed { reason } = &finding.status {
        put("suppressions", json!([{ "kind": "external", "status": "accepted", "justification": reason }]));
    }
    result
}

fn message(finding: &Finding) -> String {
    let lines = std::iter::once(finding.message.clone()).chain(finding.notes()).chain(finding.helps.iter().cloned());
    let text = printable_lines(&lines.collect::<Vec<_>>().join("\n")).to_string();
    // In a message of SARIF brackets make links, and braces placeholders.
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn location(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.file) },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    })
}

fn nowhere() -> Value {
    json!({ "artifactLocation": { "uri": "factum.toml" }, "region": { "startLine": 1 } })
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let escaped = path.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    escaped.collect()
}
