//! What no single field can tell of an event: steps over several fields, and its end.

use super::keys::{self, Form};
use super::reader::Reader;
use super::tree::{Entry, Key, Kind, Node};
use crate::ast::{Becomes, ChildName, Operation, Retired, StructuralStep, Upcast, UpcastHow};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

const BY_HAND: &str = "by_hand";
const NOTHING: &str = "nothing";

impl Reader<'_, '_> {
    /// `upcast: { 3: [ { join: { .. } } ], 4: by_hand }`.
    pub(super) fn upcast(&mut self, node: Node) -> Vec<Upcast> {
        let entries = self.mapping(node, "`upcast`", "upcast: {}").unwrap_or_default();
        let version = |entry: Entry| {
            let version = self.version_key(&entry.key);
            let how = self.how(entry.value);
            Some(Upcast { version: version?, how: how? })
        };
        entries.into_iter().filter_map(version).collect()
    }

    fn how(&mut self, node: Node) -> Option<UpcastHow> {
        match node.kind {
            Kind::List(nodes) => {
                let steps: Vec<_> = nodes.into_iter().map(|node| self.step(node)).collect();
                Some(UpcastHow::Steps(steps.into_iter().flatten().collect()))
            }
            Kind::Scalar(scalar) if scalar.text == BY_HAND => Some(UpcastHow::ByHand),
            Kind::Scalar(_) | Kind::Map(_) => {
                let message = format!("expected `{BY_HAND}` or a list of steps, but this is {}", node.noun());
                let help = "write `[ { join: { from: [first, last], into: name, with: \" \" } } ]`; other steps are \
                            `split`, `nest` and `flatten`";
                let origin = self.visible(&node);
                self.diagnostics.push(Diagnostic::error(Code::WrongShape, origin, message).help(help));
                None
            }
        }
    }

    /// `{ join: { from: .., into: .., with: .. } }`; several keys are several steps.
    fn step(&mut self, node: Node) -> Vec<StructuralStep> {
        let origin = node.origin;
        let Some(entries) = self.mapping(node, "a step", "[]") else { return Vec::new() };
        if entries.is_empty() {
            let help = "a step is one of `join`, `split`, `nest` and `flatten`; without steps there is no `upcast`";
            self.diagnostics.push(Diagnostic::error(Code::MissingKey, origin, "a step that does nothing").help(help));
        }
        let mut keyed = self.keyed(entries, &keys::OPERATIONS);
        let known = [
            (keys::JOIN, Operation::Join, &keys::TEXT_STEP),
            (keys::SPLIT, Operation::Split, &keys::TEXT_STEP),
            (keys::NEST, Operation::Nest, &keys::STRUCT_STEP),
            (keys::FLATTEN, Operation::Flatten, &keys::STRUCT_STEP),
        ];
        let found = known.into_iter().filter_map(|(key, operation, form)| Some((keyed.take(key)?, operation, form)));
        found.map(|(entry, operation, form)| self.arguments(entry, operation, form)).collect()
    }

    fn arguments(&mut self, entry: Entry, operation: Operation, form: &Form) -> StructuralStep {
        let Entry { key, value } = entry;
        let what = format!("`{}`", key.text);
        let entries = self.mapping(value, &what, "{ from: [], into: [] }").unwrap_or_default();
        let mut keyed = self.keyed(entries, form);
        let mut names = |reader: &mut Self, argument: &str| {
            let Some(entry) = keyed.take(argument) else {
                reader.missing_argument(&key, argument);
                return Vec::new();
            };
            reader.one_or_more(entry.value, &format!("`{argument}`"))
        };
        let from = names(self, keys::FROM);
        let into = names(self, keys::INTO);
        let with = keyed.take(keys::WITH).and_then(|entry| self.text(entry.value, "a text"));
        if with.is_none() && form.has(keys::WITH) {
            self.missing_argument(&key, keys::WITH);
        }
        StructuralStep { operation: Spanned::new(operation, key.origin), from, into, with }
    }

    fn missing_argument(&mut self, step: &Key, argument: &str) {
        let message = format!("`{}` has no `{argument}`", step.text);
        let help = match step.text.as_str() {
            keys::JOIN => "write `{ join: { from: [first, last], into: name, with: \" \" } }`",
            keys::SPLIT => "write `{ split: { from: name, into: [first, last], with: \" \" } }`",
            keys::NEST => "write `{ nest: { from: [street, city], into: address } }`",
            _ => "write `{ flatten: { from: address, into: [street, city] } }`",
        };
        self.diagnostics.push(Diagnostic::error(Code::MissingKey, step.origin, message).help(help));
    }

    /// `retired: 5`, or `retired: { 5: nothing }`.
    pub(super) fn retired(&mut self, entry: Entry) -> Option<Retired> {
        let Entry { key, value } = entry;
        let Kind::Map(entries) = value.kind else {
            return self.number(value).map(|version| Retired { version, nothing: false });
        };
        let (version, value) = self.only_version(&key, entries)?;
        let what = self.text(value, "`nothing`")?;
        if what.value != NOTHING {
            let message = format!("expected `{NOTHING}`, found `{}`", crate::names::shortened(&what.value));
            let help = format!(
                "`retired: {}` keeps stored events in the set, `retired: {{ {}: {NOTHING} }}` reads them as no event",
                version.value, version.value
            );
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, what.origin, message).help(help));
        }
        Some(Retired { version, nothing: true })
    }

    /// `becomes: { 5: [SeatsHeld@1, SeatsPaid@1] }`.
    pub(super) fn becomes(&mut self, entry: Entry) -> Option<Becomes> {
        let Entry { key, value } = entry;
        let entries = self.mapping(value, "`becomes`", "becomes: { 2: [] }")?;
        let (version, value) = self.only_version(&key, entries)?;
        let names = self.texts(value, "what an event becomes");
        let children: Vec<_> = names.iter().map(|name| self.child(name)).collect();
        Some(Becomes { version, children: children.into_iter().collect::<Option<_>>()? })
    }

    /// An event ends once.
    fn only_version(&mut self, key: &Key, entries: Vec<Entry>) -> Option<(Spanned<u32>, Node)> {
        let count = entries.len();
        let mut entries = entries.into_iter();
        let (Some(entry), 1) = (entries.next(), count) else {
            let message = format!("`{}` names one version, the first that is never stored", key.text);
            let help = format!("write `{}: {{ <version>: ... }}`", key.text);
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, key.origin, message).help(help));
            return None;
        };
        Some((self.version_key(&entry.key)?, entry.value))
    }

    /// `SeatsHeld@1`: without the version, a later change of the event would change what was read.
    fn child(&mut self, text: &Spanned<String>) -> Option<ChildName> {
        let Some((event, version)) = text.value.split_once('@') else {
            let message = format!("`{}` does not say which version is made", crate::names::shortened(&text.value));
            let help = format!("write `{}@1`: it takes its later steps from there", text.value);
            self.diagnostics.push(Diagnostic::error(Code::WrongShape, text.origin, message).help(help));
            return None;
        };
        let version = self.plain_number(&Spanned::new(version.trim().to_owned(), text.origin))?;
        Some(ChildName { event: Spanned::new(event.trim().to_owned(), text.origin), version })
    }
}
