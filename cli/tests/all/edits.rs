//! The verbs that write into schema files.

use std::fs;

use cargo_factum::Exit;

use crate::support::{Folder, SEATS};

const MESSY: &str = "factum:   1
context: seats   # of halls
events:
    # Once a day.
    Opened: {capacity: u32 }
";
const TIDY: &str = "factum: 1
context: seats # of halls
events:
  # Once a day.
  Opened: { capacity: u32 }
";

#[test]
fn schemas_are_laid_out_and_checked() {
    let folder = Folder::with(MESSY);
    folder.write("schemas/deep/halls.yaml", &SEATS.replace("seats", "halls"));
    let ran = folder.factum(&["fmt", "--check"]);
    assert_eq!(ran.exit, Exit::Findings);
    insta::assert_snapshot!(ran.out + &ran.err);
    assert_eq!(folder.read("schemas/seats.yaml"), MESSY, "nothing is written");
    let ran = folder.factum(&["fmt"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, "   Wrote schemas/seats.yaml\n"));
    assert_eq!(folder.read("schemas/seats.yaml"), TIDY);
    let ran = folder.factum(&["fmt", "--check"]);
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (Exit::Clean, "", ""));
    assert_eq!(folder.factum(&["fmt"]).err, "   Fresh 2 schemas in the right layout\n");
}

#[test]
fn what_is_no_yaml_is_said_and_the_others_are_laid_out() {
    let folder = Folder::with(MESSY);
    folder.write("schemas/broken.yaml", "factum: [");
    for check in [&["fmt", "--check"][..], &["fmt"]] {
        let ran = folder.factum(check);
        assert_eq!(ran.exit, Exit::Findings);
        assert!(ran.err.contains("--> schemas/broken.yaml:1:10"), "{}", ran.err);
    }
    assert_eq!(folder.read("schemas/seats.yaml"), TIDY);
    // A wrong schema has a layout too.
    folder.write("schemas/broken.yaml", "factum: 1\ncontext: halls\nevents: {Opened: {capacity: u23}}\n");
    assert_eq!(folder.factum(&["fmt"]).exit, Exit::Clean);
    assert!(folder.read("schemas/broken.yaml").ends_with("events: { Opened: { capacity: u23 } }\n"));
}

