//! `export json-schema`: what events store, for services without generated code.

use std::path::Path;

use factum_codegen::emit::json_schema;
use factum_model::Schema;
use factum_model::schema::{EventDef, VersionDef};

use crate::args::{Cli, JsonSchema};
use crate::catalog::shown;
use crate::cmd::reviewed;
use crate::counted::counted;
use crate::{Exit, Failure, World};

/// A version of an event, and the schema that declares it.
type Version<'s> = (&'s Schema, &'s EventDef, &'s VersionDef);

pub(super) fn run(cli: &Cli, wanted: &JsonSchema, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let all: Vec<Version<'_>> = checked.into_iter().flat_map(|checked| versions(checked.schema())).collect();
    let versions: Vec<Version<'_>> = all.iter().copied().filter(|version| is_wanted(wanted, version)).collect();
    if versions.is_empty() {
        return Err(none(wanted, &all));
    }
    match (&wanted.out, &versions[..]) {
        (Some(folder), versions) => write(&world.directory.join(folder), versions, world)?,
        (None, [(schema, event, version)]) => {
            world.hand_over(text(&json_schema::version(schema, event, version)))?;
        }
        (None, [(first, ..), ..]) => {
            if versions.iter().any(|(schema, ..)| !std::ptr::eq(*schema, *first)) {
                let help = Some("name a folder with `--out`, or one catalog with `--catalog`".to_owned());
                return Err(Failure::Unknown { message: "several catalogs, and one output".to_owned(), help });
            }
            let versions = versions.iter().map(|(_, event, version)| (*event, *version));
            world.hand_over(text(&json_schema::versions(first, versions)))?;
        }
        (None, []) => {}
    }
    Ok(Exit::Clean)
}

fn versions(schema: &Schema) -> impl Iterator<Item = Version<'_>> {
    schema.events.iter().flat_map(move |event| event.versions.iter().map(move |version| (schema, event, version)))
}

/// By the name of the event now, with or without its context, or by the one under which the version was stored.
fn is_wanted(wanted: &JsonSchema, (_, event, version): &Version<'_>) -> bool {
    let names = [&version.wire_type, &event.current().wire_type].map(String::as_str);
    let is_called = |asked: &str| names.iter().any(|name| *name == asked || name.rsplit('.').next() == Some(asked));
    wanted.event.as_deref().is_none_or(is_called) && wanted.at.is_none_or(|at| at == version.number)
}

fn none(wanted: &JsonSchema, all: &[Version<'_>]) -> Failure {
    let any_version = JsonSchema { at: None, ..wanted.clone() };
    match (&wanted.event, wanted.at) {
        (Some(event), Some(at)) if all.iter().any(|version| is_wanted(&any_version, version)) => {
            Failure::Unknown { message: format!("`{event}` has no version {at}"), help: None }
        }
        (Some(event), _) => Failure::no_such("event", event, all.iter().map(|(_, event, _)| event.name.value.as_str())),
        (None, Some(at)) => Failure::Unknown { message: format!("no event has a version {at}"), help: None },
        (None, None) => Failure::Unknown { message: "the schemas declare no event".to_owned(), help: None },
    }
}

/// One file for each version: `seats.Opened.v2.json`.
fn write(folder: &Path, versions: &[Version<'_>], world: &mut World<'_>) -> Result<(), Failure> {
    factum_files::make_folder(folder)?;
    let texts: Vec<_> = versions
        .iter()
        .map(|(schema, event, version)| {
            let path = folder.join(format!("{}.v{}.json", version.wire_type, version.number));
            (path, text(&json_schema::version(schema, event, version)))
        })
        .collect();
    let files: Vec<_> = texts.iter().map(|(path, text)| (path.as_path(), text.as_str())).collect();
    factum_files::replace_all(&files)?;
    let name = shown(&world.directory, folder);
    world.done("Wrote", format_args!("{} to {name}", counted(files.len(), "JSON Schema")))
}

fn text(schema: &serde_json::Value) -> String {
    // A value is always JSON.
    serde_json::to_string_pretty(schema).unwrap_or_default() + "\n"
}
