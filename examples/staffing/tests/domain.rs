//! The rules of missions and of contracts.

use factum::{Date, Uuid};
use factum_testing::given;
use staffing::{
    AcceptMission, AlreadyPosted, AlreadySigned, Contract, ContractEnded, ContractEvent, ContractSigned,
    DeclineMission, EndContract, GiveUpMission, HasEnded, HoursTakenBack, HoursWorked, LapseProposal, Mission,
    MissionAccepted, MissionDeclined, MissionEvent, MissionPosted, MissionProposed, MissionStatus, MissionUnfilled,
    NoShortlist, NotAsked, NotOpen, NotSigned, NothingReported, PostMission, ProposalLapsed, ProposeMission,
    ReportHours, ReportedAlready, SignContract, TakeBackHours, TooLong,
};

const ANA: Uuid = Uuid::from_u128(1);
const BRUNO: Uuid = Uuid::from_u128(2);
const NO_MISSION: [MissionEvent; 0] = [];
const NO_CONTRACT: [ContractEvent; 0] = [];
const MONDAY: Date = Date::constant(2026, 3, 2);

fn post(shortlist: Vec<Uuid>) -> PostMission {
    let (client, role) = ("Nordlager".to_owned(), "clerk".to_owned());
    PostMission { client, role, first_day: MONDAY, cents_an_hour: 1850, shortlist }
}

fn posted() -> MissionEvent {
    let PostMission { client, role, first_day, cents_an_hour, shortlist } = post(vec![ANA, BRUNO]);
    MissionPosted { client, role, first_day, cents_an_hour, shortlist }.into()
}

fn asking(candidate: Uuid) -> Vec<MissionEvent> {
    vec![posted(), MissionProposed { candidate }.into()]
}

#[test]
fn a_mission_is_posted_once_and_with_candidates() {
    let again = AlreadyPosted { client: "Nordlager".to_owned() };
    given::<Mission>(NO_MISSION)
        .when(post(vec![]))
        .then_rejected(NoShortlist {})
        .when(post(vec![ANA, BRUNO]))
        .then([posted()])
        .when(post(vec![ANA]))
        .then_rejected(again);
}

#[test]
fn only_who_was_asked_may_answer() {
    given::<Mission>(asking(ANA))
        .when(AcceptMission { candidate: BRUNO })
        .then_rejected(NotAsked { candidate: BRUNO })
        .when(DeclineMission { candidate: ANA, reason: None })
        .then([MissionEvent::from(MissionDeclined { candidate: ANA, reason: None })])
        .when(AcceptMission { candidate: ANA })
        .then_rejected(NotAsked { candidate: ANA });
}

#[test]
fn a_mission_that_is_filled_asks_nobody() {
    given::<Mission>(asking(ANA))
        .when(AcceptMission { candidate: ANA })
        .then([MissionEvent::from(MissionAccepted { candidate: ANA })])
        .when(ProposeMission { candidate: BRUNO })
        .then_rejected(NotOpen { status: MissionStatus::Filled })
        .when(GiveUpMission {})
        .then_rejected(NotOpen { status: MissionStatus::Filled });
}

#[test]
fn an_answer_in_time_is_an_answer() {
    given::<Mission>(asking(ANA))
        .when(LapseProposal { candidate: BRUNO })
        .then_nothing()
        .when(LapseProposal { candidate: ANA })
        .then([MissionEvent::from(ProposalLapsed { candidate: ANA })])
        .when(LapseProposal { candidate: ANA })
        .then_nothing()
        .when(GiveUpMission {})
        .then([MissionEvent::from(MissionUnfilled {})]);
}

fn signed() -> ContractEvent {
    let client = "Nordlager".to_owned();
    ContractSigned { mission: Uuid::nil(), candidate: ANA, client, cents_an_hour: 1850 }.into()
}

fn worked(hundredths: u16) -> ContractEvent {
    HoursWorked { day: MONDAY, hundredths, site: None }.into()
}

#[test]
fn a_contract_is_signed_once_and_before_anything_else() {
    let sign =
        SignContract { mission: Uuid::nil(), candidate: ANA, client: "Nordlager".to_owned(), cents_an_hour: 1850 };
    given::<Contract>(NO_CONTRACT)
        .when(ReportHours { day: MONDAY, hundredths: 800, site: None })
        .then_rejected(NotSigned {})
        .when(sign.clone())
        .then([signed()])
        .when(sign)
        .then_rejected(AlreadySigned {});
}

#[test]
fn a_day_is_reported_once_and_again_when_it_was_taken_back() {
    let report = |hundredths| ReportHours { day: MONDAY, hundredths, site: None };
    let take_back = || TakeBackHours { day: MONDAY, reason: "a mistake".to_owned() };
    given::<Contract>([signed()])
        .when(report(1_001))
        .then_rejected(TooLong { hundredths: 1_001, allowed: 1_000 })
        .when(take_back())
        .then_rejected(NothingReported { day: MONDAY })
        .when(report(1_000))
        .then([worked(1_000)])
        .when(report(800))
        .then_rejected(ReportedAlready { day: MONDAY })
        .when(take_back())
        .then([ContractEvent::from(HoursTakenBack { day: MONDAY, reason: "a mistake".to_owned() })])
        .when(report(800))
        .then([worked(800)]);
}

#[test]
fn a_contract_that_has_ended_takes_no_hours() {
    given::<Contract>([signed()])
        .when(EndContract {})
        .then([ContractEvent::from(ContractEnded {})])
        .when(EndContract {})
        .then_nothing()
        .when(ReportHours { day: MONDAY, hundredths: 800, site: None })
        .then_rejected(HasEnded {});
}
