//! `docs/diagnostics.md`: every code with its meaning, an example, and what is really said about the example.

use std::fmt::Write as _;

use factum_model::catalog::CONFIG;
use factum_model::codes::{CHAPTERS, CODES, Chapter, CodeRow, Example};
use factum_model::render;

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask codegen` from model/src/codes: do not edit. -->

# Diagnostics

Everything that can be wrong with a schema. A code never changes its meaning, and a number is never given to another
problem. Each example below is a whole schema that shows the one problem; what follows it is what factum says about it.
";

/// The page.
pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for chapter in CHAPTERS {
        contents(&mut page, chapter);
    }
    for chapter in CHAPTERS {
        let _ = write!(page, "\n## {}\n", chapter.title);
        for row in rows(chapter) {
            entry(&mut page, row);
        }
    }
    page
}

fn rows(chapter: &Chapter) -> impl Iterator<Item = &'static CodeRow> {
    CODES.iter().filter(|row| chapter.numbers.contains(&row.number))
}

fn contents(page: &mut String, chapter: &Chapter) {
    let _ = write!(page, "\n| {} | |\n|---|---|\n", chapter.title);
    for row in rows(chapter) {
        let anchor = row.code.to_string().to_lowercase();
        let _ = writeln!(page, "| [{}](#{anchor}) | {} |", row.code, row.title);
    }
}

/// The code alone is the heading, so that its link is `#e0201` whatever the title says.
fn entry(page: &mut String, row: &CodeRow) {
    let meaning: Vec<&str> = row.meaning.lines().map(str::trim).collect();
    let _ = write!(page, "\n### {}\n\n**{}.** {}\n", row.code, capitalised(row.title), meaning.join("\n"));
    example(page, &row.example);
    let (outcome, sources) = row.example.check();
    let said = render(&outcome.diagnostics, &sources, false);
    // The last line counts the problems: always the same here.
    let said = said.trim_end().rsplit_once("\n\n").map_or(said.as_str(), |(said, _)| said);
    fenced(page, "text", said);
}

fn example(page: &mut String, example: &Example) {
    if let Example::Made(what, _) = example {
        let _ = write!(page, "\nThe example is {what}.\n");
    }
    for (title, text) in example.texts() {
        if !matches!(example, Example::File(_)) {
            let _ = write!(page, "\n{title}\n");
        }
        fenced(page, if title.contains(CONFIG) { "toml" } else { "yaml" }, text);
    }
}

fn fenced(page: &mut String, language: &str, text: &str) {
    let _ = write!(page, "\n```{language}\n{}\n```\n", text.trim_end());
}

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + letters.as_str())
}
