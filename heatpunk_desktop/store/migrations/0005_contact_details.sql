-- Which contact details are loaded next, and what colleagues are called.

-- Whether a list has shown since that the project changed: its details are loaded again soon.
ALTER TABLE server_detail ADD COLUMN due INTEGER NOT NULL DEFAULT 0;

CREATE INDEX server_detail_due ON server_detail (project_id) WHERE due = 1;
CREATE INDEX server_detail_loaded ON server_detail (loaded_at);

-- Projects that the server refused to tell of: each is asked for again only after a pause, longer each time.
CREATE TABLE server_detail_refused (
    project_id INTEGER PRIMARY KEY,
    times      INTEGER NOT NULL,
    ask_after  TEXT NOT NULL         -- UTC text
) STRICT;

-- What the user calls owners whose email is not known.
CREATE TABLE named_owner (
    owner_id INTEGER PRIMARY KEY,    -- the server's number
    name     TEXT NOT NULL,
    named_at TEXT NOT NULL
) STRICT;
