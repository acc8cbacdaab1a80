//! Reads a message template: `{requested} seats asked for, {available} left`.

use core::ops::Range;

use crate::ast::TemplatePart;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Origin, Spanned};

/// Reads `text`; `place` gives the origin of a range of its bytes. `None` if it is no template, which a diagnostic says.
pub fn parse(
    text: &str,
    place: &mut dyn FnMut(Range<usize>) -> Origin,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<TemplatePart>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}']) {
        let brace = at + found;
        plain.push_str(&text[at..brace]);
        let rest = &text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            plain.push_str(&rest[..1]);
            at = brace + 2;
            continue;
        }
        let Some(length) = rest.strip_prefix('{').and_then(|name| name.find(['{', '}'])) else {
            let origin = place(brace..brace + 1);
            diagnostics.push(lonely(rest.starts_with('{'), origin));
            return None;
        };
        if !rest[length + 1..].starts_with('}') {
            diagnostics.push(lonely(true, place(brace..brace + 1)));
            return None;
        }
        if !plain.is_empty() {
            parts.push(TemplatePart::Text(core::mem::take(&mut plain)));
        }
        let name = brace + 1..brace + 1 + length;
        at = name.end + 1;
        parts.push(TemplatePart::Field(Spanned::new(text[name.clone()].to_owned(), place(name))));
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        parts.push(TemplatePart::Text(plain));
    }
    Some(parts)
}

fn lonely(opening: bool, origin: Origin) -> Diagnostic {
    let (message, double) =
        if opening { ("this brace is never closed", "{{") } else { ("this brace was never opened", "}}") };
    Diagnostic::error(Code::TemplateSyntax, origin, message)
        .help(format!("`{{field}}` shows a field; for a brace itself write `{double}`"))
}
