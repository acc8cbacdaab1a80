//! `pin-forgotten`: a type moved on, and a released version that holds it would change its shape.

mod lines;
mod shown;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ast::{Change, Event, Field, Retyping, TypeBody, TypeDecl, TypeExpr, TypeKind, Variant};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::released::{self, Pin, Released};
use crate::resolve::Catalog;
use crate::schema::TypeId;
use crate::source::{Origin, Spanned};
use crate::upcast::Timeline;

use lines::Lines;
#[cfg(feature = "edit")]
pub(crate) use lines::{Cascade, Line};

/// Each type that was released at an older version, and is now held at its current one by a released version. One
/// message for each such type, with every line that is to be written, also for those that hold the holders.
pub(crate) fn forgotten(catalog: &Catalog<'_>, released: &Released, diagnostics: &mut Diagnostics) {
    let search = Search::new(catalog, released);
    for ((moved, old), places) in search.forgotten() {
        diagnostics.push(search.report(moved, old, &places));
    }
}

/// The lines of each such message.
#[cfg(feature = "edit")]
pub(crate) fn cascades(catalog: &Catalog<'_>, released: &Released) -> Vec<Cascade> {
    let search = Search::new(catalog, released);
    search
        .forgotten()
        .iter()
        .map(|((moved, old), places)| search.lines(*moved, *old, places).cascade(search.full_name(*moved)))
        .collect()
}

/// Who holds types.
#[derive(Clone, Copy)]
enum Holder<'a> {
    Event(&'a Event, &'a str),
    Type(TypeId, &'a TypeDecl, &'a str),
}

/// A part of a holder that has a type.
#[derive(Clone)]
struct Part<'a> {
    /// Where its name is; a newtype's own.
    name: Origin,
    whose: Whose<'a>,
    ty: &'a TypeExpr,
    retyped: &'a [Change<Retyping>],
    added: u32,
    removed: u32,
}

/// What a part is.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Newtype(&'a TypeExpr, &'a [Change<Retyping>]),
    Field(&'a Field),
    /// A field of a union's kind.
    OfKind(&'a Variant, &'a Field),
}

/// A plain name that once meant an older version.
struct Place<'a> {
    holder: Holder<'a>,
    part: Part<'a>,
    /// The type that is spelled there.
    expr: &'a TypeExpr,
}

struct Search<'a> {
    catalog: &'a Catalog<'a>,
    released: &'a Released,
    /// Every version number that anything was released in: a schema may speak of billions.
    numbers: BTreeSet<u32>,
}

impl<'a> Search<'a> {
    fn new(catalog: &'a Catalog<'a>, released: &'a Released) -> Self {
        let numbers = released.versions.keys().map(released::Holder::version).collect();
        Self { catalog, released, numbers }
    }

