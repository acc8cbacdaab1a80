//! Files, for programs that find schemas in folders and write what was made of them. Macros do neither.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use factum_model::catalog::is_entered;

/// A file or folder with which something could not be done.
#[derive(Debug)]
pub struct FileError {
    /// Which.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The files below a folder, relative to it, with `/`. `entered` is told of every folder that is looked into: of what is
/// hidden, built or fetched, none is. Links to folders may lead back to where they are, so they are not followed.
///
/// # Errors
/// The folder that cannot be read.
pub fn walk(folder: &Path, entered: &mut dyn FnMut(&Path)) -> Result<Vec<String>, FileError> {
    let (mut files, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(below) = folders.pop() {
        // `join("")` would end the path with a slash.
        let path = if below.is_empty() { folder.to_path_buf() } else { folder.join(&below) };
        entered(&path);
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(|source| FileError { path: path.clone(), source })? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            let kind = entry.file_type().map_err(|source| FileError { path: entry.path(), source })?;
            if !kind.is_dir() {
                files.push(relative);
            } else if is_entered(&name) {
                folders.push(relative);
            }
        }
    }
    Ok(files)
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
        let old = match fs::read(&target) {
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
