//! Catalogs and contexts that go somewhere else, in real repositories.

use std::fs;

use cargo_factum::Exit;

use crate::support::{Folder, SEATS};

fn halls() -> String {
    SEATS.replace("seats", "halls").replace("capacity: u32", "capacity: u32, kind: Kind")
        + "types:\n  Kind: { enum: [flat] }\n"
}

/// One catalog with two contexts, released on `main`; then a branch.
fn released() -> Folder {
    let folder = Folder::with(SEATS);
    folder.write("schemas/halls.yaml", &halls());
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder
}

/// A branch on which one of the two contexts went to a new catalog.
fn split() -> Folder {
    let folder = released();
    folder.write("halls/factum.toml", "");
    folder.git(&["mv", "schemas/halls.yaml", "halls/halls.yaml"]);
    folder
}

fn check(folder: &Folder) -> (Exit, String) {
    let ran = folder.factum(&["check", "--against", "main"]);
    assert_eq!(ran.err, "");
    (ran.exit, ran.out)
}

#[test]
fn a_context_that_goes_to_another_catalog_is_compared_with_what_was_released_there() {
    let folder = split();
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings, "the locks are stale");
    let moved = "warning[E0115]: the context `halls` belonged to the catalog in `schemas`, and belongs to the one in `halls` now";
    assert!(said.contains(&format!("{moved}\n --> halls/halls.yaml:2:10")), "{said}");
    assert!(said.contains("error[E0605]: there is no `factum.lock` that says"), "{said}");
    assert!(said.contains("speaks of `halls.Opened`, and the schemas do not"), "{said}");
    for rule in ["E0103", "E0160", "E0111"] {
        assert!(!said.contains(rule), "nothing is gone or new: {said}");
    }
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let [old, new] = ["schemas", "halls"].map(|catalog| folder.read(&format!("{catalog}/factum.lock")));
    assert!(!old.contains("halls") && new.contains("  halls.Opened:") && new.contains("  halls.Kind:"), "{old}{new}");
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("1 warning: 2 events, 0 changed")), (Exit::Clean, true), "{said}");
    assert_eq!(folder.factum(&["check", "--against", "main", "--fail-on", "warning"]).exit, Exit::Findings);
    // It is told of once: from the next branch on it is where it is.
    folder.commit("halls have a catalog of their own");
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "branch"]);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
}

