//! `pin-forgotten`: a type moved on, and a released version that holds it would change its shape.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ast::{Change, Event, Field, Retyping, TypeBody, TypeDecl, TypeExpr, TypeKind};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::released::{self, Pin, Released};
use crate::resolve::Catalog;
use crate::schema::TypeId;
use crate::source::{Origin, Spanned};
use crate::upcast::Timeline;

/// Each type that was released at an older version, and is now held at its current one by a released version. One
/// message for each such type, with every line that is to be written, also for those that hold the holders.
pub(crate) fn forgotten(catalog: &Catalog<'_>, released: &Released, diagnostics: &mut Diagnostics) {
    let search = Search { catalog, released };
    let mut found: BTreeMap<(TypeId, u32), Vec<Place<'_>>> = BTreeMap::new();
    for holder in search.holders() {
        for (key, place) in search.of(&holder) {
            found.entry(key).or_default().push(place);
        }
    }
    for ((moved, old), places) in found {
        diagnostics.push(search.report(moved, old, &places));
    }
}

/// Who holds types.
#[derive(Clone, Copy)]
enum Holder<'a> {
    Event(&'a Event, &'a str),
    Type(TypeId, &'a TypeDecl, &'a str),
}

/// A part of a holder that has a type.
struct Part<'a> {
    /// `price`, or `Card.last4` in a union; empty for a newtype.
    label: String,
    ty: &'a TypeExpr,
    retyped: &'a [Change<Retyping>],
    added: u32,
    removed: u32,
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
}

impl<'a> Search<'a> {
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

    fn full_name(&self, id: TypeId) -> String {
        let context = self.catalog.types.get(id.0 as usize).map_or("", |declared| declared.context);
        format!("{context}.{}", self.catalog.name_of(id))
    }

