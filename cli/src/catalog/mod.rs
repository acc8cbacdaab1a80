//! Catalogs: a `factum.toml` and the schemas below it, on disk or in a commit.

mod disk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use factum_model::ast::Document;
use factum_model::config::Config;
use factum_model::{CatalogFiles, Checked, Diagnostic, Diagnostics, Sources, check_catalogs, config, render, yaml};

pub use disk::{CatalogError, find};
pub(crate) use disk::{read, shown};
pub(crate) use factum_model::catalog::beside;
pub use factum_model::catalog::{CONFIG, LOCK, Layout};

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What messages call it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of one catalog, wherever they came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The `factum.toml`; `None` where a folder or a file was named that has none.
    pub config: Option<File>,
    /// The `factum.lock`.
    pub lock: Option<File>,
    /// The schemas, in the order of their names.
    pub schemas: Vec<File>,
}

/// A catalog on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// Its folder, or the one schema file that was named.
    pub root: PathBuf,
    /// Its files.
    pub contents: Contents,
}

impl Catalog {
    /// Where its `factum.toml` and its `factum.lock` are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        if self.root.is_file() { self.root.parent().unwrap_or(&self.root) } else { &self.root }
    }
}

/// A catalog that was read and checked.
#[derive(Debug)]
pub struct Reviewed {
    /// The texts, and where things are in them.
    pub sources: Sources,
    /// What it means; `None` if there are errors.
    pub checked: Option<Checked>,
    /// Every problem.
    pub diagnostics: Vec<Diagnostic>,
    /// What the files say, if all of them could be read.
    pub documents: Vec<Document>,
    /// What the `factum.toml` sets.
    pub config: Config,
}

impl Contents {
    /// What the `factum.toml` sets. What is wrong with it is said where it is reviewed.
    #[must_use]
    pub fn settings(&self) -> Config {
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let mut settings = |file: &File| {
            let file = sources.add(file.name.clone(), file.bytes.clone());
            config::read(&mut sources, file, &mut diagnostics)
        };
        self.config.as_ref().map(&mut settings).unwrap_or_default()
    }

    /// Reads and checks the `factum.toml`, and the schemas by themselves.
    #[must_use]
    pub fn check(&self) -> Reviewed {
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let mut config = Config::default();
        if let Some(file) = &self.config {
            let file = sources.add(file.name.clone(), file.bytes.clone());
            config = config::read(&mut sources, file, &mut diagnostics);
        }
        let wrong = diagnostics.has_errors();
        let mut diagnostics = diagnostics.into_vec();
        let files = self.schemas.iter().map(|file| sources.add(file.name.clone(), file.bytes.clone())).collect();
        let (mut checked, mut documents) = (None, Vec::new());
        for outcome in check_catalogs(&mut sources, &[CatalogFiles { files, released: None }]) {
            checked = outcome.checked.filter(|_| !wrong);
            diagnostics.extend(outcome.diagnostics);
            documents.extend(outcome.documents);
        }
        Reviewed { sources, checked, diagnostics, documents, config }
    }
}

impl Reviewed {
    /// What is wrong, in the look of rustc. Styled.
    #[must_use]
    pub fn rendered(&self) -> String {
        render(&self.diagnostics, &self.sources, true)
    }
}

/// The contexts that the schemas claim, whatever else may be wrong with them: schemas of another time may have mistakes.
pub(crate) fn contexts(contents: &Contents) -> BTreeSet<String> {
    let mut sources = Sources::new();
    let read = |file: &File| {
        let file = sources.add(file.name.clone(), file.bytes.clone());
        let document = yaml::read(&mut sources, file, &mut Diagnostics::new())?;
        Some(document.context.value).filter(|context| !context.is_empty())
    };
    contents.schemas.iter().filter_map(read).collect()
}
