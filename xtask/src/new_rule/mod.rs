//! `cargo xtask new-rule NAME`: the files of a rule of the review, up to what only a person knows. What is left has a mark
//! that `cargo xtask tidy` finds, or does not compile.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use factum_model::codes::CODES;
use factum_model::rules::RULES;

/// What is left to a person; in two parts, so that this file does not contain it.
const MARK: [&str; 2] = ["TO", "DO"];

const RULE: &str = include_str!("rule.rs.txt");

/// A schema to begin the pair with: both sides are the same until a person changes one.
const PAIR: &str = include_str!("pair.yaml");

/// The list of the rules, from the root.
const LIST: &str = "model/src/rules/mod.rs";

/// What only a person knows, with `{file}`, `{name}` and `{kind}` in place of the rule's own.
const LEFT: &str = "\
left to you:
  model/src/diff/       the kind of change `Kind::{kind}`, and what finds it
  model/src/rules/      {file}.rs: its page and its verdict; its rows in problems.rs and tests.rs
  cli/src/cmd/diff.rs   what `cargo factum diff` calls it
  tests/rules/{name}/
                        a pair that shows it, then
                        INSTA_UPDATE=always cargo test -p factum-review-tests, and read what is found
  docs/rules.md         cargo xtask codegen
";

/// Makes the files of a rule. The text for the terminal, and whether all is well.
pub(crate) fn run(root: &Path, name: &str) -> (String, bool) {
    match make(root, name) {
        Ok(text) => (text, true),
        Err(error) => (format!("{error}\n"), false),
    }
}

fn make(root: &Path, name: &str) -> io::Result<String> {
    let refused = |why: &str| io::Error::other(format!("`{name}` {why}"));
    if !is_kebab_case(name) {
        return Err(refused("is no name of a rule: write lower-case words with `-` between them, as in `field-added`"));
    }
    let file = name.replace('-', "_");
    let (rule, pair) = (root.join(format!("model/src/rules/{file}.rs")), root.join("tests/rules").join(name));
    if rule.exists() || pair.exists() {
        return Err(refused("is there already"));
    }
    let list = fs::read_to_string(root.join(LIST))?;
    let list = listed(&list, &file).ok_or_else(|| refused(&format!("finds no place in {LIST}")))?;
    let mut text = String::new();
    fs::create_dir_all(&pair)?;
    let [old, new] = ["old.yaml", "new.yaml"].map(|side| (pair.join(side), PAIR.to_owned()));
    for (path, content) in [(rule, stub(name, free_number())), old, new, (root.join(LIST), list)] {
        fs::write(&path, content)?;
        let _ = writeln!(text, "wrote {}", path.strip_prefix(root).unwrap_or(&path).display());
    }
    Ok(text + &LEFT.replace("{file}", &file).replace("{name}", name).replace("{kind}", &kind(name)))
}

fn is_kebab_case(name: &str) -> bool {
    name.split('-').all(|word| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

/// The one after the last rule's, unless a code has it: a number is never given twice.
fn free_number() -> u16 {
    let last = RULES.iter().map(|rule| rule.number).max().unwrap_or(100);
    (last + 1..=u16::MAX).find(|number| CODES.iter().all(|code| code.number != *number)).unwrap_or(u16::MAX)
}

/// `SeatLost` of `seat-lost`.
fn kind(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}

fn stub(name: &str, number: u16) -> String {
    let filled = RULE.replace("{mark}", &MARK.concat()).replace("{number}", &number.to_string());
    filled.replace("{kind}", &kind(name)).replace("{name}", name)
}

/// The list with one more module, in its order, and one more rule, which has the highest number. `None` if it does not look
/// like that list.
fn listed(list: &str, file: &str) -> Option<String> {
    let module = format!("mod {file};");
    let mut lines: Vec<&str> = list.lines().collect();
    // Those of the rules: the others are public, or under a condition.
    let is_rule = |at: &usize| {
        lines[*at].starts_with("mod ") && !at.checked_sub(1).is_some_and(|before| lines[before].starts_with("#["))
    };
    let modules: Vec<usize> = (0..lines.len()).filter(is_rule).collect();
    let later = modules.iter().find(|at| *lines[**at] > *module).copied();
    let place = later.or_else(|| modules.last().map(|last| last + 1))?;
    lines.insert(place, &module);
    let rule = format!("    &{file}::RULE,");
    let start = lines.iter().position(|line| line.starts_with("pub static RULES"))?;
    let end = lines[start..].iter().position(|line| *line == "];")?;
    lines.insert(start + end, &rule);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests;
