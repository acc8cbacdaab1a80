//! What a policy's schema does not say, as generated code asks for it.

use factum::Duration;
use factum::aggregate::emit;
use factum::policy::{Issues, Issuing, Timer};

struct MissionPosted;
struct InviteCandidate;
struct RemindCandidate;
struct CloseMission;
struct CandidateSilent;
struct SomebodyElses;

enum PlacementCommand {
    Invite(u64, InviteCandidate),
    Remind(u64, RemindCandidate),
}

impl Issues<PlacementCommand, InviteCandidate> for MissionPosted {
    type Id = u64;

    fn command(id: u64, command: InviteCandidate) -> PlacementCommand {
        PlacementCommand::Invite(id, command)
    }
}

impl Issues<PlacementCommand, RemindCandidate> for MissionPosted {
    type Id = u64;

    fn command(id: u64, command: RemindCandidate) -> PlacementCommand {
        PlacementCommand::Remind(id, command)
    }
}

impl Timer<PlacementCommand> for CandidateSilent {
    const NAME: &'static str = "CandidateSilent";
}

fn on_mission_posted(reactions: &mut Issuing<'_, PlacementCommand, MissionPosted>) {
    reactions.issue(1, InviteCandidate).set_timer_after(CandidateSilent, Duration::ZERO);
    reactions.issue(1, CloseMission);
    reactions.set_timer_after(SomebodyElses, Duration::ZERO);
}

struct CandidateInvited;
struct MissionClosed;

enum InviteCandidateEvent {
    CandidateInvited(CandidateInvited),
}

impl From<CandidateInvited> for InviteCandidateEvent {
    fn from(event: CandidateInvited) -> Self {
        Self::CandidateInvited(event)
    }
}

fn invite(first: bool) -> Result<Vec<InviteCandidateEvent>, String> {
    if first { emit(CandidateInvited) } else { emit(MissionClosed) }
}

fn main() {}
