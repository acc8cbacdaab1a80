//! Declared types and references to types.

use factum_model::schema::{Schema, Type, TypeDef, TypeId, TypeShape, VariantDef};
use factum_model::types::Builtin;

use super::wire::current_wire;
use super::{Scope, doc, names};
use crate::items::{Argument, Choice, ChoiceVariant, Doc, Item, Newtype, Record, RustType};

/// The Rust type of each builtin: the one place.
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
            RustType { path: "::factum::Fixed".to_owned(), arguments: vec![Argument::Const(scale)] }
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
pub(super) fn spelled(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::Builtin(builtin) => builtin.to_string(),
        Type::Optional(inner) => format!("{}?", spelled(schema, inner)),
        Type::List(inner) => format!("list<{}>", spelled(schema, inner)),
        Type::Set(inner) => format!("set<{}>", spelled(schema, inner)),
        Type::Map(key, value) => format!("map<{}, {}>", spelled(schema, key), spelled(schema, value)),
        Type::Named(id, _) => schema.types.get(id.0 as usize).map(|def| def.name.value.clone()).unwrap_or_default(),
    }
}

impl Scope<'_> {
    pub(super) fn rust_type(self, ty: &Type) -> RustType {
        match ty {
            Type::Builtin(row) => builtin(*row),
            Type::Optional(inner) => generic("::core::option::Option", [self.rust_type(inner)]),
            Type::List(inner) => generic("::std::vec::Vec", [self.rust_type(inner)]),
            Type::Set(inner) => generic("::std::collections::BTreeSet", [self.rust_type(inner)]),
            Type::Map(key, value) => {
                generic("::std::collections::BTreeMap", [self.rust_type(key), self.rust_type(value)])
            }
            Type::Named(id, _) => plain(&self.type_path(*id)),
        }
    }

    fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.schema.types[id.0 as usize]
    }

    /// The newest version's shape.
    pub(super) fn type_shape(&self, id: TypeId) -> Option<&TypeShape> {
        self.type_def(id).versions.last().map(|version| &version.shape)
    }

    /// How a declared type is named here.
    pub(super) fn type_path(self, id: TypeId) -> String {
        let def = self.type_def(id);
        if def.context == self.context.name {
            def.name.value.clone()
        } else {
            format!("super::{}::{}", names::ident(&def.context).0, def.name.value)
        }
    }

    pub(super) fn named_type(self, id: TypeId) -> Vec<Item> {
        let def = self.type_def(id);
        let name = names::ident(&def.name.value);
        let doc = doc::or(def.doc.as_deref(), || format!("The type `{}` of `{}`.", def.name.value, def.context));
        self.type_shape(id).map(|shape| vec![self.type_item(doc, name, shape)]).unwrap_or_default()
    }

    fn type_item(self, doc: Doc, name: crate::items::Ident, shape: &TypeShape) -> Item {
        match shape {
            TypeShape::Struct(record) => Item::Record(Record {
                doc,
                name,
                eq: record.fields.iter().all(|field| self.is_eq(&field.ty)),
                fields: self.record_fields(record),
                wire: Some(current_wire(record)),
            }),
            TypeShape::Newtype(inner) => Item::Newtype(Newtype {
                doc,
                name,
                inner: self.rust_type(inner),
                derives: self.newtype_derives(inner),
                display: self.is_shown(inner),
                key: self.is_key(inner),
            }),
            TypeShape::Enum(variants) => {
                Item::Choice(Choice { doc, name, variants: variants.iter().map(choice_variant).collect() })
            }
        }
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
            Type::Builtin(row) => is_copy(*row),
            Type::Named(id, _) => match self.type_shape(*id) {
                Some(TypeShape::Newtype(inner)) => self.is_copy(inner),
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Struct(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether equality is total.
    pub(super) fn is_eq(self, ty: &Type) -> bool {
        self.is_eq_within(ty, &mut Vec::new())
    }

    /// `seen`: the types that are being asked already, which a type that holds itself comes back to.
    fn is_eq_within(self, ty: &Type, seen: &mut Vec<TypeId>) -> bool {
        match ty {
            Type::Builtin(row) => !matches!(row, Builtin::F32 | Builtin::F64 | Builtin::Json),
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Map(_, inner) => {
                self.is_eq_within(inner, seen)
            }
            Type::Named(id, _) if seen.contains(id) => true,
            Type::Named(id, _) => {
                seen.push(*id);
                match self.type_shape(*id) {
                    Some(TypeShape::Struct(record)) => {
                        record.fields.iter().all(|field| self.is_eq_within(&field.ty, seen))
                    }
                    Some(TypeShape::Newtype(inner)) => self.is_eq_within(inner, seen),
                    Some(TypeShape::Enum(_)) | None => true,
                }
            }
        }
    }

    /// Whether `Display` shows it.
    fn is_shown(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => row.row().printable,
            Type::Named(id, _) => match self.type_shape(*id) {
                Some(TypeShape::Newtype(inner)) => self.is_shown(inner),
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Struct(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether it may be a map's key or a set's element: it has an order.
    fn is_ordered(self, ty: &Type) -> bool {
        self.is_enum(ty) || self.is_key(ty)
    }

    /// Whether it is an enum, or a newtype of one.
    fn is_enum(self, ty: &Type) -> bool {
        match ty {
            Type::Named(id, _) => match self.type_shape(*id) {
                Some(TypeShape::Newtype(inner)) => self.is_enum(inner),
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Struct(_)) | None => false,
            },
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether it may be an aggregate's id.
    fn is_key(self, ty: &Type) -> bool {
        match ty {
            Type::Builtin(row) => row.row().key,
            Type::Named(id, _) => match self.type_shape(*id) {
                Some(TypeShape::Newtype(inner)) => self.is_key(inner),
                Some(TypeShape::Struct(_) | TypeShape::Enum(_)) | None => false,
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }
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

fn choice_variant(variant: &VariantDef) -> ChoiceVariant {
    let text = &variant.name.value;
    let doc = doc::or(variant.doc.as_deref(), || format!("`{text}`."));
    ChoiceVariant { doc, name: names::variant(text), text: text.clone() }
}
