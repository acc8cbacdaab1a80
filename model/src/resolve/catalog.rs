//! Which names there are, and what a type that is spelled with them is.

use std::collections::{BTreeMap, HashMap};

use crate::ast::{Document, Event, Field, TypeBody, TypeDecl, TypeExpr, TypeKind};
use crate::schema::{AggregateId, EventId, FieldDef, Literal, Record, Type, TypeId, TypeShape, VariantDef};
use crate::source::Spanned;

/// The declared names of all files, and the shapes of the declared types.
pub(crate) struct Catalog<'a> {
    pub(crate) documents: &'a [Document],
    pub(crate) contexts: BTreeMap<&'a str, Names<'a>>,
    pub(crate) types: Vec<DeclaredType<'a>>,
    pub(crate) events: Vec<DeclaredEvent<'a>>,
    /// The files that describe one.
    pub(crate) aggregates: Vec<&'a Document>,
    /// Beside `types`; `None` where a part of it is unknown.
    pub(crate) shapes: Vec<Option<TypeShape>>,
}

/// The names of a context; of a name that is declared twice, the first.
#[derive(Default)]
pub(crate) struct Names<'a> {
    pub(crate) types: HashMap<&'a str, TypeId>,
    pub(crate) events: HashMap<&'a str, EventId>,
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

impl<'a> Catalog<'a> {
    pub(super) fn new(documents: &'a [Document]) -> Self {
        let mut catalog = Self {
            documents,
            contexts: BTreeMap::new(),
            types: Vec::new(),
            events: Vec::new(),
            aggregates: Vec::new(),
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

    /// The type that is spelled in `context`; `None` if a name in it is unknown.
    pub(crate) fn resolve(&self, ty: &TypeExpr, context: &str) -> Option<Type> {
        let inner = |ty: &TypeExpr| self.resolve(ty, context).map(Box::new);
        Some(match &ty.kind {
            TypeKind::Builtin(builtin) => Type::Builtin(*builtin),
            TypeKind::Named { context: other, name, version: _ } => {
                Type::Named(self.type_id(other.as_ref(), &name.value, context)?, 1)
            }
            TypeKind::Optional(ty) => Type::Optional(inner(ty)?),
            TypeKind::List(ty) => Type::List(inner(ty)?),
            TypeKind::Set(ty) => Type::Set(inner(ty)?),
            TypeKind::Map(key, value) => Type::Map(inner(key)?, inner(value)?),
            TypeKind::Broken => return None,
        })
    }

    pub(super) fn shape(&self, declared: &DeclaredType<'_>) -> Option<TypeShape> {
        Some(match &declared.decl.body {
            TypeBody::Struct(fields) => TypeShape::Struct(self.record(fields, declared.context)?),
            TypeBody::Newtype(ty) => TypeShape::Newtype(self.resolve(ty, declared.context)?),
            TypeBody::Enum(variants) => TypeShape::Enum(
                variants
                    .value
                    .iter()
                    .map(|variant| VariantDef { name: variant.name.clone(), doc: super::text(variant.doc.as_ref()) })
                    .collect(),
            ),
            TypeBody::Broken => return None,
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

    /// The declared type's shape, as far as it is known.
    pub(crate) fn shape_of(&self, id: TypeId) -> Option<&TypeShape> {
        self.shapes.get(id.0 as usize)?.as_ref()
    }

    pub(crate) fn name_of(&self, id: TypeId) -> &'a str {
        self.types.get(id.0 as usize).map_or("", |declared| &declared.decl.name.value)
    }

    /// A type as a schema spells it.
    pub(crate) fn spell(&self, ty: &Type) -> String {
        match ty {
            Type::Builtin(builtin) => builtin.to_string(),
            Type::Optional(ty) => format!("{}?", self.spell(ty)),
            Type::List(ty) => format!("list<{}>", self.spell(ty)),
            Type::Set(ty) => format!("set<{}>", self.spell(ty)),
            Type::Map(key, value) => format!("map<{}, {}>", self.spell(key), self.spell(value)),
            Type::Named(id, _) => self.name_of(*id).to_owned(),
        }
    }

    /// Whether the shape of a declared type is known, so that it can be judged.
    pub(crate) fn is_known(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Named(id, _) => self.shape_of(*id).is_some(),
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => true,
        }
    }

    /// What a newtype wraps, however often; any other type as it is.
    pub(crate) fn unwrapped<'t>(&'t self, mut ty: &'t Type) -> &'t Type {
        while let Type::Named(id, _) = ty
            && let Some(TypeShape::Newtype(inner)) = self.shape_of(*id)
        {
            ty = inner;
        }
        ty
    }

    /// Whether null is one of the type's values.
    pub(crate) fn can_be_null(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().nullable,
            Type::Optional(_) => true,
            Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) => false,
        }
    }

    /// Whether the type may be the key of a map or an element of a set. A broken type may be anything.
    pub(crate) fn can_be_key(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().key,
            Type::Named(id, _) => !matches!(self.shape_of(*id), Some(TypeShape::Struct(_))),
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether the type may be an aggregate's id.
    pub(crate) fn can_be_id(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().key,
            Type::Named(id, _) => self.shape_of(*id).is_none(),
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether a message can show the type.
    pub(crate) fn is_printable(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().printable,
            Type::Named(id, _) => !matches!(self.shape_of(*id), Some(TypeShape::Struct(_))),
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// The value of the type that says that there is nothing yet, if there is one.
    pub(crate) fn empty(&self, ty: &Type) -> Option<Literal> {
        match ty {
            Type::Builtin(builtin) => builtin.empty(),
            Type::Optional(_) => Some(Literal::Null),
            Type::List(_) => Some(Literal::List(Vec::new())),
            Type::Set(_) => Some(Literal::Set(Vec::new())),
            Type::Map(..) => Some(Literal::Map(Vec::new())),
            Type::Named(id, version) => match self.shape_of(*id)? {
                TypeShape::Newtype(inner) => {
                    self.empty(inner).map(|inner| Literal::Newtype(*id, *version, Box::new(inner)))
                }
                TypeShape::Struct(_) | TypeShape::Enum(_) => None,
            },
        }
    }
}

/// There are fewer declarations than bytes of text, and fewer of those than a `u32` counts.
fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
