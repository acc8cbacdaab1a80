//! What the rules found, each at its place: in the files of the worktree, and in what was released.

use std::collections::BTreeMap;

use factum_model::diff::{Change, Kind, Subject};
use factum_model::lock::{Fields, Lock, Shape};
use factum_model::rules::{self, witness::Witnesses};
use factum_model::schema::{EventDef, Schema};
use factum_model::source::Origin;
use factum_model::{Label, Message, Sources, render_message};

use super::edited::{Edited, RELEASED};
use super::said::{place, related, to_approve};
use super::{Direction, Finding, Level, Place, Status};

/// Where findings are looked for.
pub(super) struct Places<'a> {
    pub(super) sources: &'a Sources,
    pub(super) schema: &'a Schema,
    /// What was released.
    pub(super) before: &'a Lock,
    /// What the schemas say.
    pub(super) now: &'a Lock,
    /// What shows what breaks; `None` if nothing does.
    pub(super) witnesses: Option<Witnesses<'a>>,
    /// Where something is said of the catalog as a whole.
    pub(super) whole: &'a Place,
}

/// Where a finding is, and what belongs to it.
struct Labels {
    primary: Label,
    others: Vec<Label>,
}

impl Places<'_> {
    /// A finding of the rules.
    pub(super) fn finding(&self, found: &rules::Finding) -> Finding {
        let Labels { primary, others } = self.labels(&found.change);
        let mut finding = Finding {
            code: format!("E{:04}", found.rule),
            rule: found.name.to_owned(),
            id: Some(found.id.clone()),
            subject: Some(found.change.subject.name().to_owned()),
            level: found.level.into(),
            breaks: found.breaks.iter().map(|direction| Direction::of(*direction, &found.change.kind)).collect(),
            status: status(found),
            message: found.message.clone(),
            place: Some(place(primary.origin, self.sources).unwrap_or_else(|| self.whole.clone())),
            related: related(&others, self.sources),
            helps: helps(found),
            witness: self.witnesses.as_ref().and_then(|witnesses| witnesses.of(found)).map(Into::into),
            sample: self.witnesses.as_ref().and_then(|witnesses| witnesses.covered(found)).map(Into::into),
            rendered: String::new(),
        };
        let message = Message {
            level: level(found.level),
            code: &finding.code,
            text: &finding.message,
            primary: &primary,
            related: &others,
            notes: &finding.notes(),
            helps: &finding.helps,
        };
        finding.rendered = render_message(&message, self.sources, true);
        finding
    }

    /// Where the change is, and where it was.
    fn labels(&self, change: &Change) -> Labels {
        let Edited { now, before } = Edited::of(change, self.schema, self.before);
        let before = if before.is_empty() { self.was(change).into_iter().collect() } else { before };
        let mut now = now.into_iter();
        let found = now.next().or_else(|| self.under_another_name(change));
        let primary = found.unwrap_or_else(|| Label { origin: self.here(change), text: String::new() });
        Labels { primary, others: now.chain(before).collect() }
    }

    /// The event that one which is gone may be now.
    fn under_another_name(&self, change: &Change) -> Option<Label> {
        let origin = self.now.events.get(change.instead.as_ref()?.renamed.as_ref()?)?.origin;
        Some(Label { origin, text: "has the same fields".to_owned() })
    }

    /// Where the change is; what is gone has a place where that is which it belonged to.
    fn here(&self, change: &Change) -> Origin {
        if change.origin == Origin::default() {
            return self.parent(&change.subject);
        }
        let name = change.subject.name().split_once('.');
        let named = |def: &&EventDef| name == Some((def.context.as_str(), def.name.value.as_str()));
        let marked = || self.schema.events.iter().find(named);
        let marked = if let Kind::PersonalAdded { field } = &change.kind {
            marked().and_then(|def| def.personal.iter().find(|mark| mark.value == *field)).map(|mark| mark.origin)
        } else {
            None
        };
        marked.unwrap_or(change.origin)
    }

    /// The aggregate that it belonged to, else its context.
    fn parent(&self, gone: &Subject) -> Origin {
        let aggregate = match gone {
            Subject::Event(name) => self.before.events.get(name).and_then(|event| event.value.aggregate.as_ref()),
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Type(_) | Subject::Policy(_) => None,
        };
        let aggregate = aggregate.and_then(|name| self.now.aggregates.get(name)).map(|aggregate| aggregate.origin);
        let context = gone.name().split_once('.').map(|(context, _)| context);
        let context = || self.schema.contexts.iter().find(|known| Some(known.name.value.as_str()) == context);
        aggregate.or_else(|| context().map(|context| context.name.origin)).unwrap_or_default()
    }

    /// What it was, in the lock of the baseline.
    fn was(&self, change: &Change) -> Option<Label> {
        let was = change.was.as_ref().filter(|_| !change.before.is_empty() && !change.kind.is_declared())?;
        // `quantity: u32` is a field of the version before.
        let field = change.before.split_once(": ").map_or("", |(name, _)| name);
        let origin = match &change.subject {
            Subject::Context(_) | Subject::Policy(_) => return None,
            Subject::Aggregate(_) => self.before.aggregates.get(was)?.value.id.origin,
            Subject::Event(_) => {
                let version = &that_or_newest(&self.before.events.get(was)?.value.versions, change.version)?.value;
                version.fields.get(field).map_or(version.wire_type.origin, |ty| ty.origin)
            }
            Subject::Type(_) => {
                let version = that_or_newest(&self.before.types.get(was)?.value.versions, change.version)?;
                let field = fields(&version.value.shape).and_then(|fields| fields.get(field));
                field.map_or(version.origin, |ty| ty.origin)
            }
        };
        Some(Label { origin, text: RELEASED.to_owned() })
    }
}

fn that_or_newest<T>(versions: &BTreeMap<u32, T>, number: Option<u32>) -> Option<&T> {
    number.and_then(|number| versions.get(&number)).or_else(|| versions.values().next_back())
}

/// The fields of a type, if it has some.
fn fields(shape: &Shape) -> Option<&Fields> {
    match shape {
        Shape::Struct(fields) => Some(fields),
        Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_) => None,
    }
}

fn status(found: &rules::Finding) -> Status {
    if found.status == rules::Status::Open && found.covered { Status::Covered } else { found.status.clone().into() }
}

/// What to write instead; and what to do if just this is wanted.
fn helps(found: &rules::Finding) -> Vec<String> {
    let mut helps: Vec<String> = Some(found.help.clone()).filter(|help| !help.is_empty()).into_iter().collect();
    if Level::from(found.level) == Level::Error {
        helps.push(to_approve(&found.id));
    }
    helps
}

const fn level(level: rules::Level) -> factum_model::Level {
    match level {
        rules::Level::Error => factum_model::Level::Error,
        rules::Level::Warning => factum_model::Level::Warning,
        rules::Level::Info => factum_model::Level::Info,
    }
}
