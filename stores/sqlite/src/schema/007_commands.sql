-- The commands that came to nothing, and may come again. Others are known by the ids of their events.
CREATE TABLE factum_commands (
    id          BLOB    NOT NULL PRIMARY KEY, -- 16 bytes
    stream      TEXT    NOT NULL, -- which may not exist
    version     INTEGER NOT NULL, -- of the stream, at the time; 0: it did not exist
    recorded_at INTEGER NOT NULL  -- microseconds since 1970-01-01T00:00:00Z
) STRICT, WITHOUT ROWID;
