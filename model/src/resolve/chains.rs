//! Newtypes of newtypes: allowed, but not without end, since a value is as deep as its chain of newtypes.

use super::Catalog;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Type, TypeId, TypeShape};

/// How many newtypes may wrap each other.
const MAX_CHAIN: usize = 64;

/// Reports each chain that is too long once, and takes the shapes of the types beyond the limit away.
pub(super) fn refuse(catalog: &mut Catalog<'_>, diagnostics: &mut Diagnostics) {
    let versions = catalog.versions();
    let lengths = versions.into_iter().map(|(id, version)| ((id, version), chain(catalog, id, version)));
    let beyond: Vec<((TypeId, u32), usize)> = lengths.filter(|(_, length)| *length > MAX_CHAIN).collect();
    let mut told = None;
    for ((id, version), length) in beyond {
        if length == MAX_CHAIN + 1 && told != Some(id) {
            told = Some(id);
            let origin = catalog.types[id.0 as usize].decl.name.origin;
            let message = format!("`{}` wraps more than {MAX_CHAIN} newtypes", catalog.name_of(id));
            let help = "let it wrap what they wrap";
            diagnostics.push(Diagnostic::error(Code::NewtypeChain, origin, message).help(help));
        }
        catalog.forget(id, version);
    }
}

/// How many newtypes follow each other from this one on, counted a little beyond the limit.
fn chain(catalog: &Catalog<'_>, mut id: TypeId, mut version: u32) -> usize {
    let mut length = 0;
    while let Some(TypeShape::Newtype(inner)) = catalog.shape_of(id, version)
        && length <= MAX_CHAIN + 1
    {
        length += 1;
        match without_optional(inner) {
            Type::Named(next, pinned) => (id, version) = (*next, *pinned),
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => {
                break;
            }
        }
    }
    length
}

fn without_optional(mut ty: &Type) -> &Type {
    while let Type::Optional(inner) = ty {
        ty = inner;
    }
    ty
}
