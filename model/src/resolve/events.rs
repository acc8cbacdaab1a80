//! Events: what holds for all versions, and the versions themselves.

use super::{Catalog, catalog::DeclaredEvent, history, text};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Deprecation, EventDef, EventFate, EventId};
use crate::source::Spanned;

/// The event with its versions, and as if it went on for ever; `None` if something of it is not right.
pub(super) fn event(
    declared: &DeclaredEvent<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<EventDef> {
    let DeclaredEvent { event, context, aggregate } = *declared;
    let versions = history::versions(declared, catalog, diagnostics);
    let deprecated = deprecation(declared, catalog, diagnostics);
    Some(EventDef {
        name: event.name.clone(),
        context: context.to_owned(),
        aggregate,
        doc: text(event.doc.as_ref()),
        versions: versions?,
        personal: event.personal.clone(),
        deprecated,
        compensates: None,
        fate: EventFate::Current,
    })
}

fn deprecation(
    declared: &DeclaredEvent<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Deprecation> {
    let deprecated = declared.event.deprecated.as_ref()?;
    let version = declared.event.version.as_ref().map_or(1, |version| version.value);
    if deprecated.since.value == 0 || deprecated.since.value > version {
        let name = &declared.event.name.value;
        let message = format!("`{name}` has no version {}: its newest is {version}", deprecated.since.value);
        let help = format!("`since` is the version from which on it should not be emitted, for example {version}");
        diagnostics.push(Diagnostic::error(Code::VersionBackwards, deprecated.since.origin, message).help(help));
    }
    let instead = deprecated.instead.as_ref();
    let instead = instead.and_then(|written| another(written, declared, catalog, diagnostics));
    Some(Deprecation { since: deprecated.since.value, instead })
}

/// The event of this context that is called so.
pub(super) fn named(
    written: &Spanned<String>,
    context: &str,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<EventId> {
    find(written, context, None, catalog, diagnostics)
}

/// The event of which another one speaks. It would not mean itself.
pub(super) fn another(
    written: &Spanned<String>,
    speaker: &DeclaredEvent<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<EventId> {
    find(written, speaker.context, Some(&speaker.event.name.value), catalog, diagnostics)
}

fn find(
    written: &Spanned<String>,
    context: &str,
    speaker: Option<&str>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<EventId> {
    let (name, names) = (written.value.as_str(), &catalog.contexts.get(context)?.events);
    let found = names.get(name).copied();
    if found.is_none() {
        let message = format!("there is no event `{name}` in this context");
        let mut known: Vec<&str> = names.keys().copied().filter(|known| Some(*known) != speaker).collect();
        known.sort_unstable();
        let unknown = Diagnostic::error(Code::UnknownEvent, written.origin, message).suggest(name, known);
        diagnostics.push(if unknown.helps.is_empty() {
            unknown.help(format!("declare it below `events:`, as in `{name}: {{ ... }}`"))
        } else {
            unknown
        });
    }
    found
}
