//! What types of Rust look like on the wire: as a builtin type, as a version of a derived value, or in some other form.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use factum::json_schema::Described;
use factum::lock::LockedEvent;
use factum::schemars::generate::{Contract, SchemaSettings};
use factum::schemars::{JsonSchema, Schema, SchemaGenerator};
use factum_model::ast::Document;
use factum_model::lock::Fingerprint;
use factum_model::spell;
use factum_model::types::Builtin;
use factum_model::value::sample::Json;
use serde_json::{Map, Value, json};

use super::LockError;
use super::candidates::Candidates;
use super::normal::{Normaliser, VERSION, text};

/// A form that is longer stands in the lock as its hash.
const LONGEST: usize = 100;

/// What a type looks like on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    /// As a builtin type does.
    Builtin(Builtin),
    /// As a version of a derived value, by its name.
    Version(String, u32),
    /// In a form of its own, by what stands for it in the lock.
    Form(String),
}

/// A form on the wire that is nobody's but the user's.
#[derive(Debug)]
pub(super) struct Form {
    /// The types that have it, as they are spelled.
    pub(super) spellings: BTreeSet<String>,
    /// The whole of what its JSON Schema says, normal.
    pub(super) says: String,
    /// Values that it takes; never empty.
    pub(super) samples: Vec<Json>,
    /// What its JSON Schema says of what is written.
    written: jsonschema::Validator,
}

impl Form {
    /// What is wrong with a value that was written in it.
    pub(super) fn fault(&self, written: &Value) -> Option<String> {
        self.written.validate(written).err().map(|error| error.to_string())
    }
}

/// An item as the derive read it, and what its types look like, by their numbers.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) document: Document,
    pub(super) looks: Vec<Look>,
}

/// The events of one context, and the values and forms that are found through them.
#[derive(Debug, Default)]
pub(super) struct Looks {
    pub(super) events: Vec<(LockedEvent, Item)>,
    pub(super) values: BTreeMap<String, Item>,
    pub(super) forms: BTreeMap<String, Form>,
}

/// JSON Schemas of types, as they are spelled, under one contract of serde's.
struct Side {
    generator: SchemaGenerator,
    definitions: Map<String, Value>,
}

impl Side {
    fn new(contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.contract = contract);
        Self { generator: settings.into_generator(), definitions: Map::new() }
    }

    /// A schema that stands by itself.
    fn document(&self, schema: &Value) -> Value {
        json!({ "allOf": [schema], "$defs": self.definitions })
    }
}

/// A type as it is read and as it is written.
struct Spelled {
    spelling: String,
    read: Value,
    write: Value,
}

/// A derived value as it was met.
struct Met {
    document: Document,
    schema: String,
    types: Vec<Spelled>,
}

/// Looks at events of one context.
pub(super) fn looks(events: &[LockedEvent]) -> Result<Looks, LockError> {
    let (mut read, mut write) = (Side::new(Contract::Deserialize), Side::new(Contract::Serialize));
    let mut open = Vec::new();
    for event in events {
        let types = [&mut read, &mut write].map(|side| (event.types)(&mut side.generator));
        let [reads, writes] = types;
        let types = reads.into_iter().zip(writes);
        let types = types.map(|((spelling, read), (_, write))| spelled(spelling, read, write)).collect::<Vec<_>>();
        open.push((event, document(event.schema, &types)?, types));
    }
    for side in [&mut read, &mut write] {
        side.definitions = side.generator.definitions().clone();
    }
    let mut looker =
        Looker { read, write, builtins: builtins(), met: BTreeMap::new(), forms: BTreeMap::new(), clash: None };
    let mut looks = Looks::default();
    for (event, document, types) in open {
        let item = Item { document, looks: looker.all(&types)? };
        looks.events.push((*event, item));
    }
    // Values hold values: those that are met are looked at in turn.
    let mut done = BTreeSet::new();
    let mut names: VecDeque<String> = looker.met.keys().cloned().collect();
    while let Some(name) = names.pop_front() {
        if !done.insert(name.clone()) {
            continue;
        }
        let Some(Met { document, schema, types }) = looker.met.remove(&name) else { continue };
        let item = Item { document: document.clone(), looks: looker.all(&types)? };
        looks.values.insert(name.clone(), item);
        looker.met.insert(name, Met { document, schema, types });
        names.extend(looker.met.keys().filter(|name| !done.contains(*name)).cloned());
    }
    looks.forms = looker.forms;
    Ok(looks)
}

