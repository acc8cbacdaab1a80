//! Types that hold themselves. A value without end cannot be; one that ends in an empty list or map can.

use super::Catalog;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Type, TypeId, TypeShape};

/// How a type holds another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    /// In every value.
    Always,
    /// Unless it is null.
    Optionally,
    /// As often as it likes, also never.
    Collected,
}

/// A cycle of types.
struct Cycle {
    /// Its first types, and the last one; a long cycle is not shown in full.
    shown: Vec<TypeId>,
    /// How the loosest of its links holds.
    loosest: Hold,
    /// Whether it is one type that holds itself.
    alone: bool,
}

/// How many types of a cycle a message names.
const SHOWN: usize = 8;

/// Reports each cycle once, and takes shapes away so that nobody runs in circles.
pub(super) fn refuse(catalog: &mut Catalog<'_>, diagnostics: &mut Diagnostics) {
    let holds = |shape: &Option<TypeShape>| shape.as_ref().map_or_else(Vec::new, holds);
    let held: Vec<Vec<(TypeId, Hold)>> = catalog.shapes.iter().map(holds).collect();
    for cycle in cycles(&held) {
        let supported = cycle.alone && cycle.loosest == Hold::Collected;
        let told = cycle.shown.iter().any(|id| catalog.shape_of(*id).is_none());
        if supported || told {
            continue;
        }
        diagnostics.push(report(catalog, &cycle));
        for id in &cycle.shown {
            catalog.shapes[id.0 as usize] = None;
        }
    }
}

fn report(catalog: &Catalog<'_>, cycle: &Cycle) -> Diagnostic {
    let name = |id: &TypeId| catalog.name_of(*id);
    let place = |id: &TypeId| catalog.types[id.0 as usize].decl.name.origin;
    let first = cycle.shown.first().map_or("", name);
    let origin = cycle.shown.first().map_or_else(Default::default, place);
    let held: Vec<&str> = cycle.shown.iter().skip(1).map(name).chain([first]).collect();
    let path = format!("`{first}` holds `{}`", held.join("`, which holds `"));
    let diagnostic = match cycle.loosest {
        Hold::Always => {
            let message = format!("a value of `{first}` would never end: {path}");
            Diagnostic::error(Code::InfiniteType, origin, message)
                .help(format!("let it hold as many as there are, also none: `list<{first}>`"))
        }
        Hold::Optionally | Hold::Collected => {
            let message = format!("this recursion is not supported yet: {path}");
            Diagnostic::error(Code::UnsupportedRecursion, origin, message)
                .help("in this release a type may hold itself only as `list<T>` or as the value of a map")
        }
    };
    cycle.shown.iter().skip(1).fold(diagnostic, |told, id| told.related(place(id), "a part of the cycle"))
}

/// What a shape holds, and how.
fn holds(shape: &TypeShape) -> Vec<(TypeId, Hold)> {
    let mut found = Vec::new();
    match shape {
        TypeShape::Struct(record) => record.fields.iter().for_each(|field| held(&field.ty, Hold::Always, &mut found)),
        TypeShape::Newtype(ty) => held(ty, Hold::Always, &mut found),
        TypeShape::Enum(_) => {}
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn held(ty: &Type, hold: Hold, found: &mut Vec<(TypeId, Hold)>) {
    match ty {
        Type::Builtin(_) => {}
        Type::Optional(ty) => held(ty, hold.max(Hold::Optionally), found),
        Type::List(ty) | Type::Set(ty) => held(ty, Hold::Collected, found),
        Type::Map(key, value) => {
            held(key, hold, found);
            held(value, Hold::Collected, found);
        }
        Type::Named(id, _) => found.push((*id, hold)),
    }
}

/// Where the search stands with a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// On the path, at this place.
    Open(usize),
    Done,
}

/// A type on the path of the search.
struct Visit {
    id: TypeId,
    /// Which of the types that it holds comes next.
    next: usize,
    /// The last links before this type that hold optionally, and as a collection.
    before: Loose,
}

/// The last place of the path whose link is optional, and the last whose link is a collection.
#[derive(Clone, Copy, Default)]
struct Loose {
    optional: Option<usize>,
    collected: Option<usize>,
}

impl Loose {
    fn with(self, place: usize, hold: Hold) -> Self {
        match hold {
            Hold::Always => self,
            Hold::Optionally => Self { optional: Some(place), ..self },
            Hold::Collected => Self { collected: Some(place), ..self },
        }
    }

    /// The loosest link from this place of the path on.
    fn since(self, start: usize) -> Hold {
        let within = |place: Option<usize>| place.is_some_and(|place| place >= start);
        if within(self.collected) {
            Hold::Collected
        } else if within(self.optional) {
            Hold::Optionally
        } else {
            Hold::Always
        }
    }
}

/// Every cycle has a link back to a type on the way to it. Depth first, on a stack of its own since a hostile schema may
/// chain a hundred thousand types, and without walking the path again for each link back.
fn cycles(links: &[Vec<(TypeId, Hold)>]) -> Vec<Cycle> {
    let mut marks = vec![Mark::New; links.len()];
    let mut found = Vec::new();
    for start in 0..links.len() {
        let mut path: Vec<Visit> = Vec::new();
        if marks[start] == Mark::New {
            marks[start] = Mark::Open(0);
            let id = TypeId(u32::try_from(start).unwrap_or(u32::MAX));
            path.push(Visit { id, next: 0, before: Loose::default() });
        }
        while let Some(place) = path.len().checked_sub(1) {
            let visit = &mut path[place];
            let here = visit.id.0 as usize;
            let Some((id, hold)) = links[here].get(visit.next).copied() else {
                marks[here] = Mark::Done;
                path.pop();
                continue;
            };
            visit.next += 1;
            let loose = visit.before.with(place, hold);
            match marks[id.0 as usize] {
                Mark::New => {
                    marks[id.0 as usize] = Mark::Open(place + 1);
                    path.push(Visit { id, next: 0, before: loose });
                }
                Mark::Open(first) => found.push(closed(&path[first..], loose.since(first))),
                Mark::Done => {}
            }
        }
    }
    found
}

/// A part of the path whose last type holds the first.
fn closed(part: &[Visit], loosest: Hold) -> Cycle {
    let mut shown: Vec<TypeId> = part.iter().take(SHOWN).map(|visit| visit.id).collect();
    shown.extend(part.iter().skip(SHOWN).next_back().map(|visit| visit.id));
    Cycle { shown, loosest, alone: part.len() == 1 }
}
