//! `cargo factum bump`: the lines that a type's new version asks for, written.
#![allow(clippy::unwrap_used, clippy::panic)]

use factum_model::yaml::{self, BumpError, Bumped};
use factum_model::{Code, Lock, Outcome, Released, Sources, check_released, render};
use factum_test_kit::schema::schemas_with_policies;
use proptest::prelude::*;

use crate::layout::{mess, messed};
use crate::support::checked;

const BEFORE: &str = include_str!("bump.yaml");
const MONEY_1: &str = "  Money: { fields: { amount: i64 } }";
const MONEY_2: &str =
    "  Money: { version: 2, fields: { amount: i64, currency: { type: string, added: 2, default: EUR } } }";

fn released(text: &str) -> Released {
    Lock::of(checked(text).schema()).released()
}

fn sources(files: &[&str]) -> Sources {
    let mut sources = Sources::new();
    for (index, text) in files.iter().enumerate() {
        sources.add(format!("{index}.yaml"), text.as_bytes().to_vec());
    }
    sources
}

fn bumped(text: &str, released: &Released, name: &str) -> Result<String, BumpError> {
    let mut sources = sources(&[text]);
    let Bumped { files, .. } = yaml::bump(&mut sources, released, name)?;
    Ok(files.into_iter().next().map_or_else(|| text.to_owned(), |(_, text)| text))
}

/// What is wrong with a schema, as far as it is an error.
fn errors(text: &str, released: &Released) -> Vec<Code> {
    let Outcome { checked, diagnostics, .. } = check_released(&mut sources(&[text]), Some(released));
    if checked.is_some() { Vec::new() } else { diagnostics.into_iter().map(|found| found.code).collect() }
}

#[test]
fn every_line_is_written_and_every_comment_stays() {
    let released = released(BEFORE);
    let text = bumped(&BEFORE.replace(MONEY_1, MONEY_2), &released, "Money").unwrap();
    assert_eq!(errors(&text, &released), []);
    insta::assert_snapshot!(text);
    assert_eq!(bumped(&text, &released, "billing.Money").unwrap(), text, "nothing is forgotten any more");
    let windows = BEFORE.replace(MONEY_1, MONEY_2).replace('\n', "\r\n");
    assert_eq!(bumped(&windows, &released, "Money").unwrap(), text.replace('\n', "\r\n"));
    let marked = format!("\u{feff}{}", BEFORE.replace(MONEY_1, MONEY_2));
    let marked = bumped(&marked, &released, "Money").unwrap();
    assert!(marked.starts_with("\u{feff}factum: 1"), "{marked}");
    assert_eq!(marked.matches("Money@1").count(), text.matches("Money@1").count());
}

#[test]
fn a_proposal_keeps_its_number() {
    let released = released(BEFORE);
    let proposed = BEFORE.replace(MONEY_1, MONEY_2).replace(
        "  Paid: { price: Money, reason: string }",
        "  Paid: { version: 2, fields: { price: Money, reason: string, note: { type: string?, added: 2 } } }",
    );
    let text = bumped(&proposed, &released, "Money").unwrap();
    assert_eq!(errors(&text, &released), []);
    assert!(
        text.contains("version: 2\n    fields: { price: { type: Money, retyped: { 2: Money@1 } }, reason"),
        "{text}"
    );
}

/// The event is a proposal already, and what it holds goes on because of what that holds.
#[test]
fn a_holder_of_a_holder_is_found_behind_a_proposal() {
    let before = "factum: 1\ncontext: shop\nevents:\n  Paid: { bill: Bill }\ntypes:\n  Money: { fields: { amount: i64 } }\n  Bill: { fields: { sum: Money } }\n";
    let now = before
        .replace(
            "Paid: { bill: Bill }",
            "Paid: { version: 2, fields: { bill: Bill, note: { type: string?, added: 2 } } }",
        )
        .replace(MONEY_1, MONEY_2);
    let text = bumped(&now, &released(before), "Money").unwrap();
    assert_eq!(errors(&text, &released(before)), []);
    assert!(text.contains("bill: { type: Bill, retyped: { 2: Bill@1 } }"), "{text}");
}

#[test]
fn two_types_that_went_on_share_a_line() {
    let before = "factum: 1\ncontext: shop\nevents:\n  Paid: { rates: \"map<Day, Money>\" }\ntypes:\n  Money: { fields: { amount: i64 } }\n  Day: { newtype: u16 }\n";
    let released = released(before);
    let now = before
        .replace(MONEY_1, MONEY_2)
        .replace("{ newtype: u16 }", "{ version: 2, newtype: u32, retyped: { 2: u16 } }");
    let text = bumped(&now, &released, "Money").unwrap();
    assert_eq!(errors(&text, &released), [Code::PinForgotten], "the other one is asked for by its own name");
    let text = bumped(&text, &released, "Day").unwrap();
    assert_eq!(errors(&text, &released), []);
    assert!(text.contains("retyped: { 2: \"map<Day@1, Money@1>\" }"), "{text}");
}

