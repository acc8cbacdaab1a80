//! The options, asked against the schema.

use std::collections::BTreeMap;

use factum_model::names::nearest;
use factum_model::schema::{Schema, Type, TypeShape};
use factum_model::types;

use super::{names, paths};
use crate::items::{Ident, RustType, Visibility};
use crate::options::{Builtin, Choice, Foreign, Kind, Options, OptionsError, Problem, Which};

/// The options, as lowering uses them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    builtins: BTreeMap<Builtin, Mapped>,
    derives: Vec<(Which, String)>,
    modules: BTreeMap<String, Ident>,
    pub(super) visibility: Visibility,
    pub(super) json_schema: bool,
}

/// A type that stands for a builtin.
#[derive(Debug, Clone)]
pub(super) struct Mapped {
    pub(super) ty: RustType,
    pub(super) adapter: RustType,
    pub(super) copy: bool,
    pub(super) eq: bool,
    pub(super) ordered: bool,
}

/// A generated type, as the options speak of it.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) kind: Kind,
    pub(super) context: &'a str,
    pub(super) name: &'a str,
}

impl Settings {
    pub(super) fn mapped(&self, builtin: types::Builtin) -> Option<&Mapped> {
        self.builtins.get(&mappable(builtin)?)
    }

    /// The traits that a type derives beside those that it derives anyway.
    pub(super) fn derives(&self, subject: Subject<'_>) -> Vec<String> {
        let derives = self.derives.iter().filter(|(which, _)| selects(which, subject));
        derives.map(|(_, path)| path.clone()).collect()
    }

    /// What the context's module is called; `None` if nobody chose a name.
    pub(super) fn module(&self, context: &str) -> Option<&Ident> {
        self.modules.get(context)
    }

    /// What was chosen, or all that is wrong with it.
    pub(crate) fn new(options: &Options, schema: &Schema) -> Result<Self, OptionsError> {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let mut visible = false;
        for setting in &options.settings {
            let chosen = match &setting.choice {
                Choice::Builtin(builtin, foreign) => settings.map(*builtin, foreign, schema),
                Choice::Derive(which, path) => settings.derive(which, path, schema),
                Choice::Module { context, name } => settings.name(context, name, schema),
                Choice::Visibility(_) if visible => Err(twice("the visibility")),
                Choice::Visibility(visibility) => {
                    visible = true;
                    settings.visibility = *visibility;
                    Ok(())
                }
                Choice::JsonSchema(wanted) => {
                    settings.json_schema = *wanted;
                    Ok(())
                }
            };
            let problem = |(message, help)| Problem { message, help, place: setting.place.clone() };
            problems.extend(chosen.err().map(problem));
        }
        if problems.is_empty() { Ok(settings) } else { Err(OptionsError { problems }) }
    }

    fn map(&mut self, builtin: Builtin, foreign: &Foreign, schema: &Schema) -> Result<(), paths::Refused> {
        if self.builtins.contains_key(&builtin) {
            return Err(twice(&format!("the type for `{builtin}`")));
        }
        let ty = paths::rust_type(&foreign.path)?;
        let adapter = foreign.adapter.as_deref().map_or_else(|| Ok(ty.clone()), paths::rust_type)?;
        if !foreign.ordered
            && let Some(place) = key_place(schema, builtin)
        {
            let help = format!(
                "let the type be `Ord` and `Hash` (and `Eq`), and say so; or let {place} be of a builtin that is mapped to \
                 no other type"
            );
            return Err((format!("`{}` has no order, and {place} needs one", foreign.path), help));
        }
        if let Some(aggregate) =
            schema.aggregates.iter().find(|aggregate| names_streams(schema, &aggregate.id, builtin))
        {
            let help = "streams are named after the builtin's own text: let the id be the builtin itself, which stays the \
                        builtin's own type, or a newtype of another";
            let message = format!(
                "`{}.{}` has a newtype of `{builtin}` as its id, which no other type may stand for",
                aggregate.context, aggregate.name.value
            );
            return Err((message, help.to_owned()));
        }
        let Foreign { copy, eq, ordered, .. } = *foreign;
        self.builtins.insert(builtin, Mapped { ty, adapter, copy, eq, ordered });
        Ok(())
    }

