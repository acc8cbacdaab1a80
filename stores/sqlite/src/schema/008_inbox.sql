-- The messages whose effect is in the rows of a view.
CREATE TABLE factum_messages (
    view        TEXT    NOT NULL, -- with the version, a row of factum_views
    version     INTEGER NOT NULL,
    id          TEXT    NOT NULL, -- whoever sent it gave it
    position    INTEGER,          -- events.position, if it is an event of this file
    received_at INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    PRIMARY KEY (view, version, id)
) STRICT, WITHOUT ROWID;
