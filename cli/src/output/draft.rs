//! A file beside the one whose place it will take.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// How the name of a draft begins, where it has one.
const PREFIX: &str = ".factum-";

/// What is being written. It is locked, so that others know whether anybody is still at it.
pub(super) enum Draft {
    /// Has no name until it is put in its place: it goes with the process, however that ends.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    /// Where the system has none without a name: it stays if the process is killed.
    Named(NamedTempFile),
}

impl Draft {
    /// An empty one, which others may read as far as the system lets them.
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        let draft = unnamed::begin(folder).map_or_else(|| named(folder), |file| Ok(Self::Unnamed(file)))?;
        #[cfg(not(target_os = "linux"))]
        let draft = named(folder)?;
        // Where there are no locks, somebody may be told that it was left behind.
        let _ = draft.file().try_lock();
        Ok(draft)
    }

    pub(super) fn file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    /// Puts it in its place: whatever was there is gone.
    pub(super) fn put(self, target: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => unnamed::put(&file, target),
            Self::Named(file) => file.persist(target).map(drop).map_err(|error| error.error),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

/// Where drafts of a file are.
pub(super) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn named(folder: &Path) -> io::Result<Draft> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map(Draft::Named)
}

/// The drafts in a folder of processes that were killed.
pub(super) fn left_behind(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let drafts = entries.filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)));
    let left = drafts.map(|entry| entry.path()).filter(|path| path.is_file());
    let mut left: Vec<PathBuf> =
        left.filter(|path| File::open(path).is_ok_and(|file| file.try_lock().is_ok())).collect();
    left.sort();
    left
}

#[cfg(target_os = "linux")]
mod unnamed {
    //! Files without a name, of which the file system has to know.

    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};

    pub(super) fn begin(folder: &Path) -> Option<File> {
        let mode = Mode::from_raw_mode(0o666);
        let file = rustix::fs::open(folder, OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC, mode).ok()?;
        let file = File::from(file);
        // Without it the file would never get a name.
        handle(&file).exists().then_some(file)
    }

    /// No link replaces what is there, and a renaming does: so it has a name of its own for a moment.
    pub(super) fn put(file: &File, target: &Path) -> io::Result<()> {
        let link = |name: &Path| Ok(rustix::fs::linkat(CWD, handle(file), CWD, name, AtFlags::SYMLINK_FOLLOW)?);
        let named = tempfile::Builder::new().prefix(super::PREFIX).make_in(super::folder_of(target), link)?;
        named.persist(target).map_err(|error| error.error)
    }

    fn handle(file: &File) -> PathBuf {
        format!("/proc/self/fd/{}", file.as_raw_fd()).into()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// The way that every system goes, and the one that this one goes.
    #[test]
    fn a_draft_takes_the_place_of_another_file_or_leaves_nothing() {
        for begin in [named, Draft::begin] {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("out");
            fs::write(&target, "old").unwrap();
            drop(begin(folder.path()).unwrap());
            assert_eq!(names(folder.path()), [target.as_path()]);
            let mut draft = begin(folder.path()).unwrap();
            draft.write_all(b"new").unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), "old");
            draft.put(&target).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), "new");
            assert_eq!(names(folder.path()), [target.as_path()]);
        }
    }

    #[test]
    fn only_what_nobody_writes_was_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let draft = named(folder.path()).unwrap();
        draft.file().try_lock().unwrap();
        let Draft::Named(file) = draft else { unreachable!("it has a name") };
        assert!(left_behind(folder.path()).is_empty());
        let (file, path) = file.keep().unwrap();
        assert!(left_behind(folder.path()).is_empty());
        drop(file);
        assert_eq!(left_behind(folder.path()), [path]);
    }
}
