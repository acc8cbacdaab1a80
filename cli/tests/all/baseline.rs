//! What a branch is compared with, in real repositories.

use std::path::Path;

use cargo_factum::Exit;
use cargo_factum::catalog::{Catalog, find};
use cargo_factum::git::{Baseline, GitError, Looked, Repository, Wanted, baseline};

use crate::support::{Folder, SEATS, git, released};

const LOCK_1: &str = "# the lock of the first commit\n";
const LOCK_2: &str = "# the lock of the second commit\n";

/// The baselines of all catalogs of a worktree.
fn of(directory: &Path, revision: &str) -> Result<Vec<Baseline>, GitError> {
    let repository = Repository::discover(directory)?.expect("a repository");
    let catalogs: Vec<Catalog> = find(directory, &[]).expect("catalogs");
    let roots: Vec<String> = catalogs.iter().map(|catalog| repository.within(&catalog.root).expect("inside")).collect();
    let wanted: Vec<Wanted<'_>> = catalogs
        .iter()
        .zip(&roots)
        .map(|(catalog, root)| Wanted { root, is_file: false, contents: &catalog.contents })
        .collect();
    let scope = [repository.within(directory).expect("inside")];
    baseline(&repository, revision, Looked { wanted: &wanted, scope: &scope }).map(|found| found.each)
}

