//! Puts the user's tokens into what was generated, and lets what was generated lead to them: where it does not compile, the
//! compiler points at the field and not at the derive.

use factum_codegen::Placeholder;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::generate::Names;
use crate::places::Places;

/// The tokens, with the user's in them.
pub(crate) fn filled(tokens: TokenStream, places: &Places, names: &Names) -> TokenStream {
    Filler { places, names }.stream(tokens, None)
}

#[derive(Clone, Copy)]
struct Filler<'a> {
    places: &'a Places,
    names: &'a Names,
}

impl Filler<'_> {
    /// What is about one part of the user's item stands, for the compiler, where that part stands.
    fn stream(self, tokens: TokenStream, outer: Option<Span>) -> TokenStream {
        let mut filled = TokenStream::new();
        for part in parts(tokens) {
            let place = self.place(&part).or(outer);
            filled.extend(part.into_iter().map(|token| self.token(token, place)));
        }
        filled
    }

    /// Where the part of the user's item stands that these tokens are about. Blocks are not looked into, since they are
    /// about several.
    fn place(self, tokens: &[TokenTree]) -> Option<Span> {
        let named = tokens.iter().find_map(|token| self.named(token));
        named.or_else(|| tokens.iter().find_map(|token| self.opaque(token)))
    }

    fn named(self, token: &TokenTree) -> Option<Span> {
        match token {
            TokenTree::Ident(ident) => self.names.parts.get(&ident.to_string()).copied(),
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                group.stream().into_iter().find_map(|token| self.named(&token))
            }
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        }
    }

    fn opaque(self, token: &TokenTree) -> Option<Span> {
        match token {
            TokenTree::Ident(ident) => match Placeholder::of(&ident.to_string())? {
                Placeholder::Opaque(id) => Some(self.places.tokens(id).into_iter().next()?.span()),
                Placeholder::Visibility => None,
            },
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                group.stream().into_iter().find_map(|token| self.opaque(&token))
            }
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        }
    }

    fn token(self, mut token: TokenTree, place: Option<Span>) -> TokenStream {
        // The place is the user's, the names that are seen from there are the macro's.
        let span = place.map_or_else(|| token.span(), |place| token.span().located_at(place));
        match token {
            TokenTree::Ident(ident) => self.ident(ident, span),
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), self.stream(group.stream(), place));
                new.set_span(span);
                new.into_token_stream()
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                token.set_span(span);
                token.into()
            }
        }
    }

    fn ident(self, mut ident: proc_macro2::Ident, span: Span) -> TokenStream {
        let text = ident.to_string();
        match Placeholder::of(&text) {
            Some(Placeholder::Opaque(id)) => self.places.tokens(id),
            Some(Placeholder::Visibility) => self.names.visibility.clone(),
            None => {
                let (item, place) = &self.names.item;
                let own = self.names.parts.get(&text).or_else(|| (text == *item).then_some(place));
                ident.set_span(own.copied().unwrap_or(span));
                ident.into_token_stream()
            }
        }
    }
}

/// Tokens between commas and semicolons; a comma between angle brackets is inside of a type.
fn parts(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    let (mut angles, mut before) = (0_u32, ' ');
    for token in tokens {
        let c = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        let block = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        match c {
            '<' => angles += 1,
            '>' if before != '-' && before != '=' => angles = angles.saturating_sub(1),
            _ => {}
        }
        let ends = c == ';' || c == ',' && angles == 0;
        if ends || block {
            angles = 0;
        }
        before = c;
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
        if ends {
            parts.push(Vec::new());
        }
    }
    parts
}
