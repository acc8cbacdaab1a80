//! Every statement that the store runs, and nothing else.

/// A row of the table `events` in the order in which [`crate::reader::row`] reads it. Whoever reads one stream does not
/// ask for it with each row.
macro_rules! row {
    ($($stream_id:literal)?) => {
        concat!(
            "SELECT position, version, id, kind_id, recorded_at, correlation_id, causation_id, depth, actor, \
             headers, payload",
            $($stream_id,)?
            " FROM events "
        )
    };
}

/// The parked events of a subscription after a position, with a further condition.
macro_rules! parked {
    ($($condition:literal)?) => {
        concat!(
            "SELECT position, key, attempts, error, parked_at, due FROM factum_parked \
             WHERE subscription = ?1 AND position > ?2 ",
            $($condition,)?
            " ORDER BY position LIMIT ?3"
        )
    };
}

/// Instances with a further condition, each as often as it has timers, or once.
macro_rules! instances {
    ($($condition:literal)?) => {
        concat!(
            "SELECT instance.correlation, state_version, state, instance.position, \
             timer.name, timer.due, timer.set_by, timer.position \
             FROM (SELECT * FROM factum_instances WHERE policy = ?1 ",
            $($condition,)?
            " ORDER BY correlation LIMIT ?2) AS instance \
             LEFT JOIN factum_timers AS timer USING (policy, correlation) \
             ORDER BY instance.correlation, timer.due, timer.name"
        )
    };
}

/// The parked steps of a policy, with a further condition.
macro_rules! parked_steps {
    ($($condition:literal)?) => {
        concat!(
            "SELECT position, correlation, timer, attempts, error, parked_at, due FROM factum_parked_steps \
             WHERE policy = ?1 ",
            $($condition,)?
            " ORDER BY position, correlation LIMIT ?2"
        )
    };
}

/// The messages of a slice that begins with an id, of which a condition holds.
macro_rules! forget_messages {
    ($condition:literal) => {
        concat!(
            "DELETE FROM factum_messages WHERE view = ?1 AND version = ?2 AND id IN (SELECT id FROM \
             (SELECT id, received_at, position FROM factum_messages \
             WHERE view = ?1 AND version = ?2 AND id >= ?3 ORDER BY id LIMIT ?4) WHERE ",
            $condition,
            ")"
        )
    };
}

/// What every connection is told. `synchronous=FULL` is what makes a commit durable in WAL mode; `temp_store` keeps
/// SQLite from opening files that a full disk could fail.
pub(crate) const EVERY_CONNECTION: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA temp_store = MEMORY;
";

/// The size to which the WAL is cut back when it starts over: 64 MiB.
pub(crate) const WRITER_CONNECTION: &str = "PRAGMA journal_size_limit = 67108864;";

pub(crate) const READER_CONNECTION: &str = "PRAGMA query_only = ON;";

pub(crate) const JOURNAL_MODE_WAL: &str = "PRAGMA journal_mode = WAL";
pub(crate) const CHECKPOINT_PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
pub(crate) const CHECKPOINT_RESTART: &str = "PRAGMA wal_checkpoint(RESTART)";
pub(crate) const QUICK_CHECK: &str = "PRAGMA quick_check(1)";

pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
pub(crate) const BEGIN_READ: &str = "BEGIN DEFERRED";
pub(crate) const COMMIT: &str = "COMMIT";
pub(crate) const ROLLBACK: &str = "ROLLBACK";

/// Changes whenever another connection has committed.
pub(crate) const DATA_VERSION: &str = "PRAGMA data_version";

/// How many tables, indexes and so on there are.
pub(crate) const SCHEMA_OBJECTS: &str = "SELECT count(*) FROM sqlite_schema";

/// A stream's number, version and last time, by its name.
pub(crate) const HEAD: &str = "SELECT streams.id, events.version, events.recorded_at \
     FROM streams JOIN events ON events.stream_id = streams.id \
     WHERE streams.name = ?1 ORDER BY events.version DESC LIMIT 1";

