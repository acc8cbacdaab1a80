//! What else there is to approvals: warnings of a schema that may be meant, and what there is to say of approvals
//! themselves.

use super::review::status;
use super::{Allowance, Review, Status};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::lock::Fingerprint;

/// The id by which a warning of a schema is approved, and what allowances say of it. `None` of all that nobody can approve:
/// what a schema may not say is mended. `today` is `YYYY-MM-DD`.
#[must_use]
pub fn approval(found: &Diagnostic, allowances: &[Allowance], today: &str) -> Option<(String, Status)> {
    let id = (found.code == Code::PolicyCircle).then(|| {
        let parts = [found.code.to_string(), found.message.clone()];
        Fingerprint::of_parts(parts.iter().map(String::as_str)).as_str()[..12].to_owned()
    })?;
    let status = status(&id, allowances, today);
    Some((id, status))
}

impl Review {
    /// Approvals that do nothing, or do nothing any more, each at its place. `was_known` tells of an id whether it was
    /// approved in the baseline too: then what it approved was released with it.
    #[must_use]
    pub fn of_allowances(&self, allowances: &[Allowance], was_known: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
        allowances.iter().filter_map(|allowance| self.of_allowance(allowance, was_known(&allowance.id))).collect()
    }

    fn of_allowance(&self, allowance: &Allowance, was_known: bool) -> Option<Diagnostic> {
        let Allowance { id, until, origin, .. } = allowance;
        if self.without_reason.contains(id) {
            let message = format!("`{id}` is approved for no reason, and so it is not");
            let help = "write why: `reason = \"never stored in production\"`";
            return Some(Diagnostic::warning(Code::AllowWithoutReason, *origin, message).help(help));
        }
        if self.unused.contains(id) {
            return Some(if was_known {
                let message = format!("what `{id}` approves is released by now");
                Diagnostic::info(Code::AllowUnused, *origin, message).help("remove this approval")
            } else {
                let message = format!("nothing that is found has the id `{id}`");
                Diagnostic::warning(Code::AllowUnused, *origin, message)
                    .help("remove this approval, or take an id that `cargo factum check` shows")
            });
        }
        let expired = |until: &&String| {
            let mut same = self.findings.iter().filter(|found| found.id == *id);
            same.any(|found| found.status == Status::Expired((*until).clone()))
        };
        until.as_ref().filter(expired).map(|until| {
            let message = format!("`{id}` was approved until {until}");
            Diagnostic::warning(Code::AllowExpired, *origin, message)
                .help("take the change back, or approve it anew: `cargo factum allow` writes another day")
        })
    }
}
