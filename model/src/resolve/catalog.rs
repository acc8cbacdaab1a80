//! Which names there are, and what a type that is spelled with them is.

use std::collections::{BTreeMap, HashMap};

use crate::ast::{Document, Event, Field, TypeDecl, TypeExpr, TypeKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::literal::Shapes;
use crate::schema::{AggregateId, CommandId, EventId, FieldDef, Record, Type, TypeId, TypeShape};
use crate::source::Spanned;

/// The declared names of all files, and the shapes of the declared types.
pub(crate) struct Catalog<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) documents: &'a [Document],
    pub(crate) contexts: BTreeMap<&'a str, Names<'a>>,
    pub(crate) types: Vec<DeclaredType<'a>>,
    pub(crate) events: Vec<DeclaredEvent<'a>>,
    /// The files that describe one.
    pub(crate) aggregates: Vec<&'a Document>,
    /// Beside `types`: which of them hold each other.
    pub(super) groups: Vec<u32>,
    /// Beside `types`: the current version; `None` where the history is not right.
    pub(super) newest: Vec<Option<u32>>,
    /// Beside `types`, one for each version; `None` where a part of it is unknown.
    pub(super) shapes: Vec<Vec<Option<TypeShape>>>,
}

/// Who spells a type.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// Where names are looked up.
    pub(crate) context: &'a str,
    /// The type that spells it, and in which of its versions: types that hold each other share one version number.
    pub(crate) holder: Option<(TypeId, u32)>,
}

impl<'a> Scope<'a> {
    /// Of what is no type.
    pub(crate) const fn of(context: &'a str) -> Self {
        Self { context, holder: None }
    }

    /// The same in another version.
    pub(crate) fn at(self, version: u32) -> Self {
        Self { holder: self.holder.map(|(id, _)| (id, version)), ..self }
    }
}

/// The names of a context; of a name that is declared twice, the first.
#[derive(Default)]
pub(crate) struct Names<'a> {
    pub(crate) types: HashMap<&'a str, TypeId>,
    pub(crate) events: HashMap<&'a str, EventId>,
    pub(crate) commands: HashMap<&'a str, CommandId>,
}

pub(crate) struct DeclaredType<'a> {
    pub(crate) decl: &'a TypeDecl,
    pub(crate) context: &'a str,
}

#[derive(Clone, Copy)]
pub(crate) struct DeclaredEvent<'a> {
    pub(crate) event: &'a Event,
    pub(crate) context: &'a str,
    pub(crate) aggregate: Option<AggregateId>,
}

impl DeclaredEvent<'_> {
    /// Whether stored ones are read as this event: they are not where it was retired into nothing, or became others.
    pub(super) const fn is_read_as_itself(&self) -> bool {
        let nothing = matches!(&self.event.retired, Some(retired) if retired.nothing);
        !nothing && self.event.becomes.is_none()
    }
}

impl<'a> Catalog<'a> {
    pub(super) fn new(documents: &'a [Document], dialect: Dialect) -> Self {
        let mut catalog = Self {
            dialect,
            documents,
            contexts: BTreeMap::new(),
            types: Vec::new(),
            events: Vec::new(),
            aggregates: Vec::new(),
            groups: Vec::new(),
            newest: Vec::new(),
            shapes: Vec::new(),
        };
        let mut sorted: Vec<&'a Document> = documents.iter().collect();
        sorted.sort_by_key(|document| document.context.value.as_str());
        for document in sorted {
            catalog.add(document);
        }
        catalog
    }

    fn add(&mut self, document: &'a Document) {
        let context = document.context.value.as_str();
        let names = self.contexts.entry(context).or_default();
        let aggregate = document.aggregate.as_ref().map(|_| AggregateId(id(self.aggregates.len())));
        if aggregate.is_some() {
            self.aggregates.push(document);
        }
        let commands = document.commands.iter().flat_map(|commands| &commands.value).enumerate();
        for (aggregate, (index, command)) in aggregate.iter().flat_map(|id| commands.clone().map(move |of| (*id, of))) {
            names.commands.entry(&command.name.value).or_insert(CommandId { aggregate, index });
        }
        for decl in &document.types {
            names.types.entry(&decl.name.value).or_insert(TypeId(id(self.types.len())));
            self.types.push(DeclaredType { decl, context });
        }
        for event in &document.events {
            names.events.entry(&event.name.value).or_insert(EventId(id(self.events.len())));
            self.events.push(DeclaredEvent { event, context, aggregate });
        }
    }

    pub(crate) fn type_ids(&self) -> impl Iterator<Item = (TypeId, &DeclaredType<'a>)> {
        (0..).map(TypeId).zip(&self.types)
    }

    pub(crate) fn event_ids(&self) -> impl Iterator<Item = (EventId, &DeclaredEvent<'a>)> {
        (0..).map(EventId).zip(&self.events)
    }

    /// The id of a type, spelled in `context`.
    pub(crate) fn type_id(&self, other: Option<&Spanned<String>>, name: &str, context: &str) -> Option<TypeId> {
        let context = other.map_or(context, |other| other.value.as_str());
        self.contexts.get(context)?.types.get(name).copied()
    }

