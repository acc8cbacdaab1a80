//! Every rule beside its pair of schemas; and whether what is stored really reads as the rules say.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use factum_model::ast::Document;
use factum_model::diff::{declared, diff, moved};
use factum_model::lock::{Lock, Proposal, propose};
use factum_model::rules::{Allowance, Direction, Finding, Level, Mode, RULES, Review, Status, review, review_changes};
use factum_model::schema::{EventId, Schema};
use factum_model::upcast::nature::of_step;
use factum_model::value::{self, Fault, sample::Sampler};
use factum_model::{Checked, Sources, check, render};
use factum_test_kit::schema::schemas;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::read as read_lock;

const SAMPLES: usize = 1_000;
pub(crate) const TODAY: &str = "2026-06-01";

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules")
}

/// One side of a pair: what it means, and what it says.
struct Side {
    schema: Schema,
    documents: Vec<Document>,
    /// The folders of catalogs, by context, where the pair is about them.
    catalogs: BTreeMap<String, String>,
}

/// What no schema is allowed to say may still be in locks: then a pair is two of them.
fn side(rule: &str, which: &str, changed: &dyn Fn(String) -> String) -> Side {
    let catalogs = fs::read_to_string(folder().join(rule).join(format!("{which}.catalogs"))).unwrap_or_default();
    let catalogs = catalogs.lines().filter_map(|line| line.split_once(' '));
    let catalogs = catalogs.map(|(context, folder)| (context.to_owned(), folder.to_owned())).collect();
    if let Ok(text) = fs::read_to_string(folder().join(rule).join(format!("{which}.lock"))) {
        let lock = read_lock(&text).unwrap_or_else(|told| panic!("{rule}\n{told}"));
        Side { schema: lock.schema().unwrap(), documents: Vec::new(), catalogs }
    } else {
        let (checked, documents) = read_as(rule, which, changed);
        Side { schema: checked.schema().clone(), documents, catalogs }
    }
}

/// A side of a pair that is written in files, their text changed before they are read.
fn read_as(rule: &str, which: &str, changed: &dyn Fn(String) -> String) -> (Checked, Vec<Document>) {
    let mut sources = Sources::new();
    for name in [format!("{which}.yaml"), format!("{which}_more.yaml")] {
        if let Ok(text) = fs::read_to_string(folder().join(rule).join(&name)) {
            sources.add(name, changed(text).into_bytes());
        }
    }
    let outcome = check(&mut sources);
    let checked =
        outcome.checked.unwrap_or_else(|| panic!("{rule}\n{}", render(&outcome.diagnostics, &sources, false)));
    (checked, outcome.documents)
}

fn checked(rule: &str, which: &str) -> Checked {
    read_as(rule, which, &|text| text).0
}

fn schema(rule: &str, which: &str) -> Schema {
    side(rule, which, &|text| text).schema
}

/// The pair of every rule: what was, and what is.
pub(crate) fn pairs() -> Vec<(&'static str, Schema, Schema)> {
    RULES.iter().map(|rule| (rule.name, schema(rule.name, "old"), schema(rule.name, "new"))).collect()
}

fn compared(old: &Schema, new: &Schema, mode: Mode) -> Review {
    review_changes(diff(&Lock::of(old), &Lock::of(new)), mode, &[], TODAY)
}

/// As the whole review compares schemas: with what no lock has.
fn compared_whole(old: &Side, new: &Side, mode: Mode) -> Review {
    let mut changes = diff(&Lock::of(&old.schema), &Lock::of(&new.schema));
    changes.extend(declared(&old.documents, &new.documents));
    let folders: BTreeSet<&String> = new.catalogs.values().collect();
    changes.extend(folders.into_iter().flat_map(|now| moved(&old.catalogs, (&new.schema, &Lock::default()), now)));
    review_changes(changes, mode, &[], TODAY)
}

pub(crate) fn lines(review: &Review) -> String {
    let mut out = String::new();
    for found in &review.findings {
        let _ = writeln!(
            out,
            "{:?} E{:04} {} {:?}{}",
            found.level,
            found.rule,
            found.name,
            found.breaks,
            if found.covered { " covered" } else { "" }
        );
        let _ = writeln!(out, "  {}", found.message);
        if !found.help.is_empty() {
            let _ = writeln!(out, "  help: {}", found.help);
        }
    }
    out
}

#[test]
fn all_rules_over_every_pair() {
    for name in RULES.iter().map(|rule| rule.name) {
        let [old, new] = ["old", "new"].map(|which| side(name, which, &|text| text));
        let review = compared_whole(&old, &new, Mode::Backward);
        assert!(review.findings.iter().any(|found| found.name == name), "{name}: {}", lines(&review));
        insta::with_settings!({
            snapshot_path => folder().join(name),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!("findings", lines(&review)) });
    }
}

