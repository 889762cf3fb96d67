-- What values of spreadsheets become that no field takes as they stand, such as `Installed` for a status.

CREATE TABLE remembered_value (
    target  TEXT NOT NULL,           -- what the column is read as
    heading TEXT NOT NULL,           -- the key of the column's heading; empty where it has none
    value   TEXT NOT NULL,           -- the key of the value
    becomes TEXT NOT NULL,           -- what it becomes; empty where the cell is left empty
    used_at TEXT NOT NULL,
    PRIMARY KEY (target, heading, value)
) STRICT;
