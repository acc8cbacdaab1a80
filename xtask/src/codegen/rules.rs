//! `docs/rules.md`: the manual page of every rule of the review.

use std::fmt::Write as _;

use factum_model::rules::problems::{Group, PROBLEMS, Problem, ToldBy};
use factum_model::rules::{RULES, Rule};

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask codegen` from model/src/rules: do not edit. -->

# Rules of the review

What a change of a schema breaks, compared with what was released. A change that no rule speaks of is an error. A code
never changes its meaning, and a number is never given to another rule.

What a schema may not say at all needs no rule: it is refused when it is read, and its code leads to
[diagnostics.md](diagnostics.md). What a schema alone is judged for (`conversion-lossy`, `conversion-fallible` and
`integer-precision`) is told of what is proposed: of versions that the baseline does not have, or of all without a baseline.
What only schemas say (`doc-changed`, `deprecated`, `field-order`, `command-changed`, `policy-changed`,
`policy-state-changed`, `compensation-changed`) is told where the baseline has schemas and not only a lock. That a step loses a field, `upcast-lossy`, cannot be said between versions: a field's line tells its
whole life. It can where an event becomes others, and is refused.
";

/// The page.
pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for group in PROBLEMS {
        contents(&mut page, group);
    }
    for rule in RULES {
        let _ = write!(page, "\n## {}\n\n**{}**\n", rule.code(), rule.name);
        for line in rule.page.lines().map(str::trim) {
            match line.strip_prefix("# ") {
                Some(heading) => drop(write!(page, "\n### {heading}\n\n")),
                None if line.is_empty() => {}
                None => drop(writeln!(page, "{line}")),
            }
        }
    }
    page
}

fn contents(page: &mut String, group: &Group) {
    let _ = write!(page, "\n| {} | |\n|---|---|\n", group.title);
    for problem in group.problems {
        let _ = writeln!(page, "| {} | {} |", problem.name, links(problem));
    }
}

fn links(problem: &Problem) -> String {
    let link = |code: String, page: &str| format!("[{code}]({page}#{})", code.to_lowercase());
    match problem.told_by {
        ToldBy::Rule => {
            let rules = RULES.iter().filter(|rule| rule.name == problem.name);
            rules.map(|rule| link(Rule::code(rule), "")).collect()
        }
        ToldBy::Codes(codes) => {
            let links: Vec<String> = codes.iter().map(|code| link(code.to_string(), "diagnostics.md")).collect();
            links.join(", ")
        }
    }
}
