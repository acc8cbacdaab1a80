//! `retyped: { 3: u32 }`: before version 3 the field had another type.

use super::{Conversion, Slot, Step, Timeline, conversion};
use crate::ast::{Field, TypeExpr};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::schema::Type;
use crate::source::Origin;

/// The field's types over time, each with where it is written. `None` if one of them is unknown.
pub(crate) fn types(field: &Field, context: &str, catalog: &Catalog<'_>) -> Option<Timeline<(Type, Origin)>> {
    let resolve = |ty: &TypeExpr| catalog.resolve(ty, context).map(|resolved| (resolved, ty.origin));
    let changes = field.retyped.iter().map(|change| Some((change.version.value, resolve(&change.from)?)));
    Some(Timeline::new(changes.collect::<Option<_>>()?, resolve(&field.ty)?))
}

/// The step of a version that changed the field's type (and maybe its name).
pub(crate) fn step(
    field: &Field,
    (from, before): (Slot, &(Type, Origin)),
    (to, after): (Slot, &(Type, Origin)),
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Step> {
    let how = conversion(&before.0, &after.0);
    match how {
        Some(Conversion::Keep) => {
            let message = format!("`{}` had this type already", field.name.value);
            let help = "`retyped` gives the type before that version: take the line out, or write the old type";
            diagnostics.push(
                Diagnostic::error(Code::Contradiction, before.1, message)
                    .related(after.1, "the type afterwards")
                    .help(help),
            );
            None
        }
        Some(how) => Some(Step::Convert { from, to, how }),
        None => {
            diagnostics.push(no_conversion(field, before, after, catalog));
            None
        }
    }
}

fn no_conversion(field: &Field, before: &(Type, Origin), after: &(Type, Origin), catalog: &Catalog<'_>) -> Diagnostic {
    let (old, new) = (catalog.spell(&before.0), catalog.spell(&after.0));
    let message = format!("not every `{old}` is a `{new}`, so stored values of `{}` could be lost", field.name.value);
    let diagnostic = Diagnostic::error(Code::NoConversion, before.1, message)
        .label(format!("it was `{old}` before"))
        .related(after.1, format!("and is `{new}` afterwards"));
    if conversion(&after.0, &before.0).is_some() {
        return diagnostic.help(format!(
            "`retyped` gives the type before that version: if it went from `{new}` to `{old}`, swap the two"
        ));
    }
    diagnostic
        .help("a field can be retyped to a wider number, to an optional type, and so within list, set and map")
        .help(format!("for anything else remove `{}` and add a field with a name of its own", field.name.value))
}
