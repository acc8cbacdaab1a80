//! `show`: an event, its fields and their history.

use std::fmt::Write as _;

use factum_codegen::lower::{changes, spelled};
use factum_model::Sources;
use factum_model::printable::printable;
use factum_model::schema::{EventDef, EventFate, EventId, FieldDef, Schema, VersionDef};

use super::reviewed;
use crate::args::{Cli, Show};
use crate::style::{FAINT, STRONG, WARNING, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Show, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let events: Vec<Found<'_>> =
        checked.into_iter().flat_map(|checked| events(checked.schema(), &reviewed.sources)).collect();
    let wanted: Vec<&Found<'_>> = events.iter().filter(|event| event.is_called(&arguments.event)).collect();
    if wanted.is_empty() {
        let names = events.iter().map(|event| event.def.name.value.as_str());
        return Err(Failure::no_such("event", &arguments.event, names));
    }
    for (index, event) in wanted.into_iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        let version = arguments.at.unwrap_or(event.def.current().number);
        let page = event.page(version)?;
        world.print(format!("{gap}{page}"))?;
    }
    Ok(Exit::Clean)
}

/// An event and the schema that declares it.
struct Found<'f> {
    schema: &'f Schema,
    def: &'f EventDef,
    /// `schemas/conference.yaml:62`
    place: String,
}

fn events<'f>(schema: &'f Schema, sources: &Sources) -> Vec<Found<'f>> {
    let place = |def: &EventDef| {
        let place = sources.place(def.origin())?;
        let (line, _) = sources.line_and_column(&place);
        Some(format!("{}:{line}", sources.name(place.file)))
    };
    schema.events.iter().map(|def| Found { schema, def, place: place(def).unwrap_or_default() }).collect()
}

