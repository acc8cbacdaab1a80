//! Policies that are declared: what they read, whose business it is, what they issue, and how it is executed.

use factum::policy::{Correlation, Issuing, Policy, PolicyWorker, Reactions, TimerChange};
use factum::store::ViewResult;
use factum::{
    Aggregate, Decision, Duration, Event, EventSet, EventStoreExt as _, ExpectedVersion, MemoryStore, NewEvent,
    Recorded, Repository, StreamName, Timestamp, Uuid, emit, reject,
};
use factum_tests::golden::policies::contracts::{
    self, Archive, ArchiveContract, ArchiveDispatcher, ArchivePolicy, ArchiveState, ContractArchived, ContractCommand,
    ContractEvent, ContractId, ContractRejection, ContractSigned, NotSigned, SignContract,
};
use factum_tests::golden::policies::staffing::{
    CandidateInvited, CandidateSilent, CloseMission, InviteCandidate, MissionClosed, MissionCommand, MissionNoted,
    MissionPosted, Overdue, Placement, PlacementCommand, PlacementEvent, PlacementPolicy, PlacementRejection,
    PlacementState,
};

/// Invites one candidate after the other.
struct InTurn(Vec<Uuid>);

impl PlacementPolicy for InTurn {
    fn on_mission_posted(
        &self,
        state: &mut PlacementState,
        _: &MissionPosted,
        recorded: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, MissionPosted>,
    ) -> ViewResult {
        let (mission, first) = (mission_of(recorded.stream), self.0[0]);
        state.asked.push(first);
        reactions.issue(mission, InviteCandidate { candidate: first });
        reactions.set_timer_after(CandidateSilent, Duration::from_hours(48)).set_timer_at(Overdue, Timestamp::MAX);
        Ok(())
    }

    fn on_contract_signed(
        &self,
        _: &mut PlacementState,
        event: &ContractSigned,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, ContractSigned>,
    ) -> ViewResult {
        let (mission, contract) = (event.mission, event.number.clone());
        reactions.issue(mission, CloseMission { filled: true }).issue(contract, ArchiveContract {}).complete();
        Ok(())
    }

    fn on_contracts_mission_noted(
        &self,
        _: &mut PlacementState,
        _: &contracts::MissionNoted,
        _: &Recorded<'_>,
        _: &mut Issuing<'_, PlacementCommand, contracts::MissionNoted>,
    ) -> ViewResult {
        Ok(())
    }

    fn on_mission_noted(
        &self,
        _: &mut PlacementState,
        event: &MissionNoted,
        _: &Recorded<'_>,
        _: &mut Issuing<'_, PlacementCommand, MissionNoted>,
    ) -> ViewResult {
        Err(event.why.clone().into())
    }

    fn on_mission_closed(
        &self,
        _: &mut PlacementState,
        _: &MissionClosed,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, PlacementCommand, MissionClosed>,
    ) -> ViewResult {
        reactions.cancel_timer(CandidateSilent);
        Ok(())
    }

    fn on_candidate_silent(
        &self,
        state: &mut PlacementState,
        reactions: &mut Issuing<'_, PlacementCommand, CandidateSilent>,
    ) -> ViewResult {
        let next = self.0.get(state.asked.len()).ok_or("nobody is left")?;
        state.asked.push(*next);
        reactions.issue(Uuid::nil(), InviteCandidate { candidate: *next });
        Ok(())
    }

    fn on_overdue(&self, _: &mut PlacementState, reactions: &mut Issuing<'_, PlacementCommand, Overdue>) -> ViewResult {
        reactions.issue(Uuid::nil(), CloseMission { filled: false });
        Ok(())
    }

    fn rejected(
        &self,
        _: &mut PlacementState,
        _: &PlacementCommand,
        rejection: PlacementRejection,
        reactions: &mut Issuing<'_, PlacementCommand, PlacementRejection>,
    ) -> Result<(), PlacementRejection> {
        match rejection {
            PlacementRejection::Mission(rejection) => Err(rejection.into()),
            PlacementRejection::Contract(_) => {
                reactions.issue(Uuid::nil(), CloseMission { filled: false });
                Ok(())
            }
        }
    }
}

fn mission_of(stream: &str) -> Uuid {
    stream.strip_prefix("staffing.Mission-").expect("a mission").parse().expect("a uuid")
}

const MISSION: Uuid = Uuid::from_u128(7);

fn candidates() -> Vec<Uuid> {
    vec![Uuid::from_u128(1), Uuid::from_u128(2)]
}

fn policy() -> Placement<InTurn> {
    Placement(InTurn(candidates()))
}

