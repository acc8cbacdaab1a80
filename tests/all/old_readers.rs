//! What an older release makes of newer events: it reads those that it reads rightly, and refuses the others by name.

use factum::DecodeFault;
use serde_json::Value;

use factum_tests::version::{Version, each_version};

use crate::support::samples;

#[test]
fn an_older_reader_reads_what_is_readable_for_it_and_nothing_else() {
    let (mut read, mut refused) = (0, 0);
    each_version(|version| {
        for older in 0..version.index {
            for seed in 0..samples().div_ceil(4) {
                if is_read(version, older, seed) { read += 1 } else { refused += 1 }
            }
        }
    });
    println!("{read} newer payloads read by an older version, {refused} refused");
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused: the schemas do not try both");
}

fn is_read(version: &Version<'_>, older: usize, seed: u64) -> bool {
    let (this, older) = (version.this(), &version.event.versions[older]);
    let payload = version.sample(seed).to_string();
    let outcome = (older.read)(this.number, this.readable_from, &payload);
    let told = || format!("{} read by version {}\n{payload}\n{}", version.place(), older.number, version.case.yaml);
    if older.number >= this.readable_from {
        let read = outcome.unwrap_or_else(|fault| panic!("{fault}: {}", told()));
        let own = (this.read)(this.number, this.readable_from, &payload).expect("a version reads itself");
        assert!(says_the_same(&read.payload, &own.payload), "{}\n{}\n{}", told(), read.payload, own.payload);
        return true;
    }
    match outcome {
        Err(DecodeFault::VersionTooNew { readable_from, newest }) => {
            assert_eq!((readable_from, newest), (this.readable_from, older.number), "{}", told());
        }
        other => panic!("{other:?}: {}", told()),
    }
    false
}

/// Each field that both know has one value; what the newer one has no more is null.
fn says_the_same(older: &str, newer: &str) -> bool {
    let fields = |payload| match serde_json::from_str(payload).expect("a payload is JSON") {
        Value::Object(fields) => fields,
        other => panic!("a payload is an object, not {other}"),
    };
    let newer = fields(newer);
    fields(older).iter().all(|(name, value)| newer.get(name).unwrap_or(&Value::Null) == value)
}

#[test]
fn versions_that_were_never_written_are_refused() {
    each_version(|version| {
        if !version.is_newest() {
            return;
        }
        let newest = version.this();
        let payload = version.sample(0).to_string();
        let read = |number, readable_from| (newest.read)(number, readable_from, &payload);
        assert!(matches!(read(0, 0), Err(DecodeFault::UnknownVersion { .. })), "{}", version.place());
        let next = newest.number + 1;
        assert!(matches!(read(next, next), Err(DecodeFault::VersionTooNew { .. })), "{}", version.place());
        assert!(matches!(read(next, 0), Err(DecodeFault::VersionTooNew { .. })), "{}", version.place());
        let same = |outcome: factum_tests::support::Outcome| outcome.ok();
        assert_eq!(same(read(next, 1)), same(read(newest.number, newest.number)), "{}", version.place());
    });
}
