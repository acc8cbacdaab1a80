//! Identifiers that stand for what only the front end has: it puts its own tokens in their place.
//!
//! Items hold no tokens, and yet a derive's types, expressions and visibility are tokens of the user's file, each with its
//! place there. So they are emitted under a name, and the derive looks for these names.

/// What a placeholder begins with.
const OPAQUE: &str = "__factum_opaque_";

/// The identifier that stands for the user's visibility.
pub(crate) const VISIBILITY: &str = "__factum_visibility";

/// What an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The type or expression of this number.
    Opaque(u32),
    /// How visible the item is on which the derive stands; maybe nothing at all.
    Visibility,
}

impl Placeholder {
    /// What this identifier stands for; `None` if it stands for itself.
    #[must_use]
    pub fn of(identifier: &str) -> Option<Self> {
        let number = identifier.strip_prefix(OPAQUE).and_then(|number| number.parse().ok());
        let visibility = (identifier == VISIBILITY).then_some(Self::Visibility);
        number.map(Self::Opaque).or(visibility)
    }

    /// The identifier that stands for this.
    #[must_use]
    pub fn identifier(self) -> String {
        match self {
            Self::Opaque(id) => opaque(id),
            Self::Visibility => VISIBILITY.to_owned(),
        }
    }
}

/// What stands for a type or an expression.
pub(crate) fn opaque(id: u32) -> String {
    format!("{OPAQUE}{id}")
}
