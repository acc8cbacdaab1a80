//! `explain`: the manual page of a code.

use std::fmt::Write as _;

use factum_model::codes::{CODES, CodeRow, Example};
use factum_model::names::nearest;
use factum_model::{Code, render};

use crate::args::Explain;
use crate::style::{FAINT, STRONG, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(arguments: &Explain, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &arguments.code {
        None => world.print(list())?,
        Some(asked) => world.print(page(find(asked)?))?,
    }
    Ok(Exit::Clean)
}

/// By number (`E0401`, `e401`, `401`) or by name (`field-unfilled`, `FieldUnfilled`).
fn find(asked: &str) -> Result<&'static CodeRow, Failure> {
    let digits = asked.trim_start_matches(['E', 'e']);
    let number = digits.parse::<u16>().ok();
    let wanted = plain(asked);
    let found = CODES.iter().find(|row| Some(row.number) == number || plain(&name(row)) == wanted);
    found.ok_or_else(|| {
        let names: Vec<String> = CODES.iter().map(name).collect();
        let near = nearest(&asked.to_ascii_lowercase(), names.iter().map(String::as_str));
        Failure::Unknown {
            message: format!("there is no code `{asked}`"),
            help: Some(near.map_or_else(
                || "run `cargo factum explain` for all of them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            )),
        }
    })
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// `FieldUnfilled` as `field-unfilled`.
pub(crate) fn code_name(code: Code) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn name(row: &CodeRow) -> String {
    code_name(row.code)
}

fn page(row: &CodeRow) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{}: {}", styled(STRONG, row.code), styled(STRONG, row.title));
    let _ = writeln!(page, "{}\n", styled(FAINT, name(row)));
    let meaning = row.meaning.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let _ = writeln!(page, "{}", meaning.trim());
    example(&mut page, &row.example);
    let (outcome, sources) = row.example.check();
    let said = render(&outcome.diagnostics, &sources, true);
    // The last lines count the problems: always the same here.
    let said = said.trim_end().rsplit_once("\n\n").map_or(said.as_str(), |(said, _)| said);
    let _ = writeln!(page, "\n{}\n\n{said}", styled(FAINT, "What is said of it:"));
    page
}

fn example(page: &mut String, example: &Example) {
    if let Example::Made(what, _) = example {
        let _ = writeln!(page, "\n{}", styled(FAINT, format!("For example {what}.")));
    }
    for (title, text) in example.texts() {
        indented(page, &title, text);
    }
}

fn indented(page: &mut String, title: &str, text: &str) {
    let _ = writeln!(page, "\n{}\n", styled(FAINT, title));
    for line in text.trim_end().lines() {
        let line = format!("    {line}");
        let _ = writeln!(page, "{}", line.trim_end());
    }
}

fn list() -> String {
    let width = CODES.iter().map(|row| name(row).len()).max().unwrap_or_default();
    let line = |row: &CodeRow| format!("{}  {:width$}  {}\n", styled(STRONG, row.code), name(row), row.title);
    CODES.iter().map(line).collect()
}
