//! `nest: { from: [street, city], into: address }`: several fields become the fields of one struct.

use super::structural::{Argument, Arguments, mismatch};
use super::{Function, Step};
use crate::diagnostic::Diagnostic;
use crate::resolve::Catalog;
use crate::schema::{Record, Type, TypeId, TypeShape};

/// The step, or what is wrong with it.
pub(super) fn step(arguments: Arguments<'_>, catalog: &Catalog<'_>) -> Result<Step, Box<Diagnostic>> {
    let [into] = arguments.into.as_slice() else {
        let message = "`nest` makes one struct of several fields".to_owned();
        let help = format!("write `{}`", catalog.dialect.step("nest", &["street", "city"], &["address"], None));
        return Err(Box::new(mismatch(arguments.step.operation.origin, message).help(help)));
    };
    if let Type::Opaque(ty) = into.ty {
        // Whether it has these fields, the front end's compiler judges.
        let names = arguments.from.iter().map(|field| field.name.value.clone()).collect();
        return Ok(arguments.call(Function::NestOpaque(ty.clone(), names)));
    }
    let (id, version, record) = structure(into, "nest", catalog)?;
    let from = matched(&arguments, &arguments.from, (into, record), catalog)?;
    Ok(Arguments { from, ..arguments }.call(Function::Nest(id, version)))
}

/// The struct that a step writes or reads.
pub(super) fn structure<'c>(
    argument: &Argument<'_>,
    step: &str,
    catalog: &'c Catalog<'_>,
) -> Result<(TypeId, u32, &'c Record), Box<Diagnostic>> {
    if let Type::Named(id, version) = argument.ty
        && let Some(TypeShape::Struct(record)) = catalog.shape_of(*id, *version)
    {
        return Ok((*id, *version, record));
    }
    let (name, spelled) = (&argument.name.value, catalog.spell(argument.ty));
    let message = format!("`{step}` works on a struct, and `{name}` is a `{spelled}`");
    Err(Box::new(mismatch(argument.name.origin, message).related(argument.declared, "its line").help(
        catalog.dialect.either(
            "a struct is a type with `fields`, and it is not optional here",
            "a struct is a type of yours, and it is not optional here",
        ),
    )))
}

/// The fields in the struct's order; each has a field of its name and type, and none is left over.
pub(super) fn matched<'a>(
    arguments: &Arguments<'_>,
    fields: &[Argument<'a>],
    (outer, record): (&Argument<'_>, &Record),
    catalog: &Catalog<'_>,
) -> Result<Vec<Argument<'a>>, Box<Diagnostic>> {
    let ty = catalog.spell(outer.ty);
    let mut sorted = Vec::new();
    for inner in &record.fields {
        let name = &inner.name.value;
        let Some(field) = fields.iter().find(|field| field.name.value == *name) else {
            let message = format!("`{ty}` has a field `{name}`, which this step leaves out");
            return Err(Box::new(
                mismatch(arguments.step.operation.origin, message)
                    .related(inner.name.origin, "this field")
                    .help("the fields and those of the struct are the same, by name and type: name them all"),
            ));
        };
        if *field.ty != inner.ty {
            let (here, there) = (catalog.spell(field.ty), catalog.spell(&inner.ty));
            let message = format!("`{name}` is a `{here}` in the event, and a `{there}` in `{ty}`");
            return Err(Box::new(
                mismatch(field.name.origin, message)
                    .related(inner.name.origin, "the field of the struct")
                    .help("both have one type: retype one of them in another version"),
            ));
        }
        sorted.push(Argument { name: field.name, slot: field.slot, ty: field.ty, declared: field.declared });
    }
    match fields.iter().find(|field| !record.fields.iter().any(|inner| inner.name.value == field.name.value)) {
        None => Ok(sorted),
        Some(left) => {
            let message = format!("`{ty}` has no field `{}`", left.name.value);
            let known: Vec<&str> = record.fields.iter().map(|field| field.name.value.as_str()).collect();
            Err(Box::new(mismatch(left.name.origin, message).help(format!(
                "its fields are `{}`: rename yours to one of them in another version",
                known.join("`, `")
            ))))
        }
    }
}
