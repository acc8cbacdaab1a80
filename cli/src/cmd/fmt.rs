//! `fmt`: schema files in their canonical layout.

use std::path::PathBuf;

use factum_model::printable::printable;
use factum_model::yaml::{LayoutError, layout};
use factum_model::{Diagnostics, Sources, render};
use similar::{ChangeTag, TextDiff};

use crate::args::{Cli, Fmt};
use crate::catalog::{File, find};
use crate::counted::counted;
use crate::style::{ERROR, FAINT, GOOD, STRONG, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Fmt, world: &mut World<'_>) -> Result<Exit, Failure> {
    let catalogs = find(&world.directory, &cli.catalog)?;
    let schemas: Vec<&File> = catalogs.iter().flat_map(|catalog| &catalog.contents.schemas).collect();
    let mut exit = Exit::Clean;
    let mut new: Vec<(&File, String)> = Vec::new();
    for file in &schemas {
        match laid_out(file, world)? {
            Some(text) if text.as_bytes() == file.bytes => {}
            Some(text) => new.push((file, text)),
            None => exit = Exit::Findings,
        }
    }
    if arguments.check {
        return check(&new, world).map(|found| exit.and(found));
    }
    let paths: Vec<PathBuf> = new.iter().map(|(file, _)| world.directory.join(&file.name)).collect();
    let texts: Vec<_> = paths.iter().zip(&new).map(|(path, (_, text))| (path.as_path(), text.as_str())).collect();
    factum_files::replace_all(&texts)?;
    for (file, _) in &new {
        world.done("Wrote", &file.name)?;
    }
    if new.is_empty() && exit == Exit::Clean {
        world.done("Fresh", format_args!("{} in the right layout", counted(schemas.len(), "schema")))?;
    }
    Ok(exit)
}

/// The file in its layout; `None` if it has none, which has been said.
fn laid_out(file: &File, world: &mut World<'_>) -> Result<Option<String>, Failure> {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let id = sources.add(file.name.clone(), file.bytes.clone());
    match layout(&mut sources, id, &mut diagnostics) {
        Ok(text) => return Ok(Some(text)),
        Err(LayoutError::Unreadable) => world.tell(render(&diagnostics.into_vec(), &sources, true))?,
        Err(LayoutError::Strange) => {
            let why = "would not say the same in any other layout, and is left as it is";
            world.fault(format_args!("{} {why}", file.name))?;
            world.help(
                "look for a key that goes over several lines, or for a line that ends with a carriage return alone",
            )?;
        }
    }
    Ok(None)
}

/// Shows what would change.
fn check(new: &[(&File, String)], world: &mut World<'_>) -> Result<Exit, Failure> {
    for (file, text) in new {
        let old = String::from_utf8_lossy(&file.bytes);
        world.print(format!("{}\n", styled(STRONG, printable(&file.name))))?;
        let diff = TextDiff::from_lines(&*old, text.as_str());
        for group in diff.grouped_ops(1) {
            if let Some(first) = group.first() {
                world.print(format!("{}\n", styled(FAINT, format!("line {}", first.old_range().start + 1))))?;
            }
            for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
                let (sign, style) = match change.tag() {
                    ChangeTag::Equal => (' ', FAINT),
                    ChangeTag::Delete => ('-', ERROR),
                    ChangeTag::Insert => ('+', GOOD),
                };
                let line = change.value().trim_end_matches(['\r', '\n']);
                world.print(format!("{}\n", styled(style, format!("{sign}{}", printable(line)))))?;
            }
        }
    }
    if !new.is_empty() {
        world.help("run `cargo factum fmt`")?;
    }
    Ok(Exit::findings(!new.is_empty()))
}
