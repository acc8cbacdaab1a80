//! What a program's code makes of samples: whether its types are read and written as they look, and what has to stay.

use std::collections::BTreeMap;
use std::sync::Arc;

use factum::lock::{Try, Version};
use factum_model::Lock;
use factum_model::lock::{Fingerprint, Reading, Upcast};
use factum_model::names::full_name;
use factum_model::schema::{EventDef, Record, VersionDef};
use factum_model::value::sample::{Sample, Sampler};
use serde_json::Value;

use super::LockError;
use super::looks::json_of;
use super::normal::text;
use super::program::Program;
use super::samples::{Walk, forms_in, samples};

/// How many samples a step that is written by hand gets beside those with names.
const MORE: u64 = 8;

/// Stands for an output where a step has none.
const REFUSED: &str = "refused";

/// What a step made of samples, for an account: the name of each, its payload, and what came out.
pub(super) type Outputs = Vec<(String, String, Option<String>)>;

/// What the code does, by wire type and version.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What versions are written as.
    pub(super) written: BTreeMap<(String, u32), Outputs>,
    /// What the steps to versions make of samples of the version before.
    pub(super) stepped: BTreeMap<(String, u32), Outputs>,
}

/// Tries the code on samples, and enters in the lock what has to stay.
pub(super) fn pin(program: &Program, lock: &mut Lock, set: &str) -> Result<Done, LockError> {
    let mut done = Done::default();
    for (def, locked) in program.schema.events.iter().zip(&program.code) {
        let Some(event) = lock.events.get_mut(&full_name(&def.context, &def.name.value)) else { continue };
        let event = Arc::make_mut(&mut event.value);
        event.derived = Some(set.to_owned());
        let mut before: Option<(&VersionDef, Vec<Sample>)> = None;
        for (version, code) in def.versions.iter().zip(locked.code) {
            let all = samples(&program.schema, &version.shape, &program.forms);
            let at = At { program, def, version };
            let written = at.written(code, &all)?;
            let mut parts = prints(&written);
            let Some(entry) = event.versions.get_mut(&version.number) else { continue };
            if let (Some((old, samples)), Some(step)) = (&before, code.step) {
                match &mut entry.value.upcast {
                    Upcast::ByHand(known) => {
                        let mut samples = samples.clone();
                        samples.extend(more(program, def, old));
                        let outputs = outputs(step, &samples);
                        *known = prints(&outputs);
                        done.stepped.insert((version.wire_type.clone(), version.number), outputs);
                    }
                    Upcast::Steps(_) => {
                        let outputs = outputs(step, samples);
                        parts.extend(prints(&outputs));
                        done.stepped.insert((version.wire_type.clone(), version.number), outputs);
                    }
                }
            }
            entry.value.samples = Some(Fingerprint::of_parts(parts.iter().map(Fingerprint::as_str)));
            done.written.insert((version.wire_type.clone(), version.number), written);
            before = Some((version, all));
        }
        if let (Some(end), Some((last, mut samples))) = (&mut event.end, before)
            && let Reading::Others(children) = &mut end.reading
        {
            samples.extend(more(program, def, last));
            for (child, code) in children.iter_mut().zip(locked.becomes) {
                let parts = prints(&outputs(code.step, &samples));
                child.samples = Some(Fingerprint::of_parts(parts.iter().map(Fingerprint::as_str)));
            }
        }
    }
    lock.types.values_mut().for_each(|ty| Arc::make_mut(&mut ty.value).derived = true);
    Ok(done)
}

fn prints(outputs: &Outputs) -> Vec<Fingerprint> {
    outputs.iter().map(|(_, _, output)| Fingerprint::of(output.as_deref().unwrap_or(REFUSED))).collect()
}

fn outputs(step: Try, samples: &[Sample]) -> Outputs {
    let output = |sample: &Sample| {
        let payload = sample.json.to_string();
        let output = step(&payload).ok().map(|output| canonical(&output));
        (sample.name.clone(), payload, output)
    };
    samples.iter().map(output).collect()
}

