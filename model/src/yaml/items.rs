//! Events, commands and rejections: short or long.

use super::keys::{self, Form};
use super::reader::{Keyed, Reader};
use super::tree::{Entry, Key, Kind};
use crate::ast::{Command, Compensates, Deprecated, Event, Field, Rejection};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::names;
use crate::source::Spanned;

/// What stands after the name of an event, a command, a rejection or a union's kind.
pub(super) enum Written {
    /// Fields only.
    Short(Vec<Field>),
    /// A mapping with the key `fields`.
    Long(Keyed),
    /// Neither, which has been said.
    Broken,
}

impl Reader<'_, '_> {
    pub(super) fn event(&mut self, entry: Entry) -> Event {
        let name = spanned(&entry.key);
        match self.written(entry, &keys::EVENT, &keys::STORED_FIELD) {
            Written::Short(fields) => Event { name, fields, ..Event::default() },
            Written::Broken => Event { name, broken: true, ..Event::default() },
            Written::Long(mut keyed) => {
                let before = self.diagnostics.count();
                let mut event = Event {
                    doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
                    version: keyed.take(keys::VERSION).and_then(|entry| self.number(entry.value)),
                    renamed: keyed.take(keys::RENAMED).map(|entry| self.renamed(entry.value)).unwrap_or_default(),
                    personal: keyed.take(keys::PERSONAL).map_or_else(Vec::new, |e| self.texts(e.value, "`personal`")),
                    deprecated: keyed.take(keys::DEPRECATED).and_then(|entry| self.deprecated(entry)),
                    compensates: keyed.take(keys::COMPENSATES).and_then(|entry| self.compensates(entry)),
                    upcast: keyed.take(keys::UPCAST).map(|entry| self.upcast(entry.value)).unwrap_or_default(),
                    retired: keyed.take(keys::RETIRED).and_then(|entry| self.retired(entry)),
                    becomes: keyed.take(keys::BECOMES).and_then(|entry| self.becomes(entry)),
                    ..Event::default()
                };
                event.broken = keyed.broken() || self.diagnostics.count() > before;
                event.fields = self.long_fields(&mut keyed, &name.value, &keys::STORED_FIELD);
                Event { name, ..event }
            }
        }
    }

    pub(super) fn command(&mut self, entry: Entry) -> Command {
        let name = spanned(&entry.key);
        match self.written(entry, &keys::COMMAND, &keys::MESSAGE_FIELD) {
            Written::Short(fields) => Command { name, fields, ..Command::default() },
            Written::Broken => Command { name, broken: true, ..Command::default() },
            Written::Long(mut keyed) => Command {
                emits: keyed.take(keys::EMITS).map(|entry| self.texts(entry.value, "`emits`")),
                doc: keyed.take(keys::DOC).and_then(|entry| self.prose(entry)),
                fields: self.long_fields(&mut keyed, &name.value, &keys::MESSAGE_FIELD),
                broken: keyed.broken(),
                name,
            },
        }
    }

    pub(super) fn rejection(&mut self, entry: Entry) -> Rejection {
        let name = spanned(&entry.key);
        match self.written(entry, &keys::REJECTION, &keys::MESSAGE_FIELD) {
            Written::Short(fields) => Rejection { name, fields, ..Rejection::default() },
            Written::Broken => Rejection { name, broken: true, ..Rejection::default() },
            Written::Long(mut keyed) => {
                let before = self.diagnostics.count();
                let doc = keyed.take(keys::DOC).and_then(|entry| self.prose(entry));
                let message = keyed.take(keys::MESSAGE).and_then(|entry| self.message(entry));
                let broken = keyed.broken() || self.diagnostics.count() > before;
                let fields = self.long_fields(&mut keyed, &name.value, &keys::MESSAGE_FIELD);
                Rejection { name, doc, message, fields, broken }
            }
        }
    }

