//! Catalogs against what they are compared with: what was found, as data for the reports.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;

use factum_model::ast::Document;
use factum_model::config::Config;
use factum_model::diff::{Change, costs, declared, diff, moved};
use factum_model::lock::{self, Known, Lock, Proposal};
use factum_model::released::Holder;
use factum_model::rules::{self, witness::Witnesses};
use factum_model::schema::Schema;
use factum_model::source::FileId;
use factum_model::{Checked, Code, Diagnostic, Diagnostics, Outcome, Sources, check_catalogs, config, yaml};

use super::changes::changed;
use super::judged::Places;
use super::released::{overlaid, stale, with_meanwhile};
use super::{Level, Mode, Place, Review, said};
use crate::catalog::{Catalog, Contents, File};
use crate::git::Taken;

/// A catalog, and what it is compared with.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The catalog.
    pub catalog: Catalog,
    /// What it is compared with.
    pub against: Against,
}

/// What a catalog is compared with, as files.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// In words; `None`: the lock beside the schemas.
    pub source: Option<String>,
    /// What was released where the branch began.
    pub lock: Option<File>,
    /// What the other branch has released now, if that is something else.
    pub tip: Option<File>,
    /// The schemas of that time; none where only the lock is known.
    pub schemas: Vec<File>,
    /// The approvals in the `factum.toml` of that time; `None` if it is not known.
    pub allowed: Option<BTreeSet<String>>,
    /// What could not break at that time; `None` if it is not known.
    pub mode: Option<Mode>,
    /// Catalogs that had contexts which are this one's now.
    pub taken: Vec<Taken>,
    /// Contexts that it had, and that are other catalogs' now.
    pub given: BTreeSet<String>,
}

impl Against {
    /// The contexts that were another catalog's.
    pub(crate) fn moved(&self, schema: &Schema, lock: &Lock) -> Vec<Change> {
        let of = |taken: &Taken| {
            let [from, to] = [&taken.from, &taken.to].map(|root| if root.is_empty() { "." } else { root }.to_owned());
            let then = taken.contexts.iter().map(|context| (context.clone(), from.clone())).collect();
            moved(&then, (schema, lock), &to)
        };
        self.taken.iter().flat_map(of).collect()
    }

    /// A lock of the baseline, with what this catalog took over of others, and without what it gave away.
    pub(crate) fn settled(&self, lock: Option<Lock>, other: impl FnMut(&Taken) -> Option<Lock>) -> Option<Lock> {
        let kept = if self.given.is_empty() {
            lock
        } else {
            lock.map(|lock| lock.part(|context| !self.given.contains(context)))
        };
        let other = self.taken.iter().map(other);
        other.zip(&self.taken).fold(kept, |lock, (other, taken)| match other {
            Some(other) => Some(lock.unwrap_or_default().with(other.part(|name| taken.contexts.contains(name)))),
            None => lock,
        })
    }

    /// What the schemas said, of the contexts that the catalog has now. A file that did not change says what it said, so it
    /// is not read again; neither is one that has mistakes, since nobody can mend it.
    pub(crate) fn then<'d>(
        &self,
        contents: &Contents,
        now: &'d [Document],
        sources: &Sources,
    ) -> Vec<Cow<'d, Document>> {
        let [then, here] =
            [&self.schemas, &contents.schemas].map(|files| files.iter().map(|file| file.bytes.as_slice()));
        let (then, here) = (then.collect::<BTreeSet<_>>(), here.collect::<BTreeSet<_>>());
        let mut read = Sources::new();
        let differing = self.schemas.iter().filter(|file| !here.contains(file.bytes.as_slice()));
        let differing = differing.filter_map(|file| {
            let (file, mut found) = (read.add(file.name.clone(), file.bytes.clone()), Diagnostics::new());
            yaml::read(&mut read, file, &mut found).filter(|_| !found.has_errors())
        });
        let same = contents.schemas.iter().filter(|file| then.contains(file.bytes.as_slice()));
        let same: BTreeSet<&str> = same.map(|file| file.name.as_str()).collect();
        let file = |document: &Document| sources.place(document.context.origin).map(|place| sources.name(place.file));
        let same = now.iter().filter(|document| file(document).is_some_and(|file| same.contains(file)));
        // Of other catalogs it may have taken over a part.
        let own: BTreeSet<&str> = now.iter().map(|document| document.context.value.as_str()).collect();
        let all = differing.map(Cow::Owned).chain(same.map(Cow::Borrowed));
        all.filter(|document| own.contains(document.context.value.as_str())).collect()
    }

    /// What changed in what only schemas say. Without schemas of that time nobody knows.
    pub(crate) fn declared<'d>(&self, then: &'d [Cow<'_, Document>], now: &'d [Document]) -> Vec<Change> {
        let then = then.iter().map(|document| &**document);
        if self.schemas.is_empty() { Vec::new() } else { declared(then, now) }
    }
}

