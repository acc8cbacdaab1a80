//! What `cargo factum lock` writes, and what it refuses.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use factum_model::lock::{Fingerprint, Lock, Proposal, propose, stale};
use factum_model::released::Holder;
use factum_model::rules::{Allowance, Mode, review};
use factum_model::{Code, Diagnostic};

use crate::support::{checked, locked, read};

const HEAD: &str = "factum: 1\ncontext: seats\nevents:\n";

fn schema(events: &str) -> String {
    format!("{HEAD}{events}")
}

fn proposed(yaml: &str, baseline: Option<&Lock>, branch: Option<&Lock>) -> Result<Lock, Vec<Diagnostic>> {
    let (current, accepted) = (checked(yaml), BTreeSet::new());
    propose(&Proposal { current: &Lock::of(current.schema()), baseline, branch, accepted: &accepted })
}

fn codes(found: Result<Lock, Vec<Diagnostic>>) -> Vec<Code> {
    found.unwrap_err().into_iter().map(|found| found.code).collect()
}

const OPENED_1: &str = "  Opened: { capacity: u32 }\n";
const OPENED_2: &str = "  Opened: { version: 2, fields: { capacity: u32, note: { type: string?, added: 2 } } }\n";
const OPENED_2_OTHER: &str =
    "  Opened: { version: 2, fields: { capacity: u32, hall: { type: u8, added: 2, default: 1 } } }\n";

#[test]
fn without_a_baseline_the_lock_is_what_the_schemas_say() {
    assert_eq!(proposed(&schema(OPENED_2), None, None), Ok(locked(&schema(OPENED_2))));
}

/// What was kept under a number is in the stores still, so it is not used again after a while without snapshots.
#[test]
fn a_number_of_snapshots_is_kept_while_there_are_none() {
    let hall = |snapshot: &str| {
        format!(
            "factum: 1\ncontext: seats\naggregate: Hall\nid: uuid\n{snapshot}events:\n  Opened: {{ capacity: u32 }}\n"
        )
    };
    let with = |number: u32| hall(&format!("snapshot: {number}\nstate: {{ capacity: u32 }}\n"));
    let released = locked(&with(3));
    let without = proposed(&hall(""), Some(&released), Some(&released)).unwrap();
    assert_eq!(without.aggregates["seats.Hall"].value.snapshot, Some(3));
    assert_eq!(stale(&without, Some(&read(&without.to_string()).unwrap())), None);
    let found = |number| {
        let review = review(&without, &checked(&with(number)), Mode::Backward, &[], "2026-06-01");
        review.findings.iter().map(|found| found.name).collect::<Vec<_>>()
    };
    assert_eq!(found(1), ["snapshot-lowered", "state-changed"]);
    assert_eq!(found(4), ["state-changed"]);
    // What was only proposed was kept nowhere.
    let proposal = proposed(&with(5), Some(&released), Some(&released)).unwrap();
    let taken_back = proposed(&with(4), Some(&released), Some(&proposal)).unwrap();
    assert_eq!(taken_back.aggregates["seats.Hall"].value.snapshot, Some(4));
}

#[test]
fn a_proposal_is_rewritten_freely() {
    let (released, before) = (locked(&schema(OPENED_1)), locked(&schema(OPENED_2_OTHER)));
    let lock = proposed(&schema(OPENED_2), Some(&released), Some(&before));
    assert_eq!(lock, Ok(locked(&schema(OPENED_2))));
}

#[test]
fn a_released_version_stays_what_it_was() {
    let released = locked(&schema(OPENED_1));
    let edited = schema("  Opened: { capacity: u64 }\n");
    assert_eq!(codes(proposed(&edited, Some(&released), Some(&released))), [Code::ReleasedVersionEdited]);
}

/// The numbers of a proposal are its own only until another branch's are released.
#[test]
fn a_number_that_was_released_meanwhile_is_not_taken_twice() {
    let (ours, theirs) = (locked(&schema(OPENED_2)), locked(&schema(OPENED_2_OTHER)));
    let refused = proposed(&schema(OPENED_2), Some(&theirs), Some(&ours)).unwrap_err();
    assert_eq!(refused[0].code, Code::VersionRenumber);
    assert!(refused[0].helps[0].contains("version 3"), "{refused:?}");
    // The lock of the branch had a conflict, so it is not there to say what was proposed.
    assert_eq!(codes(proposed(&schema(OPENED_2), Some(&theirs), None)), [Code::VersionRenumber]);
}

