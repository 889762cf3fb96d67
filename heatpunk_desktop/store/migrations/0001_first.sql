-- Tables `server_*` hold what the server said and change by its answers only; `operation` holds what people did.
-- UTC times are text, YYYY-MM-DDTHH:MM:SS.mmmZ, which sorts; an empty text is an unknown time.

CREATE TABLE server_project (
    project_id      INTEGER PRIMARY KEY,
    owner_id        INTEGER,
    created         TEXT NOT NULL,
    modified        TEXT NOT NULL,
    project_name    TEXT NOT NULL,
    customer_name   TEXT NOT NULL,
    address         TEXT NOT NULL,
    postcode        TEXT NOT NULL,
    latitude        REAL,
    longitude       REAL,
    status          TEXT NOT NULL,
    created_raw     TEXT,            -- what the server wrote, where `created` differs from it
    modified_raw    TEXT,
    extra           TEXT,            -- JSON of fields that this program does not know
    written_at      TEXT,            -- when the server last confirmed a create or an update of ours
    absent_since    TEXT,            -- when a complete list that should hold it first did not
    deleted_here_at TEXT             -- when the server confirmed a soft delete of ours
) STRICT;

CREATE INDEX server_project_newest ON server_project (created DESC, project_id DESC);

CREATE INDEX server_project_deleted_here ON server_project (project_id) WHERE deleted_here_at IS NOT NULL;

CREATE INDEX server_project_absent ON server_project (project_id) WHERE absent_since IS NOT NULL;

CREATE TABLE server_detail (
    project_id INTEGER PRIMARY KEY,
    known      TEXT NOT NULL,        -- JSON: field -> value or null, the fields that an answer told
    answer     TEXT NOT NULL,        -- JSON: the whole answer of GET /projects/data
    loaded_at  TEXT NOT NULL
) STRICT;

CREATE TABLE server_member (
    email    TEXT PRIMARY KEY,
    owner_id INTEGER,
    is_me    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE server_window (
    first_day  TEXT NOT NULL,        -- YYYY-MM-DD, both days included
    last_day   TEXT NOT NULL,
    digest     BLOB,                 -- of the answer's bytes; null: read it in full next time
    ids        BLOB NOT NULL,        -- the project IDs in that answer, 8 bytes each, lowest byte first
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (first_day, last_day)
) STRICT;

CREATE TABLE operation (
    operation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL CHECK (kind IN ('create', 'update', 'soft_delete')),
    state        TEXT NOT NULL
                 CHECK (state IN ('queued', 'sending', 'unknown', 'needs_you', 'confirmed', 'discarded')),
    project_key  INTEGER NOT NULL,   -- project ID, or minus the operation_id of the create that makes it
    owner        TEXT NOT NULL,
    changes      TEXT NOT NULL,      -- JSON: field -> value
    base         TEXT NOT NULL,      -- JSON: field -> value before, as the person saw it
    created_at   TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    attempted_at TEXT NOT NULL DEFAULT '',
    settled_at   TEXT NOT NULL DEFAULT '',
    words        TEXT NOT NULL DEFAULT '',
    server_words TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX operation_pending ON operation (project_key, operation_id)
    WHERE state IN ('queued', 'sending', 'unknown', 'needs_you');
CREATE INDEX operation_state ON operation (state, operation_id);
CREATE INDEX operation_settled ON operation (project_key, settled_at)
    WHERE state IN ('confirmed', 'discarded');

CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
