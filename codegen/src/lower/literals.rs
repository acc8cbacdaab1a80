//! Values that the schema spells out, as Rust expressions.

use factum_model::schema::{Literal, Record, Type, TypeId, TypeShape};
use factum_model::types::Builtin;

use super::{Scope, names};
use crate::items::{Expr, Ident};
use crate::placeholder;

/// Texts and containers are made by what the field expects: `From` need not be in scope where the code is used.
const FROM: &str = "::core::convert::From::from";

/// `function(argument)`.
fn call(function: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(function.to_owned(), arguments.into_iter().collect())
}

impl Scope<'_> {
    /// The value, which is one of `ty`.
    pub(super) fn literal(self, value: &Literal, ty: &Type) -> Expr {
        match (value, ty) {
            (Literal::Opaque(value), _) => Expr::Path(placeholder::opaque(value.id)),
            (Literal::Null, _) => Expr::Path("::core::option::Option::None".to_owned()),
            (Literal::Present(value), Type::Optional(inner)) => {
                call("::core::option::Option::Some", [self.literal(value, inner)])
            }
            (Literal::List(values), Type::List(inner)) | (Literal::Set(values), Type::Set(inner)) => {
                call(FROM, [self.elsewhere().literals(values, inner)])
            }
            (Literal::Map(entries), Type::Map(keys, values)) => {
                let scope = self.elsewhere();
                let pair = |(key, value): &(Literal, Literal)| {
                    Expr::Tuple(vec![scope.literal(key, keys), scope.literal(value, values)])
                };
                call(FROM, [Expr::Array(entries.iter().map(pair).collect())])
            }
            (value, Type::Named(id, version)) => {
                let named = self.named_literal(value, *id, *version);
                if self.is_boxed(*id) { call("::std::boxed::Box::new", [named]) } else { named }
            }
            (value, Type::Builtin(builtin)) => {
                let wire = builtin_literal(value, *builtin);
                match self.lift(ty) {
                    Some(lift) => Expr::Convert(lift, Box::new(wire)),
                    None => wire,
                }
            }
            // A checked literal is of its type, and of an opaque type only an opaque one is.
            (_, Type::Opaque(_)) => call("::core::default::Default::default", []),
            (value, Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Map(_, inner)) => {
                self.literal(value, inner)
            }
        }
    }

    /// Whether a foreign type has to be made of a part of the value, which may fail.
    pub(super) fn is_lifted(self, value: &Literal) -> bool {
        let inside = Self { wire: false, ..self };
        let is_mapped = |builtin| self.mapped(builtin).is_some();
        match value {
            Literal::Bytes(_) => is_mapped(Builtin::Bytes),
            Literal::Uuid(_) => is_mapped(Builtin::Uuid),
            Literal::Timestamp(_) => is_mapped(Builtin::Timestamp),
            Literal::Date(..) => is_mapped(Builtin::Date),
            Literal::Duration(_) => is_mapped(Builtin::Duration),
            Literal::Decimal(..) => is_mapped(Builtin::Decimal(None)),
            Literal::Json(_) => is_mapped(Builtin::Json),
            Literal::Present(value) => self.is_lifted(value),
            Literal::List(values) | Literal::Set(values) => values.iter().any(|value| self.is_lifted(value)),
            Literal::Map(entries) => entries.iter().any(|(key, value)| self.is_lifted(key) || self.is_lifted(value)),
            Literal::Newtype(_, _, value) => inside.is_lifted(value),
            Literal::Struct(_, _, values) | Literal::Union(_, _, _, values) => {
                values.iter().any(|value| inside.is_lifted(value))
            }
            Literal::Null
            | Literal::Bool(_)
            | Literal::Integer(_)
            | Literal::Float(_)
            | Literal::Text(_)
            | Literal::Variant(..)
            | Literal::Opaque(_) => false,
        }
    }

    fn literals(self, values: &[Literal], ty: &Type) -> Expr {
        Expr::Array(values.iter().map(|value| self.literal(value, ty)).collect())
    }

    fn named_literal(self, value: &Literal, id: TypeId, version: u32) -> Expr {
        let path = self.type_path(id, version);
        let here = self.within(id);
        match (value, self.type_shape(id, version)) {
            (Literal::Struct(_, _, values), Some(TypeShape::Struct(record))) => {
                Expr::Struct(path, here.field_literals(values, record))
            }
            (Literal::Newtype(_, _, value), Some(TypeShape::Newtype(inner))) => {
                call(&path, [here.literal(value, inner)])
            }
            (Literal::Variant(_, _, index), Some(TypeShape::Enum(variants))) => {
                let variant = variants.get(*index).map(|variant| names::variant(&variant.name.value).0);
                Expr::Path(format!("{path}::{}", variant.unwrap_or_default()))
            }
            (Literal::Union(_, _, index, values), Some(TypeShape::Union(variants))) => match variants.get(*index) {
                Some(variant) => {
                    let path = format!("{path}::{}", names::ident(&variant.name.value).0);
                    Expr::Struct(path, here.field_literals(values, &variant.shape))
                }
                None => Expr::Path(path),
            },
            // A checked literal is of its type.
            (_, Some(_) | None) => Expr::Path(path),
        }
    }

    fn field_literals(self, values: &[Literal], record: &Record) -> Vec<(Ident, Expr)> {
        let fields = record.fields.iter().zip(values);
        fields.map(|(field, value)| (names::ident(&field.name.value), self.literal(value, &field.ty))).collect()
    }
}

fn builtin_literal(value: &Literal, builtin: Builtin) -> Expr {
    match value {
        Literal::Bool(value) => Expr::Bool(*value),
        Literal::Integer(value) => Expr::Integer(*value),
        #[expect(clippy::cast_possible_truncation, reason = "the value of an f32 has been rounded to one")]
        Literal::Float(value) if builtin == Builtin::F32 => Expr::Single(*value as f32),
        Literal::Float(value) => Expr::Float(*value),
        Literal::Text(text) => call(FROM, [Expr::Str(text.clone())]),
        Literal::Bytes(bytes) => call("::factum::literal::bytes", [Expr::Bytes(bytes.clone())]),
        Literal::Uuid(bits) => call("::factum::Uuid::from_u128", [Expr::Bits(*bits)]),
        Literal::Timestamp(micros) => call("::factum::literal::timestamp", [Expr::Integer((*micros).into())]),
        Literal::Date(year, month, day) => {
            let parts = [i128::from(*year), i128::from(*month), i128::from(*day)];
            call("::factum::literal::date", parts.map(Expr::Integer))
        }
        Literal::Duration(nanos) => call("::factum::literal::duration", [Expr::Integer(*nanos)]),
        Literal::Decimal(digits, scale) => {
            call("::factum::literal::decimal", [Expr::Integer(*digits), Expr::Integer((*scale).into())])
        }
        Literal::Json(text) => call("::factum::literal::json", [Expr::Str(text.clone())]),
        // A checked literal is of its type: these are of none of the builtin ones.
        Literal::Null
        | Literal::Present(_)
        | Literal::List(_)
        | Literal::Set(_)
        | Literal::Map(_)
        | Literal::Struct(..)
        | Literal::Newtype(..)
        | Literal::Variant(..)
        | Literal::Union(..)
        | Literal::Opaque(_) => call("::core::default::Default::default", []),
    }
}
