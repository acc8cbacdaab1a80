//! A writer that is killed in the middle of its work.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};

use uuid::Uuid;

use crate::child;
use crate::support::{Folder, feed, open};

#[test]
fn nothing_acknowledged_is_lost_in_50_deaths() {
    let folder = Folder::new();
    let mut acknowledged: Vec<Uuid> = Vec::new();
    for round in 0..50 {
        let mut writer = child::command("append until killed", &folder.database()).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut stored = lines.filter_map(|line| Some(line.split_once("STORED ")?.1.to_owned()));
        // A different moment each time.
        for line in stored.by_ref().take(10 + round * 7 % 61) {
            acknowledged.extend(ids(&line));
        }
        writer.kill().unwrap();
        writer.wait().unwrap();
        // What it said before it died counts as well.
        stored.for_each(|line| acknowledged.extend(ids(&line)));

        let there = feed(&open(&folder.database()));
        let distinct: HashSet<_> = there.iter().collect();
        assert_eq!(distinct.len(), there.len(), "round {round}: an event is there twice");
        let lost: Vec<_> = acknowledged.iter().filter(|id| !distinct.contains(id)).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
    }
    assert!(acknowledged.len() > 500);
}

/// The ids of a line; the last one may have been cut off by death.
fn ids(line: &str) -> impl Iterator<Item = Uuid> {
    line.split(' ').filter_map(|id| id.parse().ok())
}
