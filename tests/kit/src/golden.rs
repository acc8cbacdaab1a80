//! Goldens: folders with schemas, and beside them the Rust that has to come out.

use std::path::{Path, PathBuf};
use std::{fs, io};

use factum_codegen::options::{Builtin, Choice, Foreign, Kind, Options, Visibility, Which};
use factum_model::Checked;
use proc_macro2::TokenStream;

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
        let tokens = generated(&checked, &self.options())?;
        factum_codegen::pretty(tokens, names).map_err(|error| error.to_string())
    }

    /// What was chosen for it.
    #[must_use]
    pub fn options(&self) -> Options {
        match self.name.as_str() {
            "mapped" => mapped(),
            "chosen" => chosen(),
            _ => Options::new(),
        }
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

/// What comes out of a schema with these options.
///
/// # Errors
/// The options do not fit it.
pub fn generated(checked: &Checked, options: &Options) -> Result<TokenStream, String> {
    factum_codegen::tokens_with(checked, options).map_err(|error| error.to_string())
}

fn options(choices: impl IntoIterator<Item = Choice>) -> Options {
    let mut options = Options::new();
    choices.into_iter().for_each(|choice| options.choose(choice, None));
    options
}

/// Another Rust type for every builtin that may have one, each as large as the builtin's own; and JSON Schemas. The types
/// are the tests'.
#[must_use]
pub fn mapped() -> Options {
    let map = |builtin, foreign: Foreign| Choice::Builtin(builtin, foreign);
    let mut options = options([
        map(Builtin::Bytes, Foreign::new("::std::vec::Vec<::core::primitive::u8>").not_copy()),
        map(Builtin::Uuid, Foreign::new("crate::foreign::Id")),
        map(Builtin::Timestamp, Foreign::new("crate::foreign::Moment")),
        map(Builtin::Date, Foreign::new("crate::foreign::Day")),
        map(Builtin::Duration, Foreign::new("crate::foreign::Length")),
        map(Builtin::Decimal, Foreign::new("::std::string::String").adapter("crate::foreign::DecimalText").not_copy()),
        map(Builtin::Json, Foreign::new("crate::foreign::Extra")),
    ]);
    options.choose(Choice::JsonSchema(true), None);
    options
}

/// All other choices, and a type that does not hold all that its builtin holds.
fn chosen() -> Options {
    let module = |context: &str, name: &str| Choice::Module { context: context.to_owned(), name: name.to_owned() };
    let derive = |which, path: &str| Choice::Derive(which, path.to_owned());
    options([
        Choice::Builtin(Builtin::Uuid, Foreign::new("crate::foreign::NotNil").not_ordered()),
        module("sales", "selling"),
        module("billing", "type"),
        Choice::Visibility(Visibility::Crate),
        derive(Which::Kind(Kind::Events), "::core::hash::Hash"),
        derive(Which::Named("Money".to_owned()), "::core::hash::Hash"),
        derive(Which::Named("billing.Money".to_owned()), "::core::marker::Copy"),
    ])
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
