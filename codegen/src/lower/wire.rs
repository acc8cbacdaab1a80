//! How stored bytes become the current type: the steps of all versions, composed.
//!
//! Each field of each version is followed through the steps of the versions after it, up to the current one. What it
//! meets on the way becomes one conversion; where it ends is an arm. So an old event is read once, straight into the
//! current struct.

use factum_model::schema::{FieldDef, Literal, Record, Type, VersionDef};
use factum_model::upcast::{Slot, Step};

use super::conversions::{Site, converts_null, holds_opaque, then};
use super::types::generic;
use super::{Scope, names};
use crate::items::{Arm, Blank, Codec, Expr, Fill, Ident, Presence, RecordField, RustType, TableField, Wire};

/// Where a value of an older version goes, and what happens to it on the way.
struct Fate {
    /// The field of the current version; `None` if it is dropped.
    slot: Option<Slot>,
    /// The conversion from the type in the older version, if it changes at all.
    conversion: Option<RustType>,
    /// Whether something is made of null on the way.
    converts_null: bool,
}

/// The index of the first version whose fields can be followed to the last one's: what comes before passes through a
/// step that looks at several fields, or that is written by hand.
pub(super) fn first_followed(versions: &[VersionDef]) -> usize {
    versions.iter().rposition(is_barrier).unwrap_or(0)
}

/// Whether a version is not made field by field.
pub(super) fn is_barrier(version: &VersionDef) -> bool {
    version.by_hand || version.steps.iter().any(|step| matches!(step, Step::Call { .. }))
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
            codec: self.field_codec(&field.ty),
        }
    }

    fn field_codec(self, ty: &Type) -> Option<Codec> {
        let blank = if is_slot(ty) { Blank::Slot } else { Blank::Default };
        let opaque = holds_opaque(ty).then(|| Codec { keep: self.codec(ty), blank });
        opaque.or_else(|| self.foreign_codec(ty))
    }

    /// The wire form of a record that has been through `versions`: a table for each that can be followed to the last.
    pub(super) fn history_wire(self, base: &str, record: &Ident, versions: &[VersionDef]) -> Wire {
        let versions = &versions[first_followed(versions)..];
        let Some((current, first)) = versions.last().zip(versions.first()) else {
            return Wire { first: None, tables: Vec::new(), arms: Vec::new(), fills: Vec::new(), draft: None };
        };
        let mut arms = self.value_arms(&current.shape);
        let mut tables = Vec::with_capacity(versions.len());
        for (index, version) in versions.iter().enumerate() {
            let later = &versions[index + 1..];
            let field = |(slot, field)| {
                let fate = self.fate(base, Slot(slot), field, self.lift(&field.ty), later);
                let converts_null = fate.converts_null;
                let arm = place(&mut arms, self.arm(field, fate, &current.shape));
                table_field(field, arm, converts_null)
            };
            tables.push(version.shape.fields.iter().enumerate().map(field).collect());
        }
        let first = (first.number > 1).then_some(first.number);
        Wire {
            first,
            tables,
            arms,
            fills: self.fills(base, versions, &current.shape),
            draft: draft(&record.0, &current.shape),
        }
    }

    fn arm(self, field: &FieldDef, fate: Fate, current: &Record) -> Arm {
        let Fate { slot, conversion, .. } = fate;
        match (slot.and_then(|slot| current.fields.get(slot.0)), conversion) {
            (Some(field), None) => self.value_arm(field),
            (Some(field), Some(conversion)) => {
                Arm::Convert(names::ident(&field.name.value), held(&field.ty, conversion))
            }
            (None, conversion) => Arm::Check(conversion.unwrap_or_else(|| self.codec(&field.ty))),
        }
    }

    /// One arm per field of the current version, in order.
    fn value_arms(self, record: &Record) -> Vec<Arm> {
        record.fields.iter().map(|field| self.value_arm(field)).collect()
    }

    /// Reads a field as it is.
    fn value_arm(self, field: &FieldDef) -> Arm {
        let name = names::ident(&field.name.value);
        if let Some(lift) = self.lift(&field.ty) {
            return Arm::Convert(name, lift);
        }
        match self.derived {
            _ if holds_opaque(&field.ty) => Arm::Convert(name, held(&field.ty, self.codec(&field.ty))),
            Some(_) => Arm::Proved(name, self.rust_type(&field.ty)),
            None => Arm::Value(name),
        }
    }

    /// The wire form of a record without history.
    pub(super) fn current_wire(self, name: &str, record: &Record) -> Wire {
        Wire {
            first: None,
            tables: vec![current_table(record)],
            arms: self.value_arms(record),
            fills: Vec::new(),
            draft: draft(name, record),
        }
    }

    /// Follows the field at `slot` through the steps of `later` versions. `conversion`: what it has met before the first.
    fn fate(
        self,
        base: &str,
        slot: Slot,
        field: &FieldDef,
        conversion: Option<RustType>,
        later: &[VersionDef],
    ) -> Fate {
        let mut fate = Fate { slot: Some(slot), conversion, converts_null: false };
        let mut ty: &Type = &field.ty;
        for version in later {
            let Some(slot) = fate.slot else { break };
            fate.slot = None;
            for step in version.steps.iter().filter(|step| reads(step, slot)) {
                match step {
                    Step::Move { to, .. } => fate.slot = Some(*to),
                    Step::Convert { to, how, .. } => {
                        let Some(made) = version.shape.fields.get(to.0) else { break };
                        let site = Site { base, version: version.number, field: &made.name.value };
                        let step = self.field_conversion(how, ty, &made.ty, site);
                        fate.conversion = Some(then(fate.conversion.take(), step));
                        fate.converts_null |= converts_null(how);
                        fate.slot = Some(*to);
                    }
                    // What several fields are made from is not followed: its version has no table here.
                    Step::Insert { .. } | Step::Drop { .. } | Step::Call { .. } => {}
                }
            }
            if let Some(field) = fate.slot.and_then(|slot| version.shape.fields.get(slot.0)) {
                ty = &field.ty;
            }
        }
        fate
    }

    /// What each version after the first added, carried to the current one.
    fn fills(self, base: &str, versions: &[VersionDef], current: &Record) -> Vec<Fill> {
        let fill = |(index, version): (usize, &VersionDef)| {
            let added = version.steps.iter().filter_map(|step| match step {
                Step::Insert { to, value } => Some((*to, value)),
                Step::Move { .. } | Step::Drop { .. } | Step::Convert { .. } | Step::Call { .. } => None,
            });
            let fields = added.filter_map(|(to, value)| {
                let field = version.shape.fields.get(to.0)?;
                let fate = self.fate(base, to, field, None, &versions[index + 1..]);
                let now = current.fields.get(fate.slot?.0)?;
                let value = match (fate.conversion, value) {
                    // What a record is read into is empty there already.
                    (None, Literal::Null) if !is_slot(&now.ty) => return None,
                    (None, value) => self.literal(value, &field.ty),
                    (Some(conversion), value) => Expr::Convert(conversion, Box::new(self.literal(value, &field.ty))),
                };
                let value = if is_slot(&now.ty) { Expr::Call(SOME.to_owned(), vec![value]) } else { value };
                Some((names::ident(&now.name.value), value))
            });
            Fill { before: version.number, fields: fields.collect() }
        };
        versions.iter().enumerate().skip(1).map(fill).filter(|fill| !fill.fields.is_empty()).collect()
    }
}

