//! Declared types and references to types.

use factum_model::schema::{self, Schema, Type, TypeDef, TypeId, TypeShape, TypeVersion, VariantDef};
use factum_model::types::Builtin;

use super::settings::Mapped;
use super::wire::{current_table, is_slot};
use super::{Scope, doc, names};
use crate::items::{
    Alias, Argument, Blank, Choice, ChoiceVariant, Codec, Definition, Doc, Ident, Item, Newtype, Record, RustType,
    Shown, Union, UnionVariant,
};
use crate::options::Kind;
use crate::placeholder;

/// The builtin's own Rust type: the one place.
fn builtin(builtin: Builtin) -> RustType {
    match builtin {
        Builtin::Bool => plain("::core::primitive::bool"),
        Builtin::I8 => plain("::core::primitive::i8"),
        Builtin::I16 => plain("::core::primitive::i16"),
        Builtin::I32 => plain("::core::primitive::i32"),
        Builtin::I64 => plain("::core::primitive::i64"),
        Builtin::U8 => plain("::core::primitive::u8"),
        Builtin::U16 => plain("::core::primitive::u16"),
        Builtin::U32 => plain("::core::primitive::u32"),
        Builtin::U64 => plain("::core::primitive::u64"),
        Builtin::F32 => plain("::core::primitive::f32"),
        Builtin::F64 => plain("::core::primitive::f64"),
        Builtin::String => plain("::std::string::String"),
        Builtin::Bytes => plain("::factum::Bytes"),
        Builtin::Uuid => plain("::factum::Uuid"),
        Builtin::Timestamp => plain("::factum::Timestamp"),
        Builtin::Date => plain("::factum::Date"),
        Builtin::Duration => plain("::factum::Duration"),
        Builtin::Decimal(None) => plain("::factum::Decimal"),
        Builtin::Decimal(Some(scale)) => {
            RustType { path: "::factum::Fixed".to_owned(), arguments: vec![Argument::Const(scale.into())] }
        }
        Builtin::Json => plain("::factum::Json"),
    }
}

/// A type without arguments.
pub(super) fn plain(path: &str) -> RustType {
    RustType { path: path.to_owned(), arguments: Vec::new() }
}

/// A type with type arguments.
pub(super) fn generic<const N: usize>(path: &str, arguments: [RustType; N]) -> RustType {
    RustType { path: path.to_owned(), arguments: arguments.into_iter().map(Argument::Type).collect() }
}

/// As a schema spells it.
#[must_use]
pub fn spelled(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::Builtin(builtin) => builtin.to_string(),
        Type::Optional(inner) => format!("{}?", spelled(schema, inner)),
        Type::List(inner) => format!("list<{}>", spelled(schema, inner)),
        Type::Set(inner) => format!("set<{}>", spelled(schema, inner)),
        Type::Map(key, value) => format!("map<{}, {}>", spelled(schema, key), spelled(schema, value)),
        Type::Named(id, version) => schema.types.get(id.0 as usize).map(|def| named(def, *version)).unwrap_or_default(),
        Type::Opaque(ty) => ty.spelling.clone(),
    }
}

/// `Money`, or `Money@1` for an older version.
fn named(def: &TypeDef, version: u32) -> String {
    let name = &def.name.value;
    let newest = def.versions.last().map(|newest| newest.number);
    if newest == Some(version) { name.clone() } else { format!("{name}@{version}") }
}

