//! Short names of texts, and of what is locked, which stay the same for ever.

use core::fmt::{self, Write as _};

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
        let halves = hash.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        Self(halves.map(|half| char::from(DIGITS[usize::from(half)])).collect())
    }

    /// Of parts, of which none can be mistaken for a piece of its neighbour.
    #[must_use]
    pub fn of_parts<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut text = String::new();
        for part in parts {
            let _ = writeln!(text, "{}:{part}", part.len());
        }
        Self::of(&text)
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

impl EventVersion {
    /// Of what is stored: the wire type and the fields.
    #[must_use]
    pub fn shape_fingerprint(&self) -> Fingerprint {
        let mut parts = vec!["event".to_owned(), self.wire_type.value.clone()];
        parts.extend(lines(&self.fields));
        of_parts(&parts)
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
        let mut parts = Vec::new();
        match &self.shape {
            Shape::Struct(fields) => {
                parts.push("struct".to_owned());
                parts.extend(lines(fields));
            }
            Shape::Newtype(inner) => parts.extend(["newtype".to_owned(), inner.value.clone()]),
            Shape::Enum { values, fallback } => {
                parts.push(if *fallback { "enum with fallback" } else { "enum" }.to_owned());
                parts.extend(values.iter().cloned());
            }
            Shape::Union(kinds) => {
                parts.push("union".to_owned());
                for (kind, fields) in kinds {
                    parts.push(format!("kind {kind}"));
                    parts.extend(lines(fields));
                }
            }
        }
        of_parts(&parts)
    }

    /// Of the steps; `None` where each part goes on as it is.
    #[must_use]
    pub fn upcast_fingerprint(&self) -> Option<Fingerprint> {
        match &self.upcast {
            TypeUpcast::Struct(steps) => of_steps(steps),
            TypeUpcast::Newtype(by) => (by.value != super::KEEP).then(|| Fingerprint::of(&by.value)),
            TypeUpcast::Enum(changed) => (!changed.is_empty()).then(|| {
                let parts: Vec<String> = changed.iter().map(|(old, new)| format!("{old} -> {}", new.value)).collect();
                of_parts(&parts)
            }),
            TypeUpcast::Union(changed) => (!changed.is_empty()).then(|| {
                let mut parts = Vec::new();
                for (old, kind) in changed {
                    parts.push(format!("kind {old} -> {}", kind.value.kind));
                    parts.extend(kind.value.steps.iter().map(|step| step.value.to_string()));
                }
                of_parts(&parts)
            }),
        }
    }
}

fn lines(fields: &Fields) -> impl Iterator<Item = String> {
    fields.iter().map(|(name, ty)| format!("{name}: {}", ty.value))
}

fn of_steps(steps: &[Spanned<Step>]) -> Option<Fingerprint> {
    let parts: Vec<String> = steps.iter().map(|step| step.value.to_string()).collect();
    (!parts.is_empty()).then(|| of_parts(&parts))
}

fn of_parts(parts: &[String]) -> Fingerprint {
    Fingerprint::of_parts(parts.iter().map(String::as_str))
}