    /// The plain names in a holder's released versions that meant an older version, each with the type and that version.
    fn of(&self, holder: &Holder<'a>) -> Vec<((TypeId, u32), Place<'a>)> {
        let mut found = Vec::new();
        let mut told: BTreeSet<(Origin, TypeId)> = BTreeSet::new();
        for version in 1..=holder.newest() {
            let Some(pins) = self.pins(holder, version) else { continue };
            for part in holder.parts().into_iter().filter(|part| (part.added..part.removed).contains(&version)) {
                let expr = part.at(version);
                for id in self.plain_names(expr, holder) {
                    if let Some(old) = self.older(id, pins).filter(|_| told.insert((expr.origin, id))) {
                        let part = Part { label: part.label.clone(), ..part };
                        found.push(((id, old), Place { holder: *holder, part, expr }));
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
        diagnostic.help(format!("write these lines:\n{}", self.cascade(moved, old, places).join("\n")))
    }

    /// Every line that is to be written.
    fn cascade(&self, moved: TypeId, old: u32, places: &[Place<'a>]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut next: VecDeque<(TypeId, u32)> = VecDeque::new();
        for place in places {
            let pinned = self.spelled(place.expr, moved, old, &place.holder);
            match self.new_version(place) {
                None => lines.add(
                    &place.holder,
                    &place.part,
                    &format!("{pinned} in place of {}", spell(place.expr, &mut |_, _| None)),
                ),
                Some(version) => {
                    lines.version(&place.holder, version);
                    lines.add(&place.holder, &place.part, &format!("retyped: {{ {version}: {pinned} }}"));
                    next.extend(self.moved_with(&place.holder, version));
                }
            }
        }
        let mut seen: BTreeSet<TypeId> = BTreeSet::from([moved]);
        while let Some((id, old)) = next.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            lines.version_of(self.catalog.name_of(id), old + 1);
            for holder in self.holders() {
                next.extend(self.follow(&holder, id, old, &mut lines));
            }
        }
        lines.into_text()
    }

    /// What a released holder needs once a type that it holds goes on from version `old`, and who goes on with it.
    fn follow(&self, holder: &Holder<'a>, id: TypeId, old: u32, lines: &mut Lines) -> Vec<(TypeId, u32)> {
        let newest = holder.newest();
        if self.pins(holder, newest).is_none() {
            return Vec::new(); // it is not released, so its plain name may mean the next version
        }
        let mut moved = Vec::new();
        for part in holder.parts().into_iter().filter(|part| self.plain_names(part.ty, holder).contains(&id)) {
            let pinned = self.spelled(part.ty, id, old, holder);
            if part.removed > newest && !holder.ended() {
                lines.version(holder, newest + 1);
                lines.add(holder, &part, &format!("retyped: {{ {}: {pinned} }}", newest + 1));
                moved.extend(self.moved_with(holder, newest + 1));
            } else {
                lines.add(holder, &part, &format!("{pinned} in place of {}", spell(part.ty, &mut |_, _| None)));
            }
        }
        moved
    }

    /// The version in which the holder goes on, if the forgotten name is in a line that holds for its newest one.
    fn new_version(&self, place: &Place<'a>) -> Option<u32> {
        let newest = place.holder.newest();
        let current = place.part.removed > newest && core::ptr::eq(place.expr, place.part.ty) && !place.holder.ended();
        let released = self.pins(&place.holder, newest).is_some();
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

    /// The type with a pin at one of its names.
    fn spelled(&self, ty: &TypeExpr, pinned: TypeId, version: u32, holder: &Holder<'_>) -> String {
        spell(ty, &mut |context, name| {
            (self.catalog.type_id(context, name, holder.context()) == Some(pinned)).then_some(version)
        })
    }
}

impl<'a> Holder<'a> {
    fn context(&self) -> &'a str {
        match self {
            Self::Event(_, context) | Self::Type(_, _, context) => context,
        }
    }

    fn name(&self) -> &'a str {
        match self {
            Self::Event(event, _) => &event.name.value,
            Self::Type(_, decl, _) => &decl.name.value,
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
        let fields =
            |fields: &'a [Field]| fields.iter().map(|field| Part::of(field, field.name.value.clone())).collect();
        match self {
            Self::Event(event, _) => fields(&event.fields),
            Self::Type(_, decl, _) => match &decl.body {
                TypeBody::Struct(all) => fields(all),
                TypeBody::Newtype { ty, retyped } => {
                    vec![Part { label: String::new(), ty, retyped, added: 1, removed: u32::MAX }]
                }
                TypeBody::Union(kinds) => kinds
                    .value
                    .iter()
                    .flat_map(|kind| {
                        let removed = kind.removed.as_ref().map_or(u32::MAX, |removed| removed.value);
                        let added = kind.added.as_ref().map_or(1, |added| added.value);
                        kind.fields.iter().map(move |field| {
                            let part = Part::of(field, format!("{}.{}", kind.name.value, field.name.value));
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
    fn of(field: &'a Field, label: String) -> Self {
        Self {
            label,
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

/// What is to be written, holder by holder.
#[derive(Default)]
struct Lines {
    order: Vec<String>,
    of: BTreeMap<String, BTreeSet<String>>,
}

impl Lines {
    fn holder(&mut self, name: &str) -> &mut BTreeSet<String> {
        if !self.of.contains_key(name) {
            self.order.push(name.to_owned());
        }
        self.of.entry(name.to_owned()).or_default()
    }

    fn version(&mut self, holder: &Holder<'_>, version: u32) {
        self.version_of(holder.name(), version);
    }

    fn version_of(&mut self, name: &str, version: u32) {
        self.holder(name).insert(format!("  version: {version}"));
    }

    fn add(&mut self, holder: &Holder<'_>, part: &Part<'_>, line: &str) {
        let label = if part.label.is_empty() { String::new() } else { format!("{}: ", part.label) };
        self.holder(holder.name()).insert(format!("    {label}{line}"));
    }

    /// The line of the version stands first among the lines of a holder, for which its smaller indent is enough to sort.
    fn into_text(self) -> Vec<String> {
        let mut text = Vec::new();
        for name in self.order {
            text.push(format!("{name}:"));
            let mut lines: Vec<String> = self.of.get(&name).into_iter().flatten().cloned().collect();
            lines.sort_by_key(|line| line.starts_with("    "));
            text.extend(lines);
        }
        text
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
