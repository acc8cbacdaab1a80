//! The lines that are to be written where a type went on: data, and how a message shows them.
#![cfg_attr(not(feature = "edit"), allow(dead_code, reason = "only who writes the lines asks where they belong"))]

use crate::ast::{TypeExpr, TypeKind};
use crate::resolve::Catalog;
use crate::schema::TypeId;
use crate::source::{Origin, Spanned};

use super::{Holder, Part};

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
        /// `price`, or `Card.last4` in a union; empty for a newtype.
        label: String,
        /// The field's name; a newtype's own.
        part: Origin,
        version: u32,
        pinned: String,
    },
    /// `price: Money@1 in place of Money`
    Instead { label: String, expr: Origin, was: String, pinned: String },
}

/// What is to be written, while it is collected.
pub(super) struct Lines<'a> {
    catalog: &'a Catalog<'a>,
    holders: Vec<Collected<'a>>,
}

struct Collected<'a> {
    name: &'a Spanned<String>,
    version: Option<u32>,
    parts: Vec<Pinned<'a>>,
}

/// A type, and which of its names get a version.
struct Pinned<'a> {
    label: String,
    part: Origin,
    /// The version that changes it; `None`: its line is mended.
    version: Option<u32>,
    expr: &'a TypeExpr,
    context: &'a str,
    pins: Vec<(TypeId, u32)>,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(catalog: &'a Catalog<'a>) -> Self {
        Self { catalog, holders: Vec::new() }
    }

    fn of(&mut self, name: &'a Spanned<String>) -> &mut Collected<'a> {
        let index = self.holders.iter().position(|known| core::ptr::eq(known.name, name)).unwrap_or_else(|| {
            self.holders.push(Collected { name, version: None, parts: Vec::new() });
            self.holders.len() - 1
        });
        &mut self.holders[index]
    }

    pub(super) fn version(&mut self, name: &'a Spanned<String>, version: u32) {
        self.of(name).version = Some(version);
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
        let parts = &mut self.of(holder.name()).parts;
        let same = |known: &&mut Pinned<'a>| known.version == version && core::ptr::eq(known.expr, expr);
        match parts.iter_mut().find(same) {
            Some(known) if known.pins.contains(&pin) => {}
            Some(known) => known.pins.push(pin),
            None => parts.push(Pinned {
                label: part.label.clone(),
                part: part.name,
                version,
                expr,
                context: holder.context(),
                pins: vec![pin],
            }),
        }
    }

    pub(super) fn into_cascade(self, name: String) -> Cascade {
        let catalog = self.catalog;
        let line = |part: Pinned<'_>| {
            let pinned = spell(part.expr, &mut |context, name| {
                let id = catalog.type_id(context, name, part.context)?;
                part.pins.iter().find(|(pinned, _)| *pinned == id).map(|(_, version)| *version)
            });
            match part.version {
                Some(version) => Line::Retyped { label: part.label, part: part.part, version, pinned },
                None => Line::Instead {
                    label: part.label,
                    expr: part.expr.origin,
                    was: spell(part.expr, &mut |_, _| None),
                    pinned,
                },
            }
        };
        let holder = |holder: Collected<'_>| HolderLines {
            name: holder.name.clone(),
            version: holder.version,
            parts: holder.parts.into_iter().map(line).collect(),
        };
        Cascade { name, holders: self.holders.into_iter().map(holder).collect() }
    }
}

impl Cascade {
    /// As a message shows it.
    pub(super) fn shown(&self) -> String {
        let mut text = Vec::new();
        for holder in &self.holders {
            text.push(format!("{}:", holder.name.value));
            text.extend(holder.version.map(|version| format!("  version: {version}")));
            let mut parts: Vec<String> = holder.parts.iter().map(Line::shown).collect();
            parts.sort();
            text.append(&mut parts);
        }
        text.join("\n")
    }
}

impl Line {
    fn shown(&self) -> String {
        let label = |label: &str| if label.is_empty() { String::new() } else { format!("{label}: ") };
        match self {
            Self::Retyped { label: of, version, pinned, .. } => {
                format!("    {}retyped: {{ {version}: {pinned} }}", label(of))
            }
            Self::Instead { label: of, was, pinned, .. } => format!("    {}{pinned} in place of {was}", label(of)),
        }
    }
}

/// The version that a plain name, maybe of another context, is to get.
type PinOf<'p> = &'p mut dyn FnMut(Option<&Spanned<String>>, &str) -> Option<u32>;

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
