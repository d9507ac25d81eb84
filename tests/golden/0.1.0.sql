PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE lore_migrations (
  subsystem  TEXT NOT NULL,
  version    INTEGER NOT NULL,
  name       TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at TEXT NOT NULL CHECK (applied_at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (subsystem, version)
) STRICT, WITHOUT ROWID;
INSERT INTO lore_migrations VALUES('admin',1,'admin','b0d2f138234284712b98c3cc8a2e404b','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('app',1,'first','5d41402a','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('graph',1,'graph','4cb8b57a37f7ee30fd6feb7b6643b790','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('keys',1,'keys','adf30c415e8821e0eecfad00cf9d7ac9','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('lifecycle',1,'lifecycle','651583981a2ee986684bd841bc144e55','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('lore',0,'0.1.0','','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('metrics',1,'correlations','43800874ec3cef0bc5d5d2c7889092ac','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('metrics',2,'series','f393cb9104f9000880a0e6f84ac1be21','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('metrics',3,'retention','71e7681e922dd5954d34e807472f8fdb','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('patterns',1,'patterns','80fa38cfffabb2f421dad50857b1f127','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('signals',1,'signals','404d866000270935c58d1b99062a9c10','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('snapshots',1,'snapshots','63ac7e2d2e127970fc1845a48a04a6eb','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('snapshots',2,'transition_events','723d27374746424d5d92f9beab280975','2026-01-10T09:00:00.000Z');
INSERT INTO lore_migrations VALUES('work',1,'work','cd4b398d7fa825baf71f265588ce020e','2026-01-10T09:00:00.000Z');
CREATE TABLE lore_settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE graph_nodes (
  id         TEXT NOT NULL,
  type       TEXT NOT NULL,
  scope      TEXT NOT NULL,
  attributes TEXT NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, reason TEXT,
  PRIMARY KEY (id, scope)
);
INSERT INTO graph_nodes VALUES('agent/ann','agent','local','{"color": "red"}',1,NULL,'2026-01-10T09:00:00.000Z',NULL,'2026-01-10T09:00:00.000Z',NULL);
INSERT INTO graph_nodes VALUES('config/filter_config','config','local','{"config_type":"filter_config","level":3,"words":["a"]}',1,'ann','2026-01-10T09:00:00.000Z','ann','2026-01-10T09:00:00.000Z','less noise');
INSERT INTO graph_nodes VALUES('config/tool_preferences/grep','config','local','{"config_type":"tool_preferences","counts":{"used":1},"rates":{"success":1.0},"learned_patterns":[{"pattern":"fast","hits":1,"last_seen":"2026-01-10T09:00:00.000Z"}]}',1,NULL,'2026-01-10T09:00:00.000Z',NULL,'2026-01-10T09:00:00.000Z','learned');
CREATE TABLE graph_history (
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
CREATE TABLE graph_edges (
  edge_id       INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  target        TEXT NOT NULL,
  scope         TEXT NOT NULL CHECK (scope IN ('local', 'identity', 'environment', 'community', 'network')),
  relationship  TEXT NOT NULL CHECK (relationship <> ''),
  weight        REAL NOT NULL DEFAULT 1,
  attributes    TEXT NOT NULL DEFAULT '{}',
  created_by    TEXT,
  recorded_by   TEXT,
  created_at    TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  valid_from    TEXT NOT NULL CHECK (valid_from GLOB '????-??-??T??:??:??.???Z'),
  valid_to      TEXT CHECK (valid_to GLOB '????-??-??T??:??:??.???Z' AND valid_to >= valid_from),
  recorded_at   TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??.???Z'),
  superseded_at TEXT CHECK (superseded_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;
INSERT INTO graph_edges VALUES(1,'agent/ann','config/filter_config','local','follows',0.5,'{}',NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,'2026-01-10T09:00:00.000Z',NULL);
CREATE TABLE graph_approvals (
  request      INTEGER PRIMARY KEY AUTOINCREMENT,
  verb         TEXT NOT NULL,
  arguments    TEXT NOT NULL,
  status       TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
  requested_at TEXT NOT NULL CHECK (requested_at GLOB '????-??-??T??:??:??.???Z'),
  decided_by   TEXT,
  decided_at   TEXT CHECK (decided_at GLOB '????-??-??T??:??:??.???Z'),
  reason       TEXT
) STRICT;
INSERT INTO graph_approvals VALUES(1,'graph_end_edge','{"source":"agent/ann","target":"concept/calm","scope":"identity","relationship":"is"}','rejected','2026-01-10T09:00:00.000Z','ann','2026-01-10T09:00:00.000Z','not now');
CREATE TABLE key_groups (
  alias TEXT NOT NULL PRIMARY KEY,
  root  TEXT NOT NULL CHECK (root <> alias)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_log (
  seq    INTEGER PRIMARY KEY,
  at     TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  action TEXT NOT NULL CHECK (action IN ('merge', 'unmerge')),
  a      TEXT NOT NULL,
  b      TEXT NOT NULL,
  reason TEXT NOT NULL,
  by     TEXT
) STRICT;
INSERT INTO key_log VALUES(1,'2026-01-10T09:00:00.000Z','merge','domain:acme.ai','github_org:acme','same site','ann');
INSERT INTO key_log VALUES(2,'2026-01-10T09:00:00.000Z','unmerge','domain:acme.ai','github_org:acme','a namesake',NULL);
CREATE TABLE signal_state (
  signal_key        TEXT PRIMARY KEY,
  entity_type       TEXT NOT NULL,
  entity_id         TEXT NOT NULL,
  signal_type       TEXT NOT NULL,
  severity          TEXT NOT NULL,
  first_detected_at TEXT NOT NULL,
  last_detected_at  TEXT NOT NULL,
  escalated_at      TEXT,
  cleared_at        TEXT,
  detection_count   INTEGER DEFAULT 1,
  cooldown_until    TEXT,
  state             TEXT NOT NULL DEFAULT 'active'
, initial_severity TEXT, peak_severity TEXT, acknowledged_at TEXT, acknowledged_by TEXT, acknowledged_until TEXT, note TEXT, clean_runs INTEGER NOT NULL DEFAULT 0, muted_until TEXT, evidence TEXT);
INSERT INTO signal_state VALUES('client:7:overdue','client','7','overdue','critical','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',3,'2099-01-01T00:00:00.000Z','cleared','warning','critical',NULL,NULL,NULL,'paid',0,NULL,'{"days": 3}');
INSERT INTO signal_state VALUES('client:8:overdue','client','8','overdue','high','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,1,NULL,'active','high','high',NULL,NULL,NULL,NULL,0,NULL,NULL);
CREATE TABLE signal_transitions (
  seq           INTEGER PRIMARY KEY,
  signal_key    TEXT NOT NULL,
  at            TEXT NOT NULL CHECK (at BETWEEN '0000-01-01T00:00:00.000Z' AND '9999-12-31T23:59:59.999Z'),
  from_state    TEXT,
  to_state      TEXT NOT NULL,
  from_severity TEXT,
  to_severity   TEXT NOT NULL,
  cause         TEXT NOT NULL,
  rule          TEXT,
  actor         TEXT,
  note          TEXT,
  evidence      TEXT
) STRICT;
INSERT INTO signal_transitions VALUES(1,'client:7:overdue','2026-01-10T09:00:00.000Z',NULL,'active',NULL,'warning','detected',NULL,NULL,NULL,'{"days": 3}');
INSERT INTO signal_transitions VALUES(2,'client:8:overdue','2026-01-10T09:00:00.000Z',NULL,'active',NULL,'high','imported',NULL,NULL,NULL,NULL);
INSERT INTO signal_transitions VALUES(3,'client:7:overdue','2026-01-10T09:00:00.000Z','active','escalated','warning','critical','escalated',NULL,NULL,'the board asked',NULL);
INSERT INTO signal_transitions VALUES(4,'client:7:overdue','2026-01-10T09:00:00.000Z','escalated','acknowledged','critical','critical','acknowledged',NULL,'ann','called them',NULL);
INSERT INTO signal_transitions VALUES(5,'client:7:overdue','2026-01-10T09:00:00.000Z','acknowledged','suppressed','critical','critical','suppressed',NULL,'ann','a known customer',NULL);
INSERT INTO signal_transitions VALUES(6,'client:7:overdue','2099-06-01T00:00:00.000Z','suppressed','escalated','critical','critical','expired',NULL,NULL,NULL,NULL);
INSERT INTO signal_transitions VALUES(7,'client:7:overdue','2026-01-10T09:00:00.000Z','escalated','cleared','critical','critical','cleared',NULL,NULL,'paid',NULL);
CREATE TABLE signal_rules (
  signal_type              TEXT NOT NULL PRIMARY KEY,
  cooldown_seconds         INTEGER CHECK (cooldown_seconds BETWEEN 0 AND 3153600000),
  escalate_after_seconds   INTEGER CHECK (escalate_after_seconds BETWEEN 0 AND 3153600000),
  escalate_after_count     INTEGER CHECK (escalate_after_count >= 1),
  clear_after_seconds      INTEGER CHECK (clear_after_seconds BETWEEN 0 AND 3153600000),
  clean_runs_to_clear      INTEGER CHECK (clean_runs_to_clear >= 1),
  flap_window_seconds      INTEGER CHECK (flap_window_seconds BETWEEN 1 AND 3153600000),
  flap_count               INTEGER CHECK (flap_count >= 1),
  detection_memory_seconds INTEGER CHECK (detection_memory_seconds BETWEEN 0 AND 3153600000)
) STRICT, WITHOUT ROWID;
CREATE TABLE signal_mutes (
  id            INTEGER PRIMARY KEY,
  signal_key    TEXT,
  entity_type   TEXT,
  entity_id     TEXT,
  signal_type   TEXT,
  reason        TEXT,
  by            TEXT,
  at            TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  expires_at    TEXT CHECK (expires_at GLOB '????-??-??T??:??:??.???Z'),
  dismiss_count INTEGER NOT NULL DEFAULT 0 CHECK (dismiss_count >= 0)
) STRICT;
INSERT INTO signal_mutes VALUES(1,'client:7:overdue',NULL,NULL,NULL,'a known customer','ann','2026-01-10T09:00:00.000Z','2026-01-17T09:00:00.000Z',1);
CREATE TABLE signal_detections (
  signal_key   TEXT NOT NULL,
  detection_id TEXT NOT NULL,
  at           TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (signal_key, detection_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE signal_cycles (
  cycle_id TEXT NOT NULL PRIMARY KEY,
  at       TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  result   TEXT NOT NULL CHECK (result GLOB '{*}')
) STRICT, WITHOUT ROWID;
CREATE TABLE signal_state_events (
  seq        INTEGER PRIMARY KEY,
  at         TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  verb       TEXT NOT NULL,
  signal_key TEXT,
  args       TEXT NOT NULL CHECK (args GLOB '{*}')
) STRICT;
CREATE TABLE signal_state_before (
  signal_key TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE correlations (
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
INSERT INTO correlations VALUES('log-1','storage',NULL,NULL,'log_entry','completed','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,'error','disk is full','trace-1',NULL,NULL,'{"host": "db1"}','local','raw','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z');
INSERT INTO correlations VALUES('call-1','llm','chat','complete','service_interaction','completed','2026-01-10T09:00:00.000Z','{"prompt": "hi"}','{"text": "hello"}',NULL,NULL,NULL,NULL,'trace-1','span-1',NULL,'{"model": "small"}','local','raw','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z');
CREATE TABLE metric_series (
  series_id  INTEGER PRIMARY KEY,
  name       TEXT NOT NULL CHECK (name <> ''),
  tags       TEXT NOT NULL,
  tag_hash   TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('gauge', 'counter')),
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  UNIQUE (name, tag_hash)
) STRICT;
INSERT INTO metric_series VALUES(1,'cpu','{"host":"a1"}','983a77a7d93f6b06e4c0329a38892159','gauge','2026-01-10T09:00:00.000Z');
CREATE TABLE metric_tags (
  key       TEXT NOT NULL,
  value     TEXT NOT NULL,
  series_id INTEGER NOT NULL,
  PRIMARY KEY (key, value, series_id)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_tags VALUES('host','a1',1);
CREATE TABLE metric_recent (
  series_id INTEGER NOT NULL,
  ts        INTEGER NOT NULL,
  value     ANY NOT NULL CHECK (typeof(value) IN ('real', 'integer')),
  PRIMARY KEY (series_id, ts)
) STRICT, WITHOUT ROWID;
CREATE TABLE metric_chunks (
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
INSERT INTO metric_chunks VALUES(1,1,1768035600000,1768035600000,1,0.25,0.25,0.25,NULL,0.25,0.25,1,X'010001001900804622a79b010000804622a79b01000000010000000000000000d03f8f82a89e');
CREATE TABLE metric_tiers (
  tier     TEXT PRIMARY KEY CHECK (tier <> ''),
  step     INTEGER NOT NULL CHECK (step >= 0),
  keep_for INTEGER NOT NULL CHECK (keep_for > 0)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_tiers VALUES('aggregated',60000,2592000000);
INSERT INTO metric_tiers VALUES('downsampled',3600000,31536000000);
INSERT INTO metric_tiers VALUES('raw',0,86400000);
CREATE TABLE metric_rollups (
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
CREATE TABLE metric_dirty (
  tier      TEXT NOT NULL,
  series_id INTEGER NOT NULL,
  bucket    INTEGER NOT NULL,
  PRIMARY KEY (series_id, tier, bucket)
) STRICT, WITHOUT ROWID;
CREATE TABLE metric_coverage (
  series_id INTEGER NOT NULL,
  tier      TEXT NOT NULL,
  since     INTEGER,
  until     INTEGER,
  PRIMARY KEY (series_id, tier)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_coverage VALUES(1,'aggregated',1765443600000,1768035600000);
INSERT INTO metric_coverage VALUES(1,'downsampled',1736499600000,1768035600000);
INSERT INTO metric_coverage VALUES(1,'raw',1767949200000,NULL);
CREATE TABLE pattern_rules_custom (
  id       INTEGER PRIMARY KEY,
  found_in TEXT NOT NULL DEFAULT 'request' CHECK (found_in IN ('request', 'error', 'template')),
  words    TEXT NOT NULL CONSTRAINT "words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(words) BETWEEN 1 AND 1000
             AND '|' || words || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || words || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND words NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  beside   TEXT CONSTRAINT "beside: words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(beside) BETWEEN 1 AND 1000
             AND '|' || beside || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || beside || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND beside NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  category TEXT CHECK (category IN ('test', 'build', 'format', 'git', 'deps', 'docs', 'sdlc', 'patch', 'deploy', 'review')),
  tool     TEXT CHECK (length(tool) BETWEEN 1 AND 60 AND tool NOT GLOB '*[^a-z0-9_.-]*'),
  target   TEXT CHECK (length(target) BETWEEN 1 AND 60 AND target NOT GLOB '*[^a-z0-9_.-]*'),
  CONSTRAINT "category and tool come together" CHECK ((category IS NULL) = (tool IS NULL)),
  CONSTRAINT "a rule for error messages has a category" CHECK (found_in <> 'error' OR category IS NOT NULL)
) STRICT;
CREATE TABLE operation_patterns (
  id                        INTEGER PRIMARY KEY,
  pattern_signature         TEXT UNIQUE,
  pattern_type              TEXT,
  occurrence_count          INTEGER DEFAULT 1,
  avg_tokens_with_llm       INTEGER DEFAULT 0,
  avg_cost_with_llm         REAL DEFAULT 0.0,
  avg_tokens_with_tool      INTEGER DEFAULT 0,
  avg_cost_with_tool        REAL DEFAULT 0.0,
  typical_input_pattern     TEXT,
  automation_status         TEXT DEFAULT 'detected',
  confidence_score          REAL DEFAULT 10.0,
  potential_monthly_savings REAL DEFAULT 0.0,
  created_at                TEXT,
  last_seen                 TEXT
, first_seen TEXT, tokens_sum INTEGER, cost_nano_sum INTEGER, duration_count INTEGER, duration_ms_sum INTEGER, duration_squares_e18 INTEGER, duration_squares_rest INTEGER, error_count INTEGER, error_sum INTEGER, retry_count INTEGER, retry_sum INTEGER, brought_count INTEGER NOT NULL DEFAULT 0, brought_tokens INTEGER NOT NULL DEFAULT 0, brought_cost_nano INTEGER NOT NULL DEFAULT 0);
INSERT INTO operation_patterns VALUES(1,'test:pytest:backend','test',1,900,0.020000000000000000416,45,0.0010000000000000000208,'{"input_length":10,"keywords":["pytest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','detected',55.0,0.018999999999999999528,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',900,20000000,1,95000,0,9025000000,1,0,0,0,0,0,0);
INSERT INTO operation_patterns VALUES(2,'build:generic:all','build',1,900,0.020000000000000000416,45,0.0010000000000000000208,'{"input_length":10,"keywords":["pytest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','detected',55.0,0.018999999999999999528,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',900,20000000,1,95000,0,9025000000,1,0,0,0,0,0,0);
INSERT INTO operation_patterns VALUES(3,'test:vitest:all','test',1,0,0.0,0,0.0,'{"input_length":10,"keywords":["vitest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','detected',55.0,0.0,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',0,0,1,40000,0,1600000000,1,0,0,0,0,0,0);
INSERT INTO operation_patterns VALUES(4,'format:black:all','format',1,0,0.0,0,0.0,'{"input_length":17,"keywords":["format"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','detected',55.0,0.0,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',0,0,1,5000,0,25000000,1,0,0,0,0,0,0);
INSERT INTO operation_patterns VALUES(5,'format:eslint:all','format',1,0,0.0,0,0.0,'{"input_length":10,"keywords":["run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','detected',45.0,0.0,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',0,0,1,12500,0,156250000,1,0,1,1,0,0,0);
CREATE TABLE pattern_occurrences (
  id                      INTEGER PRIMARY KEY,
  pattern_id              INTEGER,
  workflow_id             TEXT,
  similarity_score        REAL,
  matched_characteristics TEXT,
  detected_at             TEXT
, tokens INTEGER, cost_nano INTEGER, duration_ms INTEGER, error_count INTEGER, retry_count INTEGER);
INSERT INTO pattern_occurrences VALUES(1,1,'w1',100.0,'{"input_length":10,"keywords":["pytest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','2026-01-10T09:00:00.000Z',900,20000000,95000,0,NULL);
INSERT INTO pattern_occurrences VALUES(2,2,'w1',100.0,'{"input_length":10,"keywords":["pytest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','2026-01-10T09:00:00.000Z',900,20000000,95000,0,NULL);
INSERT INTO pattern_occurrences VALUES(3,3,'w2',100.0,'{"input_length":10,"keywords":["vitest","run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','2026-01-10T09:00:00.000Z',0,0,40000,0,NULL);
INSERT INTO pattern_occurrences VALUES(4,4,'w3',100.0,'{"input_length":17,"keywords":["format"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','2026-01-10T09:00:00.000Z',0,0,5000,0,NULL);
INSERT INTO pattern_occurrences VALUES(5,5,'w4',100.0,'{"input_length":10,"keywords":["run"],"files_mentioned":[],"duration_range":"short","complexity":"simple","error_count":0}','2026-01-10T09:00:00.000Z',0,0,12500,0,1);
CREATE TABLE workflow_history (
  workflow_id       TEXT PRIMARY KEY,
  error_count       INTEGER,
  duration_seconds  INTEGER,
  retry_count       INTEGER,
  total_tokens      INTEGER,
  actual_cost_total REAL
, nl_input TEXT, workflow_template TEXT, error_message TEXT, created_at TEXT, learned_at TEXT);
INSERT INTO workflow_history VALUES('w4',NULL,12.5,1,NULL,NULL,'Run eslint',NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z');
CREATE TABLE signals (
  id            INTEGER PRIMARY KEY,
  signal_type   TEXT NOT NULL,
  source_api    TEXT NOT NULL,
  canonical_key TEXT NOT NULL,
  company_name  TEXT,
  confidence    REAL NOT NULL,
  raw_data      TEXT NOT NULL,
  detected_at   TEXT NOT NULL,
  created_at    TEXT NOT NULL, source_id TEXT,
  UNIQUE (canonical_key, signal_type, source_api, detected_at)
);
INSERT INTO signals VALUES(1,'t','s','domain:old.io',NULL,1.0,'{}','2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z',NULL);
INSERT INTO signals VALUES(2,'github_spike','github','domain:acme.ai','Acme',0.8000000000000000444,'{"stars": 900}','2026-01-02T03:04:05.000Z','2026-01-10T09:00:00.000Z','evt-1');
INSERT INTO signals VALUES(3,'funding_event','news','domain:acme.ai','Acme',0.59999999999999997779,'{"website": "https://acme.ai", "name": "Acme"}','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL);
CREATE TABLE signal_processing (
  id             INTEGER PRIMARY KEY,
  signal_id      INTEGER NOT NULL REFERENCES signals(id) ON DELETE CASCADE,
  status         TEXT NOT NULL,
  notion_page_id TEXT,
  processed_at   TEXT,
  error_message  TEXT,
  metadata       TEXT,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL
, lease_token TEXT, lease_worker TEXT, lease_until TEXT, attempts INTEGER NOT NULL DEFAULT 0);
INSERT INTO signal_processing VALUES(1,1,'claimed',NULL,NULL,NULL,NULL,'2026-01-01T00:00:00.000Z','2026-01-10T09:00:00.000Z','0c6a48ccb361bcc94745dca90ffa0696','worker-1','2026-01-10T09:05:00.000Z',1);
INSERT INTO signal_processing VALUES(2,2,'pending',NULL,NULL,NULL,'{"by": "demo"}','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,0);
INSERT INTO signal_processing VALUES(3,3,'pending',NULL,NULL,NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,0);
CREATE TABLE suppression_cache (
  id             INTEGER PRIMARY KEY,
  canonical_key  TEXT NOT NULL UNIQUE,
  notion_page_id TEXT NOT NULL,
  status         TEXT NOT NULL,
  company_name   TEXT,
  cached_at      TEXT NOT NULL,
  expires_at     TEXT NOT NULL,
  metadata       TEXT
);
INSERT INTO suppression_cache VALUES(1,'domain:older.io','p','s',NULL,'2026-01-01T00:00:00.000Z','2026-02-01T00:00:00.000Z',NULL);
INSERT INTO suppression_cache VALUES(2,'domain:other.ai','page-2','Tracking',NULL,'2026-01-10T09:00:00.000Z','2026-01-17T09:00:00.000Z',NULL);
CREATE TABLE signal_log (
  seq         INTEGER PRIMARY KEY,
  signal_id   INTEGER NOT NULL,
  at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  from_status TEXT NOT NULL,
  to_status   TEXT NOT NULL,
  actor       TEXT,
  reason      TEXT
) STRICT;
INSERT INTO signal_log VALUES(1,1,'2026-01-10T09:00:00.000Z','pending','claimed','worker-1',NULL);
INSERT INTO signal_log VALUES(2,2,'2026-01-10T09:00:00.000Z','pending','pushed',NULL,'page-1');
INSERT INTO signal_log VALUES(3,2,'2026-01-10T09:00:00.000Z','pushed','rejected',NULL,'a namesake');
INSERT INTO signal_log VALUES(4,2,'2026-01-10T09:00:00.000Z','rejected','pending',NULL,'looked again');
CREATE TABLE signal_ingest_log (
  seq           INTEGER PRIMARY KEY,
  source_api    TEXT NOT NULL,
  source_id     TEXT,
  at            TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  outcome       TEXT NOT NULL CHECK (outcome IN ('duplicate', 'suppressed', 'no_key')),
  canonical_key TEXT,
  reason        TEXT NOT NULL
) STRICT;
CREATE TABLE signal_weights (
  signal_type    TEXT NOT NULL PRIMARY KEY,
  weight         REAL CHECK (weight >= 0),
  half_life_days REAL CHECK (half_life_days > 0),
  multiplier     REAL CHECK (multiplier BETWEEN 0 AND 1),
  rejects        INTEGER NOT NULL DEFAULT 0 CHECK (rejects IN (0, 1)),
  conflicts      INTEGER NOT NULL DEFAULT 0 CHECK (conflicts IN (0, 1)),
  CHECK (rejects OR multiplier IS NOT NULL OR (weight IS NOT NULL AND half_life_days IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO signal_weights VALUES('*',0.050000000000000002775,90.0,NULL,0,0);
INSERT INTO signal_weights VALUES('cofounder_search',0.050000000000000002775,60.0,NULL,0,0);
INSERT INTO signal_weights VALUES('company_dissolved',NULL,NULL,NULL,1,0);
INSERT INTO signal_weights VALUES('domain_dead',NULL,NULL,0.10000000000000000555,0,1);
INSERT INTO signal_weights VALUES('domain_registration',0.14999999999999999444,90.0,NULL,0,0);
INSERT INTO signal_weights VALUES('funding_event',0.2000000000000000111,180.0,NULL,0,0);
INSERT INTO signal_weights VALUES('github_inactive_90d',NULL,NULL,0.29999999999999998889,0,0);
INSERT INTO signal_weights VALUES('github_spike',0.2000000000000000111,14.0,NULL,0,0);
INSERT INTO signal_weights VALUES('incorporation',0.25,365.0,NULL,0,0);
INSERT INTO signal_weights VALUES('job_at_big_co_medium',NULL,NULL,0.29999999999999998889,0,0);
INSERT INTO signal_weights VALUES('job_at_big_co_old',NULL,NULL,0.10000000000000000555,0,0);
INSERT INTO signal_weights VALUES('job_at_big_co_recent',NULL,NULL,0.59999999999999997779,0,0);
INSERT INTO signal_weights VALUES('patent_filing',0.14999999999999999444,180.0,NULL,0,0);
INSERT INTO signal_weights VALUES('product_hunt_launch',0.10000000000000000555,30.0,NULL,0,0);
INSERT INTO signal_weights VALUES('research_paper',0.050000000000000002775,180.0,NULL,0,0);
INSERT INTO signal_weights VALUES('social_announcement',0.10000000000000000555,30.0,NULL,0,0);
CREATE TABLE pattern_snapshots (
  id                TEXT PRIMARY KEY,
  detected_at       TEXT NOT NULL,
  pattern_id        TEXT NOT NULL,
  pattern_name      TEXT NOT NULL,
  severity          TEXT NOT NULL,
  entities_involved TEXT NOT NULL,
  evidence          TEXT NOT NULL,
  cycle_id          TEXT
);
INSERT INTO pattern_snapshots VALUES('snapshot-1','2026-01-10T09:00:00.000Z','late_payment','Payments are late','high','["client:acme", {"type": "invoice", "id": 7}, "bolt"]','{"days": 12}','cycle-1');
CREATE TABLE cost_snapshots (
  id            TEXT PRIMARY KEY,
  computed_at   TEXT NOT NULL,
  snapshot_type TEXT NOT NULL,
  entity_id     TEXT,
  data          TEXT NOT NULL
);
INSERT INTO cost_snapshots VALUES('cost-1','2026-01-10T09:00:00.000Z','daily_summary',NULL,'{"total": 4.25}');
CREATE TABLE pattern_snapshot_entities (
  entity_type TEXT NOT NULL,
  entity_id   TEXT NOT NULL CHECK (entity_id <> ''),
  snapshot_id TEXT NOT NULL,
  detected_at TEXT NOT NULL,
  PRIMARY KEY (entity_id, detected_at DESC, snapshot_id DESC, entity_type)
) STRICT, WITHOUT ROWID;
INSERT INTO pattern_snapshot_entities VALUES('invoice','7','snapshot-1','2026-01-10T09:00:00.000Z');
INSERT INTO pattern_snapshot_entities VALUES('client','acme','snapshot-1','2026-01-10T09:00:00.000Z');
INSERT INTO pattern_snapshot_entities VALUES('','bolt','snapshot-1','2026-01-10T09:00:00.000Z');
CREATE TABLE intelligence_events (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  event_type   TEXT NOT NULL,
  severity     TEXT,
  entity_type  TEXT,
  entity_id    TEXT,
  event_data   TEXT,
  created_at   TEXT NOT NULL,
  consumed_at  TEXT,
  consumer     TEXT,
  lease_token  TEXT,
  lease_worker TEXT,
  lease_until  TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO intelligence_events VALUES(3,'signal_escalated','critical','client','7','{"seq":3}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(4,'signal_acknowledged','critical','client','7','{"seq":4}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(5,'signal_suppressed','critical','client','7','{"seq":5}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(6,'signal_escalated','critical','client','7','{"seq":6}','2099-06-01T00:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(7,'signal_cleared','critical','client','7','{"seq":7}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(8,'pattern_snapshot','high',NULL,NULL,'{"id":"snapshot-1","pattern_id":"late_payment","pattern_name":"Payments are late","cycle_id":"cycle-1","entities_involved":["client:acme",{"type":"invoice","id":7},"bolt"]}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(9,'cost_snapshot',NULL,NULL,NULL,'{"id":"cost-1","snapshot_type":"daily_summary"}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO intelligence_events VALUES(10,'report_ready','info','client','acme','{"page": 3}','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE intelligence_events_archive (
  id           INTEGER PRIMARY KEY,
  event_type   TEXT NOT NULL,
  severity     TEXT,
  entity_type  TEXT,
  entity_id    TEXT,
  event_data   TEXT,
  created_at   TEXT NOT NULL,
  consumed_at  TEXT NOT NULL,
  consumer     TEXT,
  lease_token  TEXT,
  lease_worker TEXT,
  lease_until  TEXT,
  attempts     INTEGER NOT NULL,
  archived_at  TEXT NOT NULL CHECK (archived_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;
INSERT INTO intelligence_events_archive VALUES(1,'signal_active','warning','client','7','{"seq":1}','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','reporter','0c236204d14d402f046711ef7b173335',NULL,NULL,1,'2026-01-10T09:00:00.000Z');
INSERT INTO intelligence_events_archive VALUES(2,'signal_active','high','client','8','{"seq":2}','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z','reporter','0c236204d14d402f046711ef7b173335',NULL,NULL,1,'2026-01-10T09:00:00.000Z');
CREATE TABLE tasks (
  task_id     TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  status      TEXT NOT NULL DEFAULT 'pending',
  priority    INTEGER DEFAULT 0,
  created_by  TEXT,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
, parent_task_id TEXT, channel_id TEXT, context TEXT, outcome TEXT, not_before TEXT, attempts INTEGER NOT NULL DEFAULT 0, max_attempts INTEGER, unique_key TEXT, lease_token TEXT, lease_worker TEXT, lease_until TEXT, lore_waiting_since TEXT AS (
  max(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN created_at ELSE '' END,
      CASE WHEN not_before GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN not_before ELSE '' END)) VIRTUAL);
INSERT INTO tasks VALUES('report','Write the report','cancelled',6,'ann','2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,'{"page": 3}',NULL,NULL,1,NULL,'report of today',NULL,NULL,NULL);
INSERT INTO tasks VALUES('done','Done at once','completed',90,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,'{"pages": 12}',NULL,1,NULL,NULL,'e0624583c173d55c16bacb524aeb5170-07dfb35683687431-4','worker-1',NULL);
INSERT INTO tasks VALUES('flaky','Fails at times','pending',91,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',NULL,NULL,NULL,NULL,'2026-01-10T09:00:21.778Z',1,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tasks VALUES('other','For another worker','pending',92,NULL,'2026-01-10T09:00:00.000Z','2999-01-01T00:00:00.000Z',NULL,NULL,NULL,NULL,NULL,2,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE thoughts (
  thought_id        TEXT PRIMARY KEY,
  source_task_id    TEXT NOT NULL REFERENCES tasks(task_id),
  content           TEXT NOT NULL,
  thought_type      TEXT,
  status            TEXT NOT NULL DEFAULT 'pending',
  escalation_level  INTEGER DEFAULT 0,
  ponder_count      INTEGER DEFAULT 0,
  parent_thought_id TEXT,
  context           TEXT,
  final_action      TEXT,
  created_at        TEXT NOT NULL,
  updated_at        TEXT NOT NULL
, priority INTEGER, not_before TEXT, attempts INTEGER NOT NULL DEFAULT 0, max_attempts INTEGER, lease_token TEXT, lease_worker TEXT, lease_until TEXT, lore_waiting_since TEXT AS (
  max(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN created_at ELSE '' END,
      CASE WHEN not_before GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN not_before ELSE '' END)) VIRTUAL);
INSERT INTO thoughts VALUES('readers','report','Who reads it?','question','rejected',1,0,NULL,NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',6,NULL,1,NULL,'d6210773757d4e2b4c1c18890aed7a70-3c8e30641c6dc99f-10','worker-1',NULL);
INSERT INTO thoughts VALUES('odd','report','Is it blue?',NULL,'rejected',0,0,NULL,NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',5,NULL,1,NULL,'d6bd3d2dbf3b5a4ef2d5024363d89315-0187110809243c8e-11','worker-1',NULL);
INSERT INTO thoughts VALUES('deep','report','What do readers need?',NULL,'completed',0,0,NULL,NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',5,NULL,1,NULL,'75a5bff685900d10175135d36d53a841-6b128c600b5197ec-13','worker-1',NULL);
INSERT INTO thoughts VALUES('needs','report','And what do they need?',NULL,'rejected',0,1,'deep',NULL,NULL,'2026-01-10T09:00:00.000Z','2026-01-10T09:00:00.000Z',6,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE work_log (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('task', 'thought')),
  id          TEXT NOT NULL,
  at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  from_status TEXT NOT NULL,
  to_status   TEXT NOT NULL,
  worker      TEXT,
  reason      TEXT
) STRICT;
INSERT INTO work_log VALUES(1,'task','report','2026-01-10T09:00:00.000Z','pending','in_progress','worker-1',NULL);
INSERT INTO work_log VALUES(2,'task','report','2026-01-10T09:00:00.000Z','in_progress','deferred','worker-1','no figures yet');
INSERT INTO work_log VALUES(3,'task','report','2026-01-10T09:00:00.000Z','deferred','pending',NULL,'the figures are there');
INSERT INTO work_log VALUES(4,'task','done','2026-01-10T09:00:00.000Z','pending','in_progress','worker-1',NULL);
INSERT INTO work_log VALUES(5,'task','done','2026-01-10T09:00:00.000Z','in_progress','completed','worker-1',NULL);
INSERT INTO work_log VALUES(6,'task','flaky','2026-01-10T09:00:00.000Z','pending','in_progress','worker-1',NULL);
INSERT INTO work_log VALUES(7,'task','flaky','2026-01-10T09:00:00.000Z','in_progress','pending','worker-1','no connection');
INSERT INTO work_log VALUES(8,'task','other','2026-01-10T09:00:00.000Z','pending','in_progress','worker-1',NULL);
INSERT INTO work_log VALUES(9,'task','other','2026-01-10T09:00:00.000Z','in_progress','pending','worker-1','released');
INSERT INTO work_log VALUES(10,'thought','readers','2026-01-10T09:00:00.000Z','pending','processing','worker-1',NULL);
INSERT INTO work_log VALUES(11,'thought','odd','2026-01-10T09:00:00.000Z','pending','processing','worker-1',NULL);
INSERT INTO work_log VALUES(12,'thought','odd','2026-01-10T09:00:00.000Z','processing','rejected','worker-1','it is beside the point');
INSERT INTO work_log VALUES(13,'thought','deep','2026-01-10T09:00:00.000Z','pending','processing','worker-1',NULL);
INSERT INTO work_log VALUES(14,'thought','deep','2026-01-10T09:00:00.000Z','processing','completed','worker-1','pondered');
INSERT INTO work_log VALUES(15,'thought','readers','2026-01-10T09:00:00.000Z','processing','processing',NULL,'nobody knows');
INSERT INTO work_log VALUES(16,'task','report','2026-01-10T09:00:00.000Z','pending','cancelled',NULL,'no longer needed');
INSERT INTO work_log VALUES(17,'thought','needs','2026-01-10T09:00:00.000Z','pending','rejected',NULL,'no longer needed');
INSERT INTO work_log VALUES(18,'thought','readers','2026-01-10T09:00:00.000Z','processing','rejected',NULL,'no longer needed');
INSERT INTO work_log VALUES(19,'task','other','2026-01-10T09:00:00.000Z','pending','in_progress','worker-1',NULL);
INSERT INTO work_log VALUES(20,'task','other','2999-01-01T00:00:00.000Z','in_progress','pending','worker-1','the lease of worker-1 was over');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('intelligence_events',10);
INSERT INTO sqlite_sequence VALUES('graph_approvals',1);
INSERT INTO sqlite_sequence VALUES('work_log',20);
CREATE VIEW schema_migrations AS
  SELECT version, applied_at, name AS description FROM lore_migrations WHERE subsystem NOT IN ('lore', 'taken');
CREATE INDEX idx_graph_nodes_type ON graph_nodes(type, scope);
CREATE UNIQUE INDEX idx_graph_edges_current ON graph_edges(source, target, relationship, scope)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
CREATE INDEX idx_graph_edges_out ON graph_edges(source, scope, relationship, target, weight, valid_to, superseded_at)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
CREATE INDEX idx_graph_edges_in ON graph_edges(target, scope, relationship, source, weight, valid_to, superseded_at)
 WHERE valid_to IS NULL AND superseded_at IS NULL;
CREATE INDEX idx_graph_edges_past_out ON graph_edges(source, scope, relationship, target, valid_to)
 WHERE valid_to IS NOT NULL OR superseded_at IS NOT NULL;
CREATE INDEX idx_graph_edges_past_in ON graph_edges(target, scope, relationship, source, valid_to)
 WHERE valid_to IS NOT NULL OR superseded_at IS NOT NULL;
CREATE UNIQUE INDEX idx_graph_approvals_pending ON graph_approvals(verb, arguments) WHERE status = 'pending';
CREATE INDEX idx_key_groups_root ON key_groups(root);
CREATE INDEX idx_key_log_a ON key_log(a, b);
CREATE INDEX idx_key_log_b ON key_log(b, a);
CREATE INDEX idx_signal_state_entity ON signal_state(entity_type, entity_id);
CREATE INDEX idx_signal_state_active ON signal_state(state, severity);
CREATE INDEX idx_signal_transitions_key ON signal_transitions(signal_key);
CREATE INDEX idx_signal_mutes_key ON signal_mutes(signal_key) WHERE dismiss_count > 0;
CREATE INDEX idx_signal_detections_time ON signal_detections(at);
CREATE VIEW signal_rule_inputs AS
  SELECT signal_type, json_object(
    'signal_type', signal_type, 'cooldown_seconds', cooldown_seconds, 'escalate_after_seconds', escalate_after_seconds,
    'escalate_after_count', escalate_after_count, 'clear_after_seconds', clear_after_seconds,
    'clean_runs_to_clear', clean_runs_to_clear, 'detection_memory_seconds', detection_memory_seconds) AS args
    FROM signal_rules;
CREATE VIEW signal_mute_inputs AS
  SELECT id, signal_key, json_object(
    'id', id, 'signal_key', signal_key, 'entity_type', entity_type, 'entity_id', entity_id, 'signal_type', signal_type,
    'expires_at', expires_at, 'dismiss_count', dismiss_count) AS args
    FROM signal_mutes;
CREATE TRIGGER lore_on_record_events_insert AFTER INSERT ON lore_settings WHEN NEW.name = 'record_events'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_' || NEW.value,
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER lore_on_record_events_update AFTER UPDATE ON lore_settings
WHEN NEW.name = 'record_events' AND NEW.value IS NOT OLD.value
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_' || NEW.value,
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER lore_on_record_events_delete AFTER DELETE ON lore_settings WHEN OLD.name = 'record_events'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'record_off',
         json_object('transitions', (SELECT coalesce(max(seq), 0) FROM signal_transitions));
END;
CREATE TRIGGER lore_on_record_on AFTER INSERT ON signal_state_events WHEN NEW.verb = 'record_on'
BEGIN
  DELETE FROM signal_state_before;
  INSERT INTO signal_state_before(signal_key) SELECT signal_key FROM signal_state WHERE signal_key IS NOT NULL;
  INSERT INTO signal_state_events(at, verb, args) SELECT NEW.at, 'rule_put', args FROM signal_rule_inputs ORDER BY signal_type;
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT NEW.at, 'mute_put', signal_key, args FROM signal_mute_inputs ORDER BY id;
END;
CREATE TRIGGER lore_on_rule_insert AFTER INSERT ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_put', args FROM signal_rule_inputs WHERE signal_type = NEW.signal_type;
END;
CREATE TRIGGER lore_on_rule_update AFTER UPDATE ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_delete', json_object('signal_type', OLD.signal_type) WHERE OLD.signal_type <> NEW.signal_type;
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_put', args FROM signal_rule_inputs WHERE signal_type = NEW.signal_type;
END;
CREATE TRIGGER lore_on_rule_delete AFTER DELETE ON signal_rules
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'rule_delete', json_object('signal_type', OLD.signal_type);
END;
CREATE TRIGGER lore_on_mute_insert AFTER INSERT ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_put', signal_key, args FROM signal_mute_inputs WHERE id = NEW.id;
END;
CREATE TRIGGER lore_on_mute_update AFTER UPDATE ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_delete', OLD.signal_key, json_object('id', OLD.id) WHERE OLD.id <> NEW.id;
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_put', signal_key, args FROM signal_mute_inputs WHERE id = NEW.id;
END;
CREATE TRIGGER lore_on_mute_delete AFTER DELETE ON signal_mutes
WHEN (SELECT value FROM lore_settings WHERE name = 'record_events') = 'on'
BEGIN
  INSERT INTO signal_state_events(at, verb, signal_key, args)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mute_delete', OLD.signal_key, json_object('id', OLD.id);
END;
CREATE VIEW signal_states_by_severity AS
  SELECT severity, count(*) AS signals, sum(state = 'active') AS active, sum(state = 'escalated') AS escalated,
         sum(state = 'acknowledged') AS acknowledged, min(first_detected_at) AS oldest_at
    FROM signal_state WHERE state IN ('active', 'escalated', 'acknowledged')
   GROUP BY severity
   ORDER BY CASE severity WHEN 'info' THEN 0 WHEN 'watch' THEN 1 WHEN 'low' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                          WHEN 'high' THEN 3 WHEN 'critical' THEN 4 END DESC, severity;
CREATE VIEW signal_state_ages AS
  SELECT signal_key, entity_type, entity_id, signal_type, severity, state, detection_count, first_detected_at, last_detected_at,
         julianday(last_detected_at) - julianday(first_detected_at) AS age_days,
         CASE WHEN coalesce(detection_count, 1) <= 1 THEN 'new'
              WHEN julianday(last_detected_at) - julianday(first_detected_at) <= 3 THEN 'recent'
              WHEN julianday(last_detected_at) - julianday(first_detected_at) <= 10 THEN 'ongoing'
              ELSE 'chronic' END AS age_class
    FROM signal_state WHERE state IN ('active', 'escalated', 'acknowledged');
CREATE INDEX idx_correlations_time ON correlations(timestamp);
CREATE INDEX idx_correlations_type ON correlations(correlation_type, timestamp);
CREATE INDEX idx_correlations_level ON correlations(log_level, timestamp) WHERE log_level IS NOT NULL;
CREATE INDEX idx_correlations_trace ON correlations(trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX idx_correlations_other_time ON correlations(timestamp)
 WHERE timestamp NOT GLOB '????-??-??T??:??:??.???Z';
CREATE INDEX idx_metric_tags_series ON metric_tags(series_id);
CREATE UNIQUE INDEX idx_metric_chunks_series ON metric_chunks(series_id, start_ts);
CREATE INDEX idx_metric_chunks_small ON metric_chunks(series_id, start_ts) WHERE count < 1024;
CREATE INDEX idx_metric_rollups_series ON metric_rollups(series_id);
CREATE INDEX idx_correlations_retention ON correlations(retention_policy COLLATE NOCASE, timestamp)
 WHERE lower(correlation_type) IS NOT 'audit_event';
CREATE INDEX idx_operation_patterns_status ON operation_patterns(automation_status);
CREATE UNIQUE INDEX idx_pattern_occurrences_pair ON pattern_occurrences(pattern_id, workflow_id);
CREATE INDEX idx_workflow_history_pending
    ON workflow_history(coalesce(created_at, ''), workflow_id) WHERE learned_at IS NULL;
CREATE TRIGGER lore_on_workflow_change
AFTER UPDATE OF nl_input, workflow_template, error_message, error_count, duration_seconds, retry_count, total_tokens,
                actual_cost_total ON workflow_history
WHEN new.learned_at IS NOT NULL
 AND (old.nl_input, old.workflow_template, old.error_message, old.error_count, old.duration_seconds, old.retry_count,
      old.total_tokens, old.actual_cost_total)
     IS NOT (new.nl_input, new.workflow_template, new.error_message, new.error_count, new.duration_seconds, new.retry_count,
             new.total_tokens, new.actual_cost_total)
BEGIN
  UPDATE workflow_history SET learned_at = NULL WHERE workflow_id = new.workflow_id;
END;
CREATE UNIQUE INDEX idx_signals_source ON signals(source_api, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX idx_signals_key ON signals(canonical_key, detected_at);
CREATE INDEX idx_signals_type ON signals(signal_type, detected_at);
CREATE INDEX idx_signals_time ON signals(detected_at);
CREATE UNIQUE INDEX idx_signal_processing_signal ON signal_processing(signal_id);
CREATE INDEX idx_signal_processing_status ON signal_processing(status, signal_id);
CREATE INDEX idx_signal_processing_page ON signal_processing(notion_page_id) WHERE notion_page_id IS NOT NULL;
CREATE INDEX idx_signal_processing_token ON signal_processing(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX idx_signal_processing_lease ON signal_processing(coalesce(lease_until, '')) WHERE status = 'claimed';
CREATE INDEX idx_suppression_cache_expiry ON suppression_cache(expires_at);
CREATE INDEX idx_signal_log_signal ON signal_log(signal_id, seq);
CREATE INDEX idx_signal_ingest_log_time ON signal_ingest_log(at);
CREATE INDEX idx_pattern_snapshots_time ON pattern_snapshots(detected_at DESC);
CREATE INDEX idx_pattern_snapshots_pattern ON pattern_snapshots(pattern_id, detected_at DESC);
CREATE INDEX idx_pattern_snapshots_cycle ON pattern_snapshots(cycle_id);
CREATE INDEX idx_cost_snapshots_time ON cost_snapshots(computed_at DESC);
CREATE INDEX idx_cost_snapshots_entity ON cost_snapshots(entity_id, computed_at DESC);
CREATE INDEX idx_cost_snapshots_type ON cost_snapshots(snapshot_type, computed_at DESC);
CREATE VIEW pattern_snapshot_elements AS
SELECT snapshot_id, detected_at, position, element,
       CASE WHEN form = 'text' THEN substr(element, 1, max(colon - 1, 0))
            WHEN form = 'object' THEN json_extract(element, type_path) END AS entity_type,
       CASE WHEN form = 'text' AND colon <> 1 THEN nullif(substr(element, colon + 1), '')
            WHEN form = 'object' AND json_type(element, type_path) = 'text' AND json_extract(element, type_path) <> ''
                 AND json_type(element, id_path) IN ('text', 'integer')
            THEN nullif(CAST(json_extract(element, id_path) AS TEXT), '') END AS entity_id
  FROM (SELECT p.id AS snapshot_id, p.detected_at, e.key AS position, e.type AS form, e.value AS element,
               CASE WHEN e.type = 'text' THEN instr(e.value, ':') END AS colon,
               CASE WHEN e.type = 'object' THEN
                 CASE WHEN json_type(e.value, '$.type') IS NULL THEN '$.entity_type' ELSE '$.type' END END AS type_path,
               CASE WHEN e.type = 'object' THEN
                 CASE WHEN json_type(e.value, '$.id') IS NULL THEN '$.entity_id' ELSE '$.id' END END AS id_path
          FROM pattern_snapshots AS p,
               json_each(CASE WHEN json_valid(p.entities_involved) THEN p.entities_involved ELSE '[]' END) AS e);
CREATE INDEX idx_pattern_snapshot_entities_snapshot ON pattern_snapshot_entities(snapshot_id);
CREATE INDEX idx_intelligence_events_waiting ON intelligence_events(event_type)
 WHERE consumed_at IS NULL AND lease_until IS NULL;
CREATE INDEX idx_intelligence_events_lease ON intelligence_events(lease_until)
 WHERE consumed_at IS NULL AND lease_until IS NOT NULL;
CREATE INDEX idx_intelligence_events_token ON intelligence_events(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX idx_intelligence_events_consumed ON intelligence_events(consumed_at) WHERE consumed_at IS NOT NULL;
CREATE TRIGGER lore_on_pattern_snapshot_insert AFTER INSERT ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = NEW.id;
  INSERT OR IGNORE INTO pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at)
  SELECT entity_type, entity_id, snapshot_id, detected_at FROM pattern_snapshot_elements
   WHERE snapshot_id = NEW.id AND entity_id IS NOT NULL;
  INSERT INTO intelligence_events(event_type, severity, event_data, created_at)
  VALUES ('pattern_snapshot', NEW.severity,
          json_object('id', NEW.id, 'pattern_id', NEW.pattern_id, 'pattern_name', NEW.pattern_name, 'cycle_id', NEW.cycle_id,
                      'entities_involved', CASE WHEN json_valid(NEW.entities_involved) THEN json(NEW.entities_involved) END),
          coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', NEW.detected_at), '0000-01-01T00:00:00.000Z'));
END;
CREATE TRIGGER lore_on_pattern_snapshot_update AFTER UPDATE OF id, detected_at, entities_involved ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = OLD.id;
  INSERT OR IGNORE INTO pattern_snapshot_entities(entity_type, entity_id, snapshot_id, detected_at)
  SELECT entity_type, entity_id, snapshot_id, detected_at FROM pattern_snapshot_elements
   WHERE snapshot_id = NEW.id AND entity_id IS NOT NULL;
END;
CREATE TRIGGER lore_on_pattern_snapshot_delete AFTER DELETE ON pattern_snapshots BEGIN
  DELETE FROM pattern_snapshot_entities WHERE snapshot_id = OLD.id;
END;
CREATE TRIGGER lore_on_cost_snapshot_insert AFTER INSERT ON cost_snapshots BEGIN
  INSERT INTO intelligence_events(event_type, entity_id, event_data, created_at)
  VALUES ('cost_snapshot', NEW.entity_id, json_object('id', NEW.id, 'snapshot_type', NEW.snapshot_type),
          coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', NEW.computed_at), '0000-01-01T00:00:00.000Z'));
END;
CREATE TRIGGER lore_on_signal_transition AFTER INSERT ON signal_transitions BEGIN
  INSERT OR IGNORE INTO intelligence_events(event_type, severity, entity_type, entity_id, event_data, created_at)
  SELECT 'signal_' || NEW.to_state, NEW.to_severity, s.entity_type, s.entity_id, '{"seq":' || NEW.seq || '}', NEW.at
    FROM (SELECT 1) LEFT JOIN signal_state AS s ON s.signal_key = NEW.signal_key;
END;
CREATE INDEX idx_tasks_runnable
  ON tasks(CAST(coalesce(priority, 0) AS INTEGER) DESC, lore_waiting_since, task_id) WHERE status COLLATE BINARY = 'pending';
CREATE INDEX idx_tasks_lease ON tasks(lease_until, task_id) WHERE status COLLATE BINARY = 'in_progress';
CREATE INDEX idx_tasks_deferred ON tasks(not_before, task_id) WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL;
CREATE UNIQUE INDEX idx_tasks_token ON tasks(lease_token) WHERE lease_token IS NOT NULL;
CREATE UNIQUE INDEX idx_tasks_unique_key
  ON tasks(unique_key) WHERE unique_key IS NOT NULL AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred');
CREATE INDEX idx_tasks_parent ON tasks(parent_task_id) WHERE parent_task_id IS NOT NULL;
CREATE INDEX idx_tasks_live_below
  ON tasks(parent_task_id, task_id) WHERE parent_task_id IS NOT NULL AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred');
CREATE INDEX idx_thoughts_runnable
  ON thoughts(CAST(coalesce(priority, 0) AS INTEGER) DESC, lore_waiting_since, thought_id) WHERE status COLLATE BINARY = 'pending';
CREATE INDEX idx_thoughts_lease ON thoughts(lease_until, thought_id) WHERE status COLLATE BINARY = 'processing';
CREATE INDEX idx_thoughts_deferred ON thoughts(not_before, thought_id) WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL;
CREATE UNIQUE INDEX idx_thoughts_token ON thoughts(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX idx_thoughts_task ON thoughts(source_task_id);
CREATE INDEX idx_thoughts_parent ON thoughts(parent_thought_id) WHERE parent_thought_id IS NOT NULL;
CREATE INDEX idx_thoughts_live
  ON thoughts(source_task_id, thought_id) WHERE status COLLATE BINARY IN ('pending', 'processing', 'deferred');
CREATE INDEX idx_work_log_row ON work_log(kind, id, seq);
CREATE TRIGGER lore_on_thought_insert AFTER INSERT ON thoughts
 WHEN EXISTS (SELECT 1 FROM tasks AS t WHERE t.task_id = NEW.source_task_id AND t.priority IS NOT NEW.priority) BEGIN
  UPDATE thoughts SET priority = (SELECT t.priority FROM tasks AS t WHERE t.task_id = NEW.source_task_id)
   WHERE thought_id = NEW.thought_id;
END;
CREATE TRIGGER lore_on_thought_update AFTER UPDATE OF source_task_id, priority, status ON thoughts
 WHEN NEW.status COLLATE BINARY IN ('pending', 'processing', 'deferred')
  AND EXISTS (SELECT 1 FROM tasks AS t WHERE t.task_id = NEW.source_task_id AND t.priority IS NOT NEW.priority) BEGIN
  UPDATE thoughts SET priority = (SELECT t.priority FROM tasks AS t WHERE t.task_id = NEW.source_task_id)
   WHERE thought_id = NEW.thought_id;
END;
CREATE TRIGGER lore_on_task_insert AFTER INSERT ON tasks BEGIN
  UPDATE thoughts SET priority = NEW.priority
   WHERE source_task_id = NEW.task_id AND status COLLATE BINARY IN ('pending', 'processing', 'deferred') AND priority IS NOT NEW.priority;
END;
CREATE TRIGGER lore_on_task_update AFTER UPDATE OF task_id, priority ON tasks
 WHEN NEW.priority IS NOT OLD.priority OR NEW.task_id IS NOT OLD.task_id BEGIN
  UPDATE thoughts SET priority = NEW.priority
   WHERE source_task_id = NEW.task_id AND status COLLATE BINARY IN ('pending', 'processing', 'deferred') AND priority IS NOT NEW.priority;
END;
CREATE TRIGGER lore_on_task_status AFTER UPDATE OF status ON tasks
 WHEN NEW.status COLLATE BINARY IS NOT OLD.status AND coalesce(NEW.lease_token, NEW.lease_until) IS NOT NULL
  AND NEW.lease_token IS OLD.lease_token AND NEW.lease_until IS OLD.lease_until BEGIN
  UPDATE tasks SET lease_token = NULL, lease_worker = NULL, lease_until = NULL WHERE task_id = NEW.task_id;
END;
CREATE TRIGGER lore_on_thought_status AFTER UPDATE OF status ON thoughts
 WHEN NEW.status COLLATE BINARY IS NOT OLD.status AND coalesce(NEW.lease_token, NEW.lease_until) IS NOT NULL
  AND NEW.lease_token IS OLD.lease_token AND NEW.lease_until IS OLD.lease_until BEGIN
  UPDATE thoughts SET lease_token = NULL, lease_worker = NULL, lease_until = NULL WHERE thought_id = NEW.thought_id;
END;
CREATE INDEX "lore_index_graph_nodes_$.color" ON "graph_nodes"(json_extract("attributes", '$.color')) WHERE json_extract("attributes", '$.color') IS NOT NULL;
COMMIT;
