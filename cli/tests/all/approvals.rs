//! What a team decides: approvals, the mode, the levels of rules, the baseline.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS, check, id, released, schema};

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
    assert_eq!(
        ran.err,
        "Approved E0103 event-deleted: the event `seats.Closed` was released, and is gone\n         until 2999-12-31; \
         `--until never` would make it hold for good\n  = help: run `cargo factum lock`, which records the change, and \
         commit it with schemas/factum.toml\n"
    );
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
fn an_approval_that_is_given_again_holds_as_long_as_it_did() {
    let folder = released();
    schema(&folder, &SEATS.replace("u32", "u64"));
    let id = id(&check(&folder).1, "E0102");
    let allow = |reason: &str, until: &[&str]| {
        let ran = folder.factum(&[&["allow", &id, "--reason", reason], until].concat());
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        (ran.err, folder.read("schemas/factum.toml"))
    };
    let written = |reason: &str, rest: &str| format!("[[allow]]\nid = \"{id}\"\nreason = \"{reason}\"\n{rest}");
    let (said, text) = allow("a", &["--until", "2999-12-31"]);
    assert!(said.contains("\n         until 2999-12-31;"), "{said}");
    assert_eq!(text, written("a", "until = 2999-12-31\n"));
    let (said, text) = allow("b", &[]);
    assert!(said.contains("\n         until 2999-12-31;"), "{said}");
    assert_eq!(text, written("b", "until = 2999-12-31\n"));
    let (said, text) = allow("c", &["--until", "never"]);
    assert!(!said.contains("until"), "{said}");
    assert_eq!(text, written("c", ""));
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

#[test]
fn a_branch_does_not_lower_its_own_bar() {
    let folder = released();
    folder.write("schemas/factum.toml", "mode = \"forward\"\n");
    schema(&folder, &SEATS.replace("Opened", "Closed"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0103]") && said.contains("mode backward and forward"), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
    // Who says so beside it means it.
    let ran = folder.factum(&["check", "--against", "main", "--mode", "forward"]);
    assert!(ran.out.contains("warning[E0103]") && ran.out.contains("mode forward"), "{}", ran.out);
    // From the next branch on it is the bar; and a higher one is at once.
    schema(&folder, SEATS);
    folder.commit("forward");
    folder.git(&["branch", "--force", "main"]);
    assert!(check(&folder).1.contains("mode forward"), "{}", check(&folder).1);
    folder.write("schemas/factum.toml", "mode = \"full\"\n");
    assert!(check(&folder).1.contains("mode full"), "{}", check(&folder).1);
}

const TWO_DEFAULTS: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields:
      hall: { type: string, added: 2, default: main }
      zone: { type: string, added: 2, default: a }
";

/// Steps that have nothing to do with each other are found one by one, each at its line, and approved one by one. A lock
/// takes a version as a whole, so it is written once all of them are, whatever the mode forbids.
#[test]
fn each_edited_step_is_approved_by_itself() {
    for mode in ["backward", "forward", "full"] {
        let folder = Folder::with(TWO_DEFAULTS);
        folder.write("schemas/factum.toml", &format!("mode = \"{mode}\"\n")).init();
        assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
        folder.commit("released");
        folder.git(&["switch", "--quiet", "--create", "branch"]);
        schema(&folder, &TWO_DEFAULTS.replace("main", "side").replace("default: a", "default: b"));
        let (exit, said) = check(&folder);
        assert_eq!((exit, said.matches("error[E0105]").count()), (Exit::Findings, 2), "{said}");
        let (first, second) =
            said.split_once("error[E0105]: what older").unwrap().1.split_once("error[E0105]").unwrap();
        for (said, line, step) in [(first, 7, "hall = \"main\""), (second, 8, "zone = \"a\"")] {
            assert!(said.contains(&format!("--> schemas/seats.yaml:{line}:7")), "{said}");
            assert!(said.contains(&format!("- {step}\n")) && said.contains("released as this"), "{said}");
        }
        let ids = [id(first, "on changed"), id(second, "on changed")];
        assert_ne!(ids[0], ids[1]);
        for (approved, exit) in ids.iter().zip([Exit::Findings, Exit::Clean]) {
            assert_eq!(folder.factum(&["allow", approved, "--reason", "nothing was stored"]).exit, Exit::Clean);
            let before = folder.read("schemas/factum.lock");
            let ran = folder.factum(&["lock"]);
            assert_eq!(ran.exit, exit, "{mode}: {}", ran.err);
            assert_eq!(folder.read("schemas/factum.lock") == before, exit == Exit::Findings, "{mode}");
        }
        assert_eq!(check(&folder).0, Exit::Clean);
    }
}
