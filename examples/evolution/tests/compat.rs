//! What is stored stays readable, and is read as it always was. `tests/compat/README.md` says how to add to it.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use evolution::{Read, Stored, folder, schema, stored, today};
use factum_model::value::as_stored;
use sha2::{Digest, Sha256};

/// A file for each version that was ever stored: without one, nobody knows what its bytes looked like.
#[test]
fn every_version_has_stored_bytes() {
    let schema = schema().unwrap();
    let all = stored(&schema).unwrap();
    let mut missing = Vec::new();
    for event in &schema.events {
        for version in &event.versions {
            let is_it =
                |stored: &&Stored<'_>| stored.event.name == event.name && stored.version.number == version.number;
            if !all.iter().any(|stored| is_it(&stored)) {
                missing.push(format!("tests/compat/stored/{}/{}.ndjson", event.name.value, version.number));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "add what was stored of these versions, and do it while their code writes it:\n{}",
        missing.join("\n")
    );
}

/// The bytes are those of that version's writer: its own struct, and once more without generated code.
#[test]
fn stored_bytes_are_as_their_version_writes_them() {
    let schema = schema().unwrap();
    for Stored { event, version, payload } in stored(&schema).unwrap() {
        let place = format!("{}@{}", event.name.value, version.number);
        assert_eq!(as_stored(&schema, &version.shape, &payload).unwrap(), payload, "{place}");
        assert_eq!(rewritten(&event.name.value, version.number, &payload), payload, "{place}");
    }
}

/// Read and written by the struct of its own version.
fn rewritten(event: &str, version: u32, payload: &str) -> String {
    fn of<E: factum::Event>(payload: &str) -> String {
        E::decode(E::VERSION, E::READABLE_FROM, payload).unwrap().encode().unwrap().payload
    }
    macro_rules! structs {
        ($($event:literal: $($version:literal $name:ident),+;)*) => {
            match (event, version) {
                $($(($event, $version) => of::<evolution::$name>(payload),)+)*
                _ => panic!("add the struct {event}V{version} to this list"),
            }
        };
    }
    structs! {
        "ParcelAccepted": 1 ParcelAcceptedV1, 2 ParcelAcceptedV2, 3 ParcelAcceptedV3, 4 ParcelAcceptedV4,
            5 ParcelAcceptedV5, 6 ParcelAcceptedV6, 7 ParcelAcceptedV7, 8 ParcelAcceptedV8;
        "ParcelDelivered": 1 ParcelDeliveredV1, 2 ParcelDeliveredV2, 3 ParcelDeliveredV3, 4 ParcelDeliveredV4,
            5 ParcelDeliveredV5, 6 ParcelDeliveredV6, 7 ParcelDeliveredV7, 8 ParcelDeliveredV8;
        "ParcelWeighed": 1 ParcelWeighedV1;
        "LabelPrinted": 1 LabelPrintedV1;
        "ParcelLost": 1 ParcelLostV1;
        "ParcelExchanged": 1 ParcelExchangedV1;
        "ParcelWrittenOff": 1 ParcelWrittenOffV1, 2 ParcelWrittenOffV2;
        "ClaimOpened": 1 ClaimOpenedV1;
        "ParcelReturned": 1 ParcelReturnedV1;
        "ParcelSentAgain": 1 ParcelSentAgainV1;
    }
}

/// A line for each stored one: the events that it is read as, each after its type and version.
#[test]
fn stored_events_are_read_as_they_always_were() {
    let schema = schema().unwrap();
    let mut read: BTreeMap<PathBuf, String> = BTreeMap::new();
    for stored in stored(&schema).unwrap() {
        let name = format!("{}/{}.txt", stored.event.name.value, stored.version.number);
        let events = today(&stored).unwrap_or_else(|error| panic!("{error}"));
        let events = events
            .iter()
            .map(|Read { event_type, schema_version, payload }| format!("{event_type}@{schema_version} {payload}"));
        let events: Vec<String> = events.collect();
        let line = if events.is_empty() { "nothing".to_owned() } else { events.join(" + ") };
        writeln!(read.entry(PathBuf::from(name)).or_default(), "{line}").unwrap();
    }
    let root = folder().join("today");
    if std::env::var_os("FACTUM_BLESS").is_some() {
        for (name, text) in &read {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), text).unwrap();
        }
    }
    for (name, text) in &read {
        let expected = fs::read_to_string(root.join(name)).unwrap_or_default();
        assert_eq!(*text, expected, "today/{}: see tests/compat/README.md", name.display());
    }
    let known: BTreeSet<PathBuf> = read.into_keys().collect();
    assert_eq!(files(&root), known, "what is expected is of events that were stored");
}

/// Stored bytes are added to, and never edited: `sha256sum -c manifest.sha256` says the same.
#[test]
fn stored_bytes_never_change() {
    let manifest = fs::read_to_string(folder().join("manifest.sha256")).unwrap();
    let lines = manifest.lines().map(|line| line.split_once("  ").expect("a hash, two blanks and a path"));
    let listed: BTreeMap<PathBuf, &str> = lines.map(|(hash, path)| (PathBuf::from(path), hash)).collect();
    let root = folder();
    let there: BTreeSet<PathBuf> =
        files(&root.join("stored")).iter().map(|path| Path::new("stored").join(path)).collect();
    for path in listed.keys() {
        assert!(there.contains(path), "{} was stored, and stays", path.display());
    }
    for path in there {
        let bytes = fs::read(root.join(&path)).unwrap();
        let hash = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        match listed.get(&path) {
            Some(known) => assert_eq!(*known, hash, "{}: stored bytes never change", path.display()),
            None => panic!("add to manifest.sha256: {hash}  {}", path.display()),
        }
    }
}

/// The files below a folder, by their path in it.
fn files(root: &Path) -> BTreeSet<PathBuf> {
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files.map(|path| path.strip_prefix(root).unwrap().to_owned()).collect()
}
