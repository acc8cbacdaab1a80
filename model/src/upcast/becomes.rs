//! `becomes`: what ended is read as something else. Fields go by equal name and type.

use super::{Slot, Step};
use crate::ast::Variant;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::schema::{FieldDef, Literal, Record, Type, UnionVariant};

/// The steps from `from` to `into`, or the fields of `into` that nothing fills.
///
/// A field that has none to come from is null if it may be; what `into` has no place for is dropped.
pub(crate) fn by_name<'a>(from: &Record, into: &'a Record) -> Result<Vec<Step>, Vec<&'a FieldDef>> {
    let mut steps = Vec::new();
    let mut unfilled = Vec::new();
    let mut taken = vec![false; from.fields.len()];
    for (to, field) in into.fields.iter().enumerate().map(|(index, field)| (Slot(index), field)) {
        let same = from.fields.iter().position(|old| old.name.value == field.name.value);
        match same.filter(|old| from.fields[*old].ty == field.ty) {
            Some(old) => {
                taken[old] = true;
                steps.push(Step::Move { from: Slot(old), to });
            }
            None if same.is_none() && matches!(field.ty, Type::Optional(_)) => {
                steps.push(Step::Insert { to, value: Literal::Null });
            }
            None => unfilled.push(field),
        }
    }
    let left = taken.iter().enumerate().filter(|(_, taken)| !**taken);
    steps.extend(left.map(|(old, _)| Step::Drop { from: Slot(old) }));
    if unfilled.is_empty() { Ok(steps) } else { Err(unfilled) }
}

/// The steps from a union's kind that was removed to the one that it became.
pub(crate) fn kind(
    kind: &Variant,
    from: &UnionVariant,
    into: &UnionVariant,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Step>> {
    let unfilled = match by_name(&from.shape, &into.shape) {
        Ok(steps) => {
            dropped(&steps, from, into, diagnostics);
            return Some(steps);
        }
        Err(unfilled) => unfilled,
    };
    let origin = kind.becomes.as_ref().map_or(kind.name.origin, |becomes| becomes.origin);
    for field in unfilled {
        let (old, new) = (&from.name.value, &into.name.value);
        let spelled = catalog.spell(&field.ty);
        let message = format!("a `{old}` that becomes a `{new}` has no `{}: {spelled}`", field.name.value);
        diagnostics.push(
            Diagnostic::error(Code::UpcastMissing, origin, message)
                .related(field.name.origin, "this field would have no value")
                .help(format!("fields go by equal name and type: keep `{old}`, or let the field be optional")),
        );
    }
    None
}

/// A field that the other kind has no place for is lost to all readers, which may be meant.
fn dropped(steps: &[Step], from: &UnionVariant, into: &UnionVariant, diagnostics: &mut Diagnostics) {
    for step in steps {
        let Step::Drop { from: Slot(index) } = step else { continue };
        let Some(field) = from.shape.fields.get(*index) else { continue };
        let (name, old, new) = (&field.name.value, &from.name.value, &into.name.value);
        let message = format!("nobody sees `{name}` any more: `{old}` becomes `{new}`, which has no such field");
        diagnostics.push(
            Diagnostic::warning(Code::UpcastLossy, field.name.origin, message)
                .help(format!("if that is not meant, give `{new}` a field of this name and type")),
        );
    }
}
