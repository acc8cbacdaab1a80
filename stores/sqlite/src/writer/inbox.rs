//! Messages whose effect is in a view: remembered in the transaction of the effect.

use factum::store::{Message, Received, ViewError, ViewId, ViewWork, to_microseconds};
use rusqlite::{Connection, Error, params};

use super::database::Database;
use super::views::missing;
use crate::reader::views;
use crate::{ViewTx, sql};

impl Database {
    /// Has a message have its effect, if it has not had it yet.
    pub(crate) fn receive(
        &mut self,
        view: &ViewId,
        message: &Message,
        work: ViewWork<ViewTx, ()>,
    ) -> Result<Received, ViewError> {
        let now = to_microseconds(self.now()).as_microsecond();
        self.change_view(|tx| {
            if views::status(tx.connection(), view)?.is_none() {
                return Err(missing(view).into());
            }
            let (name, version) = (view.name(), view.version());
            if tx.connection().prepare_cached(sql::MESSAGE)?.exists(params![name, version, message.id])? {
                return Ok(Received::Repeated);
            }
            tx.lend(view, work)?;
            let position = message.position.map(u64::cast_signed);
            let row = params![name, version, message.id, position, now];
            tx.connection().prepare_cached(sql::INSERT_MESSAGE)?.execute(row)?;
            Ok(Received::Applied)
        })
    }
}

/// Forgets every message of a view.
pub(super) fn forget_all(connection: &Connection, view: &ViewId) -> Result<(), Error> {
    connection.prepare_cached(sql::FORGET_ALL)?.execute(params![view.name(), view.version()]).map(drop)
}
