//! What becomes of events that ended, once the versions of all events are known.

use std::collections::HashSet;

use super::{Catalog, events};
use crate::ast::{Becomes, ChildName, Event};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Child, EventDef, EventFate, EventId, FieldDef, VersionDef};
use crate::upcast::{Step, becomes, by_hand};

/// The events, each with its fate; those whose history is not right are left out.
pub(super) fn with_fates(
    events: Vec<Option<EventDef>>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<EventDef> {
    let fates: Vec<_> = catalog
        .event_ids()
        .map(|(id, declared)| match (&declared.event.retired, &declared.event.becomes) {
            (Some(retired), None) if retired.nothing => EventFate::Nothing(retired.version.value),
            (Some(retired), None) => EventFate::Retired(retired.version.value),
            (None, Some(becomes)) => {
                let children =
                    Parent { id, event: declared.event, becomes, events: &events, catalog }.children(diagnostics);
                EventFate::Becomes(becomes.version.value, children)
            }
            (None, None) | (Some(_), Some(_)) => EventFate::Current,
        })
        .collect();
    refuse_circles(&fates, catalog, diagnostics);
    let events = events.into_iter().zip(fates);
    events.filter_map(|(event, fate)| event.map(|event| EventDef { fate, ..event })).collect()
}

/// An event that became others.
struct Parent<'a> {
    id: EventId,
    event: &'a Event,
    becomes: &'a Becomes,
    events: &'a [Option<EventDef>],
    catalog: &'a Catalog<'a>,
}

impl Parent<'_> {
    fn children(&self, diagnostics: &mut Diagnostics) -> Vec<Child> {
        if self.becomes.children.is_empty() {
            let version = self.becomes.version.value;
            let message = format!("`{}` becomes nothing", self.event.name.value);
            let help = format!("an event that is read as nothing is `retired: {{ {version}: nothing }}`");
            diagnostics.push(Diagnostic::error(Code::UnknownChild, self.becomes.version.origin, message).help(help));
        }
        let by_hand = by_hand::writes(self.event, self.becomes.version.value);
        let last = self.events.get(self.id.0 as usize).and_then(Option::as_ref).and_then(|event| event.versions.last());
        let mut children = Vec::new();
        for name in &self.becomes.children {
            let Some(event) = self.child(name, diagnostics) else { continue };
            let steps = match (by_hand, last, self.version(event, name)) {
                (false, Some(last), Some(version)) => self.steps(name, last, version, diagnostics),
                (true, ..) | (_, None, _) | (_, _, None) => None,
            };
            children.push(Child { event, version: name.version.value, steps });
        }
        if let (false, Some(last)) = (by_hand, last) {
            self.nothing_is_lost(last, &children, diagnostics);
        }
        children
    }

    fn version(&self, event: EventId, name: &ChildName) -> Option<&VersionDef> {
        let versions = &self.events.get(event.0 as usize)?.as_ref()?.versions;
        versions.get((name.version.value as usize).checked_sub(1)?)
    }

    /// The child's id, if there is such an event in the same set.
    fn child(&self, name: &ChildName, diagnostics: &mut Diagnostics) -> Option<EventId> {
        let declared = &self.catalog.events[self.id.0 as usize];
        let written = name.event.value.as_str();
        let id = events::another(&name.event, declared, self.catalog, diagnostics)?;
        let other = &self.catalog.events[id.0 as usize];
        if other.aggregate != declared.aggregate {
            let message = format!("`{written}` belongs to another set of events than `{}`", self.event.name.value);
            diagnostics.push(
                Diagnostic::error(Code::UnknownChild, name.event.origin, message)
                    .related(other.event.name.origin, "declared here")
                    .help("whoever reads the one reads the other: both belong to the same aggregate, or to none"),
            );
            return None;
        }
        let newest = self.events.get(id.0 as usize)?.as_ref()?.versions.len();
        if !(1..=newest).contains(&(name.version.value as usize)) {
            let message = format!("`{written}` has no version {}", name.version.value);
            let has = if newest == 1 { "one version".to_owned() } else { format!("the versions 1 to {newest}") };
            let help = format!("it has {has}: write `{written}@{newest}`");
            diagnostics.push(Diagnostic::error(Code::UnknownVersion, name.version.origin, message).help(help));
            return None;
        }
        Some(id)
    }

    /// Fields go by equal name and type; anything else the user writes.
    fn steps(
        &self,
        name: &ChildName,
        last: &VersionDef,
        child: &VersionDef,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Step>> {
        let unfilled = match becomes::by_name(&last.shape, &child.shape, |_, _| None) {
            Ok(steps) => return Some(steps),
            Err(unfilled) => unfilled,
        };
        for FieldDef { name: field, ty, .. } in unfilled {
            let (parent, child) = (&self.event.name.value, &name.event.value);
            let spelled = self.catalog.spell(ty);
            let message = format!("version {} of `{parent}` has no `{}: {spelled}`", last.number, field.value);
            let version = self.becomes.version.value;
            diagnostics.push(
                Diagnostic::error(Code::UpcastMissing, name.event.origin, message)
                    .related(field.origin, format!("`{child}` needs it"))
                    .help(format!(
                        "fields go by equal name and type; for anything else say `upcast: {{ {version}: by_hand }}`, and \
                         write the steps yourself"
                    )),
            );
        }
        None
    }

    /// A field that no child takes is lost to all readers, which may be meant.
    fn nothing_is_lost(&self, last: &VersionDef, children: &[Child], diagnostics: &mut Diagnostics) {
        let steps = || children.iter().map(|child| child.steps.as_ref());
        if children.is_empty() || steps().any(|steps| steps.is_none()) {
            return;
        }
        for (slot, field) in last.shape.fields.iter().enumerate() {
            let takes = |step: &Step| matches!(step, Step::Move { from, .. } if from.0 == slot);
            if !steps().flatten().flatten().any(takes) {
                let message = format!(
                    "nobody sees `{}` any more: no event that `{}` becomes has it",
                    field.name.value, self.event.name.value
                );
                let lossy = Diagnostic::warning(Code::UpcastLossy, field.name.origin, message)
                    .related(self.becomes.version.origin, "it is read as others here")
                    .help("if that is not meant, give one of them a field of this name and type");
                diagnostics.push(lossy);
            }
        }
    }
}

