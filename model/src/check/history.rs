//! Whether the lines that tell a history can all be true: of an event, and of a declared type.

use std::collections::BTreeSet;

use super::lives::{self, Life};
use super::versions::{self, Subject};
use crate::ast::{Event, Field, TypeBody, TypeDecl, UpcastHow, Variant};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Origin, Spanned};

/// The newest version that is stored, if the event's history holds together.
pub(crate) fn event(event: &Event, diagnostics: &mut Diagnostics) -> Option<u32> {
    let before = diagnostics.count();
    let own = Life { renamed: &event.renamed, ..Life::endless("event", &event.name) };
    lives::history_begins_with_version_2(&own, diagnostics);
    lives::a_life_is_in_order(&own, diagnostics);
    let steps = event.upcast.iter().map(|upcast| &upcast.version);
    for version in steps.chain(end(event)) {
        lives::a_step_begins_with_version_2(version, diagnostics);
    }
    fields(&event.fields, diagnostics);
    nothing_is_filled_by_hand(event, diagnostics);
    let readable = !event.broken && !event.fields.iter().any(|field| field.broken);
    if !readable || diagnostics.count() > before {
        return None;
    }
    let upcast = event.upcast.iter().map(|upcast| &upcast.version);
    let others = upcast.chain(end(event)).map(|version| (version.value, version.origin));
    let lines: Vec<_> = own.lines().chain(lines_of(&event.fields)).chain(others).collect();
    let subject = Subject {
        noun: "event",
        name: &event.name,
        version: event.version.as_ref(),
        lines,
        also_changed: &BTreeSet::new(),
        width: event.fields.len(),
    };
    let newest = versions::newest(&subject, diagnostics)?;
    an_end_is_the_end(event, &subject, diagnostics)?;
    Some(end(event).next().map_or(newest, |end| end.value - 1))
}

/// The newest version, if the type's history holds together. In `also_changed` others changed with which it shares its
/// version number.
pub(crate) fn declared_type(
    decl: &TypeDecl,
    also_changed: &BTreeSet<u32>,
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let before = diagnostics.count();
    let width = match &decl.body {
        TypeBody::Struct(declared) => {
            fields(declared, diagnostics);
            declared.len()
        }
        TypeBody::Newtype { retyped, .. } => {
            let life = Life { retyped, ..Life::endless("newtype", &decl.name) };
            lives::history_begins_with_version_2(&life, diagnostics);
            1
        }
        TypeBody::Enum(values) => {
            variants("value", &values.value, diagnostics);
            values.value.len()
        }
        TypeBody::Union(kinds) => {
            variants("kind", &kinds.value, diagnostics);
            for kind in &kinds.value {
                fields(&kind.fields, diagnostics);
                lives::fields_live_with_their_kind(kind, diagnostics);
            }
            kinds.value.iter().map(|kind| kind.fields.len() + 1).sum()
        }
        TypeBody::Broken => return None,
    };
    if diagnostics.count() > before || decl.broken || broken(&decl.body) {
        return None;
    }
    let version = decl.version.as_ref();
    let subject = Subject { noun: "type", name: &decl.name, version, lines: type_lines(decl), also_changed, width };
    versions::newest(&subject, diagnostics)
}

/// Every line of a type that tells a change: the version and where it stands.
pub(crate) fn type_lines(decl: &TypeDecl) -> Vec<(u32, Origin)> {
    match &decl.body {
        TypeBody::Struct(fields) => lines_of(fields).collect(),
        TypeBody::Newtype { retyped, .. } => Life { retyped, ..Life::endless("newtype", &decl.name) }.lines().collect(),
        TypeBody::Enum(variants) | TypeBody::Union(variants) => variants
            .value
            .iter()
            .flat_map(|variant| Life::of_variant("value", variant).lines().chain(lines_of(&variant.fields)))
            .collect(),
        TypeBody::Broken => Vec::new(),
    }
}

fn lines_of(fields: &[Field]) -> impl Iterator<Item = (u32, Origin)> {
    fields.iter().flat_map(|field| Life::of_field(field).lines())
}

