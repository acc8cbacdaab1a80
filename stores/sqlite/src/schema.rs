//! The layout of a file, and how an older one becomes the current one.

use rusqlite::{Connection, Error};

use crate::sql;

/// `fact` in ASCII: what says in a file's header that it is ours.
pub(crate) const APPLICATION_ID: i32 = 0x6661_6374;

/// The layouts in order: migration n makes layout n from layout n - 1. One that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/001_events.sql"),
    include_str!("schema/002_append_only.sql"),
    include_str!("schema/003_snapshots.sql"),
    include_str!("schema/004_subscriptions.sql"),
    include_str!("schema/005_views.sql"),
    include_str!("schema/006_policies.sql"),
    include_str!("schema/007_commands.sql"),
    include_str!("schema/008_inbox.sql"),
];

/// The layout that this release writes.
pub(crate) fn current() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// The layout of an open file; 0 for one that has none yet.
pub(crate) fn layout(connection: &Connection) -> Result<i32, Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a file to the current layout, in one transaction.
pub(crate) fn migrate(connection: &Connection) -> Result<(), Error> {
    if layout(connection)? == current() {
        return Ok(());
    }
    connection.execute_batch(sql::BEGIN_WRITE)?;
    let migrated = migrate_in_transaction(connection);
    connection.execute_batch(if migrated.is_ok() { sql::COMMIT } else { sql::ROLLBACK })?;
    migrated
}

fn migrate_in_transaction(connection: &Connection) -> Result<(), Error> {
    // Read again: until the transaction began another process may have done it.
    let from = layout(connection)?;
    let _span = tracing::info_span!("migrate", from, to = current()).entered();
    let done = usize::try_from(from).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "user_version", current())
}
