//! Which types widen to which.

use factum_model::schema::{Literal, Type, TypeId};
use factum_model::types::{BUILTINS, Builtin};
use factum_model::upcast::{Conversion, conversion, nature};

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
    assert_eq!(conversion(&U8, &list(U32)), Some(Conversion::Single(Box::new(WIDEN))));
    assert_eq!(conversion(&list(U8), &U8), None);
    let set = |ty| Type::Set(Box::new(ty));
    assert_eq!(conversion(&set(U8), &set(U32)), Some(Conversion::EachOf(Box::new(WIDEN))));
    let map = |key, value| Type::Map(Box::new(key), Box::new(value));
    let entries = Conversion::Entries(Box::new(WIDEN), Box::new(Conversion::Keep));
    assert_eq!(conversion(&map(U8, U8), &map(U32, U8)), Some(entries));
}

/// A list of lists could come of a list in two ways, so it comes in none.
#[test]
fn no_list_begins_within_a_list() {
    assert_eq!(conversion(&list(U8), &list(list(U8))), None);
    assert_eq!(conversion(&list(U8), &list(optional(list(U8)))), None);
    let deep = (0..64).fold(U8, |ty, _| list(ty));
    assert_eq!(conversion(&deep, &list(deep.clone())), None);
}

#[test]
fn a_type_goes_to_newer_versions_only() {
    let money = |version| Type::Named(TypeId(0), version);
    let versions = Conversion::Versions { ty: TypeId(0), from: 1, to: 3 };
    assert_eq!(conversion(&money(1), &money(3)), Some(versions.clone()));
    assert_eq!(conversion(&money(3), &money(1)), None);
    assert_eq!(conversion(&money(1), &Type::Named(TypeId(1), 2)), None);
    let within = Conversion::Each(Box::new(Conversion::Maybe(Box::new(versions))));
    assert_eq!(conversion(&list(optional(money(1))), &list(optional(money(3)))), Some(within));
}

#[test]
fn every_builtin_has_its_row_in_order() {
    assert!(BUILTINS.windows(2).all(|pair| pair[0].builtin < pair[1].builtin));
    assert!(
        BUILTINS.iter().all(|row| Builtin::named(row.name) == Some(row.builtin) && row.builtin.row().name == row.name)
    );
    assert_eq!(Builtin::Decimal(Some(2)).to_string(), "decimal(2)");
}

#[test]
fn it_is_known_what_a_conversion_may_cost() {
    let schema = factum_model::schema::Schema::default();
    let of = |how: &Conversion| {
        let nature = nature::of_conversion(&schema, how);
        (nature.lossy, nature.fallible)
    };
    let scale = |from, to, power| Conversion::Scale { from, to, power };
    let epoch = |from, to| Conversion::Epoch { from, to, per_second: 1 };
    assert_eq!(of(&WIDEN), (false, false));
    assert_eq!(of(&Conversion::Parse(Builtin::U32)), (false, true));
    assert_eq!(of(&scale(Builtin::F64, Builtin::I64, 2)), (true, true));
    assert_eq!(of(&scale(Builtin::U32, Builtin::U64, 2)), (false, false), "4,294,967,295 times 100 is a u64");
    assert_eq!(of(&scale(Builtin::U32, Builtin::U64, 10)), (false, true), "times ten to the tenth it is none");
    assert_eq!(of(&scale(Builtin::U32, Builtin::U64, -1)), (false, true), "a rest is an error");
    assert_eq!(of(&scale(Builtin::F64, Builtin::F64, 2)), (true, true), "infinity is no float here");
    assert_eq!(of(&scale(Builtin::F64, Builtin::F64, -2)), (true, false), "what gets smaller stays finite");
    assert_eq!(of(&scale(Builtin::F64, Builtin::F32, -2)), (true, true));
    assert_eq!(of(&scale(Builtin::F32, Builtin::F64, -2)), (true, false));
    assert_eq!(of(&scale(Builtin::I64, Builtin::F32, 18)), (true, false));
    assert_eq!(of(&scale(Builtin::I64, Builtin::F32, 19)), (true, true));
    assert_eq!(of(&scale(Builtin::Decimal(None), Builtin::F32, 0)), (true, true));
    assert_eq!(of(&epoch(Builtin::U32, Builtin::Timestamp)), (false, false));
    assert_eq!(of(&epoch(Builtin::I64, Builtin::Timestamp)), (false, true));
    assert_eq!(of(&epoch(Builtin::Timestamp, Builtin::I64)), (false, true), "half a second is no second");
    let or = Conversion::Or(Box::new(Conversion::Keep), Literal::Integer(0));
    assert_eq!(of(&or), (false, false));
    assert_eq!(of(&Conversion::EachOf(Box::new(or.clone()))), (false, true), "null and 0 become the same element");
    assert_eq!(of(&Conversion::Each(Box::new(or))), (false, false));
}
