use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::{aggregate, event, sets, value};

const EVENT: &str = r#"
    /// Seats were set aside.
    #[event(context = "conference", version = 5, renamed(2, "SeatsBooked"), personal(clerk), derives(Debug, Clone))]
    #[event(removed(4, clerk: String, added(2), default = String::new()))]
    #[event(removed(3, first: String), removed(3, last: String), upcast(3, join(from(first, last), into(name), with = " ")))]
    #[event(upcast(5, by_hand), deprecated(since = 3, use = SeatsHeld))]
    pub struct SeatsReserved {
        reservation: Uuid,
        #[event(renamed(2, "seats"), retyped(3, u32))]
        quantity: u64,
        #[event(retyped(4, Vec<Option<f64>>, via = scale(100)))]
        price: Vec<Option<i64>>,
        #[event(added(3), default = Channel::Web)]
        channel: Channel,
        #[event(added(3))]
        name: String,
    }
"#;

const SET: &str = "#[event_set(ended(Old))] pub enum SeatEvent { SeatsReserved(SeatsReserved), Freed(crate::Freed) }";
const VALUE: &str = r#"#[value(version = 2, removed(2, Fax, becomes = Phone), derives(Debug))]
    enum Channel { Web, #[value(renamed(2, "telephone"))] Phone, #[value(fallback)] Other(String) }"#;
const UNION: &str = r#"#[value(version = 2, removed(2, Garage { #[value(renamed(2, "w"))] what: String }, becomes = Safe))]
    enum Place { Door {}, #[value(added(2))] Safe { what: String } }"#;
const AGGREGATE: &str =
    r#"#[aggregate(context = "conference", id = Uuid, events = E, commands = C, rejection = R)] struct Seats;"#;

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

type Derive = fn(TokenStream) -> TokenStream;

#[test]
fn what_is_half_written_is_an_error_and_no_panic() {
    let derives: [(&str, Derive); 6] = [
        (EVENT, event::expand),
        (SET, sets::events),
        (SET, sets::commands),
        (AGGREGATE, aggregate::expand),
        (VALUE, value::expand),
        (UNION, value::expand),
    ];
    for (text, derive) in derives {
        let whole = derive(tokens(text));
        assert!(!whole.is_empty());
        assert!(syn::parse2::<syn::File>(whole).is_ok());
        for half in truncated(&tokens(text)) {
            assert!(syn::parse2::<syn::File>(derive(half)).is_ok());
        }
    }
}

#[test]
fn the_whole_event_is_right() {
    assert!(!event::expand(tokens(EVENT)).to_string().contains("compile_error"));
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
            "an event is one type with one form on the wire: it has no type parameters and no lifetimes",
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
