//! Types inside types inside types: allowed, but not without end, since rustc asks of the outermost whether all that is in
//! it may be sent to another thread, and gives up 128 steps deep.

use std::collections::HashMap;

use super::Catalog;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Type, TypeId, TypeShape};

/// How many steps a type may be deep. What holds it (an event, a set, the user's own code) needs the others.
const MAX_DEPTH: usize = 80;

/// What rustc needs for `Option`, and for the collections with the types that they are made of.
const OPTIONAL: usize = 1;
const COLLECTION: usize = 3;

/// A type in one version.
struct Node {
    id: TypeId,
    /// How deep it is without the types that it holds.
    own: usize,
    /// The types that it holds, and how deep in it.
    held: Vec<(usize, usize)>,
}

/// Reports each type that is too deep and holds none that is.
pub(super) fn refuse(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let nodes = nodes(catalog);
    let depths = depths(&nodes);
    let mut told = None;
    for (node, depth) in nodes.iter().zip(&depths) {
        let first = node.held.iter().all(|(held, _)| depths[*held] <= MAX_DEPTH);
        if *depth > MAX_DEPTH && first && told != Some(node.id) {
            told = Some(node.id);
            let origin = catalog.types[node.id.0 as usize].decl.name.origin;
            let message = format!("the types in `{}` stand inside each other too deep", catalog.name_of(node.id));
            let help = format!(
                "they may be {MAX_DEPTH} deep, where `?` counts twice, and a list, set or map four times: let one of them \
                 hold an id of the next instead of the whole"
            );
            diagnostics.push(Diagnostic::error(Code::TypesTooDeep, origin, message).help(help));
        }
    }
}

fn nodes(catalog: &Catalog<'_>) -> Vec<Node> {
    let versions = catalog.versions();
    let places: HashMap<(TypeId, u32), usize> =
        versions.iter().enumerate().map(|(at, version)| (*version, at)).collect();
    let node = |(id, version): &(TypeId, u32)| {
        let mut node = Node { id: *id, own: 1, held: Vec::new() };
        for ty in catalog.shape_of(*id, *version).map(types).unwrap_or_default() {
            enter(ty, 1, &places, &mut node);
        }
        node
    };
    versions.iter().map(node).collect()
}

pub(crate) fn types(shape: &TypeShape) -> Vec<&Type> {
    match shape {
        TypeShape::Struct(record) => record.fields.iter().map(|field| &field.ty).collect(),
        TypeShape::Newtype(ty) => vec![ty],
        TypeShape::Enum(_) => Vec::new(),
        TypeShape::Union(kinds) => kinds.iter().flat_map(|kind| &kind.shape.fields).map(|field| &field.ty).collect(),
    }
}

fn enter(ty: &Type, depth: usize, places: &HashMap<(TypeId, u32), usize>, node: &mut Node) {
    match ty {
        Type::Builtin(_) | Type::Opaque(_) => node.own = node.own.max(depth),
        Type::Optional(ty) => enter(ty, depth + OPTIONAL, places, node),
        Type::List(ty) | Type::Set(ty) => enter(ty, depth + COLLECTION, places, node),
        Type::Map(key, value) => {
            enter(key, depth + COLLECTION, places, node);
            enter(value, depth + COLLECTION, places, node);
        }
        Type::Named(id, version) => node.held.extend(places.get(&(*id, *version)).map(|place| (*place, depth))),
    }
}

/// How deep each is. A type that holds itself is not entered again. On a stack of its own, as a hostile schema may chain
/// a hundred thousand types.
fn depths(nodes: &[Node]) -> Vec<usize> {
    let mut depths = vec![0; nodes.len()];
    let mut seen = vec![false; nodes.len()];
    for start in 0..nodes.len() {
        let mut path: Vec<(usize, usize)> = Vec::new();
        if !seen[start] {
            seen[start] = true;
            path.push((start, 0));
        }
        while let Some((node, next)) = path.last_mut() {
            let here = &nodes[*node];
            let Some((held, _)) = here.held.get(*next) else {
                let held = here.held.iter().map(|(held, depth)| depth + depths[*held]);
                depths[*node] = held.chain([here.own]).max().unwrap_or_default();
                path.pop();
                continue;
            };
            *next += 1;
            if !seen[*held] {
                seen[*held] = true;
                path.push((*held, 0));
            }
        }
    }
    depths
}
