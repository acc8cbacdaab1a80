//! `init`: a catalog to begin with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::args::Init;
use crate::catalog::{self, CONFIG, Catalog, Contents, File, all_below, contexts, shown};
use crate::git::Repository;
use crate::style::{FAINT, STRONG, styled};
use crate::{Exit, Failure, World};

const CONFIG_TEXT: &str = include_str!("factum.toml");
const SCHEMA: &str = include_str!("schema.yaml");

/// Where the context's name stands in the schema.
const CONTEXT: &str = "CONTEXT";

pub(super) fn run(arguments: &Init, world: &mut World<'_>) -> Result<Exit, Failure> {
    let folder = world.directory.join(&arguments.path);
    is_free(&folder, world)?;
    let context = Chosen::of(arguments, &folder, world)?;
    let schema = SCHEMA.replace(CONTEXT, &context.name);
    let paths = [folder.join(CONFIG), folder.join(format!("{}.yaml", context.name))];
    let names = [0, 1].map(|index| shown(&world.directory, &paths[index]));
    // A context that is no name is said as a schema with it would say it.
    let file = File { name: names[1].clone(), bytes: schema.clone().into_bytes() };
    let reviewed = catalog::check(&[Contents { schemas: vec![file], ..Contents::default() }]);
    if reviewed.checked().is_none() {
        world.tell(reviewed.rendered())?;
        return Ok(Exit::Findings);
    }
    paths.iter().zip(&names).try_for_each(|(path, name)| is_not_there(path, name))?;
    factum_files::make_folder(&folder)?;
    factum_files::replace_all(&[(&paths[0], CONFIG_TEXT), (&paths[1], &schema)])?;
    for name in &names {
        world.done("Wrote", name)?;
    }
    if let Some((other, root)) = &context.instead_of {
        let why = format!("the context is `{}`, since `{other}` belongs to the catalog {root}", context.name);
        world.more(why)?;
    }
    world.print(next_steps(&shown(&world.directory, &folder)))?;
    Ok(Exit::Clean)
}

/// That no catalog is there, and that none is around it.
fn is_free(folder: &Path, world: &World<'_>) -> Result<(), Failure> {
    let config = folder.join(CONFIG);
    is_not_there(&config, &shown(&world.directory, &config))?;
    // As far as it is there: what leads up in a path leads elsewhere than its text says where a link is in it.
    let there = folder.ancestors().find_map(|outer| outer.canonicalize().ok()).unwrap_or_default();
    let around = there.ancestors().find(|outer| outer.join(CONFIG).is_file());
    around.map_or(Ok(()), |outer| Err(within(&shown(&world.directory, folder), &named(outer, world))))
}

fn is_not_there(path: &Path, name: &str) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let help = Some("name another folder: `cargo factum init FOLDER`".to_owned());
    Err(Failure::Unknown { message: format!("{name} is there already"), help })
}

/// A catalog in another one is a thing to be wanted, and not to happen.
fn within(folder: &str, outer: &str) -> Failure {
    Failure::Unknown {
        message: format!("{folder} is in the catalog {outer}, which has all schemas below it"),
        help: Some(format!(
            "write a schema there, or name a folder outside of it; for a catalog of its own in it make {folder}/{CONFIG}, \
             which may be empty, yourself"
        )),
    }
}

/// A folder as messages name it.
fn named(folder: &Path, world: &World<'_>) -> String {
    Some(shown(&world.directory, folder)).filter(|name| !name.is_empty()).unwrap_or_else(|| ".".to_owned())
}

/// A context that no other catalog has.
struct Chosen {
    name: String,
    /// The one that would have been taken, and the catalog that has it.
    instead_of: Option<(String, String)>,
}

impl Chosen {
    /// The one that was asked for; else the current directory's name, and if that is taken, the folder's.
    fn of(arguments: &Init, folder: &Path, world: &World<'_>) -> Result<Self, Failure> {
        let taken = taken(world);
        let owner = |name: &String| taken.get(name).cloned();
        let names = match &arguments.context {
            Some(name) => vec![name.clone()],
            None => vec![named_after(&world.directory), named_after(folder)],
        };
        let free = names.iter().find(|name| owner(name).is_none());
        let first = names.first().and_then(|name| Some((name.clone(), owner(name)?)));
        match (free, first) {
            (Some(name), instead_of) => Ok(Self { name: name.clone(), instead_of }),
            (None, first) => {
                let (name, root) = first.unwrap_or_default();
                Err(Failure::Unknown {
                    message: format!("the context `{name}` belongs to the catalog {root}"),
                    help: Some("a context has one catalog: name another with `--context NAME`".to_owned()),
                })
            }
        }
    }
}

/// The contexts of the catalogs around, each with its catalog: of the repository, or without one below the directory.
fn taken(world: &World<'_>) -> BTreeMap<String, String> {
    let repository = Repository::discover(&world.directory).ok().flatten();
    let top = repository.as_ref().map_or(world.directory.as_path(), Repository::top);
    let claims = |catalog: Catalog| {
        let root = named(&catalog.root, world);
        contexts(&catalog.contents).into_iter().map(move |context| (context, root.clone()))
    };
    all_below(top).into_iter().flat_map(claims).collect()
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
