//! The thread that writes.

use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use async_channel::{Receiver, TryRecvError};
use factum::AppendError;
use factum::store::{Append, SnapshotError};
use futures_channel::oneshot;

use crate::reader::Read;
use crate::wait::wait;
use crate::{OpenError, Options, file};

mod append;
mod database;
mod group;
mod lock;
mod snapshots;
mod wal;

use database::Database;
use lock::{NoTurn, WriterLock};

pub(crate) use append::Verdict;
pub(crate) use snapshots::{Change, What};

/// What the writer is asked to do.
pub(crate) enum Job {
    Append(Pending),
    Snapshots(Change),
    /// In memory alone: there the writer's connection is the only one.
    Read(Read),
}

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
    pub(crate) fn open(path: Option<&Path>, options: &Options) -> Result<Self, OpenError> {
        let _span =
            tracing::info_span!("open", path = path.map(|path| tracing::field::display(path.display()))).entered();
        let options = options.clone();
        let Some(path) = path else {
            return Ok(Self {
                database: Database::open(None, &options)?,
                lock: None,
                options,
                last: LastGroup::default(),
            });
        };
        file::look(path, &options)?;
        let lock = WriterLock::open(path).map_err(|(path, source)| file::io_error(&path, source))?;
        let turn = lock.take_turn(options.busy_timeout).map_err(|error| match error {
            NoTurn::Timeout => OpenError::Busy { path: path.to_owned() },
            NoTurn::Failed(source) => file::io_error(path, source),
        })?;
        let database = Database::open(Some(path), &options)?;
        drop(turn);
        Ok(Self { database, lock: Some(lock), options, last: LastGroup::default() })
    }

    /// Does jobs until the channel is closed and empty.
    pub(crate) fn run(&mut self, jobs: &Receiver<Job>) {
        while let Some(group) = self.next_group(jobs) {
            let (appends, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|job| (job.append, job.reply)).unzip();
            let begin = Instant::now();
            let verdicts = self.decide(&appends);
            self.last = LastGroup { appends: appends.len(), took: begin.elapsed() };
            for (reply, verdict) in replies.into_iter().zip(verdicts) {
                // Whoever has stopped waiting does not want to know.
                let _ = reply.send(verdict);
            }
            self.database.after_group();
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
                Job::Snapshots(change) => self.change_snapshots(change),
                Job::Read(read) => self.database.read(read),
            }
        }
        Some(group)
    }

    /// One turn among the processes that write.
    fn change_snapshots(&mut self, change: Change) {
        let turn = self.lock.as_ref().map(|lock| lock.take_turn(self.options.busy_timeout)).transpose();
        let changed = match turn {
            Ok(_turn) => self.database.change_snapshots(&change.what),
            Err(NoTurn::Timeout) => Err(SnapshotError::Busy),
            Err(NoTurn::Failed(error)) => Err(SnapshotError::Storage(format!("the writer lock: {error}").into())),
        };
        // Whoever has stopped waiting does not want to know.
        let _ = change.reply.send(changed);
    }

    /// One turn among the processes that write: a verdict for each append, durable.
    fn decide(&mut self, appends: &[Append]) -> Vec<Verdict> {
        let _span = tracing::debug_span!("group commit", appends = appends.len()).entered();
        let Some(lock) = &self.lock else {
            return self.database.decide(appends);
        };
        match lock.take_turn(self.options.busy_timeout) {
            Ok(_turn) => self.database.decide(appends),
            Err(NoTurn::Timeout) => appends.iter().map(|_| Err(AppendError::Busy)).collect(),
            Err(NoTurn::Failed(error)) => {
                let source = || Box::<dyn Error + Send + Sync>::from(format!("the writer lock: {error}"));
                appends.iter().map(|_| Err(AppendError::Storage(source()))).collect()
            }
        }
    }
}
