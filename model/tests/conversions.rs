//! Which types widen to which.

use factum_model::schema::Type;
use factum_model::types::{BUILTINS, Builtin};
use factum_model::upcast::{Conversion, conversion};

fn optional(ty: Type) -> Type {
    Type::Optional(Box::new(ty))
}

fn list(ty: Type) -> Type {
    Type::List(Box::new(ty))
}

const U8: Type = Type::Builtin(Builtin::U8);
const U32: Type = Type::Builtin(Builtin::U32);
const WIDEN: Conversion = Conversion::Widen { from: Builtin::U8, to: Builtin::U32 };

#[test]
fn a_wider_type_holds_every_value() {
    for from in &BUILTINS {
        for to in from.widens_to {
            match (from.range, to.row().range) {
                (Some(from_range), Some(to_range)) => {
                    assert!(to_range.0 <= from_range.0 && from_range.1 <= to_range.1, "{} to {to}", from.name);
                }
                (Some((low, high)), None) => {
                    let digits = if *to == Builtin::F32 { 24 } else { 53 };
                    assert!(high <= 1 << digits && low >= -(1 << digits), "{} to {to}", from.name);
                }
                (None, _) => assert_eq!((from.builtin, *to), (Builtin::F32, Builtin::F64)),
            }
        }
    }
}

/// What could be widened, is: no pair of integers was forgotten.
#[test]
fn every_pair_of_integers_that_fits_widens() {
    for from in &BUILTINS {
        for to in BUILTINS.iter().filter(|to| to.builtin != from.builtin) {
            if let (Some(a), Some(b)) = (from.range, to.range) {
                assert_eq!(
                    from.builtin.widens_to(to.builtin),
                    b.0 <= a.0 && a.1 <= b.1,
                    "{} to {}",
                    from.name,
                    to.name
                );
            }
        }
    }
}

#[test]
fn decimals_lose_their_scale_but_never_gain_one() {
    let (two, four, any) = (Builtin::Decimal(Some(2)), Builtin::Decimal(Some(4)), Builtin::Decimal(None));
    assert!(two.widens_to(any));
    assert!(!any.widens_to(two) && !two.widens_to(four) && !four.widens_to(two));
}

#[test]
fn conversions_follow_the_shape_of_the_types() {
    assert_eq!(conversion(&U8, &U8), Some(Conversion::Keep));
    assert_eq!(conversion(&U8, &U32), Some(WIDEN));
    assert_eq!(conversion(&U32, &U8), None);
    assert_eq!(conversion(&U8, &optional(U32)), Some(Conversion::Present(Box::new(WIDEN))));
    assert_eq!(conversion(&U8, &optional(U8)), Some(Conversion::Present(Box::new(Conversion::Keep))));
    assert_eq!(conversion(&optional(U8), &optional(U32)), Some(Conversion::Maybe(Box::new(WIDEN))));
    assert_eq!(conversion(&optional(U8), &U32), None);
    assert_eq!(
        conversion(&list(optional(U8)), &list(optional(U32))),
        Some(Conversion::Each(Box::new(Conversion::Maybe(Box::new(WIDEN)))))
    );
    assert_eq!(conversion(&U8, &list(U8)), None);
    let set = |ty| Type::Set(Box::new(ty));
    assert_eq!(conversion(&set(U8), &set(U32)), Some(Conversion::EachOf(Box::new(WIDEN))));
    let map = |key, value| Type::Map(Box::new(key), Box::new(value));
    let entries = Conversion::Entries(Box::new(WIDEN), Box::new(Conversion::Keep));
    assert_eq!(conversion(&map(U8, U8), &map(U32, U8)), Some(entries));
}

#[test]
fn every_builtin_has_its_row_in_order() {
    assert!(BUILTINS.windows(2).all(|pair| pair[0].builtin < pair[1].builtin));
    assert!(
        BUILTINS.iter().all(|row| Builtin::named(row.name) == Some(row.builtin) && row.builtin.row().name == row.name)
    );
    assert_eq!(Builtin::Decimal(Some(2)).to_string(), "decimal(2)");
}
