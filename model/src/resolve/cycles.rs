//! Types that hold themselves. A value without end cannot be; one that ends in null, or in an empty list or map, can.

use std::collections::{HashMap, HashSet};

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

/// A cycle of types, each in one of its versions.
struct Cycle {
    /// Its first types, and the last one; a long cycle is not shown in full. Indices of nodes.
    shown: Vec<usize>,
    /// How the loosest of its links holds.
    loosest: Hold,
    /// Whether one of them is more than a newtype.
    solid: bool,
}

/// How many types of a cycle a message names.
const SHOWN: usize = 8;

/// A type in one version, and what its values hold.
struct Node {
    id: TypeId,
    version: u32,
    held: Vec<(usize, Hold)>,
    newtype: bool,
}

/// Reports each cycle once, and takes shapes away so that nobody runs in circles. A cycle may go through a list, a set,
/// a map's value or `?`; newtypes alone need more than `?`, since null would be what each of them is.
pub(super) fn refuse(catalog: &mut Catalog<'_>, diagnostics: &mut Diagnostics) {
    let nodes = nodes(catalog);
    let mut told: HashSet<Vec<TypeId>> = HashSet::new();
    for cycle in cycles(&nodes) {
        let ends = match cycle.loosest {
            Hold::Always => false,
            Hold::Optionally => cycle.solid,
            Hold::Collected => true,
        };
        let shown: Vec<&Node> = cycle.shown.iter().map(|node| &nodes[*node]).collect();
        if ends || shown.iter().any(|node| catalog.shape_of(node.id, node.version).is_none()) {
            continue;
        }
        let types: Vec<TypeId> = shown.iter().map(|node| node.id).collect();
        if !told.contains(&types) {
            diagnostics.push(report(catalog, &types));
            told.insert(types);
        }
        for node in shown {
            catalog.forget(node.id, node.version);
        }
    }
}

fn nodes(catalog: &Catalog<'_>) -> Vec<Node> {
    let versions = catalog.versions();
    let first: HashMap<TypeId, usize> =
        versions.iter().enumerate().filter(|(_, (_, version))| *version == 1).map(|(at, (id, _))| (*id, at)).collect();
    let index = |id: TypeId, version: u32| Some(first.get(&id)? + (version as usize).checked_sub(1)?);
    let node = |(id, version): (TypeId, u32)| {
        let shape = catalog.shape_of(id, version);
        let held = shape.map_or_else(Vec::new, holds);
        Node {
            id,
            version,
            held: held.into_iter().filter_map(|(id, pinned, hold)| Some((index(id, pinned)?, hold))).collect(),
            newtype: matches!(shape, Some(TypeShape::Newtype(_))),
        }
    };
    versions.into_iter().map(node).collect()
}

fn report(catalog: &Catalog<'_>, types: &[TypeId]) -> Diagnostic {
    let name = |id: &TypeId| catalog.name_of(*id);
    let place = |id: &TypeId| catalog.types[id.0 as usize].decl.name.origin;
    let first = types.first().map_or("", name);
    let origin = types.first().map_or_else(Default::default, place);
    let held: Vec<&str> = types.iter().skip(1).map(name).chain([first]).collect();
    let path = format!("`{first}` holds `{}`", held.join("`, which holds `"));
    let message = format!("a value of `{first}` would never end: {path}");
    let diagnostic = Diagnostic::error(Code::InfiniteType, origin, message)
        .help(format!("let it hold as many as there are, also none: `list<{first}>`"));
    types.iter().skip(1).fold(diagnostic, |told, id| told.related(place(id), "a part of the cycle"))
}

/// What a shape holds, and how.
fn holds(shape: &TypeShape) -> Vec<(TypeId, u32, Hold)> {
    let mut found = Vec::new();
    match shape {
        TypeShape::Struct(record) => record.fields.iter().for_each(|field| held(&field.ty, Hold::Always, &mut found)),
        TypeShape::Newtype(ty) => held(ty, Hold::Always, &mut found),
        TypeShape::Enum(_) => {}
        TypeShape::Union(kinds) => {
            let fields = kinds.iter().flat_map(|kind| &kind.shape.fields);
            fields.for_each(|field| held(&field.ty, Hold::Always, &mut found));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn held(ty: &Type, hold: Hold, found: &mut Vec<(TypeId, u32, Hold)>) {
    match ty {
        // Whether an opaque type holds others is not known here; they are none of the schema's.
        Type::Builtin(_) | Type::Opaque(_) => {}
        Type::Optional(ty) => held(ty, hold.max(Hold::Optionally), found),
        Type::List(ty) | Type::Set(ty) => held(ty, Hold::Collected, found),
        Type::Map(key, value) => {
            held(key, hold, found);
            held(value, Hold::Collected, found);
        }
        Type::Named(id, version) => found.push((*id, *version, hold)),
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
    node: usize,
    /// Which of the types that it holds comes next.
    next: usize,
    /// The last links before this type that hold optionally, and as a collection.
    before: Loose,
}

/// The last place of the path whose link is optional, the last whose link is a collection, and the last that is more
/// than a newtype.
#[derive(Clone, Copy, Default)]
struct Loose {
    optional: Option<usize>,
    collected: Option<usize>,
    solid: Option<usize>,
}

impl Loose {
    fn with(self, place: usize, node: &Node, hold: Hold) -> Self {
        let solid = if node.newtype { self.solid } else { Some(place) };
        match hold {
            Hold::Always => Self { solid, ..self },
            Hold::Optionally => Self { optional: Some(place), solid, ..self },
            Hold::Collected => Self { collected: Some(place), solid, ..self },
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
fn cycles(nodes: &[Node]) -> Vec<Cycle> {
    let mut marks = vec![Mark::New; nodes.len()];
    let mut found = Vec::new();
    for start in 0..nodes.len() {
        let mut path: Vec<Visit> = Vec::new();
        if marks[start] == Mark::New {
            marks[start] = Mark::Open(0);
            path.push(Visit { node: start, next: 0, before: Loose::default() });
        }
        while let Some(place) = path.len().checked_sub(1) {
            let visit = &mut path[place];
            let here = &nodes[visit.node];
            let Some((node, hold)) = here.held.get(visit.next).copied() else {
                marks[visit.node] = Mark::Done;
                path.pop();
                continue;
            };
            visit.next += 1;
            let loose = visit.before.with(place, here, hold);
            match marks[node] {
                Mark::New => {
                    marks[node] = Mark::Open(place + 1);
                    path.push(Visit { node, next: 0, before: loose });
                }
                Mark::Open(first) => found.push(closed(&path[first..], first, loose)),
                Mark::Done => {}
            }
        }
    }
    found
}

/// A part of the path, from its place `first` on, whose last type holds the first.
fn closed(part: &[Visit], first: usize, loose: Loose) -> Cycle {
    let mut shown: Vec<usize> = part.iter().take(SHOWN).map(|visit| visit.node).collect();
    shown.extend(part.iter().skip(SHOWN).next_back().map(|visit| visit.node));
    Cycle { shown, loosest: loose.since(first), solid: loose.solid.is_some_and(|place| place >= first) }
}
