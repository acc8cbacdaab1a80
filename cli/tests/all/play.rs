//! A team at work, in real repositories: what `lock` writes and `check` says.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS, git_command};

const WITH_CHANNEL: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields: { capacity: u32, channel: { type: string, added: 2, default: web } }
";

/// A repository whose `main` has released version 1.
fn released() -> Folder {
    let folder = Folder::with(SEATS);
    folder.init().commit("a schema");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("its lock");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder
}

fn schema(folder: &Folder, text: &str) {
    folder.write("schemas/seats.yaml", text);
}

fn check(folder: &Folder) -> (Exit, String) {
    let ran = folder.factum(&["check", "--against", "main"]);
    (ran.exit, ran.out + &ran.err)
}

#[test]
fn a_pull_request_from_its_branch_to_the_next_one() {
    let folder = released();
    assert_eq!(check(&folder).0, Exit::Clean);
    schema(&folder, WITH_CHANNEL);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings, "the lock is stale");
    assert!(said.contains("run `cargo factum lock`"), "{said}");
    assert_eq!(folder.factum(&["lock", "--check"]).exit, Exit::Findings);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(said.contains("1 event, 1 changed, against main (from "), "{said}");
    // A proposal may still change.
    schema(&folder, &WITH_CHANNEL.replace("default: web", "default: phone"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(check(&folder).0, Exit::Clean);
    folder.commit("a channel");
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "--no-ff", "--no-edit", "branch"]);
    // From now on it is released.
    folder.git(&["switch", "--quiet", "--create", "next"]);
    schema(&folder, WITH_CHANNEL);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0105]"), "{said}");
    assert!(said.contains("released as this"), "{said}");
    assert!(!said.contains("E0101"), "one problem is one message: {said}");
    let lock = folder.read("schemas/factum.lock");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
    assert_eq!(folder.read("schemas/factum.lock"), lock, "a lock that would be wrong is not written");
}

#[test]
fn a_released_version_that_is_edited_is_found_in_every_format() {
    let folder = released();
    schema(&folder, &SEATS.replace("u32", "u64"));
    for format in ["text", "github", "markdown", "sarif", "junit", "json"] {
        let ran = folder.factum(&["check", "--format", format]);
        assert_eq!(ran.exit, Exit::Findings);
        assert!(ran.out.contains("E0102"), "{format}: {}", ran.out);
        assert!(!ran.out.contains("E0101"), "one problem is one message: {}", ran.out);
    }
}

#[test]
fn an_event_that_is_gone_is_found() {
    let folder = released();
    schema(&folder, &SEATS.replace("Opened", "Started"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0103]: the event `seats.Opened` was released, and is gone"), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
}

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
    // Merged, with the conflict in the lock left as it is: `lock` does without it.
    let merge = git_command(&folder.path).args(["merge", "--quiet", "main"]).output().unwrap();
    assert!(!merge.status.success(), "there is a conflict");
    assert!(folder.read("schemas/factum.lock").contains("<<<<<<<"));
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
    assert_eq!(check(&folder), (Exit::Clean, check(&folder).1));
    folder.git(&["rebase", "--quiet", "main"]);
    assert_eq!(check(&folder).0, Exit::Clean);
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
fn a_branch_that_cannot_be_compared_with_says_what_to_run() {
    let folder = released();
    let ran = folder.factum(&["check", "--against", "origin/main"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("there is no commit `origin/main` in this clone"), "{}", ran.err);
}

#[test]
fn two_catalogs_do_not_claim_one_context_and_their_files_are_seen_from_here() {
    let folder = released();
    folder.write("archive/factum.toml", "").write("archive/old.yaml", SEATS);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0211]: two catalogs claim the context `seats`"), "{said}");
    let ran = crate::support::factum(&folder.path.join("archive"), &["check", "--catalog", "..", "--against", "main"]);
    assert!(ran.out.contains("--> ../schemas/seats.yaml:2:10"), "{}", ran.out);
    assert!(ran.out.contains("::: old.yaml:2:10"), "{}", ran.out);
    let ran = folder.factum(&["lock"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("error[E0211]"), "{}", ran.err);
}
