//! Where what people do becomes commands.

use factum::store::EventStore;
use factum::{Context, ExecuteError, Repository, Uuid};
use uuid::Builder;

use crate::input::{Action, Deed};
use crate::people::{candidate, contract_of, mission};
use crate::{
    AcceptMission, Contract, ContractCommand, DeclineMission, EndContract, Error, Mission, MissionCommand, PostMission,
    ReportHours, TakeBackHours,
};

/// Takes in what people do.
#[derive(Debug)]
pub(crate) struct Desk<S> {
    missions: Repository<Mission, S>,
    contracts: Repository<Contract, S>,
}

/// To which aggregate a deed is a command.
enum Command {
    Mission(MissionCommand),
    Contract(ContractCommand),
}

impl<S: EventStore + Clone> Desk<S> {
    pub(crate) fn new(store: &S) -> Self {
        Self { missions: Repository::new(store.clone()), contracts: Repository::new(store.clone()) }
    }

    /// Does it, and answers why not where it may not be done.
    pub(crate) async fn take_in(&self, action: &Action, number: usize) -> Result<Result<(), String>, Error> {
        let context = Context::new().command_id(command_id(action, number)).actor(&action.by);
        let key = mission(&action.mission);
        match command(&action.deed) {
            Command::Mission(command) => answered(self.missions.execute_with(key, command, context).await),
            Command::Contract(command) => {
                answered(self.contracts.execute_with(contract_of(key), command, context).await)
            }
        }
    }
}

/// A rejection is an answer like any other.
fn answered<T, R: std::error::Error + 'static>(done: Result<T, ExecuteError<R>>) -> Result<Result<(), String>, Error>
where
    Error: From<ExecuteError<R>>,
{
    match done {
        Ok(_) => Ok(Ok(())),
        Err(ExecuteError::Rejected(rejection)) => Ok(Err(rejection.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Follows from the action, so that doing it once more changes nothing.
fn command_id(action: &Action, number: usize) -> Uuid {
    let millis = u64::try_from(action.at.as_millisecond()).unwrap_or_default();
    let mut tail = [0; 10];
    tail[2..].copy_from_slice(&(number as u64).to_be_bytes());
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

fn command(deed: &Deed) -> Command {
    match deed.clone() {
        Deed::Post { client, role, first_day, cents_an_hour, shortlist } => {
            let shortlist = shortlist.iter().map(|name| candidate(name)).collect();
            Command::Mission(PostMission { client, role, first_day, cents_an_hour, shortlist }.into())
        }
        Deed::Accept { candidate: name } => Command::Mission(AcceptMission { candidate: candidate(&name) }.into()),
        Deed::Decline { candidate: name, reason } => {
            Command::Mission(DeclineMission { candidate: candidate(&name), reason: Some(reason) }.into())
        }
        Deed::Report { day, hundredths, site } => Command::Contract(ReportHours { day, hundredths, site }.into()),
        Deed::TakeBack { day, reason } => Command::Contract(TakeBackHours { day, reason }.into()),
        Deed::End => Command::Contract(EndContract {}.into()),
    }
}