impl Scope<'_> {
    pub(super) fn rust_type(self, ty: &Type) -> RustType {
        match ty {
            Type::Builtin(row) => self.mapped(*row).map_or_else(|| builtin(*row), |mapped| mapped.ty.clone()),
            Type::Optional(inner) => generic("::core::option::Option", [self.rust_type(inner)]),
            Type::List(inner) => generic("::std::vec::Vec", [self.elsewhere().rust_type(inner)]),
            Type::Set(inner) => generic("::std::collections::BTreeSet", [self.elsewhere().rust_type(inner)]),
            Type::Map(key, value) => {
                let types = [key, value].map(|ty| self.elsewhere().rust_type(ty));
                generic("::std::collections::BTreeMap", types)
            }
            Type::Named(id, version) if self.is_boxed(*id) => {
                generic("::std::boxed::Box", [plain(&self.type_path(*id, *version))])
            }
            Type::Named(id, version) => plain(&self.type_path(*id, *version)),
            Type::Opaque(ty) => plain(&placeholder::opaque(ty.id)),
        }
    }

    /// What stands for a builtin here, if not its own type.
    pub(super) fn mapped(&self, row: Builtin) -> Option<&Mapped> {
        self.settings.mapped(row).filter(|_| !self.wire)
    }

    /// How the type of a field lies above its wire form, if a foreign type is in it.
    pub(super) fn form(self, ty: &Type) -> Option<RustType> {
        self.has_foreign(ty).then(|| self.form_of(ty))
    }

    /// Whether a foreign type is in it. Declared types see to that themselves.
    fn has_foreign(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => self.mapped(*row).is_some(),
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => self.has_foreign(inner),
            Type::Map(key, value) => self.has_foreign(key) || self.has_foreign(value),
            Type::Named(..) | Type::Opaque(_) => false,
        }
    }

    fn form_of(self, ty: &Type) -> RustType {
        let form = |name: &str, parts: &[&Type]| RustType {
            path: format!("::factum::foreign::{name}"),
            arguments: parts.iter().map(|part| Argument::Type(self.elsewhere().form_of(part))).collect(),
        };
        match ty {
            Type::Optional(inner) => generic("::factum::foreign::Maybe", [self.form_of(inner)]),
            Type::List(inner) => form("Each", &[inner]),
            Type::Set(inner) => form("EachOf", &[inner]),
            Type::Map(key, value) => form("Entries", &[key, value]),
            Type::Builtin(row) => match self.mapped(*row) {
                Some(mapped) => generic("::factum::foreign::As", [mapped.adapter.clone(), builtin(*row)]),
                None => generic("::factum::foreign::Same", [builtin(*row)]),
            },
            Type::Named(..) | Type::Opaque(_) => generic("::factum::foreign::Same", [self.rust_type(ty)]),
        }
    }

    /// The conversion that reads the wire form of a type with a foreign one in it.
    pub(super) fn lift(self, ty: &Type) -> Option<RustType> {
        self.form(ty).map(|form| generic("::factum::foreign::Lift", [form]))
    }

    /// How a value is shown, of a type that can be.
    pub(super) fn shown(self, ty: &Type) -> Shown {
        match ty {
            Type::Builtin(row) => self
                .mapped(*row)
                .map_or(Shown::Itself, |mapped| Shown::As { adapter: mapped.adapter.clone(), wire: builtin(*row) }),
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => {
                Shown::Itself
            }
        }
    }

    pub(super) fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.schema.types[id.0 as usize]
    }

    pub(super) fn type_shape(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        self.type_def(id).versions.iter().find(|known| known.number == version).map(|known| &known.shape)
    }

    /// How a version of a declared type is named here.
    pub(super) fn type_path(self, id: TypeId, version: u32) -> String {
        let def = self.type_def(id);
        let name = version_name(def, version).0;
        if def.context == self.context.name.value {
            name
        } else {
            format!("super::{}::{name}", self.module_name(&def.context).0)
        }
    }

    /// The fields of the type `id` are lowered here: what would hold a value of it within itself is boxed.
    pub(super) const fn within(self, id: TypeId) -> Self {
        Self { owner: Some(id), wire: false, ..self }
    }

    /// What stands behind a pointer anyway.
    pub(super) const fn elsewhere(self) -> Self {
        Self { owner: None, ..self }
    }

    /// What is on the wire: every builtin is its own type.
    pub(super) const fn on_wire(self) -> Self {
        Self { wire: true, ..self }
    }

    /// Whether a value of `id` is boxed where it stands.
    pub(super) fn is_boxed(self, id: TypeId) -> bool {
        self.owner.is_some_and(|owner| self.holds(id, owner, &mut Vec::new()))
    }

    /// Whether a value of `id` may hold one of `sought` within itself. `seen`: those that were asked already.
    fn holds(self, id: TypeId, sought: TypeId, seen: &mut Vec<TypeId>) -> bool {
        if id == sought {
            return true;
        }
        if seen.contains(&id) {
            return false;
        }
        seen.push(id);
        let versions = self.type_def(id).versions.iter();
        let held: Vec<TypeId> = versions.flat_map(|version| held_within(&version.shape)).collect();
        held.into_iter().any(|inner| self.holds(inner, sought, seen))
    }

    pub(super) fn named_type(self, id: TypeId) -> Vec<Item> {
        let def = self.type_def(id);
        let here = self.within(id);
        let mut items = Vec::new();
        for version in def.versions.iter().rev() {
            items.push(here.type_item(def, version));
            items.extend(here.type_schema(def, version));
        }
        if let [_, .., current] = def.versions.as_slice() {
            let name = names::ident(&def.name.value);
            let doc = Doc(vec![format!("Version {} of [`{}`]: the current one.", current.number, name.0)]);
            let alias = names::historic(&def.name.value, current.number);
            items.push(Item::Alias(Alias { doc, name: alias, definition: self.defined(true, Vec::new()), of: name }));
        }
        for pair in def.versions.windows(2) {
            items.extend(here.type_upcast(def, &pair[0], &pair[1]));
        }
        items
    }

    fn type_item(self, def: &TypeDef, version: &TypeVersion) -> Item {
        let name = version_name(def, version.number);
        let definition = self.definition(Kind::Types, &def.name.value, name.0 == def.name.value);
        let doc = if name.0 == def.name.value {
            doc::declared(self.schema, def)
        } else {
            Doc(vec![format!("[`{}`] as version {} stored it.", def.name.value, version.number)])
        };
        match &version.shape {
            TypeShape::Struct(record) => Item::Record(Record {
                wire: Some(self.current_wire(&name.0, record)),
                doc,
                name,
                definition,
                eq: record.fields.iter().all(|field| self.is_eq(&field.ty)),
                fields: self.record_fields(record),
            }),
            TypeShape::Newtype(inner) => Item::Newtype(Newtype {
                doc,
                name,
                inner: self.rust_type(inner),
                codec: self.newtype_codec(inner),
                derives: self.newtype_derives(inner),
                display: self.is_displayed(&definition, inner).then(|| self.shown(inner)),
                key: self.is_key(inner),
                definition,
            }),
            TypeShape::Enum(variants) => Item::Choice(choice(doc, (name, definition), variants)),
            TypeShape::Union(variants) => Item::Union(Union {
                doc,
                draft: union_draft(&name, variants),
                name,
                definition,
                eq: variants.iter().flat_map(|variant| &variant.shape.fields).all(|field| self.is_eq(&field.ty)),
                variants: variants.iter().map(|variant| self.union_variant(variant)).collect(),
            }),
        }
    }

    fn union_variant(self, variant: &schema::UnionVariant) -> UnionVariant {
        let kind = &variant.name.value;
        UnionVariant {
            doc: doc::or(variant.doc.as_deref(), || format!("`{kind}`.")),
            name: names::ident(kind),
            kind: kind.clone(),
            fields: self.record_fields(&variant.shape),
            table: current_table(&variant.shape),
        }
    }

    /// A derive proves what is wrapped, since its spelling alone does not say so.
    fn newtype_codec(self, inner: &Type) -> Option<Codec> {
        let proved = self.derived.map(|_| Codec { keep: self.codec(inner), blank: Blank::Default });
        proved.or_else(|| self.foreign_codec(inner))
    }

    /// How what has a foreign type in it is read and written: as the builtin.
    pub(super) fn foreign_codec(self, ty: &Type) -> Option<Codec> {
        let (keep, form) = self.lift(ty).zip(self.form(ty))?;
        Some(Codec { keep, blank: Blank::Foreign(form) })
    }

    /// Whether the generator makes `Display`: the user's own types have their own.
    fn is_displayed(self, definition: &Definition, inner: &Type) -> bool {
        matches!(definition, Definition::Generated { .. }) && self.is_shown(inner)
    }

    fn newtype_derives(self, inner: &Type) -> Vec<&'static str> {
        let copy = self.is_copy(inner);
        let ordered = self.is_ordered(inner);
        let eq = self.is_eq(inner);
        let rows = [
            (copy, "::core::marker::Copy"),
            (eq, "::core::cmp::Eq"),
            (ordered, "::core::cmp::PartialOrd"),
            (ordered, "::core::cmp::Ord"),
            (ordered, "::core::hash::Hash"),
        ];
        rows.into_iter().filter(|(holds, _)| *holds).map(|(_, name)| name).collect()
    }

    fn is_copy(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => is_copy(*row) && self.mapped(*row).is_none_or(|mapped| mapped.copy),
            Type::Named(id, version) => match self.type_shape(*id, *version) {
                Some(TypeShape::Newtype(inner)) => self.is_copy(inner),
                Some(TypeShape::Enum(variants)) => !variants.iter().any(|variant| variant.fallback),
                Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
        }
    }

    /// Whether equality is total.
    pub(super) fn is_eq(self, ty: &Type) -> bool {
        self.is_eq_within(ty, &mut Vec::new())
    }

    /// `seen`: the types that are being asked already, which a type that holds itself comes back to.
    fn is_eq_within(self, ty: &Type, seen: &mut Vec<(TypeId, u32)>) -> bool {
        match ty {
            Type::Builtin(row) => {
                let own = !matches!(row, Builtin::F32 | Builtin::F64 | Builtin::Json);
                own && self.mapped(*row).is_none_or(|mapped| mapped.eq)
            }
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Map(_, inner) => {
                self.is_eq_within(inner, seen)
            }
            // Not known, so not claimed.
            Type::Opaque(_) => false,
            Type::Named(id, version) if seen.contains(&(*id, *version)) => true,
            Type::Named(id, version) => {
                seen.push((*id, *version));
                match self.type_shape(*id, *version) {
                    Some(TypeShape::Struct(record)) => {
                        record.fields.iter().all(|field| self.is_eq_within(&field.ty, seen))
                    }
                    Some(TypeShape::Newtype(inner)) => self.is_eq_within(inner, seen),
                    Some(TypeShape::Union(variants)) => {
                        let mut fields = variants.iter().flat_map(|variant| &variant.shape.fields);
                        fields.all(|field| self.is_eq_within(&field.ty, seen))
                    }
                    Some(TypeShape::Enum(_)) | None => true,
                }
            }
        }
    }

    /// Whether `Display` shows it.
    fn is_shown(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => row.row().printable,
            Type::Named(id, version) => match self.type_shape(*id, *version) {
                Some(TypeShape::Newtype(inner)) => self.is_shown(inner),
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
        }
    }

    /// Whether it may be a map's key or a set's element: it has an order.
    fn is_ordered(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => row.row().key && self.mapped(*row).is_none_or(|mapped| mapped.ordered),
            Type::Named(id, version) => match self.type_shape(*id, *version) {
                Some(TypeShape::Newtype(inner)) => self.is_ordered(inner),
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Struct(_) | TypeShape::Union(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
        }
    }

    /// Whether it may be an aggregate's id.
    fn is_key(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => row.row().key && self.mapped(*row).is_none(),
            Type::Named(id, version) => match self.type_shape(*id, *version) {
                Some(TypeShape::Newtype(inner)) => self.is_key(inner),
                Some(TypeShape::Struct(_) | TypeShape::Union(_) | TypeShape::Enum(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
        }
    }
}

/// The draft that a union needs, if it needs one.
fn union_draft(name: &Ident, variants: &[schema::UnionVariant]) -> Option<Ident> {
    let mut fields = variants.iter().flat_map(|variant| &variant.shape.fields);
    fields.any(|field| is_slot(&field.ty)).then(|| names::draft(&name.0))
}

/// Whether the builtin's Rust type is `Copy`.
fn is_copy(row: Builtin) -> bool {
    match row {
        Builtin::String | Builtin::Bytes | Builtin::Json => false,
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64
        | Builtin::F32
        | Builtin::F64
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_) => true,
    }
}

/// The Rust name of a version: the current one has the type's own.
pub(super) fn version_name(def: &TypeDef, version: u32) -> Ident {
    let newest = def.versions.last().map(|newest| newest.number);
    if newest == Some(version) { names::ident(&def.name.value) } else { names::historic(&def.name.value, version) }
}

/// The declared types whose values a value of this shape holds within itself, not behind a list, set or map.
fn held_within(shape: &TypeShape) -> Vec<TypeId> {
    let types: Vec<&Type> = match shape {
        TypeShape::Struct(record) => record.fields.iter().map(|field| &field.ty).collect(),
        TypeShape::Newtype(inner) => vec![inner],
        TypeShape::Enum(_) => Vec::new(),
        TypeShape::Union(variants) => {
            variants.iter().flat_map(|variant| &variant.shape.fields).map(|field| &field.ty).collect()
        }
    };
    types.into_iter().filter_map(named_within).collect()
}

fn named_within(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id, _) => Some(*id),
        Type::Optional(inner) => named_within(inner),
        Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => None,
    }
}

fn choice(doc: Doc, (name, definition): (Ident, Definition), variants: &[VariantDef]) -> Choice {
    let fallback = variants.iter().find(|variant| variant.fallback);
    Choice {
        doc,
        name,
        definition,
        variants: variants.iter().filter(|variant| !variant.fallback).map(choice_variant).collect(),
        fallback: fallback.map(|variant| {
            let doc = doc::or(variant.doc.as_deref(), || "A text that this version does not know.".to_owned());
            (doc, names::variant(&variant.name.value))
        }),
    }
}

fn choice_variant(variant: &VariantDef) -> ChoiceVariant {
    let text = &variant.name.value;
    let doc = doc::or(variant.doc.as_deref(), || format!("`{text}`."));
    ChoiceVariant { doc, name: names::variant(text), text: text.clone() }
}