#[test]
fn only_the_files_that_hold_it_change() {
    let head = "factum: 1\ncontext: shop\n";
    let money = format!("{head}types:\n{MONEY_1}\n");
    let paid = format!("{head}events:\n  Paid: {{ price: Money }}\n");
    let other = format!("{head}events:\n  Opened: {{ note: string }}\n");
    let files = [money.as_str(), &paid, &other];
    let all = check_released(&mut sources(&files), None).checked.unwrap();
    let money = money.replace(MONEY_1, MONEY_2);
    let mut sources = sources(&[&money, &paid, &other]);
    let found = yaml::bump(&mut sources, &Lock::of(all.schema()).released(), "Money").unwrap();
    let names: Vec<&str> = found.files.iter().map(|(file, _)| sources.name(*file)).collect();
    assert_eq!(names, ["1.yaml"]);
    assert_eq!(found.versions, [("Paid".to_owned(), 2)]);
}

#[test]
fn what_cannot_be_written_is_said() {
    let before = released(BEFORE);
    let unknown = |name: &str| match bumped(BEFORE, &before, name) {
        Err(BumpError::Unknown { types, is_event }) => (types.contains(&"Money".to_owned()), is_event),
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown("Mony"), (true, false));
    assert_eq!(unknown("other.Money"), (false, false), "names with contexts are told where one was asked for");
    assert!(matches!(bumped("a: [", &before, "Money"), Err(BumpError::Unreadable(found)) if found.len() == 1));
    assert_eq!(bumped(BEFORE, &before, "Money").unwrap(), BEFORE);
}

/// A schema in which one of its structs went on, the name of that, and whether it could be found.
fn with_a_new_field(text: &str, which: usize) -> Option<(String, String)> {
    let structs: Vec<usize> = text.match_indices("\n  Struct").map(|(at, _)| at + 1).collect();
    let at = *structs.get(which % structs.len().max(1))?;
    let name = text[at..].trim_start().split(':').next()?.to_owned();
    let end =
        text[at + 3..].match_indices("\n  ").map(|(end, _)| at + 3 + end).find(|end| !text[end + 3..].starts_with(' '));
    let block = &text[at..end.unwrap_or(text.len())];
    let stated = block.lines().find_map(|line| line.strip_prefix("    version: "));
    let next = stated.map_or(Some(2), |stated| stated.parse::<u32>().ok().map(|version| version + 1))?;
    let field = format!("    fields:\n      zz_new: {{ type: \"u32?\", added: {next} }}");
    let mut new = block.replace("    fields: {}", &field);
    if new == block {
        new = block.replacen("    fields:", &field, 1);
    }
    new = match stated {
        Some(stated) => new.replacen(&format!("    version: {stated}"), &format!("    version: {next}"), 1),
        None => new.replacen("    fields:", &format!("    version: {next}\n    fields:"), 1),
    };
    Some((text.replacen(block, &new, 1), name))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever holds a type, and however that is laid out: with the lines nothing is forgotten, and all that was released
    /// is what it was.
    #[test]
    fn the_lines_are_enough_for_any_schema(schema in schemas_with_policies(), which in any::<usize>(), mess in mess()) {
        let before = schema.to_string();
        let (text, comments) = messed(&before, &mess);
        let lock = Lock::of(checked(&before).schema());
        let released = lock.released();
        prop_assume!(errors(&text, &released).is_empty());
        let Some((now, name)) = with_a_new_field(&text, which) else { return Ok(()) };
        let wrong = errors(&now, &released);
        // Types that hold each other go on together, and this one went on alone.
        prop_assume!(wrong.iter().all(|code| *code == Code::PinForgotten));
        let text = match bumped(&now, &released, &name) {
            Ok(text) => text,
            Err(BumpError::Wrong(found, sources)) => {
                return Err(TestCaseError::fail(format!("{}\n{now}", render(&found, &sources, false))));
            }
            Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
        };
        prop_assert_eq!(text == now, wrong.is_empty(), "{}", now);
        prop_assert_eq!(errors(&text, &released), []);
        for comment in comments {
            prop_assert_eq!(text.matches(&comment).count(), 1, "{} in\n{}", comment, text);
        }
        let new = Lock::of(checked(&text).schema());
        for (name, event) in &lock.events {
            for (number, version) in &event.value.versions {
                prop_assert_eq!(Some(version), new.events.get(name).and_then(|event| event.value.versions.get(number)));
            }
        }
    }
}
