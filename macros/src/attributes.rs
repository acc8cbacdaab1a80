//! Attributes, entry by entry: `#[event(version = 4, renamed(2, "SeatsBooked"))]`. After an error the next entry is read.

use std::collections::HashMap;

use factum_model::source::Spanned;
use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Ident, LitInt, LitStr, Meta, MetaList, Result, Token, parenthesized};

use crate::front::Front;
use crate::report::{listed, meant};

/// An entry that may stand where the entries are listed.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// How it is written.
    pub(crate) example: &'static str,
    /// Whether it may stand there more than once.
    pub(crate) repeats: bool,
}

/// An entry that stands once.
pub(crate) const fn once(name: &'static str, example: &'static str) -> Known {
    Known { name, example, repeats: false }
}

/// An entry for each version that it speaks of.
pub(crate) const fn many(name: &'static str, example: &'static str) -> Known {
    Known { name, example, repeats: true }
}

/// Reads one entry, which begins after its name.
pub(crate) type ReadEntry<'a> = &'a mut dyn FnMut(&mut Front, &Ident, ParseStream<'_>) -> Result<()>;

impl Front {
    /// Reads the entries of all attributes called `name`.
    pub(crate) fn attributes(&mut self, attributes: &[Attribute], name: &str, known: &[Known], read: ReadEntry<'_>) {
        let mut met = HashMap::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
            match &attribute.meta {
                Meta::List(list) => self.entries(list, known, &mut met, read),
                Meta::Path(path) => {
                    let message =
                        format!("`{name}` says nothing here\n  help: write `#[{name}({})]`", known[0].example);
                    self.report.error(path.span(), message);
                }
                Meta::NameValue(pair) => {
                    let message = format!("`{name}` is a list\n  help: write `#[{name}({})]`", known[0].example);
                    self.report.error(pair.path.span(), message);
                }
            }
        }
    }

    /// Reads entries with commas between them.
    fn entries(
        &mut self,
        list: &MetaList,
        known: &[Known],
        met: &mut HashMap<&'static str, Span>,
        read: ReadEntry<'_>,
    ) {
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = self.entry(input, known, met, read) {
                    self.report.push(error);
                    skip_to_comma(input)?;
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = list.parse_args_with(parser) {
            self.report.push(error);
        }
    }

    /// Entries within a list that has begun otherwise: each after a comma.
    pub(crate) fn rest(&mut self, input: ParseStream<'_>, known: &[Known], read: ReadEntry<'_>) -> Result<()> {
        let mut met = HashMap::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if let Err(error) = self.entry(input, known, &mut met, read) {
                self.report.push(error);
                skip_to_comma(input)?;
            }
        }
        Ok(())
    }

    /// Entries with commas between them.
    pub(crate) fn listed(&mut self, input: ParseStream<'_>, known: &[Known], read: ReadEntry<'_>) -> Result<()> {
        let mut met = HashMap::new();
        while !input.is_empty() {
            self.entry(input, known, &mut met, read)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        input: ParseStream<'_>,
        known: &[Known],
        met: &mut HashMap<&'static str, Span>,
        read: ReadEntry<'_>,
    ) -> Result<()> {
        let names: Vec<&str> = known.iter().map(|known| known.name).collect();
        let name = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), format!("expected the name of an entry\n  help: {}", listed(&names)))
        })?;
        let written = name.unraw().to_string();
        let Some(found) = known.iter().find(|known| known.name == written) else {
            let message = format!("`{written}` has no meaning here\n  help: {}", meant(&written, &names));
            return Err(Error::new(name.span(), message));
        };
        if met.insert(found.name, name.span()).is_some() && !found.repeats {
            return Err(Error::new(name.span(), format!("`{written}` is said twice\n  help: take one of the two out")));
        }
        let alone = input.is_empty() || input.peek(Token![,]);
        read(self, &name, input).map_err(|error| {
            let help = format!("\n  help: write `{}`", found.example);
            if alone {
                return Error::new(name.span(), format!("`{written}` has more to say{help}"));
            }
            let text = error.to_string();
            let help = if text.contains("help: ") { "" } else { &help };
            Error::new(error.span(), format!("{text}{help}"))
        })
    }

    /// `(2, ...)`: the version, and what follows it.
    pub(crate) fn version(&mut self, input: ParseStream<'_>) -> Result<Spanned<u32>> {
        let number: LitInt = input.parse()?;
        let plain = number.suffix().is_empty() && !number.to_string().contains(['_', 'x', 'o', 'b']);
        let value = number.base10_parse::<u32>().ok().filter(|_| plain);
        let value = value.ok_or_else(|| Error::new(number.span(), "a version is a plain number, as in `3`"))?;
        Ok(self.places.spanned(value, number.span()))
    }

    /// `"text"`.
    pub(crate) fn text(&mut self, input: ParseStream<'_>) -> Result<Spanned<String>> {
        let text: LitStr = input.parse()?;
        Ok(self.places.spanned(text.value(), text.span()))
    }
}

/// `= value`.
pub(crate) fn assigned<T: Parse>(input: ParseStream<'_>) -> Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// What stands in parentheses.
pub(crate) fn within<T>(input: ParseStream<'_>, read: impl FnOnce(ParseStream<'_>) -> Result<T>) -> Result<T> {
    let content;
    parenthesized!(content in input);
    whole(&content, read)
}

/// All that stands in parentheses or brackets. After an error the rest is skipped, for which syn would blame the user too.
pub(crate) fn whole<T>(content: ParseStream<'_>, read: impl FnOnce(ParseStream<'_>) -> Result<T>) -> Result<T> {
    let value = read(content).and_then(|value| at_the_end(content).map(|()| value));
    while value.is_err() && !content.is_empty() {
        content.parse::<TokenTree>()?;
    }
    value
}

fn at_the_end(content: ParseStream<'_>) -> Result<()> {
    if !content.is_empty() && !content.peek(Token![,]) {
        return Err(content.error("expected `,` or the end"));
    }
    content.parse::<Option<Token![,]>>()?;
    if content.is_empty() { Ok(()) } else { Err(content.error("this is one too many")) }
}

/// What is left of an entry.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