fn broken(body: &TypeBody) -> bool {
    let broken = |fields: &[Field]| fields.iter().any(|field| field.broken);
    match body {
        TypeBody::Struct(fields) => broken(fields),
        TypeBody::Newtype { .. } => false,
        TypeBody::Enum(variants) | TypeBody::Union(variants) => {
            variants.value.iter().any(|variant| variant.broken || broken(&variant.fields))
        }
        TypeBody::Broken => true,
    }
}

/// The rules about fields that live together.
fn fields(fields: &[Field], diagnostics: &mut Diagnostics) {
    for field in fields.iter().filter(|field| !field.broken) {
        let life = Life::of_field(field);
        lives::history_begins_with_version_2(&life, diagnostics);
        lives::a_life_is_in_order(&life, diagnostics);
        lives::a_default_is_for_older_events(field, diagnostics);
    }
    let lives: Vec<_> = fields.iter().map(Life::of_field).collect();
    lives::names_are_for_good(&lives, diagnostics);
}

/// The rules about values, or kinds, that live together.
fn variants(noun: &'static str, variants: &[Variant], diagnostics: &mut Diagnostics) {
    let lives: Vec<_> = variants.iter().map(|variant| Life::of_variant(noun, variant)).collect();
    for life in &lives {
        lives::history_begins_with_version_2(life, diagnostics);
        lives::a_life_is_in_order(life, diagnostics);
    }
    lives::names_are_for_good(&lives, diagnostics);
}

/// The version in which the event ended, if it did.
fn end(event: &Event) -> impl Iterator<Item = &Spanned<u32>> {
    let retired = event.retired.iter().map(|retired| &retired.version);
    retired.chain(event.becomes.iter().map(|becomes| &becomes.version))
}

/// Where the user writes the step, the lines give shapes only: a `default` or a `via` would never be used.
fn nothing_is_filled_by_hand(event: &Event, diagnostics: &mut Diagnostics) {
    let by_hand = event.upcast.iter().filter(|upcast| matches!(upcast.how, UpcastHow::ByHand));
    for Spanned { value: version, origin } in by_hand.map(|upcast| &upcast.version) {
        for field in &event.fields {
            let added = field.added.as_ref().is_some_and(|added| added.value == *version);
            let default = field.default.iter().filter(|_| added).map(|default| ("default", default.origin));
            let via = field.retyped.iter().filter(|change| change.version.value == *version);
            let via = via.filter_map(|change| change.from.via.as_ref()).map(|via| ("via", via.origin));
            for (key, place) in default.chain(via) {
                let message = format!("version {version} is written by hand, so nobody would use this `{key}`");
                let help = format!("take `{key}` out, and let your `Upcast` make the value of `{}`", field.name.value);
                diagnostics.push(
                    Diagnostic::error(Code::ByHandFilled, place, message).related(*origin, "`by_hand` here").help(help),
                );
            }
        }
    }
}

/// An event ends once, and nothing changes in it afterwards. Only what it becomes may be made by hand.
fn an_end_is_the_end(event: &Event, subject: &Subject<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut ends = end(event);
    let end = ends.next();
    let Some(end) = end else { return Some(()) };
    let before = diagnostics.count();
    if let Some(second) = ends.next() {
        let message = format!("`{}` cannot both be retired and become something else", event.name.value);
        let help = "an event that becomes others is not emitted any more: take `retired` out";
        diagnostics.push(
            Diagnostic::error(Code::EventEnded, second.origin, message).related(end.origin, "retired here").help(help),
        );
        return None;
    }
    let by_hand = |origin: Origin| {
        let upcast = event.upcast.iter().find(|upcast| upcast.version.origin == origin);
        event.becomes.is_some() && upcast.is_some_and(|upcast| matches!(upcast.how, UpcastHow::ByHand))
    };
    let later = subject.lines.iter().filter(|(version, origin)| {
        let its_own = *origin == end.origin || *version == end.value && by_hand(*origin);
        *version >= end.value && !its_own
    });
    for (version, origin) in later {
        let message = format!("`{}` has no version {version}: it ended before version {}", event.name.value, end.value);
        diagnostics.push(
            Diagnostic::error(Code::EventEnded, *origin, message)
                .related(end.origin, format!("version {} was the last one stored", end.value - 1))
                .help("take the change out: what is not stored any more cannot change"),
        );
    }
    (diagnostics.count() == before).then_some(())
}