#[test]
fn what_cannot_be_laid_out_is_left() {
    let strange = "factum: 1\ncontext: seats\nevents: { Opened: { 'a\n\n b': u32 } }\n";
    let folder = Folder::with(strange);
    let ran = folder.factum(&["fmt"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.starts_with("error: schemas/seats.yaml would not say the same"), "{}", ran.err);
    assert_eq!(folder.read("schemas/seats.yaml"), strange);
}

const MONEY: &str = "factum: 1
context: billing
types:
  # In hundredths.
  Money: { fields: { amount: i64 } }
";
const MONEY_2: &str = "factum: 1
context: billing
types:
  # In hundredths.
  Money: { version: 2, fields: { amount: i64, currency: { type: string, added: 2, default: EUR } } }
";
const PAID: &str = "factum: 1
context: billing
events:
  Paid: { price: Money } # and thanked for
";

/// A catalog in two files, of which Money went on.
fn went_on() -> Folder {
    let folder = Folder::with(PAID);
    folder.write("schemas/money.yaml", MONEY);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.write("schemas/money.yaml", MONEY_2);
    folder
}

#[test]
fn what_a_type_asks_for_is_written() {
    let folder = went_on();
    assert!(folder.factum(&["check"]).out.contains("error[E0428]"));
    let ran = folder.factum(&["bump", "Money"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert_eq!(ran.err, "   Wrote schemas/seats.yaml\n         Paid goes on with version 2\n");
    assert_eq!(
        folder.read("schemas/seats.yaml"),
        PAID.replace("{ price: Money }", "{ version: 2, fields: { price: { type: Money, retyped: { 2: Money@1 } } } }")
    );
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
    let ran = folder.factum(&["bump", "billing.Money"]);
    assert_eq!(ran.exit, Exit::Clean);
    assert!(ran.err.contains("write its new version first"), "{}", ran.err);
}

#[test]
fn the_branch_that_is_compared_with_says_what_was_released() {
    let folder = Folder::with(PAID);
    folder.write("schemas/money.yaml", MONEY).init();
    folder.factum(&["lock"]);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/money.yaml", MONEY_2);
    fs::remove_file(folder.path.join("schemas/factum.lock")).unwrap();
    assert_eq!(folder.factum(&["bump", "Money", "--against", "main"]).exit, Exit::Clean);
    assert!(folder.read("schemas/seats.yaml").contains("Money@1"));
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    let folder = went_on();
    let before = folder.read("schemas/seats.yaml");
    let ran = folder.factum(&["bump", "Mony"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert_eq!(ran.err, "error: no type is called `Mony`\n  = help: did you mean `Money`?\n");
    folder.write("schemas/money.yaml", "factum: [");
    assert_eq!(folder.factum(&["bump", "Money"]).exit, Exit::Findings);
    assert_eq!(folder.read("schemas/seats.yaml"), before);
}

#[test]
fn what_is_no_type_is_told_with_what_there_is() {
    let folder = went_on();
    let said = |name: &str| {
        let ran = folder.factum(&["bump", name]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        ran.err
    };
    assert_eq!(said("Rate"), "error: no type is called `Rate`\n  = help: there is `Money`\n");
    assert_eq!(said("bill.Money"), "error: no type is called `bill.Money`\n  = help: did you mean `billing.Money`?\n");
    for event in ["Paid", "billing.Paid"] {
        assert!(said(event).starts_with(&format!("error: `{event}` is an event, and no type\n")), "{}", said(event));
    }
}

#[test]
fn what_else_is_wrong_is_told() {
    let folder = went_on();
    let wrong = "factum: 1\ncontext: billing\nevents:\n  Sold: { rate: Rate }\n";
    folder.write("schemas/sold.yaml", wrong);
    let ran = folder.factum(&["bump", "Money"]);
    assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
    assert!(ran.err.starts_with("   Wrote schemas/seats.yaml\n"), "{}", ran.err);
    assert!(ran.err.contains("error[E0201]: there is no type `Rate`"), "{}", ran.err);
    // Neither is all well where there is nothing to write.
    let ran = folder.factum(&["bump", "Money"]);
    assert_eq!((ran.exit, ran.err.contains("Fresh")), (Exit::Findings, false), "{}", ran.err);
    assert!(ran.err.starts_with("error[E0201]"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn of_several_files_all_are_written_or_none() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(PAID);
    folder.write("schemas/money.yaml", MONEY);
    folder.write("schemas/sold.yaml", "factum: 1\ncontext: billing\nevents:\n  Sold: { price: Money }\n");
    folder.factum(&["lock"]);
    folder.write("schemas/money.yaml", MONEY_2);
    let sold = folder.path.join("schemas/sold.yaml");
    fs::set_permissions(&sold, fs::Permissions::from_mode(0o444)).unwrap();
    let ran = folder.factum(&["bump", "Money"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.starts_with("error: cannot write "), "{}", ran.err);
    assert_eq!(folder.read("schemas/seats.yaml"), PAID, "the other file is as it was");
    fs::set_permissions(&sold, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(folder.factum(&["bump", "Money"]).exit, Exit::Clean);
    assert!(
        folder.read("schemas/seats.yaml").contains("Money@1") && folder.read("schemas/sold.yaml").contains("Money@1")
    );
}

#[test]
fn a_file_without_another_layout_is_left_and_named() {
    let text = format!("factum: 1\ncontext: c\ntypes:\n  Id: {{ newtype: uuid, doc: |{} }}\n", "a".repeat(120));
    let folder = Folder::with(&text);
    let ran = folder.factum(&["fmt"]);
    assert_eq!(ran.exit, Exit::Findings);
    let said = "error: schemas/seats.yaml would not say the same in any other layout, and is left as it is\n  = help: look for ";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    assert_eq!(folder.read("schemas/seats.yaml"), text);
}
