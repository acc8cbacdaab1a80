//! Who is to be paid what?

use factum::projection::Projection;
use factum::{Recorded, ViewResult};
use factum_sqlite::ViewTx;

use crate::{ContractEnded, ContractEvent, ContractSigned, HoursTakenBack, HoursWorked, ProjectContractEvent};

/// The first version: a sum for each contract.
#[derive(Debug, Clone, Copy)]
pub struct Payroll;

impl Projection for Payroll {
    type Tx = ViewTx;
    type Events = ContractEvent;
    const NAME: &'static str = "payroll";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch(
            "CREATE TABLE payroll_v1 (
                 contract TEXT PRIMARY KEY, candidate TEXT NOT NULL, client TEXT NOT NULL,
                 cents_an_hour INTEGER NOT NULL
             ) STRICT;
             CREATE TABLE payroll_v1_days (
                 contract TEXT, day TEXT, hundredths INTEGER NOT NULL, PRIMARY KEY (contract, day)
             ) STRICT;",
        )?)
    }
}

impl ProjectContractEvent for Payroll {
    fn on_contract_signed(&self, tx: &mut ViewTx, event: &ContractSigned, recorded: &Recorded<'_>) -> ViewResult {
        let row = (recorded.stream, event.candidate.to_string(), &event.client, event.cents_an_hour);
        tx.execute("INSERT INTO payroll_v1 VALUES (?1, ?2, ?3, ?4)", row)?;
        Ok(())
    }

    fn on_hours_worked(&self, tx: &mut ViewTx, event: &HoursWorked, recorded: &Recorded<'_>) -> ViewResult {
        let row = (recorded.stream, event.day.to_string(), event.hundredths);
        tx.execute("INSERT INTO payroll_v1_days VALUES (?1, ?2, ?3)", row)?;
        Ok(())
    }

    fn on_hours_taken_back(&self, tx: &mut ViewTx, event: &HoursTakenBack, recorded: &Recorded<'_>) -> ViewResult {
        let row = (recorded.stream, event.day.to_string());
        tx.execute("DELETE FROM payroll_v1_days WHERE contract = ?1 AND day = ?2", row)?;
        Ok(())
    }

    fn on_contract_ended(&self, _: &mut ViewTx, _: &ContractEnded, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }
}

/// The second version: what is to be paid in each month. It is built beside the first, from the same events.
#[derive(Debug, Clone, Copy)]
pub struct PayrollByMonth;

impl Projection for PayrollByMonth {
    type Tx = ViewTx;
    type Events = ContractEvent;
    const NAME: &'static str = "payroll";
    const VERSION: u32 = 2;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch(
            "CREATE TABLE payroll_v2 (
                 contract TEXT, month TEXT, candidate TEXT NOT NULL, client TEXT NOT NULL, hundredths INTEGER NOT NULL,
                 cents INTEGER NOT NULL, PRIMARY KEY (contract, month)
             ) STRICT;
             CREATE TABLE payroll_v2_contracts (
                 contract TEXT PRIMARY KEY, candidate TEXT NOT NULL, client TEXT NOT NULL,
                 cents_an_hour INTEGER NOT NULL
             ) STRICT;
             CREATE TABLE payroll_v2_days (
                 contract TEXT, day TEXT, hundredths INTEGER NOT NULL, PRIMARY KEY (contract, day)
             ) STRICT;",
        )?)
    }
}

/// The month's row follows from its days: rounding happens once, on the month's hours.
fn sum_up(tx: &mut ViewTx, contract: &str, day: &str) -> ViewResult {
    tx.execute(
        "INSERT OR REPLACE INTO payroll_v2
         SELECT contract, substr(?2, 1, 7), candidate, client, hundredths, (hundredths * cents_an_hour + 50) / 100
         FROM payroll_v2_contracts, (SELECT coalesce(sum(hundredths), 0) AS hundredths FROM payroll_v2_days
                                     WHERE contract = ?1 AND substr(day, 1, 7) = substr(?2, 1, 7))
         WHERE contract = ?1",
        (contract, day),
    )?;
    Ok(())
}

impl ProjectContractEvent for PayrollByMonth {
    fn on_contract_signed(&self, tx: &mut ViewTx, event: &ContractSigned, recorded: &Recorded<'_>) -> ViewResult {
        let row = (recorded.stream, event.candidate.to_string(), &event.client, event.cents_an_hour);
        tx.execute("INSERT INTO payroll_v2_contracts VALUES (?1, ?2, ?3, ?4)", row)?;
        Ok(())
    }

    fn on_hours_worked(&self, tx: &mut ViewTx, event: &HoursWorked, recorded: &Recorded<'_>) -> ViewResult {
        let day = event.day.to_string();
        tx.execute("INSERT INTO payroll_v2_days VALUES (?1, ?2, ?3)", (recorded.stream, &day, event.hundredths))?;
        sum_up(tx, recorded.stream, &day)
    }

    fn on_hours_taken_back(&self, tx: &mut ViewTx, event: &HoursTakenBack, recorded: &Recorded<'_>) -> ViewResult {
        let day = event.day.to_string();
        tx.execute("DELETE FROM payroll_v2_days WHERE contract = ?1 AND day = ?2", (recorded.stream, &day))?;
        sum_up(tx, recorded.stream, &day)
    }

    fn on_contract_ended(&self, _: &mut ViewTx, _: &ContractEnded, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }
}
