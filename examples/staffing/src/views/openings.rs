//! Which missions are there, and who has been asked?

use factum::projection::Projection;
use factum::{Recorded, Uuid, ViewResult};
use factum_sqlite::ViewTx;

use crate::{
    MissionAccepted, MissionDeclined, MissionEvent, MissionPosted, MissionProposed, MissionUnfilled,
    ProjectMissionEvent, ProposalLapsed,
};

/// Every mission, how it stands, and how many were asked for it.
#[derive(Debug, Clone, Copy)]
pub struct Openings;

impl Projection for Openings {
    type Tx = ViewTx;
    type Events = MissionEvent;
    const NAME: &'static str = "openings";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch(
            "CREATE TABLE openings_v1 (
                 mission TEXT PRIMARY KEY, client TEXT NOT NULL, role TEXT NOT NULL, first_day TEXT NOT NULL,
                 standing TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0, candidate TEXT
             ) STRICT",
        )?)
    }
}

fn stands(tx: &mut ViewTx, recorded: &Recorded<'_>, standing: &str, candidate: Option<Uuid>) -> ViewResult {
    let row = (standing, candidate.map(|id| id.to_string()), recorded.stream);
    tx.execute("UPDATE openings_v1 SET standing = ?1, candidate = ?2 WHERE mission = ?3", row)?;
    Ok(())
}

impl ProjectMissionEvent for Openings {
    fn on_mission_posted(&self, tx: &mut ViewTx, event: &MissionPosted, recorded: &Recorded<'_>) -> ViewResult {
        let row = (recorded.stream, &event.client, &event.role, event.first_day.to_string());
        tx.execute("INSERT INTO openings_v1 VALUES (?1, ?2, ?3, ?4, 'posted', 0, NULL)", row)?;
        Ok(())
    }

    fn on_mission_proposed(&self, tx: &mut ViewTx, event: &MissionProposed, recorded: &Recorded<'_>) -> ViewResult {
        tx.execute("UPDATE openings_v1 SET asked = asked + 1 WHERE mission = ?1", (recorded.stream,))?;
        stands(tx, recorded, "asking", Some(event.candidate))
    }

    fn on_mission_accepted(&self, tx: &mut ViewTx, event: &MissionAccepted, recorded: &Recorded<'_>) -> ViewResult {
        stands(tx, recorded, "filled", Some(event.candidate))
    }

    fn on_mission_declined(&self, tx: &mut ViewTx, _: &MissionDeclined, recorded: &Recorded<'_>) -> ViewResult {
        stands(tx, recorded, "posted", None)
    }

    fn on_proposal_lapsed(&self, tx: &mut ViewTx, _: &ProposalLapsed, recorded: &Recorded<'_>) -> ViewResult {
        stands(tx, recorded, "posted", None)
    }

    fn on_mission_unfilled(&self, tx: &mut ViewTx, _: &MissionUnfilled, recorded: &Recorded<'_>) -> ViewResult {
        stands(tx, recorded, "unfilled", None)
    }
}
