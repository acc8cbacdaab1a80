//! Why something could not be done. What is wrong with a schema is no failure but a finding.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use factum_files::FileError;
use factum_model::names::nearest;

use crate::World;
use crate::catalog::CatalogError;
use crate::git::GitError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// There is no catalog, or it cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The baseline could not be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The output is closed or full.
    #[error("cannot write the output: {0}")]
    Output(#[source] io::Error),
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something was named that is not there.
    #[error("{message}")]
    Unknown {
        /// What there is not.
        message: String,
        /// What there is.
        help: Option<String>,
    },
    /// A store cannot be opened. What is said of it names it.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    Open(#[from] factum_sqlite::OpenError),
    /// Stored events cannot be read at all.
    #[error("{what}: {message}")]
    Stored {
        /// The file.
        what: String,
        /// What was said of it.
        message: String,
    },
    /// A defect of this program.
    #[error("factum made no valid Rust, which is a defect of factum: {0}")]
    Generator(String),
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Write { path: error.path, source: error.source }
    }
}

impl Failure {
    /// Nothing of this kind is called so. What may have been meant is named, or what there is.
    pub(crate) fn no_such<'n>(noun: &str, asked: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        /// More of them nobody looks through.
        const NAMED: usize = 12;
        let known: BTreeSet<&str> = known.into_iter().collect();
        let help = match nearest(asked, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("there is no {noun} at all"),
            None => {
                let names: Vec<String> = known.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
                let more = known.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("there is {}{more}", names.join(", "))
            }
        };
        Self::Unknown { message: format!("no {noun} is called `{asked}`"), help: Some(help) }
    }

    /// How to go on.
    fn help(&self) -> Option<String> {
        match self {
            Self::Catalog(error) => error.help(),
            Self::Git(error) => error.remedy().map(|remedy| remedy.to_string()),
            Self::Unknown { help, .. } => help.clone(),
            #[cfg(feature = "sqlite")]
            Self::Open(_) => None,
            Self::Output(_) | Self::Write { .. } | Self::Stored { .. } | Self::Generator(_) => None,
        }
    }

    /// Says it.
    pub(crate) fn tell(&self, world: &mut World<'_>) -> Result<(), Self> {
        world.fault(self)?;
        if let Some(help) = self.help() {
            world.help(help)?;
        }
        world.flush()
    }
}
