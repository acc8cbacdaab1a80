//! Policies: what they react to, and what they issue.

use super::items::spanned;
use super::keys::{self, Form};
use super::reader::{Keyed, Reader};
use super::tree::{Entry, Kind};
use crate::ast::{Policy, QualifiedName, Reaction, Timeout};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

impl Reader<'_, '_> {
    pub(super) fn policy(&mut self, entry: Entry) -> Policy {
        let name = spanned(&entry.key);
        let before = self.diagnostics.count();
        let what = format!("the policy `{}`", name.value);
        let Some(entries) = self.mapping(entry.value, &what, &format!("{}: {{ on: {{}} }}", name.value)) else {
            return Policy { name, broken: true, ..Policy::default() };
        };
        let mut keyed = self.keyed(entries, &keys::POLICY);
        let mut policy = Policy {
            doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
            state_version: keyed.take(keys::STATE_VERSION).and_then(|entry| self.number(entry.value)),
            on: self.reactions(&mut keyed, &name),
            rejected: keyed.take(keys::REJECTED).map_or_else(Vec::new, |entry| self.commands(entry)),
            ..Policy::default()
        };
        let timeouts = keyed.take(keys::TIMEOUTS);
        policy.timeouts = self.section(timeouts, Self::timeout).map_or_else(Vec::new, |all| all.value);
        policy.broken = keyed.broken() || self.diagnostics.count() > before;
        let state = keyed.take(keys::STATE);
        policy.state = self.section(state, Self::state_field).map_or_else(Vec::new, |all| all.value);
        Policy { name, ..policy }
    }

    fn reactions(&mut self, keyed: &mut Keyed, policy: &Spanned<String>) -> Vec<Reaction> {
        let on = keyed.take(keys::ON);
        if on.is_none() {
            let message = format!("`{}` does not say what it reacts to", policy.value);
            let help = "write `on: { <event>: { starts: true, issues: [<command>] } }`";
            self.diagnostics.push(Diagnostic::error(Code::MissingKey, policy.origin, message).help(help));
        }
        self.section(on, Self::reaction).map_or_else(Vec::new, |all| all.value)
    }

    /// `ContractSigned: [CloseMission]`, or a mapping.
    fn reaction(&mut self, entry: Entry) -> Reaction {
        let event = qualified(&spanned(&entry.key));
        let mut keyed = match self.keyed_or(entry, &keys::REACTION) {
            Ok(keyed) => keyed,
            Err(listed) => return Reaction { event, issues: self.commands(listed), ..Reaction::default() },
        };
        Reaction {
            event,
            doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
            starts: keyed
                .take(keys::STARTS)
                .and_then(|entry| self.is_true(entry, "a reaction starts an instance"))
                .is_some(),
            by: keyed.take(keys::BY).and_then(|entry| self.text(entry.value, "the name of a field")),
            issues: keyed.take(keys::ISSUES).map_or_else(Vec::new, |entry| self.commands(entry)),
        }
    }

    /// `CandidateSilent: [InviteCandidate]`, or a mapping.
    fn timeout(&mut self, entry: Entry) -> Timeout {
        let name = spanned(&entry.key);
        let mut keyed = match self.keyed_or(entry, &keys::TIMEOUT) {
            Ok(keyed) => keyed,
            Err(listed) => return Timeout { name, doc: None, issues: self.commands(listed) },
        };
        Timeout {
            name,
            doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
            issues: keyed.take(keys::ISSUES).map_or_else(Vec::new, |entry| self.commands(entry)),
        }
    }

    /// The keys of a mapping. Anything else is handed back: it has to be a list of commands.
    fn keyed_or(&mut self, entry: Entry, form: &Form) -> Result<Keyed, Entry> {
        match entry.value.kind {
            Kind::Map(entries) => Ok(self.keyed(entries, form)),
            Kind::List(_) | Kind::Scalar(_) => Err(entry),
        }
    }

    /// `[InviteCandidate, contracts.CloseMission]`.
    fn commands(&mut self, entry: Entry) -> Vec<QualifiedName> {
        let what = format!("`{}`", entry.key.text);
        if entry.value.is_missing() {
            let help = "write the commands, `[InviteCandidate]`, or `[]` for none";
            let missing = Diagnostic::error(Code::MissingValue, entry.key.origin, format!("{what} has no value"));
            self.diagnostics.push(missing.help(help));
            return Vec::new();
        }
        self.texts(entry.value, &what).iter().map(qualified).collect()
    }
}

/// `Name`, or `context.Name`.
fn qualified(text: &Spanned<String>) -> QualifiedName {
    let part = |part: &str| Spanned::new(part.trim().to_owned(), text.origin);
    match text.value.split_once('.') {
        Some((context, name)) => QualifiedName { context: Some(part(context)), name: part(name) },
        None => QualifiedName { context: None, name: part(&text.value) },
    }
}
