-- What is stored together and taken back together, and what a person has chosen: views, pairs that are no duplicates,
-- how the columns of a spreadsheet were read.

-- The number of the batch that an operation was stored with; 0 where it was stored alone. It is the number of the first
-- operation of the batch, so that it is never given twice, whatever becomes of the table `batch`.
ALTER TABLE operation ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;

CREATE INDEX operation_batch ON operation (batch, operation_id) WHERE batch > 0;

CREATE TABLE batch (
    batch_id  INTEGER PRIMARY KEY,
    label     TEXT NOT NULL,         -- what was done, in the person's words or the program's
    staged_at TEXT NOT NULL
) STRICT;

CREATE TABLE saved_view (
    view_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,       -- the order in the sidebar
    name     TEXT NOT NULL,
    content  TEXT NOT NULL           -- JSON: conditions, columns, order, sort, table or board
) STRICT;

CREATE TABLE not_duplicate (
    one       INTEGER NOT NULL,      -- project ID, or minus the number of the create that makes it
    other     INTEGER NOT NULL,      -- as `one`, and above it
    marked_at TEXT NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
) STRICT;

CREATE TABLE remembered_columns (
    headings TEXT PRIMARY KEY,       -- the headings of the spreadsheet, in a form of which equal ones are the same
    columns  TEXT NOT NULL,          -- JSON: what each column was taken for
    used_at  TEXT NOT NULL
) STRICT;
