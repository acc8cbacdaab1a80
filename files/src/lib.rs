//! How factum's programs find, read and replace the files of a catalog: its schemas, its lock, and what is made of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use factum_model::catalog::{is_entered, is_of_catalog};

/// A file or folder with which something could not be done.
#[derive(Debug)]
pub struct FileError {
    /// Which.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl FileError {
    fn other(path: impl Into<PathBuf>, why: &str) -> Self {
        Self { path: path.into(), source: io::Error::other(why) }
    }
}

/// What is in a file. What is none is not opened: of a pipe it would wait for somebody to write.
///
/// # Errors
/// What the system said, or what it is instead of a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path).map_err(|error| match path.symlink_metadata() {
        Ok(link) if link.is_symlink() && error.kind() == io::ErrorKind::NotFound => {
            io::Error::new(error.kind(), "it is a link that leads nowhere")
        }
        Ok(_) | Err(_) => error,
    })?;
    if !found.is_file() {
        let what = if found.is_dir() { "it is a folder" } else { "it is no regular file" };
        return Err(io::Error::other(what));
    }
    fs::read(path)
}

/// The files below a folder, relative to it, with `/`. `entered` is told of every folder that is looked into: of what is
/// hidden, built or fetched, none is. Links to folders may lead back to where they are, so they are not followed.
///
/// # Errors
/// The folder that cannot be read, or a schema's file whose path is no text.
pub fn walk(folder: &Path, entered: &mut dyn FnMut(&Path)) -> Result<Vec<String>, FileError> {
    let (mut files, mut folders) = (Vec::new(), vec![(String::new(), folder.to_path_buf())]);
    while let Some((below, path)) = folders.pop() {
        entered(&path);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(|source| FileError { path: path.clone(), source })? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            let kind = entry.file_type().map_err(|source| FileError { path: entry.path(), source })?;
            if kind.is_dir() {
                if is_entered(&name) {
                    folders.push((relative, entry.path()));
                }
            } else if is_of_catalog(&name) && folder.join(&relative) != entry.path() {
                return Err(FileError::other(entry.path(), "its path is not UTF-8, which messages and git name it by"));
            } else {
                files.push(relative);
            }
        }
    }
    Ok(files)
}

/// Makes a folder, and those that it is in. It may be there.
///
/// # Errors
/// The folder that cannot be made, or what is there instead of one.
pub fn make_folder(folder: &Path) -> Result<(), FileError> {
    if let Some(file) = folder.ancestors().find(|path| path.exists()).filter(|path| !path.is_dir()) {
        return Err(FileError::other(file, "it is a file, and a folder is wanted here"));
    }
    fs::create_dir_all(folder).map_err(|source| FileError { path: folder.to_path_buf(), source })
}

/// Replaces a file whole, or makes it: whoever reads meanwhile sees the old or the new. Its folder has to be there.
///
/// # Errors
/// The file that cannot be written; the old one is as it was.
pub fn replace(target: &Path, text: &str) -> Result<(), FileError> {
    replace_all(&[(target, text)])
}

/// Replaces several files, or none of them.
///
/// # Errors
/// The first file that cannot be written; all are as they were.
pub fn replace_all(files: &[(&Path, &str)]) -> Result<(), FileError> {
    let mut prepared = Vec::with_capacity(files.len());
    for (target, text) in files {
        match Prepared::new(target, text) {
            Ok(one) => prepared.push(one),
            Err(source) => {
                prepared.iter().for_each(Prepared::forget);
                return Err(FileError { path: target.to_path_buf(), source });
            }
        }
    }
    swap(&prepared)
}

fn swap(files: &[Prepared]) -> Result<(), FileError> {
    for (index, one) in files.iter().enumerate() {
        if let Err(source) = fs::rename(&one.new, &one.target) {
            files[index..].iter().for_each(Prepared::forget);
            files[..index].iter().for_each(Prepared::take_back);
            return Err(FileError { path: one.target.clone(), source });
        }
    }
    Ok(())
}

/// A new text that lies beside the file that it will replace.
struct Prepared {
    target: PathBuf,
    new: PathBuf,
    old: Option<Vec<u8>>,
}

impl Prepared {
    fn new(target: &Path, text: &str) -> io::Result<Self> {
        // What is linked is replaced, and not the link.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
        let old = match read(&target) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let one = Self { new: target.with_file_name(name), target, old };
        one.write(text.as_bytes()).inspect_err(|_| one.forget())?;
        Ok(one)
    }

