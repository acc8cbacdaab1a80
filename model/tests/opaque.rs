//! Types and values that only a front end understands.
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use factum_model::ast::{Change, Document, Event, Field, Retyping, TypeExpr, TypeKind, Value, ValueKind, Via};
use factum_model::schema::{Literal, Type, VersionDef};
use factum_model::source::{Origin, Spanned};
use factum_model::types::Builtin;
use factum_model::upcast::{Conversion, Slot, Step};
use factum_model::{Code, Diagnostics, Opaque, Outcome, resolve_and_check};

const NOWHERE: Origin = Origin(0);

fn opaque(spelling: &str) -> Opaque {
    Opaque { id: 7, spelling: spelling.to_owned() }
}

fn ty(kind: TypeKind) -> TypeExpr {
    TypeExpr { kind, origin: NOWHERE }
}

fn foreign(spelling: &str) -> TypeExpr {
    ty(TypeKind::Opaque(opaque(spelling)))
}

fn list(inner: TypeExpr) -> TypeExpr {
    ty(TypeKind::List(Box::new(inner)))
}

fn named(name: &str) -> Spanned<String> {
    Spanned::new(name.to_owned(), NOWHERE)
}

fn version(number: u32) -> Spanned<u32> {
    Spanned::new(number, NOWHERE)
}

/// An event in version 2 with this field.
fn check(field: Field) -> Outcome {
    let event = Event {
        name: named("Paid"),
        version: Some(version(2)),
        fields: vec![Field { name: named("price"), ..field }],
        ..Event::default()
    };
    let document = Document { context: named("billing"), events: vec![event], ..Document::default() };
    resolve_and_check(&[document], None, Diagnostics::new())
}

fn retyped(before: TypeExpr, after: TypeExpr) -> Outcome {
    let change = Change { version: version(2), from: Retyping { from: before, via: None } };
    check(Field { ty: after, retyped: vec![change], ..Field::default() })
}

fn newest(outcome: Outcome) -> VersionDef {
    outcome.checked.unwrap().schema().events[0].versions[1].clone()
}

#[test]
fn another_spelling_is_another_type_and_the_user_writes_the_step() {
    let newest = newest(retyped(list(foreign("MoneyV1")), list(foreign("Money"))));
    let how = Conversion::Each(Box::new(Conversion::Foreign(Box::new(Type::Opaque(opaque("Money"))))));
    assert_eq!(newest.steps, [Step::Convert { from: Slot(0), to: Slot(0), how }]);
    assert_eq!(newest.readable_from, 2);
}

#[test]
fn one_spelling_is_one_type_under_whatever_number() {
    assert_eq!(Opaque { id: 1, ..opaque("Money") }, opaque("Money"));
    let outcome = retyped(foreign("Money"), foreign("Money"));
    assert_eq!(outcome.diagnostics[0].code, Code::Contradiction);
}

#[test]
fn between_builtin_types_the_model_judges_as_ever() {
    let outcome = retyped(ty(TypeKind::Builtin(Builtin::U64)), ty(TypeKind::Builtin(Builtin::U32)));
    assert_eq!(outcome.diagnostics[0].code, Code::NoConversion);
}

#[test]
fn an_added_field_needs_a_value_and_an_expression_is_one() {
    let added = |default| Field { ty: foreign("Money"), added: Some(version(2)), default, ..Field::default() };
    assert_eq!(check(added(None)).diagnostics[0].code, Code::FieldUnfilled);
    let value = Value { kind: ValueKind::Opaque(opaque("Money :: ZERO")), origin: NOWHERE };
    let newest = newest(check(added(Some(value))));
    let value = Literal::Opaque(opaque("Money :: ZERO"));
    assert_eq!(newest.steps, [Step::Insert { to: Slot(0), value }]);
    let text = Value { kind: ValueKind::Text("0".to_owned()), origin: NOWHERE };
    assert_eq!(check(added(Some(text))).diagnostics[0].code, Code::IllTyped);
}

#[cfg(feature = "json")]
#[test]
fn the_interpreter_keeps_what_it_cannot_judge_and_stops_at_steps_in_rust() {
    use factum_model::schema::EventId;
    use factum_model::value::{Fault, read, written};

    let checked = retyped(foreign("MoneyV1"), foreign("Money")).checked.unwrap();
    let payload = r#"{"price":{"minor":[1,null]}}"#;
    let kept = read(checked.schema(), EventId(0), 2, payload).unwrap();
    assert_eq!(written(checked.schema(), &kept[0]), payload);
    assert!(matches!(read(checked.schema(), EventId(0), 1, payload), Err(Fault::Upcast(_))));
}

#[cfg(feature = "yaml")]
#[test]
fn what_a_front_end_hands_on_is_text_with_numbers_for_its_types() {
    use factum_model::spell::{read, spell};

    let value = |spelling: &str| Value { kind: ValueKind::Opaque(opaque(spelling)), origin: NOWHERE };
    let or = Via::Or(value("\"a: b\\n\""));
    let change = Change {
        version: version(2),
        from: Retyping {
            from: ty(TypeKind::Optional(Box::new(foreign("HashMap<String, u8>")))),
            via: Some(Spanned::new(or, NOWHERE)),
        },
    };
    let fields = vec![
        Field {
            name: named("a"),
            ty: list(foreign("Money")),
            added: Some(version(2)),
            default: Some(value("vec![]")),
            ..Field::default()
        },
        Field { name: named("b"), ty: foreign("Channel"), retyped: vec![change], ..Field::default() },
        Field { name: named("c"), ty: foreign("Money"), ..Field::default() },
    ];
    let event = Event { name: named("Paid"), version: Some(version(2)), fields, ..Event::default() };
    let document = Document { context: named("billing"), events: vec![event], ..Document::default() };
    let spelled = spell(&document);
    let spellings: Vec<&str> = spelled.types.iter().map(|ty| ty.spelling.as_str()).collect();
    assert_eq!(spellings, ["Money", "Channel", "HashMap<String, u8>"]);
    let again = read(&spelled.text, &spellings).unwrap();
    assert_eq!(spell(&again), spelled);
    let [before, after] = [document, again].map(|document| {
        let outcome = resolve_and_check(&[document], None, Diagnostics::new());
        outcome.checked.unwrap().schema().events[0].versions.clone()
    });
    assert_eq!(before, after);
    assert!(read("{factum: 1}", &[]).is_err());
}
