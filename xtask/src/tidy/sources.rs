//! What is said about any source.

use std::path::Path;

use super::House;

/// The words, in two parts, so that this file does not contain them.
const WORDS: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("todo", "!"), ("unimplemented", "!")];

pub(super) fn unfinished(house: &House) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in &house.files {
        findings.extend(marks(text).into_iter().map(|(line, mark)| format!("{path}:{line} says {mark}")));
    }
    findings
}

/// The lines with a mark of something unfinished.
pub(crate) fn marks(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (first, second) in WORDS {
            let mark = format!("{first}{second}");
            let whole = |(place, _): (usize, &str)| {
                let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                !is_word(line[..place].chars().next_back()) && !is_word(line[place + mark.len()..].chars().next())
            };
            if line.match_indices(&mark).any(whole) {
                found.push((index + 1, mark));
            }
        }
    }
    found
}

/// Files that are longer than a reader likes. What is generated or data is read by nobody.
pub(super) fn long(files: &[(String, String)]) -> Vec<(&str, usize)> {
    let is_source = |path: &str| Path::new(path).extension().is_some_and(|found| found == "rs");
    let sources = files.iter().filter(|(path, _)| is_source(path) && !path.ends_with("expected.rs"));
    sources.map(|(path, text)| (path.as_str(), text.lines().count())).filter(|(_, lines)| *lines > 500).collect()
}