/// The event that holds an id.
pub(crate) const BY_ID: &str = "SELECT streams.name, events.version, events.position, kinds.type, \
     kinds.schema_version, events.payload \
     FROM events JOIN streams ON streams.id = events.stream_id JOIN kinds ON kinds.id = events.kind_id \
     WHERE events.id = ?1";

pub(crate) const COMMAND: &str = "SELECT stream, version FROM factum_commands WHERE id = ?1";
pub(crate) const INSERT_COMMAND: &str =
    "INSERT INTO factum_commands (id, stream, version, recorded_at) VALUES (?1, ?2, ?3, ?4)";

/// The command with which the next slice begins, where one begins with an id.
pub(crate) const NEXT_COMMANDS: &str = "SELECT id FROM factum_commands WHERE id >= ?1 ORDER BY id LIMIT 1 OFFSET ?2";

/// Those of a slice that came before a time.
pub(crate) const FORGET_COMMANDS: &str = "DELETE FROM factum_commands WHERE id IN (SELECT id FROM \
     (SELECT id, recorded_at FROM factum_commands WHERE id >= ?1 ORDER BY id LIMIT ?2) WHERE recorded_at < ?3)";

pub(crate) const INSERT_STREAM: &str = "INSERT INTO streams (name) VALUES (?1)";
pub(crate) const INSERT_KIND: &str = "INSERT INTO kinds (type, schema_version, readable_from) VALUES (?1, ?2, ?3)";
pub(crate) const INSERT_EVENT: &str = "INSERT INTO events (stream_id, version, id, kind_id, recorded_at, \
     correlation_id, causation_id, depth, actor, headers, payload) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

pub(crate) const KIND_ID: &str = "SELECT id FROM kinds WHERE type = ?1 AND schema_version = ?2 AND readable_from = ?3";
pub(crate) const EVENT_TYPES: &str = "SELECT DISTINCT type FROM kinds ORDER BY type";
pub(crate) const KINDS_OF_TYPE: &str = "SELECT id FROM kinds WHERE type = ?1";
pub(crate) const KIND: &str = "SELECT type, schema_version, readable_from FROM kinds WHERE id = ?1";
pub(crate) const LAST_POSITION: &str = "SELECT coalesce(max(position), 0) FROM events";

pub(crate) const ROWS_BETWEEN: &str = "SELECT count(*) FROM events WHERE position >= ?1 AND position < ?2";

/// The versions that do not follow the one before them in their stream, by the index of versions alone.
pub(crate) const GAPS: &str = "SELECT streams.name, before + 1, version, \
     (SELECT position FROM events WHERE events.stream_id = follows.stream_id AND events.version = follows.version) \
     FROM (SELECT stream_id, version, lag(version, 1, 0) OVER (PARTITION BY stream_id ORDER BY version) AS before \
     FROM events) AS follows JOIN streams ON streams.id = follows.stream_id WHERE version <> before + 1 \
     ORDER BY streams.name, version";

pub(crate) const STREAM_NAME: &str = "SELECT name FROM streams WHERE id = ?1";

/// When a stream's event of some version was recorded.
pub(crate) const RECORDED_AT: &str = "SELECT recorded_at FROM events WHERE stream_id = ?1 AND version = ?2";

pub(crate) const STREAM_FORWARD: &str =
    concat!(row!(), "WHERE stream_id = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version");
pub(crate) const STREAM_BACKWARD: &str =
    concat!(row!(), "WHERE stream_id = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version DESC");
pub(crate) const EVENT: &str = concat!(row!(", stream_id"), "WHERE id = ?1");
pub(crate) const FEED_FORWARD: &str = concat!(row!(", stream_id"), "WHERE position >= ?1 ORDER BY position");
pub(crate) const FEED_BACKWARD: &str = concat!(row!(", stream_id"), "WHERE position <= ?1 ORDER BY position DESC");

pub(crate) const SAVE_SNAPSHOT: &str = "INSERT OR REPLACE INTO snapshots (stream, fingerprint, revision, version, \
     last_event, recorded_at, skipped, digest, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Removes all but the newest of a stream and a key.
