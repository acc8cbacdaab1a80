//! What CI runs: the steps of `action.yml`, the snippets of `docs/review.md` and the hooks, in real repositories. Only
//! GitHub itself is a stub, and `cargo`, which would run this very program.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use crate::support::{Folder, SEATS, git_command};

const ACTION: &str = include_str!("../../../action.yml");
const HOOKS: &str = include_str!("../../../.pre-commit-hooks.yaml");
const GUIDE: &str = include_str!("../../../docs/review.md");

/// `cargo factum` is this program; what else is asked of cargo is noted.
const CARGO: &str = r#"#!/bin/sh
if [ "$1" = factum ]; then exec cargo-factum "$@"; fi
echo "cargo $* in $PWD" >> "$STUBS/calls"
"#;

/// One pull request with at most two comments of the action's: the second is about the catalog `schemas` alone.
const GH: &str = r#"#!/bin/sh
echo "gh $*" >> "$STUBS/calls"
[ ! -e "$STUBS/denied" ] || exit 1
for argument; do
  case "$argument" in
    body=@*)
      comment=comment
      if grep -q '^<!-- cargo-factum schemas -->$' "${argument#body=@}"; then comment=second; fi
      cp "${argument#body=@}" "$STUBS/$comment" ;;
  esac
done
case "$*" in
  *--jq*'startswith("<!-- cargo-factum -->")'*) [ ! -e "$STUBS/comment" ] || echo 41 ;;
  *--jq*'startswith("<!-- cargo-factum schemas -->")'*) [ ! -e "$STUBS/second" ] || echo 42 ;;
esac
"#;

const WITH_CHANNEL: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields: { capacity: u32, channel: { type: string, added: 2, default: web } }
";

/// A server with a repository, whoever works on it, and what CI has.
struct Ci {
    work: Folder,
    server: Folder,
    stubs: Folder,
}

/// How a run ended.
struct Ran {
    code: i32,
    said: String,
}