impl Found<'_> {
    /// By its name, with or without its context, or by any name that it was ever stored under.
    fn is_called(&self, asked: &str) -> bool {
        let known = |wire: &str| wire == asked || wire.rsplit('.').next() == Some(asked);
        self.def.name.value == asked || self.def.versions.iter().any(|version| known(&version.wire_type))
    }

    fn version(&self, number: u32) -> Result<&VersionDef, Failure> {
        let found = self.def.versions.iter().find(|version| version.number == number);
        found.ok_or_else(|| Failure::Unknown {
            message: format!("`{}` has no version {number}", self.def.name.value),
            help: Some(format!("its newest is {}", self.def.current().number)),
        })
    }

    fn page(&self, number: u32) -> Result<String, Failure> {
        let version = self.version(number)?;
        let mut page = String::new();
        let readable = match version.readable_from {
            from if from == number => String::new(),
            from => format!(", readable by code from version {from} on"),
        };
        let head = format!("{}, version {number} of {}", version.wire_type, self.def.current().number);
        let _ = writeln!(page, "{}{readable}", styled(STRONG, printable(&head)));
        let _ = writeln!(page, "{}", styled(FAINT, printable(&self.place)));
        for line in self.def.doc.iter().flat_map(|doc| doc.trim().lines()) {
            let _ = writeln!(page, "{}", printable(line));
        }
        for line in self.notes() {
            let _ = writeln!(page, "{}", styled(WARNING, line));
        }
        for line in self.causes() {
            let _ = writeln!(page, "{}", styled(FAINT, line));
        }
        self.fields(&mut page, version);
        self.history(&mut page);
        Ok(page)
    }

    /// What else there is to know of the event.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(deprecated) = &self.def.deprecated {
            let instead = deprecated.instead.and_then(|id| self.schema.events.get(id.0 as usize));
            let instead = instead.map_or_else(String::new, |event| format!(": emit {} instead", event.name.value));
            notes.push(format!("deprecated since version {}{instead}", deprecated.since));
        }
        if let Some(compensates) = &self.def.compensates
            && let Some(other) = self.schema.events.get(compensates.event.0 as usize)
        {
            let fields = &self.def.current().shape.fields;
            let by = compensates.by.iter().filter_map(|(own, _)| Some(fields.get(*own)?.name.value.as_str()));
            let by: Vec<&str> = by.collect();
            let which = if by.is_empty() { String::new() } else { format!(" with the same {}", by.join(", ")) };
            notes.push(format!("takes back the last {}{which}", other.name.value));
        }
        for other in self.schema.events.iter().filter(|other| self.is_taken_back_by(other)) {
            notes.push(format!("taken back by {}", other.name.value));
        }
        match &self.def.fate {
            EventFate::Current => {}
            EventFate::Retired(version) => notes.push(format!("retired with version {version}: no longer emitted")),
            EventFate::Nothing(version) => notes.push(format!("retired with version {version}, and read as nothing")),
            EventFate::Becomes(version, children) => {
                let children = children.iter().filter_map(|child| {
                    let event = self.schema.events.get(child.event.0 as usize)?;
                    Some(format!("{}@{}", event.name.value, child.version))
                });
                let children: Vec<String> = children.collect();
                notes.push(format!("since version {version} read as {}", children.join(", ")));
            }
        }
        notes
    }

    /// What makes it happen, and what happens because of it.
    fn causes(&self) -> Vec<String> {
        let is_it =
            |id: EventId| self.schema.events.get(id.0 as usize).is_some_and(|event| event.name == self.def.name);
        let mut lines = Vec::new();
        for command in self.schema.aggregates.iter().flat_map(|aggregate| &aggregate.commands) {
            if command.emits.iter().flatten().any(|id| is_it(*id)) {
                lines.push(format!("emitted by {}", command.name.value));
            }
        }
        for policy in &self.schema.policies {
            for reaction in policy.reactions.iter().filter(|reaction| is_it(reaction.event.value)) {
                let commands = reaction.issues.iter().map(|id| self.schema.command(id.value).name.value.as_str());
                let commands: Vec<&str> = commands.collect();
                let issues = if commands.is_empty() { "nothing".to_owned() } else { commands.join(", ") };
                let starts = if reaction.starts { "starts" } else { "continues" };
                lines.push(format!("{starts} the policy {}, which issues {issues}", policy.name.value));
            }
        }
        lines
    }

    fn is_taken_back_by(&self, other: &EventDef) -> bool {
        let taken_back = other.compensates.as_ref().and_then(|found| self.schema.events.get(found.event.0 as usize));
        taken_back.is_some_and(|event| event.name == self.def.name)
    }

    fn fields(&self, page: &mut String, version: &VersionDef) {
        let fields = &version.shape.fields;
        let width = fields.iter().map(|field| field.name.value.len()).max().unwrap_or_default();
        let types: Vec<String> = fields.iter().map(|field| spelled(self.schema, &field.ty)).collect();
        let type_width = types.iter().map(String::len).max().unwrap_or_default();
        page.push_str(if fields.is_empty() { "\n  no fields\n" } else { "\n" });
        for (field, ty) in fields.iter().zip(&types) {
            let note = self.note(field);
            let _ = if note.is_empty() {
                writeln!(page, "  {:width$}  {ty}", field.name.value)
            } else {
                writeln!(page, "  {:width$}  {ty:type_width$}  {}", field.name.value, styled(FAINT, printable(&note)))
            };
        }
    }

    fn note(&self, field: &FieldDef) -> String {
        let personal = self.def.personal.iter().any(|name| name.value == field.name.value);
        let doc = field.doc.as_deref().and_then(|doc| doc.trim().lines().next()).unwrap_or_default();
        match (personal, doc) {
            (true, "") => "personal data".to_owned(),
            (true, doc) => format!("personal data: {doc}"),
            (false, doc) => doc.to_owned(),
        }
    }

    /// Newest first.
    fn history(&self, page: &mut String) {
        if self.def.versions.len() < 2 {
            return;
        }
        page.push('\n');
        for pair in self.def.versions.windows(2).rev() {
            let changes = changes(self.schema, &pair[0], &pair[1]);
            let mut label = format!("version {}", pair[1].number);
            for change in changes {
                let _ = writeln!(page, "  {label:12}  {}", printable(&change));
                label.clear();
            }
        }
    }
}
