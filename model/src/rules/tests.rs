//! The table of the rules, over every kind of change that there is.

use core::cmp::Ordering;
use std::collections::BTreeSet;

use super::review::{judged, judged_by};
use super::{Direction, Finding, Level, Mode, RULES};
use crate::diff::{Change, Class, Edit, Kind, Subject};
use crate::source::Origin;

/// A change, and what is to be said of it.
struct Row {
    rule: &'static str,
    kind: Kind,
    subject: &'static str,
    breaks: &'static str,
    covered: bool,
    /// In the modes `backward`, `forward` and `full`.
    levels: [Level; 3],
}

fn row(rule: &'static str, subject: &'static str, kind: Kind, breaks: &'static str, levels: [Level; 3]) -> Row {
    Row { rule, kind, subject, breaks, covered: false, levels }
}

/// With a declared step that reads old events.
fn step(rule: &'static str, subject: &'static str, kind: Kind, breaks: &'static str, levels: [Level; 3]) -> Row {
    Row { covered: true, ..row(rule, subject, kind, breaks, levels) }
}

const INFO: [Level; 3] = [Level::Info; 3];
const WARNING: [Level; 3] = [Level::Warning; 3];
const ERROR: [Level; 3] = [Level::Error; 3];
/// Only stored events are in danger.
const STORED: [Level; 3] = [Level::Error, Level::Warning, Level::Error];
/// Only deployed readers are in danger.
const DEPLOYED: [Level; 3] = [Level::Warning, Level::Error, Level::Error];
/// The same, and in the mode `backward` there is nothing to be done.
const DEPLOYED_INFO: [Level; 3] = [Level::Info, Level::Error, Level::Error];

fn converted(class: Class) -> Kind {
    Kind::FieldConverted { field: text(), class }
}

fn text() -> String {
    String::new()
}

