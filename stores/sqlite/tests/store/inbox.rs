//! Messages that a process was handed which died at it.

use std::path::Path;

use factum::store::conformance::{ViewFactory, block_on};
use factum::store::{Message, Received, ViewId, ViewStore};
use factum_sqlite::{SqliteStore, ViewTx};

use crate::child::{self, say};
use crate::conformance::InFile;
use crate::support::{Folder, open};

fn view() -> ViewId {
    ViewId::new("tally", 1).unwrap()
}

/// Hands over a message, whose effect adds 1.
fn receive(store: &SqliteStore, number: usize) -> Received {
    let work = Box::new(|tx: &mut ViewTx| InFile::add(tx, &view(), "a", 1));
    block_on(store.receive(view(), Message::from(format!("message {number}")), work)).unwrap()
}

fn effects(store: &SqliteStore) -> usize {
    let rows = InFile.rows(store, &view()).unwrap();
    usize::try_from(rows.get("a").copied().unwrap_or(0)).unwrap()
}

/// Another process: is handed all messages from the first on, and says which it has dealt with.
pub(crate) fn receive_until_killed(database: &Path) {
    let store = open(database);
    for number in 0.. {
        if receive(&store, number) == Received::Applied {
            say(&format!("RECEIVED {number}"));
        }
    }
}

#[test]
fn a_message_is_remembered_if_and_only_if_it_has_had_its_effect() {
    let folder = Folder::new();
    let store = open(&folder.database());
    block_on(store.create_view(view(), None, Box::new(|tx: &mut ViewTx| InFile::create(tx, &view())))).unwrap();
    for round in 0..40 {
        let (mut other, lines) = child::start("receive until killed", &folder);
        let mut received = lines.filter_map(|line| line.split_once("RECEIVED ")?.1.parse::<usize>().ok());
        // A different moment each time.
        let last = received.by_ref().take(1 + round * 5 % 11).last().unwrap();
        other.kill().unwrap();
        other.wait().unwrap();
        let last = received.last().unwrap_or(last);
        let had = effects(&store);
        assert!(had > last, "round {round}: {had} effects, and message {last} was dealt with");
        let again: Vec<Received> = (0..had + 3).map(|number| receive(&store, number)).collect();
        let due = [vec![Received::Repeated; had], vec![Received::Applied; 3]].concat();
        assert!(again == due, "round {round}: of {had} messages some have no effect, or one too many");
        assert_eq!(effects(&store), had + 3, "round {round}");
    }
}
