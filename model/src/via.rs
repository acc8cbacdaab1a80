//! Reads a conversion as it is spelled in a schema: `to_string`, `parse`, `scale(100)`, `epoch_seconds`, `or(value)`.

use crate::ast::{Value, ValueKind, Via};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::source::Spanned;

/// Every conversion, as it is spelled.
pub(crate) const SPELLED: [&str; 6] =
    ["to_string", "parse", "scale(100)", "epoch_seconds", "epoch_millis", "or(value)"];

/// How far numbers can be moved: as many digits as a decimal has.
const MAX_POWER: usize = 28;

/// Reads `text`. `None` if it is no conversion, which a diagnostic says.
pub fn parse(text: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Via> {
    let written = text.value.trim();
    let (name, argument) = match written.split_once('(') {
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(argument) => (name.trim(), Some(argument.trim())),
            None => return fail(text, "the `(` is never closed".to_owned(), None, diagnostics),
        },
        None => (written, None),
    };
    let via = match (name, argument) {
        ("to_string", None) => Via::ToText,
        ("parse", None) => Via::Parse,
        ("epoch_seconds", None) => Via::Epoch(1),
        ("epoch_millis", None) => Via::Epoch(1000),
        ("scale", Some(factor)) => match power_of_ten(factor) {
            Some(power) => Via::Scale(power),
            None => return fail(text, not_a_power(factor), Some(SCALES), diagnostics),
        },
        ("or", Some(value)) => Via::Or(Value { kind: value_of(value), origin: text.origin }),
        ("scale" | "or", None) => {
            return fail(text, format!("`{name}` needs an argument"), None, diagnostics);
        }
        ("to_string" | "parse" | "epoch_seconds" | "epoch_millis", Some(_)) => {
            return fail(text, format!("`{name}` takes no argument"), None, diagnostics);
        }
        _ => return fail(text, format!("there is no conversion `{}`", names::shortened(name)), None, diagnostics),
    };
    Some(via)
}

/// What `scale` means.
pub(crate) const SCALES: &str = "`scale(100)` makes cents of euros, `scale(0.01)` euros of cents, and `scale(1)` only \
                                 changes the type; what is out of range is an error";

fn fail(text: &Spanned<String>, message: String, help: Option<&str>, diagnostics: &mut Diagnostics) -> Option<Via> {
    let diagnostic = Diagnostic::error(Code::ViaSyntax, text.origin, message);
    let name = text.value.split('(').next().unwrap_or_default().trim();
    let names = SPELLED.iter().map(|spelled| spelled.split('(').next().unwrap_or_default());
    diagnostics.push(match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic
            .suggest(name, names.filter(|known| *known != name))
            .help(format!("conversions are `{}`", SPELLED.join("`, `"))),
    });
    None
}

fn not_a_power(factor: &str) -> String {
    format!(
        "`{}` is not a power of ten from 0.000...1 to 1000...0, so it would not move the decimal point",
        names::shortened(factor)
    )
}

/// 2 for `100`, -2 for `0.01`.
fn power_of_ten(factor: &str) -> Option<i32> {
    let zeros = |text: &str| text.bytes().all(|byte| byte == b'0') && text.len() <= MAX_POWER;
    let length = |text: &str| i32::try_from(text.len()).ok();
    if let Some(fraction) = factor.strip_prefix("0.") {
        let before = fraction.strip_suffix('1')?;
        return zeros(before).then(|| length(fraction).map(|length| -length))?.filter(|power| *power >= -28);
    }
    let after = factor.strip_prefix('1')?;
    zeros(after).then(|| length(after))?
}

/// `100` for 2, `0.01` for -2.
pub(crate) fn factor(power: i32) -> String {
    let zeros = |count: u32| "0".repeat(count as usize);
    match power {
        0.. => format!("1{}", zeros(power.unsigned_abs())),
        _ => format!("0.{}1", zeros(power.unsigned_abs() - 1)),
    }
}

/// The text between the parentheses: `null`, `[]`, `{}`, a quoted text, or a text as it is.
fn value_of(text: &str) -> ValueKind {
    let quoted = ['"', '\''].iter().find_map(|mark| text.strip_prefix(*mark)?.strip_suffix(*mark));
    match (quoted, text) {
        (Some(inside), _) => ValueKind::Text(inside.to_owned()),
        (None, "null") => ValueKind::Null,
        (None, "[]") => ValueKind::List(Vec::new()),
        (None, "{}") => ValueKind::Map(Vec::new()),
        (None, text) => ValueKind::Text(text.to_owned()),
    }
}
