//! What counts as a change of what no lock has, and what is only written otherwise.
#![allow(clippy::unwrap_used, clippy::panic)]

use factum_model::ast::Document;
use factum_model::diff::{Change, Kind, declared};

use crate::support::documents;

fn events(text: &str) -> Vec<Document> {
    documents(&format!("factum: 1\ncontext: seats\nevents:\n{text}"))
}

fn types(text: &str) -> Vec<Document> {
    documents(&format!("factum: 1\ncontext: seats\ntypes:\n{text}"))
}

fn between(old: &str, new: &str) -> Vec<Change> {
    declared(&events(old), &events(new))
}

/// Where declarations stand is nobody's concern: in which order, in which file.
#[test]
fn moved_declarations_are_no_change() {
    let opened = "  Opened: { doc: It opened., fields: { row: u32 } }\n";
    let shut = "  Shut: { doc: It shut., fields: {} }\n";
    let both = events(&format!("{opened}{shut}"));
    assert_eq!(declared(&both, &events(&format!("{shut}{opened}"))), []);
    let apart = [events(opened), events(shut)].concat();
    assert_eq!(declared(&both, &apart), []);
    assert_eq!(declared(&apart, &both), []);
    assert_eq!(declared(&both, &events(&format!("{shut}{}", opened.replace("It opened", "It may open")))).len(), 1);
}

#[test]
fn where_lines_of_documentation_break_is_no_change() {
    let plain = "  Opened: { doc: A hall was opened., fields: {} }\n";
    for same in
        ["|\n      A hall was\n      opened.\n", ">\n      A hall\n      was opened.\n\n", "\"A hall was opened.\"\n"]
    {
        assert_eq!(between(plain, &format!("  Opened:\n    doc: {same}    fields: {{}}\n")), [], "{same}");
    }
    let changes = between(plain, &plain.replace("was", "will be"));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(
        (&change.kind, &*change.before, &*change.after),
        (&Kind::DocChanged, "A hall was opened.", "A hall will be opened.")
    );
    assert_eq!(between(plain, "  Opened: {}\n")[0].after, "");
}

/// What is called otherwise is still the same; what is new or gone is told of the locks.
#[test]
fn names_of_before_are_known() {
    let old =
        "  Booked: { doc: Seats., fields: { seats: { type: u32, doc: How many. }, by: string, clerk: string } }\n";
    let new = "  Reserved:
    version: 3
    renamed: { 2: Booked }
    doc: Seats.
    fields:
      note: { type: string?, added: 3, doc: Any. }
      quantity: { type: u32, renamed: { 2: seats, 3: amount }, doc: How many. }
      by: { type: string, doc: Who. , removed: 2 }
      clerk: string
";
    assert_eq!(between(old, new), []);
    let changes = between(old, &new.replace("How many", "Not zero"));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.subject.name(), "seats.Reserved");
    assert_eq!(change.was.as_deref(), Some("seats.Booked"));
    assert_eq!((&*change.before, &*change.after), ("seats: How many.", "quantity: Not zero."));
    assert_eq!(between(old, "  Paid: { clerk: string, seats: u32 }\n"), []);
    let kinds = |kind: &str, doc: &str| {
        types(&format!(
            "  Payment:\n    version: 2\n    union:\n      {kind} doc: By card., fields: {{ last4: {{ type: string, doc: {doc} }} }} }}\n"
        ))
    };
    let before = types(
        "  Payment:\n    union:\n      Card: { doc: By card., fields: { last4: { type: string, doc: Digits. } } }\n",
    );
    let renamed = "Debit: { renamed: { 2: Card },";
    assert_eq!(declared(&before, &kinds(renamed, "Digits.")), []);
    assert_eq!(declared(&before, &kinds(renamed, "Four."))[0].after, "Debit.last4: Four.");
}

/// What is new may stand anywhere, and what is gone has no place.
#[test]
fn only_what_is_in_both_has_an_order() {
    let old = "  Opened: { a: u8, b: u8, c: u8 }\n";
    let new = |fields: &str| between(old, &format!("  Opened:\n    version: 2\n    fields: {{ {fields} }}\n"));
    assert_eq!(new("d: { type: u8?, added: 2 }, a: u8, e: { type: u8?, added: 2 }, b: u8, c: u8"), []);
    assert_eq!(new("b: u8, c: u8, a: { type: u8, removed: 2 }"), []);
    let changes = new("c: u8, d: { type: u8, renamed: { 2: a } }, b: { type: u8, removed: 2 }");
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((&change.kind, &*change.before, &*change.after), (&Kind::Reordered, "d, c", "c, d"));
}

#[test]
fn a_type_of_a_command_may_be_written_in_full() {
    let head = "factum: 1\ncontext: seats\naggregate: Hall\nid: uuid\nevents: {}\ntypes: { Row: { newtype: u32 } }\ncommands:\n";
    let command = |fields: &str| documents(&format!("{head}  Open: {{ {fields} }}\n"));
    let old = command("row: Row, at: 'map<string,u8>'");
    assert_eq!(declared(&old, &command("at: 'map<string, u8>', row: seats.Row")), []);
    let changes = declared(&old, &command("row: Row?, at: 'map<string, u8>'"));
    assert_eq!(changes[0].after, "Open { at: map<string, u8>, row: seats.Row? }");
}
