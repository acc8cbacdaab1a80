//! `retyped: { 3: u32 }`: before version 3 the field (or what a newtype wraps) had another type.

use super::{Conversion, Slot, Step, Timeline, via};
use crate::ast::{Change as Earlier, Retyping, TypeExpr};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::{Catalog, Change, Life};
use crate::schema::Type;
use crate::source::Origin;

/// The types over time.
pub(crate) fn types<'a>(retyped: &'a [Earlier<Retyping>], ty: &'a TypeExpr) -> Timeline<&'a TypeExpr> {
    let changes = retyped.iter().map(|change| (change.version.value, &change.from.from)).collect();
    Timeline::new(changes, ty)
}

/// What is retyped, as declared.
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) ty: &'a TypeExpr,
    pub(crate) retyped: &'a [Earlier<Retyping>],
    /// Whether the user may write the step instead: of an event.
    pub(crate) may_be_by_hand: bool,
}

/// The step of a version that keeps the field, maybe with another type, maybe with another name.
pub(crate) fn step(
    life: &Life<'_>,
    change: &Change<'_>,
    (from, before): (Slot, &Type),
    (to, after): (Slot, &Type),
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Step> {
    let field = life.field;
    let declared =
        Line { name: &field.name.value, ty: &field.ty, retyped: &field.retyped, may_be_by_hand: change.may_be_by_hand };
    Some(match conversion(&declared, change.number, before, after, catalog, diagnostics)? {
        Conversion::Keep => super::renamed::step(from, to),
        how => Step::Convert { from, to, how },
    })
}

/// How a value of the version before becomes one of this version; `None` if there is no way, which a diagnostic says.
pub(crate) fn conversion(
    line: &Line<'_>,
    version: u32,
    before: &Type,
    after: &Type,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Conversion> {
    let Some(change) = line.retyped.iter().find(|change| change.version.value == version) else {
        // Without a line both are equal, or it is a type of the same group, which goes to this version too.
        return super::conversion(before, after);
    };
    let places = (change.from.from.origin, types(line.retyped, line.ty).at(version).origin);
    let by_hand = line.may_be_by_hand.then_some(version);
    let found = match &change.from.via {
        Some(via) => return via::conversion(via, by_hand, (before, after), catalog, diagnostics),
        None => super::conversion(before, after),
    };
    match found {
        Some(Conversion::Keep) => {
            let message = format!("`{}` had this type already", line.name);
            let help = "`retyped` gives the type before that version: take the line out, or write the old type";
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, places.0, message)
                    .related(places.1, "the type afterwards")
                    .help(help),
            );
            None
        }
        Some(how) => Some(how),
        None => {
            diagnostics.push(no_conversion(line, version, (before, after), places, catalog));
            None
        }
    }
}

fn no_conversion(
    line: &Line<'_>,
    version: u32,
    (before, after): (&Type, &Type),
    places: (Origin, Origin),
    catalog: &Catalog<'_>,
) -> Diagnostic {
    let (name, old, new) = (line.name, catalog.spell(before), catalog.spell(after));
    let by_hand = line.may_be_by_hand.then(|| catalog.dialect.by_hand(version));
    let message = format!("not every `{old}` is a `{new}`, so stored values of `{name}` could be lost");
    let diagnostic = Diagnostic::error(Code::NoConversion, places.0, message)
        .label(format!("it was `{old}` before"))
        .related(places.1, format!("and is `{new}` afterwards"));
    if super::conversion(after, before).is_some() {
        let diagnostic = diagnostic.help(format!(
            "`retyped` gives the type before that version: if it went from `{new}` to `{old}`, swap the two"
        ));
        return match by_hand {
            Some(by_hand) => diagnostic.help(format!("or write by hand how each becomes a `{new}`: `{by_hand}`")),
            None => diagnostic,
        };
    }
    let fitting = via::fitting(before, after);
    if fitting.is_empty() {
        return diagnostic
            .help("a field can be retyped to a wider number, to an optional type, to a list, and so within list, set and map")
            .help(format!(
                "for anything else remove `{name}` and add a field with a name of its own{}",
                by_hand.map(|by_hand| format!(", or write `{by_hand}`")).unwrap_or_default()
            ));
    }
    let diagnostic = diagnostic.help(catalog.dialect.either(
        format!("say how: `{{ from: {old}, via: {} }}`", fitting.join(" }` or `{ .. via: ")),
        format!("say how: `retyped({version}, {old}, via = {})`", fitting.join(")` or `retyped(.. via = ")),
    ));
    if fitting.iter().any(|via| via.starts_with("scale")) { diagnostic.help(crate::via::SCALES) } else { diagnostic }
}
