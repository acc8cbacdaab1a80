//! How stored bytes become the current type: the steps of all versions, composed.
//!
//! Each field of each version is followed through the steps of the versions after it, up to the current one. What it
//! meets on the way becomes one conversion; where it ends is an arm. So an old event is read once, straight into the
//! current struct.

use factum_model::schema::{FieldDef, Literal, Record, Type, VersionDef};
use factum_model::upcast::{Conversion, Slot, Step};

use super::types::generic;
use super::{Scope, names};
use crate::items::{Arm, Expr, Fill, RecordField, RustType, TableField, Wire};

/// Where a value of an older version goes, and what happens to it on the way.
struct Fate {
    /// The field of the current version; `None` if it is dropped.
    slot: Option<Slot>,
    /// The conversion from the type in the older version, if it changes at all.
    conversion: Option<RustType>,
}

impl Scope<'_> {
    pub(super) fn record_fields(self, record: &Record) -> Vec<RecordField> {
        record.fields.iter().map(|field| self.record_field(field)).collect()
    }

    fn record_field(self, field: &FieldDef) -> RecordField {
        let name = &field.name.value;
        RecordField {
            doc: super::doc::or(field.doc.as_deref(), || format!("`{name}`.")),
            name: names::ident(name),
            wire_name: name.clone(),
            ty: self.rust_type(&field.ty),
        }
    }

    /// The wire form of a record that has been through `versions`.
    pub(super) fn history_wire(self, versions: &[VersionDef]) -> Wire {
        let Some(current) = versions.last() else {
            return Wire { first: None, tables: Vec::new(), arms: Vec::new(), fills: Vec::new() };
        };
        let mut arms = value_arms(&current.shape);
        let mut tables = Vec::with_capacity(versions.len());
        for (index, version) in versions.iter().enumerate() {
            let later = &versions[index + 1..];
            let field = |(slot, field)| {
                let arm = self.arm(field, self.fate(Slot(slot), &field.ty, later), &current.shape);
                table_field(field, place(&mut arms, arm))
            };
            tables.push(version.shape.fields.iter().enumerate().map(field).collect());
        }
        Wire { first: None, tables, arms, fills: self.fills(versions, &current.shape) }
    }

    fn arm(self, field: &FieldDef, fate: Fate, current: &Record) -> Arm {
        let Fate { slot, conversion } = fate;
        let keep = || generic("::factum::de::Keep", [self.rust_type(&field.ty)]);
        match (slot.map(|slot| names::ident(&current.fields[slot.0].name.value)), conversion) {
            (Some(name), None) => Arm::Value(name),
            (Some(name), Some(conversion)) => Arm::Convert(name, conversion),
            (None, conversion) => Arm::Check(conversion.unwrap_or_else(keep)),
        }
    }

    /// Follows the field at `slot` through the steps of `later` versions.
    fn fate(self, slot: Slot, ty: &Type, later: &[VersionDef]) -> Fate {
        let mut fate = Fate { slot: Some(slot), conversion: None };
        let mut ty = ty.clone();
        for version in later {
            let Some(slot) = fate.slot else { break };
            fate.slot = None;
            for step in version.steps.iter().filter(|step| reads(step, slot)) {
                match step {
                    Step::Move { to, .. } => fate.slot = Some(*to),
                    Step::Convert { to, how, .. } => {
                        let next = self.conversion(how, &ty);
                        fate.conversion = Some(match fate.conversion.take() {
                            Some(before) => generic("::factum::de::Then", [before, next]),
                            None => next,
                        });
                        fate.slot = Some(*to);
                    }
                    Step::Insert { .. } | Step::Drop { .. } => {}
                }
            }
            if let Some(field) = fate.slot.and_then(|slot| version.shape.fields.get(slot.0)) {
                ty = field.ty.clone();
            }
        }
        fate
    }

    /// What each version added, carried to the current one.
    fn fills(self, versions: &[VersionDef], current: &Record) -> Vec<Fill> {
        let fill = |(index, version): (usize, &VersionDef)| {
            let added = version.steps.iter().filter_map(|step| match step {
                Step::Insert { to, value } => Some((*to, value)),
                Step::Move { .. } | Step::Drop { .. } | Step::Convert { .. } => None,
            });
            let fields = added.filter_map(|(to, value)| {
                let field = version.shape.fields.get(to.0)?;
                let fate = self.fate(to, &field.ty, &versions[index + 1..]);
                let name = names::ident(&current.fields.get(fate.slot?.0)?.name.value);
                let value = match (fate.conversion, value) {
                    // What a record is read into is empty there already.
                    (None, Literal::Null) => return None,
                    (None, value) => self.literal(value),
                    (Some(conversion), value) => Expr::Convert(conversion, Box::new(self.literal(value))),
                };
                Some((name, value))
            });
            Fill { before: version.number, fields: fields.collect() }
        };
        versions.iter().enumerate().map(fill).filter(|fill| !fill.fields.is_empty()).collect()
    }

    /// The conversion of the runtime that does `how` to a value of type `from`.
    pub(super) fn conversion(self, how: &Conversion, from: &Type) -> RustType {
        match (how, from) {
            (Conversion::Widen { from, to }, _) => {
                let types = [Type::Builtin(*from), Type::Builtin(*to)].map(|ty| self.rust_type(&ty));
                generic("::factum::de::Widen", types)
            }
            (Conversion::Present(how), _) => generic("::factum::de::Present", [self.conversion(how, from)]),
            (Conversion::Maybe(how), Type::Optional(inner)) => {
                generic("::factum::de::Maybe", [self.conversion(how, inner)])
            }
            (Conversion::Each(how), Type::List(inner)) => generic("::factum::de::Each", [self.conversion(how, inner)]),
            (Conversion::EachOf(how), Type::Set(inner)) => {
                generic("::factum::de::EachOf", [self.conversion(how, inner)])
            }
            (Conversion::Entries(keys, values), Type::Map(key, value)) => {
                generic("::factum::de::Entries", [self.conversion(keys, key), self.conversion(values, value)])
            }
            // A checked schema converts containers from containers: the rest keeps what it is.
            (
                Conversion::Keep
                | Conversion::Versions { .. }
                | Conversion::Maybe(_)
                | Conversion::Each(_)
                | Conversion::EachOf(_)
                | Conversion::Entries(..),
                _,
            ) => generic("::factum::de::Keep", [self.rust_type(from)]),
        }
    }
}

/// The wire form of a record without history.
pub(super) fn current_wire(record: &Record) -> Wire {
    let table = record.fields.iter().enumerate().map(|(arm, field)| table_field(field, arm)).collect();
    Wire { first: None, tables: vec![table], arms: value_arms(record), fills: Vec::new() }
}

/// Whether a step reads this field of the version before.
fn reads(step: &Step, slot: Slot) -> bool {
    match step {
        Step::Move { from, .. } | Step::Drop { from } | Step::Convert { from, .. } => *from == slot,
        Step::Insert { .. } => false,
    }
}

/// One arm per field of the current version, in order.
fn value_arms(record: &Record) -> Vec<Arm> {
    record.fields.iter().map(|field| Arm::Value(names::ident(&field.name.value))).collect()
}

/// The index of `arm`, added if it is not there yet: equal needs of several versions share one.
fn place(arms: &mut Vec<Arm>, arm: Arm) -> usize {
    arms.iter().position(|known| *known == arm).unwrap_or_else(|| {
        arms.push(arm);
        arms.len() - 1
    })
}

fn table_field(field: &FieldDef, arm: usize) -> TableField {
    TableField { name: field.name.value.clone(), arm, required: !matches!(field.ty, Type::Optional(_)) }
}
