-- What an agent knows: nodes, and edges with the time in which each fact held; requests to change what it is.
--
-- An edge is a fact: valid_from and valid_to say when it held in the world, recorded_at and superseded_at when this file
-- held it for true. A current fact has neither an end nor a successor, and there is only one for its four words.

-- up
CREATE TABLE IF NOT EXISTS main.graph_nodes (
  id         TEXT NOT NULL,
  type       TEXT NOT NULL,
  scope      TEXT NOT NULL,
  attributes TEXT NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (id, scope)
);
ALTER TABLE main.graph_nodes ADD COLUMN created_by TEXT;
ALTER TABLE main.graph_nodes ADD COLUMN created_at TEXT;
ALTER TABLE main.graph_nodes ADD COLUMN updated_by TEXT;
ALTER TABLE main.graph_nodes ADD COLUMN updated_at TEXT;
ALTER TABLE main.graph_nodes ADD COLUMN reason TEXT;
CREATE INDEX IF NOT EXISTS main.idx_graph_nodes_type ON graph_nodes(type, scope);

-- What an update has replaced: each version with who wrote it, when and why.
CREATE TABLE main.graph_history (
  id          TEXT NOT NULL,
  scope       TEXT NOT NULL,
  version     INTEGER NOT NULL,
  type        TEXT NOT NULL,
  attributes  TEXT NOT NULL,
  written_by  TEXT,
  reason      TEXT,
  written_at  TEXT,
  replaced_at TEXT NOT NULL CHECK (replaced_at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (id, scope, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.graph_edges (
  edge_id       INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  target        TEXT NOT NULL,
  scope         TEXT NOT NULL CHECK (scope IN ('local', 'identity', 'environment', 'community', 'network')),
  relationship  TEXT NOT NULL CHECK (relationship <> ''),
  weight        REAL NOT NULL DEFAULT 1,
  attributes    TEXT NOT NULL DEFAULT '{}',
  created_by    TEXT, -- who said it first
  recorded_by   TEXT, -- who said it so
  created_at    TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  valid_from    TEXT NOT NULL CHECK (valid_from GLOB '????-??-??T??:??:??.???Z'),
  valid_to      TEXT CHECK (valid_to GLOB '????-??-??T??:??:??.???Z' AND valid_to >= valid_from),
  recorded_at   TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??.???Z'),
  superseded_at TEXT CHECK (superseded_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;
CREATE UNIQUE INDEX main.idx_graph_edges_current ON graph_edges(source, target, relationship, scope)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
-- All that a walk asks for, each way; the rowid, which is edge_id, is part of every index. The last two are NULL in every
-- entry: without them SQLite would take it that they must be looked up in the table.
CREATE INDEX main.idx_graph_edges_out ON graph_edges(source, scope, relationship, target, weight, valid_to, superseded_at)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
CREATE INDEX main.idx_graph_edges_in ON graph_edges(target, scope, relationship, source, weight, valid_to, superseded_at)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
-- All others, for as_of, and to delete a node with all that was ever known of it.
CREATE INDEX main.idx_graph_edges_past_out ON graph_edges(source, scope, relationship, target, valid_to)
 WHERE valid_to IS NOT NULL OR superseded_at IS NOT NULL;
CREATE INDEX main.idx_graph_edges_past_in ON graph_edges(target, scope, relationship, source, valid_to)
 WHERE valid_to IS NOT NULL OR superseded_at IS NOT NULL;

-- Requests to change the scope identity: a call of `verb` with `arguments`, which waits for an approval.
CREATE TABLE main.graph_approvals (
  request      INTEGER PRIMARY KEY AUTOINCREMENT,
  verb         TEXT NOT NULL,
  arguments    TEXT NOT NULL,
  status       TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
  requested_at TEXT NOT NULL CHECK (requested_at GLOB '????-??-??T??:??:??.???Z'),
  decided_by   TEXT,
  decided_at   TEXT CHECK (decided_at GLOB '????-??-??T??:??:??.???Z'),
  reason       TEXT
) STRICT;
CREATE UNIQUE INDEX main.idx_graph_approvals_pending ON graph_approvals(verb, arguments) WHERE status = 'pending';

-- down
DROP TABLE main.graph_approvals;
DROP TABLE main.graph_edges;
DROP TABLE main.graph_history;
DROP TABLE main.graph_nodes;
