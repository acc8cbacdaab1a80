//! Conversions as canonical text: `maybe(widen)`, `each(scale(100))`. The two types say what the text leaves out.

use super::value;
use crate::schema::{Literal, Schema, Type};
use crate::types::Builtin;
use crate::upcast::Conversion;
use crate::via::factor;

/// The canonical text.
pub(super) fn print(how: &Conversion, schema: &Schema) -> String {
    let inner = |name: &str, how: &Conversion| format!("{name}({})", print(how, schema));
    match how {
        Conversion::Keep => "keep".to_owned(),
        Conversion::Widen { .. } => "widen".to_owned(),
        Conversion::Present(how) => inner("present", how),
        Conversion::Maybe(how) => inner("maybe", how),
        Conversion::Single(how) => inner("single", how),
        Conversion::Each(how) => inner("each", how),
        Conversion::EachOf(how) => inner("each_of", how),
        Conversion::Entries(keys, values) => format!("entries({},{})", print(keys, schema), print(values, schema)),
        Conversion::Versions { .. } => "versions".to_owned(),
        Conversion::Foreign(_) => "foreign".to_owned(),
        Conversion::ToText(_) => "to_string".to_owned(),
        Conversion::Parse(_) => "parse".to_owned(),
        Conversion::Scale { power, .. } => format!("scale({})", factor(*power)),
        Conversion::Epoch { per_second: 1, .. } => "epoch_seconds".to_owned(),
        Conversion::Epoch { .. } => "epoch_millis".to_owned(),
        Conversion::Or(how, otherwise) => format!("or({},{})", print(how, schema), value::print(otherwise, schema)),
    }
}

/// What a schema says below `via` for this text; `None` where it need not say anything.
pub(crate) fn via(text: &str) -> Option<String> {
    let (name, inner) = text.split_once('(').unwrap_or((text, ""));
    let inner = inner.strip_suffix(')').unwrap_or(inner);
    // Of two the first, and what is behind the comma.
    let pair = || inner.split_at_checked(value::length(inner)).unwrap_or((inner, ""));
    let behind = |rest: &str| rest.strip_prefix(',').unwrap_or(rest).to_owned();
    match name {
        "keep" | "widen" | "versions" | "foreign" => None,
        "present" | "maybe" | "single" | "each" | "each_of" => via(inner),
        "entries" => via(pair().0).or_else(|| via(&behind(pair().1))),
        "or" => Some(format!("or({})", behind(pair().1))),
        _ => Some(text.to_owned()),
    }
}

fn power(factor: &str) -> Option<i32> {
    let zeros = |text: &str| text.bytes().all(|byte| byte == b'0').then(|| i32::try_from(text.len()).ok())?;
    match factor.strip_prefix("0.") {
        Some(fraction) => zeros(fraction.strip_suffix('1')?).map(|zeros| -zeros - 1),
        None => zeros(factor.strip_prefix('1')?),
    }
}

/// How a value's text is read.
pub(crate) type ReadValue<'r> = &'r mut dyn FnMut(&str, &Type) -> Option<Literal>;

/// The conversion between two types that a text says; `None` if it says none, or one between others.
pub(crate) fn parse(text: &str, from: &Type, to: &Type, read: ReadValue<'_>) -> Option<Conversion> {
    let mut parser = Parser { rest: text, read };
    let how = parser.conversion(from, to)?;
    parser.rest.is_empty().then_some(how)
}

struct Parser<'t, 'r> {
    rest: &'t str,
    read: ReadValue<'r>,
}

impl<'t> Parser<'t, '_> {
    fn conversion(&mut self, from: &Type, to: &Type) -> Option<Conversion> {
        let length = self.rest.find(['(', ')', ',']).unwrap_or(self.rest.len());
        let name = self.take(length);
        match (name, from, to) {
            ("foreign", _, to) => Some(Conversion::Foreign(Box::new(to.clone()))),
            ("keep", from, to) => (from == to).then_some(Conversion::Keep),
            ("widen", Type::Builtin(from), Type::Builtin(to)) => {
                from.widens_to(*to).then_some(Conversion::Widen { from: *from, to: *to })
            }
            ("present", from, Type::Optional(to)) => self.inner(from, to).map(Conversion::Present),
            ("maybe", Type::Optional(from), Type::Optional(to)) => self.inner(from, to).map(Conversion::Maybe),
            ("single", from, Type::List(to)) => self.inner(from, to).map(Conversion::Single),
            ("each", Type::List(from), Type::List(to)) => self.inner(from, to).map(Conversion::Each),
            ("each_of", Type::Set(from), Type::Set(to)) => self.inner(from, to).map(Conversion::EachOf),
            ("entries", Type::Map(from_key, from), Type::Map(to_key, to)) => {
                self.eat('(')?;
                let keys = Box::new(self.conversion(from_key, to_key)?);
                self.eat(',')?;
                let values = Box::new(self.conversion(from, to)?);
                self.eat(')')?;
                Some(Conversion::Entries(keys, values))
            }
            ("versions", Type::Named(ty, from), Type::Named(same, to)) => {
                (ty == same && from < to).then_some(Conversion::Versions { ty: *ty, from: *from, to: *to })
            }
            ("or", Type::Optional(from), to) => {
                self.eat('(')?;
                let how = Box::new(self.conversion(from, to)?);
                self.eat(',')?;
                let otherwise = self.take(value::length(self.rest));
                let otherwise = (self.read)(otherwise, to)?;
                self.eat(')')?;
                Some(Conversion::Or(how, otherwise))
            }
            (name, Type::Builtin(from), Type::Builtin(to)) => self.of_builtins(name, *from, *to),
            _ => None,
        }
    }

    fn of_builtins(&mut self, name: &str, from: Builtin, to: Builtin) -> Option<Conversion> {
        match name {
            "to_string" => (to == Builtin::String).then_some(Conversion::ToText(from)),
            "parse" => (from == Builtin::String).then_some(Conversion::Parse(to)),
            "scale" if from.is_number() && to.is_number() => {
                self.eat('(')?;
                let length = self.rest.find(')')?;
                let power = power(self.take(length))?;
                self.eat(')')?;
                Some(Conversion::Scale { from, to, power })
            }
            "epoch_seconds" => Some(Conversion::Epoch { from, to, per_second: 1 }),
            "epoch_millis" => Some(Conversion::Epoch { from, to, per_second: 1000 }),
            _ => None,
        }
    }

    fn inner(&mut self, from: &Type, to: &Type) -> Option<Box<Conversion>> {
        self.eat('(')?;
        let how = self.conversion(from, to)?;
        self.eat(')')?;
        Some(Box::new(how))
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn eat(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(c)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::via;

    #[test]
    fn of_a_conversion_a_schema_says_what_is_not_its_types() {
        for (text, said) in [
            ("keep", None),
            ("maybe(each(widen))", None),
            ("entries(keep,versions)", None),
            ("or(keep,1)", Some("or(1)")),
            ("or(scale(100),\"a, (b\")", Some("or(\"a, (b\")")),
            ("maybe(each(scale(0.01)))", Some("scale(0.01)")),
            ("entries(keep,to_string)", Some("to_string")),
            ("epoch_millis", Some("epoch_millis")),
        ] {
            assert_eq!(via(text).as_deref(), said, "{text}");
        }
    }
}
