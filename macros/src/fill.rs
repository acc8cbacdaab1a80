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
            let mut path = Path::default();
            filled.extend(part.into_iter().map(|token| {
                let ours = path.goes_on_from_the_root(&token);
                self.token(token, place, ours)
            }));
        }
        filled
    }

    /// Where the part of the user's item stands that these tokens are about. Blocks are not looked into, since they are
    /// about several.
    fn place(self, tokens: &[TokenTree]) -> Option<Span> {
        // A field may be called like what generated code binds; behind a dot it is meant.
        let named = |ident: &str| self.names.parts.get(ident).copied();
        let opaque = |ident: &str| match Placeholder::of(ident)? {
            Placeholder::Opaque(id) => Some(self.places.tokens(id).into_iter().next()?.span()),
            Placeholder::Visibility => None,
        };
        first(tokens, &|ident, dotted| if dotted { named(ident) } else { None })
            .or_else(|| first(tokens, &|ident, _| named(ident)))
            .or_else(|| first(tokens, &|ident, _| opaque(ident)))
    }

    fn token(self, mut token: TokenTree, place: Option<Span>, ours: bool) -> TokenStream {
        // The place is the user's, the names that are seen from there are the macro's.
        let span = place.map_or_else(|| token.span(), |place| token.span().located_at(place));
        match token {
            TokenTree::Ident(ident) => self.ident(ident, span, ours),
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

    fn ident(self, mut ident: proc_macro2::Ident, span: Span, ours: bool) -> TokenStream {
        let text = ident.to_string();
        match Placeholder::of(&text) {
            Some(Placeholder::Opaque(id)) => self.places.tokens(id),
            Some(Placeholder::Visibility) => self.names.visibility.clone(),
            None => {
                let (item, place) = &self.names.item;
                let own = self.names.parts.get(&text).or_else(|| (text == *item).then_some(place));
                ident.set_span(own.filter(|_| !ours).map_or(span, |own| ident.span().located_at(*own)));
                ident.into_token_stream()
            }
        }
    }
}

/// Where an identifier's part stands, if it is one; and whether it is a field's behind a dot.
type PlaceOf<'a> = &'a dyn Fn(&str, bool) -> Option<Span>;

/// What the first identifier says that is no name in a path from the root, and in no attribute.
fn first(tokens: &[TokenTree], place: PlaceOf<'_>) -> Option<Span> {
    let mut path = Path::default();
    let mut before = ' ';
    tokens.iter().enumerate().find_map(|(index, token)| {
        let ours = path.goes_on_from_the_root(token);
        let behind = std::mem::replace(&mut before, punctuation(token));
        match token {
            TokenTree::Ident(ident) if !ours => {
                let method = tokens.get(index + 1).is_some_and(|next| match next {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
                    TokenTree::Punct(_) => punctuation(next) == ':',
                    TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                });
                place(&ident.to_string(), behind == '.' && !method)
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace && behind != '#' => {
                first(&group.stream().into_iter().collect::<Vec<_>>(), place)
            }
            TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        }
    })
}

/// The character of a punctuation; a blank for anything else.
fn punctuation(token: &TokenTree) -> char {
    if let TokenTree::Punct(punct) = token { punct.as_char() } else { ' ' }
}

/// Where a path begins: the names in one from the root (`::core::clone::Clone`) are nobody's fields.
#[derive(Default)]
struct Path {
    /// How many colons have just been met.
    colons: u8,
    /// Whether a name or a type was met before them.
    within: bool,
    root: bool,
}

impl Path {
    /// Whether this token is a name in a path from the root.
    fn goes_on_from_the_root(&mut self, token: &TokenTree) -> bool {
        if punctuation(token) == ':' {
            self.colons += 1;
            if self.colons == 2 && !self.within {
                self.root = true;
            }
            return false;
        }
        self.root &= self.colons == 2;
        let name = matches!(token, TokenTree::Ident(_));
        self.within = name || punctuation(token) == '>';
        self.colons = 0;
        name && self.root
    }
}

/// Tokens between commas and semicolons; a comma between angle brackets is inside of a type.
fn parts(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    let (mut angles, mut before) = (0_u32, ' ');
    for token in tokens {
        let c = punctuation(&token);
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
