//! Which event takes back which, and by which fields, once the versions of all events are known.

use super::{Catalog, catalog::DeclaredEvent, events};
use crate::ast::Compensates;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Compensation, EventDef, EventId, FieldDef};
use crate::source::Spanned;

/// Tells each event what it takes back.
pub(super) fn compensations(events: &mut [Option<EventDef>], catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let taken_back: Vec<Option<EventId>> =
        catalog.events.iter().map(|declared| taken_back(declared, catalog, diagnostics)).collect();
    refuse_circles(&taken_back, catalog, diagnostics);
    let found: Vec<Option<Compensation>> = catalog
        .events
        .iter()
        .zip(&taken_back)
        .enumerate()
        .map(|(index, (declared, other))| {
            let (other, written) = ((*other)?, declared.event.compensates.as_ref()?);
            let pair = Pair { event: events[index].as_ref()?, other: events[other.0 as usize].as_ref()?, catalog };
            Some(Compensation { event: other, by: pair.by(written, diagnostics)? })
        })
        .collect();
    for (event, compensates) in events.iter_mut().zip(found) {
        if let Some(event) = event {
            event.compensates = compensates;
        }
    }
}

/// The event that this one takes back: another one of the same set. One that is retired may be: those that were stored
/// are still applied.
fn taken_back(declared: &DeclaredEvent<'_>, catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Option<EventId> {
    let written = &declared.event.compensates.as_ref()?.event;
    let id = events::another(written, declared, catalog, diagnostics)?;
    let (name, other) = (declared.event.name.value.as_str(), &catalog.events[id.0 as usize]);
    let (message, help) = if other.event.name.value == name {
        (format!("`{name}` would take itself back"), "name the event whose effect it undoes")
    } else if other.aggregate != declared.aggregate {
        let message = format!("`{}` belongs to another set of events than `{name}`", written.value);
        (
            message,
            "an event and the one that it takes back stand in one stream: both belong to the same aggregate, or to none",
        )
    } else if !other.is_read_as_itself() || !declared.is_read_as_itself() {
        let gone = if other.is_read_as_itself() { name } else { written.value.as_str() };
        let message = format!("`{gone}` is read as nothing or as other events, so nobody meets it");
        (message, "leave `compensates` out, or say it of the events that are read in its place")
    } else {
        return Some(id);
    };
    let refused = Diagnostic::error(Code::Compensates, written.origin, message).help(help);
    diagnostics.push(refused.related(other.event.name.origin, "declared here"));
    None
}

/// What takes back something that takes back, and so on, ends with an event that happened first. Each circle is told once.
fn refuse_circles(taken_back: &[Option<EventId>], catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let mut met = vec![false; taken_back.len()];
    for start in 0..taken_back.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut here = Some(start);
        while let Some(index) = here.filter(|index| !met[*index]) {
            met[index] = true;
            path.push(index);
            here = taken_back[index].map(|id| id.0 as usize);
        }
        let Some(first) = here.and_then(|index| path.iter().position(|on_path| *on_path == index)) else { continue };
        let names = path[first..].iter().chain([&path[first]]).map(|index| &catalog.events[*index].event.name);
        diagnostics.push(circle(&names.collect::<Vec<_>>()));
    }
}

/// The first name is also the last.
fn circle(names: &[&Spanned<String>]) -> Diagnostic {
    let spelled: Vec<String> = names.iter().map(|name| format!("`{}`", name.value)).collect();
    let message = format!("these take each other back: {}", spelled.join(", "));
    let origin = names.first().map(|name| name.origin).unwrap_or_default();
    let refused = Diagnostic::error(Code::Compensates, origin, message);
    let others = names.iter().skip(1).take(names.len().saturating_sub(2));
    let refused = others.fold(refused, |told, name| told.related(name.origin, "and this"));
    refused.help("one of them is what happened first: it takes nothing back")
}

/// An event, and the one that it takes back.
struct Pair<'a> {
    event: &'a EventDef,
    other: &'a EventDef,
    catalog: &'a Catalog<'a>,
}

impl Pair<'_> {
    fn by(&self, written: &Compensates, diagnostics: &mut Diagnostics) -> Option<Vec<(usize, usize)>> {
        let Some(names) = &written.by else { return self.shared(written, diagnostics) };
        let before = diagnostics.count();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for name in names {
            match self.named(name) {
                Ok(pair) if pairs.contains(&pair) => {
                    let message = format!("`{}` is named twice", name.value);
                    let refused = Diagnostic::error(Code::Compensates, name.origin, message);
                    diagnostics.push(refused.help("once is enough"));
                }
                Ok(pair) => pairs.push(pair),
                Err(refused) => diagnostics.push(refused),
            }
        }
        (diagnostics.count() == before).then_some(pairs)
    }

    /// Every field that both have, of one type.
    fn shared(&self, written: &Compensates, diagnostics: &mut Diagnostics) -> Option<Vec<(usize, usize)>> {
        let both = |name: &str| {
            let (own, other) = (find(self.event, name)?, find(self.other, name)?);
            (own.1.ty == other.1.ty).then_some((own.0, other.0))
        };
        let fields = self.event.current().shape.fields.iter();
        let pairs: Vec<(usize, usize)> = fields.filter_map(|field| both(&field.name.value)).collect();
        if pairs.is_empty() {
            let (name, other) = (&self.event.name.value, &self.other.name.value);
            let message = format!("no field that `{name}` and `{other}` both have tells which `{other}` is taken back");
            diagnostics.push(
                Diagnostic::error(Code::Compensates, written.event.origin, message)
                    .related(self.other.name.origin, "declared here")
                    .help("give both a field of one name and type")
                    .help(format!(
                        "or, if it is always the last one, write `compensates: {{ event: {other}, by: [] }}`"
                    )),
            );
            return None;
        }
        Some(pairs)
    }

    /// A field that both have now, and of one type.
    fn named(&self, name: &Spanned<String>) -> Result<(usize, usize), Diagnostic> {
        let known = |event: &EventDef| -> Vec<String> {
            event.current().shape.fields.iter().map(|field| field.name.value.clone()).collect()
        };
        let missing = |event: &EventDef| {
            let message = format!("`{}` has no field `{}` in its current version", event.name.value, name.value);
            let refused = Diagnostic::error(Code::Compensates, name.origin, message);
            let known = known(event);
            refused
                .related(event.name.origin, "declared here")
                .suggest(&name.value, known.iter().map(String::as_str))
                .help("`by` names fields that both events have: equal values tell which one is taken back")
        };
        let own = find(self.event, &name.value).ok_or_else(|| missing(self.event))?;
        let other = find(self.other, &name.value).ok_or_else(|| missing(self.other))?;
        if own.1.ty == other.1.ty {
            return Ok((own.0, other.0));
        }
        let (mine, theirs) = (self.catalog.spell(&own.1.ty), self.catalog.spell(&other.1.ty));
        let message = format!(
            "`{}` is `{mine}` in `{}` and `{theirs}` in `{}`, so they cannot be compared",
            name.value, self.event.name.value, self.other.name.value
        );
        Err(Diagnostic::error(Code::Compensates, name.origin, message)
            .related(own.1.name.origin, "here")
            .related(other.1.name.origin, "and here")
            .help("give both one type, or name other fields"))
    }
}

fn find<'e>(event: &'e EventDef, name: &str) -> Option<(usize, &'e FieldDef)> {
    event.current().shape.fields.iter().enumerate().find(|(_, field)| field.name.value == name)
}
