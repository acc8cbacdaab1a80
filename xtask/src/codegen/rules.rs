//! `docs/rules.md`: the manual page of every rule of the review.

use std::fmt::Write as _;

use factum_model::rules::RULES;

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask codegen` from model/src/rules: do not edit. -->

# Rules of the review

What a change of a schema breaks, compared with what was released. A change that no rule speaks of is an error. A code
never changes its meaning, and a number is never given to another rule.

";

/// The page.
pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("| | |\n|---|---|\n");
    for rule in RULES {
        let code = rule.code();
        let _ = writeln!(page, "| [{code}](#{}) | {} |", code.to_lowercase(), rule.name);
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
