-- What collectors found, what was done with it, what is known downstream, what evidence weighs.
-- needs: keys

-- up
CREATE TABLE IF NOT EXISTS main.signals (
  id            INTEGER PRIMARY KEY,
  signal_type   TEXT NOT NULL,
  source_api    TEXT NOT NULL,
  canonical_key TEXT NOT NULL,
  company_name  TEXT,
  confidence    REAL NOT NULL,
  raw_data      TEXT NOT NULL,
  detected_at   TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  UNIQUE (canonical_key, signal_type, source_api, detected_at)
);
ALTER TABLE main.signals ADD COLUMN source_id TEXT;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_signals_source ON signals(source_api, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_signals_key ON signals(canonical_key, detected_at);
CREATE INDEX IF NOT EXISTS main.idx_signals_type ON signals(signal_type, detected_at);
CREATE INDEX IF NOT EXISTS main.idx_signals_time ON signals(detected_at);

CREATE TABLE IF NOT EXISTS main.signal_processing (
  id             INTEGER PRIMARY KEY,
  signal_id      INTEGER NOT NULL REFERENCES signals(id) ON DELETE CASCADE,
  status         TEXT NOT NULL,
  notion_page_id TEXT,
  processed_at   TEXT,
  error_message  TEXT,
  metadata       TEXT,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL
);
ALTER TABLE main.signal_processing ADD COLUMN lease_token TEXT;
ALTER TABLE main.signal_processing ADD COLUMN lease_worker TEXT;
ALTER TABLE main.signal_processing ADD COLUMN lease_until TEXT;
ALTER TABLE main.signal_processing ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_signal_processing_signal ON signal_processing(signal_id);
CREATE INDEX IF NOT EXISTS main.idx_signal_processing_status ON signal_processing(status, signal_id);
CREATE INDEX IF NOT EXISTS main.idx_signal_processing_page ON signal_processing(notion_page_id) WHERE notion_page_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_signal_processing_token ON signal_processing(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_signal_processing_lease ON signal_processing(coalesce(lease_until, '')) WHERE status = 'claimed';

CREATE TABLE IF NOT EXISTS main.suppression_cache (
  id             INTEGER PRIMARY KEY,
  canonical_key  TEXT NOT NULL UNIQUE,
  notion_page_id TEXT NOT NULL,
  status         TEXT NOT NULL,
  company_name   TEXT,
  cached_at      TEXT NOT NULL,
  expires_at     TEXT NOT NULL,
  metadata       TEXT
);
CREATE INDEX IF NOT EXISTS main.idx_suppression_cache_expiry ON suppression_cache(expires_at);

CREATE TABLE main.signal_log (
  seq         INTEGER PRIMARY KEY,
  signal_id   INTEGER NOT NULL,
  at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  from_status TEXT NOT NULL,
  to_status   TEXT NOT NULL,
  actor       TEXT,
  reason      TEXT
) STRICT;
CREATE INDEX main.idx_signal_log_signal ON signal_log(signal_id, seq);

CREATE TABLE main.signal_ingest_log (
  seq           INTEGER PRIMARY KEY,
  source_api    TEXT NOT NULL,
  source_id     TEXT,
  at            TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  outcome       TEXT NOT NULL CHECK (outcome IN ('duplicate', 'suppressed', 'no_key')),
  canonical_key TEXT,
  reason        TEXT NOT NULL
) STRICT;
CREATE INDEX main.idx_signal_ingest_log_time ON signal_ingest_log(at);

CREATE TABLE main.signal_weights (
  signal_type    TEXT NOT NULL PRIMARY KEY,
  weight         REAL CHECK (weight >= 0),
  half_life_days REAL CHECK (half_life_days > 0),
  multiplier     REAL CHECK (multiplier BETWEEN 0 AND 1),
  rejects        INTEGER NOT NULL DEFAULT 0 CHECK (rejects IN (0, 1)),
  conflicts      INTEGER NOT NULL DEFAULT 0 CHECK (conflicts IN (0, 1)),
  CHECK (rejects OR multiplier IS NOT NULL OR (weight IS NOT NULL AND half_life_days IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO main.signal_weights(signal_type, weight, half_life_days) VALUES
  ('incorporation', 0.25, 365),
  ('github_spike', 0.20, 14),
  ('funding_event', 0.20, 180),
  ('domain_registration', 0.15, 90),
  ('patent_filing', 0.15, 180),
  ('product_hunt_launch', 0.10, 30),
  ('social_announcement', 0.10, 30),
  ('cofounder_search', 0.05, 60),
  ('research_paper', 0.05, 180),
  ('*', 0.05, 90);
INSERT INTO main.signal_weights(signal_type, multiplier, conflicts) VALUES
  ('job_at_big_co_recent', 0.6, 0),
  ('job_at_big_co_medium', 0.3, 0),
  ('job_at_big_co_old', 0.1, 0),
  ('domain_dead', 0.1, 1),
  ('github_inactive_90d', 0.3, 0);
INSERT INTO main.signal_weights(signal_type, rejects) VALUES ('company_dissolved', 1);

-- down
DROP TABLE main.signal_weights;
DROP TABLE main.signal_ingest_log;
DROP TABLE main.signal_log;
DROP TABLE main.suppression_cache;
DROP TABLE main.signal_processing;
DROP TABLE main.signals;
