//! How each kind of change is called, and how it is said.

use factum_model::diff::{Change, Edit, Kind};

use Said::{Alone, With};
use Sign::{Less, More, Other};

/// A change: for programs its name and the field, the enum's value or the union's kind that it is about; for people its sign,
/// and how it is said.
pub(super) type Told<'c> = (&'static str, Option<&'c str>, Sign, Said);

/// How a change looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sign {
    More,
    Less,
    Other,
}

/// How a change is said.
#[derive(Debug)]
pub(super) enum Said {
    /// In words about the part, or about the whole; what it was and what it is stands behind them.
    With(&'static str),
    /// In a sentence that has all of it.
    Alone(String),
}

pub(super) fn told(change: &Change) -> Told<'_> {
    let (was, is) = (change.was_told(), change.is_told());
    let alone = |words: &str| Alone(words.to_owned());
    match &change.kind {
        Kind::Added => ("added", None, More, alone("is new")),
        Kind::Gone => ("gone", None, Less, alone("is gone")),
        Kind::ContextChanged => ("context-changed", None, Other, With("belongs to another context")),
        Kind::CatalogMoved => ("catalog-moved", None, Other, With("belongs to another catalog")),
        Kind::VersionGone => ("version-gone", None, Less, With("is gone, with all later ones")),
        Kind::ShapeEdited { .. } => ("shape-edited", None, Other, With("stores something else")),
        Kind::UpcastEdited { .. } => ("upcast-edited", None, Other, upcast(was, is)),
        Kind::NothingChanged => ("nothing-changed", None, More, alone("is as the one before")),
        Kind::ByHand => ("by-hand", None, More, With("is made by hand of the one before")),
        Kind::Renamed => ("renamed", None, Other, Alone(format!("was called `{was}` before"))),
        Kind::Moved => ("moved", None, Other, Alone(format!("went from {was} to {is}"))),
        Kind::IdChanged => ("id-changed", None, Other, With("has an id of another type")),
        Kind::SnapshotLowered => ("snapshot-lowered", None, Other, With("has snapshots of a smaller revision")),
        Kind::StateChanged { .. } => ("state-changed", None, Other, With("has another state")),
        Kind::Retired { lifted } => ended(*lifted, was),
        Kind::BecameOthers { events } => ("became-others", None, Other, became(events)),
        Kind::FieldAdded { field } => ("field-added", Some(field), More, With("is a new field")),
        Kind::FieldRemoved { field, .. } => ("field-removed", Some(field), Less, With("is not stored any more")),
        Kind::FieldRenamed { field } => ("field-renamed", Some(field), Other, called(name(was), field)),
        Kind::FieldConverted { field, .. } if was == is => {
            ("field-converted", Some(field), Other, of(field, "has other values of the same type"))
        }
        Kind::FieldConverted { field, .. } => ("field-converted", Some(field), Other, With("has another type")),
        Kind::FieldsRebuilt => ("fields-rebuilt", None, Other, Alone(format!("`{was}` became `{is}`"))),
        Kind::PersonalAdded { field } => ("personal-added", Some(field), Other, of(field, "holds personal data")),
        Kind::PersonalRemoved { field } => {
            ("personal-removed", Some(field), Other, of(field, "holds no personal data any more"))
        }
        Kind::VariantAdded { variant, .. } => ("variant-added", Some(variant), More, of(variant, "is new")),
        Kind::VariantRemoved { variant } => {
            let words = format!("is not stored any more, and read as `{is}`");
            ("variant-removed", Some(variant), Less, of(variant, &words))
        }
        Kind::VariantRenamed { variant } => ("variant-renamed", Some(variant), Other, called(was, variant)),
        Kind::FallbackAdded => ("fallback-added", None, More, alone("keeps what it does not know")),
        Kind::FallbackRemoved => ("fallback-removed", None, Less, alone("refuses what it does not know")),
        Kind::DigitsLost { field, refused: false } => ("digits-lost", Some(field), Other, of(field, "may lose digits")),
        Kind::DigitsLost { field, refused: true } => {
            ("digits-lost", Some(field), Other, of(field, "may lose digits, and some values cannot be converted"))
        }
        Kind::ValueRefused { field } => {
            ("value-refused", Some(field), Other, of(field, "has values that cannot be converted"))
        }
        Kind::WideInteger { field } => ("wide-integer", Some(field), Other, With("holds integers of 64 bits")),
        Kind::DocChanged => ("doc-changed", None, Other, With(documented(was, is))),
        Kind::Deprecated => ("deprecated", None, Other, With("is deprecated")),
        Kind::DeprecationLifted => ("deprecation-lifted", None, Other, alone("is not deprecated any more")),
        Kind::Reordered => ("reordered", None, Other, With("has another order")),
        Kind::CommandChanged { edit: Edit::Added } => ("command-added", None, More, With("has a new command")),
        Kind::CommandChanged { edit: Edit::Gone } => ("command-gone", None, Less, With("has one command less")),
        Kind::CommandChanged { edit: Edit::Changed } => ("command-changed", None, Other, With("has another command")),
        Kind::RejectionChanged { edit: Edit::Added } => ("rejection-added", None, More, With("has a new rejection")),
        Kind::RejectionChanged { edit: Edit::Gone } => ("rejection-gone", None, Less, With("has one rejection less")),
        Kind::RejectionChanged { edit: Edit::Changed } => {
            ("rejection-changed", None, Other, With("has another rejection"))
        }
        Kind::PolicyChanged { edit: Edit::Added } => ("policy-has-more", None, More, With("has more to do")),
        Kind::PolicyChanged { edit: Edit::Gone } => ("policy-has-less", None, Less, With("has less to do")),
        Kind::PolicyChanged { edit: Edit::Changed } => {
            ("policy-changed", None, Other, With("has something else to do"))
        }
        Kind::PolicyStateChanged { .. } => ("policy-state-changed", None, Other, With("has another state")),
        Kind::CompensationChanged { edit: Edit::Added } => ("compensation-added", None, More, With("takes back")),
        Kind::CompensationChanged { edit: Edit::Gone } => {
            ("compensation-gone", None, Less, With("does not take back any more"))
        }
        Kind::CompensationChanged { edit: Edit::Changed } => {
            ("compensation-changed", None, Other, With("takes back something else"))
        }
    }
}

