//! Lists, sets and maps.

use core::cmp::Ordering;

use super::Reader;
use crate::ast::{Value, ValueKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::schema::{Literal, Type};
use crate::source::Origin;

impl Reader<'_> {
    pub(super) fn list(&mut self, value: &Value, inner: &Type, ty: &Type) -> Option<Literal> {
        self.elements(value, inner, ty).map(|elements| Literal::List(elements.into_iter().map(|(it, _)| it).collect()))
    }

    /// Sorted, since that is how a set goes on the wire.
    pub(super) fn set(&mut self, value: &Value, inner: &Type, ty: &Type) -> Option<Literal> {
        let mut elements = self.elements(value, inner, ty)?;
        elements.sort_by(|(a, _), (b, _)| order(a, b));
        self.distinct(&elements, "element")?;
        Some(Literal::Set(elements.into_iter().map(|(element, _)| element).collect()))
    }

    pub(super) fn map(&mut self, value: &Value, key: &Type, inner: &Type, ty: &Type) -> Option<Literal> {
        let ValueKind::Map(entries) = &value.kind else {
            self.ill_typed(value, ty);
            return None;
        };
        let read = |(name, value): &(crate::source::Spanned<String>, Value)| {
            let spelled = Value { kind: ValueKind::Text(name.value.clone()), origin: name.origin };
            let key = self.value(&spelled, key);
            let value = self.value(value, inner);
            Some(((key?, name.origin), value?))
        };
        let read: Vec<_> = entries.iter().map(read).collect();
        let (keys, values): (Vec<_>, Vec<_>) = read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
        let mut sorted = keys.clone();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        self.distinct(&sorted, "key")?;
        Some(Literal::Map(keys.into_iter().map(|(key, _)| key).zip(values).collect()))
    }

    fn elements(&mut self, value: &Value, inner: &Type, ty: &Type) -> Option<Vec<(Literal, Origin)>> {
        let ValueKind::List(values) = &value.kind else {
            self.ill_typed(value, ty);
            return None;
        };
        let elements: Vec<_> = values.iter().map(|value| Some((self.value(value, inner)?, value.origin))).collect();
        elements.into_iter().collect()
    }

    fn distinct(&mut self, sorted: &[(Literal, Origin)], what: &str) -> Option<()> {
        let twice = sorted.windows(2).find(|pair| order(&pair[0].0, &pair[1].0) == Ordering::Equal);
        let Some([(_, first), (_, second)]) = twice else { return Some(()) };
        let message = format!("this {what} is there already");
        self.diagnostics.push(
            Diagnostic::error(Code::DuplicateElement, *second, message)
                .related(*first, "first here")
                .help(format!("each {what} appears once: take one of the two out")),
        );
        None
    }
}

/// The order of what may be a key: numbers by value, texts by bytes, an enum's values as declared.
fn order(a: &Literal, b: &Literal) -> Ordering {
    match (a, b) {
        (Literal::Integer(a), Literal::Integer(b)) => a.cmp(b),
        (Literal::Text(a), Literal::Text(b)) => a.cmp(b),
        (Literal::Uuid(a), Literal::Uuid(b)) => a.cmp(b),
        (Literal::Variant(_, _, a), Literal::Variant(_, _, b)) => a.cmp(b),
        (Literal::Newtype(_, _, a), Literal::Newtype(_, _, b)) => order(a, b),
        // Nothing else is a key, which has been said about the type.
        _ => Ordering::Less,
    }
}
