//! The canonical layout of a schema file: the same words and comments in the same order, laid out in one way.
//!
//! What stands in blocks stays in blocks, two spaces deeper than what it belongs to. What stands in `{ }` or `[ ]` goes on
//! one line, or becomes a block where that would be too long or a comment is inside. Comments stay where they are: on a
//! line of their own above what they speak of, or behind it. Of several empty lines one is left. Texts are not wrapped, and
//! nothing is put into another order.

use super::super::load::{self, Page};
use super::super::tree::{Kind, Node};
use super::{comments, outline, write};
use crate::Diagnostics;
use crate::source::{Content, FileId, Places, Sources};

/// Why a file has no canonical layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutError {
    /// It could not be read, which the diagnostics say.
    Unreadable,
    /// It is written so strangely that laying it out would change what it says.
    Strange,
}

/// A file in its canonical layout. It is read again before it is handed out: it says the same, with the same comments.
///
/// # Errors
/// [`LayoutError`].
pub fn layout(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Result<String, LayoutError> {
    let (content, places) = sources.reading(file);
    let Content::Text(text) = content else {
        let _ = crate::yaml::read(sources, file, diagnostics);
        return Err(LayoutError::Unreadable);
    };
    let before = diagnostics.count();
    let mut page = Page::new(file, text, places);
    let root = load::load(&mut page, diagnostics).filter(|_| diagnostics.count() == before);
    let root = root.ok_or(LayoutError::Unreadable)?;
    let (laid_out, comments) = laid_out(&root, &page);
    let lines = if text.lines().count() < text.matches("\r\n").count() * 2 { "\r\n" } else { "\n" };
    let laid_out = if lines == "\n" { laid_out } else { laid_out.replace('\n', lines) };
    let same = reads(&laid_out, &root, &comments);
    if same { Ok(laid_out) } else { Err(LayoutError::Strange) }
}

fn laid_out<'t>(root: &Node, page: &Page<'t>) -> (String, Vec<&'t str>) {
    let (marker, outline) = outline::outline(root, page);
    let comments = comments::comments(page.text, &outline);
    let words = comments.iter().map(|comment| comment.text).collect();
    (write::Writer::new(page.text, &comments).document(marker, &outline), words)
}

/// Whether a text says the same as a tree, with the same comments.
fn reads(text: &str, root: &Node, words: &[&str]) -> bool {
    let (mut places, mut diagnostics) = (Places::default(), Diagnostics::new());
    let mut page = Page::new(FileId::default(), text, &mut places);
    let Some(again) = load::load(&mut page, &mut diagnostics) else { return false };
    let (_, outline) = outline::outline(&again, &page);
    let comments = comments::comments(page.text, &outline);
    diagnostics.count() == 0
        && same(root, &again)
        && comments.iter().map(|comment| comment.text).eq(words.iter().copied())
}

fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Scalar(a), Kind::Scalar(b)) => (&a.text, a.plain) == (&b.text, b.plain),
        (Kind::List(a), Kind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Map(a), Kind::Map(b)) => {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len() && pairs.all(|(a, b)| a.key.text == b.key.text && same(&a.value, &b.value))
        }
        (Kind::Scalar(_) | Kind::List(_) | Kind::Map(_), _) => false,
    }
}