fn with_comments(text: &str) -> String {
    let commented = |line: &str| {
        // Behind a text without quotes a comment would cut it.
        let behind = if line.contains("doc:") || line.contains("message:") { "" } else { " # and a comment" };
        format!("{line}{behind}\n\n# of its own\n")
    };
    text.lines().map(commented).collect()
}

/// Another look of the same schema: other ends of lines, comments, indentation.
const LOOKS: &[fn(String) -> String] = &[
    |text| text,
    |text| text.replace('\n', "\r\n"),
    |text| with_comments(&text),
    |text| text.replace("  ", "    "),
    |text| "\u{feff}# At the top.\n".to_owned() + &text,
];

#[test]
fn nothing_is_found_where_nothing_changed() {
    for (name, which) in RULES.iter().flat_map(|rule| [(rule.name, "old"), (rule.name, "new")]) {
        let as_it_is = side(name, which, &|text| text);
        for look in LOOKS {
            // A comment would be text of a block.
            let text = |text: String| if text.contains(": |\n") { text } else { look(text) };
            let review = compared_whole(&as_it_is, &side(name, which, &text), Mode::Full);
            assert_eq!(review, Review::default(), "{name}: {}", lines(&review));
        }
    }
}

/// With the entries of each block the other way round, below the first level; `None` where lines are no entries.
fn reordered(text: &str) -> Option<String> {
    let is_entry = |line: &str| {
        let count = |brackets: [char; 2]| line.matches(brackets).count();
        !line.trim_start().starts_with('-') && count(['{', '[']) == count(['}', ']'])
    };
    let whole = text.lines().all(is_entry) && !text.contains(": |\n");
    whole.then(|| blocks(&text.lines().collect::<Vec<_>>(), false).join("\n") + "\n")
}

fn blocks<'t>(lines: &[&'t str], turned: bool) -> Vec<&'t str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(outer) = lines.first().map(|line| indent(line)) else { return Vec::new() };
    let mut entries: Vec<Vec<&str>> = lines
        .chunk_by(|_, next| indent(next) > outer)
        .map(|entry| [vec![entry[0]], blocks(&entry[1..], true)].concat())
        .collect();
    if turned {
        entries.reverse();
    }
    entries.concat()
}

#[test]
fn nothing_but_the_order_is_found_where_only_that_changed() {
    let turned = Cell::new(0);
    let turn = |text: String| match reordered(&text) {
        Some(other) if other != text => {
            turned.set(turned.get() + 1);
            other
        }
        Some(_) | None => text,
    };
    for (name, which) in RULES.iter().flat_map(|rule| [(rule.name, "old"), (rule.name, "new")]) {
        let as_it_is = side(name, which, &|text| text);
        let other = side(name, which, &turn);
        let review = compared_whole(&as_it_is, &other, Mode::Full);
        assert!(review.findings.iter().all(|found| found.name == "field-order"), "{name}: {}", lines(&review));
    }
    assert!(turned.get() > 30, "many can be written in another order: {turned:?}");
}

