//! The casing of names, what Rust makes of them, and which known name somebody may have meant.

/// `<context>.<Name>`
#[must_use]
pub fn full_name(context: &str, name: &str) -> String {
    format!("{context}.{name}")
}

/// `seats_reserved` for `SeatsReserved`; a run of capitals is one word (`URLSeen` is `url_seen`).
#[must_use]
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let after_small = before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let before_small = chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
        let starts_word = c.is_ascii_uppercase() && before.is_some_and(|b| *b != '_') && (after_small || before_small);
        if starts_word {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `SeatsReserved` for `seats_reserved`.
#[must_use]
pub fn upper_camel_case(name: &str) -> String {
    name.split('_').filter(|word| !word.is_empty()).map(capitalised).collect()
}

/// `seats reserved` for `SeatsReserved`.
#[must_use]
pub fn words(name: &str) -> String {
    snake_case(name).replace('_', " ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// Whether a name is in `snake_case`: words of small letters and digits, one `_` between two words.
///
/// Names are ASCII, since they also become wire types, stream names and file names in tools that take no more.
#[must_use]
pub fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether a name is in `UpperCamelCase`.
#[must_use]
pub fn is_upper_camel_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether Rust takes this name nowhere, not even as a raw identifier.
#[must_use]
pub fn is_impossible_in_rust(name: &str) -> bool {
    matches!(name, "self" | "Self" | "super" | "crate" | "_" | "")
}

/// At most the first forty characters, on one line.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(40).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// The same, with words that nobody would read to their end cut: what was written may be of any length, and a message
/// is read by somebody.
pub(crate) fn bounded(text: impl Into<String>) -> String {
    const LONGEST: usize = 160;
    let text = text.into();
    if text.len() <= LONGEST || text.split_whitespace().all(|word| word.len() <= LONGEST) {
        return text;
    }
    text.split_inclusive(char::is_whitespace).map(cut).collect()
}

/// The beginning of a long word, and its end, where a quote or a comma may be.
fn cut(word: &str) -> String {
    const KEPT: [usize; 2] = [60, 20];
    let count = word.chars().count();
    if count <= KEPT[0] + KEPT[1] + 3 {
        return word.to_owned();
    }
    let begin: String = word.chars().take(KEPT[0]).collect();
    let end: String = word.chars().skip(count - KEPT[1]).collect();
    format!("{begin}...{end}")
}

/// The name that somebody who wrote `written` may have meant.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > 64 {
        return None;
    }
    let allowed = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .take(1_000) // a suggestion is a courtesy: its price stays small in any catalog
        .filter(|name| name.len().abs_diff(written.len()) <= allowed * 4)
        .map(|name| (distance(written, name), name))
        .filter(|(distance, name)| *distance <= allowed || name.eq_ignore_ascii_case(written))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters have to be put in, taken out, replaced, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = last;
        last = row;
    }
    last.last().copied().unwrap_or(0)
}
