//! Conversions, as types of the runtime.

use factum_model::names::upper_camel_case;
use factum_model::schema::{Record, Type};
use factum_model::types::Builtin;
use factum_model::upcast::{Conversion, Step};

use super::types::{generic, plain};
use super::{Scope, names};
use crate::items::{Argument, Item, Otherwise, RustType};

/// The field and version whose conversion is lowered: what a value that stands for null is named after.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The event's or the type's name, and the union's variant.
    pub(super) base: &'a str,
    /// The version that is made.
    pub(super) version: u32,
    /// The field that is made.
    pub(super) field: &'a str,
}

impl Site<'_> {
    fn otherwise(self) -> String {
        format!("__{}V{}{}Or", self.base, self.version, upper_camel_case(self.field))
    }
}

/// A conversion of the runtime.
fn convert<const N: usize>(name: &str, arguments: [RustType; N]) -> RustType {
    generic(&format!("::factum::de::{name}"), arguments)
}

/// One with a number behind its types.
fn convert_by<const N: usize>(name: &str, arguments: [RustType; N], number: i64) -> RustType {
    let mut ty = convert(name, arguments);
    ty.arguments.push(Argument::Const(number));
    ty
}

/// One after the other.
pub(super) fn then(before: Option<RustType>, next: RustType) -> RustType {
    match before {
        Some(before) => convert("Then", [before, next]),
        None => next,
    }
}

