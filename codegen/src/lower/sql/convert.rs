//! Conversions, and the steps that declared types bring along.

use factum_model::schema::{Record, Type, TypeId, TypeShape, TypeSteps, TypeVersion, VariantDef};
use factum_model::types::Builtin;
use factum_model::upcast::Conversion;
use factum_model::value;

use super::steps::{Field, Steps, Value, json_literal};
use super::{record, shape_of, stored};
use crate::items::sql::{Expr, Number, Order, PerSecond};

/// A step that only compiled code can do.
pub(super) const IN_RUST: &str = "this step is written in Rust";

const UNFIT: &str = "steps that are not for this shape";
const ROUNDED: &str = "a float's digits are looked at after it was rounded";

impl Steps<'_> {
    /// The newer value, which is of type `to`.
    pub(super) fn convert(&self, old: Value, how: &Conversion, to: &Type) -> Field {
        match how {
            Conversion::Keep => Ok(old),
            Conversion::Widen { from, to } => Ok(widen(old, *from, *to)),
            Conversion::Present(how) => self.convert(old, how, inner(to)),
            Conversion::Maybe(how) => about(old, |it| self.convert(it, how, inner(to))),
            Conversion::Single(how) => {
                self.convert(old, how, inner(to)).map(|value| value.map(|one| Expr::Single(Box::new(one))))
            }
            Conversion::Each(how) => about(old, |it| self.each(it, how, inner(to), None)),
            Conversion::EachOf(how) => about(old, |it| self.each(it, how, inner(to), Some(self.order(inner(to))))),
            Conversion::Entries(keys, values) => about(old, |it| self.entries(&it, (keys, values), to)),
            Conversion::Versions { ty, from, to } => self.versions(old, *ty, (*from, *to)),
            Conversion::ToText(from) => to_text(old, *from),
            Conversion::Parse(to) => parse(old, *to),
            Conversion::Scale { from, to, power } => scale(old, (*from, *to), *power),
            Conversion::Epoch { to, per_second, .. } => epoch(old, *to, *per_second),
            Conversion::Or(how, otherwise) => {
                let otherwise = value::literal(self.schema, otherwise, to).map(json_literal)?;
                let Value { expr, as_written } = old;
                let new = self.convert(Value { expr: Expr::It, as_written }, how, to)?;
                let either = new.map(|new| Expr::Or(Box::new(new), Box::new(otherwise)));
                Ok(either.map(|either| Expr::With(Box::new(expr), Box::new(either))))
            }
            Conversion::Foreign(_) => Err(IN_RUST.to_owned()),
        }
    }

    fn each(&self, it: Value, how: &Conversion, to: &Type, order: Option<Order>) -> Field {
        let value = self.convert(it, how, to)?;
        Ok(value.map(|value| Expr::Each { value: Box::new(value), order }))
    }

    fn entries(&self, it: &Value, (keys, values): (&Conversion, &Conversion), to: &Type) -> Field {
        let Type::Map(_, value) = to else { return Err("only a map has entries".to_owned()) };
        let key = self.key(Expr::Key, keys)?;
        // What an entry holds passes SQL's own numbers, unless it is a list or an object.
        let entry = Value { expr: Expr::It, as_written: it.as_written && !has_float(self, value) };
        let new = self.convert(entry, values, value)?;
        Ok(new.map(|new| {
            let value = Box::new(Expr::With(Box::new(Expr::EntryValue), Box::new(new)));
            Expr::Entries { key: Box::new(key), value }
        }))
    }

    /// A key is always a JSON string.
    fn key(&self, key: Expr, how: &Conversion) -> Result<Expr, String> {
        match how {
            Conversion::Keep | Conversion::Widen { .. } | Conversion::ToText(_) => Ok(key),
            Conversion::Parse(Builtin::Uuid) => Ok(Expr::Lower(Box::new(key))),
            Conversion::Parse(to) if to.row().range.is_some() || *to == Builtin::String => Ok(key),
            Conversion::Versions { ty, from, to } => {
                let mut key = key;
                for version in self.passed(*ty, (*from, *to)) {
                    key = match (&version.steps, &version.shape) {
                        (TypeSteps::Newtype(how), TypeShape::Newtype(_)) => self.key(key, how)?,
                        (TypeSteps::Enum(indices), TypeShape::Enum(_)) => {
                            self.chosen(key, *ty, version.number, indices)
                        }
                        (
                            TypeSteps::Struct(_) | TypeSteps::Newtype(_) | TypeSteps::Enum(_) | TypeSteps::Union(_),
                            _,
                        ) => return Err("no type for a key".to_owned()),
                    };
                }
                Ok(key)
            }
            Conversion::Parse(_)
            | Conversion::Present(_)
            | Conversion::Maybe(_)
            | Conversion::Single(_)
            | Conversion::Each(_)
            | Conversion::EachOf(_)
            | Conversion::Entries(..)
            | Conversion::Scale { .. }
            | Conversion::Epoch { .. }
            | Conversion::Or(..)
            | Conversion::Foreign(_) => Err("SQL does not convert the keys of a map like this".to_owned()),
        }
    }

    /// The versions of a type behind the first up to the second.
    fn passed(&self, id: TypeId, (from, to): (u32, u32)) -> impl Iterator<Item = &TypeVersion> {
        let versions = self.schema.types.get(id.0 as usize).map(|def| def.versions.as_slice()).unwrap_or_default();
        versions.iter().filter(move |version| from < version.number && version.number <= to)
    }

    fn versions(&self, old: Value, id: TypeId, (from, to): (u32, u32)) -> Field {
        if self.within.contains(&id) {
            return Err("a type that holds itself has steps of its own".to_owned());
        }
        let steps = Steps { schema: self.schema, within: self.within.iter().copied().chain([id]).collect() };
        self.passed(id, (from, to)).try_fold(old, |value, version| steps.one_version(value, id, version))
    }

    /// From the version before to this one.
    fn one_version(&self, old: Value, id: TypeId, version: &TypeVersion) -> Field {
        let number = version.number;
        match &version.steps {
            TypeSteps::Struct(all) => {
                let (from, into) = self.records(id, number)?;
                about(old, |it| {
                    let new = self.apply(all, &fields_of(&it, from), into);
                    object(Vec::new(), into, new)
                })
            }
            TypeSteps::Newtype(how) => match &version.shape {
                TypeShape::Newtype(inner) => self.convert(old, how, inner),
                TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_) => Err(UNFIT.to_owned()),
            },
            TypeSteps::Enum(indices) => Ok(old.map(|old| self.chosen(old, id, number, indices))),
            TypeSteps::Union(kinds) => about(old, |it| self.kinds(&it, id, number, kinds)),
        }
    }

    fn kinds(&self, it: &Value, id: TypeId, number: u32, kinds: &[(usize, Vec<factum_model::upcast::Step>)]) -> Field {
        let (before, later) = (Type::Named(id, number - 1), Type::Named(id, number));
        let (Some(TypeShape::Union(before)), Some(TypeShape::Union(later))) =
            (shape_of(self.schema, &before), shape_of(self.schema, &later))
        else {
            return Err(UNFIT.to_owned());
        };
        let mut as_written = it.as_written;
        let cases = before.iter().zip(kinds).map(|(kind, (target, all))| {
            let into = later.get(*target).ok_or("a union has no such kind")?;
            let new = self.apply(all, &fields_of(it, &kind.shape), &into.shape);
            let tag = ("kind".to_owned(), Expr::Literal(quoted(&into.name.value)));
            let new = object(vec![tag], &into.shape, new)?;
            as_written &= new.as_written;
            Ok((kind.name.value.clone(), new.expr))
        });
        let cases = cases.collect::<Result<Vec<_>, String>>()?;
        Ok(Value { expr: Expr::Kinds(cases), as_written })
    }

    /// The shapes of a struct in the version before and in this one.
    fn records(&self, id: TypeId, number: u32) -> Result<(&Record, &Record), String> {
        let before = number.checked_sub(1).and_then(|before| record(self.schema, id, before));
        before.zip(record(self.schema, id, number)).ok_or_else(|| UNFIT.to_owned())
    }

    /// An enum's value of the version before as one of this version.
    fn chosen(&self, old: Expr, id: TypeId, number: u32, indices: &[usize]) -> Expr {
        let values = |number| match shape_of(self.schema, &Type::Named(id, number)) {
            Some(TypeShape::Enum(values)) => values.as_slice(),
            Some(TypeShape::Struct(_) | TypeShape::Newtype(_) | TypeShape::Union(_)) | None => &[],
        };
        let (before, later) = (values(number.saturating_sub(1)), values(number));
        let renamed = before.iter().zip(indices).filter_map(|(value, index)| {
            let new = &later.get(*index)?.name.value;
            (!value.fallback && value.name.value != *new).then(|| (quoted(&value.name.value), quoted(new)))
        });
        let cases: Vec<_> = renamed.collect();
        if cases.is_empty() { old } else { Expr::Choice { of: Box::new(old), cases, keep: true } }
    }

    /// How a set of this type is sorted.
    fn order(&self, ty: &Type) -> Order {
        match ty {
            Type::Builtin(builtin) if builtin.row().range.is_some() => Order::Number,
            Type::Named(..) => match shape_of(self.schema, ty) {
                Some(TypeShape::Newtype(inner)) => self.order(inner),
                Some(TypeShape::Enum(values)) => Order::Listed(listed(values)),
                Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => Order::Text,
            },
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => {
                Order::Text
            }
        }
    }
}

