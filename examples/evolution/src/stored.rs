//! The stored events, and what they are read as.

use std::fs;
use std::path::{Path, PathBuf};

use factum::EventSet;
use factum_model::schema::{EventDef, Schema, VersionDef};

use crate::{Error, ParcelEvent};

/// An event as it was stored.
#[derive(Debug, Clone)]
pub struct Stored<'s> {
    /// Its event, as the schema knows it today.
    pub event: &'s EventDef,
    /// The version as which it was stored.
    pub version: &'s VersionDef,
    /// The payload, byte by byte.
    pub payload: String,
}

/// One of the events that a stored one is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The wire type.
    pub event_type: String,
    /// The schema version: the newest.
    pub schema_version: u32,
    /// As it would be stored today.
    pub payload: String,
}

/// Where the stored bytes and what they are read as are kept.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compat")
}

/// Everything below `stored/`: in the order of the schema, oldest versions first. A version has a file
/// `<event>/<version>.ndjson` with one payload a line.
///
/// # Errors
/// [`Error::File`], and [`Error::Unknown`] if a file is about what the schema does not have.
pub fn stored(schema: &Schema) -> Result<Vec<Stored<'_>>, Error> {
    let root = folder().join("stored");
    let mut all = Vec::new();
    for event in listed(&root)? {
        for version in listed(&root.join(&event))? {
            let unknown = || Error::Unknown { event: event.clone(), version: version.clone() };
            let def = schema.events.iter().find(|def| def.name.value == event).ok_or_else(unknown)?;
            let number = version.strip_suffix(".ndjson").and_then(|number| number.parse().ok());
            let found = def.versions.iter().find(|known| Some(known.number) == number).ok_or_else(unknown)?;
            let path = root.join(&event).join(&version);
            let text = fs::read_to_string(&path).map_err(|cause| Error::File { path, cause })?;
            let payloads = text.lines().map(str::to_owned);
            all.extend(payloads.map(|payload| Stored { event: def, version: found, payload }));
        }
    }
    let place = |stored: &Stored<'_>| schema.events.iter().position(|def| def.name == stored.event.name);
    all.sort_by_key(|stored| (place(stored), stored.version.number));
    Ok(all)
}

/// The names in a folder, sorted.
fn listed(path: &Path) -> Result<Vec<String>, Error> {
    let file = |cause| Error::File { path: path.to_owned(), cause };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(file)? {
        names.push(entry.map_err(file)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// What a stored event is read as, by the code that was generated for it.
///
/// # Errors
/// [`Error::Decode`].
pub fn today(stored: &Stored<'_>) -> Result<Vec<Read>, Error> {
    let VersionDef { wire_type, number, readable_from, .. } = stored.version;
    let read = |event: ParcelEvent| {
        let encoded = event.encode()?;
        let event_type = encoded.event_type.to_owned();
        Ok(Read { event_type, schema_version: encoded.schema_version, payload: encoded.payload })
    };
    let events = ParcelEvent::read(wire_type, *number, *readable_from, &stored.payload).map_err(|fault| {
        let (event_type, version) = (wire_type.clone(), *number);
        Error::Decode { event_type, version, fault }
    });
    events?.into_iter().map(read).collect()
}