#[test]
fn what_is_stored_stays_in_the_lock_when_the_schemas_forget_it() {
    let released = locked(&schema(&format!("{OPENED_1}  Closed: {{}}\n")));
    assert_eq!(proposed(&schema(OPENED_1), Some(&released), None), Ok(released.clone()));
    let accepted = BTreeSet::from([Holder::Event("seats.Closed".to_owned(), 1)]);
    let current = checked(&schema(OPENED_1));
    let proposal =
        Proposal { current: &Lock::of(current.schema()), baseline: Some(&released), branch: None, accepted: &accepted };
    assert_eq!(propose(&proposal), Ok(locked(&schema(OPENED_1))));
}

#[test]
fn an_approved_change_of_a_released_version_is_recorded() {
    let released = locked(&schema(OPENED_1));
    let edited = schema("  Opened: { capacity: u64 }\n");
    let accepted = BTreeSet::from([Holder::Event("seats.Opened".to_owned(), 1)]);
    let current = checked(&edited);
    let proposal =
        Proposal { current: &Lock::of(current.schema()), baseline: Some(&released), branch: None, accepted: &accepted };
    assert_eq!(propose(&proposal), Ok(locked(&edited)));
}

const BY_HAND: &str = "  Opened: { version: 2, fields: { capacity: u32 }, upcast: { 2: by_hand } }\n";

#[test]
fn outputs_of_steps_by_hand_are_kept() {
    let mut known = locked(&schema(BY_HAND));
    let outputs = vec![Fingerprint::of("one"), Fingerprint::of("two")];
    assert_eq!(known.set_outputs("seats.Opened", 1, outputs.clone()), None);
    known.set_outputs("seats.Opened", 2, outputs).unwrap();
    assert_eq!(read(&known.to_string()).unwrap(), known);
    assert_eq!(proposed(&schema(BY_HAND), Some(&locked(&schema(OPENED_1))), Some(&known)), Ok(known.clone()));
    let wanted = proposed(&schema(BY_HAND), None, Some(&known)).unwrap();
    assert_eq!(stale(&wanted, Some(&known)), None);
}

#[test]
fn a_lock_is_stale_once_the_schemas_say_something_else() {
    let lock = locked(&schema(OPENED_1));
    assert_eq!(stale(&locked(&schema(OPENED_1)), Some(&lock)), None);
    let told = stale(&locked(&schema(OPENED_2)), Some(&lock)).unwrap();
    assert_eq!(told.code, Code::LockStale);
    assert!(told.message.contains("say what is said here of `seats.Opened`"), "{told:?}");
}

/// What only the lock has would be taken for released once it is on the default branch.
#[test]
fn a_lock_is_stale_while_it_has_what_the_schemas_do_not() {
    let more = "  Closed: { why: Reason }
types:
  Reason: { enum: [late] }
";
    let lock = locked(&schema(&format!("{OPENED_1}{more}")));
    let released = locked(&schema(OPENED_1));
    let wanted = proposed(&schema(OPENED_1), Some(&released), Some(&lock)).unwrap();
    let told = stale(&wanted, Some(&lock)).unwrap();
    assert_eq!(told.code, Code::LockStale);
    assert_eq!(told.message, "`factum.lock` speaks of `seats.Closed`, and the schemas do not; and 1 more differs");
    // What was released stays in it.
    let wanted = proposed(&schema(OPENED_1), Some(&lock), Some(&lock)).unwrap();
    assert_eq!(stale(&wanted, Some(&lock)), None);
    let told = stale(&wanted, Some(&released)).unwrap();
    assert_eq!(told.message, "`factum.lock` has lost `seats.Closed`, which was released; and 1 more differs");
}

const ENDED: &str = "  One: { a: u8 }\n  Two: { a: u8 }\n  Both: { version: 2, fields: { a: u8 }, ";

