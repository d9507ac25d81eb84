-- Time series: a series is a name with tags; its points are a head of rows and, once sealed, compressed chunks.
--
-- All times are milliseconds since 1970. A point is in metric_recent or in one chunk; where both have one of the same time,
-- metric_recent holds the newer value (in a column that is not REAL, for that makes 0.0 of -0.0). The chunks of a series do not overlap: each holds all of the times from start_ts to
-- end_ts that are not in the head. ext/metrics/codec.h has the format of `data`; the other columns say what is in it, so that
-- plain SQL can answer without it. Chunks are a table with rowids, for a row of a WITHOUT ROWID table longer than a quarter of a
-- page takes a page of its own.
--
-- A roll-up is what one bucket of a tier had: sum + sum_rest is the sum to twice the digits of a double (sum_rest NULL: 0), so
-- is dropped + dropped_rest, which a counter had reached whenever it fell; m2 is the sum of squared distances from the mean.
-- sketch (ext/engine/sketch.h) is NULL where least and greatest tell the quantiles: up to two points, or all equal.
-- metric_coverage: a tier holds of a series what is from `since` (NULL: from the first) to before `until` (NULL: to the last).
-- Of the tier raw that is what has not been pruned; a point that is there all the same came late, and is in no roll-up yet.

-- up
CREATE TABLE main.metric_series (
  series_id  INTEGER PRIMARY KEY,
  name       TEXT NOT NULL CHECK (name <> ''),
  tags       TEXT NOT NULL,
  tag_hash   TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('gauge', 'counter')),
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  UNIQUE (name, tag_hash)
) STRICT;

CREATE TABLE main.metric_tags (
  key       TEXT NOT NULL,
  value     TEXT NOT NULL,
  series_id INTEGER NOT NULL,
  PRIMARY KEY (key, value, series_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.idx_metric_tags_series ON metric_tags(series_id);

CREATE TABLE main.metric_recent (
  series_id INTEGER NOT NULL,
  ts        INTEGER NOT NULL,
  value     ANY NOT NULL CHECK (typeof(value) IN ('real', 'integer')),
  PRIMARY KEY (series_id, ts)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.metric_chunks (
  chunk_id  INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL,
  start_ts  INTEGER NOT NULL,
  end_ts    INTEGER NOT NULL,
  count     INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1024),
  min       REAL NOT NULL,
  max       REAL NOT NULL,
  sum       REAL,
  sum_rest  REAL,
  first     REAL NOT NULL,
  last      REAL NOT NULL,
  format    INTEGER NOT NULL,
  data      BLOB NOT NULL,
  CHECK (start_ts <= end_ts)
) STRICT;
CREATE UNIQUE INDEX main.idx_metric_chunks_series ON metric_chunks(series_id, start_ts);
CREATE INDEX main.idx_metric_chunks_small ON metric_chunks(series_id, start_ts) WHERE count < 1024;

CREATE TABLE main.metric_tiers (
  tier     TEXT PRIMARY KEY CHECK (tier <> ''),
  step     INTEGER NOT NULL CHECK (step >= 0),
  keep_for INTEGER NOT NULL CHECK (keep_for > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.metric_rollups (
  tier         TEXT NOT NULL,
  series_id    INTEGER NOT NULL,
  bucket       INTEGER NOT NULL,
  count        INTEGER NOT NULL CHECK (count > 0),
  sum          REAL,
  sum_rest     REAL,
  min          REAL NOT NULL,
  max          REAL NOT NULL,
  first        REAL NOT NULL,
  last         REAL NOT NULL,
  first_ts     INTEGER NOT NULL,
  last_ts      INTEGER NOT NULL,
  m2           REAL,
  dropped      REAL,
  dropped_rest REAL,
  sketch       BLOB,
  PRIMARY KEY (tier, series_id, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.idx_metric_rollups_series ON metric_rollups(series_id);

CREATE TABLE main.metric_dirty (
  tier      TEXT NOT NULL,
  series_id INTEGER NOT NULL,
  bucket    INTEGER NOT NULL,
  PRIMARY KEY (series_id, tier, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.metric_coverage (
  series_id INTEGER NOT NULL,
  tier      TEXT NOT NULL,
  since     INTEGER,
  until     INTEGER,
  PRIMARY KEY (series_id, tier)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE main.metric_coverage;
DROP TABLE main.metric_dirty;
DROP TABLE main.metric_rollups;
DROP TABLE main.metric_tiers;
DROP TABLE main.metric_chunks;
DROP TABLE main.metric_recent;
DROP TABLE main.metric_tags;
DROP TABLE main.metric_series;
