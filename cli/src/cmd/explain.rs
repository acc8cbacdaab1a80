//! `explain`: the manual page of a code, or of a rule of the review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstream::adapter::strip_str;
use factum_model::codes::{CODES, CodeRow, Example};
use factum_model::names::nearest;
use factum_model::rules::problems::{PROBLEMS, ToldBy};
use factum_model::rules::{RULES, Rule};
use factum_model::{Code, render_one};

use crate::args::Explain;
use crate::style::{FAINT, STRONG, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(arguments: &Explain, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &arguments.code {
        None => world.print(list())?,
        Some(asked) => {
            let pages: Vec<String> = find(asked)?.into_iter().map(Page::page).collect();
            world.print(pages.join("\n\n"))?;
        }
    }
    Ok(Exit::Clean)
}

/// What has a page.
#[derive(Clone, Copy)]
enum Page {
    Rule(&'static Rule),
    Code(&'static CodeRow),
}

/// By number. Of a rule and a code that is said of the same, the rule says more.
fn pages() -> BTreeMap<u16, Page> {
    let codes = CODES.iter().map(|row| (row.number, Page::Code(row)));
    codes.chain(RULES.iter().map(|rule| (rule.number, Page::Rule(rule)))).collect()
}

/// By number (`E0401`, `e401`, `401`) or by name (`field-unfilled`, `FieldUnfilled`). A problem that several codes tell of
/// has the pages of all of them.
fn find(asked: &str) -> Result<Vec<Page>, Failure> {
    let pages = pages();
    let number = asked.trim_start_matches(['E', 'e']).parse::<u16>().ok();
    let wanted = plain(asked);
    let named = || pages.values().find(|page| plain(&page.name()) == wanted);
    let one = number.and_then(|number| pages.get(&number)).or_else(named).copied();
    let found = one.map_or_else(|| told_of(&wanted, &pages), |page| vec![page]);
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<String> = pages.values().map(|page| page.name()).collect();
    let problems = PROBLEMS.iter().flat_map(|group| group.problems).map(|problem| problem.name);
    let near = nearest(&asked.to_ascii_lowercase(), known.iter().map(String::as_str).chain(problems));
    Err(Failure::Unknown {
        message: format!("there is no code and no rule `{asked}`"),
        help: Some(near.map_or_else(
            || "run `cargo factum explain` for all of them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        )),
    })
}

/// The codes of a problem that is called otherwise than they are.
fn told_of(wanted: &str, pages: &BTreeMap<u16, Page>) -> Vec<Page> {
    let problem = PROBLEMS.iter().flat_map(|group| group.problems).find(|problem| plain(problem.name) == wanted);
    let codes: &[Code] = match problem.map(|problem| &problem.told_by) {
        Some(ToldBy::Codes(codes)) => codes,
        Some(ToldBy::Rule) | None => &[],
    };
    codes.iter().filter_map(|code| pages.get(&code.number()).copied()).collect()
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

impl Page {
    fn name(self) -> String {
        match self {
            Self::Rule(rule) => rule.name.to_owned(),
            Self::Code(row) => code_name(row.code),
        }
    }

    fn title(self) -> String {
        match self {
            // The page begins with what the rule does, in a sentence.
            Self::Rule(rule) => first_sentence(rule.page),
            Self::Code(row) => row.title.to_owned(),
        }
    }

    fn page(self) -> String {
        match self {
            Self::Rule(rule) => page_of_rule(rule),
            Self::Code(row) => page_of_code(row),
        }
    }
}

/// Without its full stop.
fn first_sentence(page: &str) -> String {
    let lines = page.lines().map(str::trim).skip_while(|line| line.is_empty() || line.starts_with("# "));
    let paragraph = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(sentence, _)| sentence);
    sentence.trim_end_matches('.').to_owned()
}

/// What a code means in a sentence, and its page without styles, for those who show both.
pub(crate) fn about(code: &str) -> Option<(String, String)> {
    let number = code.strip_prefix('E')?.parse().ok()?;
    let page = pages().remove(&number)?;
    Some((page.title(), strip_str(&page.page()).to_string()))
}

fn page_of_rule(rule: &Rule) -> String {
    let mut page = format!("{}: {}\n", styled(STRONG, rule.code()), styled(STRONG, rule.name));
    for line in rule.page.lines().map(str::trim) {
        let _ = match line.strip_prefix("# ") {
            Some(heading) => writeln!(page, "\n{}\n", styled(FAINT, format!("{heading}:"))),
            None if line.is_empty() => Ok(()),
            None => writeln!(page, "{line}"),
        };
    }
    page
}

fn page_of_code(row: &CodeRow) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{}: {}", styled(STRONG, row.code), styled(STRONG, row.title));
    let _ = writeln!(page, "{}\n", styled(FAINT, code_name(row.code)));
    let meaning = row.meaning.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let _ = writeln!(page, "{}", meaning.trim());
    example(&mut page, &row.example);
    let (outcome, sources) = row.example.check();
    let said: Vec<String> = outcome.diagnostics.iter().map(|said| render_one(said, &sources, true)).collect();
    let _ = writeln!(page, "\n{}\n\n{}", styled(FAINT, "What is said of it:"), said.join("\n\n"));
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
    let pages = pages();
    let width = pages.values().map(|page| page.name().len()).max().unwrap_or_default();
    let line = |(number, page): (&u16, &Page)| {
        format!("{}  {:width$}  {}\n", styled(STRONG, format!("E{number:04}")), page.name(), page.title())
    };
    pages.iter().map(line).collect()
}
