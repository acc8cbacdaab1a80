-- How far each policy has come.
CREATE TABLE factum_policies (
    name     TEXT    NOT NULL PRIMARY KEY,
    step     INTEGER NOT NULL, -- how many steps were kept
    position INTEGER NOT NULL  -- up to which everything has been dealt with, or is parked
) STRICT, WITHOUT ROWID;

-- What policies know of their correlations.
CREATE TABLE factum_instances (
    policy        TEXT    NOT NULL, -- factum_policies.name
    correlation   TEXT    NOT NULL,
    state_version INTEGER NOT NULL,
    position      INTEGER NOT NULL, -- of the last event that it has seen
    state         TEXT    NOT NULL, -- JSON
    PRIMARY KEY (policy, correlation)
) STRICT;

CREATE TABLE factum_timers (
    policy      TEXT    NOT NULL,
    correlation TEXT    NOT NULL, -- with the policy, a row of factum_instances
    name        TEXT    NOT NULL,
    due         INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    set_by      BLOB    NOT NULL, -- 16 bytes: the id of an event, or of another timer's becoming due
    position    INTEGER NOT NULL, -- of the event that it goes back to
    PRIMARY KEY (policy, correlation, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX factum_timers_due ON factum_timers (policy, due, correlation, name);

-- The steps that policies have put aside.
CREATE TABLE factum_parked_steps (
    policy      TEXT    NOT NULL, -- factum_policies.name
    position    INTEGER NOT NULL, -- of the event, or of the one that the timer goes back to
    correlation TEXT    NOT NULL,
    timer       TEXT,             -- its name, where it is about one
    attempts    INTEGER NOT NULL,
    error       TEXT,             -- what the last attempt said
    parked_at   INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    due         INTEGER NOT NULL, -- 1: to be tried again
    PRIMARY KEY (policy, position, correlation)
) STRICT, WITHOUT ROWID;

CREATE INDEX factum_parked_steps_by_correlation ON factum_parked_steps (policy, correlation, position);
CREATE INDEX factum_parked_steps_due ON factum_parked_steps (policy, position, correlation) WHERE due = 1;