    /// That there is no such context.
    pub(crate) fn unknown_context(&self, other: &Spanned<String>) -> Diagnostic {
        let message = format!("there is no context `{}`", other.value);
        let known = self.contexts.keys().copied().filter(|name| !name.is_empty());
        Diagnostic::error(Code::UnknownContext, other.origin, message)
            .suggest(&other.value, known.clone())
            .help(format!("the contexts are `{}`", known.take(20).collect::<Vec<_>>().join("`, `")))
    }

    /// The current version of a type.
    pub(crate) fn current(&self, id: TypeId) -> u32 {
        let index = id.0 as usize;
        let stated = || self.types.get(index)?.decl.version.as_ref().map(|version| version.value);
        self.newest.get(index).copied().flatten().or_else(stated).unwrap_or(1)
    }

    /// Whether two types hold each other.
    pub(crate) fn hold_each_other(&self, a: TypeId, b: TypeId) -> bool {
        let group = |id: TypeId| self.groups.get(id.0 as usize);
        group(a) == group(b)
    }

    /// Whether the history of a type is right and reaches this version, or is not right, so that nobody knows.
    pub(crate) fn may_have_version(&self, id: TypeId, version: u32) -> bool {
        let newest = self.newest.get(id.0 as usize).copied().flatten();
        newest.is_none_or(|newest| (1..=newest).contains(&version))
    }

    /// The type that is spelled by what is no type; `None` if a name in it is unknown.
    pub(crate) fn resolve(&self, ty: &TypeExpr, context: &str) -> Option<Type> {
        self.resolve_in(ty, Scope::of(context))
    }

    /// The type that is spelled; `None` if a name in it is unknown. A plain name is the type's current version; among
    /// types that hold each other, the version of the one that spells it.
    pub(crate) fn resolve_in(&self, ty: &TypeExpr, scope: Scope<'_>) -> Option<Type> {
        let inner = |ty: &TypeExpr| self.resolve_in(ty, scope).map(Box::new);
        Some(match &ty.kind {
            TypeKind::Builtin(builtin) => Type::Builtin(*builtin),
            TypeKind::Named { context: other, name, version } => {
                let id = self.type_id(other.as_ref(), &name.value, scope.context)?;
                let shared = scope.holder.filter(|(holder, _)| self.hold_each_other(*holder, id));
                let version = match (version, shared) {
                    (Some(pinned), _) => pinned.value,
                    (None, Some((_, version))) => version,
                    (None, None) => self.current(id),
                };
                Some(Type::Named(id, version)).filter(|_| self.may_have_version(id, version))?
            }
            TypeKind::Optional(ty) => Type::Optional(inner(ty)?),
            TypeKind::List(ty) => Type::List(inner(ty)?),
            TypeKind::Set(ty) => Type::Set(inner(ty)?),
            TypeKind::Map(key, value) => Type::Map(inner(key)?, inner(value)?),
            TypeKind::Opaque(ty) => Type::Opaque(ty.clone()),
            TypeKind::Broken => return None,
        })
    }

    /// Fields without history.
    pub(crate) fn record(&self, fields: &[Field], context: &str) -> Option<Record> {
        let field = |field: &Field| {
            let ty = self.resolve(&field.ty, context)?;
            Some(FieldDef { name: field.name.clone(), ty, doc: super::text(field.doc.as_ref()) })
        };
        Some(Record { fields: fields.iter().map(field).collect::<Option<_>>()? })
    }

    /// The shape of a declared type in one version, as far as it is known.
    pub(crate) fn shape_of(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        let index = (version as usize).checked_sub(1)?;
        self.shapes.get(id.0 as usize)?.get(index)?.as_ref()
    }

    pub(crate) fn name_of(&self, id: TypeId) -> &'a str {
        self.types.get(id.0 as usize).map_or("", |declared| &declared.decl.name.value)
    }

    /// A type as a schema spells it.
    pub(crate) fn spell(&self, ty: &Type) -> String {
        match ty {
            Type::Builtin(builtin) => self.dialect.builtin(*builtin),
            Type::Optional(ty) => self.dialect.optional(&self.spell(ty)),
            Type::List(ty) => self.dialect.list(&self.spell(ty)),
            Type::Set(ty) => self.dialect.set(&self.spell(ty)),
            Type::Map(key, value) => self.dialect.map(&self.spell(key), &self.spell(value)),
            Type::Named(id, version) if *version == self.current(*id) => self.name_of(*id).to_owned(),
            Type::Named(id, version) => format!("{}@{version}", self.name_of(*id)),
            Type::Opaque(ty) => ty.spelling.clone(),
        }
    }
}

impl Shapes for Catalog<'_> {
    fn shape_of(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        self.shape_of(id, version)
    }

    fn name_of(&self, id: TypeId) -> &str {
        self.name_of(id)
    }

    fn spell(&self, ty: &Type) -> String {
        self.spell(ty)
    }
}

/// There are fewer declarations than bytes of text, and fewer of those than a `u32` counts.
pub(super) fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
