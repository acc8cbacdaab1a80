//! `init`: a catalog to begin with.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use factum_codegen::files;

use crate::args::Init;
use crate::catalog::{self, CONFIG, Contents, File, shown};
use crate::style::{FAINT, GOOD, STRONG, styled};
use crate::{Exit, Failure, World};

const CONFIG_TEXT: &str = include_str!("factum.toml");
const SCHEMA: &str = include_str!("schema.yaml");

/// Where the context's name stands in the schema.
const CONTEXT: &str = "CONTEXT";

pub(super) fn run(arguments: &Init, world: &mut World<'_>) -> Result<Exit, Failure> {
    let folder = world.directory.join(&arguments.path);
    let context = arguments.context.clone().unwrap_or_else(|| named_after(&world.directory));
    let schema = SCHEMA.replace(CONTEXT, &context);
    let paths = [folder.join(CONFIG), folder.join(format!("{context}.yaml"))];
    let names = [0, 1].map(|index| shown(&world.directory, &paths[index]));
    // A context that is no name is said as a schema with it would say it.
    let file = File { name: names[1].clone(), bytes: schema.clone().into_bytes() };
    let reviewed = catalog::check(&[Contents { schemas: vec![file], ..Contents::default() }]);
    if reviewed.checked().is_none() {
        world.tell(reviewed.rendered())?;
        return Ok(Exit::Findings);
    }
    for (path, name) in paths.iter().zip(&names) {
        if path.exists() {
            let help = Some("name another folder: `cargo factum init FOLDER`".to_owned());
            return Err(Failure::Unknown { message: format!("{name} is there already"), help });
        }
    }
    fs::create_dir_all(&folder).map_err(|source| Failure::Write { path: folder.clone(), source })?;
    files::replace_all(&[(&paths[0], CONFIG_TEXT), (&paths[1], &schema)])?;
    for name in &names {
        world.tell(format!("{} {name}\n", styled(GOOD, "   Wrote")))?;
    }
    world.print(next_steps(&shown(&world.directory, &folder)))?;
    Ok(Exit::Clean)
}

/// A folder's name as the name of a context.
fn named_after(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = words.join("_");
    if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { "shop".to_owned() }
}

fn next_steps(folder: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let steps = [
        (
            "Cargo.toml",
            format!("[dependencies]\nfactum = \"{version}\"\n\n[build-dependencies]\nfactum-build = \"{version}\""),
        ),
        ("build.rs", format!("fn main() -> std::process::ExitCode {{\n    factum_build::generate(\"{folder}\")\n}}")),
        ("src/events.rs", "factum::include_schemas!();".to_owned()),
        (
            "in CI, for each pull request, with its whole history checked out",
            "cargo factum fmt --check\ncargo factum check --against origin/main --format github".to_owned(),
        ),
        (
            "with the first release, and whenever the schemas change: write factum.lock, and commit it",
            "cargo factum lock".to_owned(),
        ),
    ];
    let mut text = String::new();
    for (title, lines) in steps {
        let _ = writeln!(text, "\n{}\n", styled(STRONG, title));
        for line in lines.lines() {
            let _ = writeln!(text, "{}", format!("    {line}").trim_end());
        }
    }
    let _ = writeln!(text, "\n{}", styled(FAINT, "docs/review.md has the whole of it for GitHub, GitLab and others."));
    text
}
