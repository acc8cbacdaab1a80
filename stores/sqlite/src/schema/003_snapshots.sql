-- A cache of folded states: whoever reads a row compares it with the events before it is used. The stream is named and
-- not numbered, since its events may be in another file.
CREATE TABLE snapshots (
    stream      TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL, -- 16 bytes: of the state's shape and of the events
    revision    INTEGER NOT NULL, -- of the fold
    version     INTEGER NOT NULL, -- of the stream, up to which events are folded
    last_event  BLOB    NOT NULL, -- 16 bytes: the id of the event at that version
    recorded_at INTEGER NOT NULL, -- of that event: microseconds since 1970-01-01T00:00:00Z
    skipped     INTEGER NOT NULL,
    digest      BLOB    NOT NULL, -- 16 bytes: of all the rest
    state       TEXT    NOT NULL, -- JSON
    UNIQUE (stream, fingerprint, revision, version)
) STRICT;
