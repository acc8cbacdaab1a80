//! From locked steps to steps between two records.

use super::Builder;
use crate::diagnostic::Diagnostics;
use crate::literal;
use crate::literal::Shapes;
use crate::lock::value::unquoted;
use crate::lock::{EventVersion, Step, Upcast, conversion};
use crate::opaque::Opaque;
use crate::schema::{Literal, Record, Type, TypeId, TypeShape, VersionDef};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;
use crate::upcast::{self, Conversion, Function, Slot};

impl Builder<'_> {
    pub(super) fn upcast(
        &mut self,
        before: Option<&VersionDef>,
        shape: &Record,
        version: &Spanned<EventVersion>,
    ) -> (Vec<upcast::Step>, bool) {
        match (&version.value.upcast, before) {
            (Upcast::ByHand(_), Some(_)) => (Vec::new(), true),
            (Upcast::Steps(steps), Some(before)) => (self.steps(steps, &before.shape, shape, version.origin), false),
            (Upcast::Steps(steps), None) if steps.is_empty() => (Vec::new(), false),
            (Upcast::Steps(_) | Upcast::ByHand(_), None) => {
                self.broken(version.origin, "no step leads to the first version");
                (Vec::new(), false)
            }
        }
    }

    /// The steps with those that the lock leaves out.
    pub(super) fn steps(
        &mut self,
        steps: &[Spanned<Step>],
        before: &Record,
        after: &Record,
        origin: Origin,
    ) -> Vec<upcast::Step> {
        let mut read = vec![false; before.fields.len()];
        let mut written = vec![false; after.fields.len()];
        let mut made = Vec::new();
        for step in steps {
            let slots =
                slots(&step.value.reads(), before, &mut read).zip(slots(&step.value.writes(), after, &mut written));
            let step_made = slots.and_then(|(from, to)| self.step(step, (&from, before), (&to, after)));
            match step_made {
                Some(step) => made.push(step),
                None => self.broken(step.origin, "this step does not fit the fields of the two versions"),
            }
        }
        for (to, field) in after.fields.iter().enumerate().filter(|(to, _)| !written[*to]) {
            let same = before.fields.iter().position(|old| old.name.value == field.name.value && old.ty == field.ty);
            match same.filter(|from| !read[*from]) {
                Some(from) => {
                    read[from] = true;
                    made.push(upcast::Step::Move { from: Slot(from), to: Slot(to) });
                }
                None => self.broken(origin, format!("no step writes `{}`", field.name.value)),
            }
        }
        for (_, field) in before.fields.iter().enumerate().filter(|(from, _)| !read[*from]) {
            self.broken(origin, format!("no step reads `{}` of the version before", field.name.value));
        }
        made
    }

    fn step(
        &mut self,
        step: &Spanned<Step>,
        (from, before): (&[Slot], &Record),
        (to, after): (&[Slot], &Record),
    ) -> Option<upcast::Step> {
        let old = |slot: Slot| before.fields.get(slot.0).map(|field| &field.ty);
        let new = |slot: Slot| after.fields.get(slot.0).map(|field| &field.ty);
        let text = |ty: Option<&Type>| matches!(ty, Some(Type::Builtin(Builtin::String)));
        let call = |function| Some(upcast::Step::Call { from: from.to_vec(), to: to.to_vec(), function });
        let (first_from, first_to) = (from.first().copied(), to.first().copied());
        match &step.value {
            Step::Drop { .. } => Some(upcast::Step::Drop { from: first_from? }),
            Step::Insert { value, .. } => {
                let value = self.value(value, new(first_to?)?, step.origin)?;
                Some(upcast::Step::Insert { to: first_to?, value })
            }
            Step::Rename { .. } if old(first_from?) == new(first_to?) => {
                Some(upcast::Step::Move { from: first_from?, to: first_to? })
            }
            Step::Rename { .. } => None,
            Step::Convert { by, .. } => {
                let by = Spanned::new(by.clone(), step.origin);
                let how = self.parsed(&by, old(first_from?)?, new(first_to?)?)?;
                Some(upcast::Step::Convert { from: first_from?, to: first_to?, how })
            }
            Step::Join { with, .. } => text(new(first_to?)).then(|| call(Function::Join(with.clone())))?,
            Step::Split { with, .. } => call(Function::Split(with.clone())),
            Step::Nest { from: names, .. } => match new(first_to?)? {
                Type::Opaque(ty) => call(Function::NestOpaque(ty.clone(), names.clone())),
                ty => self.structure(ty, from, before).and_then(|(id, version)| call(Function::Nest(id, version))),
            },
            Step::Flatten { to: names, .. } => match old(first_from?)? {
                Type::Opaque(_) => call(Function::FlattenOpaque(names.clone())),
                ty => self.structure(ty, to, after).and_then(|(id, version)| call(Function::Flatten(id, version))),
            },
        }
    }

    /// The struct that has just these fields, by name and type. Both are sorted by name.
    fn structure(&self, ty: &Type, slots: &[Slot], record: &Record) -> Option<(TypeId, u32)> {
        let Type::Named(id, version) = ty else { return None };
        let Some(TypeShape::Struct(inner)) = self.shape_of(*id, *version) else { return None };
        let fields = slots.iter().filter_map(|slot| record.fields.get(slot.0));
        fields.eq(&inner.fields).then_some((*id, *version))
    }

    pub(super) fn conversion(&mut self, by: &Spanned<String>, from: &Type, to: &Type) -> Conversion {
        self.parsed(by, from, to).unwrap_or_else(|| {
            self.broken(by.origin, "this conversion does not lead from the one type to the other");
            Conversion::Keep
        })
    }

    fn parsed(&self, by: &Spanned<String>, from: &Type, to: &Type) -> Option<Conversion> {
        conversion::parse(&by.value, from, to, &mut |text, ty| self.value(text, ty, by.origin))
    }

    fn value(&self, text: &str, ty: &Type, origin: Origin) -> Option<Literal> {
        if let Some(expression) = text.strip_prefix("rust(") {
            let (spelling, rest) = unquoted(expression)?;
            return (rest == ")").then_some(Literal::Opaque(Opaque { id: 0, spelling }));
        }
        let value = crate::yaml::value(text, origin)?;
        let mut diagnostics = Diagnostics::new();
        literal::read(&value, ty, self, &mut diagnostics).filter(|_| diagnostics.count() == 0)
    }
}

/// The slots of these fields; `None` if one is missing, or was taken by another step.
fn slots(names: &[&str], record: &Record, taken: &mut [bool]) -> Option<Vec<Slot>> {
    let slot = |name: &&str| {
        let index = record.fields.iter().position(|field| field.name.value == **name)?;
        (!core::mem::replace(&mut taken[index], true)).then_some(Slot(index))
    };
    names.iter().map(slot).collect()
}
