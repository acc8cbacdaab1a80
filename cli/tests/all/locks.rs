//! The lock among branches, in real repositories.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS, WITH_CHANNEL, check, git_command, released, schema, told};

#[test]
fn two_branches_that_take_one_number_do_not_both_get_it() {
    let folder = released();
    schema(&folder, WITH_CHANNEL);
    folder.factum(&["lock"]);
    folder.commit("a channel");
    folder.git(&["switch", "--quiet", "main"]);
    schema(&folder, &WITH_CHANNEL.replace("channel", "clerk"));
    folder.factum(&["lock"]);
    folder.commit("a clerk");
    folder.git(&["switch", "--quiet", "branch"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0107]"), "{said}");
    assert!(said.contains("make your change in version 3"), "{said}");
    // It is told as well where nobody has written the lock yet.
    folder.git(&["checkout", "--quiet", "main~1", "--", "schemas/factum.lock"]);
    let ran = folder.factum(&["lock"]);
    assert_eq!((ran.exit, ran.err.contains("error[E0107]")), (Exit::Findings, true), "{}", ran.err);
    folder.git(&["reset", "--quiet", "--hard"]);
    // Merged, with the conflict in the lock left as it is: `lock` does without it.
    let merge = git_command(&folder.path).args(["merge", "--quiet", "main"]).output().unwrap();
    assert!(!merge.status.success(), "there is a conflict");
    assert!(folder.read("schemas/factum.lock").contains("<<<<<<<"));
    schema(&folder, WITH_CHANNEL);
    let (_, said) = check(&folder);
    assert!(said.contains("error[E0601]: the lock has a merge conflict"), "{said}");
    assert!(said.contains("run `cargo factum lock`: it takes what was released"), "{said}");
    let both = WITH_CHANNEL.replace("version: 2", "version: 3").replace(
        "channel: { type: string, added: 2",
        "clerk: { type: string, added: 2, default: web }, channel: { type: string, added: 3",
    );
    schema(&folder, &both);
    let ran = folder.factum(&["lock", "--against", "main"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(!folder.read("schemas/factum.lock").contains("<<<<<<<"));
    folder.commit("both");
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
}

#[test]
fn what_main_released_meanwhile_elsewhere_is_not_gone() {
    let folder = released();
    folder.git(&["switch", "--quiet", "main"]);
    schema(&folder, &format!("{SEATS}  Closed: {{}}\n"));
    folder.factum(&["lock"]);
    folder.commit("another event");
    folder.git(&["switch", "--quiet", "branch"]);
    let base = folder.git(&["merge-base", "main", "branch"]);
    let (exit, said) = check(&folder);
    let told = format!("against main (from {} on; its lock has changed since: merge it first)", &base[..10]);
    assert_eq!((exit, said.contains(&told)), (Exit::Clean, true), "{said}");
    folder.git(&["rebase", "--quiet", "main"]);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("merge it first")), (Exit::Clean, false), "{said}");
}

#[test]
fn a_renamed_file_and_a_moved_folder_are_no_change() {
    let folder = released();
    folder.git(&["mv", "schemas/seats.yaml", "schemas/all.yaml"]);
    assert_eq!(check(&folder).0, Exit::Clean);
    folder.git(&["mv", "schemas", "events"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    folder.write("events/all.yaml", &SEATS.replace("u32", "u64"));
    assert!(check(&folder).1.contains("error[E0102]"));
}

#[test]
fn a_lock_that_is_gone_or_edited_changes_nothing_that_was_released() {
    let folder = released();
    let lock = folder.read("schemas/factum.lock");
    std::fs::remove_file(folder.path.join("schemas/factum.lock")).unwrap();
    assert!(check(&folder).1.contains("run `cargo factum lock`"));
    schema(&folder, &SEATS.replace("u32", "u64"));
    assert!(check(&folder).1.contains("error[E0102]"), "the baseline's lock still has it");
    folder.write("schemas/factum.lock", &lock.replace("u32", "u64"));
    assert!(check(&folder).1.contains("seats.Opened"), "an edited lock helps nobody");
    assert_eq!(check(&folder).0, Exit::Findings);
    schema(&folder, SEATS);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.read("schemas/factum.lock"), lock);
}

#[test]
fn without_git_the_lock_is_what_was_released() {
    let folder = Folder::with(SEATS);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
    schema(&folder, &SEATS.replace("u32", "u64"));
    assert!(folder.factum(&["check"]).out.contains("error[E0102]"));
    let ran = folder.factum(&["check", "--against", "main"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("no git repository"), "{}", ran.err);
    folder.write("old/factum.lock", &folder.read("schemas/factum.lock"));
    for against in ["old", "old/factum.lock"] {
        assert!(folder.factum(&["check", "--against", against]).out.contains("error[E0102]"));
    }
}

#[test]
fn two_branches_that_add_different_things_need_nobody() {
    let folder = released();
    schema(&folder, WITH_CHANNEL);
    folder.factum(&["lock"]);
    folder.commit("a channel");
    folder.git(&["switch", "--quiet", "main"]);
    folder.write("schemas/halls.yaml", "factum: 1\ncontext: halls\nevents:\n  Built: { seats: u32 }\n");
    folder.factum(&["lock"]);
    folder.commit("halls");
    folder.git(&["switch", "--quiet", "branch"]);
    folder.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(folder.factum(&["lock", "--check"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
}

#[test]
fn a_rebase_that_stops_at_the_lock_goes_on_with_it_written_anew() {
    let folder = released();
    schema(&folder, WITH_CHANNEL);
    folder.factum(&["lock"]);
    folder.commit("a channel");
    folder.git(&["switch", "--quiet", "main"]);
    schema(&folder, &WITH_CHANNEL.replace("channel", "clerk"));
    folder.factum(&["lock"]);
    folder.commit("a clerk");
    folder.git(&["switch", "--quiet", "branch"]);
    let rebase = git_command(&folder.path).args(["rebase", "--quiet", "main"]).output().unwrap();
    assert!(!rebase.status.success(), "there is a conflict");
    schema(
        &folder,
        &WITH_CHANNEL.replace("version: 2", "version: 3").replace(
            "channel: { type: string, added: 2",
            "clerk: { type: string, added: 2, default: web }, channel: { type: string, added: 3",
        ),
    );
    // In the middle of it HEAD is no branch, and is what main has.
    let ran = folder.factum(&["lock"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    folder.git(&["add", "--all"]);
    folder.git(&["-c", "core.editor=true", "rebase", "--continue"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(said.contains("info[E0120]: version 3 of `seats.Opened` has more: `channel: string`"), "{said}");
}

#[test]
fn one_change_on_two_branches_is_one_change() {
    let folder = released();
    schema(&folder, WITH_CHANNEL);
    folder.factum(&["lock"]);
    folder.commit("a channel");
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["cherry-pick", "branch"]);
    folder.commit("and more");
    folder.git(&["switch", "--quiet", "branch"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    folder.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(check(&folder).0, Exit::Clean);
}

#[test]
fn a_stale_branch_is_judged_by_where_it_began() {
    let folder = released();
    folder.git(&["switch", "--quiet", "main"]);
    let released = WITH_CHANNEL.replace("channel", "clerk");
    schema(&folder, &released);
    folder.factum(&["lock"]);
    folder.commit("a clerk");
    folder.git(&["switch", "--quiet", "branch"]);
    // Another event: what main released meanwhile is neither gone nor in the way.
    folder.write("schemas/more.yaml", &SEATS.replace("Opened", "Closed"));
    folder.factum(&["lock"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(!said.contains("clerk"), "{said}");
    folder.commit("another event");
    folder.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(folder.factum(&["lock", "--check"]).exit, Exit::Clean, "git has put the locks together");
    assert_eq!(check(&folder).0, Exit::Clean);
    // What is released by now is judged as such.
    schema(&folder, &released.replace("default: web", "default: phone"));
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("error[E0105]")), (Exit::Findings, true), "{said}");
}

#[test]
fn a_lock_that_a_newer_release_wrote_is_left_to_it() {
    let folder = released();
    let newer = folder.read("schemas/factum.lock").replace("lock: 1", "lock: 2");
    folder.write("schemas/factum.lock", &newer);
    for arguments in [["check", "--against", "main"], ["lock", "--against", "main"]] {
        let (exit, said) = told(folder.factum(&arguments));
        assert_eq!(exit, Exit::Findings, "{said}");
        assert!(said.contains("error[E0602]: this release reads locks with `lock: 1`, and this is `2`"), "{said}");
        assert!(said.contains("update `cargo-factum`"), "{said}");
        assert!(!said.contains("E0605"), "`lock` would not write it: {said}");
    }
    assert_eq!(folder.read("schemas/factum.lock"), newer, "it is not written over");
    // On the default branch it is as little understood.
    let commit = folder.commit("of a newer release");
    folder.git(&["branch", "--force", "main"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains(&format!("{}:schemas/factum.lock:", &commit[..10])), "{said}");
    assert!(said.contains("compare with a commit of before: `--against COMMIT`"), "{said}");
    assert!(told(folder.factum(&["check", "--against", "HEAD~1"])).1.matches("E0602").count() == 1);
}

#[test]
fn a_deleted_lock_is_missed_and_written_as_it_was() {
    let folder = released();
    let lock = folder.read("schemas/factum.lock");
    std::fs::remove_file(folder.path.join("schemas/factum.lock")).unwrap();
    folder.commit("without");
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0605]") && said.contains("run `cargo factum lock`"), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.read("schemas/factum.lock"), lock);
}

#[test]
fn a_lock_that_was_edited_by_hand_is_told_line_by_line_and_written_anew() {
    let folder = released();
    let lock = folder.read("schemas/factum.lock");
    for (edit, code) in [
        (lock.replace("u32", "u64"), "E0604"),
        (lock.replace("capacity", "seats"), "E0604"),
        (lock.replace("  seats.Opened:", "  seats.Closed:"), "E0605"),
        (lock.replace("versions:", "version:"), "E0603"),
        ("events: [".to_owned(), "E0603"),
        (String::new(), "E0603"),
    ] {
        assert_ne!(edit, lock);
        folder.write("schemas/factum.lock", &edit);
        let (exit, said) = check(&folder);
        assert_eq!(exit, Exit::Findings, "{said}");
        assert!(said.contains(&format!("error[{code}]")), "{code}: {said}");
        assert_eq!(said.contains("schemas/factum.lock:"), code != "E0605", "{said}");
        let ran = folder.factum(&["lock"]);
        assert_eq!((ran.exit, folder.read("schemas/factum.lock")), (Exit::Clean, lock.clone()), "{}", ran.err);
    }
}

#[test]
fn a_lock_that_is_empty_half_or_gone_is_told_as_that() {
    let folder = Folder::with(SEATS);
    let all_said = || told(folder.factum(&["check"])).1;
    let said = all_said();
    assert!(said.starts_with("error[E0605]: there is no `factum.lock` that says what was released of what is declared here\n --> schemas/seats.yaml:"), "{said}");
    assert!(said.contains("= help: run `cargo factum lock`, and commit `factum.lock`"), "{said}");
    assert_eq!(folder.factum(&["lock"]).err, "   Wrote schemas/factum.lock\n");
    let lock = folder.read("schemas/factum.lock");
    let end = lock.find("readable_from").unwrap() + 4;
    for (half, message) in
        [("", "the lock is empty"), ("# a line\n", "the lock is empty"), (&lock[..end], "this is no lock, or")]
    {
        folder.write("schemas/factum.lock", half);
        let said = all_said();
        assert!(said.contains(&format!("error[E0603]: {message}")), "{said}");
        assert!(said.contains("= help: take it from the last commit: `git checkout HEAD -- factum.lock`"), "{said}");
        assert!(said.contains("all that was released counts as new"), "{said}");
        let ran = folder.factum(&["lock"]);
        assert_eq!((ran.exit, folder.read("schemas/factum.lock")), (Exit::Clean, lock.clone()));
        assert!(
            ran.err.contains("warning: schemas/factum.lock could not be read, and nothing else says"),
            "{}",
            ran.err
        );
    }
    // Where another one is known, nothing is lost.
    folder.init().commit("released");
    folder.write("schemas/factum.lock", "");
    assert_eq!(folder.factum(&["lock"]).err, "   Wrote schemas/factum.lock\n");
}

#[test]
fn zeros_at_the_end_of_a_decimal_count_where_they_are_kept() {
    let of = |ty: &str, default: &str| {
        format!(
            "factum: 1\ncontext: seats\nevents:\n  Opened: {{ version: 2, fields: {{ price: {{ type: {ty}, added: 2, default: '{default}' }} }} }}\n"
        )
    };
    for (ty, exit) in [("decimal", Exit::Findings), ("decimal(2)", Exit::Clean)] {
        let folder = Folder::with(&of(ty, "1.5"));
        folder.factum(&["lock"]);
        schema(&folder, &of(ty, "1.50"));
        let ran = folder.factum(&["check"]);
        assert_eq!(ran.exit, exit, "{}", ran.out);
        let read = "read as\n           { \"price\": \"1.50\" }\n   = note: and was meant as\n           { \"price\": \"1.5\" }";
        assert_eq!(ran.out.contains("error[E0105]") && ran.out.contains(read), exit == Exit::Findings, "{}", ran.out);
    }
}

#[test]
fn what_only_commands_hold_is_not_stored_and_not_locked() {
    let schema = "factum: 1\ncontext: seats\naggregate: Hall\nid: HallId\nstate: { plan: Plan }\ncommands:\n  Open: { kind: Kind }\nevents:\n  Opened: { by: Person }\ntypes:\n  HallId: { newtype: uuid }\n  Plan: { fields: { seats: \"list<Seat>\" } }\n  Seat: { newtype: u32 }\n  Kind: { enum: [flat, steep] }\n  Person: { newtype: string }\n";
    let folder = Folder::with(
        &schema.replace("state: { plan: Plan }", "state: { plan: { type: Plan, default: { seats: [] } } }"),
    );
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let lock = folder.read("schemas/factum.lock");
    for name in ["HallId", "Plan", "Seat", "Person"] {
        assert!(lock.contains(&format!("  seats.{name}:\n")), "events, states and ids hold {name}: {lock}");
    }
    assert!(!lock.contains("seats.Kind"), "{lock}");
    // A release of before wrote it too. That is no mistake, and may go.
    let kind = "  seats.Kind:\n    versions:\n      1:\n        enum:\n        - flat\n        - steep\n";
    let [head, tail] = [lock.split_once("  seats.Person:").unwrap().0, lock.split_once("  seats.Person:").unwrap().1];
    let print = |of: &[&str]| factum_model::lock::Fingerprint::of_parts(of.iter().copied());
    let shape = print(&["enum", "flat", "steep"]);
    let before = format!("{head}{kind}        shape: {shape}\n  seats.Person:{tail}");
    folder.write("schemas/factum.lock", &before).commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
    // What is not stored may change.
    let text = folder.read("schemas/seats.yaml");
    folder.write("schemas/seats.yaml", &text.replace("steep]", "stepped]"));
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.read("schemas/factum.lock"), lock);
}

/// Schemas without a lock release nothing; that nothing was compared is part of the verdict.
#[test]
fn a_baseline_without_a_lock_is_called_so() {
    let folder = Folder::with(SEATS);
    folder.init().commit("a schema");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    schema(&folder, &SEATS.replace("u32", "u64"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let base = folder.git(&["rev-parse", "main"]);
    let told = format!("against main (from {} on, where no factum.lock says what was released)", &base[..10]);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains(&told)), (Exit::Clean, true), "{said}");
    folder.commit("its lock");
    folder.git(&["branch", "--force", "main"]);
    assert!(check(&folder).1.contains(" on), mode backward"), "{}", check(&folder).1);
}

/// What the schemas of `main` declare and its lock has not counts as new. That it may be stored all the same is told.
#[test]
fn a_baseline_whose_lock_is_stale_is_called_so() {
    const ONCE_MORE: &str = "  Closed: { at: timestamp }\n";
    let folder = Folder::with(SEATS);
    folder.init().commit("a schema");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    schema(&folder, &format!("{SEATS}{ONCE_MORE}"));
    let base = folder.commit("an event, and no lock of it");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let told = |what: &str| {
        format!(
            "warning[E0605]: the schemas of main (from {} on) declare {what}, and the `factum.lock` there does not say so",
            &base[..10]
        )
    };
    // As it is there, edited, in a file of its own, and gone.
    let others: [&dyn Fn(&Folder); 4] = [
        &|_| {},
        &|folder| schema(folder, &format!("{SEATS}{}", ONCE_MORE.replace("timestamp", "date"))),
        &|folder| {
            let all = [SEATS.to_owned(), SEATS.replace("  Opened: { capacity: u32 }\n", ONCE_MORE)];
            schema(folder, &all[0]);
            folder.write("schemas/more.yaml", &all[1]);
        },
        &|folder| {
            std::fs::remove_file(folder.path.join("schemas/more.yaml")).unwrap();
            schema(folder, SEATS);
        },
    ];
    for change in others {
        change(&folder);
        assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
        let (exit, said) = check(&folder);
        assert_eq!((exit, said.contains(&told("`seats.Closed`"))), (Exit::Clean, true), "{said}");
        assert!(said.contains("run `cargo factum lock` there, commit it, and merge that into this branch"), "{said}");
    }
    // Once it is locked there, and merged, there is nothing to tell; nor of what only the branch has.
    folder.git(&["reset", "--quiet", "--hard", "main"]);
    folder.git(&["clean", "--quiet", "--force"]);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("its lock");
    folder.git(&["branch", "--force", "main"]);
    schema(&folder, &format!("{SEATS}{ONCE_MORE}  Moved: {{}}\n"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert!(!check(&folder).1.contains("E0605"), "{}", check(&folder).1);
}

#[test]
fn a_version_that_the_lock_of_the_baseline_lacks_is_called_so() {
    let folder = Folder::with(SEATS);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    schema(&folder, WITH_CHANNEL);
    folder.write("schemas/more.yaml", &SEATS.replace("Opened", "Moved")).commit("what no lock has");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let said = check(&folder).1;
    assert!(said.contains(" declare `seats.Moved` and 1 more, and"), "{said}");
    std::fs::remove_file(folder.path.join("schemas/more.yaml")).unwrap();
    folder.commit("not this one");
    folder.git(&["branch", "--force", "main"]);
    let said = check(&folder).1;
    assert!(said.contains(" declare version 2 of `seats.Opened`, and"), "{said}");
}
