//! Types that hold each other. They share one version number, and a plain name among them means that version.

use super::{Catalog, catalog::id};
use crate::ast::{Field, TypeBody, TypeDecl, TypeExpr, TypeKind};
use crate::schema::TypeId;

/// For each type the number of its group; types of one group hold each other, in whatever version and however far.
pub(super) fn groups(catalog: &Catalog<'_>) -> Vec<u32> {
    let links: Vec<Vec<TypeId>> = catalog
        .types
        .iter()
        .map(|declared| {
            let mut held = Vec::new();
            for ty in spelled(declared.decl) {
                named(ty, &mut |other, name| held.extend(catalog.type_id(other, name, declared.context)));
            }
            held.sort_unstable();
            held.dedup();
            held
        })
        .collect();
    Search::new(&links).run()
}

/// Every type that a declaration spells, earlier ones too.
pub(crate) fn spelled(decl: &TypeDecl) -> Vec<&TypeExpr> {
    match &decl.body {
        TypeBody::Struct(fields) => types_of(fields).collect(),
        TypeBody::Newtype { ty, retyped } => {
            core::iter::once(ty).chain(retyped.iter().map(|change| &change.from.from)).collect()
        }
        TypeBody::Enum(variants) | TypeBody::Union(variants) => {
            variants.value.iter().flat_map(|variant| types_of(&variant.fields)).collect()
        }
        TypeBody::Broken => Vec::new(),
    }
}

fn types_of(fields: &[Field]) -> impl Iterator<Item = &TypeExpr> {
    fields.iter().flat_map(|field| {
        let earlier = field.retyped.iter().map(|change| &change.from.from);
        core::iter::once(&field.ty).chain(earlier)
    })
}

/// Each name in a type, with its context if one is written.
fn named<'t>(ty: &'t TypeExpr, found: &mut dyn FnMut(Option<&'t crate::source::Spanned<String>>, &'t str)) {
    match &ty.kind {
        TypeKind::Builtin(_) | TypeKind::Opaque(_) | TypeKind::Broken => {}
        TypeKind::Named { context, name, .. } => found(context.as_ref(), &name.value),
        TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Set(inner) => named(inner, found),
        TypeKind::Map(key, value) => {
            named(key, found);
            named(value, found);
        }
    }
}

/// Tarjan's search, on a stack of its own since a hostile schema may chain a hundred thousand types.
struct Search<'a> {
    links: &'a [Vec<TypeId>],
    /// When each type was met; 0: not yet.
    met: Vec<u32>,
    /// The earliest met type that each type is known to lead to.
    low: Vec<u32>,
    groups: Vec<u32>,
    waiting: Vec<usize>,
    clock: u32,
    closed: u32,
}

/// The mark of a type that belongs to no group yet.
const OPEN: u32 = u32::MAX;

impl<'a> Search<'a> {
    fn new(links: &'a [Vec<TypeId>]) -> Self {
        let count = links.len();
        Self {
            links,
            met: vec![0; count],
            low: vec![0; count],
            groups: vec![OPEN; count],
            waiting: Vec::new(),
            clock: 0,
            closed: 0,
        }
    }

    fn run(mut self) -> Vec<u32> {
        for start in 0..self.links.len() {
            if self.met[start] == 0 {
                self.from(start);
            }
        }
        self.groups
    }

    fn meet(&mut self, ty: usize) {
        self.clock += 1;
        self.met[ty] = self.clock;
        self.low[ty] = self.clock;
        self.waiting.push(ty);
    }

    fn from(&mut self, start: usize) {
        self.meet(start);
        let mut path = vec![(start, 0)];
        while let Some((here, next)) = path.last_mut() {
            let here = *here;
            if let Some(TypeId(held)) = self.links[here].get(*next) {
                *next += 1;
                let held = *held as usize;
                if self.met[held] == 0 {
                    self.meet(held);
                    path.push((held, 0));
                } else if self.groups[held] == OPEN {
                    self.low[here] = self.low[here].min(self.met[held]);
                }
                continue;
            }
            path.pop();
            if let Some((holder, _)) = path.last() {
                self.low[*holder] = self.low[*holder].min(self.low[here]);
            }
            if self.low[here] == self.met[here] {
                self.close(here);
            }
        }
    }

    /// Everything that was met since `root` and is still open leads back to it.
    fn close(&mut self, root: usize) {
        while let Some(ty) = self.waiting.pop() {
            self.groups[ty] = self.closed;
            if ty == root {
                break;
            }
        }
        self.closed += 1;
    }
}

/// The types of each group that has several, in order.
pub(crate) fn several(groups: &[u32]) -> Vec<Vec<TypeId>> {
    let mut members: Vec<Vec<TypeId>> = vec![Vec::new(); groups.len()];
    for (index, group) in groups.iter().enumerate() {
        members[*group as usize].push(TypeId(id(index)));
    }
    members.retain(|members| members.len() > 1);
    members.sort_unstable();
    members
}
