//! What views show of stored events: each stored version of each event, taken through the steps of all later ones as far
//! as SQL can do them.

mod convert;
mod steps;

use factum_model::Checked;
use factum_model::schema::{EventDef, EventFate, EventId, Record, Schema, Type, TypeId, TypeShape, VersionDef};
use factum_model::types::Builtin;

use crate::items::sql::{Arm, Column, Expr, Form, Kind, Left, Script, View};
use steps::{Field, Steps};

/// The views of all events of these catalogs.
#[must_use]
pub fn script(catalogs: &[&Checked]) -> Script {
    let contexts: usize = catalogs.iter().map(|checked| checked.schema().contexts.len()).sum();
    let mut script = Script::default();
    for checked in catalogs {
        Views { schema: checked.schema(), with_context: contexts > 1 }.add_to(&mut script);
    }
    script.views.retain(|view| !view.arms.is_empty());
    script.views.sort_by(|a, b| a.name.cmp(&b.name));
    script
}

/// The views of one catalog.
#[derive(Clone, Copy)]
struct Views<'s> {
    schema: &'s Schema,
    /// Whether views are named with their contexts.
    with_context: bool,
}

/// What a stored event is read as: an event, and its fields if SQL gets that far.
struct Read {
    event: EventId,
    fields: Result<Vec<Field>, String>,
}

impl Views<'_> {
    fn add_to(self, script: &mut Script) {
        let first = script.views.len();
        script.views.extend(self.schema.events.iter().map(|event| self.view(event)));
        for (number, event) in self.schema.events.iter().enumerate() {
            let id = EventId(u32::try_from(number).unwrap_or(u32::MAX));
            for version in &event.versions {
                let kind = kind(event, version);
                script.known.push(kind.clone());
                let mut shown = true;
                for (index, read) in self.read(id, version).into_iter().enumerate() {
                    let target = &self.schema.events[read.event.0 as usize];
                    match read.fields.and_then(|fields| self.columns(&target.current().shape, fields)) {
                        Ok(columns) => {
                            let view = &mut script.views[first + read.event.0 as usize];
                            add(&mut view.arms, Arm { kinds: vec![kind.clone()], index, columns });
                        }
                        Err(reason) => {
                            shown = false;
                            let view = self.name(event, Some(version.number));
                            let event = target.name.value.clone();
                            script.left.push(Left { kind: kind.clone(), event, reason, view });
                        }
                    }
                }
                if !shown {
                    script.views.push(self.as_stored(event, version));
                }
            }
        }
    }

    fn view(self, event: &EventDef) -> View {
        let doc = event.doc.as_deref().unwrap_or_default().lines().map(|line| line.trim_end().to_owned()).collect();
        View { name: self.name(event, None), doc, arms: Vec::new() }
    }

    /// What is stored at a version that gets no further.
    fn as_stored(self, event: &EventDef, version: &VersionDef) -> View {
        let doc = vec![format!("Version {} as it is stored.", version.number)];
        let columns = self.columns(&version.shape, stored(&Expr::Payload, &version.shape));
        let arms = columns.map(|columns| Arm { kinds: vec![kind(event, version)], index: 0, columns });
        View { name: self.name(event, Some(version.number)), doc, arms: arms.into_iter().collect() }
    }

    fn name(self, event: &EventDef, version: Option<u32>) -> String {
        let context = if self.with_context { format!("{}_", event.context) } else { String::new() };
        let version = version.map_or_else(String::new, |version| format!("_v{version}"));
        format!("{context}{}{version}", event.name.value)
    }

    fn read(self, event: EventId, version: &VersionDef) -> Vec<Read> {
        let fields = stored(&Expr::Payload, &version.shape);
        let mut read = Vec::new();
        self.forward(event, version.number, Ok(fields), &mut read);
        read
    }

    /// Takes fields through the steps of all later versions. Of what cannot be taken further it is still known as how many
    /// events it is read.
    fn forward(self, event: EventId, version: u32, mut fields: Result<Vec<Field>, String>, read: &mut Vec<Read>) {
        let Some(def) = self.schema.events.get(event.0 as usize) else { return };
        for later in def.versions.iter().skip(version as usize) {
            fields = fields.and_then(|fields| {
                if later.by_hand {
                    return Err(format!("the step to version {} is written by hand", later.number));
                }
                Ok(Steps::new(self.schema).apply(&later.steps, &fields, &later.shape))
            });
        }
        let (end, children) = match &def.fate {
            EventFate::Current | EventFate::Retired(_) => return read.push(Read { event, fields }),
            EventFate::Nothing(_) => return,
            EventFate::Becomes(end, children) => (end, children),
        };
        for child in children {
            let into = self.schema.events.get(child.event.0 as usize);
            let into = into.and_then(|def| def.versions.get((child.version as usize).checked_sub(1)?));
            let begun = fields.clone().and_then(|fields| match (&child.steps, into) {
                (Some(all), Some(into)) => Ok(Steps::new(self.schema).apply(all, &fields, &into.shape)),
                (None, _) => Err(format!("the step to version {end} is written by hand")),
                (_, None) => Err("there is no such version".to_owned()),
            });
            self.forward(child.event, child.version, begun, read);
        }
    }

    fn columns(self, shape: &Record, fields: Vec<Field>) -> Result<Vec<Column>, String> {
        let columns = shape.fields.iter().zip(fields).map(|(field, value)| {
            let name = field.name.value.clone();
            Ok(Column { name, value: value?.expr, form: form(self.schema, &field.ty) })
        });
        columns.collect()
    }
}

