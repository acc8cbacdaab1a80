//! Commands that came to nothing, forgotten.

use factum::{AppendError, Timestamp};

use super::database::Database;
use super::inbox::microsecond_from;
use crate::sql;

impl Database {
    /// Forgets those that came before this time, and answers how many.
    pub(crate) fn forget_commands(&mut self, before: Timestamp) -> Result<u64, AppendError> {
        self.transaction(|connection| {
            Ok(connection.prepare_cached(sql::FORGET_COMMANDS)?.execute([microsecond_from(before)])? as u64)
        })
    }
}
