//! An entry of an audit as a text.

use std::fmt;

use super::{AuditEntry, Current, Headers, Reading};
use crate::policy::POLICY_HEADER;
use crate::text::Printable;

/// How wide the words are that stand before what they are about.
const WIDTH: usize = 10;

impl fmt::Display for AuditEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, version, position, recorded_at, .. } = self;
        writeln!(f, "{} version {version} (position {position}), {recorded_at}", Printable(stream))?;
        self.who(f)?;
        self.why(f)?;
        match &self.headers {
            Headers::Named(headers) => {
                headers.iter().try_for_each(|(name, value)| line(f, "header", &format_args!("{name} = {value}")))?;
            }
            Headers::Unreadable(raw) => line(f, "headers", &format_args!("not readable: {raw}"))?,
        }
        let readable = match self.readable_from {
            from if from == self.schema_version => String::new(),
            from => format!(", readable from version {from} on"),
        };
        line(f, "stored as", &format_args!("{} version {}{readable}", self.event_type, self.schema_version))?;
        line(f, "", &self.payload)?;
        self.says(f)
    }
}

impl AuditEntry<'_> {
    /// Where nobody asked for it, a policy did.
    fn who(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = match &self.headers {
            Headers::Named(headers) => headers.get(POLICY_HEADER),
            Headers::Unreadable(_) => None,
        };
        match (self.actor, policy) {
            (Some(actor), _) => line(f, "who", &actor),
            (None, Some(policy)) => line(f, "who", &format_args!("the policy {policy}")),
            (None, None) => line(f, "who", &"not known"),
        }
    }

    fn why(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "event", &self.id)?;
        if let Some(command) = self.command_id {
            line(f, "command", &command)?;
        }
        if let Some(cause) = self.causation_id {
            line(f, "caused by", &format_args!("event {cause}, {} in the chain", self.depth))?;
        }
        match self.correlation_id.filter(|id| Some(*id) != self.command_id) {
            Some(transaction) => line(f, "part of", &format_args!("{transaction} (correlation)")),
            None => Ok(()),
        }
    }

    fn says(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reading {
            Reading::ReadAs(events) if events.is_empty() => line(f, "read as", &"nothing: it was retired"),
            Reading::ReadAs(events) if matches!(&**events, [only] if self.is_stored_as(only)) => {
                line(f, "read as", &"it is stored")
            }
            Reading::ReadAs(events) => events.iter().try_for_each(|event| {
                line(f, "read as", &format_args!("{} version {}", event.event_type, event.schema_version))?;
                line(f, "", &event.payload.get())
            }),
            Reading::NeedsCode(step) => {
                line(f, "read as", &format_args!("what your code says: it does the step to {step}"))
            }
            Reading::Unreadable(reason) => line(f, "not read", reason),
        }
    }

    fn is_stored_as(&self, current: &Current) -> bool {
        current.event_type == self.event_type
            && current.schema_version == self.schema_version
            && current.payload.get() == self.payload
    }
}

/// A word, and what it is about.
fn line(f: &mut fmt::Formatter<'_>, word: &str, about: &dyn fmt::Display) -> fmt::Result {
    writeln!(f, "  {word:WIDTH$} {}", Printable(&about.to_string()))
}
