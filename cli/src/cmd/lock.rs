//! `lock`: writes `factum.lock`. What was released stays in it as it was released.

use factum_codegen::files;

use super::against::{Compared, compared};
use crate::args::{Cli, Lock};
use crate::catalog::{LOCK, shown};
use crate::report::Format;
use crate::review::{Level, run};
use crate::style::{ERROR, GOOD, HELP, STRONG, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Lock, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut exit = Exit::Clean;
    for Compared { catalog, released, findings } in compared(cli, arguments.against.as_deref(), world)? {
        let mut found = run::review(&catalog.contents, &released, false);
        found.review.findings.extend(findings);
        found.review.sort();
        let fails = found.review.fails(Level::Error);
        let (Some(lock), false) = (found.lock, fails) else {
            world.tell(Format::Text.report(&found.review))?;
            exit = Exit::Findings;
            continue;
        };
        let folder =
            if catalog.root.is_file() { catalog.root.parent().unwrap_or(&catalog.root) } else { &catalog.root };
        let path = folder.join(LOCK);
        let name = shown(&world.directory, &path);
        let text = lock.to_string();
        if catalog.contents.lock.as_ref().is_some_and(|old| old.bytes == text.as_bytes()) {
            world.tell(format!("{} {name} is what the schemas say\n", styled(GOOD, "   Fresh")))?;
        } else if arguments.check {
            let what = format!(": {name} is not what the schemas say");
            world.tell(format!("{}{}\n", styled(ERROR, "error"), styled(STRONG, what)))?;
            world.tell(format!("  {} run `cargo factum lock`, and commit it\n", styled(HELP, "= help:")))?;
            exit = Exit::Findings;
        } else {
            files::replace(&path, &text)?;
            world.tell(format!("{} {name}\n", styled(GOOD, "   Wrote")))?;
        }
    }
    Ok(exit)
}
