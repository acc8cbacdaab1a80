//! Newtypes of newtypes: allowed, but not without end, since a value is as deep as its chain of newtypes.

use super::Catalog;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Type, TypeId, TypeShape};

/// How many newtypes may wrap each other.
const MAX_CHAIN: usize = 64;

/// Reports each chain that is too long once, and takes the shapes of the types beyond the limit away.
pub(super) fn refuse(catalog: &mut Catalog<'_>, diagnostics: &mut Diagnostics) {
    let beyond: Vec<(TypeId, usize)> =
        catalog.type_ids().map(|(id, _)| (id, chain(catalog, id))).filter(|(_, length)| *length > MAX_CHAIN).collect();
    for (id, length) in beyond {
        if length == MAX_CHAIN + 1 {
            let origin = catalog.types[id.0 as usize].decl.name.origin;
            let message = format!("`{}` wraps more than {MAX_CHAIN} newtypes", catalog.name_of(id));
            let help = "let it wrap what they wrap";
            diagnostics.push(Diagnostic::error(Code::NewtypeChain, origin, message).help(help));
        }
        catalog.shapes[id.0 as usize] = None;
    }
}

/// How many newtypes follow each other from this one on, counted a little beyond the limit.
fn chain(catalog: &Catalog<'_>, mut id: TypeId) -> usize {
    let mut length = 0;
    while let Some(TypeShape::Newtype(inner)) = catalog.shape_of(id)
        && length <= MAX_CHAIN + 1
    {
        length += 1;
        match without_optional(inner) {
            Type::Named(next, _) => id = *next,
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => break,
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
