//! The steps from one version to the next, all at once.

use super::{Value, builtin, convert, unwrapped};
use crate::schema::{Literal, Record, Schema, Type, TypeShape};
use crate::types::Builtin;
use crate::upcast::{Function, Slot, Step};

/// The fields of the next version, which is of this shape.
pub(super) fn apply(schema: &Schema, steps: &[Step], before: &[Value], shape: &Record) -> Result<Vec<Value>, String> {
    let old = |slot: &Slot| before.get(slot.0).cloned().ok_or_else(|| format!("no field {}", slot.0));
    let ty =
        |slot: &Slot| shape.fields.get(slot.0).map(|field| &field.ty).ok_or_else(|| format!("no field {}", slot.0));
    let mut after: Vec<Option<Value>> = vec![None; shape.fields.len()];
    let mut put = |slot: &Slot, value: Value| {
        if let Some(field) = after.get_mut(slot.0) {
            *field = Some(value);
        }
    };
    for step in steps {
        match step {
            Step::Move { from, to } => put(to, old(from)?),
            Step::Insert { to, value } => put(to, of_literal(schema, value, ty(to)?)?),
            Step::Drop { .. } => {}
            Step::Convert { from, to, how } => put(to, convert::value(schema, old(from)?, how, ty(to)?)?),
            Step::Call { from, to, function } => {
                let arguments = from.iter().map(old).collect::<Result<Vec<_>, _>>()?;
                let results = call(function, arguments, to.len())?;
                to.iter().zip(results).for_each(|(slot, value)| put(slot, value));
            }
        }
    }
    after.into_iter().map(|value| value.ok_or_else(|| "a field that no step writes".to_owned())).collect()
}

fn call(function: &Function, arguments: Vec<Value>, results: usize) -> Result<Vec<Value>, String> {
    match function {
        Function::Join(with) => {
            let parts: Vec<String> = arguments.into_iter().filter_map(text).collect();
            Ok(vec![Value::Text(parts.join(with))])
        }
        Function::Split(with) => {
            let whole = arguments.into_iter().find_map(text).unwrap_or_default();
            let parts: Vec<Value> =
                whole.splitn(results, with.as_str()).map(|part| Value::Text(part.to_owned())).collect();
            if parts.len() == results { Ok(parts) } else { Err(format!("{whole:?} has too few parts")) }
        }
        Function::Nest(..) => Ok(vec![Value::Struct(arguments)]),
        Function::NestOpaque(..) | Function::FlattenOpaque(_) => Err(convert::IN_RUST.to_owned()),
        Function::Flatten(..) => {
            let Some(Value::Struct(fields)) = arguments.into_iter().next() else {
                return Err("only a struct has fields".to_owned());
            };
            Ok(fields)
        }
    }
}

/// A text; an absent one is none.
fn text(value: Value) -> Option<String> {
    if let Value::Present(inner) = value {
        return text(*inner);
    }
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// A value of this type that the schema spells out.
pub(super) fn of_literal(schema: &Schema, literal: &Literal, ty: &Type) -> Result<Value, String> {
    let ty = unwrapped(schema, ty);
    let inner = match ty {
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => inner,
        Type::Builtin(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => ty,
    };
    let all =
        |values: &[Literal]| values.iter().map(|value| of_literal(schema, value, inner)).collect::<Result<Vec<_>, _>>();
    let wrong = |what: &str| format!("{what} out of range");
    Ok(match literal {
        Literal::Null => Value::Null,
        Literal::Present(value) => Value::Present(Box::new(of_literal(schema, value, inner)?)),
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Integer(value) => Value::Integer(*value),
        #[expect(clippy::cast_possible_truncation, reason = "the schema's value is rounded to its type already")]
        Literal::Float(value) if *ty == Type::Builtin(Builtin::F32) => Value::Single(*value as f32),
        Literal::Float(value) => Value::Double(*value),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Literal::Uuid(bits) => Value::Uuid(uuid::Uuid::from_u128(*bits)),
        Literal::Timestamp(micros) => Value::Timestamp(
            jiff::Timestamp::from_nanosecond(i128::from(*micros) * 1000).map_err(|_| wrong("timestamp"))?,
        ),
        Literal::Date(year, month, day) => {
            let part = |number: &u8| i8::try_from(*number).map_err(|_| wrong("date"));
            Value::Date(jiff::civil::Date::new(*year, part(month)?, part(day)?).map_err(|_| wrong("date"))?)
        }
        Literal::Duration(nanos) => {
            Value::Duration(jiff::SignedDuration::try_from_nanos_i128(*nanos).ok_or_else(|| wrong("duration"))?)
        }
        Literal::Decimal(digits, scale) => Value::Decimal(
            rust_decimal::Decimal::try_from_i128_with_scale(*digits, *scale).map_err(|_| wrong("decimal"))?,
        ),
        Literal::Opaque(_) => return Err("this value is a Rust expression".to_owned()),
        Literal::Json(text) => builtin::read(text, Builtin::Json)?,
        Literal::List(values) => Value::List(all(values)?),
        Literal::Set(values) => super::read::set(all(values)?),
        Literal::Map(entries) => map(schema, entries, ty)?,
        Literal::Struct(_, _, values) => Value::Struct(fields(schema, values, ty, 0)?),
        Literal::Newtype(_, _, value) => of_literal(schema, value, ty)?,
        Literal::Variant(_, _, index) => Value::Variant(*index),
        Literal::Union(_, _, index, values) => Value::Union(*index, fields(schema, values, ty, *index)?),
    })
}

fn map(schema: &Schema, entries: &[(Literal, Literal)], ty: &Type) -> Result<Value, String> {
    let Type::Map(key, value) = ty else { return Err("only a map has entries".to_owned()) };
    let read = entries.iter().map(|(k, v)| Ok((of_literal(schema, k, key)?, of_literal(schema, v, value)?)));
    convert::map(read.collect::<Result<_, String>>()?)
}

/// The fields of a struct, or of a union's kind.
fn fields(schema: &Schema, values: &[Literal], ty: &Type, kind: usize) -> Result<Vec<Value>, String> {
    let record = record_of(schema, ty, kind).ok_or("only a struct or a union has fields")?;
    record.fields.iter().zip(values).map(|(field, value)| of_literal(schema, value, &field.ty)).collect()
}

/// The shape of a struct, or of a union's kind.
pub(super) fn record_of<'s>(schema: &'s Schema, ty: &Type, kind: usize) -> Option<&'s Record> {
    let Type::Named(id, version) = ty else { return None };
    match schema.shape(*id, *version)? {
        TypeShape::Struct(record) => Some(record),
        TypeShape::Union(kinds) => kinds.get(kind).map(|kind| &kind.shape),
        TypeShape::Newtype(_) | TypeShape::Enum(_) => None,
    }
}
