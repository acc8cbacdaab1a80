//! What a schema could say of a released event that it leaves out.

use std::sync::Arc;

use super::Event;
use crate::dialect::Dialect;
use crate::names::{full_name, nearest};
use crate::source::Spanned;

/// What could be said of an event instead of leaving it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// The version in which it would be said.
    version: u32,
    /// The event that it may be under another name, by its full name: it is new, and has the same history.
    pub renamed: Option<String>,
    /// Whether it ended already.
    ended: bool,
    dialect: Dialect,
}

impl Instead {
    /// Of an event of a lock, where these are those that were not in it. Of several that could be the same one it is the one
    /// with the nearest name, and else none: nobody could tell.
    pub fn of<'n>(
        name: &str,
        event: &Event,
        new: impl IntoIterator<Item = (&'n String, &'n Spanned<Arc<Event>>)>,
    ) -> Self {
        let (context, own) = split(name);
        let same = |(other, now): &(&'n String, &'n Spanned<Arc<Event>>)| {
            split(other).0 == context && has_same_history(event, &now.value)
        };
        let same: Vec<&str> = new.into_iter().filter(same).map(|(name, _)| split(name).1).collect();
        let renamed = if let [only] = same[..] { Some(only) } else { nearest(own, same) };
        let renamed = renamed.map(|own| full_name(context, own));
        let newest = event.versions.keys().last().copied().unwrap_or(0);
        Self {
            version: event.end.as_ref().map_or(newest + 1, |end| end.version),
            renamed,
            ended: event.end.is_some(),
            dialect: if event.derived.is_some() { Dialect::Rust } else { Dialect::Yaml },
        }
    }

    /// As a help of a message about the event that is left out.
    #[must_use]
    pub fn told(&self, name: &str) -> String {
        let own = split(name).1;
        let Self { version, dialect, .. } = self;
        let stated = dialect.says("version", version);
        let renamed =
            dialect.either(format!("renamed: {{ {version}: {own} }}"), format!("renamed({version}, {own:?})"));
        let renamed = format!("`{stated}` and `{renamed}`");
        let retired = format!("`{stated}` and `{}`", dialect.change("retired", version));
        match &self.renamed {
            _ if self.ended => "stored events have it: write its lines again, as they were".to_owned(),
            Some(now) => format!(
                "`{}` has the same fields: if it is this event under another name, say there {renamed}; if this one is \
                 not emitted any more, write its lines again, with {retired}",
                split(now).1
            ),
            None => format!(
                "stored events have it: write its lines again, and if it is not emitted any more, add {retired}; if it got \
                 another name, say under that {renamed}"
            ),
        }
    }
}

/// Whether each version of one is there in the other with the same fields, and no more.
fn has_same_history(old: &Event, new: &Event) -> bool {
    let same = old
        .versions
        .iter()
        .zip(&new.versions)
        .all(|((number, old), (now, new))| number == now && old.value.fields == new.value.fields);
    same && old.versions.len() == new.versions.len()
        && old.aggregate == new.aggregate
        && old.end.is_some() == new.end.is_some()
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or(("", name))
}
