//! Types of another crate, for the cases.

/// Of another crate, and nothing that serde knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign;
