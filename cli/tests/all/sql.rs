//! `export sql`: views of events.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS};

const BY_HAND: &str = "factum: 1
context: seats
events:
  Opened:
    version: 3
    upcast: { 3: by_hand }
    renamed: { 2: Begun }
    fields:
      capacity: { type: u64, retyped: { 2: u32 } }
      price: { type: i64, retyped: { 2: { from: f64, via: scale(100) } } }
      note: { type: string, added: 3 }
  Closed: { version: 2, becomes: { 2: [Opened@3, Ended@1] }, fields: { capacity: u64, price: i64, note: string } }
  Ended: { note: string }
";

#[test]
fn views_are_printed_and_what_is_left_is_told() {
    let folder = Folder::with(BY_HAND);
    let ran = folder.factum(&["export", "sql"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let out = ran.out.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(format!("{out}\n=== standard error\n{}", ran.err));
}

#[test]
fn views_are_written_to_a_file() {
    let folder = Folder::with(SEATS);
    let ran = folder.factum(&["export", "sql", "--out", "views.sql"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, "   Wrote 1 view to views.sql\n"));
    assert_eq!(folder.read("views.sql"), folder.factum(&["export", "sql"]).out);
}

/// Two contexts may have events of one name.
#[test]
fn several_contexts_are_told_apart() {
    let folder = Folder::with(SEATS);
    folder.write("schemas/halls.yaml", &SEATS.replace("context: seats", "context: halls"));
    let views = folder.factum(&["export", "sql"]).out;
    assert!(views.contains("VIEW \"seats_Opened\"") && views.contains("VIEW \"halls_Opened\""), "{views}");
}

/// Documentation is text and stays a comment.
#[test]
fn a_text_of_the_schema_is_no_sql() {
    let schema = "factum: 1\ncontext: seats\nevents:\n  Opened:\n    doc: |\n      One.\n      '; DROP TABLE events; --\n    \
         version: 2\n    fields: { note: { type: string, added: 2, default: \"it's '); DROP TABLE events; --\" } }\n";
    let views = Folder::with(schema).factum(&["export", "sql"]).out;
    assert!(views.contains("--   '; DROP TABLE events; --\n"), "{views}");
    assert!(views.contains("'\"it''s ''); DROP TABLE events; --\"' ->> '$' AS \"note\""), "{views}");
}
