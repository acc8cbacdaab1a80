//! Where things stand: files, places in them, and values that know their place.

use core::ops::Range;
use std::sync::OnceLock;

/// The place of a node, as a plain number into a [`crate::source::Sources`] table, so that the model stays free of any
/// front end's own spans or tokens. A front end that has places of another kind (compiler tokens) keeps its own table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin(pub u32);

/// A value and where it was written.
#[derive(Debug, Clone, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub origin: Origin,
}

/// Two spanned values are equal if their values are: a moved line is not a change.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T> Spanned<T> {
    /// `value`, written at `origin`.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// A file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// First byte and the byte after the last.
    pub range: Range<usize>,
}

/// The files of a catalog, and the table that says where each [`Origin`] is.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    places: Places,
}

#[derive(Debug)]
struct File {
    name: String,
    content: Content,
    /// Where its lines begin, once somebody has asked: a review may ask thousands of times.
    lines: OnceLock<Vec<usize>>,
}

impl File {
    /// The number of the line of a byte, from 0 on, and where it begins.
    fn line(&self, text: &str, byte: usize) -> (usize, usize) {
        let starts = self.lines.get_or_init(|| {
            let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            core::iter::once(0).chain(ends).collect()
        });
        let line = starts.partition_point(|start| *start <= byte).saturating_sub(1);
        (line, starts.get(line).copied().unwrap_or_default())
    }
}

/// Files are kept even if they are no text, since a message about that has to name them.
#[derive(Debug)]
pub(crate) enum Content {
    /// The text.
    Text(String),
    /// The line and the offset of the first byte that is no UTF-8.
    NotUtf8 { line: usize, first: usize },
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; `name` is what messages call it.
    pub fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> FileId {
        let content = String::from_utf8(bytes).map_or_else(
            |error| {
                let first = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..first].split(|byte| *byte == b'\n').count();
                Content::NotUtf8 { line, first }
            },
            Content::Text,
        );
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File { name: name.into(), content, lines: OnceLock::new() });
        id
    }

    /// The files, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// What messages call the file.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// The file's text; `None` if it is not UTF-8.
    #[must_use]
    pub fn text(&self, file: FileId) -> Option<&str> {
        match &self.file(file).content {
            Content::Text(text) => Some(text),
            Content::NotUtf8 { .. } => None,
        }
    }

    /// The offset of the first byte that is not UTF-8, if there is one.
    #[must_use]
    pub fn first_byte_of_no_text(&self, file: FileId) -> Option<usize> {
        match &self.file(file).content {
            Content::Text(_) => None,
            Content::NotUtf8 { first, .. } => Some(*first),
        }
    }

    /// Where this is; `None` for what was written in no file.
    #[must_use]
    pub fn place(&self, origin: Origin) -> Option<Place> {
        self.places.get(origin)
    }

    /// Line and column of the first byte of a place, both from 1, the column in characters.
    #[must_use]
    pub fn line_and_column(&self, place: &Place) -> (usize, usize) {
        let file = self.file(place.file);
        match &file.content {
            Content::NotUtf8 { line, .. } => (*line, 1),
            Content::Text(text) => {
                let before = text.get(..place.range.start).unwrap_or(text);
                let (line, start) = file.line(text, before.len());
                (line + 1, before[start..].chars().count() + 1)
            }
        }
    }

    /// A file's content beside the table in which the reader of that content enters places.
    #[cfg(feature = "yaml")]
    pub(crate) fn reading(&mut self, file: FileId) -> (&Content, &mut Places) {
        (&self.files[file.0 as usize].content, &mut self.places)
    }

    fn file(&self, file: FileId) -> &File {
        &self.files[file.0 as usize]
    }
}

/// The table of places; origin 0 is nowhere.
#[derive(Debug, Default)]
pub(crate) struct Places {
    places: Vec<(FileId, u32, u32)>,
}

impl Places {
    #[cfg(feature = "yaml")]
    pub(crate) fn add(&mut self, file: FileId, range: Range<usize>) -> Origin {
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        self.places.push((file, offset(range.start), offset(range.end)));
        Origin(offset(self.places.len()))
    }

    #[cfg(feature = "yaml")]
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    #[cfg(feature = "yaml")]
    pub(crate) fn truncate(&mut self, length: usize) {
        self.places.truncate(length);
    }

    pub(crate) fn get(&self, origin: Origin) -> Option<Place> {
        let index = (origin.0 as usize).checked_sub(1)?;
        let (file, start, end) = *self.places.get(index)?;
        Some(Place { file, range: start as usize..end as usize })
    }
}
