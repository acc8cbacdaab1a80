//! `becomes`: what ended is read as something else. Fields go by equal name and type.

use super::{Conversion, Slot, Step};
use crate::ast::Variant;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::schema::{FieldDef, Literal, Record, Type, UnionVariant};

/// The steps from `from` to `into`, or the fields of `into` that nothing fills. `convert` says what may become of a field
/// whose type is another.
///
/// A field that has none to come from is null if it may be; what `into` has no place for is dropped.
pub(crate) fn by_name<'a>(
    from: &Record,
    into: &'a Record,
    convert: fn(&Type, &Type) -> Option<Conversion>,
) -> Result<Vec<Step>, Vec<&'a FieldDef>> {
    let mut steps = Vec::new();
    let mut unfilled = Vec::new();
    let mut taken = vec![false; from.fields.len()];
    for (to, field) in into.fields.iter().enumerate().map(|(index, field)| (Slot(index), field)) {
        let same = from.fields.iter().position(|old| old.name.value == field.name.value);
        let how = same.and_then(|old| {
            let ty = &from.fields[old].ty;
            let how = if *ty == field.ty { Some(Conversion::Keep) } else { convert(ty, &field.ty) };
            how.map(|how| (old, how))
        });
        match how {
            Some((old, how)) => {
                taken[old] = true;
                steps.push(match how {
                    Conversion::Keep => Step::Move { from: Slot(old), to },
                    how => Step::Convert { from: Slot(old), to, how },
                });
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

/// A type's own steps, wherever it occurs: types that hold each other move on together, so that what holds the union has
/// another version on both sides.
fn own_steps(from: &Type, to: &Type) -> Option<Conversion> {
    super::conversion(from, to).filter(is_own)
}

fn is_own(how: &Conversion) -> bool {
    match how {
        Conversion::Keep | Conversion::Versions { .. } => true,
        Conversion::Maybe(inner) | Conversion::Each(inner) | Conversion::EachOf(inner) => is_own(inner),
        Conversion::Entries(keys, values) => is_own(keys) && is_own(values),
        Conversion::Widen { .. }
        | Conversion::Present(_)
        | Conversion::Single(_)
        | Conversion::ToText(_)
        | Conversion::Parse(_)
        | Conversion::Scale { .. }
        | Conversion::Epoch { .. }
        | Conversion::Or(..)
        | Conversion::Foreign(_) => false,
    }
}

/// The steps from a union's kind that was removed to the one that it became.
pub(crate) fn kind(
    kind: &Variant,
    from: &UnionVariant,
    into: &UnionVariant,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Step>> {
    let unfilled = match by_name(&from.shape, &into.shape, own_steps) {
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
        let message = format!("the kind `{old}`, which becomes `{new}`, has no `{}: {spelled}`", field.name.value);
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