/// Views were built of what stored events were read as.
#[test]
fn what_an_ended_event_is_read_as_stays() {
    let released = locked(&schema(&format!("{ENDED}becomes: {{ 2: [One@1, Two@1] }} }}\n")));
    for end in
        ["becomes: { 2: [One@1] } }", "becomes: { 2: [Two@1, One@1] } }", "retired: { 2: nothing } }", "retired: 2 }"]
    {
        let now = schema(&format!("{ENDED}{end}\n"));
        let told = proposed(&now, Some(&released), None).unwrap_err();
        assert_eq!(told.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::ReleasedVersionEdited], "{end}");
        assert!(told[0].message.contains("`seats.Both` are read as"), "{told:?}");
        // The review names it, and what it allows can be locked.
        let current = checked(&now);
        let found = review(&released, &current, Mode::Backward, &[], "2026-06-01").findings;
        let [edited] = found.as_slice() else { panic!("{end}: {found:?}") };
        assert_eq!((edited.name, edited.change.version), ("upcast-edited", Some(2)));
        let allowance =
            Allowance { id: edited.id.clone(), reason: "none is stored".to_owned(), ..Allowance::default() };
        let accepted = review(&released, &current, Mode::Backward, &[allowance], "2026-06-01").accepted(&released);
        let proposal = Proposal {
            current: &Lock::of(current.schema()),
            baseline: Some(&released),
            branch: None,
            accepted: &accepted,
        };
        assert_eq!(propose(&proposal), Ok(locked(&now)));
    }
}

#[test]
fn another_name_for_what_an_event_became_is_no_other_event() {
    let released = locked(&schema(&format!("{ENDED}becomes: {{ 2: [One@1, Two@1] }} }}\n")));
    let renamed = "  First: { version: 2, renamed: { 2: One }, fields: { a: u8 } }\n  Two: { a: u8 }\n";
    let now = schema(&format!(
        "{renamed}  Both: {{ version: 2, fields: {{ a: u8 }}, becomes: {{ 2: [First@1, Two@1] }} }}\n"
    ));
    assert_eq!(proposed(&now, Some(&released), None), Ok(locked(&now)));
    let found = review(&released, &checked(&now), Mode::Full, &[], "2026-06-01").findings;
    assert_eq!(found.iter().map(|found| found.name).collect::<Vec<_>>(), ["event-renamed"]);
    // And the same where the event that became it is not declared any more.
    let kept = proposed(&schema(renamed), Some(&released), None).unwrap();
    assert_eq!(read(&kept.to_string()).unwrap(), kept);
}

/// An event that was retired may go on: no stored event is read differently.
#[test]
fn a_retired_event_may_come_back() {
    let released = locked(&schema("  Opened: { version: 2, fields: { capacity: u32 }, retired: 2 }\n"));
    assert_eq!(proposed(&schema(OPENED_2), Some(&released), None), Ok(locked(&schema(OPENED_2))));
}

/// Order, comments, documentation and layout do not show.
#[test]
fn a_lock_is_the_same_for_the_same_meaning() {
    let one = "  B: { version: 2, fields: { x: { type: P, added: 2, default: { a: 1, b: z } }, y: u8 } }\n  A: {}\ntypes:\n  P: { fields: { a: u8, b: E } }\n  E: { enum: [z, y] }\n";
    let other = "  A: {} # nothing\n  B:\n    doc: The second.\n    version: 2\n    fields:\n      y: { type: u8, doc: why }\n      x: { default: { b: z, a: 1 }, added: 2, type: P }\ntypes:\n  E: { enum: { y: , z: { doc: last } } }\n  P: { fields: { b: E, a: u8 } }\n";
    assert_eq!(locked(&schema(one)).to_string(), locked(&schema(other)).to_string());
}

/// Two branches that add different things change different lines of the file.
#[test]
fn what_is_added_is_added_in_one_place() {
    let before = locked(&schema("  A: { a: u8 }\n  C: { c: u8 }\n")).to_string();
    let after = locked(&schema("  A: { a: u8 }\n  B: { b: u8 }\n  C: { c: u8 }\n")).to_string();
    let added: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    let whole = after.lines().collect::<Vec<_>>();
    let first = whole.iter().position(|line| *line == "  seats.B:").unwrap();
    let block = &whole[first..first + 8];
    assert!(added.iter().all(|line| block.contains(line)), "{added:?}\n{after}");
    let rest: Vec<&str> = whole[..first].iter().chain(&whole[first + 8..]).copied().collect();
    assert_eq!(rest, before.lines().collect::<Vec<_>>());
}
