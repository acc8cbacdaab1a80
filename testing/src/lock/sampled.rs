//! Samples for tests of the user's own: of derived events, and of those of schema files.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use factum::Event;
use factum::lock::LockedSet;
use factum_model::catalog::Layout;
use factum_model::schema::{EventDef, Schema, VersionDef};
use factum_model::value::sample::{Sample, Sampler};
use factum_model::{Sources, check};

use super::LockError;
use super::error::told;
use super::looks::Form;
use super::program::Program;
use super::samples::{Walk, samples};

/// Samples of events: payloads as any of their versions stored them, and events.
///
/// The same schema has the same samples in every release and on every machine.
///
/// ```
/// use factum::{Event, EventSet};
/// use factum_testing::Samples;
///
/// #[derive(Debug, Clone, PartialEq, Event)]
/// #[event(context = "conference", version = 2)]
/// struct SeatsFreed {
///     #[event(renamed(2, "seats"))]
///     quantity: u32,
/// }
///
/// #[derive(Debug, Clone, PartialEq, EventSet)]
/// enum SeatEvent {
///     SeatsFreed(SeatsFreed),
/// }
///
/// let samples = Samples::of_set::<SeatEvent>()?;
/// for freed in samples.events::<SeatsFreed>() {
///     let stored = freed.encode()?;
///     assert_eq!(SeatsFreed::decode(2, stored.readable_from, &stored.payload)?, freed);
/// }
/// for (name, payload) in samples.stored("conference.SeatsFreed", 1) {
///     assert!(SeatsFreed::decode(1, 1, &payload).is_ok(), "{name}: {payload}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Samples {
    parts: Vec<(Schema, BTreeMap<String, Form>)>,
}

impl Samples {
    /// Of the events of a derived set.
    ///
    /// # Errors
    /// Nothing can be made of what the JSON Schema of a type says, or two values have one name.
    pub fn of_set<S: for<'a> LockedSet<'a>>() -> Result<Self, LockError> {
        let programs = Program::all(&S::events())?.into_iter();
        Ok(Self { parts: programs.map(|program| (program.schema, program.forms)).collect() })
    }

    /// Of the events that schema files declare: one file, or all below a folder, as they are given to `factum-build`. The
    /// path is relative to the crate under test.
    ///
    /// # Errors
    /// A file cannot be read, or is wrong.
    pub fn of_schemas(path: impl AsRef<Path>) -> Result<Self, LockError> {
        let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        let root = crate_folder.join(path);
        let mut sources = Sources::new();
        for file in schemas(&root)? {
            let bytes = factum_files::read(&file).map_err(|source| LockError::File { path: file.clone(), source })?;
            sources.add(file.display().to_string(), bytes);
        }
        let outcome = check(&mut sources);
        let name = root.display().to_string();
        let checked = outcome.checked.ok_or_else(|| LockError::Schema { name, told: told(&outcome.diagnostics) })?;
        Ok(Self { parts: vec![(checked.schema().clone(), BTreeMap::new())] })
    }

    /// Payloads as `version` stored them under this wire type, each with a name that says what is special about it. None if
    /// there is no such event or version.
    #[must_use]
    pub fn stored(&self, event_type: &str, version: u32) -> Vec<(String, String)> {
        let Some((schema, forms, _, version)) = self.find(event_type, version) else { return Vec::new() };
        let all = samples(schema, &version.shape, forms).into_iter();
        all.map(|Sample { name, json }| (name, json.to_string())).collect()
    }

    /// As many payloads as one likes, which `seed` decides, mostly such as later versions have values for.
    #[must_use]
    pub fn any_stored(&self, event_type: &str, version: u32, seed: u64, count: usize) -> Vec<String> {
        let Some((schema, forms, def, version)) = self.find(event_type, version) else { return Vec::new() };
        let mut sampler = Sampler::new(schema, seed);
        let one = |index: usize| {
            let mut json = sampler.event(def, version.number)?;
            let at = &mut |form: &str, json: &mut _| {
                let all = forms.get(form).map(|form| &form.samples);
                if let Some(sample) = all.and_then(|all| all.get(index % all.len())) {
                    *json = sample.clone();
                }
            };
            Walk { schema, nulls: true, at }.record(&version.shape, &mut json);
            Some(json.to_string())
        };
        (0..count).filter_map(one).collect()
    }

    /// Events: one for each payload of [`Samples::stored`] of its own version. None if the event is not among these.
    ///
    /// # Panics
    /// The event does not read what its schema says. The lock test tells more about that.
    #[track_caller]
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<E> {
        let stored = self.stored(E::TYPE, E::VERSION).into_iter();
        let read = |(name, payload): (String, String)| match E::decode(E::VERSION, E::VERSION, &payload) {
            Ok(event) => event,
            Err(error) => panic!("the sample `{name}` of {} is not read: {error}\n  payload: {payload}", E::TYPE),
        };
        stored.map(read).collect()
    }

    fn find(
        &self,
        event_type: &str,
        version: u32,
    ) -> Option<(&Schema, &BTreeMap<String, Form>, &EventDef, &VersionDef)> {
        self.parts.iter().find_map(|(schema, forms)| {
            schema.events.iter().find_map(|def| {
                let stored = |known: &&VersionDef| known.number == version && known.wire_type == event_type;
                def.versions.iter().find(stored).map(|version| (schema, forms, def, version))
            })
        })
    }
}

/// The schemas at a path.
fn schemas(root: &Path) -> Result<Vec<PathBuf>, LockError> {
    if !root.is_dir() {
        return Ok(vec![root.to_owned()]);
    }
    let paths = factum_files::walk(root, &mut |_| ()).map_err(LockError::file)?;
    Ok(Layout::new(paths.iter().map(String::as_str)).schemas("").map(|schema| root.join(schema)).collect())
}
