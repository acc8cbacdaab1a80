//! Three views, each with the rows that one question needs.

mod candidates;
mod openings;
mod payroll;

pub use candidates::Candidates;
pub use openings::Openings;
pub use payroll::{Payroll, PayrollByMonth};
