//! A file that is written piece by piece and appears whole.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::draft::{Draft, folder_of, left_behind};
use super::may_be_replaced;
use crate::Failure;

/// A file that is written beside the one that it will replace: whoever reads meanwhile sees the old one, and if the writing
/// stops, the old one is as it was.
pub(crate) struct Replacement {
    target: PathBuf,
    file: BufWriter<Draft>,
}

impl Replacement {
    /// Begins to write what will be at `target`. Its folder has to be there.
    pub(crate) fn begin(target: &Path) -> Result<Self, Failure> {
        // What is linked is replaced, and not the link.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
        let failed = |source| Failure::Write { path: target.clone(), source };
        may_be_replaced(&target)?;
        let file = Draft::begin(folder_of(&target)).map_err(failed)?;
        match fs::metadata(&target) {
            Ok(old) if old.is_dir() => return Err(failed(io::ErrorKind::IsADirectory.into())),
            Ok(old) if old.permissions().readonly() => return Err(failed(io::ErrorKind::PermissionDenied.into())),
            Ok(old) => file.file().set_permissions(old.permissions()).map_err(failed)?,
            Err(_) => {}
        }
        Ok(Self { target, file: BufWriter::with_capacity(1 << 18, file) })
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |source| Failure::Write { path: self.target.clone(), source };
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.file().sync_all().map_err(failed)?;
        file.put(&self.target).map_err(failed)
    }

    /// The drafts beside it of processes that were killed.
    pub(crate) fn left_behind(&self) -> Vec<PathBuf> {
        left_behind(folder_of(&self.target))
    }

    /// The file that will be replaced.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
