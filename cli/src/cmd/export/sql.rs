//! `export sql`: views of events, for SQLite.

use factum_codegen::items::sql::Script;
use factum_codegen::{emit, lower};

use crate::args::{Cli, Sql};
use crate::catalog::shown;
use crate::cmd::reviewed;
use crate::counted::counted;
use crate::output::may_be_replaced;
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, wanted: &Sql, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(catalogs) = reviewed.checked() else { return Ok(Exit::Findings) };
    let script = lower::sql::script(&catalogs);
    let text = emit::sql::text(&script);
    match wanted.out.as_deref().filter(|out| out.as_os_str() != "-") {
        None => world.hand_over(text)?,
        Some(out) => {
            let out = world.directory.join(out);
            may_be_replaced(&out)?;
            factum_files::replace(&out, &text)?;
            let (count, name) = (counted(script.views.len(), "view"), shown(&world.directory, &out));
            world.done("Wrote", format_args!("{count} to {name}"))?;
        }
    }
    tell_left(&script, world)?;
    Ok(Exit::Clean)
}

/// What is not shown as the current version.
fn tell_left(script: &Script, world: &mut World<'_>) -> Result<(), Failure> {
    for left in &script.left {
        world.warning(emit::sql::told(left))?;
    }
    Ok(())
}
