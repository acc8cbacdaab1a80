//! Which conversion, without loss and without further words, leads from one type to another.

use super::Conversion;
use crate::schema::Type;

/// The conversion from `from` to `to`; `None` if there is none that keeps every value, or if there are two.
///
/// A widening keeps distinct values distinct, so it may also be applied to the elements of a set and the keys of a map.
/// A type's own steps may not; where they make two equal, that is an upcast error.
#[must_use]
pub fn conversion(from: &Type, to: &Type) -> Option<Conversion> {
    convert(from, to, false)
}

/// Within a list no new one begins: `list<T>` to `list<list<T>>` could be a list of one list, or a list of lists of one.
fn convert(from: &Type, to: &Type, within_list: bool) -> Option<Conversion> {
    if from == to {
        return Some(Conversion::Keep);
    }
    let inner = |from: &Type, to: &Type| convert(from, to, within_list).map(Box::new);
    match (from, to) {
        (Type::Optional(from), Type::Optional(to)) => inner(from, to).map(Conversion::Maybe),
        (from, Type::Optional(to)) => inner(from, to).map(Conversion::Present),
        (Type::Builtin(from), Type::Builtin(to)) => {
            from.widens_to(*to).then_some(Conversion::Widen { from: *from, to: *to })
        }
        (Type::Named(from_id, from), Type::Named(to_id, to)) => {
            let newer = from_id == to_id && from < to;
            newer.then_some(Conversion::Versions { ty: *from_id, from: *from, to: *to })
        }
        (Type::List(from), Type::List(to)) => convert(from, to, true).map(Box::new).map(Conversion::Each),
        (from, Type::List(to)) if !within_list => inner(from, to).map(Conversion::Single),
        (Type::Set(from), Type::Set(to)) => inner(from, to).map(Conversion::EachOf),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            Some(Conversion::Entries(inner(from_key, to_key)?, inner(from_value, to_value)?))
        }
        // What the step loses is for the user to say, who writes it.
        (Type::Opaque(_), _) | (_, Type::Opaque(_)) => Some(Conversion::Foreign(Box::new(to.clone()))),
        (
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..),
            Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..),
        ) => None,
    }
}
