//! Fields, with the lives that their attributes tell.

use factum_model::ast::{Change, Field, Retyping, Via};
use factum_model::source::Spanned;
use factum_model::{Diagnostics, Dialect, via};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Expr, Ident, Result, Token, Type};

use crate::attributes::{Known, assigned, many, once, within};
use crate::front::Front;
use crate::places::spelling;

const ADDED: Known = once("added", "added(3)");
const DEFAULT: Known = once("default", "default = 0");
const RENAMED: Known = many("renamed", "renamed(2, \"seats\")");
const RETYPED: Known = many("retyped", "retyped(3, u32)");

/// What a field says of its life.
pub(crate) const LIFE: &[Known] = &[ADDED, DEFAULT, RENAMED, RETYPED];

pub(crate) const VIA: &[Known] = &[once("via", "via = scale(100)")];

/// A type that is read, and its tokens.
type Typed = (u32, Type);

/// A field as far as it is read, and what its default still needs.
pub(crate) struct Life {
    field: Field,
    ty: Type,
    earlier: Vec<Typed>,
    default: Option<Expr>,
}

impl Front {
    /// A field of the user's struct, or of a variant.
    pub(crate) fn field(&mut self, owner: &str, attribute: &str, name: &Ident, field: &syn::Field) -> Field {
        self.no_serde(&field.attrs, &format!("say it as `#[{attribute}(..)]`, or take it out"));
        let mut life = self.life(name, field.ty.clone());
        life.field.doc = self.doc(&field.attrs);
        let before = self.count();
        self.attributes(&field.attrs, attribute, LIFE, &mut |front, entry, input| life.entry(front, entry, input));
        life.field.broken |= self.count() > before;
        self.finish(owner, life)
    }

    /// `removed(4, clerk: String, added(2), default = String::new())`: a field that is no more.
    pub(crate) fn removed(&mut self, owner: &str, input: ParseStream<'_>) -> Result<Field> {
        let removed = self.version(input)?;
        input.parse::<Token![,]>()?;
        let attributes = input.call(Attribute::parse_outer)?;
        for name in ["event", "value"] {
            self.unread(&attributes, name, "behind the type, as in `removed(4, clerk: String, added(2))`");
        }
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let mut life = self.life(&name, input.parse()?);
        life.field.doc = self.doc(&attributes);
        life.field.removed = Some(removed);
        let before = self.count();
        self.rest(input, LIFE, &mut |front, entry, input| life.entry(front, entry, input))?;
        life.field.broken |= self.count() > before;
        Ok(self.finish(owner, life))
    }

    fn life(&mut self, name: &Ident, ty: Type) -> Life {
        let before = self.count();
        let field = Field { name: self.name(name), ty: self.ty(&ty), ..Field::default() };
        let field = Field { broken: self.count() > before, ..field };
        Life { field, ty, earlier: Vec::new(), default: None }
    }

    /// The default is of the type that the field had when it was added.
    fn finish(&mut self, owner: &str, life: Life) -> Field {
        let Life { mut field, ty, earlier, default } = life;
        let Some(default) = default.filter(|_| !field.broken) else { return field };
        let added = field.added.as_ref().map_or(1, |added| added.value);
        let first = earlier.iter().zip(&field.retyped).filter(|((version, _), _)| *version > added);
        let first = first.min_by_key(|((version, _), _)| *version);
        let (tokens, read) = match first {
            Some(((_, ty), change)) => (ty.to_token_stream(), change.from.from.clone()),
            None => (ty.to_token_stream(), field.ty.clone()),
        };
        let name = field.name.value.clone();
        field.default = Some(self.default_value(&format!("__{owner}_{name}_default"), &tokens, &read, &default));
        field
    }

    /// `(3, u32)` or `(4, f64, via = scale(100))`.
    pub(crate) fn retyped(&mut self, input: ParseStream<'_>) -> Result<(Change<Retyping>, Type)> {
        let version = self.version(input)?;
        input.parse::<Token![,]>()?;
        let ty: Type = input.parse()?;
        let from = self.ty(&ty);
        let mut via = None;
        self.rest(input, VIA, &mut |front, _, input| {
            via = front.via(input)?;
            Ok(())
        })?;
        Ok((Change { version, from: Retyping { from, via } }, ty))
    }

    fn via(&mut self, input: ParseStream<'_>) -> Result<Option<Spanned<Via>>> {
        let written: Expr = assigned(input)?;
        if let Expr::Call(call) = &written
            && matches!(&*call.func, Expr::Path(path) if path.path.is_ident("or"))
        {
            let [value] = call.args.iter().collect::<Vec<_>>()[..] else {
                return Err(Error::new(
                    call.span(),
                    "`or` takes the value that stands for `None`\n  help: write `or(0)`",
                ));
            };
            let value = self.inline(value);
            return Ok(Some(self.places.spanned(Via::Or(value), call.span())));
        }
        let text = spelling(written.to_token_stream());
        let text = self.places.spanned(text, written.span());
        let mut diagnostics = Diagnostics::in_dialect(Dialect::Rust);
        let via = via::parse(&text, &mut diagnostics);
        self.report.diagnostics(&diagnostics.into_vec(), &self.places);
        Ok(via.map(|via| Spanned::new(via, text.origin)))
    }

    /// `(2, "seats")`.
    pub(crate) fn renamed(&mut self, input: ParseStream<'_>) -> Result<Change<Spanned<String>>> {
        let version = self.version(input)?;
        input.parse::<Token![,]>()?;
        Ok(Change { version, from: self.text(input)? })
    }
}

impl Life {
    fn entry(&mut self, front: &mut Front, entry: &Ident, input: ParseStream<'_>) -> Result<()> {
        if entry == ADDED.name {
            self.field.added = Some(within(input, |input| front.version(input))?);
        } else if entry == DEFAULT.name {
            self.default = Some(assigned(input)?);
        } else if entry == RENAMED.name {
            self.field.renamed.push(within(input, |input| front.renamed(input))?);
        } else {
            let (change, ty) = within(input, |input| front.retyped(input))?;
            self.earlier.push((change.version.value, ty));
            self.field.retyped.push(change);
        }
        Ok(())
    }
}
