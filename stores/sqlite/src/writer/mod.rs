//! The thread that writes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{mem, thread};

use async_channel::{Receiver, TryRecvError};
use factum::store::Append;
use futures_channel::oneshot;

use crate::failure::{Cause, Failure};
use crate::reader::Read;
use crate::wait::wait;
use crate::watch::Watch;
use crate::{OpenError, Options, file};

mod append;
mod claims;
mod database;
mod forget;
mod group;
mod inbox;
mod lock;
mod policies;
mod snapshots;
mod subscriptions;
mod tables;
mod views;
mod wal;

pub(crate) use append::Verdict;
pub(crate) use database::Database;
pub(crate) use forget::Slice;
use lock::{NoTurn, Turn, WriterLock};

/// What the writer is asked to do.
pub(crate) enum Job {
    Append(Pending),
    /// Between two groups.
    Task(Task),
    /// In memory alone: there the writer's connection is the only one.
    Read(Read),
}

/// What else is written than events: it runs transactions of its own, and answers whoever waits for it. It is told why
/// it cannot, where there is no turn for it.
pub(crate) type Task = Box<dyn FnOnce(Result<&mut Database, Failure>) + Send>;

/// An append that waits for its answer.
pub(crate) struct Pending {
    pub(crate) append: Append,
    pub(crate) reply: oneshot::Sender<Verdict>,
}

/// The writer: the connection that writes, and what it needs to take turns with other processes.
pub(crate) struct Writer {
    database: Database,
    /// `None` in memory.
    lock: Option<WriterLock>,
    options: Options,
    last: LastGroup,
    /// What came while a group was gathered: appends do not wait for it.
    later: Vec<Task>,
}

/// The group before this one: those who were answered then are likely to come back together.
#[derive(Default)]
struct LastGroup {
    appends: usize,
    took: Duration,
}

impl LastGroup {
    /// Whether more than the `here` appends are likely to come soon, `begin` being when the group began to gather.
    fn is_coming_back(&self, here: usize, begin: Instant) -> bool {
        here < self.appends && begin.elapsed() < self.took / 8
    }
}

impl Writer {
    /// Opens the file at `path`, or an empty store in memory.
    pub(crate) fn open(path: Option<&Path>, options: &Options, watch: &Arc<Watch>) -> Result<Self, OpenError> {
        let _span =
            tracing::info_span!("open", path = path.map(|path| tracing::field::display(path.display()))).entered();
        let writer = |database, lock| {
            let options = options.clone();
            Self { database, lock, options, last: LastGroup::default(), later: Vec::new() }
        };
        let Some(path) = path else {
            return Ok(writer(Database::open(None, options, Arc::clone(watch))?, None));
        };
        file::look(path, options)?;
        let lock = WriterLock::open(path).map_err(|(path, source)| file::io_error(&path, source))?;
        let turn = lock.take_turn(options.busy_timeout).map_err(|error| match error {
            NoTurn::Timeout => OpenError::Busy { path: path.to_owned() },
            NoTurn::Failed(source) => file::io_error(path, source),
        })?;
        let database = Database::open(Some(path), options, Arc::clone(watch))?;
        drop(turn);
        Ok(writer(database, Some(lock)))
    }

    /// Does jobs until the channel is closed and empty.
    pub(crate) fn run(&mut self, jobs: &Receiver<Job>) {
        while let Some(group) = self.next_group(jobs) {
            let (appends, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|job| (job.append, job.reply)).unzip();
            let begin = Instant::now();
            let verdicts = self.decide(&appends);
            self.last = LastGroup { appends: appends.len(), took: begin.elapsed() };
            let stored = verdicts.iter().any(|verdict| verdict.as_ref().is_ok_and(|appended| !appended.repeated));
            for (reply, verdict) in replies.into_iter().zip(verdicts) {
                // Whoever has stopped waiting does not want to know.
                let _ = reply.send(verdict);
            }
            if stored {
                self.database.raise();
            }
            self.database.after_commit();
            for task in mem::take(&mut self.later) {
                self.run_task(task);
            }
        }
    }

    /// The appends that wait now; waits for one if there is none.
    ///
    /// Where many append at once, those who have just been answered are about to come back. The first of them would
    /// make a group of its own and the others would wait for its sync, so it is given a moment in which they can join:
    /// a fraction of what a sync takes, and none at all where one appends alone.
    fn next_group(&mut self, jobs: &Receiver<Job>) -> Option<Vec<Pending>> {
        let mut group = Vec::new();
        let mut bytes = 0;
        let begin = Instant::now();
        while group.is_empty() || (group.len() < self.options.group_appends && bytes < self.options.group_bytes) {
            let job = match jobs.try_recv() {
                Ok(job) => job,
                Err(TryRecvError::Closed) if group.is_empty() => return None,
                Err(TryRecvError::Empty) if group.is_empty() => wait(jobs)?,
                Err(TryRecvError::Empty) if self.last.is_coming_back(group.len(), begin) => {
                    thread::yield_now();
                    continue;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            };
            match job {
                Job::Append(pending) => {
                    bytes += pending.append.events.iter().map(|event| event.payload.len()).sum::<usize>();
                    group.push(pending);
                }
                Job::Task(task) if group.is_empty() => self.run_task(task),
                Job::Task(task) => self.later.push(task),
                Job::Read(read) => self.database.read(read),
            }
        }
        Some(group)
    }

    fn run_task(&mut self, task: Task) {
        match take_turn(self.lock.as_ref(), &self.options) {
            Ok(_turn) => task(Ok(&mut self.database)),
            Err(failure) => task(Err(failure)),
        }
        self.database.after_commit();
    }

    /// A verdict for each append, durable.
    fn decide(&mut self, appends: &[Append]) -> Vec<Verdict> {
        let _span = tracing::debug_span!("group commit", appends = appends.len()).entered();
        match take_turn(self.lock.as_ref(), &self.options) {
            Ok(_turn) => self.database.decide(appends),
            Err(failure) => appends.iter().map(|_| Err(failure.clone().into())).collect(),
        }
    }
}

/// One turn among the processes that write; in memory there are no others.
fn take_turn<'l>(lock: Option<&'l WriterLock>, options: &Options) -> Result<Option<Turn<'l>>, Failure> {
    lock.map(|lock| lock.take_turn(options.busy_timeout)).transpose().map_err(|error| match error {
        NoTurn::Timeout => Failure::Busy,
        NoTurn::Failed(error) => Failure::NotBegun(Cause::Lock(format!("the writer lock: {error}"))),
    })
}
