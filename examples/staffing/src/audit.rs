//! Who did what, when and why.

use std::io::Write;

use factum::Repository;
use factum_sqlite::SqliteStore;

use crate::people::{Names, contract_of, mission};
use crate::{Contract, Error};

/// The audit trail of a contract that an earlier release began, and what in another one has never been taken back.
pub(crate) async fn run<W: Write>(store: &SqliteStore, names: &Names, out: &mut W) -> Result<(), Error> {
    let contracts = Repository::<Contract, _>::new(store.clone());
    let mut trail = Vec::new();
    contracts.audit(contract_of(mission("stocktaking")), |entry| trail.push(entry.to_string())).await?;
    for entry in trail {
        for line in names.in_place_of_keys(&entry).lines() {
            writeln!(out, "  {line}")?;
        }
    }
    writeln!(out, "\n  Hours at the reception that were never taken back:")?;
    for open in contracts.history(contract_of(mission("reception"))).await?.uncompensated() {
        let version = open.entry.version().unwrap_or_default();
        writeln!(out, "    version {version}: {:?}", open.event)?;
    }
    Ok(())
}