impl Scope<'_> {
    /// The conversion that does `how` to a field of type `from`, which becomes one of type `to`. It works on the wire
    /// forms: where a foreign type is in one of them, it is left first and entered last.
    pub(super) fn field_conversion(self, how: &Conversion, from: &Type, to: &Type, site: Site<'_>) -> RustType {
        let lower = self.form(from).map(|form| generic("::factum::foreign::Lower", [form]));
        let between = then(lower, self.on_wire().conversion(how, from, site));
        match self.lift(to) {
            Some(lift) => then(Some(between), lift),
            None => between,
        }
    }

    /// The conversion of the runtime that does `how` to a value of type `from`.
    pub(super) fn conversion(self, how: &Conversion, from: &Type, site: Site<'_>) -> RustType {
        let row = |builtin: &Builtin| self.rust_type(&Type::Builtin(*builtin));
        match (how, from) {
            (Conversion::Widen { from, to }, _) => convert("Widen", [row(from), row(to)]),
            (Conversion::Present(how), _) => convert("Present", [self.conversion(how, from, site)]),
            (Conversion::Single(how), _) => convert("Single", [self.unboxed(how, from, site)]),
            (Conversion::Maybe(how), Type::Optional(inner)) => convert("Maybe", [self.conversion(how, inner, site)]),
            (Conversion::Each(how), Type::List(inner)) => {
                convert("Each", [self.elsewhere().conversion(how, inner, site)])
            }
            (Conversion::EachOf(how), Type::Set(inner)) => {
                convert("EachOf", [self.elsewhere().conversion(how, inner, site)])
            }
            (Conversion::Entries(keys, values), Type::Map(key, value)) => {
                let scope = self.elsewhere();
                convert("Entries", [scope.conversion(keys, key, site), scope.conversion(values, value, site)])
            }
            (Conversion::Or(how, value), Type::Optional(inner)) => {
                let name = if self.is_lifted(value) { "OrElse" } else { "Or" };
                convert(name, [self.conversion(how, inner, site), plain(&site.otherwise())])
            }
            (Conversion::Versions { ty, from, to }, _) => {
                let at = |version| plain(&self.type_path(*ty, version));
                let steps = (*from..*to).map(|version| convert("Step", [at(version), at(version + 1)]));
                let chain = steps.reduce(|before, next| convert("Then", [before, next]));
                let chain = chain.unwrap_or_else(|| convert("Keep", [at(*to)]));
                if self.is_boxed(*ty) { convert("Boxed", [chain]) } else { chain }
            }
            (Conversion::Foreign(to), _) => convert("Foreign", [self.codec(from), self.rust_type(to)]),
            (Conversion::ToText(builtin), _) => convert("ToText", [row(builtin)]),
            (Conversion::Parse(builtin), _) => convert("Parse", [row(builtin)]),
            (Conversion::Scale { from, to, power }, _) => convert_by("Scale", [row(from), row(to)], i64::from(*power)),
            (Conversion::Epoch { from, to: Builtin::Timestamp, per_second }, _) => {
                convert_by("FromEpoch", [row(from)], i64::from(*per_second))
            }
            (Conversion::Epoch { to, per_second, .. }, _) => convert_by("ToEpoch", [row(to)], i64::from(*per_second)),
            // A checked schema converts containers from containers: the rest keeps what it is.
            (
                Conversion::Keep
                | Conversion::Maybe(_)
                | Conversion::Each(_)
                | Conversion::EachOf(_)
                | Conversion::Entries(..)
                | Conversion::Or(..),
                _,
            ) => self.codec(from),
        }
    }

    /// The conversion that keeps a value of this type: what is opaque in it is read and written as its own serde does.
    pub(super) fn codec(self, ty: &Type) -> RustType {
        match ty {
            _ if !holds_opaque(ty) => convert("Keep", [self.rust_type(ty)]),
            Type::Optional(inner) => convert("Maybe", [self.codec(inner)]),
            Type::List(inner) => convert("Each", [self.codec(inner)]),
            Type::Set(inner) => convert("EachOf", [self.codec(inner)]),
            Type::Map(key, value) => convert("Entries", [self.codec(key), self.codec(value)]),
            Type::Builtin(_) | Type::Named(..) | Type::Opaque(_) => convert("Serde", [self.rust_type(ty)]),
        }
    }

    /// The conversion of a value that is boxed here, as a part of its own type, into one in a list, where it is not.
    fn unboxed(self, how: &Conversion, from: &Type, site: Site<'_>) -> RustType {
        match (how, from) {
            (_, Type::Named(id, _)) if self.is_boxed(*id) => {
                convert("Unboxed", [self.elsewhere().conversion(how, from, site)])
            }
            (Conversion::Keep, Type::Optional(inner)) => {
                convert("Maybe", [self.unboxed(&Conversion::Keep, inner, site)])
            }
            (Conversion::Maybe(how), Type::Optional(inner)) => convert("Maybe", [self.unboxed(how, inner, site)]),
            (Conversion::Present(how), _) => convert("Present", [self.unboxed(how, from, site)]),
            _ => self.elsewhere().conversion(how, from, site),
        }
    }

    /// The values that stand for null in the conversions of these steps.
    pub(super) fn otherwises(self, base: &str, version: u32, new: &Record, steps: &[Step]) -> Vec<Item> {
        let otherwise = |step: &Step| match step {
            Step::Convert { to, how, .. } => {
                let field = new.fields.get(to.0)?;
                self.on_wire().otherwise(how, &field.ty, Site { base, version, field: &field.name.value })
            }
            Step::Move { .. } | Step::Insert { .. } | Step::Drop { .. } | Step::Call { .. } => None,
        };
        steps.iter().filter_map(otherwise).collect()
    }

    /// The value that stands for null in this conversion, if it has one.
    pub(super) fn otherwise(self, how: &Conversion, to: &Type, site: Site<'_>) -> Option<Item> {
        match (how, to) {
            (Conversion::Or(_, value), _) => Some(Item::Otherwise(Otherwise {
                name: names::ident(&site.otherwise()),
                definition: self.defined(false, Vec::new()),
                ty: self.rust_type(to),
                value: self.literal(value, to),
                fallible: self.is_lifted(value),
            })),
            (Conversion::Present(how) | Conversion::Maybe(how), Type::Optional(inner)) => {
                self.otherwise(how, inner, site)
            }
            (Conversion::Single(how) | Conversion::Each(how), Type::List(inner))
            | (Conversion::EachOf(how), Type::Set(inner))
            | (Conversion::Entries(_, how), Type::Map(_, inner)) => self.elsewhere().otherwise(how, inner, site),
            (
                Conversion::Keep
                | Conversion::Widen { .. }
                | Conversion::Present(_)
                | Conversion::Maybe(_)
                | Conversion::Single(_)
                | Conversion::Each(_)
                | Conversion::EachOf(_)
                | Conversion::Entries(..)
                | Conversion::Versions { .. }
                | Conversion::Foreign(_)
                | Conversion::ToText(_)
                | Conversion::Parse(_)
                | Conversion::Scale { .. }
                | Conversion::Epoch { .. },
                _,
            ) => None,
        }
    }
}

/// Whether a part of the type is one that only the front end understands.
pub(super) fn holds_opaque(ty: &Type) -> bool {
    match ty {
        Type::Builtin(_) | Type::Named(..) => false,
        Type::Opaque(_) => true,
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => holds_opaque(inner),
        Type::Map(key, value) => holds_opaque(key) || holds_opaque(value),
    }
}

/// Whether a conversion makes something of null.
pub(super) fn converts_null(how: &Conversion) -> bool {
    matches!(how, Conversion::Or(..) | Conversion::Single(_) | Conversion::Foreign(_))
}
