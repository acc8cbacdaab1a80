//! `examples/staffing/schemas`.

use factum::{Date, Event, EventSet, Uuid};

/// A client needs somebody.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing", version = 2)]
pub struct MissionPosted {
    /// Who needs somebody.
    pub client: String,
    /// As what.
    pub role: String,
    /// From when on.
    #[event(added(2), default = Date::constant(2026, 1, 5))]
    pub first_day: Date,
    /// What is paid.
    #[event(renamed(2, "rate"), retyped(2, f64, via = scale(100)))]
    pub cents_an_hour: u32,
    /// Who may be asked.
    #[event(renamed(2, "candidate"), retyped(2, Uuid))]
    pub shortlist: Vec<Uuid>,
}

/// A candidate was asked.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing")]
pub struct MissionProposed {
    /// Who.
    pub candidate: Uuid,
}

/// The candidate who was asked takes the mission.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing")]
pub struct MissionAccepted {
    /// Who.
    pub candidate: Uuid,
}

/// The candidate who was asked does not take it.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing", version = 2)]
pub struct MissionDeclined {
    /// Who.
    pub candidate: Uuid,
    /// Why.
    #[event(added(2))]
    pub reason: Option<String>,
}

/// The candidate who was asked did not answer in time.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing")]
pub struct ProposalLapsed {
    /// Who.
    pub candidate: Uuid,
}

/// Nobody was left to ask.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing")]
pub struct MissionUnfilled {}

/// What happens to a mission.
#[derive(Debug, Clone, PartialEq, EventSet)]
pub enum MissionEvent {
    /// Somebody is needed.
    MissionPosted(MissionPosted),
    /// A candidate was asked.
    MissionProposed(MissionProposed),
    /// They take it.
    MissionAccepted(MissionAccepted),
    /// They do not.
    MissionDeclined(MissionDeclined),
    /// They did not answer.
    ProposalLapsed(ProposalLapsed),
    /// Nobody takes it.
    MissionUnfilled(MissionUnfilled),
}

/// The candidate who took a mission has signed.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing", version = 2)]
pub struct ContractSigned {
    /// Of which mission.
    pub mission: Uuid,
    /// Who signed.
    pub candidate: Uuid,
    /// For whom the work is done.
    #[event(added(2), default = "(not recorded)".to_owned())]
    pub client: String,
    /// What is paid.
    #[event(renamed(2, "rate"), retyped(2, f64, via = scale(100)))]
    pub cents_an_hour: u32,
}

/// Somebody worked on a day.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing", version = 3)]
pub struct HoursWorked {
    /// When.
    pub day: Date,
    /// How long.
    #[event(renamed(2, "hours"), retyped(2, f64, via = scale(100)))]
    pub hundredths: u16,
    /// Where.
    #[event(added(3))]
    pub site: Option<String>,
}

/// What was reported of a day was wrong, and does not count.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing", compensates(HoursWorked, by(day)))]
pub struct HoursTakenBack {
    /// Of which day.
    pub day: Date,
    /// Why.
    pub reason: String,
}

/// The work is done.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "staffing")]
pub struct ContractEnded {}

/// What happens under a contract.
#[derive(Debug, Clone, PartialEq, EventSet)]
pub enum ContractEvent {
    /// It was signed.
    ContractSigned(ContractSigned),
    /// Somebody worked.
    HoursWorked(HoursWorked),
    /// They did not.
    HoursTakenBack(HoursTakenBack),
    /// It is over.
    ContractEnded(ContractEnded),
}
