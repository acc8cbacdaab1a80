//! Contracts: the hours that were worked.

use factum::{Date, Decision, emit, nothing, reject};

use crate::{
    AlreadySigned, ApplyContractEvent, Contract, ContractEnded, ContractRejection, ContractSigned, EndContract,
    EndContractEvent, HandleContractCommand, HasEnded, HoursTakenBack, HoursWorked, NotSigned, NothingReported,
    ReportHours, ReportHoursEvent, ReportedAlready, SignContract, SignContractEvent, TakeBackHours, TakeBackHoursEvent,
    TooLong, Workday,
};

/// How long somebody may work on a day, in hundredths of an hour.
const ALLOWED: u16 = 1_000;

impl Contract {
    /// What was worked on all days, in hundredths of an hour.
    #[must_use]
    pub fn hundredths(&self) -> u64 {
        self.worked.iter().map(|worked| u64::from(worked.hundredths)).sum()
    }

    fn runs(&self) -> Result<(), ContractRejection> {
        match (self.candidate, self.ended) {
            (None, _) => Err(NotSigned {}.into()),
            (Some(_), true) => Err(HasEnded {}.into()),
            (Some(_), false) => Ok(()),
        }
    }

    fn is_reported(&self, day: Date) -> bool {
        self.worked.iter().any(|worked| worked.day == day)
    }
}

impl HandleContractCommand for Contract {
    fn sign_contract(&self, command: SignContract) -> Decision<Self, SignContractEvent> {
        let SignContract { mission, candidate, client, cents_an_hour } = command;
        if self.candidate.is_some() {
            return reject(AlreadySigned {});
        }
        emit(ContractSigned { mission, candidate, client, cents_an_hour })
    }

    fn report_hours(&self, command: ReportHours) -> Decision<Self, ReportHoursEvent> {
        let ReportHours { day, hundredths, site } = command;
        self.runs()?;
        if self.is_reported(day) {
            return reject(ReportedAlready { day });
        }
        if hundredths > ALLOWED {
            return reject(TooLong { hundredths, allowed: ALLOWED });
        }
        emit(HoursWorked { day, hundredths, site })
    }

    fn take_back_hours(&self, command: TakeBackHours) -> Decision<Self, TakeBackHoursEvent> {
        let TakeBackHours { day, reason } = command;
        self.runs()?;
        if !self.is_reported(day) {
            return reject(NothingReported { day });
        }
        emit(HoursTakenBack { day, reason })
    }

    fn end_contract(&self, _: EndContract) -> Decision<Self, EndContractEvent> {
        if self.ended {
            return nothing();
        }
        self.runs()?;
        emit(ContractEnded {})
    }
}

impl ApplyContractEvent for Contract {
    fn on_contract_signed(&mut self, event: &ContractSigned) {
        self.candidate = Some(event.candidate);
        self.client.clone_from(&event.client);
        self.cents_an_hour = event.cents_an_hour;
    }

    fn on_hours_worked(&mut self, event: &HoursWorked) {
        self.worked.push(Workday { day: event.day, hundredths: event.hundredths });
    }

    fn on_hours_taken_back(&mut self, event: &HoursTakenBack) {
        self.worked.retain(|worked| worked.day != event.day);
    }

    fn on_contract_ended(&mut self, _: &ContractEnded) {
        self.ended = true;
    }
}
