//! A policy that does not say what it does about each of its events and timers. The schema is that of a golden.

#[allow(dead_code)]
#[path = "../../golden/policies/expected.rs"]
mod generated;

use generated::staffing::*;

impl HandleMissionCommand for Mission {
    fn post_mission(&self, _: PostMission) -> Result<Vec<PostMissionEvent>, MissionRejection> {
        Ok(Vec::new())
    }

    fn invite_candidate(&self, _: InviteCandidate) -> Result<Vec<InviteCandidateEvent>, MissionRejection> {
        Ok(Vec::new())
    }

    fn close_mission(&self, _: CloseMission) -> Result<Vec<CloseMissionEvent>, MissionRejection> {
        Ok(Vec::new())
    }

    fn forget(&self, _: Forget) -> Result<Vec<ForgetEvent>, MissionRejection> {
        Ok(Vec::new())
    }

    fn reopen(&self, _: Reopen) -> Result<Vec<MissionEvent>, MissionRejection> {
        Ok(Vec::new())
    }
}

impl ApplyMissionEvent for Mission {
    fn on_mission_posted(&mut self, _: &MissionPosted) {}
    fn on_candidate_invited(&mut self, _: &CandidateInvited) {}
    fn on_candidate_thanked(&mut self, _: &CandidateThanked) {}
    fn on_mission_closed(&mut self, _: &MissionClosed) {}
    fn on_mission_noted(&mut self, _: &MissionNoted) {}
}

struct Unfinished;

impl PlacementPolicy for Unfinished {}

fn main() {}