/// The fields of a stored object.
fn stored(object: &Expr, shape: &Record) -> Vec<Field> {
    let member = |name: &str| Ok(steps::Value { expr: object.clone().member(name), as_written: true });
    shape.fields.iter().map(|field| member(&field.name.value)).collect()
}

/// Kinds whose columns come about alike are selected together.
fn add(arms: &mut Vec<Arm>, new: Arm) {
    match arms.iter_mut().find(|arm| arm.index == new.index && arm.columns == new.columns) {
        Some(arm) => arm.kinds.extend(new.kinds),
        None => arms.push(new),
    }
}

fn kind(event: &EventDef, version: &VersionDef) -> Kind {
    let newest = version.number == event.current().number;
    Kind { wire_type: version.wire_type.clone(), version: version.number, newest }
}

/// What a declared type looks like.
fn shape_of<'s>(schema: &'s Schema, ty: &Type) -> Option<&'s TypeShape> {
    let Type::Named(id, version) = ty else { return None };
    let versions = &schema.types.get(id.0 as usize)?.versions;
    versions.get((*version as usize).checked_sub(1)?).map(|version| &version.shape)
}

/// The fields of a struct.
fn record(schema: &Schema, id: TypeId, version: u32) -> Option<&Record> {
    match shape_of(schema, &Type::Named(id, version))? {
        TypeShape::Struct(record) => Some(record),
        TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Union(_) => None,
    }
}

/// What of a type's JSON becomes a value of SQL.
fn form(schema: &Schema, ty: &Type) -> Form {
    match ty {
        Type::Builtin(builtin) => form_of_builtin(*builtin),
        Type::Optional(inner) => form(schema, inner),
        Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => Form::Json,
        Type::Named(..) => match shape_of(schema, ty) {
            Some(TypeShape::Newtype(inner)) => form(schema, inner),
            Some(TypeShape::Enum(_)) => Form::Scalar,
            Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => Form::Json,
        },
    }
}

const fn form_of_builtin(builtin: Builtin) -> Form {
    match builtin {
        Builtin::U64 => Form::Large,
        Builtin::F32 | Builtin::F64 => Form::Real,
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_) => Form::Scalar,
        Builtin::Json => Form::Json,
    }
}

impl Expr {
    /// A member of this object; of one that is put together here, what it is put together of.
    fn member(self, name: &str) -> Self {
        match self {
            Self::Object(members) => {
                let found = members.into_iter().find(|(member, _)| member == name);
                found.map_or(Self::Null, |(_, value)| value)
            }
            object => Self::Member(Box::new(object), name.to_owned()),
        }
    }
}
