//! `#[derive(Event)]`.

use factum_codegen::lower::Derived;
use factum_model::Opaque;
use factum_model::ast::{Becomes, Deprecated, Document, Event, Operation, Retired, StructuralStep, Upcast, UpcastHow};
use factum_model::source::Spanned;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result, Token, bracketed};

use crate::attributes::{Known, assigned, many, once, whole, within};
use crate::front::Front;
use crate::generate::{self, Names};
use crate::report::meant;
use crate::stubs;

const CONTEXT: Known = once("context", "context = \"conference\"");
const VERSION: Known = once("version", "version = 2");
const RENAMED: Known = many("renamed", "renamed(2, \"SeatsBooked\")");
const REMOVED: Known = many("removed", "removed(4, clerk: String)");
const UPCAST: Known = many("upcast", "upcast(4, by_hand)");
const RETIRED: Known = once("retired", "retired(5)");
const BECOMES: Known = once("becomes", "becomes(5, [SeatsHeldV1])");
const DEPRECATED: Known = once("deprecated", "deprecated(since = 3, use = SeatsHeld)");
const COMPENSATES: Known = once("compensates", "compensates(SeatsReserved, by(reservation))");
const PERSONAL: Known = many("personal", "personal(clerk)");
const DERIVES: Known = once("derives", "derives(Debug, Clone)");

pub(crate) const ENTRIES: &[Known] =
    &[CONTEXT, VERSION, RENAMED, REMOVED, UPCAST, RETIRED, BECOMES, DEPRECATED, COMPENSATES, PERSONAL, DERIVES];

pub(crate) const STEPS: &[Known] =
    &[once("from", "from(first, last)"), once("into", "into(name)"), once("with", "with = \" \"")];

pub(crate) const DEPRECATION: &[Known] = &[once("since", "since = 3"), once("use", "use = SeatsHeld")];

/// What an item becomes: implementations beside it, or what is wrong with it.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut front = Front::default();
    let mut reader = Reader { event: Event::default(), context: None, derived: Derived::default() };
    reader.read(&mut front, &item);
    let Reader { event, context, derived } = reader;
    if context.is_none() && front.count() == 0 {
        let message = "an event belongs to a bounded context\n  help: write `#[event(context = \"conference\")]`: its wire \
                       type is then `conference.";
        front.report.error(item.ident.span(), format!("{message}{}`", item.ident.unraw()));
    }
    let context = context.unwrap_or_default();
    let document = Document { context, events: vec![event], ..Document::default() };
    let names = Names::of(&item, &front);
    generate::beside(front, &document, derived, &names).unwrap_or_else(|errors| {
        let stubs = stubs::event(&item);
        quote::quote! { #errors #stubs }
    })
}

struct Reader {
    event: Event,
    context: Option<Spanned<String>>,
    derived: Derived,
}

impl Reader {
    fn read(&mut self, front: &mut Front, item: &DeriveInput) {
        self.event.name = front.name(&item.ident);
        self.event.doc = front.doc(&item.attrs);
        front.no_generics(&item.generics, "an event");
        front.no_serde(&item.attrs, "a name on the wire is said with `#[event(renamed(..))]`; else take it out");
        let owner = item.ident.unraw().to_string();
        match &item.data {
            Data::Struct(data) => self.fields(front, &owner, &data.fields),
            Data::Enum(data) => wrong_kind(front, data.enum_token.span),
            Data::Union(data) => wrong_kind(front, data.union_token.span),
        }
        self.derived.derives = generate::usual_derives();
        let before = front.count();
        front.attributes(&item.attrs, "event", ENTRIES, &mut |front, name, input| {
            self.entry(front, name, input, &owner)
        });
        self.event.broken |= front.count() > before;
    }

    fn fields(&mut self, front: &mut Front, owner: &str, fields: &Fields) {
        match fields {
            Fields::Named(fields) => {
                for field in &fields.named {
                    if let Some(name) = &field.ident {
                        self.event.fields.push(front.field(owner, "event", name, field));
                    }
                }
            }
            Fields::Unit => {}
            Fields::Unnamed(fields) => front.report.error(
                fields.span(),
                "the fields of an event have names on the wire\n  help: write `struct Name { field: Type }`",
            ),
        }
    }

    fn entry(&mut self, front: &mut Front, name: &Ident, input: ParseStream<'_>, owner: &str) -> Result<()> {
        let event = &mut self.event;
        if name == CONTEXT.name {
            let text: LitStr = assigned(input)?;
            self.context = Some(front.places.spanned(text.value(), text.span()));
        } else if name == VERSION.name {
            input.parse::<Token![=]>()?;
            event.version = Some(front.version(input)?);
        } else if name == RENAMED.name {
            event.renamed.push(within(input, |input| front.renamed(input))?);
        } else if name == REMOVED.name {
            event.fields.push(within(input, |input| front.removed(owner, input))?);
        } else if name == UPCAST.name {
            within(input, |input| upcast(event, front, input))?;
        } else if name == RETIRED.name {
            event.retired = Some(within(input, |input| retired(front, input))?);
        } else if name == BECOMES.name {
            within(input, |input| self.becomes(front, input))?;
        } else if name == DEPRECATED.name {
            let (deprecated, instead) = within(input, |input| deprecated(front, input))?;
            event.deprecated = Some(deprecated);
            self.derived.instead = instead;
        } else if name == COMPENSATES.name {
            self.derived.compensates = Some(within(input, |input| compensates(front, input))?);
        } else if name == PERSONAL.name {
            let names = within(input, Punctuated::<Ident, Token![,]>::parse_terminated)?;
            event.personal.extend(names.iter().map(|name| front.name(name)));
        } else {
            self.derived.derives = generate::derives(front, input)?;
        }
        Ok(())
    }

