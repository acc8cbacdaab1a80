//! Events: what holds for all versions, and the versions themselves.

use super::{Catalog, catalog::DeclaredEvent, history, text};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Deprecation, EventDef, EventFate};

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
    let names = catalog.contexts.get(declared.context)?;
    let instead = deprecated.instead.as_ref().and_then(|written| {
        let found = names.events.get(written.value.as_str()).copied();
        if found.is_none() {
            let message = format!("there is no event `{}` in this context", written.value);
            let mut known: Vec<&str> = names.events.keys().copied().collect();
            known.sort_unstable();
            diagnostics
                .push(Diagnostic::error(Code::UnknownEvent, written.origin, message).suggest(&written.value, known));
        }
        found
    });
    Some(Deprecation { since: deprecated.since.value, instead })
}