pub(crate) const KEEP_SNAPSHOTS: &str = "DELETE FROM snapshots WHERE rowid IN (SELECT rowid FROM snapshots \
     WHERE stream = ?1 AND fingerprint = ?2 AND revision = ?3 ORDER BY version DESC LIMIT -1 OFFSET ?4)";

pub(crate) const CLEAR_SNAPSHOTS: &str = "DELETE FROM snapshots";

/// The snapshots of a stream and a key within bounds, the newest first.
pub(crate) const SNAPSHOTS: &str = "SELECT version, last_event, recorded_at, skipped, digest, state FROM snapshots \
     WHERE stream = ?1 AND fingerprint = ?2 AND revision = ?3 AND version <= ?4 AND recorded_at <= ?5 \
     ORDER BY version DESC";

pub(crate) const ENTER_SUBSCRIPTION: &str =
    "INSERT OR IGNORE INTO factum_subscriptions (name, position) VALUES (?1, ?2)";
pub(crate) const SUBSCRIPTION: &str = "SELECT position FROM factum_subscriptions WHERE name = ?1";
pub(crate) const MOVE_SUBSCRIPTION: &str =
    "UPDATE factum_subscriptions SET position = max(position, ?2) WHERE name = ?1";
pub(crate) const SUBSCRIPTIONS: &str = "SELECT name, position, \
     (SELECT count(*) FROM factum_parked WHERE subscription = name) FROM factum_subscriptions ORDER BY name";

pub(crate) const PARK: &str = "INSERT OR REPLACE INTO factum_parked \
     (subscription, position, key, attempts, error, parked_at, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(crate) const UNPARK: &str = "DELETE FROM factum_parked WHERE subscription = ?1 AND position = ?2";

pub(crate) const PARKED: &str = parked!();
pub(crate) const PARKED_DUE: &str = parked!("AND due = 1");
pub(crate) const PARKED_OF_KEY: &str = parked!("AND key = ?4");
pub(crate) const PARKED_OF_KEY_DUE: &str = parked!("AND key = ?4 AND due = 1");

/// Makes the first parked event of a key due, or of each key.
pub(crate) const REPLAY: &str = "UPDATE factum_parked SET due = 1 \
     WHERE subscription = ?1 AND (?2 IS NULL OR key = ?2) AND position = \
     (SELECT min(position) FROM factum_parked AS other WHERE other.subscription = ?1 AND other.key = factum_parked.key)";

pub(crate) const VIEWS: &str = "SELECT version, position, live FROM factum_views WHERE name = ?1 ORDER BY version";
pub(crate) const VIEW: &str = "SELECT version, position, live FROM factum_views WHERE name = ?1 AND version = ?2";
pub(crate) const MAKE_VIEW: &str =
    "INSERT OR REPLACE INTO factum_views (name, version, position, live) VALUES (?1, ?2, 0, ?3)";
pub(crate) const MOVE_VIEW: &str = "UPDATE factum_views SET position = ?3 WHERE name = ?1 AND version = ?2";
pub(crate) const HIDE_VIEW: &str = "UPDATE factum_views SET live = 0 WHERE name = ?1 AND live = 1";
pub(crate) const SHOW_VIEW: &str = "UPDATE factum_views SET live = 1 WHERE name = ?1 AND version = ?2";
pub(crate) const REMOVE_VIEW: &str = "DELETE FROM factum_views WHERE name = ?1 AND version = ?2";

pub(crate) const MESSAGE: &str = "SELECT 1 FROM factum_messages WHERE view = ?1 AND version = ?2 AND id = ?3";
pub(crate) const INSERT_MESSAGE: &str =
    "INSERT INTO factum_messages (view, version, id, position, received_at) VALUES (?1, ?2, ?3, ?4, ?5)";
pub(crate) const NEXT_MESSAGES: &str = "SELECT id FROM factum_messages \
     WHERE view = ?1 AND version = ?2 AND id >= ?3 ORDER BY id LIMIT 1 OFFSET ?4";