    /// `(5, [SeatsHeldV1, SeatsPaid])`. What others look like is not seen here, so the steps to them are written by hand,
    /// and to the model the event is read as nothing.
    fn becomes(&mut self, front: &mut Front, input: ParseStream<'_>) -> Result<()> {
        let version = front.version(input)?;
        input.parse::<Token![,]>()?;
        let list;
        let bracket = bracketed!(list in input);
        let children = whole(&list, Punctuated::<Path, Token![,]>::parse_terminated)?;
        if children.is_empty() {
            let help = format!("`retired({}, nothing)`", version.value);
            let message = format!("what becomes no event is retired\n  help: write {help}");
            return Err(Error::new(bracket.span.join(), message));
        }
        self.derived.becomes = children.iter().map(|child| front.places.ty(child.to_token_stream()).id).collect();
        if self.event.retired.is_some() {
            // Said of both: the model tells it.
            self.event.becomes = Some(Becomes { version, children: Vec::new() });
        } else {
            self.event.retired = Some(Retired { version, nothing: true });
        }
        Ok(())
    }
}

fn wrong_kind(front: &mut Front, span: Span) {
    front.report.error(
        span,
        "an event is a struct: each event of a set has a type of its own\n  help: derive `Event` for each of them, and \
         `EventSet` for the enum that lists them",
    );
}

/// `(4, by_hand)`, or `(3, join(from(first, last), into(name), with = " "))`.
fn upcast(event: &mut Event, front: &mut Front, input: ParseStream<'_>) -> Result<()> {
    let version = front.version(input)?;
    let mut steps = Vec::new();
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let name: Ident = input.parse()?;
        if name == "by_hand" {
            event.upcast.push(Upcast { version, how: UpcastHow::ByHand });
            return Ok(());
        }
        let operation = match name.to_string().as_str() {
            "join" => Operation::Join,
            "split" => Operation::Split,
            "nest" => Operation::Nest,
            "flatten" => Operation::Flatten,
            written => {
                let known = ["by_hand", "join", "split", "nest", "flatten"];
                return Err(Error::new(
                    name.span(),
                    format!("there is no step `{written}`\n  help: {}", meant(written, &known)),
                ));
            }
        };
        let operation = front.places.spanned(operation, name.span());
        steps.push(within(input, |input| structural(operation, front, input))?);
    }
    if steps.is_empty() {
        return Err(input.error("expected a step"));
    }
    event.upcast.push(Upcast { version, how: UpcastHow::Steps(steps) });
    Ok(())
}

fn structural(operation: Spanned<Operation>, front: &mut Front, input: ParseStream<'_>) -> Result<StructuralStep> {
    let mut step = StructuralStep { operation, from: Vec::new(), into: Vec::new(), with: None };
    let names = |front: &mut Front, input: ParseStream<'_>| -> Result<Vec<Spanned<String>>> {
        let names =
            within(input, |input| Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any))?;
        Ok(names.iter().map(|name| front.name(name)).collect())
    };
    front.listed(input, STEPS, &mut |front, name, input| {
        if name == "from" {
            step.from = names(front, input)?;
        } else if name == "into" {
            step.into = names(front, input)?;
        } else {
            input.parse::<Token![=]>()?;
            step.with = Some(front.text(input)?);
        }
        Ok(())
    })?;
    Ok(step)
}

/// `(5)` or `(5, nothing)`.
fn retired(front: &mut Front, input: ParseStream<'_>) -> Result<Retired> {
    let version = front.version(input)?;
    let mut nothing = false;
    if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
        let word: Ident = input.parse()?;
        if word != "nothing" {
            return Err(Error::new(
                word.span(),
                "old events are read as themselves, or as nothing\n  help: write `retired(5)` or `retired(5, nothing)`",
            ));
        }
        nothing = true;
    }
    Ok(Retired { version, nothing })
}

/// `(since = 3, use = SeatsHeld)`. The other event is not seen here, so the compiler is asked whether it is one.
fn deprecated(front: &mut Front, input: ParseStream<'_>) -> Result<(Deprecated, Option<Opaque>)> {
    let span = input.span();
    let (mut since, mut instead) = (None, None);
    front.listed(input, DEPRECATION, &mut |front, name, input| {
        input.parse::<Token![=]>()?;
        if name == "since" {
            since = Some(front.version(input)?);
        } else {
            instead = Some(front.places.ty(input.parse::<Path>()?.to_token_stream()));
        }
        Ok(())
    })?;
    let since = since.ok_or_else(|| Error::new(span, "since which version?\n  help: write `deprecated(since = 3)`"))?;
    Ok((Deprecated { since, instead: None }, instead))
}

/// `(SeatsReserved, by(reservation))`. The other event is not seen here, so `by` says the fields, and the compiler is asked
/// whether both have them.
fn compensates(front: &mut Front, input: ParseStream<'_>) -> Result<(Opaque, Vec<Opaque>)> {
    let event: Path = input.parse()?;
    let help = "which one is taken back?\n  help: write `by(<field>)`: the values of these fields are equal in both; \
                `by()` is the last one";
    let told = |_| Error::new(event.span(), help);
    input.parse::<Token![,]>().map_err(told)?;
    let word = Ident::parse_any(input).map_err(told)?;
    if word != "by" {
        return Err(Error::new(word.span(), help));
    }
    let fields = within(input, |input| Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any))?;
    input.parse::<Option<Token![,]>>()?;
    let fields = fields.iter().map(|field| front.places.ty(field.to_token_stream()));
    let fields = fields.collect();
    Ok((front.places.ty(event.to_token_stream()), fields))
}
