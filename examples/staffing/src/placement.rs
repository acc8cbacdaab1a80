//! The policy: candidates are asked one after the other, until one of them accepts or nobody is left.

use factum::policy::{Issues, Issuing, aggregate_id};
use factum::{Duration, Recorded, Uuid, ViewResult};

use crate::people::contract_of;
use crate::{
    CandidateSilent, GiveUpMission, LapseProposal, MissionAccepted, MissionDeclined, MissionPosted, PlacementCommand,
    PlacementPolicy, PlacementState, ProposalLapsed, ProposeMission, SignContract,
};

/// How long a candidate has to answer.
const PATIENCE: Duration = Duration::from_hours(48);

/// What is written by hand of the policy `Placement`: what it does about each event, and about silence.
#[derive(Debug, Clone, Copy)]
pub struct OneAfterTheOther;

impl PlacementPolicy for OneAfterTheOther {
    fn on_mission_posted(
        &self,
        state: &mut PlacementState,
        event: &MissionPosted,
        recorded: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, MissionPosted>,
    ) -> ViewResult {
        let mission: Uuid = aggregate_id(recorded, "staffing.Mission").unwrap_or_default().parse()?;
        state.mission = Some(mission);
        state.client.clone_from(&event.client);
        state.cents_an_hour = event.cents_an_hour;
        state.left.clone_from(&event.shortlist);
        // There is at least one: a mission without candidates is not posted.
        ask_the_next(state, mission, reactions);
        Ok(())
    }

    fn on_mission_declined(
        &self,
        state: &mut PlacementState,
        _: &MissionDeclined,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, MissionDeclined>,
    ) -> ViewResult {
        ask_or_give_up(state, reactions);
        Ok(())
    }

    fn on_proposal_lapsed(
        &self,
        state: &mut PlacementState,
        _: &ProposalLapsed,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, ProposalLapsed>,
    ) -> ViewResult {
        ask_or_give_up(state, reactions);
        Ok(())
    }

    fn on_mission_accepted(
        &self,
        state: &mut PlacementState,
        event: &MissionAccepted,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, MissionAccepted>,
    ) -> ViewResult {
        if let Some(mission) = state.mission {
            let (client, cents_an_hour) = (state.client.clone(), state.cents_an_hour);
            let sign = SignContract { mission, candidate: event.candidate, client, cents_an_hour };
            reactions.issue(contract_of(mission), sign).complete();
        }
        Ok(())
    }

    fn on_candidate_silent(
        &self,
        state: &mut PlacementState,
        reactions: &mut Issuing<'_, PlacementCommand, CandidateSilent>,
    ) -> ViewResult {
        if let (Some(mission), Some(candidate)) = (state.mission, state.asked.take()) {
            reactions.issue(mission, LapseProposal { candidate });
        }
        Ok(())
    }
}

/// Asks the next candidate, and answers whether there was one.
fn ask_the_next<W>(state: &mut PlacementState, mission: Uuid, reactions: &mut Issuing<'_, PlacementCommand, W>) -> bool
where
    W: Issues<PlacementCommand, ProposeMission, Id = Uuid>,
{
    let next = (!state.left.is_empty()).then(|| state.left.remove(0));
    if let Some(candidate) = next {
        state.asked = next;
        reactions.issue(mission, ProposeMission { candidate }).set_timer_after(CandidateSilent, PATIENCE);
    }
    next.is_some()
}

fn ask_or_give_up<W>(state: &mut PlacementState, reactions: &mut Issuing<'_, PlacementCommand, W>)
where
    W: Issues<PlacementCommand, ProposeMission, Id = Uuid> + Issues<PlacementCommand, GiveUpMission, Id = Uuid>,
{
    let Some(mission) = state.mission else { return };
    reactions.cancel_timer(CandidateSilent);
    if !ask_the_next(state, mission, reactions) {
        reactions.issue(mission, GiveUpMission {}).complete();
    }
}