fn recorded<'a>(stream: &'a str, event_type: &'a str, version: u32, payload: &'a str) -> Recorded<'a> {
    Recorded {
        id: Uuid::from_u128(9),
        stream,
        version: 1,
        position: 1,
        event_type,
        schema_version: version,
        readable_from: version,
        recorded_at: Timestamp::UNIX_EPOCH,
        correlation_id: None,
        causation_id: None,
        depth: 0,
        actor: None,
        raw_headers: None,
        payload,
    }
}

fn stream() -> String {
    format!("staffing.Mission-{MISSION}")
}

fn read(recorded: &Recorded<'_>) -> Vec<PlacementEvent> {
    PlacementEvent::decode(recorded).expect("it is read").into_iter().collect()
}

fn posted() -> PlacementEvent {
    MissionPosted { place: "Lyon".to_owned() }.into()
}

#[test]
fn the_set_reads_what_the_policy_reacts_to_and_nothing_else() {
    let types = [
        "contracts.ContractClosed",
        "contracts.ContractSigned",
        "contracts.MissionNoted",
        "staffing.MissionClosed",
        "staffing.MissionNoted",
        "staffing.MissionOver",
        "staffing.MissionPosted",
    ];
    assert_eq!(PlacementEvent::TYPES, types);
    let stream = stream();
    let old = recorded(
        "contracts.Contract-1",
        "contracts.ContractClosed",
        1,
        r#"{"mission":"00000000-0000-0000-0000-000000000007"}"#,
    );
    let signed = ContractSigned { mission: MISSION, number: ContractId("0".to_owned()) };
    assert_eq!(read(&old), [signed.into()]);
    let over = recorded(&stream, "staffing.MissionOver", 1, r#"{"filled":true,"why":"done"}"#);
    assert_eq!(read(&over), [MissionClosed { filled: true }.into(), MissionNoted { why: "done".to_owned() }.into()]);
}

#[test]
fn the_schema_says_whose_business_an_event_is() {
    let stream = stream();
    let mission = recorded(&stream, "staffing.MissionPosted", 1, "{}");
    let contract = recorded("contracts.Contract-5", "contracts.ContractSigned", 2, "{}");
    let policy = policy();
    let key = MISSION.to_string();
    assert_eq!(policy.correlate(&posted(), &mission), Some(Correlation::Starts(key.clone())));
    let signed = ContractSigned { mission: MISSION, number: ContractId("5".to_owned()) };
    assert_eq!(policy.correlate(&signed.into(), &contract), Some(Correlation::Continues(key.clone())));
    let noted = |mission| contracts::MissionNoted { mission, text: String::new() }.into();
    assert_eq!(policy.correlate(&noted(Some(MISSION)), &contract), Some(Correlation::Continues(key)));
    assert_eq!(policy.correlate(&noted(None), &contract), None);
    // Not the stream of a mission: somebody stored it elsewhere.
    assert_eq!(policy.correlate(&posted(), &contract), None);
}

#[test]
fn each_event_and_each_timer_has_its_method() {
    let (policy, stream) = (policy(), stream());
    let (mut state, mut reactions) = (PlacementState::default(), Reactions::new(Timestamp::UNIX_EPOCH));
    let mission = recorded(&stream, "staffing.MissionPosted", 1, "{}");
    policy.react(&mut state, &posted(), &mission, &mut reactions).expect("it is done");
    let invite =
        |id, candidate| PlacementCommand::Mission(id, MissionCommand::InviteCandidate(InviteCandidate { candidate }));
    assert_eq!(reactions.commands(), [invite(MISSION, candidates()[0])]);
    let due = Timestamp::UNIX_EPOCH + Duration::from_hours(48);
    assert_eq!(reactions.timers()[0], TimerChange::Set { name: "CandidateSilent".into(), due });
    assert_eq!(reactions.timers()[1], TimerChange::Set { name: "Overdue".into(), due: Timestamp::MAX });

    let mut reactions = Reactions::new(Timestamp::UNIX_EPOCH);
    policy.timeout(&mut state, "CandidateSilent", &mut reactions).expect("it is done");
    assert_eq!((state.asked.len(), reactions.commands()), (2, &[invite(Uuid::nil(), candidates()[1])][..]));
    let nobody = policy.timeout(&mut state, "CandidateSilent", &mut reactions).expect_err("both were asked");
    assert_eq!(nobody.to_string(), "nobody is left");
    let unknown = policy.timeout(&mut state, "Gone", &mut reactions).expect_err("there is no such timer");
    assert_eq!(unknown.to_string(), "the policy `staffing.Placement` has no timer `Gone`");

    let noted = MissionNoted { why: "no".to_owned() }.into();
    let failed = policy.react(&mut state, &noted, &mission, &mut reactions).expect_err("it fails");
    assert_eq!(failed.to_string(), "no");
    let mut reactions = Reactions::new(Timestamp::UNIX_EPOCH);
    policy.react(&mut state, &MissionClosed { filled: true }.into(), &mission, &mut reactions).expect("it is done");
    assert_eq!(reactions.timers(), [TimerChange::Cancel { name: "CandidateSilent".into() }]);
}

#[test]
fn a_rejection_comes_to_the_policy_with_its_aggregate() {
    let policy = policy();
    let (mut state, mut reactions) = (PlacementState::default(), Reactions::new(Timestamp::UNIX_EPOCH));
    let command = PlacementCommand::Contract(ContractId("5".to_owned()), ArchiveContract {}.into());
    let rejection = PlacementRejection::from(ContractRejection::from(NotSigned {}));
    assert_eq!(rejection.to_string(), "not signed");
    policy.rejected(&mut state, &command, rejection, &mut reactions).expect("the mission is closed");
    assert_eq!(reactions.commands().len(), 1);
}

#[test]
fn the_state_is_stored_and_has_a_version() {
    assert_eq!((Placement::<InTurn>::NAME, Placement::<InTurn>::STATE_VERSION), ("staffing.Placement", 2));
    let state = PlacementState { asked: candidates(), weight: 0.25 };
    let json = serde_json::to_string(&state).expect("it can be written");
    assert_eq!(serde_json::from_str::<PlacementState>(&json).expect("it can be read"), state);
    assert_eq!(PlacementState::default().weight.to_bits(), 0.5_f64.to_bits());
    let error = policy().earlier_state(1, &json).expect_err("nobody reads it");
    assert_eq!(
        error.to_string(),
        "version 1 of the state of `staffing.Placement` is not read: implement `earlier_state`"
    );
}

/// A contract: its state is in Rust, so the dispatcher takes whose commands these are.
#[derive(Debug, Default)]
struct Contract {
    signed: bool,
    archived: bool,
}

impl Aggregate for Contract {
    const CONTEXT: &'static str = "contracts";
    const NAME: &'static str = "Contract";
    type Id = ContractId;
    type Event = ContractEvent;
    type Command = ContractCommand;
    type Rejection = ContractRejection;

    fn handle(&self, command: ContractCommand) -> Decision<Self> {
        match command {
            ContractCommand::SignContract(SignContract { mission }) => {
                emit(ContractSigned { mission, number: ContractId("5".to_owned()) })
            }
            ContractCommand::ArchiveContract(_) if self.signed && !self.archived => emit(ContractArchived {}),
            ContractCommand::ArchiveContract(_) => reject(NotSigned {}),
        }
    }

    fn apply(&mut self, event: &ContractEvent) {
        match event {
            ContractEvent::ContractSigned(_) => self.signed = true,
            ContractEvent::MissionNoted(_) => {}
            ContractEvent::ContractArchived(_) => self.archived = true,
        }
    }
}

/// Archives what is signed.
struct AtOnce;

impl ArchivePolicy for AtOnce {
    fn on_contract_signed(
        &self,
        _: &mut ArchiveState,
        event: &ContractSigned,
        _: &Recorded<'_>,
        reactions: &mut Issuing<'_, contracts::ArchiveCommand, ContractSigned>,
    ) -> ViewResult {
        reactions.issue(event.number.clone(), ArchiveContract {}).complete();
        Ok(())
    }
}

#[tokio::test]
async fn a_declared_policy_runs_and_its_commands_are_executed() {
    let store = MemoryStore::new();
    let contract = Repository::<Contract, _>::new(store.clone());
    let id = ContractId("5".to_owned());
    // Beside others, which are nobody's business.
    let other = CandidateInvited { candidate: MISSION }.encode().expect("it can be stored");
    let other = NewEvent::new(other.event_type, other.schema_version, other.payload);
    let stream: StreamName = "staffing.Mission-1".parse().expect("a stream");
    store.append_events(&stream, ExpectedVersion::None, vec![other]).await.expect("it is stored");
    contract.execute(&id, SignContract { mission: MISSION }).await.expect("it is signed");
    let dispatcher = ArchiveDispatcher { contract: contract.clone() };
    let worker = PolicyWorker::new(store.clone(), Archive(AtOnce), dispatcher).expect("its name is right");
    worker.catch_up().await.expect("it is done");
    worker.catch_up().await.expect("nothing is to be done");
    let loaded = contract.load(&id).await.expect("it is there");
    assert!(loaded.state.archived && loaded.version == 2, "{loaded:?}");
}
