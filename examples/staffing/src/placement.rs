//! The policy: candidates are asked one after the other, until one of them accepts or nobody is left.

use factum::policy::{Correlation, DispatchError, Dispatcher, Policy, Reactions};
use factum::store::EventStore;
use factum::{Context, Duration, Recorded, Repository, Uuid, ViewResult};
use serde::{Deserialize, Serialize};

use crate::people::contract_of;
use crate::{
    Contract, ContractRejection, GiveUpMission, LapseProposal, Mission, MissionEvent, MissionRejection, ProposeMission,
    SignContract,
};

/// How long a candidate has to answer.
const PATIENCE: Duration = Duration::from_hours(48);
const SILENT: &str = "candidate_silent";

/// Fills missions.
#[derive(Debug, Clone, Copy)]
pub struct Placement;

/// What the policy knows of a mission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placing {
    mission: Uuid,
    client: String,
    cents_an_hour: u32,
    /// Who can still be asked.
    left: Vec<Uuid>,
    asked: Option<Uuid>,
}

/// What the policy asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// About the mission.
    Propose(Uuid, ProposeMission),
    /// About the mission.
    Lapse(Uuid, LapseProposal),
    /// About the mission.
    GiveUp(Uuid, GiveUpMission),
    /// About the contract that follows from the mission.
    Sign(Uuid, SignContract),
}

/// Why an order was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// By the mission.
    #[error(transparent)]
    Mission(#[from] MissionRejection),
    /// By the contract.
    #[error(transparent)]
    Contract(#[from] ContractRejection),
}

impl Placing {
    /// Asks the next candidate, or gives up.
    fn ask_the_next(&mut self, reactions: &mut Reactions<Order>) {
        reactions.cancel_timer(SILENT);
        if self.left.is_empty() {
            reactions.issue(Order::GiveUp(self.mission, GiveUpMission {})).complete();
        } else {
            let candidate = self.left.remove(0);
            self.asked = Some(candidate);
            reactions.issue(Order::Propose(self.mission, ProposeMission { candidate }));
            reactions.set_timer_after(SILENT, PATIENCE);
        }
    }
}

impl Policy for Placement {
    type Events = MissionEvent;
    type State = Placing;
    type Command = Order;
    type Rejection = Refusal;
    const NAME: &'static str = "staffing.Placement";

    fn correlate(&self, event: &MissionEvent, recorded: &Recorded<'_>) -> Option<Correlation> {
        let mission = recorded.stream.to_owned();
        Some(match event {
            MissionEvent::MissionPosted(_) => Correlation::Starts(mission),
            MissionEvent::MissionProposed(_)
            | MissionEvent::MissionAccepted(_)
            | MissionEvent::MissionDeclined(_)
            | MissionEvent::ProposalLapsed(_)
            | MissionEvent::MissionUnfilled(_) => Correlation::Continues(mission),
        })
    }

    fn react(
        &self,
        state: &mut Placing,
        event: &MissionEvent,
        recorded: &Recorded<'_>,
        reactions: &mut Reactions<Order>,
    ) -> ViewResult {
        match event {
            MissionEvent::MissionPosted(event) => {
                let id = recorded.stream.rsplit_once("Mission-").map_or("", |(_, id)| id);
                let (client, left) = (event.client.clone(), event.shortlist.clone());
                let (mission, cents_an_hour) = (id.parse()?, event.cents_an_hour);
                *state = Placing { mission, client, cents_an_hour, left, asked: None };
                state.ask_the_next(reactions);
            }
            MissionEvent::MissionDeclined(_) | MissionEvent::ProposalLapsed(_) => state.ask_the_next(reactions),
            MissionEvent::MissionAccepted(event) => {
                let Placing { mission, client, cents_an_hour, .. } = state.clone();
                let sign = SignContract { mission, candidate: event.candidate, client, cents_an_hour };
                reactions.issue(Order::Sign(contract_of(mission), sign)).complete();
            }
            // That is what it asked for.
            MissionEvent::MissionProposed(_) | MissionEvent::MissionUnfilled(_) => {}
        }
        Ok(())
    }

    fn timeout(&self, state: &mut Placing, _: &str, reactions: &mut Reactions<Order>) -> ViewResult {
        if let Some(candidate) = state.asked.take() {
            reactions.issue(Order::Lapse(state.mission, LapseProposal { candidate }));
        }
        Ok(())
    }
}

/// Hands orders to missions and contracts.
#[derive(Debug)]
pub struct Orders<S> {
    missions: Repository<Mission, S>,
    contracts: Repository<Contract, S>,
}

impl<S: EventStore + Clone> Orders<S> {
    /// To those in `store`.
    pub fn new(store: &S) -> Self {
        Self { missions: Repository::new(store.clone()), contracts: Repository::new(store.clone()) }
    }
}

impl<S: EventStore> Dispatcher<Placement> for Orders<S> {
    async fn dispatch(&self, order: Order, context: Context) -> Result<(), DispatchError<Refusal>> {
        match order {
            Order::Propose(id, command) => self.missions.execute_with(id, command, context).await.map(drop)?,
            Order::Lapse(id, command) => self.missions.execute_with(id, command, context).await.map(drop)?,
            Order::GiveUp(id, command) => self.missions.execute_with(id, command, context).await.map(drop)?,
            Order::Sign(id, command) => self.contracts.execute_with(id, command, context).await.map(drop)?,
        }
        Ok(())
    }
}