#[test]
fn what_moves_is_not_edited_on_its_way() {
    let folder = split();
    folder.write("halls/halls.yaml", &halls().replace("capacity: u32", "capacity: u64"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0102]: `halls.Opened` changed without a new version"), "{said}");
    assert!(said.contains(":schemas/factum.lock:"), "the place where it was released: {said}");
    let ran = folder.factum(&["lock"]);
    assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
    // Neither does it lose an event.
    folder.write("halls/halls.yaml", "factum: 1\ncontext: halls\nevents:\n  Shut: {}\n");
    assert!(check(&folder).1.contains("error[E0103]: the event `halls.Opened`"), "{}", check(&folder).1);
}

#[test]
fn a_number_that_was_taken_where_it_was_is_taken_where_it_is() {
    let folder = split();
    folder.commit("moved");
    folder.git(&["switch", "--quiet", "main"]);
    let second = |ty: &str| {
        format!(
            "factum: 1\ncontext: halls\nevents:\n  Opened:\n    version: 2\n    fields: {{ capacity: u32, kind: Kind, note: {{ type: {ty}, added: 2 }} }}\ntypes:\n  Kind: {{ enum: [flat] }}\n"
        )
    };
    folder.write("schemas/halls.yaml", &second("string?"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("a note");
    folder.git(&["switch", "--quiet", "branch"]);
    folder.write("halls/halls.yaml", &second("u32?"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("version 2 of the event `halls.Opened` was released meanwhile"), "{said}");
}

#[test]
fn a_catalog_that_is_divided_up_is_nowhere_new() {
    let folder = split();
    folder.git(&["mv", "schemas", "places"]);
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(!said.contains("E0160") && !said.contains("E0103"), "{said}");
    folder.write("halls/halls.yaml", &halls().replace("u32", "u64"));
    folder.write("places/seats.yaml", &SEATS.replace("u32", "u64"));
    let (_, said) = check(&folder);
    assert_eq!(said.matches("error[E0102]").count(), 2, "{said}");
}

#[test]
fn a_context_may_go_to_a_catalog_that_was_there() {
    let folder = released();
    folder.write("shop/factum.toml", "").write("shop/shop.yaml", &SEATS.replace("seats", "shop"));
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    folder.commit("a shop");
    folder.git(&["branch", "--force", "main"]);
    folder.git(&["mv", "schemas/halls.yaml", "shop/halls.yaml"]);
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("1 warning: 3 events, 0 changed")), (Exit::Clean, true), "{said}");
    let ran = folder.factum(&["diff", "--against", "main"]);
    assert!(
        ran.out.contains("context halls\n  ~             belongs to another catalog: schemas -> shop"),
        "{}",
        ran.out
    );
    // Seen from the new catalog alone it is the same.
    let ran = folder.factum(&["check", "--against", "main", "--catalog", "shop"]);
    assert_eq!((ran.exit, ran.out.contains("1 warning: 2 events, 0 changed")), (Exit::Clean, true), "{}", ran.out);
}

/// Events that are derived in Rust are in the lock alone.
#[test]
fn a_catalog_without_schemas_is_found_where_it_went() {
    let folder = released();
    for schema in ["seats.yaml", "halls.yaml"] {
        fs::remove_file(folder.path.join("schemas").join(schema)).unwrap();
    }
    let derived = folder.read("schemas/factum.lock").replace("Opened:\n", "Opened:\n    derived: HallEvent\n");
    folder.write("schemas/factum.lock", &derived.replace("Kind:\n", "Kind:\n    derived: true\n"));
    folder.commit("derived");
    folder.git(&["branch", "--force", "main"]);
    folder.git(&["mv", "schemas", "events"]);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
    let lock = folder.read("events/factum.lock");
    folder.write(
        "events/factum.lock",
        &lock.replace("      1:\n        wire_type: halls.Opened", "      1:\n        wire_type: halls.Opener"),
    );
    assert_eq!(check(&folder).0, Exit::Findings);
}

/// A catalog may have both, schemas and what is derived. What is derived may go from one to another too.
#[test]
fn what_is_derived_is_found_in_the_catalog_to_which_it_went() {
    // As the lock test writes it.
    let entry = |ty: &str| {
        let bank = Folder::with(&SEATS.replace("seats", "bank").replace("u32", ty));
        assert_eq!(bank.factum(&["lock"]).exit, Exit::Clean);
        let lock = bank.read("schemas/factum.lock");
        lock.split_once("events:\n").unwrap().1.replace("Opened:\n", "Opened:\n    derived: BankEvent\n")
    };
    let folder = Folder::with(SEATS);
    folder.write("shop/factum.toml", "").write("shop/shop.yaml", &SEATS.replace("seats", "shop"));
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let without = ["schemas", "shop"].map(|catalog| folder.read(&format!("{catalog}/factum.lock")));
    let with = |lock: &str, entry: &str| lock.replace("events:\n", &format!("events:\n{entry}"));
    folder.write("schemas/factum.lock", &with(&without[0], &entry("u32")));
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
    folder.commit("derived in one");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/factum.lock", &without[0]).write("shop/factum.lock", &with(&without[1], &entry("u32")));
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("1 warning: 3 events, 0 changed")), (Exit::Clean, true), "{said}");
    let moved = "the context `bank` belonged to the catalog in `schemas`, and belongs to the one in `shop` now";
    assert!(said.contains(&format!("warning[E0115]: {moved}\n --> shop/factum.lock:")), "{said}");
    let told = folder.factum(&["diff", "--against", "main"]).out;
    assert!(told.starts_with("context bank\n") && told.contains("\n1 change of 1 declaration"), "{told}");
    // Neither is it edited on its way, nor lost.
    folder.write("shop/factum.lock", &with(&without[1], &entry("u64")));
    assert!(check(&folder).1.contains("error[E0102]: `bank.Opened`"), "{}", check(&folder).1);
    folder.write("shop/factum.lock", &without[1]);
    assert!(check(&folder).1.contains("error[E0103]: the event `bank.Opened`"), "{}", check(&folder).1);
}
