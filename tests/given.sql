-- Tables as other software makes them; the extension takes them over.

CREATE TABLE signal_state (
  signal_key TEXT PRIMARY KEY, entity_type TEXT NOT NULL, entity_id TEXT NOT NULL, signal_type TEXT NOT NULL,
  severity TEXT NOT NULL, first_detected_at TEXT NOT NULL, last_detected_at TEXT NOT NULL, escalated_at TEXT,
  cleared_at TEXT, detection_count INTEGER DEFAULT 1, cooldown_until TEXT, state TEXT NOT NULL DEFAULT 'active');
CREATE INDEX idx_signal_state_entity ON signal_state(entity_type, entity_id);
CREATE INDEX idx_signal_state_active ON signal_state(state, severity);

CREATE TABLE pattern_snapshots (
  id TEXT PRIMARY KEY, detected_at TEXT NOT NULL, pattern_id TEXT NOT NULL, pattern_name TEXT NOT NULL,
  severity TEXT NOT NULL, entities_involved TEXT NOT NULL, evidence TEXT NOT NULL, cycle_id TEXT);
CREATE INDEX idx_pattern_snapshots_time ON pattern_snapshots(detected_at DESC);
CREATE INDEX idx_pattern_snapshots_pattern ON pattern_snapshots(pattern_id);

CREATE TABLE cost_snapshots (
  id TEXT PRIMARY KEY, computed_at TEXT NOT NULL, snapshot_type TEXT NOT NULL, entity_id TEXT, data TEXT NOT NULL);
CREATE INDEX idx_cost_snapshots_time ON cost_snapshots(computed_at DESC);
CREATE INDEX idx_cost_snapshots_entity ON cost_snapshots(entity_id, computed_at DESC);

CREATE TABLE signals (
  id INTEGER PRIMARY KEY, signal_type TEXT NOT NULL, source_api TEXT NOT NULL, canonical_key TEXT NOT NULL,
  company_name TEXT, confidence REAL NOT NULL, raw_data TEXT NOT NULL, detected_at TEXT NOT NULL, created_at TEXT NOT NULL,
  UNIQUE (canonical_key, signal_type, source_api, detected_at));
CREATE TABLE signal_processing (
  id INTEGER PRIMARY KEY, signal_id INTEGER NOT NULL REFERENCES signals(id), status TEXT NOT NULL, notion_page_id TEXT,
  processed_at TEXT, error_message TEXT, metadata TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE suppression_cache (
  id INTEGER PRIMARY KEY, canonical_key TEXT NOT NULL UNIQUE, notion_page_id TEXT NOT NULL, status TEXT NOT NULL,
  company_name TEXT, cached_at TEXT NOT NULL, expires_at TEXT NOT NULL, metadata TEXT);
CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL, description TEXT);

CREATE TABLE operation_patterns (
  id INTEGER PRIMARY KEY, pattern_signature TEXT UNIQUE, pattern_type TEXT, occurrence_count INTEGER DEFAULT 1,
  avg_tokens_with_llm INTEGER DEFAULT 0, avg_cost_with_llm REAL DEFAULT 0.0,
  avg_tokens_with_tool INTEGER DEFAULT 0, avg_cost_with_tool REAL DEFAULT 0.0,
  typical_input_pattern TEXT, automation_status TEXT DEFAULT 'detected', confidence_score REAL DEFAULT 10.0,
  potential_monthly_savings REAL DEFAULT 0.0, created_at TEXT, last_seen TEXT);
CREATE TABLE pattern_occurrences (
  id INTEGER PRIMARY KEY, pattern_id INTEGER, workflow_id TEXT, similarity_score REAL,
  matched_characteristics TEXT, detected_at TEXT);
CREATE TABLE workflow_history (
  workflow_id TEXT PRIMARY KEY, error_count INTEGER, duration_seconds INTEGER, retry_count INTEGER,
  total_tokens INTEGER, actual_cost_total REAL);

CREATE TABLE graph_nodes (
  id TEXT NOT NULL, type TEXT NOT NULL, scope TEXT NOT NULL, attributes TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (id, scope));

CREATE TABLE tasks (
  task_id TEXT PRIMARY KEY, description TEXT, status TEXT, priority INTEGER, created_by TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE thoughts (
  thought_id TEXT PRIMARY KEY, source_task_id TEXT, content TEXT, thought_type TEXT, status TEXT, escalation_level INTEGER,
  ponder_count INTEGER, parent_thought_id TEXT, context TEXT, final_action TEXT, created_at TEXT, updated_at TEXT);

CREATE TABLE correlations (
  correlation_id TEXT PRIMARY KEY, service_type TEXT, handler_name TEXT, action_type TEXT, correlation_type TEXT, status TEXT, timestamp TEXT,
  request_data TEXT, response_data TEXT, metric_name TEXT, metric_value REAL, log_level TEXT, message TEXT, trace_id TEXT, span_id TEXT,
  parent_span_id TEXT, tags TEXT, scope TEXT, retention_policy TEXT, created_at TEXT, updated_at TEXT);

CREATE TABLE agent_clones (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, clone_name TEXT NOT NULL, owner_id TEXT, persona_config TEXT, active INTEGER DEFAULT 1,
  created_at TEXT, updated_at TEXT, UNIQUE (tenant_id, clone_name));
CREATE TABLE insights (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, account_id TEXT NOT NULL, pattern_type TEXT NOT NULL, pattern_data TEXT, confidence REAL,
  severity TEXT DEFAULT 'medium', status TEXT DEFAULT 'pending', created_at TEXT, acted_at TEXT);
CREATE TABLE goals (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, clone_id TEXT, goal_type TEXT, target_value REAL, current_value REAL, direction TEXT,
  period_start TEXT, period_end TEXT, status TEXT, created_at TEXT);
CREATE TABLE autonomous_actions (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, action_type TEXT NOT NULL, account_id TEXT, action_data TEXT, category TEXT, payload_hash TEXT,
  proposed_at TEXT, executed_at TEXT, execution_result TEXT, approval_status TEXT, approved_by TEXT, approved_at TEXT, expires_at TEXT);
CREATE TABLE alert_feedback (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, insight_id TEXT NOT NULL, feedback TEXT NOT NULL, comment TEXT, submitted_at TEXT,
  submitted_by TEXT, UNIQUE (tenant_id, insight_id, submitted_by));
