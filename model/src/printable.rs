//! Texts of others, as a terminal, a log or a page can take them.

use core::fmt::{self, Write as _};

/// Whether a character moves a terminal's cursor, or turns the direction of what is written behind it.
#[must_use]
pub fn is_disturbing(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text of anybody's in one line: what would disturb is written as Rust writes it, `\u{1b}`.
#[must_use]
pub fn printable(text: &str) -> impl fmt::Display {
    escaped(text, is_disturbing)
}

/// The same over several lines.
#[must_use]
pub fn printable_lines(text: &str) -> impl fmt::Display {
    escaped(text, |c| c != '\n' && is_disturbing(c))
}

/// The same of lines that have styles of our own: nothing else that begins with an escape is left in them.
#[must_use]
pub fn printable_styled(text: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let mut rest = text;
        while let Some((plain, behind)) = rest.split_once('\u{1b}') {
            write!(f, "{}", printable_lines(plain))?;
            let style = style(behind);
            f.write_str(if style.is_empty() { "\\u{1b}" } else { "\u{1b}" })?;
            f.write_str(style)?;
            rest = &behind[style.len()..];
        }
        write!(f, "{}", printable_lines(rest))
    })
}

/// JSON that says the same without a character that would disturb: they can only stand in its strings.
#[must_use]
pub fn printable_json(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        if is_disturbing(c) && !matches!(c, '\n' | '\r' | '\t') {
            // All of them have four digits.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

fn escaped(text: &str, which: fn(char) -> bool) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let mut plain = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| which(*c)) {
            write!(f, "{}{}", &text[plain..at], c.escape_default())?;
            plain = at + c.len_utf8();
        }
        f.write_str(&text[plain..])
    })
}

/// What behind an escape makes a style of it: `[1;31m`, and empty where nothing does.
fn style(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('[') else { return "" };
    let numbers = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').len();
    if inner[numbers..].starts_with('m') { &text[..numbers + 2] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}2J\u{202e}b\u{2069}\u{200f}\r\nc\u{7f}";

    #[test]
    fn what_disturbs_is_escaped_and_the_rest_is_itself() {
        let escaped = r"a\u{1b}[2J\u{9b}2J\u{202e}b\u{2069}\u{200f}\r\nc\u{7f}";
        assert_eq!(printable(HOSTILE).to_string(), escaped);
        assert_eq!(printable_lines(HOSTILE).to_string(), escaped.replace("\\n", "\n"));
        let harmless = "gr\u{fc}\u{df}e \u{1f980} \u{5e9}\u{5dc}\u{5d5}\u{5dd}";
        assert_eq!(printable(harmless).to_string(), harmless);
    }

    #[test]
    fn styles_are_left_and_no_other_sequence() {
        let styled = "\u{1b}[1m\u{1b}[1;91merror\u{1b}[0m: \u{1b}[2J\u{1b}]8;;x\u{7}\u{1b}[\u{1b}\n\u{202e}";
        let left = "\u{1b}[1m\u{1b}[1;91merror\u{1b}[0m: \\u{1b}[2J\\u{1b}]8;;x\\u{7}\\u{1b}[\\u{1b}\n\\u{202e}";
        assert_eq!(printable_styled(styled).to_string(), left);
    }

    #[test]
    fn json_says_the_same() {
        assert_eq!(printable_json("{\n\t\"a\u{7f}\": \"\u{202e}b\"\n}"), "{\n\t\"a\\u007f\": \"\\u202eb\"\n}");
    }
}
