-- Why an operation was given up, as a code, and how conflicts were decided; both were told by words alone, or not at all.

ALTER TABLE operation ADD COLUMN cause TEXT NOT NULL DEFAULT '';      -- domain/operation.py: GivenUp
ALTER TABLE operation ADD COLUMN decided TEXT NOT NULL DEFAULT '{}';  -- JSON: field -> [whose value was kept, the other]

UPDATE operation SET cause = CASE words
    WHEN 'Given up before it was sent.' THEN 'deleted_unsent'
    WHEN 'Taken back before it was sent.' THEN 'taken_back'
    WHEN 'The server’s values were kept.' THEN 'theirs_kept'
    WHEN 'Put in a new project instead.' THEN 'created_again'
    WHEN 'The project was deleted permanently.' THEN 'project_deleted'
    ELSE 'discarded' END
 WHERE state = 'discarded';