fn one(directory: &Path, revision: &str) -> Baseline {
    let mut all = of(directory, revision).expect("a baseline");
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn lock(baseline: &Baseline) -> Option<String> {
    baseline.contents.lock.as_ref().map(|file| String::from_utf8(file.bytes.clone()).unwrap())
}

fn tip_lock(baseline: &Baseline) -> Option<String> {
    baseline.tip_lock.as_ref().map(|file| String::from_utf8(file.bytes.clone()).unwrap())
}

/// main: one commit with the first lock. branch: one commit more.
fn repository() -> Folder {
    let folder = Folder::with(SEATS);
    folder.init().write("schemas/factum.lock", LOCK_1).commit("first");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    folder.write("schemas/factum.lock", LOCK_2).commit("on the branch");
    folder
}

#[test]
fn what_both_came_from_counts_and_not_the_tip() {
    let folder = repository();
    folder.git(&["switch", "--quiet", "main"]);
    folder.write("schemas/factum.lock", "# released meanwhile\n").commit("meanwhile");
    folder.git(&["switch", "--quiet", "branch"]);
    let found = one(&folder.path, "main");
    assert_eq!(lock(&found).as_deref(), Some(LOCK_1));
    assert_eq!(tip_lock(&found).as_deref(), Some("# released meanwhile\n"));
    let schema = &found.contents.schemas[0];
    assert_eq!(schema.name, format!("{}:schemas/seats.yaml", found.source.base.short()));
    assert_eq!(schema.bytes, SEATS.as_bytes());
    assert!(found.contents.config.is_some());
    assert_eq!(found.moved_from, None);
}

#[test]
fn a_branch_that_has_moved_on_by_itself_is_its_own_tip() {
    let found = one(&repository().path, "main");
    assert_eq!(found.source.base, found.source.tip);
    assert_eq!(tip_lock(&found).as_deref(), Some(LOCK_1));
}

#[test]
fn a_detached_head_and_a_tag_will_do() {
    let folder = repository();
    folder.git(&["tag", "--annotate", "--message", "released", "v1", "main"]);
    folder.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(lock(&one(&folder.path, "v1")).as_deref(), Some(LOCK_1));
    assert_eq!(lock(&one(&folder.path, "HEAD~1")).as_deref(), Some(LOCK_1));
}

#[test]
fn a_second_worktree_and_a_folder_deep_inside_will_do() {
    let folder = repository();
    let second = Folder::new();
    let path = second.path.join("tree");
    folder.git(&["worktree", "add", "--quiet", "--detach", path.to_str().unwrap(), "branch"]);
    assert_eq!(lock(&one(&path, "main")).as_deref(), Some(LOCK_1));
    assert_eq!(lock(&one(&path.join("schemas"), "main")).as_deref(), Some(LOCK_1));
}

#[test]
fn several_catalogs_are_told_apart() {
    let folder = Folder::new();
    folder.init();
    for name in ["billing", "shop", "shop/halls"] {
        folder.write(&format!("{name}/factum.toml"), "").write(&format!("{name}/factum.lock"), name);
        folder.write(&format!("{name}/a.yaml"), &SEATS.replace("seats", &name.replace('/', "_")));
    }
    folder.commit("first");
    let found = of(&folder.path, "main").expect("baselines");
    assert_eq!(found.iter().map(|one| lock(one).unwrap()).collect::<Vec<_>>(), ["billing", "shop", "shop/halls"]);
    assert!(found.iter().all(|one| one.contents.schemas.len() == 1));
    assert_eq!(lock(&one(&folder.path.join("shop/halls"), "main")).as_deref(), Some("shop/halls"));
}

#[test]
fn odd_names_are_names() {
    let folder = Folder::new();
    let odd = "sch\u{e9}mas of \"us\"\t*\\?[a]";
    folder.init().write(&format!("{odd}/factum.toml"), "").write(&format!("{odd}/-a b\n.yaml"), SEATS);
    folder.write(&format!("{odd}/factum.lock"), LOCK_1).commit("first");
    let found = one(&folder.path, "main");
    assert_eq!(lock(&found).as_deref(), Some(LOCK_1));
    assert_eq!(found.contents.schemas[0].bytes, SEATS.as_bytes());
}

#[test]
fn a_moved_catalog_is_found_by_its_contexts() {
    let folder = repository();
    folder.write("other/factum.toml", "").write("other/a.yaml", &SEATS.replace("seats", "halls"));
    folder.git(&["switch", "--quiet", "main"]);
    folder.write("halls/factum.toml", "").write("halls/a.yaml", &SEATS.replace("seats", "halls")).commit("halls");
    folder.git(&["mv", "schemas", "events"]);
    let found = one(&folder.path.join("events"), "main");
    assert_eq!(found.moved_from.as_deref(), Some("schemas"));
    assert_eq!(lock(&found).as_deref(), Some(LOCK_1));
}

#[test]
fn a_catalog_that_is_new_has_an_empty_baseline() {
    let folder = Folder::new();
    folder.init().write("README.md", "nothing yet").commit("first");
    folder.write("schemas/factum.toml", "").write("schemas/a.yaml", SEATS).commit("second");
    let found = one(&folder.path, "HEAD~1");
    assert_eq!((found.contents.schemas.len(), lock(&found)), (0, None));
}

#[test]
fn links_are_no_files() {
    let folder = repository();
    #[cfg(unix)]
    std::os::unix::fs::symlink("seats.yaml", folder.path.join("schemas/link.yaml")).unwrap();
    folder.commit("a link");
    assert_eq!(one(&folder.path, "HEAD").contents.schemas.len(), 1);
}

#[test]
fn a_merge_that_ci_made_needs_no_history() {
    let origin = repository();
    origin.git(&["checkout", "--quiet", "--detach", "main"]);
    origin.git(&["merge", "--quiet", "--no-ff", "--no-edit", "branch"]);
    origin.git(&["branch", "merge"]);
    let clone = Folder::new();
    let url = format!("file://{}", origin.path.display());
    clone.git(&["init", "--quiet"]);
    clone.git(&["fetch", "--quiet", "--depth=1", &url, "merge", "main:refs/remotes/origin/main"]);
    clone.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
    assert!(clone.path.join(".git/shallow").exists(), "the history is cut off");
    assert_eq!(lock(&one(&clone.path, "origin/main")).as_deref(), Some(LOCK_1));
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_that_helps() {
    let origin = repository();
    let clone = Folder::new();
    let url = format!("file://{}", origin.path.display());
    clone.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=branch", &url, "."]);
    let error = of(&clone.path, "origin/main").expect_err("there is no history");
    assert!(matches!(error, GitError::NoMergeBase { shallow: true, .. }), "{error}");
    assert_eq!(
        error.remedy().unwrap().to_string(),
        "run `git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main`"
    );
    run_remedy(&clone.path, &error);
    assert_eq!(lock(&one(&clone.path, "origin/main")).as_deref(), Some(LOCK_1));
}

#[test]
fn a_clone_of_one_branch_says_what_to_fetch_and_that_helps() {
    let origin = repository();
    let clone = Folder::new();
    clone.git(&["clone", "--quiet", "--single-branch", "--branch=branch", origin.path.to_str().unwrap(), "."]);
    let error = of(&clone.path, "origin/main").expect_err("it has one branch only");
    assert!(matches!(error, GitError::UnknownRevision { .. }), "{error}");
    run_remedy(&clone.path, &error);
    assert_eq!(lock(&one(&clone.path, "origin/main")).as_deref(), Some(LOCK_1));
    let error = of(&clone.path, "main").expect_err("there is no branch of this name here");
    run_remedy(&clone.path, &error);
    assert_eq!(lock(&one(&clone.path, "main")).as_deref(), Some(LOCK_1));
}

#[test]
fn unrelated_histories_and_missing_names_are_said() {
    let folder = repository();
    folder.git(&["checkout", "--quiet", "--orphan", "alone"]);
    folder.commit("another beginning");
    let error = of(&folder.path, "main").expect_err("they have nothing in common");
    assert!(matches!(error, GitError::NoMergeBase { shallow: false, .. }), "{error}");
    let error = of(&folder.path, "no-such-branch").expect_err("there is none");
    assert_eq!(error.to_string(), "there is no commit `no-such-branch` in this clone");
    assert!(error.remedy().unwrap().to_string().contains("git branch --all"));
    let error = of(&folder.path, "--output=x").expect_err("an option is no revision");
    assert!(matches!(error, GitError::UnknownRevision { .. }), "{error}");
}

#[test]
fn a_repository_without_a_commit_says_so() {
    let folder = Folder::with(SEATS);
    folder.init();
    let repository = Repository::discover(&folder.path).expect("git").expect("a repository");
    assert_eq!(repository.default_branch().expect("git"), None);
    assert!(matches!(of(&folder.path, "HEAD").expect_err("none"), GitError::NoCommit));
}

#[test]
fn the_default_branch_is_what_the_remote_says_or_a_usual_name() {
    let origin = Folder::with(SEATS);
    origin.git(&["init", "--quiet", "--initial-branch=trunk"]);
    origin.commit("first");
    let clone = Folder::new();
    clone.git(&["clone", "--quiet", origin.path.to_str().unwrap(), "."]);
    let of = |folder: &Folder| Repository::discover(&folder.path).expect("git").expect("one").default_branch();
    assert_eq!(of(&clone).expect("git").as_deref(), Some("origin/trunk"));
    assert_eq!(of(&origin).expect("git"), None);
    assert_eq!(of(&repository()).expect("git").as_deref(), Some("main"));
    clone.git(&["remote", "rename", "origin", "upstream"]);
    assert_eq!(of(&clone).expect("git").as_deref(), Some("upstream/trunk"));
}

/// As CI fetches one branch: a lock that lost what was released would be the only witness.
#[test]
fn a_clone_that_knows_no_default_branch_does_not_trust_its_own_lock() {
    let origin = released();
    let clone = Folder::new();
    clone.git(&["init", "--quiet"]);
    clone.git(&["remote", "add", "origin", &format!("file://{}", origin.path.display())]);
    clone.git(&["fetch", "--quiet", "--depth=1", "origin", "branch"]);
    clone.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
    std::fs::remove_file(clone.path.join("schemas/factum.lock")).unwrap();
    clone.write("schemas/seats.yaml", &SEATS.replace("u32", "string"));
    for verb in [["check"].as_slice(), &["lock"], &["lock", "--check"]] {
        let ran = clone.factum(verb);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::CouldNotRun, ""), "{verb:?}");
        assert_eq!(
            ran.err,
            "error: no default branch is known in this clone: what was released there would not be missed if the lock \
             here lost it\n  = help: run `git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*' && git \
             remote set-head origin --auto`; or name a branch, or a lock if that alone is meant: `--against factum.lock`\n"
        );
        assert!(!clone.path.join("schemas/factum.lock").exists(), "nothing was written");
    }
    let gone = clone.factum(&["check", "--against", "schemas/factum.lock"]);
    assert_eq!(gone.exit, Exit::CouldNotRun);
    assert!(gone.err.starts_with("error: cannot read schemas/factum.lock: "), "{}", gone.err);
    clone.write("schemas/factum.lock", &origin.read("schemas/factum.lock"));
    let alone = clone.factum(&["check", "--against", "schemas/factum.lock"]);
    assert!(alone.exit == Exit::Findings && alone.out.contains("error[E0102]"), "{}{}", alone.out, alone.err);

    clone.git(&["fetch", "--quiet", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
    origin.git(&["switch", "--quiet", "main"]);
    clone.git(&["remote", "set-head", "origin", "--auto"]);
    std::fs::remove_file(clone.path.join("schemas/factum.lock")).unwrap();
    let ran = clone.factum(&["check"]);
    assert!(ran.exit == Exit::Findings && ran.out.contains("error[E0102]"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_repository_that_is_all_there_is_has_its_lock() {
    let folder = Folder::with(SEATS);
    folder.git(&["init", "--quiet", "--initial-branch=trunk"]);
    folder.git(&["remote", "add", "origin", "file:///nowhere"]);
    // What has no commit yet has released nothing.
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("a schema and its lock");
    assert_eq!(folder.factum(&["check"]).exit, Exit::CouldNotRun);
    assert_eq!(folder.factum(&["check", "--against", "trunk"]).exit, Exit::Clean);
    folder.git(&["remote", "remove", "origin"]);
    assert_eq!(folder.factum(&["check"]).exit, Exit::Clean);
}

/// A tool may run anywhere, and name the catalog.
#[test]
fn the_repository_is_the_one_around_the_catalog() {
    let folder = released();
    let (nowhere, elsewhere) = (Folder::new(), Folder::with(SEATS));
    elsewhere.init().commit("another repository");
    folder.write("schemas/seats.yaml", &SEATS.replace("u32", "u64"));
    for path in ["schemas", "schemas/seats.yaml"] {
        let path = folder.path.join(path);
        for directory in [&nowhere.path, &elsewhere.path] {
            let arguments = ["check", "--against", "main", "--catalog", path.to_str().unwrap()];
            let ran = crate::support::factum(directory, &arguments);
            assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, ""));
            assert!(ran.out.contains("error[E0102]"), "{}", ran.out);
        }
    }
}

#[test]
fn outside_of_a_repository_there_is_none() {
    let folder = Folder::with(SEATS);
    assert!(Repository::discover(&folder.path).expect("git").is_none());
}

/// Each says what to run, and that it could not run.
#[test]
fn what_is_said_where_there_is_nothing_to_compare_with() {
    let origin = released();
    origin.write("schemas/factum.lock", LOCK_2).commit("on the branch");
    let url = format!("file://{}", origin.path.display());
    let clone = |arguments: &[&str]| {
        let folder = Folder::new();
        folder.git(&[&["clone", "--quiet", "--branch=branch"], arguments, &[&url, "."]].concat());
        folder
    };
    let alone = released();
    alone.git(&["checkout", "--quiet", "--orphan", "alone"]);
    alone.commit("another beginning");
    let broken = released();
    let blob = broken.git(&["rev-parse", "main:schemas/factum.lock"]);
    std::fs::remove_file(broken.path.join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).unwrap();
    let empty = Folder::with(SEATS);
    empty.init();
    let nowhere = Folder::with(SEATS);
    let told: Vec<String> = [
        ("a shallow clone", &clone(&["--depth=1", "--no-single-branch"]), "origin/main"),
        ("a clone of one branch", &clone(&["--single-branch"]), "origin/main"),
        ("the same, with a branch that is only there", &clone(&["--single-branch"]), "main"),
        ("no remote", &alone, "origin/main"),
        ("another history", &alone, "main"),
        ("an object is missing", &broken, "main"),
        ("no commit", &empty, "HEAD"),
        ("no repository", &nowhere, "main"),
        ("no such folder", &nowhere, "./old"),
        ("a folder without a lock", &nowhere, "./schemas"),
    ]
    .into_iter()
    .map(|(what, folder, against)| {
        let ran = folder.factum(&["check", "--against", against]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::CouldNotRun, ""), "{what}");
        format!("# {what}: --against {against}\n{}", ran.err)
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_catalog_of_many_and_one_of_a_subfolder_are_compared_with_their_own() {
    let folder = Folder::new();
    folder.init();
    for name in ["billing", "shop", "shop/halls"] {
        let schema = SEATS.replace("seats", &name.replace('/', "_"));
        folder.write(&format!("{name}/factum.toml"), "").write(&format!("{name}/a.yaml"), &schema);
    }
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("three");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let halls = folder.read("shop/halls/a.yaml");
    folder.write("shop/halls/a.yaml", &halls.replace("u32", "u64"));
    let ran = folder.factum(&["check", "--against", "main"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.contains("--> shop/halls/a.yaml:4:13"), "{}", ran.out);
    assert!(ran.out.contains("1 error: 3 events, 1 edited, against main (from "), "{}", ran.out);
    for (below, exit) in [("billing", Exit::Clean), ("shop", Exit::Findings), ("shop/halls", Exit::Findings)] {
        let ran = crate::support::factum(&folder.path.join(below), &["check", "--against", "main"]);
        assert_eq!(ran.exit, exit, "{below}: {}", ran.out);
    }
    let second = Folder::new();
    let path = second.path.join("tree");
    folder.git(&["worktree", "add", "--quiet", "--detach", path.to_str().unwrap(), "branch"]);
    assert_eq!(crate::support::factum(&path, &["check", "--against", "main"]).exit, Exit::Clean);
    let with_own = folder.factum(&["check", "--against", "main", "--catalog", "billing/a.yaml"]);
    assert_eq!(with_own.exit, Exit::Clean, "{}", with_own.out);
}

/// Each catalog may say what it is compared with: the verdict names all of it.
#[test]
fn catalogs_with_different_baselines_name_them_all() {
    let folder = Folder::new();
    folder.init();
    for name in ["billing", "halls", "shop"] {
        folder
            .write(&format!("{name}/factum.toml"), "")
            .write(&format!("{name}/a.yaml"), &SEATS.replace("seats", name));
    }
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let first = folder.commit("three");
    folder.git(&["branch", "release"]);
    folder.write("halls/factum.toml", "baseline = \"release\"\n").write("shop/factum.toml", "baseline = \".\"\n");
    folder.commit("each its own");
    let tip = folder.git(&["rev-parse", "main"]);
    let all = [format!("main (from {} on)", &tip[..10]), format!("release (from {} on)", &first[..10])];
    let [main, release] = &all;
    let text = folder.factum(&["check"]).out;
    assert!(text.contains(&format!("against {main} and {release} and shop/factum.lock, mode backward")), "{text}");
    for format in ["github", "markdown", "sarif", "json"] {
        let text = folder.factum(&["check", "--format", format]).out;
        assert!(all.iter().all(|name| text.contains(name)), "{format}: {text}");
    }
    assert!(folder.factum(&["diff"]).out.contains(&format!("against {main} and {release} and shop/factum.lock")));
}

/// Runs the command that an error names.
fn run_remedy(directory: &Path, error: &GitError) {
    let remedy = error.remedy().expect("a remedy").to_string();
    let command = remedy.strip_prefix("run `git ").and_then(|rest| rest.strip_suffix('`')).expect("a git command");
    git(directory, &command.split(' ').collect::<Vec<_>>());
}
