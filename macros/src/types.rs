//! Rust types, read as types of the schema.
//!
//! A macro sees spellings. What is spelled like a builtin type is taken for one, and generated code then proves that it is:
//! where the user's own type has such a name, it does not compile, and says so. Every other type is opaque: the user's
//! own, read and written by its own serde.

use factum_model::ast::{TypeExpr, TypeKind};
use factum_model::types::Builtin;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, PathSegment, Type, TypePath};

use crate::front::Front;

/// Builtin types by the last part of their path, and the paths before it under which they are known.
const BUILTINS: &[(&str, &[&str], Builtin)] = &[
    ("bool", PRIMITIVE, Builtin::Bool),
    ("i8", PRIMITIVE, Builtin::I8),
    ("i16", PRIMITIVE, Builtin::I16),
    ("i32", PRIMITIVE, Builtin::I32),
    ("i64", PRIMITIVE, Builtin::I64),
    ("u8", PRIMITIVE, Builtin::U8),
    ("u16", PRIMITIVE, Builtin::U16),
    ("u32", PRIMITIVE, Builtin::U32),
    ("u64", PRIMITIVE, Builtin::U64),
    ("f32", PRIMITIVE, Builtin::F32),
    ("f64", PRIMITIVE, Builtin::F64),
    ("String", &["", "std::string", "alloc::string"], Builtin::String),
    ("Bytes", &["", "factum"], Builtin::Bytes),
    ("Uuid", &["", "factum", "uuid"], Builtin::Uuid),
    ("Timestamp", &["", "factum", "jiff"], Builtin::Timestamp),
    ("Date", &["", "factum", "jiff::civil"], Builtin::Date),
    ("Duration", &["", "factum"], Builtin::Duration),
    ("SignedDuration", &["jiff"], Builtin::Duration),
    ("Decimal", &["", "factum", "rust_decimal"], Builtin::Decimal(None)),
    ("Json", &["", "factum"], Builtin::Json),
    ("Value", &["serde_json"], Builtin::Json),
];

const PRIMITIVE: &[&str] = &["", "std::primitive", "core::primitive"];

impl Front {
    pub(crate) fn ty(&mut self, ty: &Type) -> TypeExpr {
        let origin = self.places.origin(ty.span());
        let kind = match ty {
            Type::Group(group) => return self.ty(&group.elem),
            Type::Paren(paren) => return self.ty(&paren.elem),
            Type::Path(path) => self.path(path),
            _ => self.opaque(ty),
        };
        TypeExpr { kind, origin }
    }

    /// A type of the user's, or of nobody.
    fn opaque(&mut self, ty: &Type) -> TypeKind {
        let before = self.count();
        self.owned(ty);
        if self.count() > before { TypeKind::Broken } else { TypeKind::Opaque(self.places.ty(ty.to_token_stream())) }
    }

    /// What is stored owns its data, and so does each part of it.
    fn owned(&mut self, ty: &Type) {
        match ty {
            Type::Group(group) => self.owned(&group.elem),
            Type::Paren(paren) => self.owned(&paren.elem),
            Type::Array(array) => self.owned(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.owned(part)),
            Type::Macro(_) => {}
            Type::Path(path) => {
                for argument in path.path.segments.iter().flat_map(|segment| arguments(&segment.arguments)) {
                    match argument {
                        GenericArgument::Type(inner) => self.owned(inner),
                        GenericArgument::Lifetime(lifetime) => self.report.error(
                            lifetime.span(),
                            "what is stored owns its data, so its types have no lifetimes\n  help: write an owned type",
                        ),
                        _ => {}
                    }
                }
            }
            _ => self.report.error(
                ty.span(),
                "what is stored owns its data, so a reference, a pointer, a function or `dyn` cannot be a part of it\n  \
                 help: write an owned type, as in `String` for `&str`",
            ),
        }
    }

    fn path(&mut self, path: &TypePath) -> TypeKind {
        let known = self.spelled(path);
        known.unwrap_or_else(|| self.opaque(&Type::Path(path.clone())))
    }

    fn spelled(&mut self, path: &TypePath) -> Option<TypeKind> {
        let (None, Some(last)) = (&path.qself, path.path.segments.last()) else { return None };
        let before = path.path.segments.iter().take(path.path.segments.len() - 1);
        if before.clone().any(|segment| !segment.arguments.is_none()) {
            return None;
        }
        let before = before.map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::");
        self.known(&last.ident.to_string(), &before, last)
    }

    /// The builtin type, or the container, that is spelled so.
    fn known(&mut self, name: &str, before: &str, last: &PathSegment) -> Option<TypeKind> {
        let arguments = arguments(&last.arguments);
        let builtin = BUILTINS.iter().find(|(known, paths, _)| *known == name && paths.contains(&before));
        Some(match (builtin, name, arguments.as_slice()) {
            (Some((_, _, builtin)), _, []) if last.arguments.is_none() => TypeKind::Builtin(*builtin),
            (None, "Option", [GenericArgument::Type(inner)]) if within(before, "option") => {
                TypeKind::Optional(Box::new(self.ty(inner)))
            }
            (None, "Vec", [GenericArgument::Type(inner)]) if within(before, "vec") => {
                TypeKind::List(Box::new(self.ty(inner)))
            }
            (None, "BTreeSet", [GenericArgument::Type(inner)]) if collection(before, "btree_set") => {
                TypeKind::Set(Box::new(self.ty(inner)))
            }
            (None, "BTreeMap", [GenericArgument::Type(key), GenericArgument::Type(value)])
                if collection(before, "btree_map") =>
            {
                TypeKind::Map(Box::new(self.ty(key)), Box::new(self.ty(value)))
            }
            (None, "Fixed", [GenericArgument::Const(Expr::Lit(ExprLit { lit: Lit::Int(scale), .. }))])
                if matches!(before, "" | "factum") =>
            {
                TypeKind::Builtin(Builtin::Decimal(Some(scale.base10_parse().ok()?)))
            }
            _ => return None,
        })
    }
}

fn within(before: &str, module: &str) -> bool {
    let known = before.strip_prefix("std::").or_else(|| before.strip_prefix("core::"));
    before.is_empty() || known.or_else(|| before.strip_prefix("alloc::")) == Some(module)
}

fn collection(before: &str, module: &str) -> bool {
    let nested = before.strip_suffix(module).and_then(|outer| outer.strip_suffix("::")).unwrap_or(before);
    before.is_empty() || matches!(nested, "std::collections" | "alloc::collections")
}

fn arguments(arguments: &PathArguments) -> Vec<&GenericArgument> {
    match arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
        PathArguments::None | PathArguments::Parenthesized(_) => Vec::new(),
    }
}
