//! `added: 3`: older events have no such field, and get a value.

use super::{Slot, Step};
use crate::ast::Field;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::literal;
use crate::resolve::Catalog;
use crate::schema::{Literal, Type};

/// The step of the version that added `field`, with the type that it had then.
pub(crate) fn step(
    field: &Field,
    ty: &Type,
    to: Slot,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Step> {
    let value = match (&field.default, ty) {
        (Some(default), ty) => literal::read(default, ty, catalog, diagnostics)?,
        (None, Type::Optional(_)) => Literal::Null,
        (None, Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_)) => {
            diagnostics.push(unfilled(field, ty, catalog));
            return None;
        }
    };
    Some(Step::Insert { to, value })
}

fn unfilled(field: &Field, ty: &Type, catalog: &Catalog<'_>) -> Diagnostic {
    let added = field.added.clone().unwrap_or_default();
    let spelled = catalog.spell(ty);
    let name = &field.name.value;
    let message = format!("events older than version {} have no value for `{name}`", added.value);
    let example = literal::example(ty, catalog);
    Diagnostic::error(Code::FieldUnfilled, field.name.origin, message)
        .related(added.origin, "added here")
        .help(catalog.dialect.either(
            format!(
                "give older events a value: `{name}: {{ type: {spelled}, added: {}, default: {example} }}`",
                added.value
            ),
            format!("give older events a value: `added({}), default = ..`", added.value),
        ))
        .help(catalog.dialect.either(
            format!("or let it be null for them: `{name}: {{ type: {spelled}?, added: {} }}`", added.value),
            format!("or let it be `None` for them: `{name}: Option<{spelled}>` needs no default"),
        ))
}
