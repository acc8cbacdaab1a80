//! Events that cause each other without end, through policies and the commands that these issue.

use core::fmt::Write as _;
use std::collections::HashSet;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{CommandDef, CommandId, EventId, PolicyDef, Schema};
use crate::source::{Origin, Spanned};

/// How one event leads to another.
#[derive(Clone, Copy)]
struct Link<'s> {
    policy: &'s PolicyDef,
    command: &'s CommandDef,
    /// Where the policy says that it issues the command.
    origin: Origin,
    to: EventId,
}

/// Warns of each way from an event back to itself: a policy reacts to it and issues a command, which emits an event, and so
/// on. What a command emits is known where it says so (`emits`): of others nothing is supposed. Timeouts are left out,
/// since to be reminded every week is no accident.
pub(crate) fn circles(schema: &Schema, diagnostics: &mut Diagnostics) {
    let links: Vec<Vec<Link<'_>>> = (0..).zip(&schema.events).map(|(id, _)| from(schema, EventId(id))).collect();
    let mut met: HashSet<usize> = HashSet::new();
    for start in 0..links.len() {
        // Events on the way, each with the number of its links that have been followed.
        let mut path: Vec<(usize, usize)> = Vec::new();
        if met.insert(start) {
            path.push((start, 0));
        }
        while let Some((here, next)) = path.last_mut() {
            let Some(link) = links[*here].get(*next) else {
                path.pop();
                continue;
            };
            *next += 1;
            let to = link.to.0 as usize;
            if let Some(first) = path.iter().position(|(on_path, _)| *on_path == to) {
                let mut circle: Vec<(usize, Link<'_>)> =
                    path[first..].iter().map(|(event, next)| (*event, links[*event][*next - 1])).collect();
                // Whichever was declared first, it is told in one way.
                let begin = circle.iter().enumerate().min_by_key(|(_, (event, _))| name(schema, *event));
                let begin = begin.map_or(0, |(index, _)| index);
                circle.rotate_left(begin);
                diagnostics.push(warning(schema, &circle));
            } else if met.insert(to) {
                path.push((to, 0));
            }
        }
    }
}

/// What an event leads to.
fn from(schema: &Schema, event: EventId) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for policy in &schema.policies {
        let Some(reaction) = policy.reactions.iter().find(|reaction| reaction.event.value == event) else { continue };
        // What is issued may be refused, and then these are.
        let refused: &[Spanned<CommandId>] = if reaction.issues.is_empty() { &[] } else { &policy.rejected };
        for issued in reaction.issues.iter().chain(refused) {
            let command = schema.command(issued.value);
            let emitted = command.emits.iter().flatten();
            links.extend(emitted.map(|to| Link { policy, command, origin: issued.origin, to: *to }));
        }
    }
    links
}

fn name(schema: &Schema, event: usize) -> &str {
    &schema.events[event].name.value
}

/// Each link with the event from which it leads.
fn warning(schema: &Schema, circle: &[(usize, Link<'_>)]) -> Diagnostic {
    let mut told = String::new();
    for (event, link) in circle {
        let (policy, command) = (&link.policy.name.value, &link.command.name.value);
        let _ = write!(told, "`{}` -> `{policy}` issues `{command}` -> ", name(schema, *event));
    }
    let first = circle.first();
    let message = format!(
        "these may cause each other without end: {told}`{}`",
        first.map_or("", |(event, _)| name(schema, *event))
    );
    let origin = first.map(|(_, link)| link.origin).unwrap_or_default();
    let warning = Diagnostic::warning(Code::PolicyCircle, origin, message);
    let others = circle.iter().skip(1).map(|(_, link)| link);
    others
        .fold(warning, |told, link| {
            told.related(link.origin, format!("then `{}` issues `{}`", link.policy.name.value, link.command.name.value))
        })
        .help("take a link out, or be sure that some state ends it: at run time the chain is stopped at its limit of depth")
}
