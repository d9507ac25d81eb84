-- What has happened: calls of services, lines of logs, spans of traces, audit events; and metric points that other software
-- wrote here.
--
-- The table may be there already, made by other software: then its rows may have times in another form. An index of its own
-- holds them, so that readers can put them in their place without a look at all others.

-- up
CREATE TABLE IF NOT EXISTS main.correlations (
  correlation_id   TEXT PRIMARY KEY,
  service_type     TEXT,
  handler_name     TEXT,
  action_type      TEXT,
  correlation_type TEXT,
  status           TEXT,
  timestamp        TEXT,
  request_data     TEXT,
  response_data    TEXT,
  metric_name      TEXT,
  metric_value     REAL,
  log_level        TEXT,
  message          TEXT,
  trace_id         TEXT,
  span_id          TEXT,
  parent_span_id   TEXT,
  tags             TEXT,
  scope            TEXT,
  retention_policy TEXT,
  created_at       TEXT,
  updated_at       TEXT
);
CREATE INDEX IF NOT EXISTS main.idx_correlations_time ON correlations(timestamp);
CREATE INDEX IF NOT EXISTS main.idx_correlations_type ON correlations(correlation_type, timestamp);
CREATE INDEX IF NOT EXISTS main.idx_correlations_level ON correlations(log_level, timestamp) WHERE log_level IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_correlations_trace ON correlations(trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_correlations_other_time ON correlations(timestamp)
 WHERE timestamp NOT GLOB '????-??-??T??:??:??.???Z';

-- down
DROP TABLE main.correlations;
