//! Short names of texts, and of what is locked, which stay the same for ever.

use core::fmt;

use sha2::{Digest as _, Sha256};

use super::{EventVersion, Fields, Shape, Step, TypeUpcast, TypeVersion, Upcast};
use crate::source::Spanned;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The first 128 bits of a text's SHA-256, as 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a text.
    ///
    /// ```
    /// # use factum_model::lock::Fingerprint;
    /// assert_eq!(Fingerprint::of("").to_string(), "e3b0c44298fc1c149afbf4c8996fb924");
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        let hash = Sha256::digest(text.as_bytes());
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(hash.iter()) {
            pair.copy_from_slice(&[byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
        }
        Self(core::str::from_utf8(&digits).unwrap_or_default().to_owned())
    }

    /// Of parts, of which none can be mistaken for a piece of its neighbour.
    #[must_use]
    pub fn of_parts<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut all = Parts::default();
        for part in parts {
            all.add(&[part]);
        }
        all.fingerprint()
    }

    /// One that was written; `None` if this is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text that is made of parts: behind the length of each. A lock has thousands, so no part is put together first.
#[derive(Default)]
struct Parts(String);

impl Parts {
    /// One part, in pieces.
    fn add(&mut self, pieces: &[&str]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.0.push_str(itoa::Buffer::new().format(length));
        self.0.push(':');
        for piece in pieces {
            self.0.push_str(piece);
        }
        self.0.push('\n');
    }

    fn fields(&mut self, fields: &Fields) {
        for (name, ty) in fields {
            self.add(&[name, ": ", &ty.value]);
        }
    }

    fn steps(&mut self, steps: &[Spanned<Step>]) {
        for step in steps {
            self.add(&[&step.value.to_string()]);
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

impl EventVersion {
    /// Of what is stored: the wire type and the fields.
    #[must_use]
    pub fn shape_fingerprint(&self) -> Fingerprint {
        let mut parts = Parts::default();
        parts.add(&["event"]);
        parts.add(&[&self.wire_type.value]);
        parts.fields(&self.fields);
        parts.fingerprint()
    }

    /// Of the steps, or of what the user's code made of samples; `None` where each field goes on as it is.
    #[must_use]
    pub fn upcast_fingerprint(&self) -> Option<Fingerprint> {
        match &self.upcast {
            Upcast::Steps(steps) => of_steps(steps),
            Upcast::ByHand(outputs) => {
                Some(Fingerprint::of_parts(["by_hand"].into_iter().chain(outputs.iter().map(Fingerprint::as_str))))
            }
        }
    }
}

impl TypeVersion {
    /// Of what is stored.
    #[must_use]
    pub fn shape_fingerprint(&self) -> Fingerprint {
        let mut parts = Parts::default();
        match &self.shape {
            Shape::Struct(fields) => {
                parts.add(&["struct"]);
                parts.fields(fields);
            }
            Shape::Newtype(inner) => {
                parts.add(&["newtype"]);
                parts.add(&[&inner.value]);
            }
            Shape::Enum { values, fallback } => {
                parts.add(&[if *fallback { "enum with fallback" } else { "enum" }]);
                for value in values {
                    parts.add(&[value]);
                }
            }
            Shape::Union(kinds) => {
                parts.add(&["union"]);
                for (kind, fields) in kinds {
                    parts.add(&["kind ", kind]);
                    parts.fields(fields);
                }
            }
        }
        parts.fingerprint()
    }

    /// Of the steps; `None` where each part goes on as it is.
    #[must_use]
    pub fn upcast_fingerprint(&self) -> Option<Fingerprint> {
        match &self.upcast {
            TypeUpcast::Struct(steps) => of_steps(steps),
            TypeUpcast::Newtype(by) => (by.value != super::KEEP).then(|| Fingerprint::of(&by.value)),
            TypeUpcast::Enum(changed) => (!changed.is_empty()).then(|| {
                let mut parts = Parts::default();
                for (old, new) in changed {
                    parts.add(&[old, " -> ", &new.value]);
                }
                parts.fingerprint()
            }),
            TypeUpcast::Union(changed) => (!changed.is_empty()).then(|| {
                let mut parts = Parts::default();
                for (old, kind) in changed {
                    parts.add(&["kind ", old, " -> ", &kind.value.kind]);
                    parts.steps(&kind.value.steps);
                }
                parts.fingerprint()
            }),
        }
    }
}

fn of_steps(steps: &[Spanned<Step>]) -> Option<Fingerprint> {
    let mut parts = Parts::default();
    parts.steps(steps);
    (!steps.is_empty()).then(|| parts.fingerprint())
}
