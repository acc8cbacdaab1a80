//! What holds the house together and no compiler checks. One file per rule; each takes plain data, so that a test can
//! show it something wrong.

mod derives;
mod directions;
mod generated;
mod manifests;
mod model;
mod readme;
pub(crate) mod sources;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use cargo_metadata::{Metadata, MetadataCommand};

/// A rule's title and what it found.
type Rule = (&'static str, fn(&House) -> Vec<String>);

const RULES: &[Rule] = &[
    ("crates import only whom they may", directions::check),
    ("every manifest has its metadata and the workspace's lints", manifests::check),
    ("a derive waits for the macros, the model and the generator alone", derives::check),
    ("the model has no tokens, no files, no clock", model::check),
    ("generated code names only ::factum, ::core and ::std", generated::check),
    ("nothing is left to be done later", sources::unfinished),
    ("the README's commands exist", readme::check),
];

/// Everything that rules look at.
struct House {
    metadata: Metadata,
    /// Path from the root, with `/`, and text of every text file of the project.
    files: Vec<(String, String)>,
    /// What the macros bring along.
    macros_tree: String,
}

/// Asks every rule. The text for the terminal, and whether all is well.
pub(crate) fn run(root: &Path) -> (String, bool) {
    let house = match House::at(root) {
        Ok(house) => house,
        Err(error) => return (format!("cannot look at the workspace: {error}\n"), false),
    };
    let mut text = String::new();
    let mut found = 0;
    for (title, rule) in RULES {
        let findings = rule(&house);
        let _ = writeln!(text, "{} {title}", if findings.is_empty() { "ok  " } else { "FAIL" });
        for finding in &findings {
            let _ = writeln!(text, "     {finding}");
        }
        found += findings.len();
    }
    for (file, lines) in sources::long(&house.files) {
        let _ = writeln!(text, "note {file} has {lines} lines: more than 500 want a reason");
    }
    let _ = writeln!(text, "{}", if found == 0 { "tidy".to_owned() } else { format!("{found} findings") });
    (text, found == 0)
}

impl House {
    fn at(root: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.extend((name != "target" && !name.starts_with('.')).then_some(path));
                } else if is_text(&path) {
                    let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                    // Some fixtures are no UTF-8 on purpose.
                    files.push((relative, String::from_utf8_lossy(&fs::read(&path)?).into_owned()));
                }
            }
        }
        files.sort();
        Ok(Self { metadata, files, macros_tree: derives::tree(root)? })
    }

    /// The files of a folder with this extension.
    fn below<'h>(&'h self, folder: &str, extension: &str) -> impl Iterator<Item = &'h (String, String)> {
        let wanted = move |path: &str| path.starts_with(folder) && path.ends_with(extension);
        let files: Vec<_> = self.files.iter().filter(|(path, _)| wanted(path)).collect();
        files.into_iter()
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|found| ["rs", "md", "toml", "yaml", "yml"].iter().any(|known| found == *known))
}

#[cfg(test)]
mod tests;