fn table() -> Vec<Row> {
    let edited = |newest| Kind::ShapeEdited { newest };
    let revised = |revised| Kind::StateChanged { revised };
    let removed = |optional| Kind::FieldRemoved { field: text(), optional };
    let variant = |kept| Kind::VariantAdded { variant: text(), kept };
    vec![
        row("released-version-edited", "event", edited(false), "B F", ERROR),
        row("released-version-edited", "type", edited(false), "B F", ERROR),
        row("change-without-version", "event", edited(true), "B F", ERROR),
        row("change-without-version", "type", edited(true), "B F", ERROR),
        row("event-deleted", "event", Kind::Gone, "B", STORED),
        row("version-deleted", "event", Kind::VersionGone, "B", STORED),
        row("version-deleted", "type", Kind::VersionGone, "B", STORED),
        row("upcast-edited", "event", Kind::UpcastEdited { names: BTreeSet::new() }, "B", STORED),
        row("upcast-edited", "type", Kind::UpcastEdited { names: BTreeSet::new() }, "B", STORED),
        row("version-without-change", "event", Kind::NothingChanged, "", WARNING),
        row("version-without-change", "type", Kind::NothingChanged, "", WARNING),
        step("by-hand-added", "event", Kind::ByHand, "F", DEPLOYED_INFO),
        row("event-renamed", "event", Kind::Renamed, "F", DEPLOYED),
        row("aggregate-renamed", "aggregate", Kind::Gone, "P", ERROR),
        row("event-moved", "event", Kind::Moved, "P", ERROR),
        row("id-changed", "aggregate", Kind::IdChanged, "P", ERROR),
        row("context-changed", "event", Kind::ContextChanged, "P", ERROR),
        row("catalog-moved", "context", Kind::CatalogMoved, "", WARNING),
        row("type-renamed", "type", Kind::Renamed, "", INFO),
        step("field-added", "event", Kind::FieldAdded { field: text() }, "", INFO),
        step("field-removed", "event", removed(true), "D", WARNING),
        step("field-removed", "event", removed(false), "D F", DEPLOYED),
        step("field-renamed", "event", Kind::FieldRenamed { field: text() }, "F", DEPLOYED),
        step("field-retyped", "event", converted(Class::Widened), "F", DEPLOYED),
        step("field-retyped", "event", converted(Class::Converted), "B F", DEPLOYED),
        step("field-retyped", "event", Kind::FieldsRebuilt, "B F", DEPLOYED),
        step("field-repinned", "event", converted(Class::Version { kept: true }), "", INFO),
        step("field-repinned", "event", converted(Class::Version { kept: false }), "F", DEPLOYED_INFO),
        step("field-optional", "event", converted(Class::MadeOptional), "F", DEPLOYED),
        step("field-optional", "event", converted(Class::MadeRequired), "B", WARNING),
        step("collection-changed", "event", converted(Class::Collection), "B F", DEPLOYED),
        step("format-changed", "event", converted(Class::Format), "B F", DEPLOYED),
        row("conversion-lossy", "event", Kind::DigitsLost { field: text(), refused: false }, "D", WARNING),
        step("conversion-lossy", "event", Kind::DigitsLost { field: text(), refused: true }, "B D", WARNING),
        step("conversion-fallible", "event", Kind::ValueRefused { field: text() }, "B", WARNING),
        row("integer-precision", "event", Kind::WideInteger { field: text() }, "D", WARNING),
        row("personal-added", "event", Kind::PersonalAdded { field: text() }, "D", WARNING),
        row("personal-removed", "event", Kind::PersonalRemoved { field: text() }, "D", ERROR),
        step("variant-added", "type", variant(true), "", INFO),
        step("variant-added", "type", variant(false), "F", DEPLOYED),
        step("variant-added", "type", Kind::FallbackAdded, "F", DEPLOYED),
        step("variant-removed", "type", Kind::VariantRemoved { variant: text() }, "", INFO),
        step("variant-renamed", "type", Kind::VariantRenamed { variant: text() }, "F", DEPLOYED),
        row("fallback-removed", "type", Kind::FallbackRemoved, "B", STORED),
        row("becomes-added", "event", Kind::BecameOthers { events: Vec::new() }, "P", WARNING),
        row("event-retired", "event", Kind::Retired { lifted: false }, "", INFO),
        row("snapshot-lowered", "aggregate", Kind::SnapshotLowered, "P", ERROR),
        row("state-changed", "aggregate", revised(false), "P", INFO),
        row("state-changed", "aggregate", revised(true), "P", INFO),
        row("doc-changed", "event", Kind::DocChanged, "", INFO),
        row("deprecated", "event", Kind::Deprecated, "", INFO),
        row("deprecated", "event", Kind::DeprecationLifted, "", INFO),
        row("field-order", "event", Kind::Reordered, "", INFO),
        row("command-changed", "aggregate", Kind::CommandChanged { edit: Edit::Added }, "", INFO),
        row("command-changed", "aggregate", Kind::CommandChanged { edit: Edit::Gone }, "", INFO),
        row("command-changed", "aggregate", Kind::CommandChanged { edit: Edit::Changed }, "", INFO),
        row("command-changed", "aggregate", Kind::RejectionChanged { edit: Edit::Added }, "", INFO),
        row("command-changed", "aggregate", Kind::RejectionChanged { edit: Edit::Gone }, "", INFO),
        row("command-changed", "aggregate", Kind::RejectionChanged { edit: Edit::Changed }, "", INFO),
        row("policy-changed", "policy", Kind::Gone, "", INFO),
        row("policy-changed", "policy", Kind::PolicyChanged { edit: Edit::Added }, "", INFO),
        row("policy-changed", "policy", Kind::PolicyChanged { edit: Edit::Gone }, "", INFO),
        row("policy-changed", "policy", Kind::PolicyChanged { edit: Edit::Changed }, "", INFO),
        row("policy-state-changed", "policy", Kind::PolicyStateChanged { version: Ordering::Less }, "P", ERROR),
        row("policy-state-changed", "policy", Kind::PolicyStateChanged { version: Ordering::Equal }, "P", WARNING),
        row("policy-state-changed", "policy", Kind::PolicyStateChanged { version: Ordering::Greater }, "", INFO),
        row("compensation-changed", "event", Kind::CompensationChanged { edit: Edit::Added }, "", INFO),
        row("compensation-changed", "event", Kind::CompensationChanged { edit: Edit::Gone }, "", INFO),
        row("compensation-changed", "event", Kind::CompensationChanged { edit: Edit::Changed }, "", INFO),
        row("declared", "policy", Kind::Added, "", INFO),
        row("declared", "event", Kind::Added, "", INFO),
        row("declared", "aggregate", Kind::Added, "", INFO),
        row("declared", "type", Kind::Added, "", INFO),
    ]
}