/// How to review.
#[derive(Debug, Clone, Copy)]
pub struct How<'h> {
    /// What may not break; without it, what the catalogs say.
    pub mode: Option<Mode>,
    /// The day, `YYYY-MM-DD`.
    pub today: &'h str,
    /// Whether the locks beside the schemas have to say what the schemas say.
    pub locks: bool,
}

/// What a review of one catalog found, and the lock that it should have.
#[derive(Debug)]
pub struct Reviewed {
    /// What was found.
    pub review: Review,
    /// The lock to write; `None` if no lock could say both what is stored and what the schemas say.
    pub lock: Option<Lock>,
    /// Whether nobody knows what was released: the lock could not be read, and there is no other.
    pub forgotten: bool,
}

/// Reviews catalogs, each against its own; no two of them may claim one context. What they are compared with is asked for
/// once the schemas have been read.
///
/// # Errors
/// What `against` answers with.
pub fn review<E>(
    catalogs: &[Catalog],
    against: impl FnOnce() -> Result<Vec<Against>, E>,
    how: How<'_>,
) -> Result<Vec<Reviewed>, E> {
    let mut sources = Sources::new();
    let mut add = |file: &File| sources.add(file.name.clone(), file.bytes.clone());
    let schemas = catalogs.iter().map(|catalog| catalog.contents.schemas.iter().map(&mut add).collect());
    let schemas: Vec<Vec<FileId>> = schemas.collect();
    let (mut ask, mut against, mut read) = (Some(against), Ok(Vec::new()), Vec::new());
    let outcomes = check_catalogs(&mut sources, &schemas, |index, schema, sources| {
        if let Some(ask) = ask.take() {
            against = ask();
        }
        let against = against.as_mut().ok()?.get_mut(index).map(mem::take)?;
        let this = Read::of(&catalogs[index], against, schema, sources);
        let released = this.before.as_ref().map(|before| before.released_beside(this.said.as_ref()));
        read.push(this);
        released
    });
    // Without a catalog nobody has asked.
    if let Some(ask) = ask {
        against = ask();
    }
    against?;
    let one = |(read, outcome): (Read<'_>, Outcome)| read.review(outcome, how, &sources);
    Ok(read.into_iter().zip(outcomes).map(one).collect())
}

/// What a catalog without errors says.
struct Current<'c> {
    schema: &'c Schema,
    /// As a lock.
    said: Lock,
    documents: &'c [Document],
}

/// A catalog whose files were read.
struct Read<'c> {
    catalog: &'c Catalog,
    against: Against,
    config: Config,
    /// What the schemas say, if nothing is wrong with them.
    said: Option<Lock>,
    /// The lock beside the schemas.
    own: Option<Lock>,
    /// What was released where the branch began.
    before: Option<Lock>,
    /// What the other branch has released now, if that is something else.
    tip: Option<Lock>,
    /// What is wrong with the lock beside the schemas.
    about_own: Vec<Diagnostic>,
    /// What is wrong with the other files.
    found: Vec<Diagnostic>,
}