    fn derive(&mut self, which: &Which, path: &str, schema: &Schema) -> Result<(), paths::Refused> {
        let path = paths::trait_path(path)?;
        if let Which::Named(name) = which {
            let known = subjects(schema);
            let is_known = known.iter().any(|subject| selects(which, *subject));
            if !is_known {
                let names = known.iter().map(|subject| subject.name);
                return Err((format!("the schema declares no `{name}`"), did_you_mean(name, names)));
            }
        }
        self.derives.push((which.clone(), path));
        Ok(())
    }

    fn name(&mut self, context: &str, name: &str, schema: &Schema) -> Result<(), paths::Refused> {
        if !schema.contexts.iter().any(|known| known.name.value == context) {
            let known = schema.contexts.iter().map(|known| known.name.value.as_str());
            return Err((format!("the schema has no context `{context}`"), did_you_mean(context, known)));
        }
        let module = names::ident(name);
        if syn::parse_str::<syn::Ident>(&module.0).is_err() || name == "_" {
            let help = "a module's name is a Rust identifier, as in `seats`".to_owned();
            return Err((format!("`{name}` cannot be the name of a module"), help));
        }
        let others = schema.contexts.iter().filter(|other| other.name.value != context);
        if let Some(other) = others.map(|other| &other.name.value).find(|other| self.module_of(other) == module) {
            let help = "give each context a module of its own".to_owned();
            return Err((format!("the contexts `{context}` and `{other}` would both be the module `{name}`"), help));
        }
        match self.modules.insert(context.to_owned(), module) {
            Some(_) => Err(twice(&format!("the module of `{context}`"))),
            None => Ok(()),
        }
    }

    fn module_of(&self, context: &str) -> Ident {
        self.module(context).cloned().unwrap_or_else(|| names::ident(context))
    }
}

fn twice(what: &str) -> paths::Refused {
    (format!("{what} is chosen twice"), "choose once".to_owned())
}

fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    }
}

fn selects(which: &Which, subject: Subject<'_>) -> bool {
    match which {
        Which::All => true,
        Which::Kind(kind) => *kind == subject.kind,
        Which::Named(name) => match name.split_once('.') {
            Some((context, name)) => context == subject.context && name == subject.name,
            None => name == subject.name,
        },
    }
}

/// What the schema declares and Rust types are made of.
fn subjects(schema: &Schema) -> Vec<Subject<'_>> {
    let types = schema.types.iter().map(|def| (Kind::Types, &def.context, &def.name));
    let events = schema.events.iter().map(|def| (Kind::Events, &def.context, &def.name));
    let members = schema.aggregates.iter().flat_map(|aggregate| {
        let commands = aggregate.commands.iter().map(|def| (Kind::Commands, &aggregate.context, &def.name));
        let rejections = aggregate.rejections.iter().map(|def| (Kind::Rejections, &aggregate.context, &def.name));
        let state = aggregate.state.iter().map(|_| (Kind::States, &aggregate.context, &aggregate.name));
        commands.chain(rejections).chain(state)
    });
    let all = types.chain(events).chain(members);
    all.map(|(kind, context, name)| Subject { kind, context, name: &name.value }).collect()
}

fn mappable(builtin: types::Builtin) -> Option<Builtin> {
    use types::Builtin as Row;
    match builtin {
        Row::Bytes => Some(Builtin::Bytes),
        Row::Uuid => Some(Builtin::Uuid),
        Row::Timestamp => Some(Builtin::Timestamp),
        Row::Date => Some(Builtin::Date),
        Row::Duration => Some(Builtin::Duration),
        Row::Decimal(_) => Some(Builtin::Decimal),
        Row::Json => Some(Builtin::Json),
        Row::Bool
        | Row::I8
        | Row::I16
        | Row::I32
        | Row::I64
        | Row::U8
        | Row::U16
        | Row::U32
        | Row::U64
        | Row::F32
        | Row::F64
        | Row::String => None,
    }
}

