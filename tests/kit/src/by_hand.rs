//! Steps that are written by hand, by one rule that both Rust and the interpreter can follow: a field of the same name and
//! type goes on, changed where that is easy to say; any other gets its usual value. Some have no newer value.

use factum_model::schema::{EventDef, EventFate, FieldDef, Record, Schema, Type, VersionDef};
use factum_model::types::Builtin;
use factum_model::value::sample::{Edge, edge};
use factum_model::value::{Fault, HandWritten, Value, fields};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::glue::ident;

/// What happens to a field that goes on.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Its letters, or its elements, backwards.
    Reverse,
    /// The opposite.
    Not,
    /// One more, if there is.
    Increment,
    Keep,
}

impl Change {
    const fn of(ty: &Type) -> Self {
        match ty {
            Type::Builtin(Builtin::String) | Type::List(_) => Self::Reverse,
            Type::Builtin(Builtin::Bool) => Self::Not,
            Type::Builtin(
                Builtin::I8
                | Builtin::I16
                | Builtin::I32
                | Builtin::I64
                | Builtin::U8
                | Builtin::U16
                | Builtin::U32
                | Builtin::U64,
            ) => Self::Increment,
            Type::Builtin(_) | Type::Optional(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => {
                Self::Keep
            }
        }
    }
}

/// The field that goes on in this one.
fn same(from: &Record, field: &FieldDef) -> Option<usize> {
    from.fields.iter().position(|old| old.name.value == field.name.value && old.ty == field.ty)
}

/// The step, for the interpreter.
///
/// # Errors
/// [`Fault::Upcast`]: an integer has no next one.
pub fn interpreted(schema: &Schema, step: &HandWritten<'_>) -> Result<Vec<Value>, Fault> {
    let usual = fields(schema, step.into, &edge(schema, step.into, Edge::Usual).to_string())?;
    let new = step.into.fields.iter().zip(usual);
    new.map(|(field, usual)| match same(step.from, field) {
        Some(old) => changed(step.fields[old].clone(), &field.ty),
        None => Ok(usual),
    })
    .collect()
}

fn changed(value: Value, ty: &Type) -> Result<Value, Fault> {
    Ok(match (Change::of(ty), value) {
        (Change::Reverse, Value::Text(text)) => Value::Text(text.chars().rev().collect()),
        (Change::Reverse, Value::List(mut elements)) => {
            elements.reverse();
            Value::List(elements)
        }
        (Change::Not, Value::Bool(value)) => Value::Bool(!value),
        (Change::Increment, Value::Integer(value)) => {
            let range = if let Type::Builtin(builtin) = ty { builtin.row().range } else { None };
            let next = Some(value + 1).filter(|next| range.is_some_and(|(_, max)| *next <= max));
            Value::Integer(next.ok_or_else(|| Fault::Upcast("there is no next one".to_owned()))?)
        }
        (Change::Reverse | Change::Not | Change::Increment | Change::Keep, value) => value,
    })
}

/// Every such step of the schema, as Rust.
pub(crate) fn impls(schema: &Schema) -> TokenStream {
    let steps = schema.events.iter().flat_map(|event| {
        let pairs = event.versions.windows(2).filter(|pair| pair[1].by_hand);
        let own = pairs.map(move |pair| step(schema, (event, &pair[0]), (event, &pair[1])));
        own.chain(children(schema, event))
    });
    steps.collect()
}

fn children<'s>(schema: &'s Schema, parent: &'s EventDef) -> impl Iterator<Item = TokenStream> + 's {
    let children = if let EventFate::Becomes(_, children) = &parent.fate { children.as_slice() } else { &[] };
    children.iter().filter(|child| child.steps.is_none()).map(move |child| {
        let event = &schema.events[child.event.0 as usize];
        step(schema, (parent, parent.current()), (event, &event.versions[child.version as usize - 1]))
    })
}

fn step(schema: &Schema, from: (&EventDef, &VersionDef), into: (&EventDef, &VersionDef)) -> TokenStream {
    let name = |(event, version): (&EventDef, &VersionDef)| format_ident!("{}V{}", event.name.value, version.number);
    let (old, new, shape) = (name(from), name(into), &into.1.shape);
    let (number, usual) = (Literal::u32_unsuffixed(into.1.number), edge(schema, shape, Edge::Usual).to_string());
    let fields = shape.fields.iter().map(|field| {
        let name = ident(&field.name.value);
        let value = match same(&from.1.shape, field).map(|_| Change::of(&field.ty)) {
            None => quote!(usual.#name),
            Some(Change::Keep) => quote!(old.#name),
            Some(Change::Not) => quote!(!old.#name),
            Some(Change::Increment) => quote!(support::next(old.#name.checked_add(1))?),
            Some(Change::Reverse) if matches!(field.ty, Type::List(_)) => quote!(old.#name.into_iter().rev().collect()),
            Some(Change::Reverse) => quote!(old.#name.chars().rev().collect()),
        };
        quote!(#name: #value)
    });
    quote! {
        impl ::factum::Upcast<generated::#old> for generated::#new {
            fn upcast(old: generated::#old) -> Result<Self, ::factum::UpcastError> {
                let usual: Self = support::usual(#number, #usual)?;
                let _ = (&old, &usual);
                Ok(Self { #(#fields),* })
            }
        }
    }
}