impl<'c> Read<'c> {
    fn of(catalog: &'c Catalog, against: Against, schema: Option<&Schema>, sources: &mut Sources) -> Self {
        let (mut found, mut about_own, mut elsewhere) = (Diagnostics::new(), Diagnostics::new(), Diagnostics::new());
        let config = catalog.contents.config.as_ref().map(|file| {
            let file = sources.add(file.name.clone(), file.bytes.clone());
            config::read(sources, file, &mut found)
        });
        let said = schema.map(Lock::of);
        let text = said.as_ref().map(Lock::to_string);
        let as_said = said.as_ref().zip(text.as_deref()).map(|(lock, text)| Known::new(text, lock, &[]));
        let mut locks = Locks { sources, known: as_said.into_iter().collect() };
        let before = against.lock.as_ref().filter(|_| against.source.is_some());
        let before = before.and_then(|file| Some((file, locks.read(Some(file), &mut elsewhere)?)));
        let known = before.as_ref().and_then(|(file, lock)| known(file, lock, &locks.known));
        locks.known.extend(known);
        let own = locks.read(catalog.contents.lock.as_ref(), &mut about_own);
        let tip = locks.read(against.tip.as_ref(), &mut elsewhere);
        let mut others = |file: fn(&Taken) -> &Option<File>| {
            let locks = against.taken.iter().map(|taken| locks.read(file(taken).as_ref(), &mut elsewhere));
            locks.collect::<Vec<_>>().into_iter()
        };
        let (mut taken, mut taken_tips) = (others(|taken| &taken.contents.lock), others(|taken| &taken.tip_lock));
        let before = if against.source.is_none() { own.clone() } else { before.map(|(_, lock)| lock) };
        let before = against.settled(before, |_| taken.next().flatten());
        let tip = against.settled(tip, |_| taken_tips.next().flatten());
        let found = found.into_vec().into_iter().chain(elsewhere.into_vec().into_iter().map(of_elsewhere)).collect();
        let about_own = about_own.into_vec();
        Self { catalog, against, config: config.unwrap_or_default(), said, own, before, tip, about_own, found }
    }

    fn review(mut self, outcome: Outcome, how: How<'_>, sources: &Sources) -> Reviewed {
        let Outcome { checked, diagnostics, documents } = outcome;
        let mut found = self.found.clone();
        found.extend(diagnostics);
        let (mode, modes) = self.mode(how);
        let mut review = Review { baselines: [self.against.source.clone()].into(), modes, ..Review::default() };
        let said = self.said.take();
        let judge = |(checked, said): (&Checked, Lock)| {
            let current = Current { schema: checked.schema(), said, documents: &documents };
            self.judge(current, (mode, how.today), sources, &mut review, &mut found)
        };
        let lock = checked.as_ref().zip(said).and_then(judge);
        // What is broken is made anew where locks are written; what a newer release wrote is not.
        let about_own = self.about_own.iter().filter(|about| how.locks || about.code == Code::LockFormat);
        found.extend(about_own.cloned());
        let is_refused =
            review.fails(Level::Error) || found.iter().any(|found| found.level == factum_model::Level::Error);
        // As long as something else is wrong, no lock is written.
        if how.locks && !is_refused {
            found.extend(lock.as_ref().and_then(|wanted| lock::stale(wanted, self.own.as_ref())));
        }
        let approval = |found: &Diagnostic| rules::approval(found, &self.config.allowances, how.today);
        let said = |found: &Diagnostic| said::finding(found, approval(found), sources, &self.whole());
        review.findings.extend(found.iter().map(said));
        review.sort();
        let forgotten = self.against.source.is_none() && !self.about_own.is_empty();
        Reviewed { review, lock, forgotten }
    }

    /// What may not break, and which modes say so: also that of the baseline, since a branch that lowers its own bar
    /// would be measured against nothing.
    fn mode(&self, how: How<'_>) -> (rules::Mode, BTreeSet<Mode>) {
        let own = self.config.mode.map_or(Mode::Backward, Mode::from);
        let (own, then) = how.mode.map_or((own, self.against.mode), |mode| (mode, None));
        let both = then.map_or_else(|| own.into(), |then| rules::Mode::from(own).and(then.into()));
        let then = then.filter(|_| both != own.into());
        (both, then.into_iter().chain([own]).collect())
    }