/// A sentence about a part; one without a name is the whole.
fn of(part: &str, words: &str) -> Said {
    Alone(if part.is_empty() { words.to_owned() } else { format!("`{part}` {words}") })
}

fn called(was: &str, is: &str) -> Said {
    Alone(format!("`{was}` is called `{is}`"))
}

/// The name in `name: type`.
fn name(field: &str) -> &str {
    field.split_once(": ").map_or(field, |(name, _)| name)
}

const fn documented(was: &str, is: &str) -> &'static str {
    match (was.is_empty(), is.is_empty()) {
        (true, _) => "is documented now",
        (false, true) => "is not documented any more",
        (false, false) => "is documented otherwise",
    }
}

fn upcast(was: &str, is: &str) -> Said {
    let by_code = "is made by hand as before, and the code makes something else of samples";
    if was == is { Alone(by_code.to_owned()) } else { With("older ones are read as something else") }
}

fn ended(lifted: bool, was: &str) -> Told<'static> {
    let retired = "is retired: it is not stored any more, and read as before";
    match (lifted, was) {
        (true, _) => ("retirement-lifted", None, More, Alone("is not retired any more".to_owned())),
        (false, "") => ("retired", None, Less, Alone(retired.to_owned())),
        (false, _) => ("retired", None, Other, With("is retired by another version")),
    }
}

fn became(events: &[String]) -> Said {
    let names: Vec<String> = events.iter().map(|event| format!("`{event}`")).collect();
    Alone(format!(
        "ended, and is read as {}",
        if names.is_empty() { "no event".to_owned() } else { names.join(" and ") }
    ))
}
