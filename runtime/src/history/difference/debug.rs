//! Takes apart what a derived `Debug` prints over several lines.

use std::collections::BTreeMap;
use std::str::Lines;

use serde_json::Value as Json;

use super::tree::Tree;

/// The tree of a value from its `{:#?}`. What is not as a derived `Debug` prints it is a text.
pub(super) fn tree(text: &str) -> Tree {
    let mut lines = text.lines();
    let Some(first) = lines.next() else { return leaf("") };
    let mut reader = Reader { lines: lines.clone() };
    match reader.value(first) {
        Some((tree, "")) if reader.lines.next().is_none() => tree,
        Some(_) | None => leaf(text),
    }
}

struct Reader<'t> {
    lines: Lines<'t>,
}

/// A part of a value: what it is called, if it is, and what it is.
type Member = (Option<String>, Tree);

impl<'t> Reader<'t> {
    /// The value whose first line, or the rest of it, is `first`, and what stands behind it; `None` if it does not end.
    fn value(&mut self, first: &'t str) -> Option<(Tree, &'t str)> {
        let opened = ["{", "(", "["].into_iter().zip(['}', ')', ']']);
        let opened = opened.filter_map(|(open, close)| Some((first.strip_suffix(open)?.trim_end(), close)));
        let Some((name, close)) = opened.into_iter().find(|(name, _)| is_path(name)) else {
            let text = first.strip_suffix(',');
            return Some((leaf(text.unwrap_or(first)), if text.is_some() { "," } else { "" }));
        };
        let (members, rest) = self.members(close)?;
        Some((composed(name, close, members), rest))
    }

    /// The parts up to the bracket that closes, and what stands behind that.
    fn members(&mut self, close: char) -> Option<(Vec<Member>, &'t str)> {
        let mut members = Vec::new();
        loop {
            let line = self.lines.next()?.trim_start();
            if let Some(rest) = line.strip_prefix(close) {
                return Some((members, rest));
            }
            if line != ".." {
                members.push(self.member(line, close)?);
            }
        }
    }

    fn member(&mut self, line: &'t str, close: char) -> Option<Member> {
        let (key, line) = match key(line).filter(|_| close == '}') {
            Some((key, value)) => (Some(name(&leaf(key))), value),
            None => (None, line),
        };
        let (tree, rest) = self.value(line)?;
        match rest.strip_prefix(": ") {
            None if rest == "," => Some((key, tree)),
            // The key itself took several lines.
            Some(value) if key.is_none() && close == '}' => {
                let (value, rest) = self.value(value)?;
                (rest == ",").then(|| (Some(name(&tree)), value))
            }
            Some(_) | None => None,
        }
    }
}

/// What stands between brackets.
fn composed(name: &str, close: char, members: Vec<Member>) -> Tree {
    let name = (!name.is_empty()).then(|| name.to_owned());
    if close == '}' && members.iter().all(|(key, _)| key.is_some()) {
        let fields = members.into_iter().filter_map(|(key, tree)| Some((key?, tree)));
        return Tree::Fields(name, fields.collect());
    }
    let mut items: Vec<Tree> = members.into_iter().map(|(_, tree)| tree).collect();
    match (name.as_deref(), items.pop()) {
        (Some("Some"), Some(only)) if items.is_empty() => only,
        (_, last) => {
            items.extend(last);
            Tree::Items(name, items)
        }
    }
}

/// `Seats`, `Money<Cents>`, nothing: what may stand before a bracket.
fn is_path(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '<' | '>'))
}

/// The key and the value of a line that has both: what is in quotes is passed over.
fn key(line: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ':' if !quoted && line[at + 1..].starts_with(' ') => return Some((&line[..at], &line[at + 2..])),
            _ => {}
        }
    }
    None
}

/// What a key is called on a path.
fn name(key: &Tree) -> String {
    match key {
        Tree::Leaf(Json::String(text)) => text.clone(),
        Tree::Leaf(_) | Tree::Fields(..) | Tree::Items(..) => key.json().to_string(),
    }
}

/// A value that is printed in one line.
fn leaf(text: &str) -> Tree {
    match text {
        "None" | "()" => Tree::Leaf(Json::Null),
        "[]" => Tree::Items(None, Vec::new()),
        "{}" => Tree::Fields(None, BTreeMap::new()),
        _ => Tree::Leaf(number(text).or_else(|| unquoted(text)).unwrap_or_else(|| Json::from(text))),
    }
}

/// A number or a boolean that JSON keeps as it is printed.
fn number(text: &str) -> Option<Json> {
    let json: Json = serde_json::from_str(text).ok()?;
    let plain = match &json {
        Json::Number(_) | Json::Bool(_) => true,
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => false,
    };
    let printed = json.to_string();
    (plain && printed == text).then_some(json)
}

/// The text in quotes, as `Debug` escapes it.
fn unquoted(text: &str) -> Option<Json> {
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut plain = String::new();
    while let Some(c) = rest.next() {
        plain.push(match c {
            '\\' => match rest.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    let (digits, behind) = rest.as_str().strip_prefix('{')?.split_once('}')?;
                    rest = behind.chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                itself => itself,
            },
            '"' => return None,
            itself => itself,
        });
    }
    Some(Json::from(plain))
}
