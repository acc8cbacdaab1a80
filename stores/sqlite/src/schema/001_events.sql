-- Names are kept once; a row of `events` holds their numbers. No row here is ever changed or removed, so whoever has
-- read a number's name may keep it.
CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- What events were stored as: there are few such triples, and each event has one.
CREATE TABLE kinds (
    id             INTEGER PRIMARY KEY,
    type           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    readable_from  INTEGER NOT NULL,
    UNIQUE (type, schema_version, readable_from)
) STRICT;

-- One row per event. The rowid is the position: rows are inserted under the file's write lock, so its order is the
-- order of commits. (No AUTOINCREMENT: nothing is ever deleted, so no rowid is given twice.)
-- A stream's version is that of its last row; no table counts it a second time, which saves a page per commit.
-- The payload stands last: whoever needs only the columns before it never reads its overflow pages.
CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    stream_id      INTEGER NOT NULL, -- streams.id
    version        INTEGER NOT NULL, -- 1 for a stream's first event
    id             BLOB    NOT NULL, -- 16 bytes
    kind_id        INTEGER NOT NULL, -- kinds.id
    recorded_at    INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    correlation_id BLOB,             -- 16 bytes
    causation_id   BLOB,             -- 16 bytes
    depth          INTEGER NOT NULL,
    actor          TEXT,
    headers        TEXT,             -- a JSON object of strings
    payload        TEXT    NOT NULL, -- JSON, byte for byte as it came
    UNIQUE (stream_id, version),
    UNIQUE (id)
) STRICT;
