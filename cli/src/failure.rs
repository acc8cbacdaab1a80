//! Why something could not be done. What is wrong with a schema is no failure but a finding.

use std::io;
use std::path::PathBuf;

use factum_codegen::files::FileError;

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
    /// How to go on.
    fn help(&self) -> Option<String> {
        match self {
            Self::Catalog(error) => error.help(),
            Self::Git(error) => error.remedy().map(|remedy| remedy.to_string()),
            Self::Unknown { help, .. } => help.clone(),
            Self::Output(_) | Self::Write { .. } | Self::Stored { .. } | Self::Generator(_) => None,
        }
    }

    /// Says it. Whoever closed the output does not want to hear of it.
    pub(crate) fn tell(&self, world: &mut World<'_>) -> Result<(), Self> {
        if matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return Ok(());
        }
        world.fault(self)?;
        if let Some(help) = self.help() {
            world.help(help)?;
        }
        world.flush()
    }
}
