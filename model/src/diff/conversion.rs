//! Which kind of conversion leads from one type to another.

use std::collections::BTreeMap;

use crate::lock::types::parse;
use crate::schema::{Type, TypeId};
use crate::types::Builtin;

/// A kind of conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The new type holds every value of the old one.
    Widened,
    /// Not every value of the old type is one of the new one.
    Converted,
    /// `T` became `T?`.
    MadeOptional,
    /// `T?` became `T`, and nothing else changed.
    MadeRequired,
    /// One became several, or the kind of collection or of its keys changed.
    Collection,
    /// The same thing is written in another way.
    Format,
    /// The same named type in another version.
    Version {
        /// Whether readers of the older one read the newer one.
        kept: bool,
    },
}

/// The kind, of two canonical texts; and whether readers of the version before keep reading, if that is so.
pub(super) fn class(from: &str, to: &str, kept: &dyn Fn() -> bool) -> Class {
    match of_texts(from, to) {
        Class::Version { .. } => Class::Version { kept: kept() },
        other => other,
    }
}

fn of_texts(from: &str, to: &str) -> Class {
    let mut ids = BTreeMap::new();
    let mut read = |text: &str| {
        parse(text, &mut |name, _| {
            let next = TypeId(u32::try_from(ids.len()).unwrap_or(u32::MAX));
            Some(*ids.entry(name.to_owned()).or_insert(next))
        })
    };
    match (read(from), read(to)) {
        (Some(from), Some(to)) => of_types(&from, &to),
        (Some(_) | None, None) | (None, Some(_)) => Class::Converted,
    }
}

fn of_types(from: &Type, to: &Type) -> Class {
    match (from, to) {
        (Type::Optional(from), Type::Optional(to))
        | (Type::List(from), Type::List(to))
        | (Type::Set(from), Type::Set(to)) => of_types(from, to),
        (from, Type::Optional(to)) if *from == **to => Class::MadeOptional,
        (Type::Optional(from), to) if **from == *to => Class::MadeRequired,
        (Type::Optional(from), to) => required(of_types(from, to)),
        (from, Type::Optional(to)) => of_types(from, to),
        (Type::Map(old, from), Type::Map(new, to)) => {
            if old == new {
                of_types(from, to)
            } else {
                Class::Collection
            }
        }
        (Type::List(_) | Type::Set(_) | Type::Map(..), _) | (_, Type::List(_) | Type::Set(_) | Type::Map(..)) => {
            Class::Collection
        }
        (Type::Named(from, _), Type::Named(to, _)) if from == to => Class::Version { kept: false },
        (Type::Builtin(from), Type::Builtin(to)) => of_builtins(*from, *to),
        (
            Type::Builtin(_) | Type::Named(..) | Type::Opaque(_),
            Type::Builtin(_) | Type::Named(..) | Type::Opaque(_),
        ) => Class::Converted,
    }
}

/// What is also required now is more than widened, and more than required: readers of the old type may not hold it.
fn required(class: Class) -> Class {
    match class {
        Class::Widened | Class::Version { .. } => Class::Converted,
        Class::Converted | Class::MadeOptional | Class::MadeRequired | Class::Collection | Class::Format => class,
    }
}

fn of_builtins(from: Builtin, to: Builtin) -> Class {
    let decimal = |builtin: Builtin| matches!(builtin, Builtin::Decimal(_));
    let text = |builtin: Builtin| {
        matches!(
            builtin,
            Builtin::Uuid
                | Builtin::Bytes
                | Builtin::Timestamp
                | Builtin::Date
                | Builtin::Duration
                | Builtin::Decimal(_)
        )
    };
    let string = |builtin: Builtin| builtin == Builtin::String;
    let moment = |builtin: Builtin| builtin == Builtin::Timestamp;
    let either = |a: &dyn Fn(Builtin) -> bool, b: &dyn Fn(Builtin) -> bool| a(from) && b(to) || a(to) && b(from);
    if decimal(from) && decimal(to) || either(&string, &text) || either(&moment, &Builtin::is_number) {
        Class::Format
    } else if from.widens_to(to) {
        Class::Widened
    } else {
        Class::Converted
    }
}
