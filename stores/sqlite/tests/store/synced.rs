//! Nobody is answered before the commit that decides it is on the disk, seen from outside with `strace`.

use std::collections::HashSet;
use std::fs;
use std::process::Command;

use crate::child;
use crate::support::{Folder, left_out};

#[test]
fn a_sync_ends_before_each_answer() {
    let folder = Folder::new();
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "64", "-e", "trace=fsync,fdatasync,write", "-o"]).arg(&trace);
    child::command_by(&mut strace, "append and tell", &folder.database());
    match strace.output() {
        Ok(output) if output.status.success() => check(&fs::read_to_string(&trace).unwrap()),
        Ok(output) => left_out(&format!("strace: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => left_out(&format!("strace: {error}")),
    }
}

/// In each turn one append is stored and one conflicts with it: both may be told only after a sync of that turn.
fn check(trace: &str) {
    let (mut syncing, mut synced, mut told) = (HashSet::new(), false, 0);
    for line in trace.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let is_wal = call.contains("-wal>");
        if is_wal && call.contains("sync(") && call.ends_with("<unfinished ...>") {
            syncing.insert(process);
        } else if (is_wal && call.contains("sync(") && call.ends_with("= 0"))
            || (call.contains("sync resumed>") && call.ends_with("= 0") && syncing.remove(process))
        {
            synced = true;
        } else if call.contains("\"TOLD ") {
            assert!(synced, "told before the sync: {line}");
            told += 1;
        } else if call.contains("\"NEXT") {
            synced = false;
        }
    }
    assert_eq!(told, 40, "{trace}");
}