    /// What the rules say of a checked schema, and the lock that it should have.
    fn judge(
        &self,
        Current { schema, said, documents }: Current<'_>,
        (mode, today): (rules::Mode, &str),
        sources: &Sources,
        review: &mut Review,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Lock> {
        let nothing = Lock::default();
        let (before, own) = (self.before.as_ref(), self.own.as_ref());
        let now = said.with_derived(own);
        let mut changes = before.map_or_else(|| costs(&nothing, &now), |before| diff(before, &now));
        changes.extend(self.against.moved(schema, &now));
        let Self { catalog, against, .. } = self;
        let then = against.then(&catalog.contents, documents, sources);
        changes.extend(against.declared(&then, documents));
        let Config { allowances, levels, .. } = &self.config;
        let judged = rules::review_changes(changes, mode, allowances, today);
        let mut judged = judged.with_levels(mode, levels);
        let is_used =
            |id: &String| found.iter().any(|found| rules::approval(found, &[], today).is_some_and(|own| own.0 == *id));
        judged.unused.retain(|id| !is_used(id));
        found.extend(judged.of_allowances(allowances, &|id| self.was_allowed(id)));
        let meanwhile;
        let released = if let Some(tip) = &self.tip {
            meanwhile = with_meanwhile(before.cloned().unwrap_or_default(), tip, &now);
            Some(&meanwhile)
        } else {
            before
        };
        if let (Some(source), Some(released), Some(_)) = (&against.source, released, before) {
            found.extend(stale(source, &then, released, &now));
        }
        let accepted = before.map(|before| judged.accepted(before)).unwrap_or_default();
        let proposed = self.propose(&now, released, &accepted);
        let lock = proposed.map_err(|refused| found.extend(not_told(refused, &mut judged.findings))).ok();
        review.events = now.events.len();
        review.changes = changed(schema, &now, released, &judged.findings);
        let breaks = judged.findings.iter().any(|found| !found.breaks.is_empty());
        let witnesses = before.filter(|_| breaks).and_then(|before| Witnesses::new(before, &now).ok());
        let before = before.unwrap_or(&nothing);
        let places = Places { sources, schema, before, now: &now, witnesses, whole: &self.whole() };
        review.findings.extend(judged.findings.iter().map(|found| places.finding(found)));
        lock
    }

    /// Whether the baseline approved it too, or is not known to have not.
    fn was_allowed(&self, id: &str) -> bool {
        self.against.allowed.as_ref().is_none_or(|allowed| allowed.contains(id))
    }

    fn propose(
        &self,
        current: &Lock,
        baseline: Option<&Lock>,
        accepted: &BTreeSet<Holder>,
    ) -> Result<Lock, Vec<Diagnostic>> {
        let known = self.before.as_ref().map(|before| overlaid(self.own.as_ref(), before));
        let branch = known.as_deref().or(self.own.as_ref());
        lock::propose(&Proposal { current, baseline, branch, accepted })
    }

    /// Where something is said of the catalog as a whole.
    fn whole(&self) -> Place {
        let contents = &self.catalog.contents;
        let file = contents.config.as_ref().or(contents.schemas.first()).map(|file| file.name.clone());
        Place { file: file.unwrap_or_default(), line: 1, column: 1, end_line: 1, end_column: 1 }
    }
}

/// Reads locks, of which most is known.
struct Locks<'s, 'k> {
    sources: &'s mut Sources,
    known: Vec<Known<'k>>,
}

impl Locks<'_, '_> {
    /// A lock; what is wrong with it goes to the diagnostics.
    fn read(&mut self, file: Option<&File>, diagnostics: &mut Diagnostics) -> Option<Lock> {
        let File { name, bytes } = file?;
        let file = self.sources.add(name.clone(), bytes.clone());
        lock::read_beside(self.sources, file, &self.known, diagnostics)
    }
}

fn known<'k>(file: &'k File, lock: &'k Lock, others: &[Known<'_>]) -> Option<Known<'k>> {
    core::str::from_utf8(&file.bytes).ok().map(|text| Known::new(text, lock, others))
}

/// What is wrong in another commit, or another file, cannot be mended in this one.
fn of_elsewhere(found: Diagnostic) -> Diagnostic {
    const HELP: &str = "it has to be mended where it is; meanwhile compare with a commit of before: `--against COMMIT`";
    Diagnostic { helps: vec![HELP.to_owned()], ..found }
}

/// What a lock was refused for, without what a rule has told already. What no lock could say is an error, whatever the
/// mode.
fn not_told(refused: Vec<Diagnostic>, judged: &mut [rules::Finding]) -> Vec<Diagnostic> {
    let mut left = Vec::new();
    for diagnostic in refused {
        let mut told = false;
        for found in judged.iter_mut().filter(|found| speaks_of(found, &diagnostic)) {
            found.level = rules::Level::Error;
            told = true;
        }
        if !told {
            left.push(diagnostic);
        }
    }
    left
}

/// Whether a rule says in particular what a lock was refused for.
fn speaks_of(found: &rules::Finding, refused: &Diagnostic) -> bool {
    let allowed = matches!(found.status, rules::Status::Allowed(_));
    let same = found.change.origin == refused.primary.origin;
    refused.code == Code::ReleasedVersionEdited && same && found.change.kind.is_of_released() && !allowed
}
