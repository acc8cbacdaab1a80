//! Who did what, when and why.

use std::io::Write;

use factum::Repository;
use factum_sqlite::SqliteStore;

use crate::people::{Names, contract_of, mission};
use crate::{Contract, Error};

/// The audit trail of a mission's contract.
pub(crate) async fn trail<W: Write>(store: &SqliteStore, of: &str, names: &Names, out: &mut W) -> Result<(), Error> {
    let contracts = Repository::<Contract, _>::new(store.clone());
    let mut trail = Vec::new();
    contracts.audit(contract_of(mission(of)), |entry| trail.push(entry.to_string())).await?;
    for entry in trail {
        for line in names.in_place_of_keys(&entry).lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// What was reported under a mission's contract and has never been taken back.
pub(crate) async fn not_taken_back<W: Write>(store: &SqliteStore, of: &str, out: &mut W) -> Result<(), Error> {
    let contracts = Repository::<Contract, _>::new(store.clone());
    writeln!(out, "\n  Its hours that were never taken back:")?;
    for open in contracts.history(contract_of(mission(of))).await?.uncompensated() {
        let version = open.entry.version().unwrap_or_default();
        writeln!(out, "    version {version}: {:?}", open.event)?;
    }
    Ok(())
}
