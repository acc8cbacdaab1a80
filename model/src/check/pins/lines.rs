//! The lines that are to be written where a type went on.
#![cfg_attr(not(feature = "edit"), allow(dead_code, reason = "only who writes the lines asks where they belong"))]

use crate::ast::{TypeExpr, TypeKind};
use crate::resolve::Catalog;
use crate::schema::TypeId;
use crate::source::{Origin, Spanned};

use super::{Holder, Part, Whose};

/// What has to be written because one type went on from a version that was released.
#[derive(Debug)]
pub(crate) struct Cascade {
    /// `<context>.<Type>`
    pub(crate) name: String,
    /// By event and type.
    pub(crate) holders: Vec<HolderLines>,
}

/// What has to be written about one event or type.
#[derive(Debug)]
pub(crate) struct HolderLines {
    /// Its name, where it is declared.
    pub(crate) name: Spanned<String>,
    /// Its new version.
    pub(crate) version: Option<u32>,
    pub(crate) parts: Vec<Line>,
}

/// What has to be written about one part of it.
#[derive(Debug)]
pub(crate) enum Line {
    /// `price: retyped: { 4: Money@1 }`
    Retyped {
        /// The field's name; a newtype's own.
        part: Origin,
        version: u32,
        pinned: String,
    },
    /// `price: Money@1`, in place of `Money`.
    Instead { expr: Origin, pinned: String },
}

/// What is to be written, while it is collected.
pub(super) struct Lines<'a> {
    catalog: &'a Catalog<'a>,
    pub(super) holders: Vec<Collected<'a>>,
}

pub(super) struct Collected<'a> {
    pub(super) holder: Holder<'a>,
    pub(super) version: Option<u32>,
    pub(super) parts: Vec<Pinned<'a>>,
}

/// A type, and which of its names get a version.
pub(super) struct Pinned<'a> {
    pub(super) whose: Whose<'a>,
    pub(super) part: Origin,
    /// The version that changes it; `None`: its line is mended.
    pub(super) version: Option<u32>,
    pub(super) expr: &'a TypeExpr,
    context: &'a str,
    pins: Vec<(TypeId, u32)>,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(catalog: &'a Catalog<'a>) -> Self {
        Self { catalog, holders: Vec::new() }
    }

    fn of(&mut self, holder: &Holder<'a>) -> &mut Collected<'a> {
        let same = |known: &Collected<'_>| core::ptr::eq(known.holder.name(), holder.name());
        let index = self.holders.iter().position(same).unwrap_or_else(|| {
            self.holders.push(Collected { holder: *holder, version: None, parts: Vec::new() });
            self.holders.len() - 1
        });
        &mut self.holders[index]
    }

    pub(super) fn version(&mut self, holder: &Holder<'a>, version: u32) {
        self.of(holder).version = Some(version);
    }

    /// One name in a type gets a version; those that have one already keep it.
    pub(super) fn pin(
        &mut self,
        holder: &Holder<'a>,
        part: &Part<'a>,
        expr: &'a TypeExpr,
        version: Option<u32>,
        pin: (TypeId, u32),
    ) {
        let parts = &mut self.of(holder).parts;
        let same = |known: &&mut Pinned<'a>| known.version == version && core::ptr::eq(known.expr, expr);
        match parts.iter_mut().find(same) {
            Some(known) if known.pins.contains(&pin) => {}
            Some(known) => known.pins.push(pin),
            None => parts.push(Pinned {
                whose: part.whose,
                part: part.name,
                version,
                expr,
                context: holder.context(),
                pins: vec![pin],
            }),
        }
    }

    pub(super) fn cascade(&self, name: String) -> Cascade {
        let line = |part: &Pinned<'_>| {
            let pinned = self.pinned(part);
            match part.version {
                Some(version) => Line::Retyped { part: part.part, version, pinned },
                None => Line::Instead { expr: part.expr.origin, pinned },
            }
        };
        let holder = |of: &Collected<'_>| HolderLines {
            name: of.holder.name().clone(),
            version: of.version,
            parts: of.parts.iter().map(line).collect(),
        };
        Cascade { name, holders: self.holders.iter().map(holder).collect() }
    }

    /// The type with the versions that its names get.
    pub(super) fn pinned(&self, part: &Pinned<'_>) -> String {
        spell(part.expr, &mut |context, name| {
            let id = self.catalog.type_id(context, name, part.context)?;
            part.pins.iter().find(|(pinned, _)| *pinned == id).map(|(_, version)| *version)
        })
    }
}

/// The version that a plain name, maybe of another context, is to get.
type PinOf<'p> = &'p mut dyn FnMut(Option<&Spanned<String>>, &str) -> Option<u32>;

/// The type as it was spelled.
pub(super) fn plain(ty: &TypeExpr) -> String {
    spell(ty, &mut |_, _| None)
}

/// The type as it was spelled; `pin` may give a plain name a version.
fn spell(ty: &TypeExpr, pin: PinOf<'_>) -> String {
    match &ty.kind {
        TypeKind::Builtin(builtin) => builtin.to_string(),
        TypeKind::Named { context, name, version } => {
            let place = context.as_ref().map(|context| format!("{}.", context.value)).unwrap_or_default();
            let version = version.as_ref().map(|version| version.value).or_else(|| pin(context.as_ref(), &name.value));
            let version = version.map(|version| format!("@{version}")).unwrap_or_default();
            format!("{place}{}{version}", name.value)
        }
        TypeKind::Optional(inner) => format!("{}?", spell(inner, pin)),
        TypeKind::List(inner) => format!("list<{}>", spell(inner, pin)),
        TypeKind::Set(inner) => format!("set<{}>", spell(inner, pin)),
        TypeKind::Map(key, value) => format!("map<{}, {}>", spell(key, pin), spell(value, pin)),
        TypeKind::Opaque(ty) => ty.spelling.clone(),
        TypeKind::Broken => "...".to_owned(),
    }
}
