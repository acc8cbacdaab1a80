//! Where a version that was there is something else now: each part of it, where it is and where it was.

use factum_model::Label;
use factum_model::diff::{Change, Part, Subject};
use factum_model::lock::Lock;
use factum_model::schema::{Schema, TypeShape};
use factum_model::source::Origin;

/// Whoever changed more than this sees it by the first ones.
const MOST: usize = 10;

/// Labels of what differs.
#[derive(Debug, Default)]
pub(super) struct Edited {
    /// In the schemas.
    pub(super) now: Vec<Label>,
    /// In what was released.
    pub(super) before: Vec<Label>,
}

impl Edited {
    pub(super) fn of(change: &Change, schema: &Schema, before: &Lock) -> Self {
        let mut now: Vec<Label> = change.parts.iter().filter_map(|part| is(change, part, schema)).collect();
        now.sort_by_key(|label| label.origin);
        now.dedup_by_key(|label| label.origin);
        now.truncate(MOST);
        let was = change.parts.iter().filter_map(|part| part.was.as_ref()).map(|was| was.origin);
        let mut was: Vec<Origin> = was.filter(|origin| *origin != Origin::default()).collect();
        was.sort_unstable();
        was.truncate(MOST);
        let was = was.into_iter().map(|origin| Label { origin, text: RELEASED.to_owned() });
        Self { now, before: was.chain(values_that_are_gone(change, before)).collect() }
    }
}

/// What is said where something was released.
pub(super) const RELEASED: &str = "released as this";

fn is(change: &Change, part: &Part, schema: &Schema) -> Option<Label> {
    let is = part.is.as_ref()?;
    let placed = Some(is.origin).filter(|origin| *origin != Origin::default());
    let origin = placed.or_else(|| variant(change, &part.name, schema)).unwrap_or(change.origin);
    let text = match &part.was {
        Some(was) => format!("released as `{}`", was.value),
        None => "not released".to_owned(),
    };
    Some(Label { origin, text })
}

/// Where a value of an enum or a kind of a union is declared: a lock has no place for them.
fn variant(change: &Change, name: &str, schema: &Schema) -> Option<Origin> {
    let Subject::Type(of) = &change.subject else { return None };
    let (context, own) = of.split_once('.')?;
    let ty = schema.types.iter().find(|ty| ty.context == context && ty.name.value == own)?;
    let version = ty.versions.iter().find(|version| Some(version.number) == change.version)?;
    let found = match &version.shape {
        TypeShape::Enum(values) => values.iter().map(|value| &value.name).find(|known| known.value == name),
        TypeShape::Union(kinds) => kinds.iter().map(|kind| &kind.name).find(|known| known.value == name),
        TypeShape::Struct(_) | TypeShape::Newtype(_) => None,
    };
    found.map(|name| name.origin)
}

/// They are told where their version is.
fn values_that_are_gone(change: &Change, before: &Lock) -> Option<Label> {
    let gone = change.parts.iter().filter(|part| part.is.is_none());
    let gone = gone.filter(|part| part.was.as_ref().is_some_and(|was| was.origin == Origin::default()));
    let names: Vec<String> = gone.take(MOST).map(|part| format!("`{}`", part.name)).collect();
    let version = before.types.get(change.was.as_ref()?)?.value.versions.get(&change.version?)?;
    (!names.is_empty()).then(|| Label { origin: version.origin, text: format!("released with {}", names.join(", ")) })
}
