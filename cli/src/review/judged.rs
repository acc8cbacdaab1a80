//! What the rules found, each at its place: in the files of the worktree, and in what was released.

use std::collections::BTreeMap;

use factum_model::diff::{Change, Kind, Subject};
use factum_model::lock::{Fields, Lock, Shape, Step, TypeUpcast, TypeVersion, Upcast};
use factum_model::rules::{self, witness::Witnesses};
use factum_model::schema::{EventDef, Schema};
use factum_model::source::{Origin, Spanned};
use factum_model::{Label, Message, Sources, render_message};

use super::said::{place, related, to_approve};
use super::{Finding, Level, Place, Status};

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

impl Places<'_> {
    /// A finding of the rules.
    pub(super) fn finding(&self, found: &rules::Finding) -> Finding {
        let primary = Label { origin: self.here(&found.change), text: String::new() };
        let was = self.was(&found.change).into_iter().collect::<Vec<Label>>();
        let mut finding = Finding {
            code: format!("E{:04}", found.rule),
            rule: found.name.to_owned(),
            id: Some(found.id.clone()),
            subject: Some(found.change.subject.name().to_owned()),
            level: found.level.into(),
            breaks: found.breaks.iter().map(|direction| (*direction).into()).collect(),
            status: status(found),
            message: found.message.clone(),
            place: Some(place(primary.origin, self.sources).unwrap_or_else(|| self.whole.clone())),
            related: related(&was, self.sources),
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
            related: &was,
            notes: &finding.notes(),
            helps: &finding.helps,
        };
        finding.rendered = render_message(&message, self.sources, true);
        finding
    }

    /// Where the change is; what is gone has a place where that is which it belonged to.
    fn here(&self, change: &Change) -> Origin {
        if change.origin == Origin::default() {
            return self.parent(&change.subject);
        }
        let edited = self.edited(change).and_then(|(before, now)| now.differing(&before, &change.kind));
        let name = change.subject.name().split_once('.');
        let named = |def: &&EventDef| name == Some((def.context.as_str(), def.name.value.as_str()));
        let marked = || self.schema.events.iter().find(named);
        let marked = if let Kind::PersonalAdded { field } = &change.kind {
            marked().and_then(|def| def.personal.iter().find(|mark| mark.value == *field)).map(|mark| mark.origin)
        } else {
            None
        };
        edited.or(marked).unwrap_or(change.origin)
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
        let edited = || self.edited(change).and_then(|(before, now)| before.differing(&now, &change.kind));
        // `quantity: u32` is a field of the version before.
        let field = change.before.split_once(": ").map_or("", |(name, _)| name);
        let origin = match &change.subject {
            Subject::Context(_) | Subject::Policy(_) => return None,
            Subject::Aggregate(_) => self.before.aggregates.get(was)?.value.id.origin,
            Subject::Event(_) => edited().or_else(|| {
                let version = &that_or_newest(&self.before.events.get(was)?.value.versions, change.version)?.value;
                Some(version.fields.get(field).map_or(version.wire_type.origin, |ty| ty.origin))
            })?,
            Subject::Type(_) => edited().or_else(|| {
                let version = that_or_newest(&self.before.types.get(was)?.value.versions, change.version)?;
                let fields = Version::of_type(&version.value).fields;
                Some(fields.and_then(|fields| fields.get(field)).map_or(version.origin, |ty| ty.origin))
            })?,
        };
        Some(Label { origin, text: "released as this".to_owned() })
    }

    /// A version that was there, as it was and as it is.
    fn edited(&self, change: &Change) -> Option<(Version<'_>, Version<'_>)> {
        let (was, name, number) = (change.was.as_ref()?, change.subject.name(), change.version?);
        let of = |lock, name: &str| Version::of(lock, &change.subject, name, number);
        Some((of(self.before, was)?, of(self.now, name)?))
    }
}

fn that_or_newest<T>(versions: &BTreeMap<u32, T>, number: Option<u32>) -> Option<&T> {
    number.and_then(|number| versions.get(&number)).or_else(|| versions.values().next_back())
}

/// What can be seen of a version line by line.
struct Version<'l> {
    fields: Option<&'l Fields>,
    steps: &'l [Spanned<Step>],
}

impl<'l> Version<'l> {
    fn of(lock: &'l Lock, subject: &Subject, name: &str, number: u32) -> Option<Self> {
        match subject {
            Subject::Event(_) => {
                let version = &lock.events.get(name)?.value.versions.get(&number)?.value;
                let steps: &[Spanned<Step>] = match &version.upcast {
                    Upcast::Steps(steps) => steps,
                    Upcast::ByHand(_) => &[],
                };
                Some(Self { fields: Some(&version.fields), steps })
            }
            Subject::Type(_) => Some(Self::of_type(&lock.types.get(name)?.value.versions.get(&number)?.value)),
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => None,
        }
    }

    fn of_type(version: &'l TypeVersion) -> Self {
        let fields = match &version.shape {
            Shape::Struct(fields) => Some(fields),
            Shape::Newtype(_) | Shape::Enum { .. } | Shape::Union(_) => None,
        };
        let steps: &[Spanned<Step>] = match &version.upcast {
            TypeUpcast::Struct(steps) => steps,
            TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_) => &[],
        };
        Self { fields, steps }
    }

    /// The first line that the other does not have as it is here, where the same version was edited.
    fn differing(&self, other: &Self, kind: &Kind) -> Option<Origin> {
        if matches!(kind, Kind::ShapeEdited { .. }) {
            let (own, others) = (self.fields?, other.fields?);
            own.iter().find(|(name, ty)| others.get(*name) != Some(*ty)).map(|(_, ty)| ty.origin)
        } else if matches!(kind, Kind::UpcastEdited) {
            self.steps.iter().find(|step| !other.steps.contains(step)).map(|step| step.origin)
        } else {
            None
        }
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