fn spelled(spelling: &str, read: Schema, write: Schema) -> Spelled {
    Spelled { spelling: spelling.to_owned(), read: read.into(), write: write.into() }
}

fn document(schema: &str, types: &[Spelled]) -> Result<Document, LockError> {
    let spellings: Vec<&str> = types.iter().map(|ty| ty.spelling.as_str()).collect();
    spell::read(schema, &spellings).map_err(|found| LockError::unexpected("what a derive says of its item", &found))
}

struct Looker {
    read: Side,
    write: Side,
    builtins: Vec<(Value, Builtin)>,
    met: BTreeMap<String, Met>,
    forms: BTreeMap<String, Form>,
    clash: Option<LockError>,
}

impl Looker {
    fn all(&mut self, types: &[Spelled]) -> Result<Vec<Look>, LockError> {
        let looks = types.iter().map(|ty| self.look(ty)).collect::<Result<Vec<_>, _>>()?;
        self.clash.take().map_or(Ok(looks), Err)
    }

    fn look(&mut self, ty: &Spelled) -> Result<Look, LockError> {
        let read = self.normal(&ty.read, false)?;
        let write = self.normal(&ty.write, true)?;
        if let Some((name, version)) = read.get(VERSION).and_then(Value::as_str).and_then(|name| name.split_once('@')) {
            return Ok(Look::Version(name.to_owned(), version.parse().unwrap_or(1)));
        }
        let builtin = self.builtins.iter().find(|(known, _)| *known == read && *known == write);
        if let Some((_, builtin)) = builtin {
            return Ok(Look::Builtin(*builtin));
        }
        let says = if read == write {
            enum_of(&read).unwrap_or_else(|| text(&read))
        } else {
            text(&json!({ "read": read, "written": write }))
        };
        let form = if says.len() <= LONGEST { says.clone() } else { Fingerprint::of(&says).to_string() };
        if let Some(known) = self.forms.get_mut(&form) {
            known.spellings.insert(ty.spelling.clone());
        } else {
            let made = self.form(ty, says)?;
            self.forms.insert(form.clone(), made);
        }
        Ok(Look::Form(form))
    }

    fn form(&self, ty: &Spelled, says: String) -> Result<Form, LockError> {
        let validator = |side: &Side, schema: &Value| {
            jsonschema::validator_for(&side.document(schema))
                .map_err(|error| LockError::JsonSchema { ty: ty.spelling.clone(), fault: error.to_string() })
        };
        let (read, written) = (validator(&self.read, &ty.read)?, validator(&self.write, &ty.write)?);
        let candidates = Candidates::new(&self.read.definitions).of(&ty.read);
        let mut samples: Vec<Value> = candidates.into_iter().filter(|sample| read.is_valid(sample)).collect();
        if samples.is_empty() {
            samples = self.examples(&ty.read).into_iter().filter(|sample| read.is_valid(sample)).collect();
        }
        if samples.is_empty() {
            return Err(LockError::NoSample { ty: ty.spelling.clone(), says });
        }
        let samples = samples.iter().map(json_of).collect();
        Ok(Form { spellings: [ty.spelling.clone()].into(), says, samples, written })
    }

    /// What the schema itself gives as examples.
    fn examples(&self, schema: &Value) -> Vec<Value> {
        let referred = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
        let schema = referred.and_then(|name| self.read.definitions.get(name)).unwrap_or(schema);
        let examples = schema.get("examples").and_then(Value::as_array).cloned().unwrap_or_default();
        examples.into_iter().chain(schema.get("default").cloned()).collect()
    }

