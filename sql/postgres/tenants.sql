-- Clones, insights, goals, actions, feedback and interactions of many tenants in one file.
--
-- A row's key is its id within its tenant, so each index begins with the tenant, and an id that another tenant has is free.
-- guardrail_rules and geographic_profiles are of no tenant.
CREATE TABLE agent_clones (
  id             text NOT NULL,
  tenant_id      text NOT NULL,
  clone_name     text NOT NULL,
  owner_id       text,
  persona_config text,
  active         bigint NOT NULL DEFAULT 1,
  created_at     text NOT NULL,
  updated_at     text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clone_name)
);
CREATE INDEX idx_agent_clones_active ON agent_clones(tenant_id, active);

CREATE TABLE insights (
  id            text NOT NULL,
  tenant_id     text NOT NULL,
  account_id    text NOT NULL,
  pattern_type  text NOT NULL,
  pattern_data  text,
  confidence    double precision,
  severity      text NOT NULL DEFAULT 'medium',
  status        text NOT NULL DEFAULT 'pending',
  created_at    text NOT NULL,
  acted_at      text,
  fingerprint   text,
  snoozed_until text,
  detected_at   text,
  evidence      text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX idx_insights_status ON insights(tenant_id, status, created_at);
CREATE INDEX idx_insights_account ON insights(tenant_id, account_id);
CREATE INDEX idx_insights_fingerprint ON insights(tenant_id, fingerprint, created_at) WHERE fingerprint IS NOT NULL;

CREATE TABLE goals (
  id            text NOT NULL,
  tenant_id     text NOT NULL,
  clone_id      text,
  goal_type     text NOT NULL,
  target_value  double precision NOT NULL,
  current_value double precision,
  direction     text NOT NULL DEFAULT 'up',
  period_start  text NOT NULL,
  period_end    text NOT NULL,
  status        text NOT NULL DEFAULT 'active',
  created_at    text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX idx_goals_status ON goals(tenant_id, status);
CREATE INDEX idx_goals_clone ON goals(tenant_id, clone_id);

CREATE TABLE autonomous_actions (
  id               text NOT NULL,
  tenant_id        text NOT NULL,
  action_type      text NOT NULL,
  account_id       text,
  action_data      text,
  category         text NOT NULL,
  payload_hash     text,
  proposed_at      text NOT NULL,
  executed_at      text,
  execution_result text,
  approval_status  text,
  approved_by      text,
  approved_at      text,
  expires_at       text,
  proposed_by      text,
  rationale        text,
  deal_stage       text,
  guardrail        text,
  resolution_note  text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX idx_autonomous_actions_status ON autonomous_actions(tenant_id, approval_status, proposed_at);
CREATE INDEX idx_autonomous_actions_account ON autonomous_actions(tenant_id, account_id);

CREATE TABLE alert_feedback (
  id           text NOT NULL,
  tenant_id    text NOT NULL,
  insight_id   text NOT NULL,
  feedback     text NOT NULL,
  comment      text,
  submitted_at text NOT NULL,
  submitted_by text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, insight_id, submitted_by)
);
CREATE INDEX idx_alert_feedback_word ON alert_feedback(tenant_id, feedback);
CREATE INDEX idx_alert_feedback_insight ON alert_feedback(tenant_id, insight_id);

CREATE TABLE interactions (
  id           text NOT NULL,
  tenant_id    text NOT NULL,
  account_id   text NOT NULL,
  channel      text NOT NULL CHECK (channel IN ('email', 'chat', 'meeting', 'crm')),
  at           text NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  participants text,
  summary      text NOT NULL,
  sentiment    double precision CHECK (sentiment BETWEEN -1 AND 1),
  key_points   text,
  source_id    text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, source_id)
);
CREATE INDEX idx_interactions_account ON interactions(tenant_id, account_id, at);

CREATE TABLE alerts (
  id           text NOT NULL,
  tenant_id    text NOT NULL,
  insight_id   text NOT NULL,
  channel      text NOT NULL CHECK (channel IN ('sse', 'email', 'slack')),
  created_at   text NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  delivered_at text CHECK (delivered_at LIKE '____-__-__T__:__:__.___Z'),
  attempts     bigint NOT NULL DEFAULT 0,
  error        text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, insight_id, channel)
);
CREATE INDEX idx_alerts_pending ON alerts(tenant_id, channel, created_at) WHERE delivered_at IS NULL;

-- Which company an account is. Whoever writes it decides what signals the tenant sees: so no verb does.
CREATE TABLE tenant_accounts (
  tenant_id     text NOT NULL,
  account_id    text NOT NULL,
  canonical_key text NOT NULL,
  name          text,
  PRIMARY KEY (tenant_id, account_id)
);

CREATE TABLE persona_previews (
  tenant_id    text NOT NULL,
  clone_id     text NOT NULL,
  sample_email text NOT NULL,
  sample_chat  text NOT NULL,
  persona_hash text NOT NULL,
  created_at   text NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (tenant_id, clone_id)
);

CREATE TABLE customer_summaries (
  tenant_id   text NOT NULL,
  account_id  text NOT NULL,
  window_days bigint NOT NULL CHECK (window_days IN (30, 90, 365)),
  summary     text NOT NULL,
  signals     text,
  created_at  text NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (tenant_id, account_id, window_days)
);

-- What an agent may do by itself, with approval, and never. The shipped rules are these; an unknown type needs approval.
CREATE TABLE guardrail_rules (
  action_type    text PRIMARY KEY,
  category       text NOT NULL CHECK (category IN ('autonomous', 'approval_required', 'hard_stop')),
  blocked_stages text NOT NULL DEFAULT '[]',
  note           text
);

CREATE TABLE geographic_profiles (
  code                text PRIMARY KEY,
  name                text NOT NULL,
  communication_style text,
  cultural_notes      text,
  formality_default   double precision NOT NULL CHECK (formality_default BETWEEN 0 AND 1)
);