const SOME: &str = "::core::option::Option::Some";

/// Whether a field is of a type of which nobody knows a value, so that it is empty until it is read.
pub(super) fn is_slot(ty: &Type) -> bool {
    match ty {
        Type::Opaque(_) => true,
        Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) => false,
    }
}

/// The conversion into a field of the draft.
fn held(ty: &Type, conversion: RustType) -> RustType {
    if is_slot(ty) { generic("::factum::de::Present", [conversion]) } else { conversion }
}

/// The draft that a record needs, if it needs one.
fn draft(name: &str, record: &Record) -> Option<Ident> {
    record.fields.iter().any(|field| is_slot(&field.ty)).then(|| names::draft(name))
}

/// The table of a record's fields, each read by the arm of its place.
pub(super) fn current_table(record: &Record) -> Vec<TableField> {
    record.fields.iter().enumerate().map(|(arm, field)| table_field(field, arm, false)).collect()
}

/// Whether a step reads this field of the version before.
fn reads(step: &Step, slot: Slot) -> bool {
    match step {
        Step::Move { from, .. } | Step::Drop { from } | Step::Convert { from, .. } => *from == slot,
        Step::Insert { .. } | Step::Call { .. } => false,
    }
}

/// The index of `arm`, added if it is not there yet: equal needs of several versions share one.
fn place(arms: &mut Vec<Arm>, arm: Arm) -> usize {
    arms.iter().position(|known| *known == arm).unwrap_or_else(|| {
        arms.push(arm);
        arms.len() - 1
    })
}

fn table_field(field: &FieldDef, arm: usize, converts_null: bool) -> TableField {
    let presence = match field.ty {
        Type::Optional(_) if converts_null => Presence::Converted,
        Type::Optional(_) => Presence::Optional,
        Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => {
            Presence::Required
        }
    };
    TableField { name: field.name.value.clone(), arm, presence }
}
