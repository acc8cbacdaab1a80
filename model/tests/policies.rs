//! What policies mean, and the circles that go through them.
#![cfg(all(feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use factum_model::schema::{CorrelationKey, PolicyDef, Schema};
use factum_model::{Code, Outcome, Sources, check, render};

const MISSIONS: &str = "
factum: 1
context: staffing
aggregate: Mission
id: uuid
commands:
  Post: { emits: [Posted], fields: {} }
  Invite: { emits: [Invited], fields: { candidate: uuid } }
  Close: { fields: {} }
events:
  Posted: { place: string }
  Invited: { candidate: uuid }
  Closed: {}
";

const CONTRACTS: &str = "
factum: 1
context: contracts
aggregate: Contract
id: string
commands:
  Draft: { emits: [Drafted], fields: {} }
events:
  Drafted: { mission: uuid }
  Signed: { mission: uuid? }
";

fn checked(policies: &str) -> (Outcome, Sources) {
    let mut sources = Sources::new();
    sources.add("contracts.yaml", CONTRACTS.as_bytes().to_vec());
    sources.add("missions.yaml", MISSIONS.as_bytes().to_vec());
    sources.add("policies.yaml", format!("factum: 1\ncontext: staffing\npolicies:\n{policies}").into_bytes());
    let outcome = check(&mut sources);
    (outcome, sources)
}

fn told(policies: &str) -> String {
    let (outcome, sources) = checked(policies);
    let text = render(&outcome.diagnostics, &sources, false);
    assert!(outcome.checked.is_some(), "{text}");
    assert!(outcome.diagnostics.iter().all(|found| found.code == Code::PolicyCircle), "{text}");
    text
}

fn schema(policies: &str) -> Schema {
    let (outcome, sources) = checked(policies);
    let text = render(&outcome.diagnostics, &sources, false);
    outcome.checked.unwrap_or_else(|| panic!("{text}")).schema().clone()
}

/// What a policy does, a line for each event and each timeout.
fn described(schema: &Schema, policy: &PolicyDef) -> Vec<String> {
    let commands = |issued: &[factum_model::source::Spanned<factum_model::schema::CommandId>]| {
        let names = issued.iter().map(|id| schema.command(id.value).name.value.clone());
        names.collect::<Vec<_>>().join(" ")
    };
    let mut lines = Vec::new();
    for reaction in &policy.reactions {
        let event = &schema.events[reaction.event.value.0 as usize];
        let key = match reaction.key {
            CorrelationKey::Aggregate => "id",
            CorrelationKey::Field(index) => event.current().shape.fields[index].name.value.as_str(),
        };
        let starts = if reaction.starts { " starts" } else { "" };
        lines.push(format!("{}.{} by {key}{starts}: {}", event.context, event.name.value, commands(&reaction.issues)));
    }
    for timeout in &policy.timeouts {
        lines.push(format!("{}: {}", timeout.name.value, commands(&timeout.issues)));
    }
    lines.push(format!("rejected: {}", commands(&policy.rejected)));
    lines
}

#[test]
fn a_policy_means_what_it_says() {
    let schema = schema(
        "
  Placement:
    state: { asked: list<uuid> }
    state_version: 3
    on:
      Posted: { starts: true, issues: [Invite, contracts.Draft] }
      contracts.Signed: { by: mission, issues: [Close] }
      Closed: []
    timeouts: { Silent: [Invite], Late: { doc: Too late., issues: [] } }
    rejected: [Close]
  Another: { on: { Posted: { starts: true } } }
",
    );
    let names: Vec<&str> = schema.policies.iter().map(|policy| policy.name.value.as_str()).collect();
    assert_eq!(names, ["Another", "Placement"]);
    let placement = &schema.policies[1];
    assert_eq!((placement.context.as_str(), placement.state_version, placement.state.len()), ("staffing", 3, 1));
    let due = [
        "staffing.Posted by id starts: Invite Draft",
        "contracts.Signed by mission: Close",
        "staffing.Closed by id: ",
        "Silent: Invite",
        "Late: ",
        "rejected: Close",
    ];
    assert_eq!(described(&schema, placement), due);
    assert_eq!((placement.timeouts[1].doc.as_deref(), schema.policies[0].state_version), (Some("Too late."), 1));
}

#[test]
fn one_event_twice_under_two_names_is_refused() {
    let (outcome, sources) = checked("  P: { on: { Posted: { starts: true }, staffing.Posted: [] } }\n");
    let text = render(&outcome.diagnostics, &sources, false);
    assert!(text.contains("`P` reacts to this event twice") && outcome.checked.is_none(), "{text}");
}

#[test]
fn a_circle_is_told_with_its_path() {
    insta::assert_snapshot!(told(
        "
  Placement:
    on:
      Posted: { starts: true, issues: [Invite] }
      Invited: [contracts.Draft]
  Reposting:
    on: { contracts.Drafted: { starts: true, by: mission, issues: [Post] } }
"
    ));
}

#[test]
fn an_event_may_lead_to_itself() {
    let text = told("  P: { on: { Posted: { starts: true, issues: [Post] } } }\n");
    assert!(text.contains("`Posted` -> `P` issues `Post` -> `Posted`"), "{text}");
}

#[test]
fn what_is_issued_after_a_rejection_counts() {
    let text = told("  P: { on: { Posted: { starts: true, issues: [Close] } }, rejected: [Post] }\n");
    assert!(text.contains("`Posted` -> `P` issues `Post` -> `Posted`"), "{text}");
    // Nothing is issued, so nothing is refused.
    assert_eq!(told("  P: { on: { Posted: { starts: true } }, rejected: [Post] }\n"), "");
}

#[test]
fn each_circle_is_told_once() {
    let (outcome, _) = checked(
        "
  P: { on: { Posted: { starts: true, issues: [Post, Invite] }, Invited: [Post] } }
  Q: { on: { Invited: { starts: true, issues: [Close] } } }
",
    );
    assert_eq!(outcome.diagnostics.len(), 2, "{:?}", outcome.diagnostics);
}

#[test]
fn no_circle_is_supposed() {
    // `Close` does not say what it emits; a timer is no accident; and this one ends.
    assert_eq!(told("  P: { on: { Closed: { starts: true, issues: [Close] } } }\n"), "");
    assert_eq!(told("  P: { on: { Posted: { starts: true } }, timeouts: { Late: [Post] } }\n"), "");
    assert_eq!(told("  P: { on: { Posted: { starts: true, issues: [Invite] } } }\n"), "");
}

/// What is approved is known by what is told, so that does not depend on who leads into the circle.
#[test]
fn a_circle_is_told_in_one_way_wherever_it_is_entered() {
    let circle = "
    on:
      Posted: { starts: true, issues: [Invite] }
      Invited: [Post]
";
    let message = |policies: &str| checked(policies).0.diagnostics.remove(0).message;
    let alone = message(&format!("  Placement:{circle}"));
    assert!(alone.contains("`Invited` -> `Placement` issues `Post` -> `Posted` -> `Placement`"), "{alone}");
    let entered = format!(
        "  Placement:{circle}  Drafts: {{ on: {{ contracts.Drafted: {{ starts: true, by: mission, issues: [Post] }} }} }}\n"
    );
    assert_eq!(message(&entered), alone);
}
