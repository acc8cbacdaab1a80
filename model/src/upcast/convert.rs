//! Which conversion, without loss and without further words, leads from one type to another.

use super::Conversion;
use crate::schema::Type;

/// The conversion from `from` to `to`; `None` if there is none that keeps every value.
///
/// A widening keeps distinct values distinct, so it may also be applied to the elements of a set and the keys of a map.
#[must_use]
pub fn conversion(from: &Type, to: &Type) -> Option<Conversion> {
    if from == to {
        return Some(Conversion::Keep);
    }
    match (from, to) {
        (Type::Optional(from), Type::Optional(to)) => inner(from, to).map(Conversion::Maybe),
        (from, Type::Optional(to)) => inner(from, to).map(Conversion::Present),
        (Type::Builtin(from), Type::Builtin(to)) => {
            from.widens_to(*to).then_some(Conversion::Widen { from: *from, to: *to })
        }
        (Type::List(from), Type::List(to)) => inner(from, to).map(Conversion::Each),
        (Type::Set(from), Type::Set(to)) => inner(from, to).map(Conversion::EachOf),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            Some(Conversion::Entries(inner(from_key, to_key)?, inner(from_value, to_value)?))
        }
        (
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..),
            Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..),
        ) => None,
    }
}

fn inner(from: &Type, to: &Type) -> Option<Box<Conversion>> {
    conversion(from, to).map(Box::new)
}