    fn normal(&mut self, schema: &Value, writes: bool) -> Result<Value, LockError> {
        let definitions = if writes { &self.write.definitions } else { &self.read.definitions };
        let (met, clash) = (&mut self.met, &mut self.clash);
        let mut version_of = |version: &Value| match meet(met, version, writes) {
            Ok(name) => name,
            Err(error) => {
                clash.get_or_insert(error);
                String::new()
            }
        };
        let normal = Normaliser::new(definitions, &mut version_of).normal(schema);
        self.clash.take().map_or(Ok(normal), Err)
    }
}

/// Takes note of a value of which a version was met: its name with the version.
fn meet(met: &mut BTreeMap<String, Met>, version: &Value, writes: bool) -> Result<String, LockError> {
    let schema = version.get("schema").and_then(Value::as_str).unwrap_or_default();
    let number = version.get("version").and_then(Value::as_u64).unwrap_or(1);
    let listed = version.get("types").and_then(Value::as_array).into_iter().flatten();
    let types: Vec<Spelled> = listed
        .map(|ty| {
            let spelling = ty.get("rust").and_then(Value::as_str).unwrap_or_default().to_owned();
            let schema = ty.get("schema").cloned().unwrap_or_default();
            Spelled { spelling, read: schema.clone(), write: schema }
        })
        .collect();
    let document = document(schema, &types)?;
    let name = document.types.first().map(|ty| ty.name.value.clone()).unwrap_or_default();
    let known =
        met.entry(name.clone()).or_insert_with(|| Met { document, schema: schema.to_owned(), types: Vec::new() });
    if known.schema != schema {
        return Err(LockError::SameName { name });
    }
    if known.types.is_empty() {
        known.types = types;
    } else if writes {
        for (known, met) in known.types.iter_mut().zip(types) {
            known.write = met.write;
        }
    }
    Ok(format!("{name}@{number}"))
}

/// `enum(phone, web)`, where a form is one of some plain texts.
fn enum_of(normal: &Value) -> Option<String> {
    let texts = normal.as_object().filter(|keys| keys.len() == 1)?.get("enum")?.as_array()?;
    let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let texts = texts.iter().map(|text| text.as_str().filter(plain)).collect::<Option<Vec<&str>>>()?;
    Some(format!("enum({})", texts.join(", ")))
}

/// The builtin types by what they look like: as factum describes them, and as schemars describes Rust's own.
fn builtins() -> Vec<(Value, Builtin)> {
    fn of<T: Described>(builtin: Builtin) -> (Value, Builtin) {
        let schema = T::describe(&mut SchemaGenerator::default());
        (normal_by_itself(&schema.into()), builtin)
    }
    fn rust<T: JsonSchema>(builtin: Builtin) -> (Value, Builtin) {
        (normal_by_itself(&SchemaGenerator::default().subschema_for::<T>().into()), builtin)
    }
    vec![
        rust::<bool>(Builtin::Bool),
        rust::<i8>(Builtin::I8),
        rust::<i16>(Builtin::I16),
        rust::<i32>(Builtin::I32),
        rust::<i64>(Builtin::I64),
        rust::<u8>(Builtin::U8),
        rust::<u16>(Builtin::U16),
        rust::<u32>(Builtin::U32),
        rust::<u64>(Builtin::U64),
        rust::<f32>(Builtin::F32),
        rust::<f64>(Builtin::F64),
        rust::<String>(Builtin::String),
        of::<factum::Uuid>(Builtin::Uuid),
        of::<factum::Bytes>(Builtin::Bytes),
        of::<factum::Timestamp>(Builtin::Timestamp),
        of::<factum::Date>(Builtin::Date),
        of::<factum::Duration>(Builtin::Duration),
    ]
}

fn normal_by_itself(schema: &Value) -> Value {
    Normaliser::new(&Map::new(), &mut |_| String::new()).normal(schema)
}

/// The model's JSON, which keeps numbers as they are written.
pub(super) fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::number(number),
        Value::String(text) => Json::text(text),
        Value::Array(values) => Json::Array(values.iter().map(json_of).collect()),
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            Json::Object(sorted.into_iter().map(|(key, value)| (key.clone(), json_of(value))).collect())
        }
    }
}
