//! A schema as a few lines of text, for snapshots that a reader can review.

use std::fmt::Write as _;

use factum_model::literal::spelled;
use factum_model::schema::{EventFate, Record, Schema, Type, TypeShape, TypeSteps};
use factum_model::upcast::{Conversion, Slot, Step};

/// Every event and type: the fields of each version, and the steps that lead to it.
pub(crate) fn described(schema: &Schema) -> String {
    let mut out = String::new();
    for event in &schema.events {
        writeln!(out, "event {}.{}", event.context, event.name.value).unwrap();
        let mut before = &Record::default();
        for version in &event.versions {
            let by_hand = if version.by_hand { ", by hand" } else { "" };
            let (number, readable) = (version.number, version.readable_from);
            writeln!(out, "  {number} `{}`, readable from {readable}{by_hand}", version.wire_type).unwrap();
            fields(&mut out, &version.shape, schema);
            steps(&mut out, &version.steps, before, &version.shape, schema);
            before = &version.shape;
        }
        fate(&mut out, &event.fate, before, schema);
    }
    types(&mut out, schema);
    out
}

fn fate(out: &mut String, fate: &EventFate, last: &Record, schema: &Schema) {
    match fate {
        EventFate::Current => {}
        EventFate::Retired(version) => writeln!(out, "  {version} retired").unwrap(),
        EventFate::Nothing(version) => writeln!(out, "  {version} nothing").unwrap(),
        EventFate::Becomes(version, children) => {
            for child in children {
                let event = &schema.events[child.event.0 as usize];
                writeln!(out, "  {version} becomes {}@{}", event.name.value, child.version).unwrap();
                match &child.steps {
                    Some(all) => steps(out, all, last, &event.versions[child.version as usize - 1].shape, schema),
                    None => writeln!(out, "      by hand").unwrap(),
                }
            }
        }
    }
}

fn types(out: &mut String, schema: &Schema) {
    for ty in &schema.types {
        writeln!(out, "type {}.{}", ty.context, ty.name.value).unwrap();
        let mut before: Option<&TypeShape> = None;
        for version in &ty.versions {
            writeln!(out, "  {}", version.number).unwrap();
            match (&version.shape, before, &version.steps) {
                (TypeShape::Struct(record), old, TypeSteps::Struct(all)) => {
                    fields(out, record, schema);
                    let old = match old {
                        Some(TypeShape::Struct(old)) => old,
                        _ => &Record::default(),
                    };
                    steps(out, all, old, record, schema);
                }
                (TypeShape::Newtype(inner), _, TypeSteps::Newtype(how)) => {
                    writeln!(out, "    {} by {}", spell(inner, schema), conversion(how, schema)).unwrap();
                }
                (TypeShape::Enum(values), _, TypeSteps::Enum(indices)) => {
                    let names: Vec<_> = values
                        .iter()
                        .map(|value| format!("{}{}", value.name.value, if value.fallback { " (fallback)" } else { "" }))
                        .collect();
                    writeln!(out, "    {} {indices:?}", names.join(" | ")).unwrap();
                }
                (TypeShape::Union(kinds), old, TypeSteps::Union(all)) => {
                    for kind in kinds {
                        writeln!(out, "    kind {}", kind.name.value).unwrap();
                        fields(out, &kind.shape, schema);
                    }
                    for (index, (target, all)) in all.iter().enumerate() {
                        let Some(TypeShape::Union(old)) = old else { panic!("a union was one before") };
                        writeln!(out, "    kind {} -> {}", old[index].name.value, kinds[*target].name.value).unwrap();
                        steps(out, all, &old[index].shape, &kinds[*target].shape, schema);
                    }
                }
                _ => panic!("the steps of a type are of the kind of its shape"),
            }
            before = Some(&version.shape);
        }
    }
}

fn fields(out: &mut String, record: &Record, schema: &Schema) {
    for field in &record.fields {
        writeln!(out, "    {}: {}", field.name.value, spell(&field.ty, schema)).unwrap();
    }
}

fn steps(out: &mut String, steps: &[Step], before: &Record, after: &Record, schema: &Schema) {
    let name = |record: &Record, slot: &Slot| record.fields[slot.0].name.value.clone();
    let names =
        |record: &Record, slots: &[Slot]| slots.iter().map(|slot| name(record, slot)).collect::<Vec<_>>().join(", ");
    for step in steps {
        let text = match step {
            Step::Move { from, to } => format!("{} -> {}", name(before, from), name(after, to)),
            Step::Insert { to, value } => format!("= {} -> {}", spelled(value, schema), name(after, to)),
            Step::Drop { from } => format!("{} dropped", name(before, from)),
            Step::Convert { from, to, how } => {
                format!("{} -> {} by {}", name(before, from), name(after, to), conversion(how, schema))
            }
            Step::Call { from, to, function } => {
                format!("{} -> {} by {function:?}", names(before, from), names(after, to))
            }
        };
        writeln!(out, "      {text}").unwrap();
    }
}

fn conversion(how: &Conversion, schema: &Schema) -> String {
    match how {
        Conversion::Versions { ty, from, to } => {
            format!("{} {from} to {to}", schema.types[ty.0 as usize].name.value)
        }
        Conversion::Present(inner) => format!("Present({})", conversion(inner, schema)),
        Conversion::Maybe(inner) => format!("Maybe({})", conversion(inner, schema)),
        Conversion::Single(inner) => format!("Single({})", conversion(inner, schema)),
        Conversion::Each(inner) => format!("Each({})", conversion(inner, schema)),
        Conversion::EachOf(inner) => format!("EachOf({})", conversion(inner, schema)),
        Conversion::Entries(keys, values) => {
            format!("Entries({}, {})", conversion(keys, schema), conversion(values, schema))
        }
        Conversion::Or(inner, value) => format!("Or({}, {})", conversion(inner, schema), spelled(value, schema)),
        Conversion::Foreign(to) => format!("Foreign({})", spell(to, schema)),
        Conversion::Keep
        | Conversion::Widen { .. }
        | Conversion::ToText(_)
        | Conversion::Parse(_)
        | Conversion::Scale { .. }
        | Conversion::Epoch { .. } => format!("{how:?}"),
    }
}

/// A type with the versions that it pins.
fn spell(ty: &Type, schema: &Schema) -> String {
    match ty {
        Type::Builtin(builtin) => builtin.to_string(),
        Type::Optional(inner) => format!("{}?", spell(inner, schema)),
        Type::List(inner) => format!("list<{}>", spell(inner, schema)),
        Type::Set(inner) => format!("set<{}>", spell(inner, schema)),
        Type::Map(key, value) => format!("map<{}, {}>", spell(key, schema), spell(value, schema)),
        Type::Named(id, version) => format!("{}@{version}", schema.types[id.0 as usize].name.value),
        Type::Opaque(opaque) => opaque.spelling.clone(),
    }
}
