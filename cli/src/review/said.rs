//! What the model says of places, as a finding.

use factum_model::source::{Origin, Place as Bytes};
use factum_model::{Diagnostic, Label, Message, Sources, render_message, rules};

use super::{Finding, Place, Related, Status};
use crate::cmd::code_name;

/// What has no place of its own is said of the whole. `approval` is the id of what may be meant, and what was approved of it.
pub(super) fn finding(
    found: &Diagnostic,
    approval: Option<(String, rules::Status)>,
    sources: &Sources,
    whole: &Place,
) -> Finding {
    let (id, status) = approval.map_or((None, Status::Open), |(id, status)| (Some(id), status.into()));
    let is_allowed = matches!(status, Status::Allowed { .. });
    let level = if is_allowed { factum_model::Level::Info } else { found.level };
    let approve = id.iter().filter(|_| !is_allowed).map(|id| to_approve(id));
    let mut finding = Finding {
        code: found.code.to_string(),
        rule: code_name(found.code),
        id: id.clone(),
        subject: None,
        level: level.into(),
        breaks: Vec::new(),
        status,
        message: found.message.clone(),
        place: place(found.primary.origin, sources).or_else(|| Some(whole.clone())),
        related: related(&found.related, sources),
        helps: found.helps.iter().cloned().chain(approve).collect(),
        witness: None,
        sample: None,
        rendered: String::new(),
    };
    let message = Message {
        level,
        code: &finding.code,
        text: &finding.message,
        primary: &found.primary,
        related: &found.related,
        notes: &finding.notes(),
        helps: &finding.helps,
    };
    finding.rendered = render_message(&message, sources, true);
    finding
}

/// What to do if just this is wanted.
pub(super) fn to_approve(id: &str) -> String {
    format!("to approve just this: `cargo factum allow {id} --reason \"...\"`")
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
