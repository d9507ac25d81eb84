-- Which keys are one company: who was merged with whom, and what follows from it.

-- up
CREATE TABLE main.key_groups (
  alias TEXT NOT NULL PRIMARY KEY,
  root  TEXT NOT NULL CHECK (root <> alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.idx_key_groups_root ON key_groups(root);
CREATE TABLE main.key_log (
  seq    INTEGER PRIMARY KEY,
  at     TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  action TEXT NOT NULL CHECK (action IN ('merge', 'unmerge')),
  a      TEXT NOT NULL,
  b      TEXT NOT NULL,
  reason TEXT NOT NULL,
  by     TEXT
) STRICT;
CREATE INDEX main.idx_key_log_a ON key_log(a, b);
CREATE INDEX main.idx_key_log_b ON key_log(b, a);

-- down
DROP TABLE main.key_log;
DROP TABLE main.key_groups;
