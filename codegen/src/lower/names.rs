//! Names of generated things, each spelled once.

use factum_model::names::{snake_case, upper_camel_case};

use crate::items::Ident;

/// An identifier; a keyword of any edition becomes a raw one.
pub(super) fn ident(name: &str) -> Ident {
    // syn knows the keywords of the editions before 2024.
    let plain = name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok();
    if plain { Ident(name.to_owned()) } else { Ident(format!("r#{name}")) }
}

/// The struct of an old version.
pub(super) fn historic(event: &str, version: u32) -> Ident {
    Ident(format!("{event}V{version}"))
}

/// What is read before a record that holds types of the user's.
pub(super) fn draft(record: &str) -> Ident {
    Ident(format!("__{record}Draft"))
}

/// The set of an aggregate's events.
pub(super) fn event_set(aggregate: &str) -> Ident {
    Ident(format!("{aggregate}Event"))
}

/// The set of an aggregate's commands.
pub(super) fn command_set(aggregate: &str) -> Ident {
    Ident(format!("{aggregate}Command"))
}

/// The set of an aggregate's rejections.
pub(super) fn rejection_set(aggregate: &str) -> Ident {
    Ident(format!("{aggregate}Rejection"))
}

/// The trait of command methods.
pub(super) fn handle_trait(commands: &Ident) -> Ident {
    Ident(format!("Handle{}", commands.0))
}

/// The trait of event methods.
pub(super) fn apply_trait(events: &Ident) -> Ident {
    Ident(format!("Apply{}", events.0))
}

/// The trait of what a projection does about events.
pub(super) fn project_trait(events: &Ident) -> Ident {
    Ident(format!("Project{}", events.0))
}

/// The method of a command.
pub(super) fn command_method(command: &str) -> Ident {
    ident(&snake_case(command))
}

/// The method of an event.
pub(super) fn event_method(event: &str) -> Ident {
    Ident(format!("on_{}", snake_case(event)))
}

/// The variant of an enum's value.
pub(super) fn variant(text: &str) -> Ident {
    ident(&upper_camel_case(text))
}

/// The set of what a command emits.
pub(super) fn emitted_set(command: &str) -> Ident {
    event_set(command)
}

/// The state of a policy.
pub(super) fn policy_state(policy: &str) -> Ident {
    Ident(format!("{policy}State"))
}

/// The trait of a policy's methods.
pub(super) fn policy_trait(policy: &str) -> Ident {
    Ident(format!("{policy}Policy"))
}

/// Who executes a policy's commands.
pub(super) fn dispatcher(policy: &str) -> Ident {
    Ident(format!("{policy}Dispatcher"))
}