/// Any values, mostly such as the next steps have newer values for.
fn more(program: &Program, def: &EventDef, version: &VersionDef) -> Vec<Sample> {
    let mut sampler = Sampler::new(&program.schema, 7);
    let made = (1..=MORE).filter_map(|number| {
        let mut json = sampler.event(def, version.number)?;
        let at = &mut |form: &str, json: &mut _| {
            let all = program.forms.get(form).map(|form| &form.samples);
            if let Some(sample) = all.and_then(|all| all.iter().cycle().nth(usize::try_from(number).ok()?)) {
                *json = sample.clone();
            }
        };
        Walk { schema: &program.schema, nulls: true, at }.record(&version.shape, &mut json);
        Some(Sample { name: format!("any {number}"), json })
    });
    made.collect()
}

/// The same JSON in the same text: a map that has no order of its own is written in one that changes from run to run.
fn canonical(json: &str) -> String {
    serde_json::from_str::<Value>(json).map_or_else(|_| json.to_owned(), |value| text(&value))
}

/// A version of an event.
struct At<'a> {
    program: &'a Program,
    def: &'a EventDef,
    version: &'a VersionDef,
}

impl At<'_> {
    /// What is written of each sample once it was read.
    fn written(&self, code: &Version, samples: &[Sample]) -> Result<Outputs, LockError> {
        samples.iter().map(|sample| self.rewritten(code, sample)).collect()
    }

    fn rewritten(&self, code: &Version, sample: &Sample) -> Result<(String, String, Option<String>), LockError> {
        let payload = sample.json.to_string();
        let written = (code.rewrite)(&payload).map_err(|fault| self.disagrees(sample, &payload, fault.to_string()))?;
        if let Some((form, fault)) = self.faults(&written).into_iter().next() {
            let types = self.program.forms.get(&form).map(|form| &form.spellings).into_iter().flatten();
            let types = types.map(|spelling| format!("`{spelling}`")).collect::<Vec<_>>().join(", ");
            let told = format!("{types} is written as its JSON Schema does not say: {fault}\n  written: {written}");
            return Err(self.disagrees(sample, &payload, told));
        }
        let again = (code.rewrite)(&written)
            .map_err(|fault| self.disagrees(sample, &payload, format!("{fault}, once it is written: {written}")))?;
        let (written, again) = (canonical(&written), canonical(&again));
        if written != again {
            let told = format!("what is written is read as something else\n  written: {written}\n  and then: {again}");
            return Err(self.disagrees(sample, &payload, told));
        }
        Ok((sample.name.clone(), payload, Some(written)))
    }

    /// What was written against the JSON Schemas of its types.
    fn faults(&self, written: &str) -> Vec<(String, String)> {
        let Ok(value) = serde_json::from_str::<Value>(written) else { return Vec::new() };
        let mut faults = Vec::new();
        let forms = &self.program.forms;
        let at = &mut |form: &str, json: &mut factum_model::value::sample::Json| {
            let value = serde_json::from_str::<Value>(&json.to_string());
            let fault = forms.get(form).zip(value.ok()).and_then(|(form, value)| form.fault(&value));
            faults.extend(fault.map(|fault| (form.to_owned(), fault)));
        };
        Walk { schema: &self.program.schema, nulls: true, at }.record(&self.version.shape, &mut json_of(&value));
        faults
    }

    fn disagrees(&self, sample: &Sample, payload: &str, fault: String) -> LockError {
        LockError::Disagrees {
            event: full_name(&self.def.context, &self.def.name.value),
            version: self.version.number,
            sample: sample.name.clone(),
            payload: payload.to_owned(),
            fault,
            types: self.types(&self.version.shape),
        }
    }

    /// The types of the user's in a shape, by what they look like.
    fn types(&self, shape: &Record) -> Vec<(String, String)> {
        let used = forms_in(&self.program.schema, shape);
        let forms = self.program.forms.iter().filter(|(form, _)| used.contains(*form));
        forms.flat_map(|(_, form)| form.spellings.iter().map(|ty| (ty.clone(), form.says.clone()))).collect()
    }
}
