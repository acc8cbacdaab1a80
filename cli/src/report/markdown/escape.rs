//! Texts that come from schemas, in Markdown: they are shown, and mean nothing.

use factum_model::printable::printable_lines;

use crate::report::in_one_line;

/// Prose in which backticks mark code, as messages have it; all else is itself. What is marked may have backticks in it
/// too: none of them is lost, wherever the code is taken to end.
pub(super) fn prose(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('`') {
        out.push_str(&plain(&rest[..at]));
        rest = &rest[at..];
        let shown = if let Some(end) = end_of_code(rest) {
            out.push_str(&code(&rest[1..end]));
            end + 1
        } else {
            let ticks = ticks(rest);
            out.push_str(&"\\`".repeat(ticks));
            ticks
        };
        rest = &rest[shown..];
    }
    out + &plain(rest)
}

/// Where the backtick is that ends the code which begins with the first one: it is alone, or the last of several that
/// stand at the end of a word.
fn end_of_code(text: &str) -> Option<usize> {
    let ends_word = |at: usize| !text[at..].starts_with(char::is_alphanumeric);
    let mut at = ticks(text);
    if at == 2 && ends_word(at) {
        return Some(1); // nothing
    }
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        at = start + ticks(&text[start..]);
        if at == start + 1 || !text[..start].ends_with(char::is_whitespace) && ends_word(at) {
            return Some(at - 1);
        }
    }
    None
}

/// How many backticks a text begins with.
fn ticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// A code span, with more backticks around it than are in it.
pub(super) fn code(text: &str) -> String {
    let line = in_one_line(text);
    if line.trim().is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(&line, '`') + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{line}{pad}{ticks}")
}

/// A code span in a table, where a bar would end the cell.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A fenced block, with a longer fence than any in it.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", printable_lines(text))
}

/// What an arrow of a Mermaid picture says: at most a few words, and none of its syntax.
pub(super) fn label(changes: &[String]) -> String {
    const LONGEST: usize = 80;
    let text = changes.join(", ");
    let text = in_one_line(&text);
    let short: String = text.chars().take(LONGEST).collect();
    let ending = if short.len() < text.len() { "..." } else { "" };
    let escaped = short.chars().map(|c| match c {
        '`' => String::new(),
        c if c.is_alphanumeric() || " _.,@-".contains(c) => c.to_string(),
        c => format!("#{};", u32::from(c)),
    });
    escaped.collect::<String>() + ending
}

/// Text between tags.
pub(super) fn html(text: &str) -> String {
    let line = in_one_line(text);
    let escapes = [("&", "&amp;"), ("#", "&#35;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("`", "&#96;")];
    escapes.iter().fold(line, |text, (from, to)| text.replace(from, to))
}

/// Nothing is markup, nobody is mentioned, no issue is linked.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in in_one_line(text).chars() {
        match c {
            '@' => out.push_str("@<!-- -->"),
            '#' => out.push_str("#<!-- -->"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_keeps_its_code_and_nothing_else() {
        assert_eq!(prose("`a_b` is *gone* @ines #7 <b>"), "`a_b` is \\*gone\\* @<!-- -->ines #<!-- -->7 &lt;b&gt;");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(prose("`` became `a`"), " became `a`");
    }

    #[test]
    fn no_backtick_of_a_name_or_a_text_is_lost() {
        assert_eq!(prose("`a ``` b` is gone"), "````a ``` b```` is gone");
        assert_eq!(prose("`a```b`, `c`"), "````a```b````, `c`");
        assert_eq!(prose("````a` became `b```` now"), "```` ```a ```` became ```` b``` ```` now");
        assert_eq!(prose("``` and no end"), "\\`\\`\\` and no end");
        let count = |text: &str| text.matches('`').count();
        for text in ["```", "`a``", "``a`", "a```b``c`d", "`x ``y`` z`", "` `` ``` ````", "`a````b``` c`"] {
            assert!(count(&prose(text)) + 2 >= count(text), "{text}: {}", prose(text));
        }
    }

    #[test]
    fn code_is_not_ended_by_what_is_in_it() {
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(fenced("json", "```\n# x"), "````json\n```\n# x\n````\n");
    }

    #[test]
    fn a_label_has_no_syntax() {
        assert_eq!(label(&["`a` --> \"b\"]".to_owned()]), "a --#62; #34;b#34;#93;");
    }
}
