//! Numbers keep their digits, though [`crate::Json`] has 64-bit integers and doubles alone.
//!
//! An event is rewritten twice. The second time each number that a double only comes close to is another double, which
//! occurs nowhere else; where that comes out again, the number's digits belong. What is made so must say the same as what was
//! made the first time: else a step has looked at the number, and the event stays as the first time.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::{Number, Value};

/// What `rewritten` is, with the digits of `payload`. `again` rewrites another payload in its place, if it can.
pub(super) fn kept(
    payload: &str,
    rewritten: Vec<String>,
    again: impl FnOnce(&str) -> Option<Vec<String>>,
) -> Vec<String> {
    let marks = marks(payload, &rewritten);
    if marks.is_empty() {
        return rewritten;
    }
    let marked = replaced(payload, marks.iter().map(|(place, mark)| (place.clone(), &**mark)));
    let Some(marked) = again(&marked).filter(|marked| marked.len() == rewritten.len()) else { return rewritten };
    let digits = marks.iter().map(|(place, mark)| (&**mark, &payload[place.clone()])).collect();
    rewritten.into_iter().zip(marked).map(|(plain, marked)| unmarked(plain, &marked, &digits)).collect()
}

/// Where a payload has numbers that would lose digits, and what stands for each.
fn marks(payload: &str, rewritten: &[String]) -> Vec<(Range<usize>, String)> {
    let inexact: Vec<_> =
        numbers(payload).filter_map(|place| Some((inexact(&payload[place.clone()])?, place))).collect();
    if inexact.is_empty() {
        return Vec::new();
    }
    let texts = || std::iter::once(payload).chain(rewritten.iter().map(String::as_str));
    let mut taken: HashSet<String> =
        texts().flat_map(|text| numbers(text).map(|place| text[place].to_owned())).collect();
    // Of many that are the same double each goes on where the one before it has found its mark.
    let mut last = HashMap::new();
    let mark = |(double, place): (f64, Range<usize>)| {
        let last = last.entry(double.to_bits()).or_insert(double);
        let (neighbour, mark) = neighbours(*last).find(|(_, mark)| taken.insert(mark.clone()))?;
        *last = neighbour;
        Some((place, mark))
    };
    inexact.into_iter().filter_map(mark).collect()
}

/// The double as which a number is read, if it is not written as it stands.
fn inexact(digits: &str) -> Option<f64> {
    let number: Number = serde_json::from_str(digits).ok()?;
    if number.to_string() == digits { None } else { number.as_f64() }
}

/// The doubles beyond one, the next ones first, and how they are written.
fn neighbours(double: f64) -> impl Iterator<Item = (f64, String)> {
    let beyond = |double: &f64| if double.is_sign_negative() { double.next_down() } else { double.next_up() };
    let all = std::iter::successors(Some(double), move |double| Some(beyond(double)).filter(|next| next.is_finite()));
    all.skip(1).filter_map(|one| Some((one, Number::from_f64(one)?.to_string())))
}

/// What was rewritten with marks, with the digits in their places; `plain`, if it does not say the same.
fn unmarked(plain: String, marked: &str, digits: &HashMap<&str, &str>) -> String {
    let found = numbers(marked).filter_map(|place| Some((place.clone(), *digits.get(&marked[place])?)));
    let exact = replaced(marked, found);
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    if value(&exact) == value(&plain) { exact } else { plain }
}

fn replaced<'r>(text: &str, replacements: impl Iterator<Item = (Range<usize>, &'r str)>) -> String {
    let (mut replaced, mut from) = (String::with_capacity(text.len()), 0);
    for (place, replacement) in replacements {
        replaced.push_str(&text[from..place.start]);
        replaced.push_str(replacement);
        from = place.end;
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// Where the numbers of a JSON text are.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let end_of = |from: usize, ends: fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| ends(*byte)).map_or(bytes.len(), |length| from + length)
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match bytes.get(at)? {
                b'"' => at = end_of_text(bytes, at + 1),
                b'-' | b'0'..=b'9' => {
                    let end = end_of(at, |byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
                    return Some(std::mem::replace(&mut at, end)..end);
                }
                _ => at += 1,
            }
        }
    })
}

/// Behind the quotation mark that ends the text within which `at` is.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        numbers(text).map(|place| &text[place]).collect()
    }

    #[test]
    fn numbers_are_found_outside_of_texts() {
        let json = r#"{"a1":"2\"3\\","b":[4,-5.5e-6,7E+8],"c":{"9":"10"},"d":-0}"#;
        assert_eq!(found(json), ["4", "-5.5e-6", "7E+8", "-0"]);
        assert_eq!((found("1"), found(""), found(r#""1"#)), (vec!["1"], vec![], vec![]));
    }

    #[test]
    fn what_a_double_only_comes_close_to_is_marked() {
        let exact = ["0", "-1", "1.5", "18446744073709551615", "-9223372036854775808", "1e+300"];
        assert_eq!(exact.map(inexact), [None; 6]);
        assert_eq!(inexact("0.30000000000000000001"), Some(0.3));
        assert_eq!(inexact("18446744073709551616"), Some(18_446_744_073_709_551_616.0));
        assert_eq!(inexact("1E2"), Some(100.0));
    }

    /// Not even where the marks of two would be the same, or a mark stands there already.
    #[test]
    fn marks_are_like_nothing_else() {
        let payload = "[0.30000000000000000001,0.30000000000000000002,0.3000000000000001,0e1]";
        let marks = marks(payload, &["0.30000000000000004".to_owned(), "5e-324".to_owned()]);
        let marks: Vec<&str> = marks.iter().map(|(_, mark)| &**mark).collect();
        assert_eq!(marks, ["0.30000000000000016", "0.3000000000000002", "1e-323"]);
        let many = format!("[{}1e2]", "1e2,".repeat(10_000));
        assert_eq!(super::marks(&many, &[]).len(), 10_001);
    }
}