fn listed(values: &[VariantDef]) -> Vec<String> {
    values.iter().filter(|value| !value.fallback).map(|value| quoted(&value.name.value)).collect()
}

/// What is inside of `T?`, `list<T>` and `set<T>`.
fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => inner,
        Type::Builtin(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => ty,
    }
}

/// Whether SQL's own numbers would be rounded where such a value is not inside of a list or an object.
fn has_float(steps: &Steps<'_>, ty: &Type) -> bool {
    match ty {
        Type::Builtin(builtin) => matches!(builtin, Builtin::F32 | Builtin::F64),
        Type::Optional(inner) => has_float(steps, inner),
        Type::Named(..) => match shape_of(steps.schema, ty) {
            Some(TypeShape::Newtype(inner)) => has_float(steps, inner),
            Some(TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => false,
        },
        Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
    }
}

/// What is made of a value that is looked at more than once; null stays null.
fn about(old: Value, make: impl FnOnce(Value) -> Field) -> Field {
    let Value { expr, as_written } = old;
    // What is put together here is taken apart again without SQL.
    if matches!(expr, Expr::Object(_)) {
        return make(Value { expr, as_written });
    }
    let new = make(Value { expr: Expr::It, as_written })?;
    let body = Expr::IfPresent(Box::new(new.expr));
    let expr = if expr == Expr::It { body } else { Expr::With(Box::new(expr), Box::new(body)) };
    Ok(Value { expr, as_written: new.as_written })
}

fn fields_of(object: &Value, shape: &Record) -> Vec<Field> {
    let fields = stored(&object.expr, shape);
    fields.into_iter().map(|field| field.map(|field| Value { as_written: object.as_written, ..field })).collect()
}

fn object(mut members: Vec<(String, Expr)>, shape: &Record, fields: Vec<Field>) -> Field {
    let mut as_written = true;
    for (field, value) in shape.fields.iter().zip(fields) {
        let value = value?;
        as_written &= value.as_written;
        members.push((field.name.value.clone(), value.expr));
    }
    Ok(Value { expr: Expr::Object(members), as_written })
}

fn widen(old: Value, from: Builtin, to: Builtin) -> Value {
    let is_float = |builtin| matches!(builtin, Builtin::F32 | Builtin::F64);
    match (is_float(from), is_float(to)) {
        (false, true) => old.map(|old| Expr::Float(Box::new(old))),
        (true, true) => Value { expr: Expr::Double(Box::new(old.expr)), as_written: false },
        (_, false) => old,
    }
}

fn to_text(old: Value, from: Builtin) -> Field {
    match from {
        Builtin::F32 | Builtin::F64 if !old.as_written => Err(ROUNDED.to_owned()),
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64
        | Builtin::F32
        | Builtin::F64 => Ok(old.map(|old| Expr::Text(Box::new(old)))),
        Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_)
        | Builtin::Json => Ok(old),
    }
}

