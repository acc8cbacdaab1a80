//! What would have been. Nothing of it is written.

use std::fmt;
use std::io::Write;

use factum::history::compare_debug;
use factum::{Date, Repository};
use factum_sqlite::SqliteStore;

use crate::people::{Names, candidate, contract_of, mission};
use crate::{Contract, ContractEvent, Error, Mission, MissionAccepted, MissionEvent, ReportHours};

/// Asks it of a mission, and of a contract.
pub(crate) async fn run<W: Write>(store: &SqliteStore, names: &Names, out: &mut W) -> Result<(), Error> {
    an_answer_in_time(store, names, out).await?;
    writeln!(out)?;
    nothing_taken_back(store, names, out).await
}

async fn an_answer_in_time<W: Write>(store: &SqliteStore, names: &Names, out: &mut W) -> Result<(), Error> {
    let missions = Repository::<Mission, _>::new(store.clone());
    let history = missions.history(mission("night shift")).await?;
    let mut branch = history.branch();
    branch.retain(|entry| {
        !entry
            .events()
            .iter()
            .any(|event| matches!(event, MissionEvent::ProposalLapsed(_) | MissionEvent::MissionUnfilled(_)))
    });
    branch.push(MissionAccepted { candidate: candidate("Emre") });
    writeln!(out, "  What if Emre had accepted the night shift in time?")?;
    changed(&history.state(), &branch.state(), names, out)
}

async fn nothing_taken_back<W: Write>(store: &SqliteStore, names: &Names, out: &mut W) -> Result<(), Error> {
    let contracts = Repository::<Contract, _>::new(store.clone());
    let history = contracts.history(contract_of(mission("warehouse"))).await?;
    let mut branch = history.branch();
    branch.retain(|entry| !entry.events().iter().any(|event| matches!(event, ContractEvent::HoursTakenBack(_))));
    writeln!(out, "  What if the warehouse had not taken back the hours of 11 March?")?;
    changed(&history.state(), &branch.state(), names, out)?;
    let again = ReportHours { day: Date::constant(2026, 3, 11), hundredths: 800, site: None };
    if let Err(rejection) = branch.execute(again) {
        writeln!(out, "    To report them once more would be refused: {rejection}")?;
    }
    Ok(())
}

/// What is different in two states.
fn changed<T: fmt::Debug>(before: &T, after: &T, names: &Names, out: &mut impl Write) -> Result<(), Error> {
    for line in names.in_place_of_keys(&compare_debug(before, after).to_string()).lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}
