//! `retyped: { 4: { from: f64, via: scale(100) } }`: a conversion that has to be spelled out.

use super::Conversion;
use crate::ast::{Value, ValueKind, Via};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::literal;
use crate::resolve::Catalog;
use crate::schema::{Literal, Type};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;

/// Why a conversion does not come about.
enum Fault {
    /// It leads from other types, or to others.
    Unfit,
    /// A diagnostic says it.
    Told,
}

/// How the value of `or(value)` is read.
type ReadValue<'a> = &'a mut dyn FnMut(&Value, &Type) -> Option<Literal>;

/// The conversion; `None` if it does not lead from `from` to `to`, which a diagnostic says. The user may write the step of
/// the version `by_hand`.
pub(crate) fn conversion(
    via: &Spanned<Via>,
    by_hand: Option<u32>,
    (from, to): (&Type, &Type),
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Conversion> {
    match build(&via.value, from, to, &mut |value, ty| literal::read(value, ty, catalog, diagnostics)) {
        Ok(how) => Some(how),
        Err(Fault::Told) => None,
        Err(Fault::Unfit) => {
            diagnostics.push(unfit(via, by_hand, (from, to), catalog));
            None
        }
    }
}

/// The conversions with `via` that lead from one type to another, as they are spelled. Among decimals the number stays what
/// it is, whatever its scale.
pub(crate) fn fitting(from: &Type, to: &Type) -> Vec<&'static str> {
    let decimals = matches!((from, to), (Type::Builtin(Builtin::Decimal(_)), Type::Builtin(Builtin::Decimal(_))));
    let shown = |spelled| if decimals && spelled == "scale(100)" { "scale(1)" } else { spelled };
    let empty = Value { kind: ValueKind::Null, origin: Origin::default() };
    let all = [Via::ToText, Via::Parse, Via::Scale(2), Via::Epoch(1), Via::Epoch(1000), Via::Or(empty)];
    let fits = |via: &Via| build(via, from, to, &mut |_, _| Some(Literal::Null)).is_ok();
    all.iter().zip(crate::via::SPELLED).filter(|(via, _)| fits(via)).map(|(_, spelled)| shown(spelled)).collect()
}

fn unfit(via: &Spanned<Via>, by_hand: Option<u32>, (from, to): (&Type, &Type), catalog: &Catalog<'_>) -> Diagnostic {
    let (old, new) = (catalog.spell(from), catalog.spell(to));
    let [text, time] = [Builtin::String, Builtin::Timestamp].map(|builtin| catalog.dialect.builtin(builtin));
    let (name, does) = match &via.value {
        Via::ToText => ("to_string", format!("makes a `{text}` of a bool, a number, a uuid or a time")),
        Via::Parse => ("parse", format!("makes a bool, a number, a uuid or a time of a `{text}`")),
        Via::Scale(_) => ("scale", "leads from a number to a number: integers, floats, decimals".to_owned()),
        Via::Epoch(1) => ("epoch_seconds", format!("leads from an integer to a `{time}`, or back")),
        Via::Epoch(_) => ("epoch_millis", format!("leads from an integer to a `{time}`, or back")),
        Via::Or(_) => {
            let optional = catalog.dialect.optional("T");
            ("or", format!("leads from `{optional}` to `T`, or to what `T` can be retyped to without `via`"))
        }
    };
    let message = format!("`{name}` does not lead from `{old}` to `{new}`");
    let diagnostic = Diagnostic::error(Code::UnfitConversion, via.origin, message).help(format!("`{name}` {does}"));
    let fitting = fitting(from, to);
    let without = if from == to { None } else { super::conversion(from, to) };
    if let Some(Conversion::Foreign(_)) = without {
        diagnostic
            .help(format!("between these the step is yours: take `via` out, and implement `Upcast<{old}>` for `{new}`"))
    } else if without.is_some() {
        diagnostic.help(format!("every `{old}` is a `{new}`: take `via` out"))
    } else if fitting.is_empty() {
        diagnostic.help(match by_hand.map(|version| catalog.dialect.by_hand(version)) {
            Some(by_hand) => format!("no conversion leads there: write the step by hand, `{by_hand}`"),
            None => "no conversion leads there: leave this as it is, and give what is new a name of its own".to_owned(),
        })
    } else {
        diagnostic.help(format!("there is `{}`", fitting.join("`, `")))
    }
}

fn build(via: &Via, from: &Type, to: &Type, read: ReadValue<'_>) -> Result<Conversion, Fault> {
    match (via, from, to) {
        (Via::Or(value), Type::Optional(inner), to) if !matches!(to, Type::Optional(_)) => {
            let how = super::conversion(inner, to).ok_or(Fault::Unfit)?;
            Ok(Conversion::Or(Box::new(how), read(value, to).ok_or(Fault::Told)?))
        }
        (_, Type::Builtin(from), Type::Builtin(to)) => of_builtins(via, *from, *to).ok_or(Fault::Unfit),
        (_, Type::Optional(from), Type::Optional(to)) => boxed(via, from, to, read).map(Conversion::Maybe),
        (_, from, Type::Optional(to)) => boxed(via, from, to, read).map(Conversion::Present),
        (_, Type::List(from), Type::List(to)) => boxed(via, from, to, read).map(Conversion::Each),
        (_, Type::Set(from), Type::Set(to)) => boxed(via, from, to, read).map(Conversion::EachOf),
        (_, Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            let keys_only = from_key != to_key && from_value == to_value;
            let values = if keys_only { Err(Fault::Unfit) } else { boxed(via, from_value, to_value, read) };
            match (super::conversion(from_key, to_key), values) {
                (Some(keys), Ok(values)) => Ok(Conversion::Entries(Box::new(keys), values)),
                (_, Err(Fault::Unfit)) if from_key != to_key => {
                    let values = super::conversion(from_value, to_value).ok_or(Fault::Unfit)?;
                    Ok(Conversion::Entries(boxed(via, from_key, to_key, read)?, Box::new(values)))
                }
                (_, Err(fault)) => Err(fault),
                (None, Ok(_)) => Err(Fault::Unfit),
            }
        }
        (
            _,
            Type::Builtin(_)
            | Type::Optional(_)
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Named(..)
            | Type::Opaque(_),
            Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_),
        ) => Err(Fault::Unfit),
    }
}

fn boxed(via: &Via, from: &Type, to: &Type, read: ReadValue<'_>) -> Result<Box<Conversion>, Fault> {
    build(via, from, to, read).map(Box::new)
}

fn of_builtins(via: &Via, from: Builtin, to: Builtin) -> Option<Conversion> {
    let has_text = |builtin: Builtin| builtin != Builtin::String && builtin.row().printable;
    let integer = |builtin: Builtin| builtin.row().range.is_some();
    match via {
        Via::ToText => (to == Builtin::String && has_text(from)).then_some(Conversion::ToText(from)),
        Via::Parse => (from == Builtin::String && has_text(to)).then_some(Conversion::Parse(to)),
        Via::Scale(power) => {
            (from.is_number() && to.is_number()).then_some(Conversion::Scale { from, to, power: *power })
        }
        Via::Epoch(per_second) => {
            let fits = integer(from) && to == Builtin::Timestamp || from == Builtin::Timestamp && integer(to);
            fits.then_some(Conversion::Epoch { from, to, per_second: *per_second })
        }
        Via::Or(_) => None,
    }
}
