//! The example's file: found, made, or removed if it is the example's own.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use factum::Uuid;
use factum::cloudevents::NdjsonReader;
use factum::store::{EventStore, FeedQuery};
use factum_sqlite::{OpenError, Options as StoreOptions, SqliteStore, is_of_store};

use crate::{Error, Options};

/// Opens the store, after removing it if that is asked for.
///
/// # Errors
/// [`Error::NotOurs`] for a store that somebody else filled; it is left as it is.
pub async fn open(options: &Options) -> Result<SqliteStore, Error> {
    if options.fresh {
        remove(options).await?;
    }
    let store = SqliteStore::open(&options.db).await?;
    require_ours(&store, options).await?;
    Ok(store)
}

/// Removes the example's file and what stands beside it. A file that is not there is removed already.
async fn remove(options: &Options) -> Result<(), Error> {
    let store = match StoreOptions::new().must_exist(true).open(&options.db).await {
        Ok(store) => store,
        Err(OpenError::Missing { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let path = store.path().unwrap_or(&options.db).to_owned();
    let ours = require_ours(&store, options).await;
    store.close().await;
    ours?;
    let failed = |source| Error::Remove { path: path.clone(), source };
    let folder = fs::read_dir(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    for entry in folder {
        let file = entry.map_err(failed)?.path();
        if is_of_store(&path, &file) {
            remove_file(file)?;
        }
    }
    Ok(())
}

/// The store is empty, or begins with the event that the recorded ones begin with.
async fn require_ours(store: &SqliteStore, options: &Options) -> Result<(), Error> {
    let first = store.read_all(FeedQuery { limit: 1, ..FeedQuery::default() }).await?;
    match first.iter().next() {
        Some(stored) if Some(stored.id) != first_recorded(&options.recorded)? => {
            Err(Error::NotOurs { path: options.db.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

fn first_recorded(path: &Path) -> Result<Option<Uuid>, Error> {
    let file = File::open(path).map_err(|source| Error::Recorded { path: path.to_owned(), source })?;
    let first = NdjsonReader::new(BufReader::new(file)).next().transpose();
    let first = first.map_err(|error| Error::Import { path: path.to_owned(), source: error.into() })?;
    Ok(first.map(|line| line.event.event.id))
}

fn remove_file(path: PathBuf) -> Result<(), Error> {
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Remove { path, source }),
        Ok(()) | Err(_) => Ok(()),
    }
}
