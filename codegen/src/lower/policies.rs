//! Policies: the sets of what they react to and what they ask for, their state, and the trait that the user implements.

use factum_model::names::{snake_case, upper_camel_case};
use factum_model::schema::{
    AggregateDef, AggregateId, CommandId, CorrelationKey, EventDef, EventFate, EventId, PolicyDef, ReactionDef,
    TimeoutDef, Type,
};
use factum_model::source::Spanned;

use super::types::plain;
use super::{Scope, doc, names};
use crate::items::{
    ChildEvent, Doc, EventSet, Ident, Issued, Item, Key, Messages, Outcome, Policy, Reaction, Reader, Set, SetVariant,
    Target, Timeout,
};
use crate::options::Kind;

impl Scope<'_> {
    pub(super) fn policy(self, policy: &PolicyDef) -> Vec<Item> {
        let lowering = Lowering { scope: self, policy, targets: targets(policy) };
        let state = names::policy_state(&policy.name.value);
        let or = || format!("What the policy [`{}`] knows of each correlation.", policy.name.value);
        let mut items = Vec::from(self.state_items(&state, Doc(vec![or()]), &policy.state, true));
        items.extend(lowering.events());
        items.extend(lowering.rejections());
        items.push(Item::Policy(lowering.whole()));
        items
    }

    /// How an item of a context is named here.
    fn path_to(self, context: &str, name: &Ident) -> String {
        if context == self.context.name.value {
            name.0.clone()
        } else {
            format!("super::{}::{}", self.module_name(context).0, name.0)
        }
    }
}

/// The aggregates that a policy asks, in the order in which they are first named.
fn targets(policy: &PolicyDef) -> Vec<AggregateId> {
    let of_events = policy.reactions.iter().flat_map(|reaction| &reaction.issues);
    let of_timeouts = policy.timeouts.iter().flat_map(|timeout| &timeout.issues);
    let mut found = Vec::new();
    for issued in of_events.chain(of_timeouts).chain(&policy.rejected) {
        if !found.contains(&issued.value.aggregate) {
            found.push(issued.value.aggregate);
        }
    }
    found
}

struct Lowering<'s> {
    scope: Scope<'s>,
    policy: &'s PolicyDef,
    targets: Vec<AggregateId>,
}

