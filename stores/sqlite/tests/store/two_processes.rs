//! Two processes at one file.

use std::io::Read;
use std::time::Duration;

use factum::store::conformance::block_on;
use factum::store::{EventStore, StreamQuery};

use crate::child::{self, append_for};
use crate::support::{Folder, feed, open, stream};

#[test]
fn neither_starves_and_both_see_one_order() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let mut other = child::command("append for two seconds", &folder.database()).spawn().unwrap();
    let (our_longest, ours) = append_for(&store, "parent", Duration::from_secs(2));
    let mut said = String::new();
    other.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(other.wait().unwrap().success());
    let line = said.lines().find_map(|line| Some(line.split_once("LONGEST ")?.1)).unwrap();
    let (micros, theirs) = line.split_once(' ').unwrap();
    let (their_longest, theirs) = (Duration::from_micros(micros.parse().unwrap()), theirs.parse::<usize>().unwrap());
    println!("here {ours} appends, the longest took {our_longest:?}; there {theirs}, {their_longest:?}");
    // Not how fast, only that nobody is left standing: without turns one waits for seconds.
    assert!(our_longest < Duration::from_secs(4) && their_longest < Duration::from_secs(4));
    assert!(ours > theirs / 20 && theirs > ours / 20, "{ours} and {theirs}");

    let seen_here = feed(&store);
    assert_eq!(seen_here.len(), ours + theirs);
    assert_eq!(seen_here, feed(&open(&folder.database())));
    for (name, count) in [("parent", ours), ("child", theirs)] {
        let page = block_on(store.read_stream(StreamQuery::new(stream(name)))).unwrap();
        assert_eq!(page.stream_version(), Some(count as u64), "{name}");
    }
}

#[test]
fn two_stores_of_one_process_share_a_file() {
    let folder = Folder::new();
    let (first, second) = (open(&folder.database()), open(&folder.database()));
    std::thread::scope(|scope| {
        for (store, name) in [(&first, "first"), (&second, "second")] {
            scope.spawn(move || append_for(store, name, Duration::from_millis(300)));
        }
    });
    // The one that closes first must not take the other's locks with it.
    drop(second);
    append_for(&first, "first", Duration::from_millis(100));
    assert_eq!(feed(&first), feed(&open(&folder.database())));
}
