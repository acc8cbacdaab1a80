//! Policies: what they react to, by which key, and what they issue.

use super::{Catalog, aggregates, text};
use crate::ast::{Policy, QualifiedName, Reaction};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::{CommandId, CorrelationKey, EventDef, EventId, PolicyDef, ReactionDef, TimeoutDef, Type};
use crate::source::Spanned;

/// The longest name under which a store keeps a policy.
const MAX_NAME: usize = 128;

/// The policies of all files; those that are not right are left out.
pub(super) fn policies(
    events: &[Option<EventDef>],
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<PolicyDef> {
    let mut found = Vec::new();
    for document in catalog.documents {
        for policy in &document.policies {
            let context = document.context.value.as_str();
            found.extend(Resolver { policy, context, events, catalog }.policy(diagnostics));
        }
    }
    found.sort_by(|a, b| (&a.context, &a.name.value).cmp(&(&b.context, &b.name.value)));
    found
}

struct Resolver<'a> {
    policy: &'a Policy,
    context: &'a str,
    events: &'a [Option<EventDef>],
    catalog: &'a Catalog<'a>,
}

impl Resolver<'_> {
    fn policy(&self, diagnostics: &mut Diagnostics) -> Option<PolicyDef> {
        let Self { policy, context, catalog, .. } = *self;
        let state = policy.state.iter().map(|field| aggregates::state_field(field, context, catalog, diagnostics));
        let state: Vec<_> = state.collect();
        let reactions: Vec<_> = policy.on.iter().map(|reaction| self.reaction(reaction, diagnostics)).collect();
        let timeouts: Vec<_> = policy
            .timeouts
            .iter()
            .map(|timeout| {
                let (name, doc) = (timeout.name.clone(), text(timeout.doc.as_ref()));
                Some(TimeoutDef { name, doc, issues: self.commands(&timeout.issues, diagnostics)? })
            })
            .collect();
        let rejected = self.commands(&policy.rejected, diagnostics);
        if policy.broken {
            return None;
        }
        let reactions = reactions.into_iter().collect::<Option<Vec<_>>>()?;
        self.the_store_has_a_name_for_it(diagnostics);
        self.events_are_different(&reactions, diagnostics);
        self.something_starts(diagnostics);
        Some(PolicyDef {
            name: policy.name.clone(),
            context: context.to_owned(),
            doc: text(policy.doc.as_ref()),
            state: state.into_iter().collect::<Option<_>>()?,
            state_version: self.state_version(diagnostics),
            reactions,
            timeouts: timeouts.into_iter().collect::<Option<_>>()?,
            rejected: rejected?,
        })
    }

    /// The store keeps what belongs to a policy under its name.
    fn the_store_has_a_name_for_it(&self, diagnostics: &mut Diagnostics) {
        let (name, context) = (&self.policy.name, self.context);
        if context.len() + 1 + name.value.len() > MAX_NAME {
            let message =
                format!("`{context}.{}` is longer than the name of a policy may be", names::shortened(&name.value));
            let help = format!("choose a shorter one: with its context it has at most {MAX_NAME} characters");
            diagnostics.push(Diagnostic::error(Code::Policy, name.origin, message).help(help));
        }
    }

    fn state_version(&self, diagnostics: &mut Diagnostics) -> u32 {
        let Some(stated) = &self.policy.state_version else { return 1 };
        if stated.value == 0 {
            let refused = Diagnostic::error(Code::Policy, stated.origin, "the first version of a state is 1");
            diagnostics.push(refused.help("write `state_version: 1`, or leave it out"));
        }
        stated.value
    }

    /// `X` and `own_context.X` are one event.
    fn events_are_different(&self, reactions: &[ReactionDef], diagnostics: &mut Diagnostics) {
        for (index, reaction) in reactions.iter().enumerate() {
            if let Some(first) = reactions[..index].iter().find(|first| first.event.value == reaction.event.value) {
                let message = format!("`{}` reacts to this event twice", self.policy.name.value);
                diagnostics.push(
                    Diagnostic::error(Code::Policy, reaction.event.origin, message)
                        .related(first.event.origin, "the same event")
                        .help("keep one of the two"),
                );
            }
        }
    }

    /// Without an event that starts one there is never an instance.
    fn something_starts(&self, diagnostics: &mut Diagnostics) {
        if !self.policy.on.iter().any(|reaction| reaction.starts) {
            let name = &self.policy.name;
            let message = format!("no event starts `{}`, so it never does anything", name.value);
            let help = "say of the event that comes first: `<event>: { starts: true, issues: [..] }`";
            diagnostics.push(Diagnostic::error(Code::Policy, name.origin, message).help(help));
        }
    }

    fn reaction(&self, reaction: &Reaction, diagnostics: &mut Diagnostics) -> Option<ReactionDef> {
        let event = self.event(&reaction.event, diagnostics);
        let issues = self.commands(&reaction.issues, diagnostics);
        let event = event?;
        let key = self.key(event, reaction, diagnostics);
        Some(ReactionDef {
            event: Spanned::new(event, reaction.event.name.origin),
            doc: text(reaction.doc.as_ref()),
            starts: reaction.starts,
            key: key?,
            issues: issues?,
        })
    }

    /// An event of any context that is still read as itself.
    fn event(&self, name: &QualifiedName, diagnostics: &mut Diagnostics) -> Option<EventId> {
        let context = self.context_of(name, diagnostics)?;
        let id = super::events::named(&name.name, context, self.catalog, diagnostics)?;
        let declared = &self.catalog.events[id.0 as usize];
        if declared.is_read_as_itself() {
            return Some(id);
        }
        let message = format!("`{}` is read as nothing or as other events, so nobody meets it", name.name.value);
        diagnostics.push(
            Diagnostic::error(Code::Policy, name.name.origin, message)
                .related(declared.event.name.origin, "declared here")
                .help("react to the events that are read in its place"),
        );
        None
    }

    /// What tells whose business an event is: one of its fields, or the aggregate to which it happened.
    fn key(&self, event: EventId, reaction: &Reaction, diagnostics: &mut Diagnostics) -> Option<CorrelationKey> {
        let declared = &self.catalog.events[event.0 as usize];
        let name = &declared.event.name.value;
        let Some(by) = &reaction.by else {
            if declared.aggregate.is_some() {
                return Some(CorrelationKey::Aggregate);
            }
            let message = format!("`{name}` belongs to no aggregate, so a field has to tell what it correlates with");
            let help = format!("write `{name}: {{ by: <field>, issues: [..] }}`");
            diagnostics.push(Diagnostic::error(Code::Policy, reaction.event.name.origin, message).help(help));
            return None;
        };
        let fields = &self.events[event.0 as usize].as_ref()?.current().shape.fields;
        let Some(index) = fields.iter().position(|field| field.name.value == by.value) else {
            let message = format!("`{name}` has no field `{}` in its current version", by.value);
            let known = fields.iter().map(|field| field.name.value.as_str());
            diagnostics.push(
                Diagnostic::error(Code::Policy, by.origin, message)
                    .related(declared.event.name.origin, "declared here")
                    .suggest(&by.value, known)
                    .help("`by` names the field that tells what the event correlates with; without it that is the aggregate's id"),
            );
            return None;
        };
        let ty = &fields[index].ty;
        let plain = if let Type::Optional(inner) = ty { inner } else { ty };
        if !self.catalog.can_be_id(plain) {
            let message = format!("`{}` is `{}`, which cannot be a key", by.value, self.catalog.spell(ty));
            diagnostics.push(
                Diagnostic::error(Code::Policy, by.origin, message)
                    .related(fields[index].name.origin, "declared here")
                    .help("a key is a `string`, `uuid`, an integer, a newtype of these, or one of them with `?`: null is nobody's business"),
            );
            return None;
        }
        Some(CorrelationKey::Field(index))
    }

    fn commands(&self, names: &[QualifiedName], diagnostics: &mut Diagnostics) -> Option<Vec<Spanned<CommandId>>> {
        let found: Vec<_> = names.iter().map(|name| self.command(name, diagnostics)).collect();
        let found = found.into_iter().collect::<Option<Vec<_>>>()?;
        for (index, command) in found.iter().enumerate() {
            if let Some(first) = found[..index].iter().find(|first| first.value == command.value) {
                let name = &names[index].name.value;
                let twice = Diagnostic::error(Code::Policy, command.origin, format!("`{name}` is named twice"));
                diagnostics.push(
                    twice.related(first.origin, "first here").help("once is enough: it may be issued several times"),
                );
            }
        }
        Some(found)
    }

    fn command(&self, name: &QualifiedName, diagnostics: &mut Diagnostics) -> Option<Spanned<CommandId>> {
        let context = self.context_of(name, diagnostics)?;
        let commands = &self.catalog.contexts.get(context)?.commands;
        let (written, origin) = (name.name.value.as_str(), name.name.origin);
        let found = commands.get(written).copied();
        if found.is_none() {
            let message = format!("there is no command `{written}` in the context `{context}`");
            let mut known: Vec<&str> = commands.keys().copied().collect();
            known.sort_unstable();
            let unknown = Diagnostic::error(Code::UnknownCommand, origin, message).suggest(written, known);
            let elsewhere = self.catalog.contexts.iter().find(|(_, names)| names.commands.contains_key(written));
            diagnostics.push(match elsewhere {
                Some((other, _)) => unknown.help(format!("the context `{other}` has one: write `{other}.{written}`")),
                None if unknown.helps.is_empty() => {
                    unknown.help(format!("declare it below `commands:` of an aggregate, as in `{written}: {{ ... }}`"))
                }
                None => unknown,
            });
        }
        found.map(|id| Spanned::new(id, origin))
    }

    /// The context in which a name is looked up.
    fn context_of<'n>(&'n self, name: &'n QualifiedName, diagnostics: &mut Diagnostics) -> Option<&'n str> {
        let Some(other) = &name.context else { return Some(self.context) };
        if self.catalog.contexts.contains_key(other.value.as_str()) {
            return Some(&other.value);
        }
        diagnostics.push(self.catalog.unknown_context(other));
        None
    }
}