impl Lowering<'_> {
    fn event_of(&self, id: EventId) -> &EventDef {
        &self.scope.schema.events[id.0 as usize]
    }

    fn aggregate_of(&self, id: AggregateId) -> &AggregateDef {
        &self.scope.schema.aggregates[id.0 as usize]
    }

    /// What an event is called among those of the policy: by its context too, where another name would be the same.
    fn event_name(&self, event: &EventDef) -> String {
        let name = &event.name.value;
        let others = self.policy.reactions.iter().map(|reaction| self.event_of(reaction.event.value));
        let events = others.filter(|other| other.name.value == *name).count();
        let timeouts = self.policy.timeouts.iter().filter(|timeout| timeout.name.value == *name).count();
        self.apart(&event.context, name, events + timeouts > 1)
    }

    fn target_name(&self, aggregate: &AggregateDef) -> String {
        let name = &aggregate.name.value;
        let others = self.targets.iter().map(|id| self.aggregate_of(*id));
        self.apart(&aggregate.context, name, others.filter(|other| other.name.value == *name).count() > 1)
    }

    fn apart(&self, context: &str, name: &str, ambiguous: bool) -> String {
        let foreign = context != self.policy.context;
        if ambiguous && foreign { format!("{}{name}", upper_camel_case(context)) } else { name.to_owned() }
    }

    fn events(&self) -> [Item; 2] {
        let (scope, name) = (self.scope, &self.policy.name.value);
        let set = names::event_set(name);
        let events: Vec<&EventDef> =
            self.policy.reactions.iter().map(|reaction| self.event_of(reaction.event.value)).collect();
        let variant = |event: &&EventDef| {
            let path = scope.path_to(&event.context, &names::ident(&event.name.value));
            SetVariant {
                doc: doc::summary(event.doc.as_deref(), || format!("[`{path}`].")),
                name: names::ident(&self.event_name(event)),
                ty: plain(&path),
                emitted: true,
            }
        };
        let variants: Vec<SetVariant> = events.iter().map(variant).collect();
        let of_set = EventSet {
            name: set.clone(),
            variants: variants.iter().map(|variant| variant.name.clone()).collect(),
            readers: self.readers(&events),
            compensations: Vec::new(),
            streams: None,
        };
        let set = Set {
            doc: Doc(vec![format!("What the policy [`{name}`] reacts to.")]),
            definition: scope.definition(Kind::Sets, &set.0, true),
            name: set,
            eq: events.iter().flat_map(|event| &event.current().shape.fields).all(|field| scope.is_eq(&field.ty)),
            variants,
        };
        [Item::Set(set), Item::EventSet(of_set)]
    }

    /// One reader for each wire type under which one of the events was stored, or one that is read as one of them.
    fn readers(&self, events: &[&EventDef]) -> Vec<Reader> {
        let mut readers = Vec::new();
        for event in &self.scope.schema.events {
            let of_event =
                self.scope.readers(event).into_iter().filter_map(|reader| self.reader(reader, event, events));
            readers.extend(of_event);
        }
        readers.sort_by(|a, b| a.wire_type.cmp(&b.wire_type));
        readers
    }

    fn reader(&self, reader: Reader, event: &EventDef, events: &[&EventDef]) -> Option<Reader> {
        let path = |name: &str| plain(&self.scope.path_to(&event.context, &Ident(name.to_owned())));
        let variant_of = |name: &Ident| {
            let is_it = |other: &&&EventDef| names::ident(&other.name.value) == *name && other.context == event.context;
            events.iter().find(is_it).map(|event| names::ident(&self.event_name(event)))
        };
        let outcome = match reader.outcome {
            Outcome::One => Outcome::One,
            Outcome::Nothing => return None,
            // What becomes of it belongs to the same context.
            Outcome::Several(children) => {
                let child = |child: ChildEvent| ChildEvent {
                    variant: child.variant.as_ref().and_then(variant_of),
                    chain: child.chain.iter().map(|version| path(&version.path)).collect(),
                };
                let children: Vec<ChildEvent> = children.into_iter().map(child).collect();
                if children.iter().all(|child| child.variant.is_none()) {
                    return None;
                }
                Outcome::Several(children)
            }
        };
        let variant = match event.fate {
            EventFate::Current | EventFate::Retired(_) => variant_of(&reader.variant)?,
            EventFate::Nothing(_) | EventFate::Becomes(..) => reader.variant,
        };
        Some(Reader { variant, event: path(&reader.event.path), outcome, ..reader })
    }

    fn rejections(&self) -> [Item; 2] {
        let name = &self.policy.name.value;
        let set = names::rejection_set(name);
        let variant = |id: &AggregateId| {
            let aggregate = self.aggregate_of(*id);
            let path = self.scope.path_to(&aggregate.context, &names::rejection_set(&aggregate.name.value));
            SetVariant {
                doc: Doc(vec![format!("By a `{}`.", aggregate.name.value)]),
                name: names::ident(&self.target_name(aggregate)),
                ty: plain(&path),
                emitted: true,
            }
        };
        let variants: Vec<SetVariant> = self.targets.iter().map(variant).collect();
        let messages =
            Messages { name: set.clone(), variants: variants.iter().map(|variant| variant.name.clone()).collect() };
        let rejections = self.targets.iter().flat_map(|id| &self.aggregate_of(*id).rejections);
        let set = Set {
            doc: Doc(vec![format!("Why a command of the policy [`{name}`] may be refused.")]),
            definition: self.scope.definition(Kind::Sets, &set.0, true),
            name: set,
            eq: rejections.flat_map(|found| &found.shape.fields).all(|field| self.scope.is_eq(&field.ty)),
            variants,
        };
        [Item::Set(set), Item::Messages(messages)]
    }

    fn whole(&self) -> Policy {
        let (scope, policy) = (self.scope, self.policy);
        let name = &policy.name.value;
        let commands = self.targets.iter().flat_map(|id| &self.aggregate_of(*id).commands);
        Policy {
            doc: self.doc(),
            name: names::ident(name),
            definition: scope.defined(true, Vec::new()),
            key: format!("{}.{name}", policy.context),
            state_version: policy.state_version,
            state: names::policy_state(name),
            events: names::event_set(name),
            commands: names::command_set(name),
            eq: commands.flat_map(|command| &command.shape.fields).all(|field| scope.is_eq(&field.ty)),
            rejections: names::rejection_set(name),
            reactions_trait: names::policy_trait(name),
            dispatcher: names::dispatcher(name),
            reactions: policy.reactions.iter().map(|reaction| self.reaction(reaction)).collect(),
            timeouts: policy.timeouts.iter().map(|timeout| self.timeout(timeout)).collect(),
            rejected: self.issued(&policy.rejected),
            targets: self.targets.iter().map(|id| self.target(*id)).collect(),
        }
    }

    /// What the schema says of it, and on which event it issues what.
    fn doc(&self) -> Doc {
        let policy = self.policy;
        let Doc(mut lines) = doc::or(policy.doc.as_deref(), || format!("The policy `{}`.", policy.name.value));
        lines.push(String::new());
        for reaction in &policy.reactions {
            let event = self.event_of(reaction.event.value);
            let path = self.scope.path_to(&event.context, &names::ident(&event.name.value));
            let starts = if reaction.starts { ", which starts it," } else { "" };
            lines.push(format!("- On [`{path}`]{starts} it issues {}.", self.listed(&reaction.issues)));
        }
        for timeout in &policy.timeouts {
            let issues = self.listed(&timeout.issues);
            lines.push(format!("- When [`{}`] is due it issues {issues}.", timeout.name.value));
        }
        if !policy.rejected.is_empty() {
            lines.push(format!("- When a command is refused it issues {}.", self.listed(&policy.rejected)));
        }
        Doc(lines)
    }

    fn listed(&self, issued: &[Spanned<CommandId>]) -> String {
        let name = |id: &Spanned<CommandId>| format!("[`{}`]", self.command_path(id.value));
        match issued {
            [] => "nothing".to_owned(),
            issued => issued.iter().map(name).collect::<Vec<_>>().join(", "),
        }
    }

    fn command_path(&self, id: CommandId) -> String {
        let aggregate = self.aggregate_of(id.aggregate);
        self.scope.path_to(&aggregate.context, &names::ident(&self.scope.schema.command(id).name.value))
    }

    fn reaction(&self, reaction: &ReactionDef) -> Reaction {
        let event = self.event_of(reaction.event.value);
        let path = self.scope.path_to(&event.context, &names::ident(&event.name.value));
        let or = || format!("What is done about [`{path}`]: it may issue {}.", self.listed(&reaction.issues));
        let name = self.event_name(event);
        Reaction {
            doc: doc::or(reaction.doc.as_deref(), or),
            method: names::event_method(&name),
            variant: names::ident(&name),
            event: plain(&path),
            starts: reaction.starts,
            key: self.key(event, reaction.key),
            issues: self.issued(&reaction.issues),
        }
    }

    fn key(&self, event: &EventDef, key: CorrelationKey) -> Key {
        match key {
            CorrelationKey::Aggregate => {
                let aggregate = event.aggregate.map(|id| self.aggregate_of(id).name.value.as_str());
                Key::Stream(format!("{}.{}", event.context, aggregate.unwrap_or_default()))
            }
            CorrelationKey::Field(index) => {
                let field = &event.current().shape.fields[index];
                let name = names::ident(&field.name.value);
                match &field.ty {
                    Type::Optional(inner) => Key::OptionalField(name, self.scope.shown(inner)),
                    Type::Builtin(_)
                    | Type::List(_)
                    | Type::Set(_)
                    | Type::Map(..)
                    | Type::Named(..)
                    | Type::Opaque(_) => Key::Field(name, self.scope.shown(&field.ty)),
                }
            }
        }
    }

    fn timeout(&self, timeout: &TimeoutDef) -> Timeout {
        let name = &timeout.name.value;
        let issues = self.listed(&timeout.issues);
        Timeout {
            doc: doc::or(timeout.doc.as_deref(), || format!("A timer of the policy [`{}`].", self.policy.name.value)),
            method_doc: Doc(vec![format!("What is done when [`{name}`] is due: it may issue {issues}.")]),
            method: names::event_method(name),
            name: names::ident(name),
            text: name.clone(),
            issues: self.issued(&timeout.issues),
        }
    }

    fn issued(&self, issued: &[Spanned<CommandId>]) -> Vec<Issued> {
        let lowered = |id: &Spanned<CommandId>| Issued {
            command: plain(&self.command_path(id.value)),
            member: names::ident(&self.scope.schema.command(id.value).name.value),
            target: self.targets.iter().position(|target| *target == id.value.aggregate).unwrap_or_default(),
        };
        issued.iter().map(lowered).collect()
    }

    fn target(&self, id: AggregateId) -> Target {
        let aggregate = self.aggregate_of(id);
        let name = self.target_name(aggregate);
        let path = |item: &Ident| plain(&self.scope.path_to(&aggregate.context, item));
        Target {
            field: names::ident(&snake_case(&name)),
            variant: names::ident(&name),
            // What streams are named after is never a foreign type.
            id: self.scope.on_wire().rust_type(&aggregate.id),
            commands: path(&names::command_set(&aggregate.name.value)),
            rejections: path(&names::rejection_set(&aggregate.name.value)),
        }
    }
}