pub(crate) const FORGET_BEFORE: &str = forget_messages!("received_at < ?5");
pub(crate) const FORGET_UP_TO: &str = forget_messages!("position <= ?5");
pub(crate) const FORGET_ALL: &str = "DELETE FROM factum_messages WHERE view = ?1 AND version = ?2";

/// What has the name of a view's version, or a name that begins with it and `_`: its views of SQL's first.
pub(crate) const OBJECTS_OF_VIEW: &str = "SELECT name, type FROM pragma_table_list \
     WHERE schema = 'main' AND type <> 'shadow' AND (name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '_') \
     ORDER BY type <> 'view', name";

/// The views of SQL's that have some name, or one that begins with it and `_`, and how they were made.
pub(crate) const VIEWS_OF_SQL: &str = "SELECT name, sql FROM sqlite_schema \
     WHERE type = 'view' AND (name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '_')";

pub(crate) const ENTER_POLICY: &str = "INSERT OR IGNORE INTO factum_policies (name, step, position) VALUES (?1, 0, ?2)";
pub(crate) const POLICY: &str = "SELECT step, position FROM factum_policies WHERE name = ?1";
pub(crate) const MOVE_POLICY: &str =
    "UPDATE factum_policies SET step = step + 1, position = max(position, ?2) WHERE name = ?1";
pub(crate) const POLICIES: &str = "SELECT name, position, \
     (SELECT count(*) FROM factum_instances WHERE policy = name), \
     (SELECT count(*) FROM factum_parked_steps WHERE policy = name) FROM factum_policies ORDER BY name";

pub(crate) const PUT_INSTANCE: &str = "INSERT OR REPLACE INTO factum_instances \
     (policy, correlation, state_version, position, state) VALUES (?1, ?2, ?3, ?4, ?5)";
pub(crate) const REMOVE_INSTANCE: &str = "DELETE FROM factum_instances WHERE policy = ?1 AND correlation = ?2";
pub(crate) const INSERT_TIMER: &str = "INSERT INTO factum_timers (policy, correlation, name, due, set_by, position) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
pub(crate) const REMOVE_TIMERS: &str = "DELETE FROM factum_timers WHERE policy = ?1 AND correlation = ?2";

pub(crate) const INSTANCE: &str = instances!("AND correlation = ?3");
pub(crate) const INSTANCES: &str = instances!();
pub(crate) const INSTANCES_AFTER: &str = instances!("AND correlation > ?3");

/// The timers that are due, but for those of a correlation that has parked a step.
pub(crate) const TIMERS: &str = "SELECT correlation, name, due, set_by, position FROM factum_timers \
     WHERE policy = ?1 AND due <= ?2 AND NOT EXISTS (SELECT 1 FROM factum_parked_steps AS parked \
     WHERE parked.policy = ?1 AND parked.correlation = factum_timers.correlation) \
     ORDER BY due, correlation, name LIMIT ?3";

pub(crate) const PARK_STEP: &str = "INSERT OR REPLACE INTO factum_parked_steps \
     (policy, position, correlation, timer, attempts, error, parked_at, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(crate) const UNPARK_STEP: &str =
    "DELETE FROM factum_parked_steps WHERE policy = ?1 AND position = ?2 AND correlation = ?3";

pub(crate) const PARKED_STEPS: &str = parked_steps!();
pub(crate) const PARKED_STEPS_DUE: &str = parked_steps!("AND due = 1");
pub(crate) const PARKED_STEPS_OF: &str = parked_steps!("AND correlation = ?3");
pub(crate) const PARKED_STEPS_OF_DUE: &str = parked_steps!("AND correlation = ?3 AND due = 1");

/// Makes the first parked step of a correlation due, or of each correlation.
pub(crate) const REPLAY_STEPS: &str = "UPDATE factum_parked_steps SET due = 1 \
     WHERE policy = ?1 AND (?2 IS NULL OR correlation = ?2) AND position = \
     (SELECT min(position) FROM factum_parked_steps AS other \
     WHERE other.policy = ?1 AND other.correlation = factum_parked_steps.correlation)";
