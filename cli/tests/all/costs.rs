//! What is judged of a schema alone: only what is proposed, and all of it where nothing was released.

use cargo_factum::Exit;

use crate::support::{Folder, check, id, schema, told};

const WIDE: &str = "factum: 1\ncontext: seats\nevents:\n  Opened: { views: u64 }\n";

const WIDER: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields:
      views: u64
      clicks: { type: i64, added: 2, default: 0 }
";

#[test]
fn without_a_baseline_all_is_proposed() {
    let folder = Folder::with(WIDE);
    let (exit, said) = told(folder.factum(&["check", "--fail-on", "warning"]));
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("warning[E0132]: `views: u64` in version 1 of `seats.Opened` may be beyond 2^53"), "{said}");
    assert!(said.contains("schemas/seats.yaml:4:"), "{said}");
    assert!(said.contains("= note: digits may be lost (id "), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert!(!told(folder.factum(&["check"])).1.contains("E0132"), "what is locked is released");
}

#[test]
fn a_branch_is_told_of_what_it_adds() {
    let folder = Folder::with(WIDE);
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    schema(&folder, WIDER);
    // Until it is merged, whether it is in the lock or not.
    let (_, said) = check(&folder);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(check(&folder).1.matches("E0132").count(), said.matches("E0132").count());
    assert!(said.contains("`clicks: i64` in version 2") && !said.contains("`views: u64`"), "{said}");
    folder.write("schemas/factum.toml", "[levels]\ninteger-precision = \"info\"\n");
    assert!(check(&folder).1.contains("info[E0132]"));
    // Or this one field.
    folder.write("schemas/factum.toml", "");
    let allowed = folder.factum(&["allow", &id(&said, "E0132"), "--reason", "no browser reads it"]);
    assert_eq!(allowed.exit, Exit::Clean, "{}", allowed.err);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("info[E0132]")), (Exit::Clean, true), "{said}");
    assert!(!said.contains("which is lost or exposed"), "{said}");
}
