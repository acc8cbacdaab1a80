//! Missions: who is asked, and who takes it.

use factum::{Decision, Uuid, emit, nothing, reject};

use crate::{
    AcceptMission, AcceptMissionEvent, AlreadyPosted, ApplyMissionEvent, DeclineMission, DeclineMissionEvent,
    GiveUpMission, GiveUpMissionEvent, HandleMissionCommand, LapseProposal, LapseProposalEvent, Mission,
    MissionAccepted, MissionDeclined, MissionPosted, MissionProposed, MissionRejection, MissionStatus, MissionUnfilled,
    NoShortlist, NotAsked, NotOpen, PostMission, PostMissionEvent, ProposalLapsed, ProposeMission, ProposeMissionEvent,
};

impl Mission {
    fn is_open(&self) -> Result<(), MissionRejection> {
        match self.status {
            MissionStatus::Open => Ok(()),
            MissionStatus::Planned | MissionStatus::Filled | MissionStatus::Unfilled => {
                Err(NotOpen { status: self.status }.into())
            }
        }
    }

    fn has_asked(&self, candidate: Uuid) -> Result<(), MissionRejection> {
        self.is_open()?;
        if self.asked == Some(candidate) { Ok(()) } else { Err(NotAsked { candidate }.into()) }
    }

    fn is_refused_by(&mut self, candidate: Uuid) {
        self.asked = None;
        self.refused.insert(candidate);
    }
}

impl HandleMissionCommand for Mission {
    fn post_mission(&self, command: PostMission) -> Decision<Self, PostMissionEvent> {
        let PostMission { client, role, first_day, cents_an_hour, shortlist } = command;
        if self.status != MissionStatus::Planned {
            return reject(AlreadyPosted { client: self.client.clone() });
        }
        if shortlist.is_empty() {
            return reject(NoShortlist {});
        }
        emit(MissionPosted { client, role, first_day, cents_an_hour, shortlist })
    }

    fn propose_mission(&self, command: ProposeMission) -> Decision<Self, ProposeMissionEvent> {
        self.is_open()?;
        if self.asked == Some(command.candidate) {
            return nothing();
        }
        emit(MissionProposed { candidate: command.candidate })
    }

    fn accept_mission(&self, command: AcceptMission) -> Decision<Self, AcceptMissionEvent> {
        self.has_asked(command.candidate)?;
        emit(MissionAccepted { candidate: command.candidate })
    }

    fn decline_mission(&self, command: DeclineMission) -> Decision<Self, DeclineMissionEvent> {
        self.has_asked(command.candidate)?;
        emit(MissionDeclined { candidate: command.candidate, reason: command.reason })
    }

    fn lapse_proposal(&self, command: LapseProposal) -> Decision<Self, LapseProposalEvent> {
        // An answer that came just in time is an answer.
        if self.has_asked(command.candidate).is_err() {
            return nothing();
        }
        emit(ProposalLapsed { candidate: command.candidate })
    }

    fn give_up_mission(&self, _: GiveUpMission) -> Decision<Self, GiveUpMissionEvent> {
        self.is_open()?;
        emit(MissionUnfilled {})
    }
}

impl ApplyMissionEvent for Mission {
    fn on_mission_posted(&mut self, event: &MissionPosted) {
        self.status = MissionStatus::Open;
        self.client.clone_from(&event.client);
    }

    fn on_mission_proposed(&mut self, event: &MissionProposed) {
        self.asked = Some(event.candidate);
    }

    fn on_mission_accepted(&mut self, event: &MissionAccepted) {
        self.asked = None;
        self.filled_by = Some(event.candidate);
        self.status = MissionStatus::Filled;
    }

    fn on_mission_declined(&mut self, event: &MissionDeclined) {
        self.is_refused_by(event.candidate);
    }

    fn on_proposal_lapsed(&mut self, event: &ProposalLapsed) {
        self.is_refused_by(event.candidate);
    }

    fn on_mission_unfilled(&mut self, _: &MissionUnfilled) {
        self.status = MissionStatus::Unfilled;
    }
}
