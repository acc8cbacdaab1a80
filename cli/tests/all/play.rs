//! A team at work, in real repositories: what `lock` writes and `check` says.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS, WITH_CHANNEL, check, id, released, schema};

#[test]
fn a_pull_request_from_its_branch_to_the_next_one() {
    let folder = released();
    assert_eq!(check(&folder).0, Exit::Clean);
    // A harmless change, and its lock.
    schema(&folder, WITH_CHANNEL);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings, "the lock is stale");
    assert!(said.contains("run `cargo factum lock`"), "{said}");
    assert_eq!(folder.factum(&["lock", "--check"]).exit, Exit::Findings);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(said.contains("1 event, 1 with a new version, against main (from "), "{said}");
    // A proposal may still change.
    schema(&folder, &WITH_CHANNEL.replace("default: web", "default: phone"));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(check(&folder).0, Exit::Clean);
    folder.commit("a channel");
    // A change that breaks what is stored, and the same one as it should be.
    schema(&folder, &SEATS.replace("u32", "u64"));
    let (exit, said) = check(&folder);
    assert_eq!((exit, said.contains("error[E0102]")), (Exit::Findings, true), "{said}");
    let widened = "capacity: { type: u64, retyped: { 2: u32 } }, channel: { type: string, added: 2, default: phone }";
    schema(&folder, &WITH_CHANNEL.replace("capacity: u32, channel: { type: string, added: 2, default: web }", widened));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    folder.commit("a wider capacity");
    merge(&folder, "branch");
    // The next one: from now on version 2 is released.
    folder.git(&["switch", "--quiet", "--create", "next"]);
    assert_eq!(check(&folder), (Exit::Clean, check(&folder).1));
    let phone = folder.read("schemas/seats.yaml");
    schema(&folder, &phone.replace("default: phone", "default: web"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0105]"), "{said}");
    assert!(said.contains("released as this"), "{said}");
    assert!(!said.contains("E0101"), "one problem is one message: {said}");
    let lock = folder.read("schemas/factum.lock");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
    assert_eq!(folder.read("schemas/factum.lock"), lock, "a lock that would be wrong is not written");
    // It is wanted all the same: approved, merged, and over.
    let approved = folder.factum(&["allow", &id(&said, "E0105"), "--reason", "nothing older is stored"]);
    assert_eq!(approved.exit, Exit::Clean, "{}", approved.err);
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    folder.commit("approved");
    merge(&folder, "next");
    folder.git(&["switch", "--quiet", "--create", "last"]);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Clean, "{said}");
    assert!(said.contains("is released by now"), "{said}");
}

fn merge(folder: &Folder, branch: &str) {
    folder.git(&["switch", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "--no-ff", "--no-edit", branch]);
}

#[test]
fn a_released_version_that_is_edited_is_found_in_every_format() {
    let folder = released();
    schema(&folder, &SEATS.replace("u32", "u64"));
    for format in ["text", "github", "markdown", "sarif", "junit", "json"] {
        let ran = folder.factum(&["check", "--format", format]);
        assert_eq!(ran.exit, Exit::Findings);
        assert!(ran.out.contains("E0102"), "{format}: {}", ran.out);
        assert!(!ran.out.contains("E0101"), "one problem is one message: {}", ran.out);
    }
}

#[test]
fn an_event_that_is_gone_is_found() {
    let folder = released();
    schema(&folder, &SEATS.replace("Opened", "Started"));
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0103]: the event `seats.Opened` was released, and is gone"), "{said}");
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Findings);
    assert!(said.contains("^^^^^^^ has the same fields"), "{said}");
    assert!(said.contains("say there `version: 2` and `renamed: { 2: Opened }`"), "{said}");
    let renamed = "Started: { version: 2, renamed: { 2: Opened }, fields: { capacity: u32 } }";
    schema(&folder, &SEATS.replace("Opened: { capacity: u32 }", renamed));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    assert_eq!(check(&folder).0, Exit::Clean);
}

/// Each field, value and kind has a label where it is, and where it was.
#[test]
fn every_part_that_was_edited_is_marked() {
    let schema = |sold: &str, types: [&str; 4]| {
        let [channel, paid, way, code] = types;
        format!(
            "factum: 1
context: shop
events:
  Sold: {{ by: Channel, paid: Paid, way: Way, code: Code, {sold} }}
types:
  Channel: {{ enum: [{channel}] }}
  Paid: {{ fields: {{ {paid} }} }}
  Way: {{ union: {{ {way} }} }}
  Code: {{ newtype: {code} }}
"
        )
    };
    let folder = Folder::with(&schema(
        "a: u32, b: u32",
        ["web, phone", "price: u8, tax: u8, net: u8", "Post: { street: string }, Shop: { desk: u8 }", "u32"],
    ));
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.write(
        "schemas/seats.yaml",
        &schema(
            "a: string, b: string",
            [
                "web, fax, shop",
                "price: u16, tax: u16, more: u8",
                "Post: { street: u8, city: string }, Desk: { desk: u8 }",
                "u64",
            ],
        ),
    );
    let said = folder.factum(&["check"]).out;
    // What shows that it breaks is tried elsewhere.
    let said = said.lines().filter(|line| !line.starts_with("           ")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("edited_parts", said);
}

#[test]
fn two_catalogs_do_not_claim_one_context_and_their_files_are_seen_from_here() {
    let folder = released();
    folder.write("archive/factum.toml", "").write("archive/old.yaml", SEATS);
    let (exit, said) = check(&folder);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("error[E0211]: two catalogs claim the context `seats`"), "{said}");
    let ran = crate::support::factum(&folder.path.join("archive"), &["check", "--catalog", "..", "--against", "main"]);
    assert!(ran.out.contains("--> ../schemas/seats.yaml:2:10"), "{}", ran.out);
    assert!(ran.out.contains("::: old.yaml:2:10"), "{}", ran.out);
    folder.write("no_events.ndjson", "");
    let verbs: [&[&str]; 6] = [
        &["lock"],
        &["diff"],
        &["show", "Opened"],
        &["generate", "--out", "src"],
        &["verify", "--events", "no_events.ndjson"],
        &["export", "json-schema"],
    ];
    for verb in verbs {
        let ran = folder.factum(verb);
        let told = ran.err.contains("error[E0211]") && ran.exit == Exit::Findings;
        assert!(told, "{verb:?}: {}", ran.err);
    }
}

#[test]
fn an_event_is_as_broken_as_what_it_holds() {
    let folder = Folder::with(
        "factum: 1
context: seats
events:
  Opened: { prices: list<Price> }
  Closed: {}
types:
  Price: { union: { Fixed: { amount: Money }, Free: {} } }
  Money: { newtype: i64 }
",
    );
    folder.init();
    assert_eq!(folder.factum(&["lock"]).exit, Exit::Clean);
    folder.commit("released");
    folder.git(&["switch", "--quiet", "--create", "branch"]);
    let text = folder.read("schemas/seats.yaml");
    schema(&folder, &text.replace("newtype: i64", "newtype: string"));
    let ran = folder.factum(&["check", "--against", "main", "--format", "markdown"]);
    let row = "| `seats.Opened` | 1 | edited in place | \u{274c} not read as it was | \u{26a0}\u{fe0f} not read |";
    assert!(ran.out.contains(row), "{}", ran.out);
    assert!(ran.out.contains("2 events, 1 edited"), "{}", ran.out);
    assert!(ran.out.contains("A stored `seats.Opened`, version 1, is refused by new code"), "{}", ran.out);
}
