//! The handle of a store, and the threads behind it.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

use async_channel::{Receiver, Sender};
use factum::store::validate::validate;
use factum::store::{Append, Appended, CommandRecord, EventStore, FeedQuery, Page, Reentrant, StreamQuery};
use factum::{AppendError, ReadError, Timestamp};
use futures_channel::oneshot;
use uuid::Uuid;

use crate::failure::{Failure, Unanswered};
use crate::guard::Guard;
use crate::reader::{self, Read, Reading};
use crate::watch::Watch;
use crate::writer::{Database, Job, Pending, Slice, Writer};
use crate::{OpenError, Options, file};

/// An event store in one SQLite file. A handle: clones share the store.
///
/// An append whose future is dropped may or may not be stored. When the last handle is dropped, what was handed over is
/// finished and the file is closed; [`SqliteStore::close`] does the same without blocking the thread that calls it.
#[derive(Clone)]
pub struct SqliteStore {
    threads: Arc<Threads>,
}

/// The ways to a store's threads; the last one to leave ends them.
struct Threads {
    path: Option<PathBuf>,
    jobs: Sender<Job>,
    /// `None` in memory, where the writer reads as well.
    reads: Option<Sender<Read>>,
    /// Nothing is ever sent here: it is closed when all threads have ended.
    ended: Receiver<Infallible>,
    watch: Arc<Watch>,
    writer: Mutex<Option<JoinHandle<()>>>,
    writer_id: ThreadId,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, and makes it if it is not there.
    ///
    /// A file of an older release is brought to the current layout. A file of a newer release, of another program, or
    /// one that is cut off is refused and left as it was.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Options::new().open(path).await
    }

    /// Opens an empty store in memory, which is gone with its last handle.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open_in_memory() -> Result<Self, OpenError> {
        Options::new().open_in_memory().await
    }

    /// The file; `None` in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.threads.path.as_deref()
    }

    /// Closes the store for all its handles: what was handed over before is finished and answered, then the file is
    /// closed. Whoever asks the store for anything afterwards gets an error. (Code of a view that closes the store it runs in
    /// does not wait for the end.)
    pub async fn close(&self) {
        self.threads.shut();
        if self.threads.is_writer() {
            return;
        }
        // Nothing can be received: this waits for the end.
        let _ = self.threads.ended.recv().await;
    }

    pub(crate) async fn start(path: Option<PathBuf>, options: Options) -> Result<Self, OpenError> {
        let named = path.clone().unwrap_or_default();
        let (jobs, jobs_end) = async_channel::bounded(options.queue.max(1));
        let (ended_end, ended) = async_channel::bounded(1);
        let (opened, answer) = oneshot::channel();
        let watch = Arc::new(Watch::default());
        let watched = Arc::clone(&watch);
        let run = move || {
            let _ended = ended_end;
            match Opened::open(path.as_deref(), &options, watched) {
                Err(error) => drop(opened.send(Err(error))),
                Ok(mut store) => {
                    // Where nobody waits any longer the channel of jobs is closed already.
                    let _ = opened.send(Ok((store.path.clone(), store.reads.clone())));
                    store.run(&jobs_end);
                }
            }
        };
        let failed = |source| OpenError::Io { path: named.clone(), source };
        let writer = thread::Builder::new().name("factum-sqlite-writer".to_owned()).spawn(run).map_err(failed)?;
        let (path, reads) =
            answer.await.map_err(|_| failed(std::io::Error::other("the thread that opens it has ended")))??;
        let writer_id = writer.thread().id();
        let writer = Mutex::new(Some(writer));
        Ok(Self { threads: Arc::new(Threads { path, jobs, reads, ended, watch, writer, writer_id }) })
    }

    pub(crate) fn watch(&self) -> &Arc<Watch> {
        &self.threads.watch
    }

    /// Has the writer make a change, between two groups of appends. It is made even if nobody waits for it any longer.
    pub(crate) async fn change<T, E>(
        &self,
        change: impl FnOnce(&mut Database) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Job::Task(Box::new(move |database| {
            // Whoever has stopped waiting does not want to know.
            let _ = reply.send(database.map_err(E::from).and_then(change));
        }));
        self.ask(task, answer).await
    }

    /// Has the writer forget slice after slice, the first one beginning with the key `first`, and answers how many rows that were.
    /// What others write comes in between.
    pub(crate) async fn forget<K, E>(
        &self,
        first: K,
        forget: impl Fn(&mut Database, &K) -> Result<Slice<K>, E> + Clone + Send + 'static,
    ) -> Result<u64, E>
    where
        K: Send + 'static,
        E: From<Failure> + Send + 'static,
    {
        let (mut forgotten, mut next) = (0, Some(first));
        while let Some(from) = next {
            let forget = forget.clone();
            let slice = self.change(move |database| forget(database, &from)).await?;
            forgotten += slice.forgotten;
            next = slice.next;
        }
        Ok(forgotten)
    }

    /// Has a reading thread read.
    pub(crate) async fn read<T, E>(
        &self,
        read: impl FnOnce(Reading<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Unanswered> + Send + 'static,
    {
        if self.threads.reads.is_none() {
            self.threads.refuse_writer()?;
        }
        let (reply, answer) = oneshot::channel();
        let read = reader::answering(reply, read);
        let sent = match &self.threads.reads {
            Some(reads) => reads.send(read).await.is_ok(),
            None => self.threads.jobs.send(Job::Read(read)).await.is_ok(),
        };
        let closed = || Err(Unanswered::Closed.into());
        if sent { answer.await.unwrap_or_else(|_| closed()) } else { closed() }
    }

    /// Hands a job to the writer and waits for its answer.
    async fn ask<T, E: From<Failure>>(&self, job: Job, answer: oneshot::Receiver<Result<T, E>>) -> Result<T, E> {
        let not_begun = |why: Unanswered| E::from(Failure::NotBegun(why.into()));
        self.threads.refuse_writer().map_err(not_begun)?;
        self.threads.jobs.send(job).await.map_err(|_| not_begun(Unanswered::Closed))?;
        // The writer answers whatever it takes; if it has ended without, nobody knows how far it came.
        answer.await.unwrap_or_else(|_| Err(Failure::Unknown(Unanswered::Closed.into()).into()))
    }
}

impl EventStore for SqliteStore {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        validate(&append)?;
        let (reply, answer) = oneshot::channel();
        self.ask(Job::Append(Pending { append, reply }), answer).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        self.read(move |reading| reader::stream(reading.connection, reading.names, &query)).await
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        self.read(move |reading| reader::feed(reading.connection, reading.names, &query)).await
    }

    async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
        self.read(move |reading| reader::event(reading.connection, reading.names, id)).await
    }

    async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
        self.read(move |reading| reader::command(reading.connection, id).map_err(|error| reader::storage(&error))).await
    }

    async fn forget_commands(&self, before: Timestamp) -> Result<u64, AppendError> {
        self.forget(Vec::new(), move |database, from| database.forget_commands(before, from)).await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.threads.path).finish_non_exhaustive()
    }
}

