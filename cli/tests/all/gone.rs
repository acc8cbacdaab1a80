//! Catalogs that are gone, and those that are not where they were, in real repositories.

use std::fs;

use cargo_factum::Exit;

use crate::support::{Folder, SEATS, check, factum, id, told};

fn halls() -> String {
    SEATS.replace("seats", "halls")
}

/// Two catalogs, released on `main`; then a branch.
fn released() -> Folder {
    let folder = Folder::with(SEATS);
    folder.write("halls/factum.toml", "").write("halls/halls.yaml", &halls());
    begin(&folder);
    folder
}

/// One catalog, whose schemas are in folders of it; then a branch.
fn nested() -> Folder {
    let folder = Folder::new();
    folder.write("schemas/factum.toml", "").write("schemas/seats/seats.yaml", SEATS);
    folder.write("schemas/halls/halls.yaml", &halls());
    begin(&folder);
    folder
}

fn begin(folder: &Folder) {
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
}

fn edit(folder: &Folder, path: &str) {
    folder.write(path, &folder.read(path).replace("u32", "u64"));
}

#[test]
fn a_catalog_does_not_go_unnoticed() {
    for paths in [&["halls"][..], &["halls/factum.toml"]] {
        let folder = released();
        let base = folder.git(&["rev-parse", "main"]);
        folder.git(&[&["rm", "--quiet", "-r"], paths].concat());
        let (exit, said) = check(&folder);
        assert_eq!(exit, Exit::Findings, "{paths:?}");
        assert!(said.contains("error[E0103]: the event `halls.Opened` was released, and is gone"), "{said}");
        assert!(said.contains(&format!("--> {}:halls/factum.lock:", &base[..10])), "where it was: {said}");
        assert!(said.contains("1 error: 1 event, 1 gone"), "{said}");
        assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
        // Nobody asked for it.
        assert_eq!(told(folder.factum(&["check", "--against", "main", "--catalog", "schemas"])).0, Exit::Clean);
        let below = factum(&folder.path.join("schemas"), &["check", "--against", "main"]);
        assert_eq!(below.exit, Exit::Clean, "{}", below.out);
        // It may go all the same, if somebody says why.
        let id = id(&said, "E0103");
        assert_eq!(folder.factum(&["allow", &id, "--reason", "halls were never stored"]).exit, Exit::Clean);
        assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
        let (exit, said) = check(&folder);
        assert_eq!((exit, said.contains("it was approved: halls were never stored")), (Exit::Clean, true), "{said}");
    }
}

#[test]
fn where_the_last_catalog_is_gone_it_is_said_what_was_released() {
    let folder = Folder::with(SEATS);
    begin(&folder);
    folder.git(&["rm", "--quiet", "-r", "schemas"]);
    let ran = folder.factum(&["check", "--against", "main"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains(":schemas/factum.lock says what was released on main"), "{}", ran.err);
    let ran = folder.factum(&["check"]);
    assert!(ran.err.contains("put it back"), "{}", ran.err);
    // Where there was none, one is begun.
    let ran = folder.factum(&["check", "--against", "./schemas"]);
    assert!(ran.err.contains("run `cargo factum init`"), "{}", ran.err);
}

#[test]
fn what_is_merged_into_another_catalog_is_not_edited_on_its_way() {
    let folder = released();
    folder.git(&["mv", "halls/halls.yaml", "schemas/halls.yaml"]);
    folder.git(&["rm", "--quiet", "-r", "halls"]);
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("E0160")), (Exit::Clean, false), "nothing is new: {said}");
    edit(&folder, "schemas/halls.yaml");
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.matches("error[E0102]").count()), (Exit::Findings, 1), "{said}");
}

#[test]
fn a_factum_toml_may_go_up_and_down() {
    let folder = Folder::new();
    folder.write("schemas/factum.toml", "").write("schemas/seats/seats.yaml", SEATS);
    begin(&folder);
    for (from, to) in [("schemas", "schemas/seats"), ("schemas/seats", "schemas")] {
        folder.git(&["mv", &format!("{from}/factum.toml"), &format!("{to}/factum.toml")]);
        folder.git(&["rm", "--quiet", &format!("{from}/factum.lock")]);
        assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
        let (exit, said) = check(&folder);
        assert_eq!((exit, said.contains("nothing is wrong: 1 event, 0 changed")), (Exit::Clean, true), "{said}");
        edit(&folder, "schemas/seats/seats.yaml");
        let (exit, said) = check(&folder);
        assert_eq!((exit, said.contains("error[E0102]")), (Exit::Findings, true), "{to}: {said}");
        folder.git(&["checkout", "--quiet", "--", "schemas/seats/seats.yaml"]);
        folder.commit("moved");
        folder.git(&["branch", "--force", "main"]);
    }
}

#[test]
fn a_folder_of_a_catalog_may_become_one() {
    let folder = nested();
    folder.write("schemas/halls/factum.toml", "");
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("1 warning: 2 events, 0 changed")), (Exit::Clean, true), "{said}");
    edit(&folder, "schemas/halls/halls.yaml");
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("error[E0102]: `halls.Opened`")), (Exit::Findings, true), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_under_the_old_name_does_not_hide_that_a_catalog_has_another() {
    let folder = Folder::with(SEATS);
    begin(&folder);
    fs::rename(folder.path.join("schemas"), folder.path.join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.path.join("schemas")).unwrap();
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
    edit(&folder, "real/seats.yaml");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("error[E0102]")), (Exit::Findings, true), "{said}");
}

/// A catalog that is divided up is looked at one by one, too.
#[test]
fn what_a_catalog_gave_away_is_looked_for_in_all_others() {
    let folder = nested();
    folder.write("halls/factum.toml", "");
    folder.git(&["mv", "schemas/halls/halls.yaml", "halls/halls.yaml"]);
    assert_eq!(folder.factum(&["lock", "--against", "main"]).exit, Exit::Clean);
    for (catalog, warnings) in [("schemas", 0), ("halls", 1)] {
        let ran = folder.factum(&["check", "--against", "main", "--catalog", catalog]);
        assert_eq!((ran.exit, ran.out.matches("warning[E0115]").count()), (Exit::Clean, warnings), "{}", ran.out);
    }
}

/// What a sparse worktree leaves out is not gone.
#[test]
fn what_is_not_checked_out_is_not_gone() {
    let folder = released();
    folder.git(&["sparse-checkout", "set", "schemas"]);
    assert!(!folder.path.join("halls").exists());
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("nothing is wrong")), (Exit::Clean, true), "{said}");
}
