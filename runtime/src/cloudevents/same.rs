//! Whether a recorded event is the one that is due.

use crate::envelope::{NewEvent, Recorded};
use crate::store::to_microseconds;

/// In what a recorded event differs from the one that is due in this stream. A version or a time that is not given is not
/// compared.
pub(crate) fn difference(
    stream: &str,
    version: Option<u64>,
    due: &NewEvent,
    found: &Recorded<'_>,
) -> Option<&'static str> {
    let metadata = &due.metadata;
    let time = due.recorded_at.map(to_microseconds);
    let same = [
        ("stream", found.stream == stream),
        ("version", version.is_none_or(|version| found.version == version)),
        ("id", found.id == due.id),
        ("type", found.event_type == due.event_type),
        ("schema version", found.schema_version == due.schema_version),
        ("lowest version that reads it", found.readable_from == due.readable_from),
        ("payload", found.payload == due.payload),
        ("time", time.is_none_or(|time| found.recorded_at == time)),
        ("correlation id", found.correlation_id == metadata.correlation_id),
        ("causation id", found.causation_id == metadata.causation_id),
        ("depth", found.depth == metadata.depth),
        ("actor", found.actor == metadata.actor.as_deref()),
        ("header", found.headers().is_ok_and(|headers| headers == metadata.headers)),
    ];
    same.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}