/// What an event becomes, and what that becomes, ends somewhere.
fn refuse_circles(fates: &[EventFate], catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let children = |id: EventId| match fates.get(id.0 as usize) {
        Some(EventFate::Becomes(_, children)) => children.as_slice(),
        Some(EventFate::Current | EventFate::Retired(_) | EventFate::Nothing(_)) | None => &[],
    };
    let (mut met, mut open) = (HashSet::new(), HashSet::new());
    for (start, _) in catalog.event_ids() {
        let mut path: Vec<(EventId, usize)> = Vec::new();
        if met.insert(start) {
            open.insert(start);
            path.push((start, 0));
        }
        while let Some((here, next)) = path.last_mut() {
            let here = *here;
            let Some(child) = children(here).get(*next) else {
                open.remove(&here);
                path.pop();
                continue;
            };
            *next += 1;
            if open.contains(&child.event) {
                diagnostics.push(circle(child.event, here, catalog));
            } else if met.insert(child.event) {
                open.insert(child.event);
                path.push((child.event, 0));
            }
        }
    }
}

fn circle(first: EventId, last: EventId, catalog: &Catalog<'_>) -> Diagnostic {
    let (first, last) = (catalog.events[first.0 as usize].event, catalog.events[last.0 as usize].event);
    let written = last.becomes.iter().flat_map(|becomes| &becomes.children);
    let origin = written
        .clone()
        .find(|child| child.event.value == first.name.value)
        .map_or(last.name.origin, |child| child.event.origin);
    let message = format!("`{}` would become itself", first.name.value);
    Diagnostic::error(Code::BecomesCycle, origin, message)
        .related(first.name.origin, "declared here")
        .help("let it become an event that is still emitted")
}