impl Threads {
    fn shut(&self) {
        self.jobs.close();
    }

    /// Whether this is the writer, which runs code of views: it must not wait for itself.
    fn is_writer(&self) -> bool {
        thread::current().id() == self.writer_id
    }

    fn refuse_writer(&self) -> Result<(), Unanswered> {
        if self.is_writer() { Err(Reentrant.into()) } else { Ok(()) }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shut();
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may have been with code that the writer runs: then it ends by itself.
        if let Some(writer) = writer.filter(|_| !self.is_writer()) {
            // A thread that panicked has said so; there is nobody here to tell.
            let _ = writer.join();
        }
    }
}

/// An open store on its thread: the writer, and the other threads, which it outlives.
struct Opened {
    path: Option<PathBuf>,
    writer: Writer,
    reads: Option<Sender<Read>>,
    watch: Arc<Watch>,
    others: Vec<JoinHandle<()>>,
}

impl Opened {
    fn open(path: Option<&Path>, options: &Options, watch: Arc<Watch>) -> Result<Self, OpenError> {
        let path = path.map(file::resolve).transpose()?;
        let writer = Writer::open(path.as_deref(), options, &watch)?;
        let mut opened = Self { path, writer, reads: None, watch, others: Vec::new() };
        if let Some(path) = opened.path.clone() {
            opened.start_others(&path, options)?;
        }
        Ok(opened)
    }

    fn start_others(&mut self, path: &Path, options: &Options) -> Result<(), OpenError> {
        let (reads, reads_end) = async_channel::bounded(options.queue.max(1));
        self.reads = Some(reads);
        for _ in 0..options.readers.max(1) {
            let mut connection = file::connect_reader(path, options)?;
            let guard = Guard::of(&mut connection).map_err(|error| file::open_error(path, &error))?;
            let reads_end = reads_end.clone();
            self.start(path, "factum-sqlite-reader", move || reader::run(&connection, &guard, &reads_end))?;
        }
        let (watch, connection) = (Arc::clone(&self.watch), file::connect_reader(path, options)?);
        self.start(path, "factum-sqlite-watch", move || watch.run(&connection))
    }

    fn start(&mut self, path: &Path, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let started = thread::Builder::new().name(name.to_owned()).spawn(run);
        self.others.push(started.map_err(|source| OpenError::Io { path: path.to_owned(), source })?);
        Ok(())
    }

    fn run(&mut self, jobs: &Receiver<Job>) {
        self.writer.run(jobs);
    }
}

impl Drop for Opened {
    /// The writer's connection is the last to close: it moves the WAL into the file and removes it.
    fn drop(&mut self) {
        if let Some(reads) = &self.reads {
            reads.close();
        }
        self.watch.close();
        for thread in self.others.drain(..) {
            let _ = thread.join();
        }
    }
}