    /// The new file may be read and written by whoever might the old one.
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        fs::write(&self.new, bytes)?;
        match fs::metadata(&self.target) {
            Ok(old) if old.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()),
            Ok(old) => fs::set_permissions(&self.new, old.permissions()),
            Err(_) => Ok(()),
        }
    }

    /// If it cannot be removed, a file too many is all there is.
    fn forget(&self) {
        let _ = fs::remove_file(&self.new);
    }

    /// Another file could not be replaced. What cannot be taken back either is left: the error is told anyway.
    fn take_back(&self) {
        let _ = match &self.old {
            Some(old) => self.write(old).and_then(|()| fs::rename(&self.new, &self.target)),
            None => fs::remove_file(&self.target),
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names = walk(folder, &mut |_| ()).unwrap();
        names.sort();
        names
    }

    #[test]
    fn what_is_hidden_or_built_is_not_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        for below in ["deep/er", ".git", "target", "node_modules/a"] {
            fs::create_dir_all(folder.path().join(below)).unwrap();
            fs::write(folder.path().join(below).join("a.yaml"), "").unwrap();
        }
        let mut entered = Vec::new();
        let files = walk(folder.path(), &mut |path| entered.push(path.to_path_buf())).unwrap();
        assert_eq!(files, ["deep/er/a.yaml"]);
        assert_eq!(entered, [folder.path().to_path_buf(), folder.path().join("deep"), folder.path().join("deep/er")]);
    }

    #[test]
    fn a_folder_is_not_made_where_a_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = make_folder(&file.join("below/it")).unwrap_err();
        assert_eq!(
            (error.path, error.source.to_string().as_str()),
            (file, "it is a file, and a folder is wanted here")
        );
        make_folder(&folder.path().join("new/below")).unwrap();
        make_folder(&folder.path().join("new/below")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_opened() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let said = |name: &str| read(&at(name)).unwrap_err().to_string();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        fs::create_dir(at("folder")).unwrap();
        symlink("nowhere", at("link")).unwrap();
        assert_eq!(said("pipe"), "it is no regular file");
        assert_eq!(said("folder"), "it is a folder");
        assert_eq!(said("link"), "it is a link that leads nowhere");
        assert!(said("nowhere").starts_with("No such file"), "{}", said("nowhere"));
        assert_eq!(replace(&at("pipe"), "new").unwrap_err().source.to_string(), "it is no regular file");
        fs::write(at("file"), "text").unwrap();
        symlink("file", at("to file")).unwrap();
        assert_eq!(read(&at("to file")).unwrap(), b"text");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_of_a_schema_the_path_has_to_be_text() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(OsStr::from_bytes(b"caf\xe9"));
        fs::create_dir(&odd).unwrap();
        fs::write(odd.join("a.txt"), "").unwrap();
        fs::write(folder.path().join("b.yaml"), "").unwrap();
        assert_eq!(names(folder.path()), ["b.yaml", "caf\u{fffd}/a.txt"]);
        fs::write(odd.join("a.yaml"), "").unwrap();
        let error = walk(folder.path(), &mut |_| ()).unwrap_err();
        assert_eq!(error.path, odd.join("a.yaml"));
        assert!(error.source.to_string().starts_with("its path is not UTF-8"), "{}", error.source);
    }

    #[test]
    fn several_files_are_replaced_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").unwrap();
        fs::create_dir(at("c")).unwrap();
        let (a, b) = (at("a"), at("b"));
        let untouched = || {
            assert_eq!((fs::read_to_string(&a).unwrap().as_str(), names(folder.path())), ("old", vec!["a".to_owned()]));
        };
        for wrong in [at("c"), at("nowhere/d")] {
            let error = replace_all(&[(&a, "new"), (&b, "new"), (&wrong, "new")]).unwrap_err();
            assert_eq!(error.path, wrong);
            untouched();
        }
        // The last one fails only when the others have been replaced.
        let blocked = Prepared { target: at("c"), new: at("c.new"), old: None };
        fs::write(&blocked.new, "new").unwrap();
        let others = [&a, &b].map(|path| Prepared::new(path, "new").unwrap());
        assert!(swap(&others.into_iter().chain([blocked]).collect::<Vec<_>>()).is_err());
        untouched();
        replace_all(&[(&a, "new"), (&b, "new")]).unwrap();
        assert_eq!(fs::read_to_string(&a).unwrap(), "new");
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[cfg(unix)]
    #[test]
    fn rights_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(replace(&file, "newer").is_err(), "what is not to be written is not");
        assert_eq!(names(folder.path()), ["file", "link"]);
    }
}
