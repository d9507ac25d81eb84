-- Clones, insights, goals, actions, feedback and interactions of many tenants in one file.
--
-- The first five may be there already, made by other software. A row's key is its id within its tenant, so each index begins with
-- the tenant, and an id that another tenant has is free. guardrail_rules and geographic_profiles are of no tenant.
--
-- needs: signals

-- up
CREATE TABLE IF NOT EXISTS main.agent_clones (
  id             TEXT NOT NULL,
  tenant_id      TEXT NOT NULL,
  clone_name     TEXT NOT NULL,
  owner_id       TEXT,
  persona_config TEXT,
  active         INTEGER NOT NULL DEFAULT 1,
  created_at     TEXT NOT NULL,
  updated_at     TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clone_name)
);
CREATE INDEX IF NOT EXISTS main.idx_agent_clones_active ON agent_clones(tenant_id, active);

CREATE TABLE IF NOT EXISTS main.insights (
  id           TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  pattern_type TEXT NOT NULL,
  pattern_data TEXT,
  confidence   REAL,
  severity     TEXT NOT NULL DEFAULT 'medium',
  status       TEXT NOT NULL DEFAULT 'pending',
  created_at   TEXT NOT NULL,
  acted_at     TEXT,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE main.insights ADD COLUMN fingerprint TEXT;
ALTER TABLE main.insights ADD COLUMN snoozed_until TEXT;
ALTER TABLE main.insights ADD COLUMN detected_at TEXT;
ALTER TABLE main.insights ADD COLUMN evidence TEXT;
CREATE INDEX IF NOT EXISTS main.idx_insights_status ON insights(tenant_id, status, created_at);
CREATE INDEX IF NOT EXISTS main.idx_insights_account ON insights(tenant_id, account_id);
CREATE INDEX IF NOT EXISTS main.idx_insights_fingerprint ON insights(tenant_id, fingerprint, created_at) WHERE fingerprint IS NOT NULL;

CREATE TABLE IF NOT EXISTS main.goals (
  id            TEXT NOT NULL,
  tenant_id     TEXT NOT NULL,
  clone_id      TEXT,
  goal_type     TEXT NOT NULL,
  target_value  REAL NOT NULL,
  current_value REAL,
  direction     TEXT NOT NULL DEFAULT 'up',
  period_start  TEXT NOT NULL,
  period_end    TEXT NOT NULL,
  status        TEXT NOT NULL DEFAULT 'active',
  created_at    TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX IF NOT EXISTS main.idx_goals_status ON goals(tenant_id, status);
CREATE INDEX IF NOT EXISTS main.idx_goals_clone ON goals(tenant_id, clone_id);

CREATE TABLE IF NOT EXISTS main.autonomous_actions (
  id               TEXT NOT NULL,
  tenant_id        TEXT NOT NULL,
  action_type      TEXT NOT NULL,
  account_id       TEXT,
  action_data      TEXT,
  category         TEXT NOT NULL,
  payload_hash     TEXT,
  proposed_at      TEXT NOT NULL,
  executed_at      TEXT,
  execution_result TEXT,
  approval_status  TEXT,
  approved_by      TEXT,
  approved_at      TEXT,
  expires_at       TEXT,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE main.autonomous_actions ADD COLUMN proposed_by TEXT;
ALTER TABLE main.autonomous_actions ADD COLUMN rationale TEXT;
ALTER TABLE main.autonomous_actions ADD COLUMN deal_stage TEXT;
ALTER TABLE main.autonomous_actions ADD COLUMN guardrail TEXT;
ALTER TABLE main.autonomous_actions ADD COLUMN resolution_note TEXT;
CREATE INDEX IF NOT EXISTS main.idx_autonomous_actions_status ON autonomous_actions(tenant_id, approval_status, proposed_at);
CREATE INDEX IF NOT EXISTS main.idx_autonomous_actions_account ON autonomous_actions(tenant_id, account_id);

CREATE TABLE IF NOT EXISTS main.alert_feedback (
  id           TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  insight_id   TEXT NOT NULL,
  feedback     TEXT NOT NULL,
  comment      TEXT,
  submitted_at TEXT NOT NULL,
  submitted_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, insight_id, submitted_by)
);
CREATE INDEX IF NOT EXISTS main.idx_alert_feedback_word ON alert_feedback(tenant_id, feedback);
CREATE INDEX IF NOT EXISTS main.idx_alert_feedback_insight ON alert_feedback(tenant_id, insight_id);

CREATE TABLE main.interactions (
  id           TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  channel      TEXT NOT NULL CHECK (channel IN ('email', 'chat', 'meeting', 'crm')),
  at           TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  participants TEXT,
  summary      TEXT NOT NULL,
  sentiment    REAL CHECK (sentiment BETWEEN -1 AND 1),
  key_points   TEXT,
  source_id    TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, source_id)
) STRICT;
CREATE INDEX main.idx_interactions_account ON interactions(tenant_id, account_id, at);

CREATE TABLE main.alerts (
  id           TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  insight_id   TEXT NOT NULL,
  channel      TEXT NOT NULL CHECK (channel IN ('sse', 'email', 'slack')),
  created_at   TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  delivered_at TEXT CHECK (delivered_at GLOB '????-??-??T??:??:??.???Z'),
  attempts     INTEGER NOT NULL DEFAULT 0,
  error        TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, insight_id, channel)
) STRICT;
CREATE INDEX main.idx_alerts_pending ON alerts(tenant_id, channel, created_at) WHERE delivered_at IS NULL;

