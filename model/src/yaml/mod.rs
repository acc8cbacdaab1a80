//! YAML text to [`ast::Document`].

mod faults;
mod fields;
mod items;
mod keys;
mod load;
mod reader;
mod repair;
mod steps;
mod tree;
mod types;

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