    fn forgotten(&self) -> BTreeMap<(TypeId, u32), Vec<Place<'a>>> {
        let mut found: BTreeMap<(TypeId, u32), Vec<Place<'_>>> = BTreeMap::new();
        for holder in self.holders() {
            for (key, place) in self.of(&holder) {
                found.entry(key).or_default().push(place);
            }
        }
        found
    }

    fn holders(&self) -> Vec<Holder<'a>> {
        let events = self.catalog.events.iter().map(|found| Holder::Event(found.event, found.context));
        let types = self.catalog.type_ids().map(|(id, found)| Holder::Type(id, found.decl, found.context));
        events.chain(types).collect()
    }

    /// What was released of one version of a holder.
    fn pins(&self, holder: &Holder<'a>, version: u32) -> Option<&'a BTreeSet<Pin>> {
        let key = match holder {
            Holder::Event(event, context) => {
                let names = Timeline::of_names(&event.renamed, &event.name);
                let name = names.at(version);
                released::Holder::Event(format!("{context}.{}", name.value), version)
            }
            Holder::Type(_, decl, context) => released::Holder::Type(format!("{context}.{}", decl.name.value), version),
        };
        self.released.versions.get(&key)
    }

    /// The released versions of a holder, up to the newest that the schema has, each with what it holds.
    fn versions(&self, holder: &Holder<'a>) -> impl Iterator<Item = (u32, &'a BTreeSet<Pin>)> {
        let numbers = self.numbers.range(..=holder.newest());
        numbers.filter_map(|version| Some((*version, self.pins(holder, *version)?)))
    }

    fn full_name(&self, id: TypeId) -> String {
        let context = self.catalog.types.get(id.0 as usize).map_or("", |declared| declared.context);
        crate::names::full_name(context, self.catalog.name_of(id))
    }

    /// The plain names in a holder's released versions that meant an older version, each with the type and that version.
    fn of(&self, holder: &Holder<'a>) -> Vec<((TypeId, u32), Place<'a>)> {
        let mut found = Vec::new();
        let mut told: BTreeSet<(Origin, TypeId)> = BTreeSet::new();
        for (version, pins) in self.versions(holder).filter(|(_, pins)| !pins.is_empty()) {
            for part in holder.parts().into_iter().filter(|part| (part.added..part.removed).contains(&version)) {
                let expr = part.at(version);
                for id in self.plain_names(expr, holder) {
                    if let Some(old) = self.older(id, pins).filter(|_| told.insert((expr.origin, id))) {
                        found.push(((id, old), Place { holder: *holder, part: part.clone(), expr }));
                    }
                }
            }
        }
        found
    }

    /// The version that was released, if it is not the one that a plain name means now.
    fn older(&self, id: TypeId, pins: &BTreeSet<Pin>) -> Option<u32> {
        let name = self.full_name(id);
        let held: Vec<u32> = pins.iter().filter(|pin| pin.name == name).map(|pin| pin.version).collect();
        if held.contains(&self.catalog.current(id)) { None } else { held.into_iter().max() }
    }

    /// The types that are held without a pin; those that hold the holder share its version number.
    fn plain_names(&self, ty: &TypeExpr, holder: &Holder<'_>) -> Vec<TypeId> {
        let mut found = Vec::new();
        plain_names(ty, &mut |context, name| found.extend(self.catalog.type_id(context, name, holder.context())));
        let shares = |id: &TypeId| match holder {
            Holder::Type(own, ..) => self.catalog.hold_each_other(*own, *id),
            Holder::Event(..) => false,
        };
        found.retain(|id| !shares(id));
        found
    }

    fn report(&self, moved: TypeId, old: u32, places: &[Place<'a>]) -> Diagnostic {
        let name = self.catalog.name_of(moved);
        let current = self.catalog.current(moved);
        let origin = places.first().map_or_else(Origin::default, |place| place.expr.origin);
        let message =
            format!("`{name}` went from version {old} to {current}, and what was released here holds `{name}@{old}`");
        let diagnostic = Diagnostic::error(Code::PinForgotten, origin, message);
        let diagnostic = places
            .iter()
            .skip(1)
            .fold(diagnostic, |told, place| told.related(place.expr.origin, format!("here too it was `{name}@{old}`")));
        diagnostic
            .help(format!(
                "write these lines in place of those that are there:\n{}",
                self.lines(moved, old, places).shown()
            ))
            .help(format!("or let `cargo factum bump {name}` write them"))
    }

    /// Every line that is to be written.
    fn lines(&self, moved: TypeId, old: u32, places: &[Place<'a>]) -> Lines<'a> {
        let mut lines = Lines::new(self.catalog);
        let mut next: VecDeque<(TypeId, u32)> = VecDeque::new();
        for Place { holder, part, expr } in places {
            let version = self.new_version(holder, part, expr);
            lines.pin(holder, part, expr, version, (moved, old));
            if let Some(version) = version {
                lines.version(holder, version);
                next.extend(self.moved_with(holder, version));
            }
        }
        let mut seen: BTreeSet<TypeId> = BTreeSet::from([moved]);
        while let Some((id, old)) = next.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(declared) = self.catalog.types.get(id.0 as usize) {
                lines.version(&Holder::Type(id, declared.decl, declared.context), old + 1);
            }
            for holder in self.holders() {
                next.extend(self.follow(&holder, id, old, &mut lines));
            }
        }
        lines
    }

    /// What a released holder needs once a type that it holds goes on from version `old`, and who goes on with it.
    fn follow(&self, holder: &Holder<'a>, id: TypeId, old: u32, lines: &mut Lines<'a>) -> Vec<(TypeId, u32)> {
        let mut moved = Vec::new();
        // What none of it has released may mean the next version by a plain name.
        for (released, _) in self.versions(holder) {
            let held = |part: &Part<'a>| (part.added..part.removed).contains(&released);
            for part in holder.parts().into_iter().filter(held) {
                let expr = part.at(released);
                if !self.plain_names(expr, holder).contains(&id) {
                    continue;
                }
                let version = self.new_version(holder, &part, expr);
                lines.pin(holder, &part, expr, version, (id, old));
                if let Some(version) = version {
                    lines.version(holder, version);
                    moved.extend(self.moved_with(holder, version));
                }
            }
        }
        moved
    }

    /// The version in which the holder goes on, if the forgotten name is in a line that holds for its newest one.
    fn new_version(&self, holder: &Holder<'a>, part: &Part<'a>, expr: &TypeExpr) -> Option<u32> {
        let newest = holder.newest();
        let current = part.removed > newest && core::ptr::eq(expr, part.ty) && !holder.ended();
        let released = self.pins(holder, newest).is_some();
        current.then_some(if released { newest + 1 } else { newest })
    }

    /// A type that gets a new version, with those that share its number; each with the version that it leaves.
    fn moved_with(&self, holder: &Holder<'a>, version: u32) -> Vec<(TypeId, u32)> {
        let Holder::Type(id, ..) = holder else { return Vec::new() };
        if version <= holder.newest() {
            return Vec::new(); // a proposal, which is held already
        }
        let group = self.catalog.groups_of_several().into_iter().find(|group| group.contains(id));
        group.unwrap_or_else(|| vec![*id]).into_iter().map(|id| (id, version - 1)).collect()
    }
}

impl<'a> Holder<'a> {
    fn context(&self) -> &'a str {
        match self {
            Self::Event(_, context) | Self::Type(_, _, context) => context,
        }
    }

    fn name(&self) -> &'a Spanned<String> {
        match self {
            Self::Event(event, _) => &event.name,
            Self::Type(_, decl, _) => &decl.name,
        }
    }

    /// The newest version that is stored.
    fn newest(&self) -> u32 {
        let stated = |version: &Option<Spanned<u32>>| version.as_ref().map_or(1, |version| version.value);
        match self {
            Self::Event(event, _) => stated(&event.version) - u32::from(self.ended()).min(stated(&event.version)),
            Self::Type(_, decl, _) => stated(&decl.version),
        }
    }

    fn ended(&self) -> bool {
        match self {
            Self::Event(event, _) => event.retired.is_some() || event.becomes.is_some(),
            Self::Type(..) => false,
        }
    }

    fn parts(&self) -> Vec<Part<'a>> {
        let fields = |fields: &'a [Field]| fields.iter().map(|field| Part::of(field, Whose::Field(field))).collect();
        match self {
            Self::Event(event, _) => fields(&event.fields),
            Self::Type(_, decl, _) => match &decl.body {
                TypeBody::Struct(all) => fields(all),
                TypeBody::Newtype { ty, retyped } => {
                    vec![Part {
                        name: decl.name.origin,
                        whose: Whose::Newtype(ty, retyped),
                        ty,
                        retyped,
                        added: 1,
                        removed: u32::MAX,
                    }]
                }
                TypeBody::Union(kinds) => kinds
                    .value
                    .iter()
                    .flat_map(|kind| {
                        let removed = kind.removed.as_ref().map_or(u32::MAX, |removed| removed.value);
                        let added = kind.added.as_ref().map_or(1, |added| added.value);
                        kind.fields.iter().map(move |field| {
                            let part = Part::of(field, Whose::OfKind(kind, field));
                            Part { added: part.added.max(added), removed: part.removed.min(removed), ..part }
                        })
                    })
                    .collect(),
                TypeBody::Enum(_) | TypeBody::Broken => Vec::new(),
            },
        }
    }
}

impl<'a> Part<'a> {
    fn of(field: &'a Field, whose: Whose<'a>) -> Self {
        Self {
            name: field.name.origin,
            whose,
            ty: &field.ty,
            retyped: &field.retyped,
            added: field.added.as_ref().map_or(1, |added| added.value),
            removed: field.removed.as_ref().map_or(u32::MAX, |removed| removed.value),
        }
    }

    fn at(&self, version: u32) -> &'a TypeExpr {
        crate::upcast::retyped::types(self.retyped, self.ty).at(version)
    }
}

/// Each name without a pin.
fn plain_names<'t>(ty: &'t TypeExpr, found: &mut dyn FnMut(Option<&'t Spanned<String>>, &'t str)) {
    match &ty.kind {
        TypeKind::Named { context, name, version: None } => found(context.as_ref(), &name.value),
        TypeKind::Named { version: Some(_), .. } | TypeKind::Builtin(_) | TypeKind::Opaque(_) | TypeKind::Broken => {}
        TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => plain_names(inner, found),
        TypeKind::Map(key, value) => {
            plain_names(key, found);
            plain_names(value, found);
        }
    }
}
