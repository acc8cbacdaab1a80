//! A disk that fails to sync, made to by `strace`.

use std::collections::HashSet;
use std::process::Command;

use uuid::Uuid;

use crate::child;
use crate::support::{Folder, feed, left_out, open};

/// The commit whose sync fails is of unknown outcome to all of its group; each of them tries again with the same ids,
/// and all is there once.
#[test]
fn a_commit_of_unknown_outcome_is_stored_once_when_tried_again() {
    let folder = Folder::new();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-o"]).arg(folder.path().join("trace"));
    // What opens the file needs a few; then the syncs of the groups, and those with which the file is opened again.
    strace.args(["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=15+7"]);
    child::command_by(&mut strace, "append while syncs fail", &folder.database());
    let told = match strace.output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(!said.contains("APPENDS"), "{said}{}", String::from_utf8_lossy(&output.stderr));
            return left_out(&format!("strace: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Err(error) => return left_out(&format!("strace: {error}")),
    };

    let ids = |word: &str| -> Vec<Uuid> {
        let lines = told.lines().filter_map(|line| line.split_once(word));
        lines.flat_map(|(_, ids)| ids.split(' ').map(|id| id.parse().unwrap())).collect()
    };
    let (unknown, stored) = (ids("UNKNOWN "), ids("STORED "));
    assert!(unknown.len() >= 16, "{told}");
    assert!(unknown.iter().all(|id| stored.contains(id)), "{told}");

    let there = feed(&open(&folder.database()));
    assert_eq!(there.len(), stored.len(), "{told}");
    let distinct: HashSet<_> = there.into_iter().collect();
    assert_eq!(distinct, stored.into_iter().collect(), "{told}");
}