impl Ci {
    /// `main` has released one event.
    fn new() -> Self {
        let (work, server, stubs) = (Folder::with(SEATS), Folder::new(), Folder::new());
        for (name, text) in [("cargo", CARGO), ("gh", GH)] {
            stubs.write(&format!("bin/{name}"), text);
            fs::set_permissions(stubs.path.join("bin").join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_cargo-factum"), stubs.path.join("bin/cargo-factum")).unwrap();
        server.git(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        work.init();
        assert_eq!(work.factum(&["lock"]).exit, cargo_factum::Exit::Clean);
        work.commit("a first event");
        work.git(&["remote", "add", "origin", &server.path.display().to_string()]);
        let ci = Self { work, server, stubs };
        ci.push("main");
        ci
    }

    fn push(&self, branch: &str) {
        self.work.git(&["push", "--quiet", "--force", "origin", branch]);
    }

    fn branch(&self, name: &str) {
        self.work.git(&["switch", "--quiet", "--create", name]);
    }

    /// Commits a schema, with its lock as far as there is one, and pushes the branch.
    fn change(&self, schema: &str, message: &str) {
        self.work.write("schemas/seats.yaml", schema);
        self.work.factum(&["lock"]);
        self.work.commit(message);
        self.push(&self.work.git(&["branch", "--show-current"]));
    }

    fn merge(&self, branch: &str) {
        self.work.git(&["switch", "--quiet", "main"]);
        self.work.git(&["merge", "--quiet", "--no-ff", "--no-edit", branch]);
        self.push("main");
    }

    /// What GitHub has checked out for a pull request: the branch as it would be merged, one commit deep and on no branch.
    fn merged(&self) -> Folder {
        let branch = self.work.git(&["branch", "--show-current"]);
        self.work.git(&["switch", "--quiet", "--detach", "main"]);
        self.work.git(&["merge", "--quiet", "--no-ff", "--no-edit", &branch]);
        self.work.git(&["push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge"]);
        self.work.git(&["switch", "--quiet", &branch]);
        let clone = Folder::new();
        clone.git(&["init", "--quiet"]);
        clone.git(&["remote", "add", "origin", &format!("file://{}", self.server.path.display())]);
        let merged = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
        clone.git(&["fetch", "--quiet", "--no-tags", "--depth=1", "origin", merged]);
        clone.git(&["checkout", "--quiet", "--force", "refs/remotes/pull/7/merge"]);
        clone
    }

    /// A clone of the branch as CI checks it out.
    fn checkout(&self, arguments: &[&str]) -> Folder {
        let clone = Folder::new();
        let branch = self.work.git(&["branch", "--show-current"]);
        let url = format!("file://{}", self.server.path.display());
        clone.git(&[&["clone", "--quiet", "--branch", &branch][..], arguments, &[&url, "."]].concat());
        clone
    }

    fn script(&self, directory: &Path, shell: &[&str], script: &str, env: &[(&str, String)]) -> Ran {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg("-c").arg(script).current_dir(directory);
        for (name, value) in git_command(directory).get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("PATH", format!("{}:{}", self.stubs.path.join("bin").display(), std::env::var("PATH").unwrap()));
        command.env("STUBS", &self.stubs.path).env("NO_COLOR", "1").envs(env.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        Ran { code: output.status.code().unwrap(), said: String::from_utf8(said).unwrap() }
    }

    fn calls(&self) -> String {
        let calls = fs::read_to_string(self.stubs.path.join("calls")).unwrap_or_default();
        let _ = fs::remove_file(self.stubs.path.join("calls"));
        calls
    }

    fn comment(&self) -> String {
        self.stubs.read("comment")
    }

    /// Runs the action in a fresh checkout.
    fn action(&self, inputs: &[(&str, &str)]) -> Ran {
        let clone = self.merged();
        Run::new(self, &clone, inputs).steps()
    }
}

/// The action in one job.
struct Run<'c> {
    ci: &'c Ci,
    clone: &'c Folder,
    temporary: Folder,
    /// What expressions mean.
    known: BTreeMap<String, String>,
}

impl<'c> Run<'c> {
    fn new(ci: &'c Ci, clone: &'c Folder, inputs: &[(&str, &str)]) -> Self {
        let action: Value = serde_yaml::from_str(ACTION).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut known: BTreeMap<String, String> = [
            ("github.action_path", root.to_str().unwrap()),
            ("github.base_ref", "main"),
            ("github.event_name", "pull_request"),
            ("github.repository", "halls/seats"),
            ("github.event.pull_request.number", "7"),
            ("github.token", "secret"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        for (name, input) in action["inputs"].as_mapping().unwrap() {
            assert!(input["description"].is_string() && input["default"].is_string(), "{name:?}");
            let value = resolved(input["default"].as_str().unwrap(), &known);
            known.insert(format!("inputs.{}", name.as_str().unwrap()), value);
        }
        for (name, value) in inputs {
            let old = known.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(old.is_some(), "the action has no input {name}");
        }
        Self { ci, clone, temporary: Folder::new(), known }
    }

    fn steps(mut self) -> Ran {
        let action: Value = serde_yaml::from_str(ACTION).unwrap();
        let mut whole = Ran { code: 0, said: String::new() };
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            if step.get("if").is_some_and(|condition| !self.holds(condition.as_str().unwrap())) {
                continue;
            }
            let ran = self.step(step);
            whole.said.push_str(&ran.said);
            whole.code = ran.code;
            if ran.code != 0 {
                break;
            }
        }
        whole
    }

    fn step(&mut self, step: &Value) -> Ran {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "what others write must not become a part of a script");
        let path = |name: &str| self.temporary.path.join(name).display().to_string();
        let mut env = vec![("RUNNER_TEMP", path(""))];
        env.extend([("GITHUB_OUTPUT", path("output")), ("GITHUB_STEP_SUMMARY", path("summary"))]);
        for (name, value) in step["env"].as_mapping().unwrap() {
            env.push((name.as_str().unwrap(), resolved(value.as_str().unwrap(), &self.known)));
        }
        // As GitHub runs it.
        let ran = self.ci.script(&self.clone.path, &["bash", "--noprofile", "--norc", "-eo", "pipefail"], script, &env);
        if let Some(id) = step.get("id") {
            for line in self.temporary.read("output").lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.known.insert(format!("steps.{}.outputs.{name}", id.as_str().unwrap()), value.to_owned());
            }
            let report = &self.known["steps.check.outputs.report"];
            if Path::new(report).exists() {
                assert_eq!(self.temporary.read("summary"), fs::read_to_string(report).unwrap());
            }
        }
        ran
    }

    /// `a == 'b' && c == 'd'`
    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").all(|part| {
            let (name, value) = part.split_once(" == ").unwrap();
            self.known[name] == value.trim_matches('\'')
        })
    }
}

