//! YAML text to [`ast::Document`].

#[cfg(feature = "edit")]
mod edit;
mod faults;
mod fields;
mod items;
#[cfg(feature = "schema")]
mod json_schema;
mod keys;
mod load;
#[cfg(feature = "lock")]
pub(crate) mod lock;
mod plain;
mod policies;
mod reader;
mod repair;
mod steps;
mod tree;
mod types;

#[cfg(feature = "edit")]
pub use edit::{BumpError, Bumped, LayoutError, bump, layout};
#[cfg(feature = "schema")]
pub use json_schema::json_schema;

use crate::ast;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Content, FileId, Sources};

/// Reads one file. `None` if there is nothing to go on with, which a diagnostic says.
pub fn read(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<ast::Document> {
    let (content, places) = sources.reading(file);
    let text = match content {
        Content::Text(text) => text,
        Content::NotUtf8 { first, .. } => {
            let origin = places.add(file, *first..*first);
            let message = format!("the file is not UTF-8: byte {first} is the first that is not");
            let help = "save it as UTF-8";
            diagnostics.push(Diagnostic::error(Code::NotUtf8, origin, message).help(help));
            return None;
        }
    };
    if text.len() > load::MAX_BYTES {
        let origin = places.add(file, 0..0);
        let message = format!("the file has {} bytes, and a schema file has at most {}", text.len(), load::MAX_BYTES);
        let help = "split it: several files may share a context";
        diagnostics.push(Diagnostic::error(Code::FileTooLarge, origin, message).help(help));
        return None;
    }
    let mut page = load::Page::new(file, text, places);
    let root = load::load(&mut page, diagnostics)?;
    reader::Reader { page: &mut page, diagnostics }.document(root)
}

/// A value that stands in a text of its own, all of it at one place; `None` if it is none.
#[cfg(feature = "lock")]
pub(crate) fn value(text: &str, origin: crate::source::Origin) -> Option<ast::Value> {
    let (mut places, mut diagnostics) = (crate::source::Places::default(), Diagnostics::new());
    let mut page = load::Page::new(FileId::default(), text, &mut places);
    let node = load::load(&mut page, &mut diagnostics)?;
    let value = reader::Reader { page: &mut page, diagnostics: &mut diagnostics }.value(node);
    let whole = diagnostics.count() == 0;
    whole.then(|| at(value, origin))
}

#[cfg(feature = "lock")]
fn at(value: ast::Value, origin: crate::source::Origin) -> ast::Value {
    let kind = match value.kind {
        ast::ValueKind::List(values) => {
            ast::ValueKind::List(values.into_iter().map(|value| at(value, origin)).collect())
        }
        ast::ValueKind::Map(entries) => {
            let entries = entries
                .into_iter()
                .map(|(name, value)| (crate::source::Spanned::new(name.value, origin), at(value, origin)));
            ast::ValueKind::Map(entries.collect())
        }
        kind @ (ast::ValueKind::Null | ast::ValueKind::Text(_) | ast::ValueKind::Opaque(_)) => kind,
    };
    ast::Value { kind, origin }
}
