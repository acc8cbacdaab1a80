//! Two values side by side.

use std::fmt::{Debug, Write as _};

use similar::{ChangeTag, TextDiff};

/// Lines of context around what differs.
const CONTEXT: usize = 4;

/// The lines in which the values differ, and some around them.
pub(crate) fn between(expected: &impl Debug, actual: &impl Debug) -> String {
    of_lines(&format!("{expected:#?}\n"), &format!("{actual:#?}\n"), ("expected", "actual"))
}

/// The lines in which two texts differ, and some around them; and what the two are called.
pub(crate) fn of_lines(expected: &str, actual: &str, names: (&str, &str)) -> String {
    let diff = TextDiff::from_lines(expected, actual);
    let mut out = format!("  - {}\n  + {}\n", names.0, names.1);
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { "    ...\n" });
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let _ = write!(out, "  {sign} {}", change.value());
        }
    }
    out
}
