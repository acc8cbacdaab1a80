//! The verbs that look at one schema alone.

use std::collections::BTreeSet;

use cargo_factum::Exit;
use factum_codegen::options::{Choice, Kind, Options, Visibility, Which};
use factum_model::rules::RULES;
use factum_model::rules::problems::{PROBLEMS, ToldBy};
use factum_model::{Sources, check};

use crate::support::{Folder, SEATS};

const HISTORY: &str = "factum: 1
context: seats
events:
  SeatsReserved:
    doc: Seats were set aside.
    version: 3
    renamed: { 2: SeatsBooked }
    personal: [clerk]
    fields:
      quantity: { type: u32, renamed: { 2: seats }, doc: Never zero. }
      channel: { type: Channel, added: 3, default: web }
      clerk: string
types:
  Channel: { enum: [web, phone] }
";

#[test]
fn an_event_is_shown_with_its_history() {
    let folder = Folder::with(HISTORY);
    let ran = folder.factum(&["show", "SeatsReserved"]);
    insta::assert_snapshot!(ran.out);
    for name in ["seats.SeatsReserved", "SeatsBooked", "seats.SeatsBooked"] {
        assert_eq!(folder.factum(&["show", name]).out, ran.out);
    }
}

#[test]
fn an_event_is_shown_as_it_was() {
    let folder = Folder::with(HISTORY);
    insta::assert_snapshot!(folder.factum(&["show", "SeatsReserved", "--at", "1"]).out);
    let ran = folder.factum(&["show", "SeatsReserved", "--at", "4"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert_eq!(ran.err, "error: `SeatsReserved` has no version 4\n  = help: its newest is 3\n");
}

#[test]
fn the_nearest_name_is_offered() {
    let folder = Folder::with(HISTORY);
    let ran = folder.factum(&["show", "SeatReserved"]);
    assert_eq!(ran.err, "error: no event is called `SeatReserved`\n  = help: did you mean `SeatsReserved`?\n");
    let ran = folder.factum(&["explain", "field-unfiled"]);
    assert_eq!(
        ran.err,
        "error: there is no code and no rule `field-unfiled`\n  = help: did you mean `field-unfilled`?\n"
    );
}

#[test]
fn a_code_is_explained_by_number_and_by_name() {
    let folder = Folder::new();
    let page = folder.factum(&["explain", "E0401"]).out;
    for asked in ["e0401", "401", "field-unfilled", "FieldUnfilled"] {
        assert_eq!(folder.factum(&["explain", asked]).out, page);
    }
    insta::assert_snapshot!(page);
    let list = folder.factum(&["explain"]).out;
    let numbers = factum_model::codes::CODES.iter().map(|row| row.number);
    let numbers: BTreeSet<u16> = numbers.chain(RULES.iter().map(|rule| rule.number)).collect();
    assert_eq!(list.lines().count(), numbers.len());
}

#[test]
fn a_rule_is_explained_by_number_and_by_name() {
    let folder = Folder::new();
    let page = folder.factum(&["explain", "E0103"]).out;
    for asked in ["103", "event-deleted"] {
        assert_eq!(folder.factum(&["explain", asked]).out, page);
    }
    insta::assert_snapshot!(page);
    for rule in RULES {
        let (page, name) = (folder.factum(&["explain", &rule.code()]).out, rule.name);
        assert!(page.starts_with(&format!("{}: {name}\n\nWhat it does:\n\n", rule.code())), "{page}");
        assert_eq!(folder.factum(&["explain", name]).out, page);
    }
}

/// Under the name that the table of problems has, whoever tells of it.
#[test]
fn what_is_listed_has_whole_sentences() {
    let list = Folder::with(SEATS).factum(&["explain"]).out;
    let edited = list.lines().find(|line| line.starts_with("E0105")).unwrap();
    assert!(edited.ends_with("of steps by hand, other outputs for the same samples"), "{edited}");
    assert!(edited.contains("  Finds changed steps,") && !list.contains("# "), "{edited}");
}

#[test]
fn every_problem_is_explained_by_its_name() {
    let folder = Folder::new();
    for problem in PROBLEMS.iter().flat_map(|group| group.problems) {
        let ran = folder.factum(&["explain", problem.name]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{}", problem.name);
        match problem.told_by {
            ToldBy::Rule => assert!(ran.out.contains(&format!(": {}\n\nWhat it does:", problem.name)), "{}", ran.out),
            ToldBy::Codes(codes) => {
                // A name that is a code's own means that one alone.
                let own = codes.iter().filter(|code| plain(&format!("{code:?}")) == plain(problem.name));
                let told: Vec<_> = if own.clone().count() > 0 { own.collect() } else { codes.iter().collect() };
                for code in told {
                    assert!(ran.out.contains(&format!("{code}: ")), "{}: {}", problem.name, ran.out);
                }
            }
        }
    }
    let said = folder.factum(&["explain", "name-colision"]).err;
    assert!(said.contains("did you mean `name-collision`?"), "{said}");
}

fn plain(name: &str) -> String {
    name.replace('-', "").to_lowercase()
}

#[test]
fn what_is_wrong_with_a_schema_is_said_at_its_line() {
    let folder = Folder::with(&SEATS.replace("u32", "u23"));
    let ran = folder.factum(&["show", "Opened"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("--> schemas/seats.yaml:4:23"), "{}", ran.err);
}

#[test]
fn the_catalog_is_looked_for_above_and_below() {
    let folder = Folder::with(SEATS);
    folder.write("src/lib.rs", "").write("schemas/deep/halls.yaml", &SEATS.replace("seats", "halls"));
    let seen = |below: &str| {
        let ran = crate::support::factum(&folder.path.join(below), &["show", "seats.Opened"]);
        ran.out.lines().nth(1).unwrap_or_default().to_owned() + &ran.err
    };
    assert_eq!(seen("."), "schemas/seats.yaml:4");
    assert_eq!(seen("schemas"), "seats.yaml:4");
    assert_eq!(seen("schemas/deep"), "../seats.yaml:4");
    assert!(seen("src").contains("there is no factum.toml"));
    let ran = folder.factum(&["show", "Opened", "--catalog", "schemas/seats.yaml"]);
    assert_eq!(ran.out.matches("seats.Opened").count(), 1);
}

#[test]
fn generated_rust_is_written_once_and_checked() {
    let folder = Folder::with(SEATS);
    let check = ["generate", "--out", "src/events", "--check"];
    let ran = folder.factum(&check);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("src/events/mod.rs is not there"), "{}", ran.err);
    assert!(ran.err.contains("run `cargo factum generate --out src/events`"), "{}", ran.err);
    assert_eq!(folder.factum(&check[..3]).exit, Exit::Clean);
    let text = folder.read("src/events/mod.rs");
    assert!(text.starts_with("// @generated by factum "), "{text}");
    assert!(text.contains("pub struct Opened"));
    assert_eq!(folder.factum(&check).exit, Exit::Clean);
    folder.write("schemas/seats.yaml", &SEATS.replace("u32", "u64"));
    let ran = folder.factum(&check);
    assert!(ran.err.contains("is not what the schema says"), "{}", ran.err);
    assert_eq!(folder.read("src/events/mod.rs"), text, "nothing is written");
    assert_eq!(folder.factum(&["generate", "--out", "src/seats.rs"]).exit, Exit::Clean);
    assert!(folder.read("src/seats.rs").contains("u64"));
}

#[test]
fn several_catalogs_do_not_go_into_one_output() {
    let folder = Folder::with(SEATS);
    folder.write("halls/factum.toml", "").write("halls/a.yaml", &SEATS.replace("seats", "halls"));
    let ran = folder.factum(&["generate", "--out", "src/events"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("`--catalog halls` or `--catalog schemas`"), "{}", ran.err);
}

#[test]
fn rust_is_not_generated_of_what_the_lock_does_not_have_so() {
    let folder = Folder::with(SEATS);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.write("schemas/more.yaml", &SEATS.replace("seats", "halls"));
    let ran = folder.factum(&["generate", "--out", "src"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(ran.err.contains("warning[E0605]") && ran.err.contains("run `cargo factum lock`"), "{}", ran.err);
    folder.write("schemas/seats.yaml", &SEATS.replace("u32", "u64"));
    let ran = folder.factum(&["generate", "--out", "src"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("error[E0101]"), "{}", ran.err);
    assert!(!folder.read("src/mod.rs").contains("u64"));
}

/// What a build script would choose; factum-build's own tests hold a script's calls against the same keys.
#[test]
fn generated_rust_is_as_the_factum_toml_chooses() {
    let folder = Folder::with(SEATS);
    let toml = "[rust]\nvisibility = \"crate\"\n[rust.derive]\nevents = [\"::my::Event\"]\n[rust.modules]\nseats = \"sitting\"\n";
    folder.write("schemas/factum.toml", toml);
    assert_eq!(folder.factum(&["generate", "--out", "src/events"]).exit, Exit::Clean);
    let mut options = Options::new();
    options.choose(Choice::Visibility(Visibility::Crate), None);
    options.choose(Choice::Derive(Which::Kind(Kind::Events), "::my::Event".to_owned()), None);
    options.choose(Choice::Module { context: "seats".to_owned(), name: "sitting".to_owned() }, None);
    let mut sources = Sources::new();
    sources.add("seats.yaml", SEATS.as_bytes().to_vec());
    let tokens = factum_codegen::tokens_with(&check(&mut sources).checked.unwrap(), &options).unwrap();
    assert_eq!(folder.read("src/events/mod.rs"), factum_codegen::pretty(tokens, ["seats.yaml"]).unwrap());
    folder.write("schemas/factum.toml", &toml.replace("seats =", "seat ="));
    let ran = folder.factum(&["generate", "--out", "src/events", "--check"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert_eq!(
        ran.err,
        "error: the schema has no context `seat`\n --> schemas/factum.toml:6:8\n  = help: did you mean `seats`?\n"
    );
}

/// What a terminal shows of a rule and what `docs/rules.md` has of it, line by line.
#[test]
fn the_page_of_every_rule_is_the_one_in_the_docs() {
    let docs = include_str!("../../../docs/rules.md");
    let folder = Folder::new();
    for rule in RULES {
        let start = format!("\n## {}\n\n**{}**\n", rule.code(), rule.name);
        let page = docs.split_once(&start).unwrap_or_else(|| panic!("no {}", rule.name)).1;
        let page = page.split("\n## ").next().unwrap();
        let written = page
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| line.strip_prefix("### ").map_or_else(|| line.to_owned(), |heading| format!("{heading}:")));
        let written: Vec<String> = written.collect();
        assert!(written.len() > 4, "{}", rule.name);
        let shown = folder.factum(&["explain", rule.name]).out;
        let mut shown = shown.lines().filter(|line| !line.is_empty());
        assert_eq!(shown.next(), Some(format!("{}: {}", rule.code(), rule.name).as_str()));
        assert_eq!(shown.collect::<Vec<_>>(), written, "{}", rule.name);
    }
}

const STAFFING: &str = "factum: 1
context: staffing
aggregate: Mission
id: uuid
commands:
  InviteCandidate: { emits: [CandidateInvited], fields: { candidate: uuid } }
events:
  MissionPosted: { place: string }
  CandidateInvited: { candidate: uuid }
  InvitationWithdrawn: { compensates: CandidateInvited, fields: { candidate: uuid } }
policies:
  Placement:
    on:
      MissionPosted: { starts: true, issues: [InviteCandidate] }
      CandidateInvited: []
";

#[test]
fn an_event_is_shown_with_what_leads_to_it_and_what_it_leads_to() {
    let folder = Folder::with(STAFFING);
    let shown = |event: &str| folder.factum(&["show", event]).out;
    let all = ["MissionPosted", "CandidateInvited", "InvitationWithdrawn"].map(shown);
    insta::assert_snapshot!(all.join("\n"));
    // The layout of a policy is a layout as any other.
    assert_eq!(folder.factum(&["fmt"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["fmt", "--check"]).exit, Exit::Clean);
    assert_eq!(shown("MissionPosted").lines().skip(2).collect::<Vec<_>>(), all[0].lines().skip(2).collect::<Vec<_>>());
}

/// Warned of, and no failure; an error where that is asked for.
#[test]
fn a_circle_through_a_policy_is_a_warning_of_check() {
    let circle = STAFFING.replace("CandidateInvited: []", "CandidateInvited: [InviteCandidate]");
    let folder = Folder::with(&circle);
    folder.factum(&["lock"]);
    let ran = folder.factum(&["check"]);
    insta::assert_snapshot!(ran.out);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert_eq!(folder.factum(&["check", "--fail-on", "warning"]).exit, Exit::Findings);
    // Some state ends it: that is approved, by an id that stays what it is wherever things stand.
    let (_, id) = ran.out.split_once("cargo factum allow ").unwrap();
    let id = id.split(' ').next().unwrap();
    let approved = folder.factum(&["allow", id, "--reason", "each candidate is asked once"]);
    assert_eq!((approved.exit, approved.err.contains("commit schemas/factum.toml\n")), (Exit::Clean, true));
    folder.write("schemas/seats.yaml", &format!("# Moved.\n{circle}"));
    let ran = folder.factum(&["check", "--fail-on", "warning"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.out);
    assert!(ran.out.contains("info[E0509]") && ran.out.contains("it was approved: each candidate is asked once"));
    // Another circle is not approved with it, and where there is none the approval can go.
    folder.write("schemas/seats.yaml", &circle.replace("InviteCandidate", "AskCandidate"));
    assert!(folder.factum(&["check"]).out.contains("warning[E0509]"));
    folder.write("schemas/seats.yaml", STAFFING);
    assert!(folder.factum(&["check"]).out.contains("E0190"), "{}", folder.factum(&["check"]).out);
}
