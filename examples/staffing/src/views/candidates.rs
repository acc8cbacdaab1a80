//! On whom can the agency count?

use factum::projection::Projection;
use factum::{Recorded, Uuid, ViewResult};
use factum_sqlite::ViewTx;

use crate::{
    MissionAccepted, MissionDeclined, MissionEvent, MissionPosted, MissionProposed, MissionUnfilled,
    ProjectMissionEvent, ProposalLapsed,
};

/// How often each candidate was asked, and what they answered.
#[derive(Debug, Clone, Copy)]
pub struct Candidates;

impl Projection for Candidates {
    type Tx = ViewTx;
    type Events = MissionEvent;
    const NAME: &'static str = "candidates";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch(
            "CREATE TABLE candidates_v1 (
                 candidate TEXT PRIMARY KEY, asked INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
                 declined INTEGER NOT NULL DEFAULT 0, lapsed INTEGER NOT NULL DEFAULT 0
             ) STRICT",
        )?)
    }
}

/// Counts one more in a column. Which columns there are is said in this file alone.
fn count(tx: &mut ViewTx, candidate: Uuid, column: &'static str) -> ViewResult {
    let row = (candidate.to_string(),);
    tx.execute(
        &format!(
            "INSERT INTO candidates_v1 (candidate, {column}) VALUES (?1, 1)
             ON CONFLICT (candidate) DO UPDATE SET {column} = {column} + 1"
        ),
        row,
    )?;
    Ok(())
}

impl ProjectMissionEvent for Candidates {
    fn on_mission_posted(&self, _: &mut ViewTx, _: &MissionPosted, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }

    fn on_mission_proposed(&self, tx: &mut ViewTx, event: &MissionProposed, _: &Recorded<'_>) -> ViewResult {
        count(tx, event.candidate, "asked")
    }

    fn on_mission_accepted(&self, tx: &mut ViewTx, event: &MissionAccepted, _: &Recorded<'_>) -> ViewResult {
        count(tx, event.candidate, "accepted")
    }

    fn on_mission_declined(&self, tx: &mut ViewTx, event: &MissionDeclined, _: &Recorded<'_>) -> ViewResult {
        count(tx, event.candidate, "declined")
    }

    fn on_proposal_lapsed(&self, tx: &mut ViewTx, event: &ProposalLapsed, _: &Recorded<'_>) -> ViewResult {
        count(tx, event.candidate, "lapsed")
    }

    fn on_mission_unfilled(&self, _: &mut ViewTx, _: &MissionUnfilled, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }
}