/// A number for each kind of change, from 0 on and without a gap: a new kind does not compile until it has one, and the
/// table is not whole until it has a row.
const fn number(kind: &Kind) -> usize {
    match kind {
        Kind::Added => 0,
        Kind::Gone => 1,
        Kind::ContextChanged => 2,
        Kind::VersionGone => 3,
        Kind::ShapeEdited { newest: false } => 4,
        Kind::ShapeEdited { newest: true } => 5,
        Kind::UpcastEdited { .. } => 6,
        Kind::NothingChanged => 7,
        Kind::ByHand => 8,
        Kind::Renamed => 9,
        Kind::Moved => 10,
        Kind::IdChanged => 11,
        Kind::StateChanged { revised: false } => 12,
        Kind::StateChanged { revised: true } => 13,
        Kind::Retired { .. } => 14,
        Kind::BecameOthers { .. } => 15,
        Kind::FieldAdded { .. } => 16,
        Kind::FieldRemoved { optional: false, .. } => 17,
        Kind::FieldRemoved { optional: true, .. } => 18,
        Kind::FieldRenamed { .. } => 19,
        Kind::FieldConverted { class: Class::Widened, .. } => 20,
        Kind::FieldConverted { class: Class::Converted, .. } => 21,
        Kind::FieldConverted { class: Class::MadeOptional, .. } => 22,
        Kind::FieldConverted { class: Class::MadeRequired, .. } => 23,
        Kind::FieldConverted { class: Class::Collection, .. } => 24,
        Kind::FieldConverted { class: Class::Format, .. } => 25,
        Kind::FieldConverted { class: Class::Version { kept: false }, .. } => 26,
        Kind::FieldConverted { class: Class::Version { kept: true }, .. } => 61,
        Kind::FieldsRebuilt => 27,
        Kind::PersonalAdded { .. } => 28,
        Kind::PersonalRemoved { .. } => 29,
        Kind::VariantAdded { kept: false, .. } => 30,
        Kind::VariantAdded { kept: true, .. } => 31,
        Kind::VariantRemoved { .. } => 32,
        Kind::VariantRenamed { .. } => 33,
        Kind::FallbackAdded => 34,
        Kind::FallbackRemoved => 35,
        Kind::DocChanged => 36,
        Kind::Deprecated => 37,
        Kind::DeprecationLifted => 38,
        Kind::Reordered => 39,
        Kind::CommandChanged { edit: Edit::Added } => 40,
        Kind::CommandChanged { edit: Edit::Gone } => 41,
        Kind::CommandChanged { edit: Edit::Changed } => 42,
        Kind::RejectionChanged { edit: Edit::Added } => 43,
        Kind::RejectionChanged { edit: Edit::Gone } => 44,
        Kind::RejectionChanged { edit: Edit::Changed } => 45,
        Kind::CatalogMoved => 46,
        Kind::DigitsLost { refused: false, .. } => 47,
        Kind::DigitsLost { refused: true, .. } => 48,
        Kind::ValueRefused { .. } => 49,
        Kind::WideInteger { .. } => 50,
        Kind::SnapshotLowered => 51,
        Kind::PolicyChanged { edit: Edit::Added } => 52,
        Kind::PolicyChanged { edit: Edit::Gone } => 53,
        Kind::PolicyChanged { edit: Edit::Changed } => 54,
        Kind::PolicyStateChanged { version: Ordering::Less } => 55,
        Kind::PolicyStateChanged { version: Ordering::Equal } => 56,
        Kind::PolicyStateChanged { version: Ordering::Greater } => 57,
        Kind::CompensationChanged { edit: Edit::Added } => 58,
        Kind::CompensationChanged { edit: Edit::Gone } => 59,
        Kind::CompensationChanged { edit: Edit::Changed } => 60,
    }
}

fn change(row: &Row) -> Change {
    let name = "shop.Sold".to_owned();
    let subject = match row.subject {
        "context" => Subject::Context(name),
        "aggregate" => Subject::Aggregate(name),
        "event" => Subject::Event(name),
        "policy" => Subject::Policy(name),
        other => {
            assert_eq!(other, "type");
            Subject::Type(name)
        }
    };
    let (before, after) = ("one".to_owned(), "other".to_owned());
    let was = Some(subject.name().to_owned());
    Change {
        subject,
        version: Some(1),
        kind: row.kind.clone(),
        before,
        after,
        was,
        origin: Origin::default(),
        parts: Vec::new(),
        instead: None,
    }
}

fn letters(breaks: &[Direction]) -> String {
    breaks.iter().map(|direction| format!("{direction:?}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_rule_says_what_the_table_says() {
    for row in table() {
        let levels = [Mode::Backward, Mode::Forward, Mode::Full].map(|mode| {
            let found = judged(change(&row), mode);
            let said = (found.name, letters(found.breaks), found.covered);
            assert_eq!(said, (row.rule, row.breaks.to_owned(), row.covered), "{:?}", row.kind);
            found.level
        });
        assert_eq!(levels, row.levels, "{} {:?}", row.rule, row.kind);
    }
}

#[test]
fn the_table_has_every_kind_of_change_and_every_rule() {
    let table = table();
    let kinds: BTreeSet<usize> = table.iter().map(|row| number(&row.kind)).collect();
    assert_eq!(kinds, (0..kinds.len()).collect(), "a kind has no row");
    assert_eq!(kinds.len(), 62, "the last kind has no row");
    let rules: BTreeSet<&str> = table.iter().map(|row| row.rule).collect();
    assert_eq!(rules, RULES.iter().map(|rule| rule.name).collect(), "a rule has no row");
}

/// Each change is spoken of by one rule, so the order of the list decides nothing.
#[test]
fn no_two_rules_speak_of_one_change() {
    for row in table() {
        let change = change(&row);
        let speaking: Vec<&str> =
            RULES.iter().filter(|rule| (rule.judge)(&change).is_some()).map(|rule| rule.name).collect();
        assert_eq!(speaking, [row.rule], "{:?}", row.kind);
    }
}

/// A change that no rule speaks of is an error in every mode, and never passed over: here each rule is missing once.
#[test]
fn a_change_without_a_rule_is_an_error() {
    for row in table() {
        let others: Vec<_> = RULES.iter().copied().filter(|rule| rule.name != row.rule).collect();
        for mode in [Mode::Backward, Mode::Forward, Mode::Full] {
            let Finding { rule, name, level, .. } = judged_by(&others, change(&row), mode);
            assert_eq!((rule, name, level), (100, "unclassified", Level::Error), "{:?}", row.kind);
        }
    }
}
