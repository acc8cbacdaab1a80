//! Goldens: folders with schemas, and beside them the Rust that has to come out.

use std::path::{Path, PathBuf};
use std::{fs, io};

use factum_model::Checked;

/// What is expected, in the folder of its schemas.
pub const EXPECTED: &str = "expected.rs";

/// A golden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden {
    /// The folder's name.
    pub name: String,
    folder: PathBuf,
    /// Name and text of each schema, by name.
    pub schemas: Vec<(String, String)>,
}

/// Every golden of a folder, by name.
///
/// # Errors
/// Something cannot be read.
pub fn goldens(folder: &Path) -> io::Result<Vec<Golden>> {
    let mut goldens = Vec::new();
    for folder in entries(folder)? {
        let mut schemas = Vec::new();
        for file in entries(&folder)?.iter().filter(|file| file.extension().is_some_and(|found| found == "yaml")) {
            schemas.push((name(file), fs::read_to_string(file)?));
        }
        goldens.push(Golden { name: name(&folder), folder, schemas });
    }
    Ok(goldens)
}

impl Golden {
    /// What its schemas mean.
    ///
    /// # Errors
    /// They are refused.
    pub fn checked(&self) -> Result<Checked, String> {
        crate::checked_files(&self.schemas)
    }

    /// What comes out.
    ///
    /// # Errors
    /// The schema is refused, or what comes out is no Rust.
    pub fn generated(&self) -> Result<String, String> {
        let checked = self.checked()?;
        let names = self.schemas.iter().map(|(name, _)| name.as_str());
        factum_codegen::text(&checked, names).map_err(|error| error.to_string())
    }

    /// What has to come out.
    ///
    /// # Errors
    /// There is no such file.
    pub fn expected(&self) -> io::Result<String> {
        fs::read_to_string(self.folder.join(EXPECTED))
    }

    /// Makes `text` what has to come out.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn bless(&self, text: &str) -> io::Result<()> {
        fs::write(self.folder.join(EXPECTED), text)
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
