//! What the steps of a schema do that look at several fields, for generated code.

use crate::error::UpcastError;

/// A text that [`join`] takes: one that may be absent is left out then.
pub trait Part {
    /// The text.
    fn part(&self) -> Option<&str>;
}

impl Part for String {
    fn part(&self) -> Option<&str> {
        Some(self)
    }
}

impl Part for Option<String> {
    fn part(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// [`Part::part`], for generated code.
pub fn part(text: &impl Part) -> Option<&str> {
    text.part()
}

/// `join`: the texts that are there, with `with` between them.
#[must_use]
pub fn join<const N: usize>(with: &str, parts: [Option<&str>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(with)
}

/// `split`: the text, cut at the first `N - 1` occurrences of `with`; the last part takes the rest.
///
/// # Errors
/// [`UpcastError`] if there are fewer.
pub fn split<const N: usize>(with: &str, whole: &str) -> Result<[String; N], UpcastError> {
    let parts: Vec<String> = whole.splitn(N, with).map(str::to_owned).collect();
    parts.try_into().map_err(|parts: Vec<String>| {
        UpcastError::new(format!("{whole:?} has {} parts between {with:?}, not {N}", parts.len()))
    })
}

/// A value that is part of its own type, taken out of it.
#[must_use]
#[expect(clippy::boxed_local, reason = "the box is what the field holds")]
pub fn unbox<T>(value: Box<T>) -> T {
    *value
}

/// As [`unbox`], for one that may be absent.
#[must_use]
pub fn unbox_optional<T>(value: Option<Box<T>>) -> Option<T> {
    value.map(|value| *value)
}

/// A value that becomes part of its own type, if it is there.
#[must_use]
pub fn box_optional<T>(value: Option<T>) -> Option<Box<T>> {
    value.map(Box::new)
}
