//! Reads a type as it is spelled in a schema: `u32`, `list<T>`, `map<K, V>`, `T?`, `decimal(2)`, `other.Name@1`.

use core::ops::Range;

use crate::ast::{TypeExpr, TypeKind};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Origin, Spanned};
use crate::types::{BUILTINS, Builtin};

/// How deep types may stand inside each other.
const MAX_DEPTH: usize = 32;

/// The generic types, with what they are written like.
pub(crate) const GENERICS: [(&str, &str); 3] = [("list", "list<T>"), ("set", "set<T>"), ("map", "map<K, V>")];

/// Reads `text`; `place` gives the origin of a range of its bytes. What is no type becomes [`TypeKind::Broken`], and
/// a diagnostic says why.
pub fn parse(text: &str, place: &mut dyn FnMut(Range<usize>) -> Origin, diagnostics: &mut Diagnostics) -> TypeExpr {
    let mut parser = Parser { text, at: 0, place };
    let parsed = parser.ty(0).and_then(|ty| parser.end().map(|()| ty));
    parsed.unwrap_or_else(|fault| {
        let origin = (parser.place)(fault.range);
        let mut diagnostic = Diagnostic::error(Code::TypeSyntax, origin, fault.message);
        if let Some(help) = fault.help {
            diagnostic = diagnostic.help(help);
        }
        diagnostics.push(diagnostic);
        TypeExpr::broken(origin)
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    place: &'a mut dyn FnMut(Range<usize>) -> Origin,
}

struct Fault {
    range: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Parser<'_> {
    fn ty(&mut self, depth: usize) -> Result<TypeExpr, Fault> {
        self.skip_blanks();
        let start = self.at;
        let mut ty = self.primary(depth)?;
        let mut depth = depth;
        while self.eat('?') {
            depth += 1;
            self.limit(depth, start)?;
            let origin = (self.place)(start..self.at);
            ty = TypeExpr { kind: TypeKind::Optional(Box::new(ty)), origin };
        }
        Ok(ty)
    }

    fn primary(&mut self, depth: usize) -> Result<TypeExpr, Fault> {
        self.limit(depth, self.at)?;
        let start = self.at;
        let name = self.name()?;
        let kind = match name.value.as_str() {
            "list" => TypeKind::List(Box::new(self.only_argument(depth, "list<T>")?)),
            "set" => TypeKind::Set(Box::new(self.only_argument(depth, "set<T>")?)),
            "map" => self.map(depth)?,
            "decimal" => TypeKind::Builtin(Builtin::Decimal(self.scale()?)),
            other => match Builtin::named(other) {
                Some(builtin) => TypeKind::Builtin(builtin),
                None => self.named(name)?,
            },
        };
        self.no_arguments(start)?;
        let origin = (self.place)(start..self.at);
        Ok(TypeExpr { kind, origin })
    }

    fn only_argument(&mut self, depth: usize, form: &str) -> Result<TypeExpr, Fault> {
        self.expect('<', form)?;
        let argument = self.ty(depth + 1)?;
        self.expect('>', form)?;
        Ok(argument)
    }

    fn map(&mut self, depth: usize) -> Result<TypeKind, Fault> {
        let form = "map<K, V>";
        self.expect('<', form)?;
        let key = self.ty(depth + 1)?;
        self.expect(',', form)?;
        let value = self.ty(depth + 1)?;
        self.expect('>', form)?;
        Ok(TypeKind::Map(Box::new(key), Box::new(value)))
    }

    fn scale(&mut self) -> Result<Option<u32>, Fault> {
        if !self.eat('(') {
            return Ok(None);
        }
        let scale = self.number("the digits behind the point, as in `decimal(2)`")?;
        self.expect(')', "decimal(2)")?;
        Ok(Some(scale.value))
    }

    fn named(&mut self, first: Spanned<String>) -> Result<TypeKind, Fault> {
        let (context, name) = if self.eat('.') { (Some(first), self.name()?) } else { (None, first) };
        let version = if self.eat('@') { Some(self.number("a version, as in `Money@1`")?) } else { None };
        Ok(TypeKind::Named { context, name, version })
    }

    fn no_arguments(&mut self, start: usize) -> Result<(), Fault> {
        self.skip_blanks();
        let Some(open @ ('<' | '(')) = self.peek() else { return Ok(()) };
        let name = self.text[start..self.at].trim();
        let meant = match name.to_ascii_lowercase().as_str() {
            "list" | "vec" | "array" => Some("list<T>"),
            "set" | "hashset" | "btreeset" => Some("set<T>"),
            "map" | "hashmap" | "btreemap" | "dict" => Some("map<K, V>"),
            "option" | "optional" | "nullable" => Some("T?"),
            _ => None,
        };
        let fault = Fault::new(start..self.text.len(), format!("`{name}` takes no arguments in `{open}`"));
        Err(match meant {
            Some(form) => fault.help(format!("write `{form}`")),
            None => fault.help("types with arguments are `list<T>`, `set<T>`, `map<K, V>` and `decimal(scale)`"),
        })
    }

    fn name(&mut self) -> Result<Spanned<String>, Fault> {
        self.skip_blanks();
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        self.at += length;
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.at = start;
            return Err(self.unexpected("a type").help(format!("types are {}", spelled_types())));
        }
        let origin = (self.place)(start..self.at);
        Ok(Spanned::new(rest[..length].to_owned(), origin))
    }

    fn number(&mut self, what: &str) -> Result<Spanned<u32>, Fault> {
        self.skip_blanks();
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..length].parse().map_err(|_| self.unexpected(what))?;
        self.at += length;
        let origin = (self.place)(start..self.at);
        Ok(Spanned::new(number, origin))
    }

    fn expect(&mut self, c: char, form: &str) -> Result<(), Fault> {
        if self.eat(c) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{c}`")).help(format!("the form is `{form}`")))
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(self.unexpected("the end of the type")) }
    }

    fn limit(&self, depth: usize, start: usize) -> Result<(), Fault> {
        if depth <= MAX_DEPTH {
            return Ok(());
        }
        let fault =
            Fault::new(start..self.text.len(), format!("types stand inside each other more than {MAX_DEPTH} deep"));
        Err(fault.help("give a part of it a name below `types:`"))
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        match self.peek() {
            Some(c) => Fault::new(self.at..self.at + c.len_utf8(), format!("expected {wanted}, found `{c}`")),
            None => Fault::new(0..self.text.len(), format!("expected {wanted}, but the type ends here")),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }
}

/// All types, for a help line.
fn spelled_types() -> String {
    let builtins: Vec<&str> = BUILTINS.iter().map(|row| row.name).collect();
    let generics: Vec<&str> = GENERICS.iter().map(|(_, form)| *form).collect();
    format!("{}, {}, `T?`, and those below `types:`", builtins.join(" "), generics.join(" "))
}

/// The names that start a type, for `did you mean`.
pub(crate) fn known_names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|row| row.name).chain(GENERICS.iter().map(|(name, _)| *name))
}
