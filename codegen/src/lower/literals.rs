//! Values that the schema spells out, as Rust expressions.

use factum_model::schema::{Literal, TypeId, TypeShape};

use super::{Scope, names};
use crate::items::Expr;

/// Texts and containers are made by what the field expects: `From` need not be in scope where the code is used.
const FROM: &str = "::core::convert::From::from";

/// `function(argument)`.
fn call(function: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(function.to_owned(), arguments.into_iter().collect())
}

impl Scope<'_> {
    pub(super) fn literal(self, value: &Literal) -> Expr {
        let all = |values: &[Literal]| Expr::Array(values.iter().map(|value| self.literal(value)).collect());
        match value {
            Literal::Null => Expr::Path("::core::option::Option::None".to_owned()),
            Literal::Bool(value) => Expr::Bool(*value),
            Literal::Integer(value) => Expr::Integer(*value),
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
            Literal::Present(value) => call("::core::option::Option::Some", [self.literal(value)]),
            Literal::List(values) | Literal::Set(values) => call(FROM, [all(values)]),
            Literal::Map(entries) => {
                let pair =
                    |(key, value): &(Literal, Literal)| Expr::Tuple(vec![self.literal(key), self.literal(value)]);
                let pairs = Expr::Array(entries.iter().map(pair).collect());
                call(FROM, [pairs])
            }
            Literal::Struct(id, version, values) => self.struct_literal(*id, *version, values),
            Literal::Newtype(id, _, value) => call(&self.type_path(*id), [self.literal(value)]),
            Literal::Variant(id, version, index) => self.variant_literal(*id, *version, *index),
        }
    }

    fn shape_at(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        let versions = &self.schema.types[id.0 as usize].versions;
        versions.iter().find(|known| known.number == version).map(|known| &known.shape)
    }

    fn struct_literal(self, id: TypeId, version: u32, values: &[Literal]) -> Expr {
        let fields = match self.shape_at(id, version) {
            Some(TypeShape::Struct(record)) => record.fields.as_slice(),
            Some(TypeShape::Newtype(_) | TypeShape::Enum(_)) | None => &[],
        };
        let values = fields.iter().zip(values);
        let fields = values.map(|(field, value)| (names::ident(&field.name.value), self.literal(value)));
        Expr::Struct(self.type_path(id), fields.collect())
    }

    fn variant_literal(self, id: TypeId, version: u32, index: usize) -> Expr {
        let variants = match self.shape_at(id, version) {
            Some(TypeShape::Enum(variants)) => variants.as_slice(),
            Some(TypeShape::Newtype(_) | TypeShape::Struct(_)) | None => &[],
        };
        let variant = variants.get(index).map(|variant| names::variant(&variant.name.value).0).unwrap_or_default();
        Expr::Path(format!("{}::{variant}", self.type_path(id)))
    }
}
