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

/// The id that `check` shows of a finding.
fn id(said: &str, rule: &str) -> String {
    let (_, rest) = said.split_once(rule).unwrap();
    let (_, rest) = rest.split_once("(id ").unwrap();
    rest.split(')').next().unwrap().to_owned()
}

#[test]
fn one_break_is_approved_once_recorded_and_forgotten() {
    let folder = released();
    folder.write("schemas/factum.toml", "# ours\nmode = \"backward\" # as ever\n");
    let two = format!("{SEATS}  Closed: {{}}\n");
    schema(&folder, &two);
    folder.factum(&["lock"]);
    folder.commit("another event");
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "branch"]);
    folder.git(&["switch", "--quiet", "--create", "next"]);
    schema(&folder, "factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u64 }\n");
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    let deleted = id(&said, "E0103");
    let ran = folder.factum(&["allow", &deleted, "--reason", "  "]);
    assert!(ran.err.contains("an approval needs a reason"), "{}", ran.err);
    let ran = folder.factum(&["allow", "0123456789ab", "--reason", "why not"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("nothing that is found has the id `0123456789ab`"), "{}", ran.err);
    for (until, said) in [("2020-01-31", "2020-01-31 is over"), ("soon", "`soon` is no day")] {
        let ran = folder.factum(&["allow", &deleted, "--reason", "why not", "--until", until]);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let ran = folder.factum(&["allow", &deleted, "--reason", "stored \"nowhere\"", "--until", "2999-12-31"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(ran.err.contains("Approved E0103 event-deleted: the event `seats.Closed`"), "{}", ran.err);
    assert_eq!(
        folder.read("schemas/factum.toml"),
        format!(
            "# ours\nmode = \"backward\" # as ever\n\n[[allow]]\nid = \"{deleted}\"\nreason = 'stored \"nowhere\"'\n\
             until = 2999-12-31\n"
        )
    );
    // One approval is of one change: the other one is still an error.
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("info[E0103]") && said.contains("it was approved: stored \"nowhere\""), "{said}");
    let edited = id(&said, "error[E0102]");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings, "nothing is recorded before all is well");
    folder.factum(&["allow", &edited, "--reason", "never stored"]);
    let ran = folder.factum(&["lock"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let lock = folder.read("schemas/factum.lock");
    assert!(lock.contains("u64") && !lock.contains("Closed"), "{lock}");
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    // Moving it to another line, and another commit, is not another change.
    folder.write("schemas/seats.yaml", &format!("# first\n{}", folder.read("schemas/seats.yaml")));
    folder.commit("approved");
    assert_eq!(check(&folder).0, Exit::Clean);
    // Once the default branch has it, there is nothing to approve any more.
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "next"]);
    folder.git(&["switch", "--quiet", "--create", "last"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(said.contains(&format!("info[E0190]: what `{deleted}` approves is released by now")), "{said}");
    folder.write("schemas/factum.toml", "");
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("E0190")), (Exit::Clean, false), "{said}");
}

#[test]
fn an_approval_that_is_over_unused_or_without_reason_is_told() {
    let folder = released();
    schema(&folder, &SEATS.replace("u32", "u64"));
    let id = id(&check(&folder).1, "E0102");
    let with = |rest: &str| {
        folder.write("schemas/factum.toml", &format!("[[allow]]\nid = \"{id}\"\n{rest}"));
        check(&folder)
    };
    let (exit, said) = with("reason = \"tests alone\"\nuntil = 2020-01-31\n");
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0102]") && said.contains("it was approved until 2020-01-31"), "{said}");
    assert!(said.contains(&format!("warning[E0192]: `{id}` was approved until 2020-01-31")), "{said}");
    assert!(said.contains("--> schemas/factum.toml:2:6"), "{said}");
    let (exit, said) = with("");
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0102]") && said.contains("warning[E0191]"), "{said}");
    // It can be renewed, in its place.
    folder.write("schemas/factum.toml", &format!("allow = [{{ id = \"{id}\", until = 2020-01-31 }}] # ours\n"));
    assert_eq!(folder.factum(&["allow", &id, "--reason", "tests alone"]).exit, Exit::Clean);
    let text = folder.read("schemas/factum.toml");
    assert_eq!(text, format!("allow = [{{ id = \"{id}\", reason = \"tests alone\" }}] # ours\n"));
    schema(&folder, SEATS);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean);
    assert!(said.contains(&format!("warning[E0190]: nothing that is found has the id `{id}`")), "{said}");
    folder.write("schemas/factum.toml", "[allow]\n");
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0023]"), "{said}");
}

#[test]
fn a_catalog_says_its_baseline_its_mode_and_the_levels_of_rules() {
    let folder = released();
    folder.git(&["branch", "trunk", "main"]);
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "branch"]);
    folder.git(&["switch", "--quiet", "branch"]);
    let renamed = SEATS
        .replace("{ capacity: u32 }", "{ version: 2, fields: { seats: { type: u32, renamed: { 2: capacity } } } }");
    schema(&folder, &renamed);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let check = |arguments: &[&str]| {
        let ran = folder.factum(&[&["check"], arguments].concat());
        (ran.exit, ran.out + &ran.err)
    };
    let (exit, said) = check(&[]);
    assert_eq!(exit, Exit::Clean);
    assert!(said.contains("warning[E0122]") && said.contains("against main (from "), "{said}");
    folder.write("schemas/factum.toml", "baseline = \"trunk\"\nmode = \"full\"\n");
    let (exit, said) = check(&[]);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0122]") && said.contains("against trunk (from "), "{said}");
    assert!(said.contains("mode full"), "{said}");
    assert_eq!(folder.factum(&["lock", "--check"]).exit, Exit::Findings);
    let (exit, said) = check(&["--mode", "backward", "--against", "main", "--fail-on", "warning"]);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("mode backward") && said.contains("against main"), "{said}");
    // What the mode forbids is approved by its id, and never by its rule.
    let levels = "[levels]\nfield-renamed = \"info\"\n";
    folder.write("schemas/factum.toml", &format!("mode = \"full\"\n{levels}"));
    assert!(check(&[]).1.contains("error[E0122]"));
    folder.write("schemas/factum.toml", levels);
    assert!(check(&["--fail-on", "warning"]).1.contains("info[E0122]"));
    folder.write("schemas/factum.toml", &levels.replace("info", "error"));
    assert_eq!(check(&[]).0, Exit::Findings);
    folder.write("schemas/factum.toml", "baseline = \"origin/main\"\n");
    let (exit, said) = check(&[]);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.contains("there is no commit `origin/main` in this clone"), "{said}");
}