    /// A mapping is the long form exactly if it has the key `fields`.
    pub(super) fn written(&mut self, entry: Entry, form: &Form, field: &Form) -> Written {
        let Entry { key, value } = entry;
        if value.is_missing() {
            let message = format!("`{}` has no value", key.text);
            let help = format!("without fields it is written `{}: {{}}`", key.text);
            self.diagnostics.push(Diagnostic::error(Code::MissingValue, key.origin, message).help(help));
            return Written::Broken;
        }
        let Kind::Map(entries) = value.kind else {
            let expected = format!("{} is a mapping of its fields, `{}: {{ field: type }}`", form.name, key.text);
            self.wrong_shape(&value, &expected);
            return Written::Broken;
        };
        if entries.iter().any(|entry| entry.key.text == keys::FIELDS) {
            return Written::Long(self.keyed(entries, form));
        }
        let long = entries.iter().find(|entry| looks_long(&entry.key.text, form)).map(|entry| entry.key.clone());
        let before = self.diagnostics.count();
        let fields = self.fields_of(entries, field);
        if let Some(long) = long.filter(|_| self.diagnostics.count() > before) {
            self.diagnostics.retract(before);
            self.diagnostics.push(no_fields(&key, &long, form));
            return Written::Broken;
        }
        Written::Short(fields)
    }

    pub(super) fn long_fields(&mut self, keyed: &mut Keyed, name: &str, form: &Form) -> Vec<Field> {
        let what = format!("`fields` of `{name}`");
        keyed.take(keys::FIELDS).map_or_else(Vec::new, |entry| self.fields(entry.value, &what, form))
    }

    /// `compensates: SeatsReserved`, or `compensates: { event: SeatsReserved, by: [reservation] }`.
    fn compensates(&mut self, entry: Entry) -> Option<Compensates> {
        let Entry { key, value } = entry;
        let Kind::Map(entries) = value.kind else {
            let event = self.text(value, "the name of an event")?;
            return Some(Compensates { event, by: None });
        };
        let mut keyed = self.keyed(entries, &keys::COMPENSATION);
        let by = keyed.take(keys::BY).map(|entry| self.texts(entry.value, "`by`"));
        let Some(event) = keyed.take(keys::EVENT_NAME) else {
            let message = "`compensates` does not say which event is taken back";
            let help = "write `compensates: { event: <event>, by: [<field>] }`, or `compensates: <event>`";
            self.diagnostics.push(Diagnostic::error(Code::MissingKey, key.origin, message).help(help));
            return None;
        };
        Some(Compensates { event: self.text(event.value, "the name of an event")?, by })
    }

    /// `deprecated: { since: 3, use: OtherEvent }`.
    fn deprecated(&mut self, entry: Entry) -> Option<Deprecated> {
        let Entry { key, value } = entry;
        let entries = self.mapping(value, "`deprecated`", "deprecated: { since: 2 }")?;
        let mut keyed = self.keyed(entries, &keys::DEPRECATION);
        let instead = keyed.take(keys::USE).and_then(|entry| self.text(entry.value, "the name of an event"));
        let Some(since) = keyed.take(keys::SINCE) else {
            let message = "`deprecated` does not say since which version";
            let help = "write `deprecated: { since: <version>, use: <event> }`; `use` may be left out";
            self.diagnostics.push(Diagnostic::error(Code::MissingKey, key.origin, message).help(help));
            return None;
        };
        Some(Deprecated { since: self.number(since.value)?, instead })
    }
}

/// One message for what would be one for each key.
fn no_fields(name: &Key, long: &Key, form: &Form) -> Diagnostic {
    let message = format!("without the key `fields`, every key of `{}` is a field, also `{}`", name.text, long.text);
    Diagnostic::error(Code::MissingKey, long.origin, message)
        .related(name.origin, format!("{} without `fields`", form.name))
        .help("put the fields below `fields:`; without any write `fields: {}`")
}

/// Whether a key of the short form was most likely meant as one of the long form.
fn looks_long(key: &str, form: &Form) -> bool {
    form.has(key) || form.refused.contains(&key) || names::nearest(key, [keys::FIELDS]).is_some()
}

pub(super) fn spanned(key: &Key) -> Spanned<String> {
    Spanned::new(key.text.clone(), key.origin)
}