#[test]
fn the_list_the_folder_and_the_numbers_agree() {
    let listed: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let folders = fs::read_dir(folder()).unwrap();
    let pairs: BTreeSet<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(listed, pairs);
    let files: BTreeSet<String> = fs::read_dir(folder().join("../../model/src/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().replace('_', "-"))
        .filter(|name| {
            !["mod", "review", "levels", "allowances", "witness", "problems", "tests"].contains(&name.as_str())
        })
        .collect();
    assert_eq!(listed, files);
    assert!(RULES.windows(2).all(|pair| pair[0].number < pair[1].number), "sorted, each number once");
    for rule in RULES {
        for heading in ["# What it does", "# Why it breaks", "# Example", "# What to do instead"] {
            assert!(rule.page.contains(heading), "{}: no {heading}", rule.name);
        }
    }
}

/// What a stored payload is read as, or why not. `None` where only the user's code knows.
fn read(schema: &Schema, wire_type: &str, version: u32, payload: &str) -> Option<Result<Vec<Value>, Fault>> {
    let event = schema
        .events
        .iter()
        .position(|event| event.versions.iter().any(|known| known.number == version && known.wire_type == wire_type));
    let Some(event) = event else { return Some(Err(Fault::UnknownVersion)) };
    let id = EventId(u32::try_from(event).unwrap());
    match value::read(schema, id, version, payload) {
        // As values: in which order a schema writes them is nothing that is read.
        Ok(events) => {
            let written = |event| serde_json::from_str(&value::written(schema, event)).unwrap();
            Some(Ok(events.iter().map(written).collect()))
        }
        Err(Fault::ByHand(..)) => None,
        Err(fault) => Some(Err(fault)),
    }
}

/// Whether a declared step has values that it refuses.
fn may_refuse(schema: &Schema) -> bool {
    let mut steps = schema.events.iter().flat_map(|event| &event.versions).flat_map(|version| &version.steps);
    steps.any(|step| of_step(schema, step).fallible)
}

/// Whether an old payload is refused by the new schema, or read as something else although no version was added.
fn misread(old: &Schema, new: &Schema, samples: usize) -> Option<String> {
    for event in &old.events {
        let mut made = Sampler::new(old, 11);
        for version in &event.versions {
            for _ in 0..samples {
                let payload = made.event(event, version.number).unwrap().to_string();
                let Some(Ok(before)) = read(old, &version.wire_type, version.number, &payload) else { continue };
                let Some(after) = read(new, &version.wire_type, version.number, &payload) else { continue };
                let same_history = new.events.iter().any(|other| {
                    let newest = |event: &factum_model::schema::EventDef| (event.current().number, event.fate.clone());
                    other.name == event.name && newest(other) == newest(event)
                });
                let wrong = match &after {
                    Err(Fault::Upcast(_)) => same_history || !may_refuse(new), // some declared conversions may say no
                    Err(_) => true,
                    Ok(after) => same_history && *after != before,
                };
                if wrong {
                    return Some(format!("{}@{} {payload}: {before:?}, {after:?}", version.wire_type, version.number));
                }
            }
        }
    }
    None
}

fn breaks_stored(found: &Finding) -> bool {
    found.breaks.contains(&Direction::B) && !found.covered
}

/// Both directions: what breaks stored events has a payload that shows it, and what does not has none.
#[test]
fn what_is_stored_reads_as_the_rules_say() {
    for (name, old, new) in pairs() {
        let review = compared(&old, &new, Mode::Backward);
        let identity = review.findings.iter().any(|found| found.name == "context-changed");
        if identity {
            continue; // all names of what is stored changed, which is told as one problem of identity
        }
        let broken = review.findings.iter().any(breaks_stored);
        let both_ways = broken && review.findings.iter().any(|found| found.breaks.contains(&Direction::F));
        // What was widened in place still reads; but code that is deployed meets values that it cannot hold.
        let witness =
            misread(&old, &new, SAMPLES).or_else(|| both_ways.then(|| misread(&new, &old, SAMPLES)).flatten());
        assert_eq!(witness.is_some(), broken, "{name}: {witness:?}\n{}", lines(&review));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever a history says in its newest versions, some rule speaks of it, and none of them calls it an error: the
    /// steps are declared.
    #[test]
    fn declared_history_is_never_an_error(schema in schemas()) {
        let yaml = schema.to_string();
        let current = crate::support::checked(&yaml);
        let whole = Lock::of(current.schema());
        prop_assert_eq!(review(&whole, &current, Mode::Full, &[], TODAY), Review::default());
        let mut before = whole;
        for event in before.events.values_mut() {
            let event = Arc::make_mut(&mut event.value);
            event.end = None;
            while event.versions.len() > 1 {
                event.versions.pop_last();
            }
        }
        for ty in before.types.values_mut() {
            let ty = Arc::make_mut(&mut ty.value);
            while ty.versions.len() > 1 {
                ty.versions.pop_last();
            }
        }
        let review = review(&before, &current, Mode::Backward, &[], TODAY);
        prop_assert!(review.worst() != Some(Level::Error), "{}\n{yaml}", lines(&review));
    }
}

#[test]
fn modes_decide_what_is_an_error() {
    let level = |name: &str, mode| {
        let review = compared(&schema(name, "old"), &schema(name, "new"), mode);
        review.findings.iter().find(|found| found.name == name).unwrap().level
    };
    assert_eq!(level("field-renamed", Mode::Backward), Level::Warning);
    assert_eq!(level("field-renamed", Mode::Forward), Level::Error);
    assert_eq!(level("field-renamed", Mode::Full), Level::Error);
    assert_eq!(level("event-deleted", Mode::Backward), Level::Error);
    assert_eq!(level("event-deleted", Mode::Forward), Level::Warning);
    assert_eq!(level("field-added", Mode::Full), Level::Info);
}

#[test]
fn an_allowance_allows_one_finding_until_its_day() {
    let (old, new) = (checked("event-deleted", "old"), checked("event-deleted", "new"));
    let baseline = Lock::of(old.schema());
    let id = compared(old.schema(), new.schema(), Mode::Backward).findings[0].id.clone();
    let with = |id: &str, reason: &str, until: Option<&str>| {
        let allowance = Allowance {
            id: id.to_owned(),
            reason: reason.to_owned(),
            until: until.map(str::to_owned),
            ..Allowance::default()
        };
        review(&baseline, &new, Mode::Backward, &[allowance], TODAY)
    };
    let allowed = with(&id, "never stored", None);
    assert_eq!(allowed.worst(), Some(Level::Info));
    assert_eq!(allowed.accepted(&baseline).len(), 1);
    assert_eq!(with(&id, "never stored", Some(TODAY)).worst(), Some(Level::Info));
    let expired = with(&id, "never stored", Some("2026-05-31"));
    assert_eq!(expired.worst(), Some(Level::Error));
    assert!(matches!(expired.findings[0].status, Status::Expired(_)));
    assert_eq!(with(&id, " ", None).without_reason, std::slice::from_ref(&id));
    assert_eq!(with("0123456789ab", "another", None).unused, ["0123456789ab"]);
}

/// The longest of several counts, in whatever order they are written.
#[test]
fn the_order_of_allowances_does_not_matter() {
    let (old, new) = (checked("event-deleted", "old"), checked("event-deleted", "new"));
    let baseline = Lock::of(old.schema());
    let id = compared(old.schema(), new.schema(), Mode::Backward).findings[0].id.clone();
    let allowance = |until: Option<&str>| Allowance {
        id: id.clone(),
        reason: "never stored".to_owned(),
        until: until.map(str::to_owned),
        ..Allowance::default()
    };
    let status = |allowances: &[Allowance]| {
        review(&baseline, &new, Mode::Backward, allowances, TODAY).findings[0].status.clone()
    };
    let (expired, later, always) = (allowance(Some("2026-01-01")), allowance(Some("2026-05-01")), allowance(None));
    for both in [[expired.clone(), always.clone()], [always, expired.clone()]] {
        assert_eq!(status(&both), Status::Allowed("never stored".to_owned()));
    }
    for both in [[expired.clone(), later.clone()], [later, expired]] {
        assert_eq!(status(&both), Status::Expired("2026-05-01".to_owned()));
    }
}

/// What is approved can be locked, also of an event that is called otherwise now.
#[test]
fn what_is_allowed_is_accepted_under_the_name_of_the_baseline() {
    let head = "factum: 1\ncontext: seats\nevents:\n";
    let renamed =
        |ty: &str| format!("{head}  Open: {{ version: 2, renamed: {{ 2: Opened }}, fields: {{ a: {ty} }} }}\n");
    let money = |context: &str| {
        format!(
            "factum: 1\ncontext: {context}\nevents:\n  Paid: {{ price: Money }}\ntypes:\n  Money: {{ newtype: i64 }}\n"
        )
    };
    for (old, new, rule) in [
        (format!("{head}  Opened: {{ a: u8 }}\n"), renamed("u16"), "change-without-version"),
        (money("seats"), money("hall"), "context-changed"),
    ] {
        let (baseline, current) = (crate::support::locked(&old), crate::support::checked(&new));
        let found = review(&baseline, &current, Mode::Backward, &[], TODAY);
        let finding =
            found.findings.iter().find(|found| found.name == rule).unwrap_or_else(|| panic!("{}", lines(&found)));
        assert!(found.findings.iter().all(|found| found.name != "event-deleted"), "{}", lines(&found));
        let allowance = Allowance { id: finding.id.clone(), reason: "tried out".to_owned(), ..Allowance::default() };
        let accepted = review(&baseline, &current, Mode::Backward, &[allowance], TODAY).accepted(&baseline);
        let proposal = Proposal {
            current: &Lock::of(current.schema()),
            baseline: Some(&baseline),
            branch: None,
            accepted: &accepted,
        };
        assert_eq!(propose(&proposal), Ok(Lock::of(current.schema())), "{rule}");
    }
}

/// Whether the fold's revision went with the state decides what there is to do.
#[test]
fn a_state_that_changed_asks_for_its_revision() {
    let schema = |state: &str, snapshot: u32| {
        let head = "factum: 1\ncontext: seats\naggregate: Hall\nid: uuid\n";
        let text = format!("{head}snapshot: {snapshot}\nstate: {{ {state} }}\nevents:\n  Opened: {{ a: u8 }}\n");
        crate::support::checked(&text).schema().clone()
    };
    let help = |snapshot| {
        let found = compared(&schema("a: u8", 1), &schema("a: u16", snapshot), Mode::Backward).findings;
        assert_eq!(found.iter().map(|found| found.name).collect::<Vec<_>>(), ["state-changed"]);
        found[0].help.clone()
    };
    assert!(help(1).contains("raise `snapshot`"));
    assert_eq!(help(2), "");
}
