//! How a store is opened.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use factum::store::{Clock, SystemClock};

use crate::{OpenError, SqliteStore};

/// How a [`SqliteStore`] is opened. Nothing here weakens durability: a commit is always synced before it is answered.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("conference.db");
/// use factum_sqlite::Options;
///
/// let store = Options::new().busy_timeout(std::time::Duration::from_secs(1)).open(&path).await?;
/// # store.close().await;
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Clone)]
pub struct Options {
    pub(crate) busy_timeout: Duration,
    pub(crate) cache_bytes: usize,
    pub(crate) group_appends: usize,
    pub(crate) group_bytes: usize,
    pub(crate) queue: usize,
    pub(crate) readers: usize,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) quick_check: bool,
    pub(crate) must_exist: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        let readers = std::thread::available_parallelism().map_or(2, NonZeroUsize::get).clamp(1, 4);
        Self {
            busy_timeout: Duration::from_secs(5),
            cache_bytes: 64 << 20,
            group_appends: 256,
            group_bytes: 4 << 20,
            queue: 1024,
            readers,
            max_bytes: None,
            quick_check: false,
            must_exist: false,
            clock: Arc::new(SystemClock),
        }
    }

    /// How long to wait for another process that writes, before the answer is `Busy`. 5 seconds unless set.
    #[must_use]
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// The memory that the writer's page cache may take; each reader, which mostly goes
    /// straight ahead, has a sixty-fourth of it. 64 MiB unless set.
    #[must_use]
    pub const fn page_cache(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// The most appends that are committed together, and the bytes of payload after which no further one joins them.
    /// 256 appends and 4 MiB unless set; one append of any size is always taken.
    #[must_use]
    pub const fn group_limits(mut self, appends: usize, bytes: usize) -> Self {
        self.group_appends = appends;
        self.group_bytes = bytes;
        self
    }

    /// The appends that may wait for the writer before the next caller waits to hand its own over. 1,024 unless set.
    #[must_use]
    pub const fn queue(mut self, appends: usize) -> Self {
        self.queue = appends;
        self
    }

    /// The connections (a thread each) that read. As many as there are processors, at most 4, unless set.
    #[must_use]
    pub const fn read_connections(mut self, connections: usize) -> Self {
        self.readers = connections;
        self
    }

    /// The most bytes that the file may grow to: beyond that an append fails as on a full disk. No ceiling unless set.
    #[must_use]
    pub const fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Whether to have SQLite check the whole file before it is used. It reads every page: not unless set.
    #[must_use]
    pub const fn quick_check(mut self, check: bool) -> Self {
        self.quick_check = check;
        self
    }

    /// Whether a file that is not there is an error. It is made unless set.
    #[must_use]
    pub const fn must_exist(mut self, must_exist: bool) -> Self {
        self.must_exist = must_exist;
        self
    }

    /// Where the time of an event comes from. The operating system's clock unless set.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens the store in the file at `path`.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, OpenError> {
        SqliteStore::start(Some(path.as_ref().to_owned()), self).await
    }

    /// Opens an empty store in memory. It has one connection, and is gone when the last handle is dropped.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open_in_memory(self) -> Result<SqliteStore, OpenError> {
        SqliteStore::start(None, self).await
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("busy_timeout", &self.busy_timeout)
            .field("cache_bytes", &self.cache_bytes)
            .field("group_appends", &self.group_appends)
            .field("group_bytes", &self.group_bytes)
            .field("queue", &self.queue)
            .field("readers", &self.readers)
            .field("max_bytes", &self.max_bytes)
            .field("quick_check", &self.quick_check)
            .field("must_exist", &self.must_exist)
            .finish_non_exhaustive()
    }
}
