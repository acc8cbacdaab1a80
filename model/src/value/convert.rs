//! Conversions, and the steps that declared types bring along.

use core::cmp::Ordering;

use super::read::order;
use super::steps::{self, of_literal, record_of};
use super::{Value, builtin, number};
use crate::schema::{Schema, Type, TypeId, TypeShape, TypeSteps};
use crate::upcast::Conversion;

/// A step that only compiled code can do.
pub(super) const IN_RUST: &str = "this step is written in Rust";

/// The newer value, which is of type `to`.
pub(super) fn value(schema: &Schema, old: Value, how: &Conversion, to: &Type) -> Result<Value, String> {
    let all = |old: Vec<Value>, how: &Conversion, to: &Type| {
        old.into_iter().map(|old| value(schema, old, how, to)).collect::<Result<Vec<_>, _>>()
    };
    match (how, old, to) {
        (Conversion::Keep, old, _) => Ok(old),
        (Conversion::Widen { to, .. }, old, _) => number::widen(old, *to),
        (Conversion::Maybe(_), Value::Null, _) => Ok(Value::Null),
        (Conversion::Present(how), old, Type::Optional(to)) => {
            value(schema, old, how, to).map(|new| Value::Present(Box::new(new)))
        }
        (Conversion::Maybe(how), Value::Present(old), Type::Optional(to)) => {
            value(schema, *old, how, to).map(|new| Value::Present(Box::new(new)))
        }
        (Conversion::Single(how), old, Type::List(to)) => value(schema, old, how, to).map(|new| Value::List(vec![new])),
        (Conversion::Each(how), Value::List(old), Type::List(to)) => all(old, how, to).map(Value::List),
        (Conversion::EachOf(how), Value::Set(old), Type::Set(to)) => {
            let mut new = all(old, how, to)?;
            new.sort_by(order);
            distinct(&new, "elements of a set")?;
            Ok(Value::Set(new))
        }
        (Conversion::Entries(keys, values), Value::Map(old), Type::Map(key, to)) => {
            let entry = |(name, old)| Ok((value(schema, name, keys, key)?, value(schema, old, values, to)?));
            map(old.into_iter().map(entry).collect::<Result<_, String>>()?)
        }
        (Conversion::Versions { ty, from, to }, old, _) => versions(schema, *ty, (*from, *to), old),
        (Conversion::ToText(_), old, _) => builtin::print(&old).map(Value::Text),
        (Conversion::Parse(to), Value::Text(text), _) => builtin::parse(&text, *to),
        (Conversion::Scale { to, power, .. }, old, _) => number::scale(&old, *to, *power),
        (Conversion::Epoch { to, per_second, .. }, old, _) => number::epoch(&old, *to, *per_second),
        (Conversion::Or(_, otherwise), Value::Null, to) => of_literal(schema, otherwise, to),
        (Conversion::Or(how, _), Value::Present(old), to) => value(schema, *old, how, to),
        (Conversion::Foreign(_), _, _) => Err(IN_RUST.to_owned()),
        (
            Conversion::Present(_)
            | Conversion::Maybe(_)
            | Conversion::Single(_)
            | Conversion::Each(_)
            | Conversion::EachOf(_)
            | Conversion::Entries(..)
            | Conversion::Parse(_)
            | Conversion::Or(..),
            _,
            _,
        ) => Err("a conversion that is not for this value".to_owned()),
    }
}

/// Sorted by keys, which are distinct.
pub(super) fn map(mut entries: Vec<(Value, Value)>) -> Result<Value, String> {
    entries.sort_by(|(a, _), (b, _)| order(a, b));
    let keys: Vec<Value> = entries.iter().map(|(key, _)| key.clone()).collect();
    distinct(&keys, "keys of a map")?;
    Ok(Value::Map(entries))
}

fn distinct(sorted: &[Value], what: &str) -> Result<(), String> {
    let twice = sorted.windows(2).any(|pair| order(&pair[0], &pair[1]) == Ordering::Equal);
    if twice { Err(format!("two {what} became equal")) } else { Ok(()) }
}

/// What an enum kept in the version before is held only by one that keeps something too.
fn kept(schema: &Schema, (id, version): (TypeId, u32), text: String) -> Result<Value, String> {
    let keeps = |shape: &TypeShape| match shape {
        TypeShape::Enum(values) => values.iter().any(|value| value.fallback),
        TypeShape::Struct(_) | TypeShape::Newtype(_) | TypeShape::Union(_) => false,
    };
    if schema.shape(id, version).is_some_and(keeps) {
        Ok(Value::Kept(text))
    } else {
        Err(format!("`{}` is no value that the enum has or keeps", crate::names::shortened(&text)))
    }
}

fn versions(schema: &Schema, id: TypeId, (from, to): (u32, u32), mut old: Value) -> Result<Value, String> {
    let def = schema.types.get(id.0 as usize).ok_or("a type that the schema does not have")?;
    for version in def.versions.iter().filter(|version| from < version.number && version.number <= to) {
        let ty = Type::Named(id, version.number);
        let record = |kind: usize| record_of(schema, &ty, kind).ok_or("steps that are not for this shape");
        old = match (&version.steps, old) {
            (TypeSteps::Struct(all), Value::Struct(fields)) => {
                Value::Struct(steps::apply(schema, all, &fields, record(0)?)?)
            }
            (TypeSteps::Newtype(how), old) => match schema.shape(id, version.number) {
                Some(TypeShape::Newtype(inner)) => value(schema, old, how, inner)?,
                Some(TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => {
                    return Err("steps that are not for this shape".to_owned());
                }
            },
            (TypeSteps::Enum(_), Value::Kept(text)) => kept(schema, (id, version.number), text)?,
            (TypeSteps::Enum(indices), Value::Variant(index)) => {
                Value::Variant(*indices.get(index).ok_or("an enum has no such value")?)
            }
            (TypeSteps::Union(kinds), Value::Union(index, fields)) => {
                let (target, all) = kinds.get(index).ok_or("a union has no such kind")?;
                Value::Union(*target, steps::apply(schema, all, &fields, record(*target)?)?)
            }
            (TypeSteps::Struct(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), _) => {
                return Err("steps that are not for this value".to_owned());
            }
        };
    }
    Ok(old)
}
