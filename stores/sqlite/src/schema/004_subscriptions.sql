-- How far each subscription has come. Tables beside the events have this prefix: other names are free for views.
CREATE TABLE factum_subscriptions (
    name     TEXT    NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL -- up to which everything is acknowledged or parked
) STRICT, WITHOUT ROWID;

-- The events that subscriptions have put aside.
CREATE TABLE factum_parked (
    subscription TEXT    NOT NULL, -- factum_subscriptions.name
    position     INTEGER NOT NULL, -- events.position
    key          TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    error        TEXT,             -- what the last attempt said
    parked_at    INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    due          INTEGER NOT NULL, -- 1: to be delivered again
    PRIMARY KEY (subscription, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX factum_parked_by_key ON factum_parked (subscription, key, position);
CREATE INDEX factum_parked_due ON factum_parked (subscription, position) WHERE due = 1;
