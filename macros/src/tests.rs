use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::attributes::Known;
use crate::{aggregate, event, fields, sets, value};

type Derive = fn(TokenStream) -> TokenStream;

/// What is right, for each derive.
const RIGHT: &[(Derive, &str)] = &[
    (event::expand, EVENT),
    (event::expand, r#"#[event(context = "a", version = 2, retired(2))] struct A;"#),
    (event::expand, r#"#[event(context = "a", version = 2, retired(2, nothing))] pub(crate) struct A {}"#),
    (event::expand, r#"#[event(context = "a", version = 2, becomes(2, [BV1, crate::c::C]))] struct A { a: u8 }"#),
    (value::expand, STRUCT),
    (value::expand, ENUM),
    (value::expand, UNION),
    (value::expand, "#[value(version = 2, retyped(2, u32))] pub struct Places(pub u64);"),
    (
        sets::events,
        "#[event_set(ended(Old, a::Older))] pub enum SeatEvent { SeatsReserved(SeatsReserved), Freed(crate::Freed) }",
    ),
    (sets::events, "enum Nothing {}"),
    (sets::commands, "pub enum SeatCommand { ReserveSeats(ReserveSeats), FreeSeats(crate::FreeSeats) }"),
    (sets::commands, "enum Nothing {}"),
    (
        aggregate::expand,
        r#"#[aggregate(context = "a", name = "B", id = Uuid, events = E, commands = C, rejection = R)] struct Seats;"#,
    ),
];

const EVENT: &str = r#"
    /// Seats were set aside.
    #[event(context = "conference", version = 5, renamed(2, "SeatsBooked"), personal(clerk), derives(Debug, Clone))]
    #[event(removed(4, /** Who. */ clerk: String, added(2), renamed(3, "who"), default = String::new()))]
    #[event(removed(3, first: String), removed(3, last: String), removed(3, a: u8), removed(3, b: u8), removed(4, whole: W))]
    #[event(upcast(3, join(from(first, last), into(name), with = " "), nest(from(a, b), into(pair))))]
    #[event(removed(4, name: String, added(3)))]
    #[event(upcast(4, split(from(name), into(one, two), with = " "), flatten(from(whole), into(c, d))))]
    #[event(upcast(5, by_hand), deprecated(since = 3, use = SeatsHeld), compensates(SeatsHeld, by(seats)))]
    pub struct SeatsReserved {
        reservation: Uuid,
        #[event(renamed(2, "seats"), retyped(3, u32))]
        quantity: u64,
        #[event(retyped(4, Vec<Option<f64>>, via = scale(100)))]
        price: Vec<Option<i64>>,
        #[event(retyped(2, Option<u8>, via = or(7)))]
        row: u8,
        #[event(added(3), default = Channel::Web)]
        channel: Channel,
        #[event(added(3))]
        pair: Pair,
        #[event(added(4))]
        one: String,
        #[event(added(4))]
        two: String,
        #[event(added(4))]
        c: BTreeMap<u8, (u8, [u8; 4])>,
        #[event(added(4))]
        d: u8,
    }
"#;

const STRUCT: &str = r#"
    #[value(version = 2, removed(2, rate: u32), derives(Debug))]
    struct Money { #[value(retyped(2, f64, via = scale(100)), renamed(2, "cents"))] amount: i64, #[value(added(2), default = 1)] a: u8 }
"#;

const ENUM: &str = r#"
    #[value(version = 3, removed(3, Fax, added(2), becomes = Phone), removed(3, Post, renamed(2, "mail"), becomes = Web))]
    enum Channel { Web, #[value(renamed(2, "telephone"))] Phone, #[value(added(3))] Desk, #[value(fallback)] Other(String) }
"#;

const UNION: &str = r#"
    #[value(version = 3, removed(3, Cheque { number: u64 }, added(2), becomes = Card))]
    enum Payment { #[value(renamed(2, "Plastic"))] Card { #[value(renamed(3, "digits"))] number: u64 }, Cash {} }
"#;

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// The stream without its last tokens, at every length and every depth.
fn truncated(stream: &TokenStream) -> Vec<TokenStream> {
    let all: Vec<TokenTree> = stream.clone().into_iter().collect();
    let mut found = Vec::new();
    for length in 0..all.len() {
        found.push(all[..length].iter().cloned().collect());
        if let TokenTree::Group(group) = &all[length] {
            for inner in truncated(&group.stream()) {
                let group = Group::new(group.delimiter(), inner);
                let rest = all[length + 1..].iter().cloned();
                found.push(all[..length].iter().cloned().chain([TokenTree::Group(group)]).chain(rest).collect());
            }
        }
    }
    found
}

/// The stream without one of its tokens, at every depth.
fn without_one(stream: &TokenStream) -> Vec<TokenStream> {
    let all: Vec<TokenTree> = stream.clone().into_iter().collect();
    let mut found = Vec::new();
    for place in 0..all.len() {
        let with = |token: Option<TokenTree>| {
            all[..place].iter().cloned().chain(token).chain(all[place + 1..].iter().cloned()).collect()
        };
        found.push(with(None));
        if let TokenTree::Group(group) = &all[place] {
            let inner = without_one(&group.stream()).into_iter();
            found.extend(inner.map(|inner| with(Some(Group::new(group.delimiter(), inner).into()))));
        }
    }
    found
}

#[test]
fn what_is_half_written_is_an_error_and_no_panic() {
    for (derive, text) in RIGHT {
        let whole = tokens(text);
        let halves = truncated(&whole).into_iter().chain(without_one(&whole));
        for half in halves {
            let answer = derive(half.clone());
            assert!(syn::parse2::<syn::File>(answer).is_ok(), "{half}");
        }
    }
}

#[test]
fn what_is_right_is_right() {
    for (derive, text) in RIGHT {
        let answer = derive(tokens(text)).to_string();
        assert!(!answer.is_empty() && !answer.contains("compile_error"), "{text}\n{answer}");
    }
}

/// Nothing can be written that is not tried half-written.
#[test]
fn every_entry_is_tried() {
    let tables: [(&[Derive], &[Known]); 9] = [
        (&[event::expand], event::ENTRIES),
        (&[event::expand], event::STEPS),
        (&[event::expand], event::DEPRECATION),
        (&[event::expand, value::expand], fields::LIFE),
        (&[event::expand, value::expand], fields::VIA),
        (&[value::expand], value::ENTRIES),
        (&[value::expand], value::LIFE),
        (&[value::expand], value::REMOVED_LIFE),
        (&[aggregate::expand], aggregate::ENTRIES),
    ];
    for (derives, known) in tables {
        for derive in derives {
            let texts = RIGHT.iter().filter(|(other, _)| std::ptr::fn_addr_eq(*other, *derive));
            let texts: String = texts.map(|(_, text)| *text).collect();
            for entry in known {
                let words = texts.split(|c: char| !c.is_alphanumeric() && c != '_');
                assert!(words.into_iter().any(|word| word == entry.name), "{} is not tried", entry.name);
            }
        }
    }
}

/// What the compiler would say.
fn errors(text: &str) -> Vec<String> {
    fn within(stream: TokenStream, found: &mut Vec<String>) {
        let mut error = false;
        for token in stream {
            match token {
                TokenTree::Ident(name) => error = name == "compile_error",
                TokenTree::Group(group) if error && group.delimiter() == Delimiter::Brace => {
                    let text = group.stream().to_string();
                    found.extend(text.trim_matches('"').split("\\n").next().map(str::to_owned));
                }
                TokenTree::Group(group) => within(group.stream(), found),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    within(event::expand(tokens(text)), &mut found);
    found
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = r#"
        #[event(context = "a", version = 2, version = 2, renamd(2, "B"), retired(2, never))]
        struct A<T> { #[event(added(2), defualt = 1)] #[serde(skip)] a: u8, b: &'static str }
    "#;
    assert_eq!(
        errors(text),
        [
            "an event is one type: it has no type parameters and no lifetimes",
            "factum reads and writes this itself, so `#[serde(..)]` would say what nobody does",
            "`defualt` has no meaning here",
            "what is stored owns its data, so a reference, a pointer, a function or `dyn` cannot be a part of it",
            "`version` is said twice",
            "`renamd` has no meaning here",
            "old events are read as themselves, or as nothing",
        ]
    );
}

#[test]
fn what_the_model_refuses_is_refused() {
    let field = |line: &str| errors(&format!("#[event(context = \"a\", version = 2)] struct A {{ {line} }}"));
    assert_eq!(
        field("#[event(retyped(2, u64))] a: u32"),
        ["not every `u64` is a `u32`, so stored values of `a` could be lost"]
    );
    assert_eq!(field("#[event(added(2))] a: u32"), ["events older than version 2 have no value for `a`"]);
    assert_eq!(field("#[event(added(2), default = 300)] a: u8"), ["`300` is not in the range of `u8`"]);
    assert_eq!(field("#[event(added(3))] a: Option<u32>"), ["version 3 is beyond the version of `A`, which is 2"]);
}
