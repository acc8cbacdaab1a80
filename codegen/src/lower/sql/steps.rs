//! The steps from one version to the next, done on what stands for values.

use factum_model::schema::{FieldDef, Literal, Record, Schema, TypeId};
use factum_model::source::Spanned;
use factum_model::upcast::{Function, Slot, Step};
use factum_model::value;

use crate::items::sql::Expr;

/// A value on its way.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) expr: Expr,
    /// Whether its numbers are written as factum writes them: a step that looks at a float's digits asks for that.
    pub(super) as_written: bool,
}

/// A field's value, or why SQL has none. It matters only if somebody wants to see it.
pub(super) type Field = Result<Value, String>;

impl Value {
    /// The same value after something that keeps how numbers are written.
    pub(super) fn map(self, change: impl FnOnce(Expr) -> Expr) -> Self {
        Self { expr: change(self.expr), ..self }
    }

    const fn written(expr: Expr) -> Self {
        Self { expr, as_written: true }
    }
}

/// Whoever does steps.
#[derive(Debug, Clone)]
pub(super) struct Steps<'s> {
    pub(super) schema: &'s Schema,
    /// The declared types whose steps are being done: SQL cannot do them inside of themselves.
    pub(super) within: Vec<TypeId>,
}

impl<'s> Steps<'s> {
    pub(super) const fn new(schema: &'s Schema) -> Self {
        Self { schema, within: Vec::new() }
    }

    /// The fields of the next version.
    pub(super) fn apply(&self, steps: &[Step], before: &[Field], into: &Record) -> Vec<Field> {
        let mut after: Vec<Field> = vec![Err("no step writes it".to_owned()); into.fields.len()];
        let old = |slot: &Slot| before.get(slot.0).cloned().unwrap_or_else(|| Err("there is no such field".to_owned()));
        let mut put = |slot: &Slot, value: Field| {
            if let Some(field) = after.get_mut(slot.0) {
                *field = value;
            }
        };
        for step in steps {
            match step {
                Step::Move { from, to } => put(to, old(from)),
                Step::Insert { to, value } => put(to, self.inserted(value, *to, into)),
                Step::Drop { .. } => {}
                Step::Convert { from: slot, to, how } => {
                    let Some(FieldDef { name, ty, .. }) = into.fields.get(to.0) else { continue };
                    let new = old(slot).and_then(|old| self.convert(old, how, ty).map_err(|why| told(name, &why)));
                    put(to, new);
                }
                Step::Call { from, to, function } => {
                    let arguments = from.iter().map(old).collect::<Result<Vec<_>, _>>();
                    for (index, slot) in to.iter().enumerate() {
                        let result = arguments.clone().and_then(|arguments| self.call(function, arguments, index, to));
                        put(slot, result);
                    }
                }
            }
        }
        after
    }

    fn inserted(&self, literal: &Literal, to: Slot, into: &Record) -> Field {
        let field = into.fields.get(to.0).ok_or("there is no such field")?;
        value::literal(self.schema, literal, &field.ty).map(|json| Value::written(json_literal(json)))
    }

    /// The result at `index` of a function.
    fn call(&self, function: &Function, arguments: Vec<Value>, index: usize, to: &[Slot]) -> Field {
        let as_written = arguments.iter().all(|argument| argument.as_written);
        let mut exprs = arguments.into_iter().map(|argument| argument.expr);
        let expr = match function {
            Function::Join(with) => Expr::Join(exprs.collect(), with.clone()),
            Function::Split(with) => {
                let of = Box::new(exprs.next().unwrap_or(Expr::Null));
                Expr::Part { of, with: with.clone(), index, last: index + 1 == to.len() }
            }
            Function::Nest(id, version) => {
                let record = self.record(*id, *version)?;
                Expr::Object(record.fields.iter().map(|field| field.name.value.clone()).zip(exprs).collect())
            }
            Function::Flatten(id, version) => {
                let record = self.record(*id, *version)?;
                let field = record.fields.get(index).ok_or("there is no such field")?;
                exprs.next().unwrap_or(Expr::Null).member(&field.name.value)
            }
            Function::NestOpaque(..) | Function::FlattenOpaque(_) => return Err(super::convert::IN_RUST.to_owned()),
        };
        Ok(Value { expr, as_written })
    }

    fn record(&self, id: TypeId, version: u32) -> Result<&'s Record, String> {
        super::record(self.schema, id, version).ok_or_else(|| "only a struct has fields".to_owned())
    }
}

/// Why SQL has no value, where it stops.
fn told(name: &Spanned<String>, why: &str) -> String {
    // Inside of a field that says so itself there is nothing to add.
    if why.starts_with('`') { why.to_owned() } else { format!("`{}`: {why}", name.value) }
}

/// JSON that is known; SQL's own null stands for its null.
pub(super) fn json_literal(json: String) -> Expr {
    if json == "null" { Expr::Null } else { Expr::Literal(json) }
}
