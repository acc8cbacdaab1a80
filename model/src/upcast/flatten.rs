//! `flatten: { from: address, into: [street, city] }`: the fields of one struct become fields.

use super::structural::{Arguments, mismatch};
use super::{Function, Step, nest};
use crate::diagnostic::Diagnostic;
use crate::resolve::Catalog;
use crate::schema::Type;

/// The step, or what is wrong with it.
pub(super) fn step(arguments: Arguments<'_>, catalog: &Catalog<'_>) -> Result<Step, Box<Diagnostic>> {
    let [from] = arguments.from.as_slice() else {
        let message = "`flatten` makes several fields of one struct".to_owned();
        let help = format!("write `{}`", catalog.dialect.step("flatten", &["address"], &["street", "city"], None));
        return Err(Box::new(mismatch(arguments.step.operation.origin, message).help(help)));
    };
    if matches!(from.ty, Type::Opaque(_)) {
        let names = arguments.into.iter().map(|field| field.name.value.clone()).collect();
        return Ok(arguments.call(Function::FlattenOpaque(names)));
    }
    let (id, version, record) = nest::structure(from, "flatten", catalog)?;
    let into = nest::matched(&arguments, &arguments.into, (from, record), catalog)?;
    Ok(Arguments { into, ..arguments }.call(Function::Flatten(id, version)))
}
