//! What the model says of places, as a finding.

use factum_model::source::{Origin, Place as Bytes};
use factum_model::{Diagnostic, Label, Sources, render_one};

use super::{Finding, Place, Related, Status};
use crate::cmd::code_name;

/// What has no place of its own is said of the whole.
pub(super) fn finding(found: &Diagnostic, sources: &Sources, whole: &Place) -> Finding {
    Finding {
        code: found.code.to_string(),
        rule: code_name(found.code),
        id: None,
        subject: None,
        level: found.level.into(),
        breaks: Vec::new(),
        status: Status::Open,
        message: found.message.clone(),
        place: place(found.primary.origin, sources).or_else(|| Some(whole.clone())),
        related: related(&found.related, sources),
        helps: found.helps.clone(),
        witness: None,
        sample: None,
        rendered: render_one(found, sources, true),
    }
}

pub(super) fn related(labels: &[Label], sources: &Sources) -> Vec<Related> {
    let related = |label: &Label| Some(Related { place: place(label.origin, sources)?, text: label.text.clone() });
    labels.iter().filter_map(related).collect()
}

pub(crate) fn place(origin: Origin, sources: &Sources) -> Option<Place> {
    let place = sources.place(origin)?;
    let end = Bytes { file: place.file, range: place.range.end..place.range.end };
    let (line, column) = sources.line_and_column(&place);
    let (end_line, end_column) = sources.line_and_column(&end);
    Some(Place { file: sources.name(place.file).to_owned(), line, column, end_line, end_column })
}
