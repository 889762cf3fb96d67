-- What the sender has to know to find a create again, what stands against a change, and forms that are open.

-- `operation.attempt` numbers the attempts of an account, one after the other; `server_project.first_seen` is the number
-- of the last attempt that had begun when a project first came in. A project with a lower number than an attempt was
-- there before it, so it cannot be what that attempt made.
ALTER TABLE server_project ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;

-- Whether a list of ours has held the project: what it was never in proves nothing by not being in it.
ALTER TABLE server_project ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
UPDATE server_project SET listed = written_at IS NULL;

ALTER TABLE operation ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operation ADD COLUMN sent TEXT NOT NULL DEFAULT '{}';        -- JSON: field -> value of the last request
ALTER TABLE operation ADD COLUMN reason TEXT NOT NULL DEFAULT '';        -- why it needs a person: domain/operation.py
ALTER TABLE operation ADD COLUMN theirs TEXT NOT NULL DEFAULT '{}';      -- JSON: field -> value that stands against it
ALTER TABLE operation ADD COLUMN candidates TEXT NOT NULL DEFAULT '[]';  -- JSON: project IDs that it may have made

ALTER TABLE operation ADD COLUMN noted TEXT NOT NULL DEFAULT '';         -- days whose projects were all known before

UPDATE operation SET reason = 'refused' WHERE state = 'needs_you';
UPDATE operation SET sent = changes WHERE attempts > 0;
UPDATE operation SET attempt = operation_id WHERE attempts > 0;
-- Nobody noted what was there before these attempts, so everything may be what they made.
UPDATE server_project SET first_seen = (SELECT max(attempt) FROM operation)
 WHERE EXISTS (SELECT 1 FROM operation WHERE kind = 'create' AND state IN ('sending', 'unknown'));

CREATE INDEX operation_attempt ON operation (attempt);

CREATE TABLE draft (
    draft_id    TEXT PRIMARY KEY,
    project_key INTEGER,             -- null: a new project
    texts       TEXT NOT NULL,       -- JSON: field -> text as typed, the fields that were touched
    base        TEXT NOT NULL,       -- JSON: field -> value that the form showed before
    owner       TEXT NOT NULL,       -- as typed
    title       TEXT NOT NULL,       -- what the form was about, for the person
    changed_at  TEXT NOT NULL
) STRICT;
