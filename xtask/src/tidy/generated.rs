//! Generated code names everything by a path from the root, and only three roots.

use proc_macro2::{TokenStream, TokenTree};

use super::House;

const ROOTS: &[&str] = &["factum", "core", "std"];

/// Words before a path that are no part of it.
const WORDS: &[&str] = &["as", "dyn", "else", "for", "if", "impl", "in", "match", "mut", "ref", "return", "where"];

pub(super) fn check(house: &House) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in house.below("tests/golden/", "expected.rs") {
        let found = roots(text).into_iter().filter(|root| !ROOTS.contains(&root.as_str()));
        findings.extend(found.map(|root| format!("{path} names ::{root}")));
    }
    findings
}

/// The roots of all paths that begin with `::`, attributes included, each once.
pub(super) fn roots(text: &str) -> Vec<String> {
    let mut roots = Vec::new();
    match text.parse::<TokenStream>() {
        Ok(tokens) => collect(tokens, &mut roots),
        Err(error) => roots.push(format!(" (no tokens: {error})")),
    }
    roots.sort();
    roots.dedup();
    roots
}

fn collect(tokens: TokenStream, roots: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            collect(group.stream(), roots);
        }
        let is_colon =
            |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
        if is_colon(index)
            && is_colon(index + 1)
            && let Some(TokenTree::Ident(root)) = tokens.get(index + 2)
            && begins(&tokens[..index])
        {
            roots.push(root.to_string());
        }
    }
}

/// Whether a `::` after these tokens begins a path.
fn begins(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(quote), TokenTree::Ident(_)] if quote.as_char() == '\'' => true,
        [.., TokenTree::Ident(word)] => WORDS.contains(&word.to_string().as_str()),
        [.., TokenTree::Punct(close)] => close.as_char() != '>',
        _ => true,
    }
}