/// Whether an aggregate's id is a newtype of the builtin.
fn names_streams(schema: &Schema, id: &Type, builtin: Builtin) -> bool {
    matches!(id, Type::Named(..)) && is_of(schema, id, builtin)
}

/// Whether it is the builtin, or a newtype of it.
fn is_of(schema: &Schema, ty: &Type, builtin: Builtin) -> bool {
    match ty {
        Type::Builtin(row) => mappable(*row) == Some(builtin),
        Type::Named(id, number) => {
            let versions = schema.types.get(id.0 as usize).map(|def| def.versions.as_slice()).unwrap_or_default();
            let version = versions.iter().find(|version| version.number == *number);
            match version.map(|version| &version.shape) {
                Some(TypeShape::Newtype(inner)) => is_of(schema, inner, builtin),
                Some(TypeShape::Struct(_) | TypeShape::Union(_) | TypeShape::Enum(_)) | None => false,
            }
        }
        Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
    }
}

/// Where the schema has the builtin as a key or an element.
fn key_place(schema: &Schema, builtin: Builtin) -> Option<String> {
    let found = every_type(schema).into_iter().find(|(_, _, ty)| has_key(schema, ty, builtin));
    found.map(|(context, name, _)| format!("a key or an element in `{context}.{name}`"))
}

fn has_key(schema: &Schema, ty: &Type, builtin: Builtin) -> bool {
    match ty {
        Type::Builtin(_) | Type::Named(..) | Type::Opaque(_) => false,
        Type::Optional(inner) | Type::List(inner) => has_key(schema, inner, builtin),
        Type::Set(inner) => is_of(schema, inner, builtin),
        Type::Map(key, value) => is_of(schema, key, builtin) || has_key(schema, value, builtin),
    }
}

/// Every type that is written in the schema: the context, what it is a part of, the type.
fn every_type(schema: &Schema) -> Vec<(&str, &str, &Type)> {
    let mut all: Vec<(&str, &str, &Type)> = Vec::new();
    for def in &schema.types {
        for version in &def.versions {
            let types: Vec<&Type> = match &version.shape {
                TypeShape::Struct(record) => record.fields.iter().map(|field| &field.ty).collect(),
                TypeShape::Newtype(inner) => vec![inner],
                TypeShape::Enum(_) => Vec::new(),
                TypeShape::Union(variants) => {
                    variants.iter().flat_map(|variant| &variant.shape.fields).map(|field| &field.ty).collect()
                }
            };
            all.extend(types.into_iter().map(|ty| (def.context.as_str(), def.name.value.as_str(), ty)));
        }
    }
    for event in &schema.events {
        let fields = event.versions.iter().flat_map(|version| &version.shape.fields);
        all.extend(fields.map(|field| (event.context.as_str(), event.name.value.as_str(), &field.ty)));
    }
    for aggregate in &schema.aggregates {
        let commands = aggregate.commands.iter().map(|command| (&command.name, &command.shape));
        let rejections = aggregate.rejections.iter().map(|rejection| (&rejection.name, &rejection.shape));
        let context = aggregate.context.as_str();
        for (name, record) in commands.chain(rejections) {
            all.extend(record.fields.iter().map(|field| (context, name.value.as_str(), &field.ty)));
        }
        let state = aggregate.state.iter().flatten();
        all.extend(state.map(|field| (context, aggregate.name.value.as_str(), &field.ty)));
    }
    for policy in &schema.policies {
        all.extend(policy.state.iter().map(|field| (policy.context.as_str(), policy.name.value.as_str(), &field.ty)));
    }
    all
}