-- Which company an account is. Whoever writes it decides what signals the tenant sees: so no verb does.
CREATE TABLE main.tenant_accounts (
  tenant_id     TEXT NOT NULL,
  account_id    TEXT NOT NULL,
  canonical_key TEXT NOT NULL,
  name          TEXT,
  PRIMARY KEY (tenant_id, account_id)
) STRICT;

CREATE TABLE main.persona_previews (
  tenant_id    TEXT NOT NULL,
  clone_id     TEXT NOT NULL,
  sample_email TEXT NOT NULL,
  sample_chat  TEXT NOT NULL,
  persona_hash TEXT NOT NULL,
  created_at   TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (tenant_id, clone_id)
) STRICT;

CREATE TABLE main.customer_summaries (
  tenant_id   TEXT NOT NULL,
  account_id  TEXT NOT NULL,
  window_days INTEGER NOT NULL CHECK (window_days IN (30, 90, 365)),
  summary     TEXT NOT NULL,
  signals     TEXT,
  created_at  TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
  PRIMARY KEY (tenant_id, account_id, window_days)
) STRICT;

-- What an agent may do by itself, with approval, and never. The shipped rules are these; an unknown type needs approval.
CREATE TABLE main.guardrail_rules (
  action_type    TEXT PRIMARY KEY NOT NULL,
  category       TEXT NOT NULL CHECK (category IN ('autonomous', 'approval_required', 'hard_stop')),
  blocked_stages TEXT NOT NULL DEFAULT '[]',
  note           TEXT
) STRICT;
INSERT INTO main.guardrail_rules(action_type, category, blocked_stages) VALUES
  ('send_follow_up_email', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('send_routine_response', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('send_chat_message', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('schedule_meeting', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('qualify_conversation', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('progress_early_stage', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('update_account_context', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('create_briefing', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('log_interaction', 'autonomous', '["negotiation","evaluation","closed_won","closed_lost"]'),
  ('send_proposal', 'approval_required', '[]'),
  ('discuss_pricing', 'approval_required', '[]'),
  ('negotiate_terms', 'approval_required', '[]'),
  ('progress_past_evaluation', 'approval_required', '[]'),
  ('contact_c_suite', 'approval_required', '[]'),
  ('share_minutes_externally', 'approval_required', '[]'),
  ('modify_account_plan', 'approval_required', '[]'),
  ('escalate_to_management', 'approval_required', '[]'),
  ('commit_pricing', 'hard_stop', '[]'),
  ('modify_contract', 'hard_stop', '[]'),
  ('approve_discount', 'hard_stop', '[]'),
  ('strategic_decision', 'hard_stop', '[]'),
  ('initiate_executive_relationship', 'hard_stop', '[]'),
  ('legal_commitment', 'hard_stop', '[]'),
  ('market_positioning_change', 'hard_stop', '[]');

CREATE TABLE main.geographic_profiles (
  code                TEXT PRIMARY KEY NOT NULL,
  name                TEXT NOT NULL,
  communication_style TEXT,
  cultural_notes      TEXT,
  formality_default   REAL NOT NULL CHECK (formality_default BETWEEN 0 AND 1)
) STRICT;
INSERT INTO main.geographic_profiles(code, name, communication_style, cultural_notes, formality_default) VALUES
  ('apac', 'Asia-Pacific', 'indirect, the relationship first', '["titles and seniority matter","let a decision take its time"]', 0.7),
  ('emea', 'Europe, Middle East, Africa', 'factual, with reasons', '["local languages and holidays","privacy is asked about early"]', 0.6),
  ('americas', 'Americas', 'direct, to the point', '["first names soon","the next step is named"]', 0.4);

-- down
DROP TABLE main.geographic_profiles;
DROP TABLE main.guardrail_rules;
DROP TABLE main.customer_summaries;
DROP TABLE main.persona_previews;
DROP TABLE main.tenant_accounts;
DROP TABLE main.alerts;
DROP TABLE main.interactions;
DROP TABLE main.alert_feedback;
DROP TABLE main.autonomous_actions;
DROP TABLE main.goals;
DROP TABLE main.insights;
DROP TABLE main.agent_clones;
