//! What the model holds as plain numbers: places in the user's file, and tokens of Rust.

use std::collections::HashMap;

use factum_model::Opaque;
use factum_model::source::{Origin, Spanned};
use proc_macro2::{Span, TokenStream, TokenTree};

/// The tables behind the numbers. Origin 0 is nowhere in particular: the derive itself.
#[derive(Default)]
pub(crate) struct Places {
    spans: Vec<Span>,
    tokens: Vec<TokenStream>,
    types: HashMap<String, u32>,
}

impl Places {
    pub(crate) fn origin(&mut self, span: Span) -> Origin {
        self.spans.push(span);
        Origin(number(self.spans.len()))
    }

    pub(crate) fn span(&self, origin: Origin) -> Span {
        let index = (origin.0 as usize).checked_sub(1);
        index.and_then(|index| self.spans.get(index)).copied().unwrap_or_else(Span::call_site)
    }

    pub(crate) fn spanned<T>(&mut self, value: T, span: Span) -> Spanned<T> {
        Spanned::new(value, self.origin(span))
    }

    /// A type: one spelling has one number, and so the tokens of the place where it was met first.
    pub(crate) fn ty(&mut self, tokens: TokenStream) -> Opaque {
        let spelling = spelling(tokens.clone());
        let known = self.types.get(&spelling).copied();
        let id = known.unwrap_or_else(|| {
            let id = self.keep(tokens);
            self.types.insert(spelling.clone(), id);
            id
        });
        Opaque { id, spelling }
    }

    /// An expression: it is spelled as `written`, and `tokens` are put in its place.
    pub(crate) fn expression(&mut self, written: TokenStream, tokens: TokenStream) -> Opaque {
        Opaque { id: self.keep(tokens), spelling: spelling(written) }
    }

    /// The tokens of a number.
    pub(crate) fn tokens(&self, id: u32) -> TokenStream {
        self.tokens.get(id as usize).cloned().unwrap_or_default()
    }

    fn keep(&mut self, tokens: TokenStream) -> u32 {
        self.tokens.push(tokens);
        number(self.tokens.len() - 1)
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The tokens as one would write them. The compiler's own printing changes with its version, and a lock keeps these texts.
pub(crate) fn spelling(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut word = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                text.extend([open, &spelling(group.stream()), close]);
                word = false;
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                if matches!(punct.as_char(), ',' | ';') {
                    text.push(' ');
                }
                word = false;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if word {
                    text.push(' ');
                }
                text.push_str(&token.to_string());
                word = true;
            }
        }
    }
    text.trim_end().to_owned()
}
