//! Aggregates: id, state, commands, rejections.

use super::{Catalog, events, text};
use crate::ast::{Command, Document, Field, Rejection, TemplatePart};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::literal;
use crate::names;
use crate::schema::{AggregateDef, AggregateId, CommandDef, EventId, MessagePart, RejectionDef, StateField};
use crate::source::Spanned;

/// The aggregate that a file describes; `None` if something of it is not right.
pub(super) fn aggregate(
    id: AggregateId,
    document: &Document,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<AggregateDef> {
    let context = document.context.value.as_str();
    let state = document.state.as_ref().map(|state| {
        state.value.iter().map(|field| state_field(field, context, catalog, diagnostics)).collect::<Vec<_>>()
    });
    let commands = document.commands.iter().flat_map(|commands| &commands.value);
    let commands: Vec<_> = commands.map(|found| command(found, id, context, catalog, diagnostics)).collect();
    let rejections = document.rejections.iter().flat_map(|rejections| &rejections.value);
    let rejections: Vec<_> = rejections.map(|found| rejection(found, context, catalog, diagnostics)).collect();
    let name = document.aggregate.clone()?;
    Some(AggregateDef {
        name,
        context: context.to_owned(),
        doc: text(document.doc.as_ref()),
        id: catalog.resolve(&document.id.as_ref()?.value, context)?,
        state: match state {
            Some(fields) => Some(fields.into_iter().collect::<Option<_>>()?),
            None => None,
        },
        snapshot: document.snapshot.as_ref().map(|snapshot| snapshot.value),
        commands: commands.into_iter().collect::<Option<_>>()?,
        rejections: rejections.into_iter().collect::<Option<_>>()?,
        events: catalog.event_ids().filter(|(_, event)| event.aggregate == Some(id)).map(|(event, _)| event).collect(),
    })
}

pub(super) fn state_field(
    field: &Field,
    context: &str,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<StateField> {
    if field.broken {
        return None;
    }
    let ty = catalog.resolve(&field.ty, context)?;
    let initial = match &field.default {
        Some(default) => literal::read(default, &ty, catalog, diagnostics),
        None => catalog.empty(&ty).or_else(|| {
            if catalog.is_known(&ty) {
                diagnostics.push(no_initial(field, &catalog.spell(&ty), &literal::example(&ty, catalog)));
            }
            None
        }),
    };
    Some(StateField { name: field.name.clone(), ty, doc: text(field.doc.as_ref()), initial: initial? })
}

fn no_initial(field: &Field, spelled: &str, example: &str) -> Diagnostic {
    let name = &field.name.value;
    let message =
        format!("what `{name}` is before the first event is not known: `{spelled}` has no natural empty value");
    Diagnostic::error(Code::StateDefaultMissing, field.name.origin, message)
        .help(format!("give it a value: `{name}: {{ type: {spelled}, default: {example} }}`"))
        .help(format!("or let it be null until it is known: `{name}: {spelled}?`"))
}

fn command(
    command: &Command,
    aggregate: AggregateId,
    context: &str,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<CommandDef> {
    let mut emitted = Vec::new();
    for name in command.emits.iter().flatten() {
        let event = events::named(name, context, catalog, diagnostics)
            .filter(|event| is_emitted(*event, name, command, aggregate, catalog, diagnostics));
        if event.is_some_and(|event| emitted.contains(&event)) {
            let twice = Diagnostic::error(Code::Emits, name.origin, format!("`{}` is named twice", name.value));
            diagnostics.push(twice.help("once is enough: it may happen several times"));
        }
        emitted.extend(event);
    }
    let emits = command.emits.is_some().then_some(emitted);
    let shape = catalog.record(&command.fields, context)?;
    Some(CommandDef { name: command.name.clone(), doc: text(command.doc.as_ref()), emits, shape })
}

/// A command makes events of its own aggregate happen, that have not ended.
fn is_emitted(
    event: EventId,
    name: &Spanned<String>,
    command: &Command,
    aggregate: AggregateId,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let declared = &catalog.events[event.0 as usize];
    let (message, help) = if declared.aggregate != Some(aggregate) {
        let message = format!("`{}` does not belong to the aggregate of `{}`", name.value, command.name.value);
        (message, "a command makes events of its own aggregate happen; what others do about them is a policy")
    } else if declared.event.retired.is_some() || declared.event.becomes.is_some() {
        let message = format!("`{}` has ended, so no command can emit it", name.value);
        (message, "name the event that is emitted in its place")
    } else {
        return true;
    };
    let refused = Diagnostic::error(Code::Emits, name.origin, message);
    diagnostics.push(refused.related(declared.event.name.origin, "declared here").help(help));
    false
}

fn rejection(
    rejection: &Rejection,
    context: &str,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<RejectionDef> {
    if rejection.broken {
        return None;
    }
    let message = match &rejection.message {
        Some(parts) => parts.iter().map(|part| message_part(part, rejection, context, catalog, diagnostics)).collect(),
        None => vec![Some(MessagePart::Text(names::words(&rejection.name.value)))],
    };
    Some(RejectionDef {
        name: rejection.name.clone(),
        doc: text(rejection.doc.as_ref()),
        message: message.into_iter().collect::<Option<_>>()?,
        shape: catalog.record(&rejection.fields, context)?,
    })
}

fn message_part(
    part: &TemplatePart,
    rejection: &Rejection,
    context: &str,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<MessagePart> {
    let name = match part {
        TemplatePart::Text(text) => return Some(MessagePart::Text(text.clone())),
        TemplatePart::Field(name) => name,
    };
    let Some(index) = rejection.fields.iter().position(|field| field.name.value == name.value) else {
        let message = format!("`{}` has no field `{}`", rejection.name.value, name.value);
        let known: Vec<&str> = rejection.fields.iter().map(|field| field.name.value.as_str()).collect();
        let unknown = Diagnostic::error(Code::UnknownMessageField, name.origin, message)
            .suggest(&name.value, known.iter().copied());
        diagnostics.push(if known.is_empty() {
            unknown.help("it has no fields: declare one below its `fields:`")
        } else {
            unknown.help(format!("its fields are `{}`", known.join("`, `")))
        });
        return None;
    };
    let field = &rejection.fields[index];
    if let Some(ty) = catalog.resolve(&field.ty, context).filter(|ty| !catalog.is_printable(ty)) {
        let message = format!("a message cannot show `{}`, which is a `{}`", field.name.value, catalog.spell(&ty));
        diagnostics.push(
            Diagnostic::error(Code::UnprintableField, name.origin, message)
                .related(field.name.origin, "declared here")
                .help("messages show text, numbers, bool, uuid, times, decimals, enums, and newtypes of these"),
        );
        return None;
    }
    Some(MessagePart::Field(index))
}