/// A text with at most one expression, which is all of it.
fn resolved(text: &str, known: &BTreeMap<String, String>) -> String {
    let expression = text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}"));
    expression.map_or_else(|| text.to_owned(), |name| known.get(name).unwrap_or_else(|| panic!("{name}")).clone())
}

#[test]
fn the_action_goes_with_a_pull_request_until_the_next_one() {
    let ci = Ci::new();
    ci.branch("channel");
    // A harmless change.
    ci.change(WITH_CHANNEL, "a channel");
    let ran = ci.action(&[]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert!(ran.said.contains("is installed") && !ran.said.contains("::error"), "{}", ran.said);
    let calls = ci.calls();
    assert!(calls.contains("gh api --silent --method POST repos/halls/seats/issues/7/comments"), "{calls}");
    assert!(ci.comment().contains("seats.Opened"), "{}", ci.comment());
    // A breaking one.
    ci.change(&WITH_CHANNEL.replace("capacity: u32", "capacity: u16"), "fewer seats");
    let ran = ci.action(&[]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(ran.said.contains("::error file=schemas/seats.yaml,line="), "{}", ran.said);
    let calls = ci.calls();
    assert!(calls.contains("gh api --silent --method PATCH repos/halls/seats/issues/comments/41"), "{calls}");
    assert!(!calls.contains("POST"), "{calls}");
    assert!(ci.comment().contains("E0102") && ci.comment().contains('\u{274c}'), "{}", ci.comment());
    // A catalog that is reviewed by itself has a comment of its own.
    let both = |ci: &Ci| {
        assert_eq!(ci.action(&[("catalog", "schemas")]).code, 1);
        ci.calls()
    };
    assert!(both(&ci).contains("POST") && both(&ci).contains("PATCH repos/halls/seats/issues/comments/42"));
    assert!(ci.stubs.read("second").starts_with("<!-- cargo-factum schemas -->\n"));
    // Mended.
    ci.change(WITH_CHANNEL, "all seats again");
    assert_eq!(ci.action(&[]).code, 0);
    assert!(!ci.comment().contains('\u{274c}'), "{}", ci.comment());
    ci.merge("channel");
    // The next one breaks what is released now, and means it.
    ci.branch("shorter");
    ci.change(&WITH_CHANNEL.replace("default: web", "default: phone"), "another default");
    let ran = ci.action(&[]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    let id = ci.work.factum(&["check", "--against", "main", "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&id).unwrap();
    let id = report["findings"].as_array().unwrap().iter().find_map(|finding| finding["id"].as_str()).unwrap();
    let allowed = ci.work.factum(&["allow", id, "--reason", "nothing older is stored", "--against", "main"]);
    assert_eq!(allowed.exit, cargo_factum::Exit::Clean, "{}", allowed.err);
    ci.change(&WITH_CHANNEL.replace("default: web", "default: phone"), "approved");
    let ran = ci.action(&[]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    ci.merge("shorter");
    ci.branch("next");
    ci.change(&format!("{}  Closed: {{}}\n", WITH_CHANNEL.replace("default: web", "default: phone")), "the end");
    assert_eq!(ci.action(&[]).code, 0);
}

#[test]
fn the_action_does_what_its_inputs_say() {
    let ci = Ci::new();
    ci.branch("channel");
    ci.change(WITH_CHANNEL, "a channel");
    let ran = ci.action(&[("comment", "false"), ("against", "HEAD"), ("catalog", "schemas"), ("mode", "full")]);
    assert_eq!((ran.code, ci.calls().as_str()), (0, ""), "{}", ran.said);
    assert_eq!(ci.action(&[("catalog", "nowhere")]).code, 2);
    assert_eq!(ci.action(&[("mode", "sideways")]).code, 2);
    assert_eq!(ci.action(&[("fail-on", "info")]).code, 1, "a new field is something to know");
    // Who may not comment is told so, and reviewed all the same.
    ci.stubs.write("denied", "");
    let ran = ci.action(&[]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert!(ran.said.contains("::warning title=factum::No comment could be written"), "{}", ran.said);
}

#[test]
fn the_action_installs_the_program_of_its_own_version() {
    let ci = Ci::new();
    ci.stubs.write("bin/cargo", &CARGO.replace("exec cargo-factum \"$@\"", "echo cargo-factum 0.0.1; exit"));
    let clone = ci.checkout(&[]);
    let mut run = Run::new(&ci, &clone, &[]);
    let action: Value = serde_yaml::from_str(ACTION).unwrap();
    assert_eq!(run.step(&action["runs"]["steps"][0]).code, 0);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let calls = ci.calls();
    let directory = calls.strip_prefix("cargo install --locked --path cli in ").unwrap_or_else(|| panic!("{calls}"));
    assert_eq!(Path::new(directory.trim_end()).canonicalize().unwrap(), source, "not the user's folder");
}

/// The code blocks of the guide, in order, each with its language.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut lines = GUIDE.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, block.join("\n") + "\n"));
        }
    }
    blocks
}

fn block(language: &str, with: &str) -> String {
    let mut found = blocks().into_iter().filter(|(known, text)| *known == language && text.contains(with));
    let block = found.next().unwrap_or_else(|| panic!("no {language} with {with}")).1;
    assert!(found.next().is_none(), "two blocks have {with}");
    block
}

/// A harmless and a breaking branch, and what a script comes to on each.
fn played(run: impl Fn(&Ci) -> Ran) {
    let ci = Ci::new();
    ci.branch("channel");
    ci.change(WITH_CHANNEL, "a channel");
    let ran = run(&ci);
    assert_eq!(ran.code, 0, "{}", ran.said);
    ci.change(&SEATS.replace("u32", "u64"), "more seats");
    let ran = run(&ci);
    assert_eq!(ran.code, 1, "{}", ran.said);
}

#[test]
fn the_plain_commands_of_the_guide_are_a_review() {
    let script = block("sh", "# The branch that is merged into");
    played(|ci| {
        let clone = ci.checkout(&["--single-branch"]);
        ci.script(&clone.path, &["sh", "-e"], &script, &[])
    });
}

#[test]
fn the_workflow_for_code_scanning_is_a_review_and_hands_it_in() {
    let workflow: Value = serde_yaml::from_str(&block("yaml", "# .github/workflows/scan.yml")).unwrap();
    let steps = workflow["jobs"]["scan"]["steps"].as_sequence().unwrap();
    let script = steps.iter().find(|step| step.get("run").is_some_and(|run| run.as_str().unwrap().contains("sarif")));
    let script = script.unwrap()["run"].as_str().unwrap();
    let upload = steps.last().unwrap();
    assert!(upload["uses"].as_str().unwrap().starts_with("github/codeql-action/upload-sarif@"));
    assert_eq!(upload["if"].as_str(), Some("always()"), "a review that finds something ends with 1");
    assert_eq!(workflow["permissions"]["security-events"].as_str(), Some("write"));
    played(|ci| {
        let clone = ci.checkout(&[]);
        let ran = ci.script(&clone.path, &["bash", "-e"], script, &[("GITHUB_BASE_REF", "main".to_owned())]);
        assert!(clone.read(upload["with"]["sarif_file"].as_str().unwrap()).contains("2.1.0"));
        ran
    });
}

#[test]
fn the_job_of_gitlab_is_a_review() {
    let job: Value = serde_yaml::from_str(&block("yaml", "# .gitlab-ci.yml")).unwrap();
    let job = &job["schemas"];
    let lines = ["before_script", "script"].into_iter().flat_map(|part| job[part].as_sequence().unwrap());
    let script = lines.map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n");
    played(|ci| {
        let clone = ci.checkout(&["--single-branch"]);
        let ran = ci.script(
            &clone.path,
            &["sh", "-e"],
            &script,
            &[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main".to_owned())],
        );
        assert!(
            ci.calls().starts_with("cargo install --locked --git https://github.com/factum-rs/factum cargo-factum in ")
        );
        let report = job["artifacts"]["reports"]["junit"].as_str().unwrap();
        assert!(clone.read(report).starts_with("<?xml"));
        ran
    });
}

#[test]
fn the_workflow_of_the_guide_fits_the_action() {
    let action: Value = serde_yaml::from_str(ACTION).unwrap();
    let workflow: Value = serde_yaml::from_str(&block("yaml", "# .github/workflows/schemas.yml")).unwrap();
    let steps = workflow["jobs"]["review"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|step| step["uses"].as_str().unwrap().starts_with("factum-rs/factum@")).unwrap();
    for (name, _) in step["with"].as_mapping().unwrap() {
        assert!(action["inputs"].get(name).is_some(), "{name:?}");
    }
    for (name, _) in action["inputs"].as_mapping().unwrap() {
        assert!(
            GUIDE.contains(&format!("`{}`", name.as_str().unwrap())) || step["with"].get(name).is_some(),
            "{name:?}"
        );
    }
    assert_eq!(workflow["permissions"]["pull-requests"].as_str(), Some("write"));
}

#[test]
fn the_hooks_stop_what_they_should() {
    let hooks: Value = serde_yaml::from_str(HOOKS).unwrap();
    let hooks = hooks.as_sequence().unwrap();
    let config: Value = serde_yaml::from_str(&block("yaml", "# .pre-commit-config.yaml")).unwrap();
    let wanted = config["repos"][0]["hooks"].as_sequence().unwrap();
    assert!(wanted.iter().map(|hook| &hook["id"]).eq(hooks.iter().map(|hook| &hook["id"])));
    let ci = Ci::new();
    let all = |expected: [i32; 3]| {
        for (hook, expected) in hooks.iter().zip(expected) {
            let ran = ci.script(&ci.work.path, &["sh", "-e"], hook["entry"].as_str().unwrap(), &[]);
            assert_eq!(ran.code, expected, "{hook:?} {}", ran.said);
        }
    };
    all([0, 0, 0]);
    ci.work.write("schemas/seats.yaml", &SEATS.replace("u32", "u64"));
    all([0, 1, 1]);
    ci.work.write("schemas/seats.yaml", "factum: [");
    all([1, 1, 1]);
}

#[test]
fn the_plain_hook_stops_a_commit() {
    let ci = Ci::new();
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hooks/pre-commit");
    let installed: PathBuf = ci.work.path.join(".git/hooks/pre-commit");
    fs::create_dir_all(installed.parent().unwrap()).unwrap();
    fs::copy(hook, installed).unwrap();
    let commit = || ci.script(&ci.work.path, &["sh", "-e"], "git add --all; git commit --quiet --message try", &[]);
    ci.branch("channel");
    ci.work.write("schemas/seats.yaml", WITH_CHANNEL);
    let ran = commit();
    assert_eq!(ran.code, 1, "the lock is not the schemas': {}", ran.said);
    ci.work.factum(&["lock"]);
    let ran = commit();
    assert_eq!(ran.code, 0, "{}", ran.said);
    ci.work.write("schemas/seats.yaml", &WITH_CHANNEL.replace("fields: {", "fields:  {"));
    assert_eq!(commit().code, 1, "it is not laid out");
    ci.work.git(&["checkout", "--quiet", "HEAD", "--", "schemas"]);
    ci.work.write("README.md", "no schema");
    ci.work.write("schemas/factum.lock", "broken, and not part of it\n");
    let ran = ci.script(&ci.work.path, &["sh", "-e"], "git add README.md; git commit --quiet --message try", &[]);
    assert_eq!(ran.code, 0, "{}", ran.said);
}

#[test]
fn the_schema_of_the_guide_is_right() {
    let schema = format!("factum: 1\ncontext: conference\n{}", block("yaml", "SeatsReserved:"));
    let folder = Folder::with(&schema);
    let ran = folder.factum(&["lock"]);
    assert_eq!(ran.exit, cargo_factum::Exit::Clean, "{}", ran.err);
    assert_eq!(folder.factum(&["fmt", "--check"]).exit, cargo_factum::Exit::Clean);
}
