//! Types as canonical text: `list<shop.Money@2>`, `map<uuid, u32>?`. Every name is a full one, with its version.

use super::value::{quoted, unquoted};
use crate::opaque::Opaque;
use crate::schema::{Schema, Type, TypeId};
use crate::types::Builtin;

/// How deep types stand inside each other at most.
const MAX_DEPTH: usize = 64;

/// The canonical text.
pub(crate) fn print(ty: &Type, schema: &Schema) -> String {
    print_with(ty, &|id| {
        let def = schema.types.get(id.0 as usize);
        def.map_or_else(|| "?".to_owned(), |def| crate::names::full_name(&def.context, &def.name.value))
    })
}

pub(super) fn print_with(ty: &Type, name: &dyn Fn(TypeId) -> String) -> String {
    let inner = |ty: &Type| print_with(ty, name);
    match ty {
        Type::Builtin(builtin @ Builtin::Decimal(Some(_))) => builtin.to_string(),
        Type::Builtin(builtin) => builtin.row().name.to_owned(),
        Type::Optional(ty) => format!("{}?", inner(ty)),
        Type::List(ty) => format!("list<{}>", inner(ty)),
        Type::Set(ty) => format!("set<{}>", inner(ty)),
        Type::Map(key, value) => format!("map<{}, {}>", inner(key), inner(value)),
        Type::Named(id, version) => format!("{}@{version}", name(*id)),
        Type::Opaque(opaque) => format!("opaque({})", quoted(&opaque.spelling)),
    }
}

/// What a full name and a version are.
pub(crate) type Names<'n> = &'n mut dyn FnMut(&str, u32) -> Option<TypeId>;

/// The type that a text says; `None` if it says none.
pub(crate) fn parse(text: &str, names: Names<'_>) -> Option<Type> {
    let mut parser = Parser { rest: text, names };
    let ty = parser.ty(0)?;
    parser.rest.is_empty().then_some(ty)
}

struct Parser<'t, 'n> {
    rest: &'t str,
    names: Names<'n>,
}

impl Parser<'_, '_> {
    fn ty(&mut self, depth: usize) -> Option<Type> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut ty = self.without_mark(depth)?;
        while self.eat("?").is_some() {
            ty = Type::Optional(Box::new(ty));
        }
        Some(ty)
    }

    fn without_mark(&mut self, depth: usize) -> Option<Type> {
        if self.eat("list<").is_some() {
            return Some(Type::List(self.last(depth)?));
        }
        if self.eat("set<").is_some() {
            return Some(Type::Set(self.last(depth)?));
        }
        if self.eat("map<").is_some() {
            let key = Box::new(self.ty(depth + 1)?);
            self.eat(", ")?;
            return Some(Type::Map(key, self.last(depth)?));
        }
        if self.eat("opaque(").is_some() {
            let (spelling, rest) = unquoted(self.rest)?;
            self.rest = rest;
            self.eat(")")?;
            return Some(Type::Opaque(Opaque { id: 0, spelling }));
        }
        self.word()
    }

    fn word(&mut self) -> Option<Type> {
        let end = self.rest.find(['<', '>', ',', '?']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if let Some((name, version)) = word.split_once('@') {
            let version = version.parse().ok()?;
            return (self.names)(name, version).map(|id| Type::Named(id, version));
        }
        if let Some(scale) = word.strip_prefix("decimal(") {
            let scale = scale.strip_suffix(')')?.parse().ok()?;
            return (scale <= crate::types::MAX_SCALE).then_some(Type::Builtin(Builtin::Decimal(Some(scale))));
        }
        Builtin::named(word).map(Type::Builtin)
    }

    fn last(&mut self, depth: usize) -> Option<Box<Type>> {
        let ty = self.ty(depth + 1)?;
        self.eat(">")?;
        Some(Box::new(ty))
    }

    fn eat(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }
}
