//! Two processes at one file.

use factum::store::conformance::block_on;
use factum::store::{EventStore, EventStoreExt, FeedQuery, StreamQuery};
use factum::{ReadError, Recorded};
use factum_sqlite::SqliteStore;

use crate::child::{self, MANY, append_many};
use crate::support::{Folder, feed, open, stream};

/// The streams of the feed's events, in order.
fn streams(store: &SqliteStore) -> Vec<String> {
    let mut streams = Vec::new();
    let visit = |recorded: &Recorded<'_>| {
        streams.push(recorded.stream.to_owned());
        Ok::<(), ReadError>(())
    };
    block_on(store.for_each_in_feed(FeedQuery::default(), visit)).unwrap();
    streams
}

/// While both write, neither has a long run to itself.
#[test]
fn neither_starves_and_both_see_one_order() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let mut other = child::command("append many", &folder.database()).spawn().unwrap();
    let mut ours = 0;
    let ended = loop {
        append_many(&store, "parent", 1);
        ours += 1;
        if let Some(ended) = other.try_wait().unwrap() {
            break ended;
        }
    };
    assert!(ended.success());
    let streams = streams(&store);
    let theirs = |name: &String| name == "child";
    let (first, last) = (streams.iter().position(theirs).unwrap(), streams.iter().rposition(theirs).unwrap());
    let longest = streams[first..=last].chunk_by(|one, next| one == next).map(<[String]>::len).max().unwrap();
    println!("{} appends while both wrote, at most {longest} on end by one", last - first);
    assert!(longest <= MANY / 4, "{longest} appends on end by one");

    let seen_here = feed(&store);
    assert_eq!(seen_here.len(), ours + MANY);
    assert_eq!(seen_here, feed(&open(&folder.database())));
    for (name, count) in [("parent", ours), ("child", MANY)] {
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
            scope.spawn(move || append_many(store, name, 150));
        }
    });
    // The one that closes first must not take the other's locks with it.
    drop(second);
    append_many(&first, "first", 50);
    assert_eq!(feed(&first), feed(&open(&folder.database())));
}
