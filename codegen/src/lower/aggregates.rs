//! Aggregates: sets, rejections, state, and the traits that the user implements.

use factum_model::schema::{
    AggregateDef, AggregateId, Child, CommandDef, EventDef, EventFate, FieldDef, MessagePart, RejectionDef, StateField,
};

use super::events::version_name;
use super::types::plain;
use super::{Scope, doc, names};
use crate::items::{
    Aggregate, ChildEvent, Compensation, Dispatch, DispatchKind, Doc, EventSet, Ident, Initial, Item, Message,
    Messages, Method, Outcome, Reader, Record, RecordField, RustType, Set, SetVariant, Snapshot, Subset,
};
use crate::options::Kind;

impl Scope<'_> {
    pub(super) fn aggregate(self, id: AggregateId) -> Vec<Item> {
        let aggregate = &self.schema.aggregates[id.0 as usize];
        let mut items = Vec::new();
        items.extend(aggregate.commands.iter().flat_map(|command| self.command(command)));
        items.push(self.command_set(aggregate));
        items.extend(aggregate.rejections.iter().flat_map(|rejection| self.rejection(rejection)));
        items.extend(self.rejection_set(aggregate));
        items.extend(self.event_set(aggregate));
        items.extend(aggregate.commands.iter().filter_map(|command| self.emitted(aggregate, command)).flatten());
        items.push(Item::Dispatch(self.handle_trait(aggregate)));
        items.push(Item::Dispatch(self.apply_trait(aggregate)));
        items.push(Item::Dispatch(self.project_trait(aggregate)));
        items.extend(aggregate.state.iter().flat_map(|state| self.state(aggregate, state)));
        items
    }

    fn command(self, command: &CommandDef) -> Vec<Item> {
        let name = names::ident(&command.name.value);
        let mut items = vec![Item::Record(Record {
            doc: doc::or(command.doc.as_deref(), || format!("The command `{}`.", command.name.value)),
            name: name.clone(),
            definition: self.definition(Kind::Commands, &command.name.value, true),
            eq: command.shape.fields.iter().all(|field| self.is_eq(&field.ty)),
            fields: self.record_fields(&command.shape),
            wire: Some(self.current_wire(&command.name.value, &command.shape)),
        })];
        items.extend(self.record_schema(name, command.doc.as_deref(), &command.shape));
        items
    }

    fn command_set(self, aggregate: &AggregateDef) -> Item {
        let name = &aggregate.name.value;
        let variants = aggregate.commands.iter();
        Item::Set(Set {
            doc: Doc(vec![format!("What can be asked of a `{name}`.")]),
            name: names::command_set(name),
            eq: aggregate.commands.iter().flat_map(|command| &command.shape.fields).all(|field| self.is_eq(&field.ty)),
            definition: self.definition(Kind::Sets, &names::command_set(name).0, true),
            variants: variants.map(|command| set_variant(&command.name.value, command.doc.as_deref())).collect(),
        })
    }

    /// The set of what a command emits, where it says so.
    fn emitted(self, aggregate: &AggregateDef, command: &CommandDef) -> Option<[Item; 2]> {
        let (name, emits) = (&command.name.value, command.emits.as_ref()?);
        let events: Vec<&EventDef> = emits.iter().map(|id| self.event_def(*id)).collect();
        let set = names::emitted_set(name);
        let variants: Vec<SetVariant> =
            events.iter().map(|event| set_variant(&event.name.value, event.doc.as_deref())).collect();
        let subset = Subset {
            name: set.clone(),
            variants: variants.iter().map(|variant| variant.name.clone()).collect(),
            of: names::event_set(&aggregate.name.value),
        };
        let set = Set {
            doc: Doc(vec![format!("What [`{name}`] may make happen.")]),
            definition: self.definition(Kind::Sets, &set.0, true),
            name: set,
            eq: events.iter().flat_map(|event| &event.current().shape.fields).all(|field| self.is_eq(&field.ty)),
            variants,
        };
        Some([Item::Set(set), Item::Subset(subset)])
    }

    fn rejection(self, rejection: &RejectionDef) -> [Item; 2] {
        let name = names::ident(&rejection.name.value);
        let mut format = String::new();
        let mut arguments = Vec::new();
        for part in &rejection.message {
            match part {
                MessagePart::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
                MessagePart::Field(index) => {
                    format.push_str("{}");
                    let field = &rejection.shape.fields[*index];
                    arguments.push((names::ident(&field.name.value), self.shown(&field.ty)));
                }
            }
        }
        let record = Record {
            doc: doc::or(rejection.doc.as_deref(), || format!("The rejection `{}`.", rejection.name.value)),
            name: name.clone(),
            definition: self.definition(Kind::Rejections, &rejection.name.value, true),
            eq: rejection.shape.fields.iter().all(|field| self.is_eq(&field.ty)),
            fields: self.record_fields(&rejection.shape),
            wire: None,
        };
        [Item::Record(record), Item::Message(Message { name, format, arguments })]
    }

    fn rejection_set(self, aggregate: &AggregateDef) -> [Item; 2] {
        let name = &aggregate.name.value;
        let set = names::rejection_set(name);
        let rejections = &aggregate.rejections;
        let variants = rejections.iter().map(|rejection| set_variant(&rejection.name.value, rejection.doc.as_deref()));
        let names = rejections.iter().map(|rejection| names::ident(&rejection.name.value));
        let messages = Messages { name: set.clone(), variants: names.collect() };
        let set = Set {
            doc: Doc(vec![format!("Why a `{name}` may refuse a command.")]),
            definition: self.definition(Kind::Sets, &set.0, true),
            name: set,
            eq: rejections.iter().flat_map(|rejection| &rejection.shape.fields).all(|field| self.is_eq(&field.ty)),
            variants: variants.collect(),
        };
        [Item::Set(set), Item::Messages(messages)]
    }

    fn event_set(self, aggregate: &AggregateDef) -> [Item; 2] {
        let name = &aggregate.name.value;
        let events = self.members(aggregate);
        let mut readers: Vec<Reader> =
            aggregate.events.iter().flat_map(|id| self.readers(self.event_def(*id))).collect();
        readers.sort_by(|a, b| a.wire_type.cmp(&b.wire_type));
        let variant = |event: &&EventDef| SetVariant {
            emitted: matches!(event.fate, EventFate::Current),
            ..set_variant(&event.name.value, event.doc.as_deref())
        };
        let set = Set {
            doc: Doc(vec![format!("What may have happened to a `{name}`.")]),
            name: names::event_set(name),
            definition: self.definition(Kind::Sets, &names::event_set(name).0, true),
            eq: events.iter().flat_map(|event| &event.current().shape.fields).all(|field| self.is_eq(&field.ty)),
            variants: events.iter().map(variant).collect(),
        };
        let variants = events.iter().map(|event| names::ident(&event.name.value)).collect();
        let streams = Some(format!("{}.{name}", aggregate.context));
        let compensations = events.iter().filter_map(|event| self.compensation(event)).collect();
        let of_events = EventSet { name: names::event_set(name), variants, readers, compensations, streams };
        [Item::Set(set), Item::EventSet(of_events)]
    }

    fn compensation(&self, event: &EventDef) -> Option<Compensation> {
        let compensates = event.compensates.as_ref()?;
        let fields = &event.current().shape.fields;
        Some(Compensation {
            event: names::ident(&event.name.value),
            other: names::ident(&self.event_def(compensates.event).name.value),
            by: compensates.by.iter().map(|(own, _)| names::ident(&fields[*own].name.value)).collect(),
        })
    }

    /// The events of the set: not those that are read as none, or as others.
    fn members(&self, aggregate: &AggregateDef) -> Vec<&EventDef> {
        let events = aggregate.events.iter().map(|id| self.event_def(*id));
        events.filter(|event| matches!(event.fate, EventFate::Current | EventFate::Retired(_))).collect()
    }

    /// One reader for each wire type under which the event was stored.
    pub(super) fn readers(self, event: &EventDef) -> Vec<Reader> {
        let current = event.current();
        let outcome = match &event.fate {
            EventFate::Current | EventFate::Retired(_) => Outcome::One,
            EventFate::Nothing(_) => Outcome::Nothing,
            EventFate::Becomes(_, children) => {
                Outcome::Several(children.iter().flat_map(|child| self.child_events(child, Vec::new())).collect())
            }
        };
        let mut readers: Vec<Reader> = Vec::new();
        for version in &event.versions {
            // Under the current name newer versions may come.
            let open = version.wire_type == current.wire_type && version.number == current.number;
            let last = (!open).then_some(version.number);
            match readers.iter_mut().find(|reader| reader.wire_type == version.wire_type) {
                Some(reader) => match reader.versions.last_mut() {
                    Some((_, end)) if *end == Some(version.number - 1) => *end = last,
                    Some(_) | None => reader.versions.push((version.number, last)),
                },
                None => readers.push(Reader {
                    wire_type: version.wire_type.clone(),
                    versions: vec![(version.number, last)],
                    event: plain(&names::ident(&event.name.value).0),
                    variant: names::ident(&event.name.value),
                    outcome: outcome.clone(),
                }),
            }
        }
        readers
    }

    /// What a child is read as in the end, reached through these structs.
    fn child_events(self, child: &Child, mut chain: Vec<RustType>) -> Vec<ChildEvent> {
        let event = self.event_def(child.event);
        let later = event.versions.iter().filter(|version| version.number >= child.version);
        chain.extend(later.map(|version| plain(&version_name(event, version).0)));
        match &event.fate {
            EventFate::Current | EventFate::Retired(_) => {
                vec![ChildEvent { variant: Some(names::ident(&event.name.value)), chain }]
            }
            EventFate::Nothing(_) => vec![ChildEvent { variant: None, chain }],
            EventFate::Becomes(_, children) => {
                children.iter().flat_map(|child| self.child_events(child, chain.clone())).collect()
            }
        }
    }

    fn handle_trait(self, aggregate: &AggregateDef) -> Dispatch {
        let name = &aggregate.name.value;
        Dispatch {
            doc: Doc(vec![format!("What a `{name}` does about each command: yours to write.")]),
            name: names::handle_trait(&names::command_set(name)),
            definition: self.defined(true, Vec::new()),
            set: names::command_set(name),
            aggregate: parameter(aggregate.commands.is_empty()),
            kind: DispatchKind::Handle { events: names::event_set(name), rejections: names::rejection_set(name) },
            methods: command_methods(aggregate),
        }
    }

    fn apply_trait(self, aggregate: &AggregateDef) -> Dispatch {
        let name = &aggregate.name.value;
        Dispatch {
            doc: Doc(vec![format!("What each event changes in a `{name}`: yours to write.")]),
            name: names::apply_trait(&names::event_set(name)),
            definition: self.defined(true, Vec::new()),
            set: names::event_set(name),
            aggregate: parameter(self.members(aggregate).is_empty()),
            kind: DispatchKind::Apply,
            methods: self.event_methods(aggregate),
        }
    }

    fn project_trait(self, aggregate: &AggregateDef) -> Dispatch {
        let name = &aggregate.name.value;
        let rows = format!("What each event of a `{name}` changes in the rows of a projection: yours to write.");
        Dispatch {
            doc: Doc(vec![rows]),
            name: names::project_trait(&names::event_set(name)),
            kind: DispatchKind::Project,
            ..self.apply_trait(aggregate)
        }
    }

    fn event_methods(self, aggregate: &AggregateDef) -> Vec<Method> {
        let method = |event: &EventDef| {
            let name = &event.name.value;
            let doc = doc::summary(event.doc.as_deref(), || format!("[`{name}`] has happened."));
            Method { emits: None, doc, name: names::event_method(name), of: names::ident(name) }
        };
        self.members(aggregate).into_iter().map(method).collect()
    }

    fn state(self, aggregate: &AggregateDef, state: &[StateField]) -> Vec<Item> {
        let name = names::ident(&aggregate.name.value);
        let doc = doc::or(aggregate.doc.as_deref(), || format!("The state of a `{}`.", name.0));
        let mut items = Vec::from(self.state_items(&name, doc, state, aggregate.snapshot.is_some()));
        items.push(Item::Aggregate(self.wiring(aggregate)));
        items
    }

    /// A struct of a state, and what it is at first. One that is stored can be written and read.
    pub(super) fn state_items(self, name: &Ident, doc: Doc, state: &[StateField], stored: bool) -> [Item; 2] {
        let field = |field: &StateField| RecordField {
            doc: doc::or(field.doc.as_deref(), || format!("`{}`.", field.name.value)),
            name: names::ident(&field.name.value),
            wire_name: field.name.value.clone(),
            ty: self.rust_type(&field.ty),
            codec: self.foreign_codec(&field.ty),
        };
        let plain_name = name.0.trim_start_matches("r#");
        let record = Record {
            doc,
            name: name.clone(),
            definition: self.definition(Kind::States, plain_name, true),
            eq: state.iter().all(|field| self.is_eq(&field.ty)),
            fields: state.iter().map(field).collect(),
            wire: stored.then(|| self.current_wire(plain_name, &kept(state))),
        };
        let initial =
            state.iter().map(|field| (names::ident(&field.name.value), self.literal(&field.initial, &field.ty)));
        let fallible = state.iter().any(|field| self.is_lifted(&field.initial));
        let initial = Initial { name: name.clone(), fields: initial.collect(), fallible };
        [Item::Record(record), Item::Initial(initial)]
    }

    fn wiring(self, aggregate: &AggregateDef) -> Aggregate {
        let name = &aggregate.name.value;
        Aggregate {
            name: names::ident(name),
            stream_name: name.clone(),
            context: aggregate.context.clone(),
            // What streams are named after is never a foreign type.
            id: self.on_wire().rust_type(&aggregate.id),
            events: names::event_set(name),
            commands: names::command_set(name),
            rejections: names::rejection_set(name),
            snapshot: self.snapshot(aggregate),
        }
    }

    #[cfg(feature = "snapshots")]
    fn snapshot(self, aggregate: &AggregateDef) -> Option<Snapshot> {
        let schema = || super::fingerprint::fingerprint(self.schema, self.lock(), aggregate);
        aggregate.snapshot.map(|revision| Snapshot { revision, schema: schema() })
    }

    /// A derive declares no aggregate in a schema.
    #[cfg(not(feature = "snapshots"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn snapshot(self, _: &AggregateDef) -> Option<Snapshot> {
        None
    }
}

/// A state as a snapshot keeps it.
fn kept(state: &[StateField]) -> factum_model::schema::Record {
    let field = |field: &StateField| FieldDef { name: field.name.clone(), ty: field.ty.clone(), doc: None };
    factum_model::schema::Record { fields: state.iter().map(field).collect() }
}

/// What a set's method calls the aggregate, which it does not need if the set is empty.
fn parameter(unused: bool) -> Ident {
    Ident(if unused { "_aggregate" } else { "aggregate" }.to_owned())
}

fn command_methods(aggregate: &AggregateDef) -> Vec<Method> {
    let method = |command: &CommandDef| {
        let name = &command.name.value;
        let doc = doc::summary(command.doc.as_deref(), || format!("Answers [`{name}`]."));
        let emits = command.emits.as_ref().map(|_| names::emitted_set(name));
        Method { emits, doc, name: names::command_method(name), of: names::ident(name) }
    };
    aggregate.commands.iter().map(method).collect()
}

fn set_variant(name: &str, doc: Option<&str>) -> SetVariant {
    let ident = names::ident(name);
    let ty = plain(&ident.0);
    SetVariant { doc: doc::summary(doc, || format!("[`{name}`].")), name: ident, ty, emitted: true }
}
