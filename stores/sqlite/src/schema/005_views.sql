-- Where each version of each view stands. Its rows are in tables of its own, <name>_v<version> and <name>_v<version>_...;
-- those of the version that readers are shown are seen as <name> and <name>_...
CREATE TABLE factum_views (
    name     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the last event that it has seen
    live     INTEGER NOT NULL, -- 1: readers are shown this version
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX factum_views_live ON factum_views (name) WHERE live = 1;