/// Of a type whose values can be written in several ways, only factum knows which one is its own.
fn parse(old: Value, to: Builtin) -> Field {
    match to {
        Builtin::Bool => Ok(old.map(|old| {
            let cases = ["true", "false"].map(|value| (quoted(value), value.to_owned())).into();
            Expr::Choice { of: Box::new(old), cases, keep: false }
        })),
        Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => Ok(old.map(|old| Expr::Number(Box::new(old)))),
        Builtin::F32 | Builtin::F64 => Ok(Value { expr: Expr::Number(Box::new(old.expr)), as_written: false }),
        Builtin::String | Builtin::Date => Ok(old),
        Builtin::Uuid => Ok(old.map(|old| Expr::Lower(Box::new(old)))),
        Builtin::Bytes | Builtin::Timestamp | Builtin::Duration | Builtin::Decimal(_) | Builtin::Json => {
            Err(format!("SQL cannot parse a `{to}`"))
        }
    }
}

fn scale(old: Value, (from, to): (Builtin, Builtin), power: i32) -> Field {
    let rounds = matches!(from, Builtin::F32 | Builtin::F64);
    if rounds && !old.as_written {
        return Err(ROUNDED.to_owned());
    }
    let number = match to {
        Builtin::F32 | Builtin::F64 => Number::Float,
        Builtin::Decimal(scale) => Number::Decimal(scale),
        Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => Number::Integer,
        Builtin::Bool
        | Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Json => return Err(format!("a number does not become a `{to}`")),
    };
    let decimal = matches!(from, Builtin::Decimal(_));
    let scaled = Expr::Scale { of: Box::new(old.expr), decimal, rounds, power, to: number };
    let expr = if to == Builtin::F32 { Expr::Double(Box::new(scaled)) } else { scaled };
    Ok(Value { expr, as_written: number != Number::Float })
}

fn epoch(old: Value, to: Builtin, per_second: u32) -> Field {
    let unit = match per_second {
        1 => PerSecond::One,
        1000 => PerSecond::Thousand,
        other => return Err(format!("SQL does not count {other} units a second")),
    };
    let to_moment = to == Builtin::Timestamp;
    Ok(old.map(|old| {
        let old = Box::new(old);
        if to_moment { Expr::Moment(old, unit) } else { Expr::Epoch(old, unit) }
    }))
}

/// A name as a JSON string.
fn quoted(name: &str) -> String {
    value::Json::text(name).to_string()
}
