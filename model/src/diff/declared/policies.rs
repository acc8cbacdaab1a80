//! Policies. What they react to and may do about it is stored nowhere; what an instance knows is, under its version.

use super::super::{Change, Kind, Of, Subject};
use super::docs;
use super::names::{Names, qualified};
use super::requests::{Lines, compare, fields};
use super::states::{State, States};
use crate::ast::{Policy, QualifiedName};
use crate::names::full_name;
use crate::source::Origin;

/// A policy, and the context that it is in.
pub(super) type Declared<'d> = (&'d str, &'d Policy);

pub(super) fn of((context, policy): Declared<'_>, was: bool, origin: Origin) -> Of {
    let name = full_name(context, &policy.name.value);
    Of { subject: Subject::Policy(name.clone()), was: was.then_some(name), origin }
}

pub(super) fn changed<'d>(
    names: &Names<'_>,
    states: &States<'d>,
    before: Declared<'d>,
    now: Declared<'d>,
    changes: &mut Vec<Change>,
) {
    if before.1.broken || now.1.broken {
        return;
    }
    let of = of(now, true, now.1.name.origin);
    docs::changed(&of, &docs::of_policy(before.1), &docs::of_policy(now.1), changes);
    state(&of, states, before, now, changes);
    compare(&of, &parts(names, before), &parts(names, now), &|edit| Kind::PolicyChanged { edit }, changes);
}

fn state<'d>(of: &Of, states: &States<'d>, before: Declared<'d>, now: Declared<'d>, changes: &mut Vec<Change>) {
    let version = |policy: &Policy| policy.state_version.as_ref().map_or(1, |version| version.value);
    let [old, new] = [before, now].map(|(context, policy)| (context, &*policy.state));
    let (was, is) = (version(before.1), version(now.1));
    if was != is || !states.same(old, new) {
        let [of_old, of_new] = states.told(old, new);
        let told = |version: u32, (context, state): State<'_>, held: &str| {
            format!("version {version}{}{held}", fields(state, context))
        };
        let kind = Kind::PolicyStateChanged { version: is.cmp(&was) };
        changes.push(of.change(kind, told(was, old, &of_old), told(is, new, &of_new)));
    }
}

/// All that it does, each in a line.
fn parts(names: &Names<'_>, (context, policy): Declared<'_>) -> Lines {
    let issues = |issued: &[QualifiedName]| {
        let mut all: Vec<String> = issued.iter().map(|name| qualified(context, name)).collect();
        all.sort();
        (!all.is_empty()).then(|| format!("issues {}", all.join(" or ")))
    };
    let mut lines = Lines::new();
    for reaction in &policy.on {
        let event = names.event(context, &reaction.event);
        let starts = reaction.starts.then(|| "starts".to_owned());
        let by = reaction.by.as_ref().map(|by| format!("by {}", names.field(context, &reaction.event, &by.value)));
        let line = line(format!("on {event}"), [starts, by, issues(&reaction.issues)]);
        lines.insert(format!("on {event}"), (line, reaction.event.name.origin));
    }
    for timeout in &policy.timeouts {
        let name = format!("timeout {}", timeout.name.value);
        lines.insert(name.clone(), (line(name, [issues(&timeout.issues)]), timeout.name.origin));
    }
    if let Some(first) = policy.rejected.first() {
        let name = "rejected".to_owned();
        lines.insert(name.clone(), (line(name, [issues(&policy.rejected)]), first.name.origin));
    }
    lines
}

fn line<const N: usize>(name: String, parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { name } else { format!("{name}: {}", parts.join(", ")) }
}
