//! What reacts to events, makes them happen and takes them back: policies, `emits`, `compensates`. None of it is stored, and
//! schemas have it only where a test asks for it.

use std::collections::BTreeMap;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Fate, Schema, schemas};
use crate::ty::Ty;

/// All of it, by names of events and commands.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Consumers {
    pub(super) policies: Vec<Policy>,
    /// What commands make happen, of those that say it.
    pub(super) emits: BTreeMap<String, Vec<String>>,
    /// Which event takes back which.
    pub(super) compensates: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Policy {
    name: String,
    /// As an aggregate's: with the values to begin with.
    state: Vec<(String, Ty, String)>,
    state_version: u32,
    /// Each with whether it starts an instance, and what may be issued.
    on: Vec<(String, bool, Vec<String>)>,
    timeouts: Vec<Vec<String>>,
    rejected: Vec<String>,
}

#[derive(Debug, Clone)]
struct PolicyPlan {
    on: Vec<(bool, Vec<bool>)>,
    has_state: bool,
    state_version: u32,
    timeouts: Vec<Vec<bool>>,
    rejected: Vec<bool>,
}

/// The strategy of schemas that have that too, where there are events and commands for it.
pub fn schemas_with_policies() -> impl Strategy<Value = Schema> {
    let emits = vec(proptest::option::of(vec(any::<bool>(), 4)), 4);
    let compensates = vec(proptest::option::of(any::<Index>()), 4);
    (schemas(), vec(policy(), 0..3), emits, compensates).prop_map(|(mut schema, policies, emits, compensates)| {
        schema.consumers = schema.consumers_of(&policies, &emits, &compensates);
        schema
    })
}

fn policy() -> impl Strategy<Value = PolicyPlan> {
    let issues = || vec(any::<bool>(), 3);
    (vec((any::<bool>(), issues()), 4), any::<bool>(), 1_u32..4, vec(issues(), 0..3), issues()).prop_map(
        |(on, has_state, state_version, timeouts, rejected)| PolicyPlan {
            on,
            has_state,
            state_version,
            timeouts,
            rejected,
        },
    )
}

impl Consumers {
    pub(super) fn reverse(&mut self) {
        self.policies.reverse();
        self.emits.values_mut().for_each(|events| events.reverse());
        for policy in &mut self.policies {
            policy.on.reverse();
            policy.on.iter_mut().for_each(|(_, _, issues)| issues.reverse());
            policy.rejected.reverse();
        }
    }
}

/// Those of a list that were chosen.
fn chosen(names: &[String], chosen: &[bool]) -> Vec<String> {
    names.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(name, _)| name.clone()).collect()
}

impl Schema {
    fn consumers_of(
        &self,
        policies: &[PolicyPlan],
        emits: &[Option<Vec<bool>>],
        compensates: &[Option<Index>],
    ) -> Consumers {
        let names = |is_wanted: &dyn Fn(&Fate) -> bool| -> Vec<String> {
            let wanted = self.events.iter().filter(|event| is_wanted(&event.fate));
            wanted.map(|event| event.name.clone()).collect()
        };
        let read = names(&|fate| matches!(fate, Fate::Current | Fate::Retired));
        // Only an event before it, so that no two take each other back.
        let compensates = read.iter().zip(compensates).enumerate().filter_map(|(index, (name, other))| {
            let other = other.filter(|_| index > 0)?.index(index);
            Some((name.clone(), read[other].clone()))
        });
        let compensates = compensates.collect();
        let Some(aggregate) = &self.aggregate else { return Consumers { compensates, ..Consumers::default() } };
        let emitted = names(&|fate| *fate == Fate::Current);
        let commands: Vec<String> = aggregate.commands.iter().map(|(name, _)| name.clone()).collect();
        let emits = commands.iter().zip(emits);
        let emits = emits.filter_map(|(name, plan)| Some((name.clone(), chosen(&emitted, plan.as_ref()?))));
        let policies = policies.iter().enumerate().filter(|_| !read.is_empty()).map(|(index, plan)| {
            let reactions = read.iter().zip(&plan.on).enumerate();
            let on = reactions.filter(|(index, (_, (is_wanted, _)))| *index == 0 || *is_wanted);
            Policy {
                name: format!("Watch{index}"),
                state: if plan.has_state { aggregate.state.clone() } else { Vec::new() },
                state_version: plan.state_version,
                // Something has to start it.
                on: on
                    .map(|(index, (name, (starts, issues)))| {
                        (name.clone(), index == 0 || *starts, chosen(&commands, issues))
                    })
                    .collect(),
                timeouts: plan.timeouts.iter().map(|issues| chosen(&commands, issues)).collect(),
                rejected: chosen(&commands, &plan.rejected),
            }
        });
        Consumers { policies: policies.collect(), emits: emits.collect(), compensates }
    }

    pub(super) fn policies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.consumers.policies.is_empty() {
            writeln!(f, "policies:")?;
        }
        self.consumers.policies.iter().try_for_each(|policy| self.policy(policy, f))
    }

    fn policy(&self, policy: &Policy, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}:", policy.name)?;
        if !policy.state.is_empty() {
            writeln!(f, "    state:")?;
            for (name, ty, initial) in &policy.state {
                writeln!(f, "      {name}: {{ type: \"{}\", default: {initial} }}", self.ty(ty))?;
            }
        }
        if policy.state_version > 1 {
            writeln!(f, "    state_version: {}", policy.state_version)?;
        }
        writeln!(f, "    on:")?;
        for (event, starts, issues) in &policy.on {
            let issues = issues.join(", ");
            match starts {
                true => writeln!(f, "      {event}:\n        starts: true\n        issues: [{issues}]")?,
                false => writeln!(f, "      {event}: [{issues}]")?,
            }
        }
        if !policy.timeouts.is_empty() {
            writeln!(f, "    timeouts:")?;
        }
        for (index, issues) in policy.timeouts.iter().enumerate() {
            writeln!(f, "      {}Timer{index}: {{ doc: Time is up., issues: [{}] }}", policy.name, issues.join(", "))?;
        }
        if !policy.rejected.is_empty() {
            writeln!(f, "    rejected: [{}]", policy.rejected.join(", "))?;
        }
        Ok(())
    }
}
